"""Criteria sets: what a subject is scored by, which dossiers follow a version, publishing the next one from a sheet."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from tests.support.pages import Page
from tests.web.conftest import ClientAs
from tests.web.test_imports import confirm, upload
from workflow.bootstrap import House
from workflow.papers.criteria_workbook import criteria_workbook
from workflow.papers.workbook import read_workbook

SET = "dien_hinh_co_so_giao_duc"


def workbook(house: House, *changes: tuple[str, str, object], code: str = SET) -> bytes:
    """The workbook of a set with cells changed: sheet, cell, value."""
    shipped = house.catalogue.criteria(f"{code}@1", province_id="tinh")
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        for sheet in read_workbook(criteria_workbook(shipped, house.wording)):
            written = book.add_worksheet(sheet.name)
            for line, row in enumerate(sheet.rows):
                for column, value in enumerate(row):
                    written.write(line, column, float(value) if not isinstance(value, str | int) else value)
            for _sheet, cell, value in (change for change in changes if change[0] == sheet.name):
                written.write(cell, value)
    return content.getvalue()


def versions(house: House) -> list[str]:
    """The keys of the set's versions."""
    return sorted(key for key in house.catalogue.criteria_sets("tinh") if key.startswith(f"{SET}@"))


def test_sets_are_listed_with_samples_marked(client_as: ClientAs) -> None:
    page = Page(client_as("thpt").get("/bo-tieu-chi/"))
    assert "Mẫu (giả định)" in page.text
    assert "bản 1, đang dùng" in page.text
    assert "Công bố bản mới từ bảng tính" not in page.text
    assert "Công bố bản mới từ bảng tính" in Page(client_as("pv01-1").get("/bo-tieu-chi/")).links


def test_set_says_its_standing_its_points_and_who_is_scored_by_it(client_as: ClientAs) -> None:
    page = Page(client_as("cax-1").get(f"/bo-tieu-chi/{SET}/1"))
    assert "Đây là bộ mẫu (giả định)" in page.text
    assert "từ 80 điểm trên 100. Mức này chưa kiểm chứng." in page.text
    assert "suy ra từ văn bản liên quan" in page.text
    assert "cơ sở giáo dục" in page.text
    assert "Trường THPT Vĩnh Thuận" in page.links
    assert page.links["Điển hình"].startswith("/loai-ho-so/")


def test_dossiers_of_others_are_not_shown_beside_a_set(client_as: ClientAs) -> None:
    page = Page(client_as("mttq").get(f"/bo-tieu-chi/{SET}/1"))
    assert "Trường THPT Vĩnh Thuận" not in page.text


def test_unknown_set_is_not_found(client_as: ClientAs) -> None:
    assert client_as("thpt").get(f"/bo-tieu-chi/{SET}/9").status_code == 404


def test_new_version_is_previewed_then_published_with_its_reason(client_as: ClientAs, house: House) -> None:
    client = client_as("pv01-1")
    groups = client.get(f"/bo-tieu-chi/{SET}/1/bang.xlsx").data
    assert read_workbook(groups)[1].name == "Thông tin"
    page = upload(client, "/bo-tieu-chi/cong-bo", workbook(house, ("Thông tin", "B3", 2), ("Thông tin", "B12", 85)))
    assert page.headings[0][1].endswith("bản 2")
    assert "1 chỗ khác với bản 1" in page.text
    assert "hồ sơ năm 2026 đang chấm theo bản 1, giữ bản đó đến hết" in page.text
    assert "Cũ: từ 80 điểm Mới: từ 85 điểm" in page.text
    assert versions(house) == [f"{SET}@1"]
    unsaid = confirm(client, page)
    assert unsaid.errors == ["Ghi lý do, căn cứ."]
    assert versions(house) == [f"{SET}@1"]
    done = confirm(client, page, **{"ly-do": "Bộ tiêu chí năm 2026"})
    assert "Đã công bố bản này." in done.text
    assert versions(house) == [f"{SET}@1", f"{SET}@2"]
    again = upload(client, "/bo-tieu-chi/cong-bo", workbook(house, ("Thông tin", "B3", 2), ("Thông tin", "B12", 85)))
    assert "Bản này đã công bố đúng như vậy: không có gì để công bố." in again.text
    assert "bản cũ" in Page(client.get("/bo-tieu-chi/")).text


def test_every_fault_is_told_at_its_cell_and_nothing_is_published(client_as: ClientAs, house: House) -> None:
    changes = (("Thông tin", "B3", 2), ("Tiêu chí", "F2", "tám"), ("Tiêu chí", "B3", "9"), ("Tiêu chí", "E4", "sao"))
    page = upload(client_as("pv01-1"), "/bo-tieu-chi/cong-bo", workbook(house, *changes))
    assert page.status == 422
    assert "Trang “Tiêu chí”, ô F2" in page.text
    assert "Trang “Tiêu chí”, ô E4" in page.text
    assert versions(house) == [f"{SET}@1"]
    page = upload(client_as("pv01-1"), "/bo-tieu-chi/cong-bo", workbook(house, ("Tiêu chí", "B3", "9")))
    assert "thuộc nhóm 9, nhưng không có nhóm này" in page.text


def test_version_that_stands_otherwise_is_refused_at_its_cell(client_as: ClientAs, house: House) -> None:
    page = upload(client_as("pv01-1"), "/bo-tieu-chi/cong-bo", workbook(house, ("Thông tin", "B12", 85)))
    assert page.status == 422
    assert "Trang “Thông tin”, ô B3 Bản 1 đã công bố với nội dung khác" in page.text
    assert "Ghi số bản 2." in page.text


def test_thresholds_are_confirmed_once_with_a_reason(client_as: ClientAs, house: House) -> None:
    client, address = client_as("pv01-1"), f"/bo-tieu-chi/{SET}/1/xac-nhan-muc-dat"
    assert Page(client.post(address, data={"ly-do": " "})).status == 422
    page = Page(client.post(address, data={"ly-do": "Theo hướng dẫn"}, follow_redirects=True))
    assert "Đã xác nhận mức đạt của bộ tiêu chí này." in page.text
    assert "Xác nhận mức đạt của bản 1" not in page.text
    with house.engine.reading() as uow:
        assert f"{SET}@1" in uow.books.settings("tinh").confirmed_sheets


@pytest.mark.parametrize("person", ["thpt", "cax-1", "ubnd-1", "ubnd-tinh-1", "quan-tri"])
def test_publishing_is_for_pv01_alone(client_as: ClientAs, person: str) -> None:
    client = client_as(person)
    assert client.get("/bo-tieu-chi/cong-bo").status_code == 403
    assert client.post(f"/bo-tieu-chi/{SET}/1/xac-nhan-muc-dat", data={"ly-do": "x"}).status_code == 403
