"""The dashboard and the years side by side: every number leads to what is behind it; files; who may look."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.support.sites import Site, Visitor
from workflow.papers.workbook import read_workbook

LINKED = re.compile(r'<a href="([^"]+)">(\d+)<span class="vh"> (?:hồ sơ|kết quả)')
DECEMBER = "2026-12-08T16:00:00"


def follow(visitor: Visitor, url: str) -> str:
    return visitor.get(url.replace("&amp;", "&")).title


def test_title_is_the_answer_and_every_number_leads_to_as_many(province_site: Site) -> None:
    visitor = province_site.enter("pv01-1")
    page = visitor.get("/bang-dieu-hanh/")
    assert page.title == "Năm 2026: 4 hồ sơ quá hạn · Bảng điều hành"
    found = LINKED.findall(page.main)
    assert found
    for url, count in found:
        assert follow(visitor, url).startswith(f"{count} hồ sơ"), url
    stages = re.findall(r'<a href="([^"]+)">[^<]+ (\d+)</a>', page.main)
    assert stages
    for url, count in stages:
        assert follow(visitor, url).startswith(f"{count} hồ sơ"), url
    assert "Chưa có hồ sơ nào:" in page.text
    assert re.search(r"Chỉ tiêu của năm \d+ đạt, \d+ chưa đạt, \d+ không áp dụng", page.text)
    assert "Danh hiệu có nguy cơ 0 đơn vị" in page.text
    for label in ("Chỉ tiêu của năm", "Danh hiệu có nguy cơ"):
        assert visitor.get(page.links[label]).status == 200


def test_commune_sees_its_own(province_site: Site) -> None:
    page = province_site.enter("cax-1").get("/bang-dieu-hanh/")
    assert page.title == "Năm 2026: không có hồ sơ quá hạn · Bảng điều hành"
    assert "Điển hình" in page.text


def test_files_hold_every_kind(province_site: Site) -> None:
    visitor = province_site.enter("pv01-1")
    book = visitor.client.get("/bang-dieu-hanh/tai/xlsx").get_data()
    rows = read_workbook(book)[0].rows
    assert rows[0][0] == "Loại hồ sơ"
    assert len(rows) == 1 + len(province_site.house.catalogue.kinds())
    assert "Loại hồ sơ" in visitor.client.get("/bang-dieu-hanh/tai/csv").get_data(as_text=True)
    assert visitor.get("/bang-dieu-hanh/tai/pdf").status == 404


def test_years_lead_to_the_results_behind_them(site_at: Callable[[str], Site]) -> None:
    visitor = site_at(DECEMBER).enter("pv01-1")
    page = visitor.get("/bang-dieu-hanh/nhieu-nam?tu=2023&den=2026")
    assert page.headings[0] == (1, "Điển hình, năm 2023–2026")
    assert [words for level, words in page.headings if level == 2] == [
        "Theo kết quả",
        "Theo loại đối tượng",
        "Theo xã, phường, đặc khu",
    ]
    found = LINKED.findall(page.main)
    assert found
    for url, count in found:
        listed = visitor.get(url.replace("&amp;", "&"))
        assert listed.main.count('<th role="rowheader" scope="row"') == int(count), url
    book = visitor.client.get("/bang-dieu-hanh/nhieu-nam/tai/xlsx?tu=2023&den=2026").get_data()
    rows = read_workbook(book)[0].rows
    assert list(rows[0]) == ["Cách chia", "Mục", "2023", "2024", "2025", "2026", "So với năm trước"]


def test_years_without_a_result_say_what_would_bring_one(site_at: Callable[[str], Site]) -> None:
    visitor = site_at(DECEMBER).enter("ubnd-tinh-1")
    assert "Sổ chưa có kết quả nào của những năm này." in visitor.get("/bang-dieu-hanh/nhieu-nam?tu=2001&den=2002").text
    assert visitor.get("/bang-dieu-hanh/nhieu-nam?tu=2026&den=2020").status == 422
    assert visitor.get("/bang-dieu-hanh/nhieu-nam?loai=khong-co").status == 404


@pytest.mark.parametrize("person", ["thpt", "quan-tri"])
def test_it_is_for_officers(province_site: Site, person: str) -> None:
    visitor = province_site.enter(person)
    assert visitor.get("/bang-dieu-hanh/").status == 403
    assert visitor.get("/bang-dieu-hanh/nhieu-nam").status == 403
