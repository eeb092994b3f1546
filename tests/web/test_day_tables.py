"""Holidays from a table: looked at, kept with their reason, all or none, once; wrong days at their cells."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient

from tests.support.pages import Page
from workflow.bootstrap import House
from workflow.domain.calendars import CalendarDay, DayKind
from workflow.papers.day_sheet import day_template
from workflow.wording import Wording

ClientAs = Callable[[str], FlaskClient]
REST = CalendarDay(date(2027, 3, 8), "Ngày nghỉ của tỉnh", DayKind.HOLIDAY, "Thông báo 12/TB-UBND", verified=True)
WORK = CalendarDay(date(2027, 3, 13), "Làm bù", DayKind.WORKING_WEEKEND, "Thông báo 12/TB-UBND", verified=False)


def upload(client: FlaskClient, *days: CalendarDay) -> Page:
    """The page that answers an upload, redirects followed."""
    data = {"bang": (io.BytesIO(day_template(Wording(), days)), "bang.xlsx")}
    return Page(client.post("/ngay-nghi/bang", data=data, content_type="multipart/form-data", follow_redirects=True))


def confirm(client: FlaskClient, page: Page, reason: str) -> Page:
    """The page after the preview's form was sent."""
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page.main))
    data = {**hidden, "ly-do": reason}
    return Page(client.post(page.answer.request.path, data=data, follow_redirects=True))


def test_table_of_days_is_looked_at_and_kept_once(client_as: ClientAs, house: House) -> None:
    client = client_as("pv01-1")
    assert client.get("/ngay-nghi/bang/mau.xlsx").data.startswith(b"PK")
    page = upload(client, REST, WORK)
    assert "Thêm mới: 2 ngày" in page.text
    assert not house.calendar().is_working_day(WORK.day)
    assert confirm(client, page, "").status == 422
    done = confirm(client, page, "Theo thông báo của tỉnh.")
    assert "Ngày nghỉ của tỉnh" in done.text
    assert house.calendar().is_working_day(WORK.day)
    assert not house.calendar().is_working_day(REST.day)
    assert "Mọi ngày đã có đúng như vậy: không có gì để ghi." in upload(client, REST, WORK).text


def test_wrong_days_keep_the_table_out(client_as: ClientAs, house: House) -> None:
    client = client_as("quan-tri")
    weekday = CalendarDay(date(2027, 3, 9), "Làm bù", DayKind.WORKING_WEEKEND, "Thông báo", verified=False)
    page = upload(client, REST, weekday, REST)
    assert "Chưa ghi được: 2 ngày" in page.text
    assert "đứng ở hai dòng" in page.text
    assert client.get(page.links["Tải bảng có đánh dấu các chỗ sai"]).data.startswith(b"PK")
    assert house.calendar().is_working_day(REST.day)
    assert client_as("cax-1").get("/ngay-nghi/bang").status_code == 403
