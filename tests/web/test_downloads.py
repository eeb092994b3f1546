"""Every list as a file: the whole list as it is narrowed, in one's own sight, and nothing in it computes."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable

import pytest

from tests.support.pages import Page
from tests.support.reading import organisation_row, write_organisations
from tests.support.sites import Site
from workflow.papers.workbook import read_workbook

NOVEMBER, EARLIER = "2026-11-17T17:10:00", "2026-11-11T10:05:00"

SiteAt = Callable[[str], Site]
LISTS = {
    "/ho-so": "/ho-so/tai/{}",
    "/viec-can-lam": "/viec-can-lam/tai/{}",
    "/don-doc/": "/don-doc/tai/{}",
    "/ngay-nghi/": "/ngay-nghi/tai/{}?nam=2026",
    "/so-dien-hinh/": "/so-dien-hinh/tai/{}",
}


def csv_rows(body: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("place", list(LISTS))
def test_list_is_offered_as_both_files_and_both_say_the_same(site_at: SiteAt, place: str) -> None:
    visitor = site_at(EARLIER).enter("cax-1")
    shown = visitor.get(place)
    assert {shown.links["Tải XLSX"].split("?")[0], shown.links["Tải CSV"].split("?")[0]} == {
        LISTS[place].format(ending).split("?")[0] for ending in ("xlsx", "csv")
    }
    plain = csv_rows(visitor.client.get(LISTS[place].format("csv")).data)
    (sheet,) = read_workbook(visitor.client.get(LISTS[place].format("xlsx")).data)
    assert plain[0] == list(map(str, sheet.rows[0]))
    assert len(plain) == len(sheet.rows) > 1
    assert visitor.client.get(LISTS[place].format("exe")).status_code == 404


def test_dossiers_are_those_of_the_filter_and_of_ones_sight(site_at: SiteAt) -> None:
    site = site_at(NOVEMBER)
    rows = csv_rows(site.enter("cax-1").client.get("/ho-so/tai/csv?q=vinh+thuan").data)
    assert rows[0][:4] == ["Số hồ sơ", "Đơn vị", "Xã, phường, đặc khu", "Loại hồ sơ"]
    assert rows[1] == [
        "2026-DH-0003",
        "Trường THPT Vĩnh Thuận",
        "Xã Vĩnh Phong",
        "Điển hình",
        "2026",
        "3/5 Họp xét ở xã",
        "Đã đánh giá",
        "UBND xã",
        "12/11/2026",
        "27/11/2026",
        "",
        "",
    ]
    assert len(rows) == 2
    assert len(csv_rows(site.enter("luong-thuc").client.get("/ho-so/tai/csv").data)) == 2
    assert site.enter("quan-tri").client.get("/ho-so/tai/csv").status_code == 403


def test_all_pages_are_in_the_file(site_at: SiteAt, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site_at(NOVEMBER).enter("cax-1")
    whole = visitor.client.get("/ho-so/tai/csv").data
    monkeypatch.setattr(sys.modules["web.views.dossiers_list"], "MOST", 2)
    assert visitor.client.get("/ho-so/tai/csv").data == whole
    assert len(csv_rows(whole)) == 11


def test_a_name_that_would_compute_is_text(site_at: SiteAt) -> None:
    site = site_at(NOVEMBER)
    name = "=HYPERLINK(1;2)"
    write_organisations(site.house.database, organisation_row("nghich", name, commune_id="vinh-phong"))
    visitor = site.enter("cax-1")
    assert f"'{name}" in [row[1] for row in csv_rows(visitor.client.get("/to-chuc/tai/csv").data)]
    sheet = read_workbook(visitor.client.get("/to-chuc/tai/xlsx").data)[0]
    assert name in [row[1] for row in sheet.rows]
    assert "Tải danh sách tổ chức, XLSX" in Page(visitor.client.get("/to-chuc/vinh-phong")).links


def test_tab_of_a_worklist_is_the_one_on_the_page(site_at: SiteAt) -> None:
    visitor = site_at(NOVEMBER).enter("cax-1")
    page = visitor.get("/viec-can-lam?phan=da-xong")
    assert page.links["Tải CSV"] == "/viec-can-lam/tai/csv?phan=da-xong"
    rows = csv_rows(visitor.client.get(page.links["Tải CSV"]).data)
    assert [row[11] != "" for row in rows[1:]] == [True]
