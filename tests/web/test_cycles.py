"""Years are opened and closed by those who keep the province's books; what closing ends is named before."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.pages import Page
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.domain.calendars import HCM

YEARS_END = datetime(2026, 12, 31, 17, tzinfo=HCM)
OPEN = {"loai": "dien_hinh", "nam": "2027"}


def opened(house: House) -> dict[int, bool]:
    """The years of the kind: whether each is still open."""
    with house.engine.reading() as uow:
        return {row.cycle: row.closed_at is None for row in uow.books.cycles("tinh") if row.kind == "dien_hinh"}


def test_year_is_opened_once_and_what_it_did_is_told(client_as: ClientAs, house: House) -> None:
    client = client_as("pv01-1")
    assert "Mở năm xét mới" in Page(client.get("/thoi-han/nam")).links
    page = Page(client.post("/nam-xet/mo", data=OPEN, follow_redirects=True))
    assert page.headings[0][1] == "Đã mở năm xét 2027 của điển hình"
    assert "Đã mở 3 hồ sơ duy trì điển hình cho các danh hiệu đang giữ." in page.text
    assert opened(house) == {2026: True, 2027: True}
    again = Page(client.post("/nam-xet/mo", data=OPEN, follow_redirects=True))
    assert again.headings[0][1] == "Đã mở năm xét 2027 của điển hình"
    assert opened(house) == {2026: True, 2027: True}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"loai": ""}, "Chọn loại hồ sơ."),
        ({"nam": "1999"}, "Ghi năm từ 2025 đến 2027."),
        ({"nam": "hai"}, "Ghi năm từ"),
    ],
)
def test_wrong_year_is_refused_and_keeps_what_was_typed(
    client_as: ClientAs, house: House, wrong: dict[str, str], words: str
) -> None:
    page = Page(client_as("pv01-1").post("/nam-xet/mo", data=OPEN | wrong))
    assert page.status == 422
    assert words in page.errors[0]
    assert f'value="{(OPEN | wrong)["nam"]}"' in page.html
    assert opened(house) == {2026: True}


def test_year_is_closed_after_its_list_was_seen(client_as: ClientAs, house: House) -> None:
    house.clock.advance_to(YEARS_END)  # type: ignore[attr-defined]  # a practice house
    client, address = client_as("pv01-1"), "/nam-xet/dien_hinh/2026/dong"
    assert "hồ sơ chưa từng trình tỉnh sẽ hết hiệu lực" in Page(client.get(address)).text
    assert Page(client.post(address, data={})).errors == ["Đánh dấu đã xem danh sách hồ sơ hết hiệu lực."]
    assert opened(house) == {2026: True}
    done = Page(client.post(address, data={"hieu": "co"}, follow_redirects=True))
    assert done.headings[0][1] == "Đã đóng năm xét 2026 của điển hình"
    assert opened(house) == {2026: False}
    assert "Năm xét này đã đóng" in Page(client.get(address)).text


def test_year_is_not_closed_before_its_report_is_due(client_as: ClientAs, house: House) -> None:
    early = Page(client_as("pv01-1").get("/nam-xet/dien_hinh/2026/dong"))
    assert "Năm xét 2026 chỉ đóng được từ 00:00:00 ngày 12/12/2026" in early.text
    assert "btn-grave" not in early.main
    page = Page(client_as("pv01-1").post("/nam-xet/dien_hinh/2026/dong", data={"hieu": "co"}))
    assert page.status == 409
    assert "Năm xét 2026 chỉ đóng được từ" in page.errors[0]
    assert opened(house) == {2026: True}


def test_unknown_year_is_not_found(client_as: ClientAs) -> None:
    assert client_as("pv01-1").get("/nam-xet/dien_hinh/2031/dong").status_code == 404


@pytest.mark.parametrize("person", ["thpt", "cax-1", "ubnd-1", "ubnd-tinh-1", "quan-tri"])
def test_years_are_kept_by_pv01_where_the_province_is_connected(client_as: ClientAs, person: str) -> None:
    client = client_as(person)
    assert client.get("/nam-xet/mo").status_code == 403
    assert client.post("/nam-xet/dien_hinh/2026/dong", data={"hieu": "co"}).status_code == 403
    assert "Mở năm xét mới" not in client.get("/thoi-han/nam").get_data(as_text=True)
