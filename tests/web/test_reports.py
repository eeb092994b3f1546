"""The 12/12 report in the browser: what blocks it, by name; figures in words; filed once; who is missing is named."""

from __future__ import annotations

import html as html_of
import re

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import ClientAs

STORY_UNTIL = "2026-12-11T09:00:00"
"""The last day; the commune's own recognition has no result yet, so its report is blocked."""

PLACE = "/bao-cao/"


def text_of(page: str) -> str:
    """What a person reads in main, without mark-up."""
    main = page[page.find("<main") : page.find("</main>")]
    return re.sub(r"\s+", " ", html_of.unescape(re.sub(r"<[^>]+>", " ", main))).strip()


def read(client: FlaskClient, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200, place
    return text_of(answer.get_data(as_text=True))


def test_report_names_what_blocks_it_with_the_way_there(client_as: ClientAs, ids: dict[str, str]) -> None:
    page = client_as("cax-1").get(PLACE).get_data(as_text=True)
    told = text_of(page)
    assert "<title>Chưa gửi được báo cáo năm 2026: còn 1 điều kiện" in page
    assert "Chưa có kết quả duy trì của Xã Vĩnh Phong (Quyết định số 3056/QĐ-UBND)." in told
    assert "Ai làm: PV01 (Công an tỉnh)" in told
    assert "Mở hồ sơ duy trì" in told
    assert "Gửi báo cáo tới Công an tỉnh" not in told
    assert "Số liệu từ 11/12/2025 đến 10/12/2026. Gửi chậm nhất hết ngày 11/12/2026, thứ Sáu." in told


def test_figures_say_numerator_and_denominator_and_lead_to_their_lists(client_as: ClientAs) -> None:
    page = client_as("ubnd-1").get(PLACE).get_data(as_text=True)
    told = text_of(page)
    assert "Công nhận mới 5 trên 8 đơn vị đăng ký" in told
    assert "Duy trì 1 trên 3 đơn vị phải xét duy trì" in told
    assert "Năm trước chưa đánh giá không áp dụng: không có đơn vị nào phải tính" in told
    targets = re.findall(r'href="#(ds-\w+)"', page)
    assert targets == ["ds-new", "ds-maintained", "ds-not_maintained", "ds-owed"]
    assert [f'id="{target}"' in page for target in targets] == [True] * 4
    assert "Mô hình tự quản của trường không còn hoạt động." in told


def test_blocked_report_is_refused_with_its_reasons(client_as: ClientAs) -> None:
    answer = client_as("cax-1").post("/bao-cao/gui", data={"doi-chieu": "co"})
    assert answer.status_code == 409
    assert "Chưa có kết quả duy trì của Xã Vĩnh Phong" in text_of(answer.get_data(as_text=True))


@pytest.mark.parametrize("person", ["thpt", "quan-tri"])
def test_report_is_closed_to_units_and_administrators(client_as: ClientAs, person: str) -> None:
    client = client_as(person)
    places = (PLACE, "/bao-cao/danh-sach/new", "/bao-cao/tai/csv")
    assert [client.get(place).status_code for place in places] == [403, 403, 403]


@pytest.mark.parametrize("person", ["pv01-1", "ubnd-tinh-1", "thpt"])
def test_filing_is_the_communes_alone(client_as: ClientAs, person: str) -> None:
    assert client_as(person).post("/bao-cao/gui", data={"doi-chieu": "co"}).status_code == 403


def test_nobody_filed_is_said_and_not_shown_as_zero(client_as: ClientAs) -> None:
    told = read(client_as("pv01-1"), PLACE)
    assert "Chưa xã nào gửi báo cáo nên chưa có số liệu của tỉnh." in told
    assert "0 trên 0" not in told


def test_province_looks_at_one_commune_as_it_stands(client_as: ClientAs) -> None:
    told = read(client_as("pv01-1"), f"{PLACE}?xa=vinh-phong")
    assert "Xã này chưa gửi báo cáo." in told
    assert client_as("pv01-1").get(f"{PLACE}?xa=khong-co").status_code == 404
    assert client_as("cax-1").get(f"{PLACE}?xa=tan-hoa").status_code == 404


def test_report_before_its_day_says_from_when(client_as: ClientAs) -> None:
    page = client_as("cax-1").get(f"{PLACE}?nam=2027").get_data(as_text=True)
    assert "<title>Báo cáo kết quả năm 2027: chưa đến ngày gửi" in page
    assert "gửi được từ ngày 11/12/2027" in text_of(page)


def test_unknown_figure_file_and_receipt_are_not_found(client_as: ClientAs) -> None:
    client = client_as("cax-1")
    places = ("/bao-cao/danh-sach/khong-co", "/bao-cao/tai/exe", "/bao-cao/da-gui")
    assert [client.get(place).status_code for place in places] == [404, 404, 404]
