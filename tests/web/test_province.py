"""The whole province: communes by stage, what is late and with whom, every number leading to as many dossiers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.support.pages import Page, words
from tests.support.sites import Site
from workflow.papers.workbook import read_workbook

CELL = re.compile(r'<a class="cell" href="([^"]+)"><span class="v">(\d+)</span>')


def lines(page: Page) -> list[str]:
    """The rows of the table as they are read, the sum last."""
    body = page.main[page.main.find("<tbody") : page.main.find("</table>")]
    return [words(row) for row in re.findall(r"<tr role=\"row\".*?</tr>", body, re.DOTALL)]


def test_title_is_the_answer_and_the_act_is_named(province_site: Site) -> None:
    page = province_site.enter("pv01-1").get("/toan-tinh/")
    assert page.title == "Toàn tỉnh: 4 hồ sơ quá hạn ở 2 xã, phường · Điển hình 2026"
    assert page.headings == [
        (1, "Toàn tỉnh: 4 hồ sơ quá hạn ở 2 xã, phường"),
        (2, "Xã, phường, đặc khu theo giai đoạn"),
    ]
    assert "Còn 9 ngày làm việc kể cả hôm nay để xã gửi báo cáo: hết ngày 11/12/2026, thứ Sáu." in page.text
    assert page.main_button() == ["Đôn đốc 2 nơi quá hạn"]
    assert page.links["Đôn đốc 2 nơi quá hạn"] == "/don-doc/"


def test_late_communes_come_first_and_silent_ones_are_named(province_site: Site) -> None:
    page = province_site.enter("pv01-1").get("/toan-tinh/")
    bare = [
        re.sub(r" hồ sơ (Đăng ký|Đánh giá|Họp xét ở xã|Thẩm định cấp tỉnh|Chờ công nhận)", "", row)
        for row in lines(page)
    ]
    assert bare == [
        "Xã Bình An 0 0 2 2 quá hạn 0 0 0 UBND xã, 2 hồ sơ",
        "Xã Tân Hòa Đông 0 2 2 quá hạn 0 0 0 0 Công an xã, 2 hồ sơ",
        "Xã Vĩnh Phong 0 0 0 3 3 0",
        "Xã An Khánh Hạ Chưa đơn vị nào đăng ký 0 0 0 0 0 0",
        "Cộng 0 2 2 3 3 0 0 4 hồ sơ quá hạn",
    ]
    assert (
        "Chưa tính 2 hồ sơ không được chọn, không công nhận, đã rút hoặc hết hiệu lực. Đang xem đủ 4 nơi." in page.text
    )


def test_every_number_leads_to_as_many_dossiers(province_site: Site) -> None:
    visitor = province_site.enter("pv01-1")
    page = visitor.get("/toan-tinh/")
    found = CELL.findall(page.main)
    assert len(found) == 4
    for url, count in found:
        narrowed = visitor.get(url.replace("&amp;", "&"))
        assert narrowed.title.startswith(f"{count} hồ sơ đang giải quyết"), url
    tally = re.findall(r'<b><a href="([^"]+)">(\d+)<', page.main)
    assert [count for _, count in tally] == ["2", "2", "3", "3"]
    for url, count in tally:
        assert visitor.get(url.replace("&amp;", "&")).title.startswith(f"{count} hồ sơ"), url
    assert visitor.get(page.links["Xã Bình An"]).title.startswith("2 hồ sơ đang giải quyết")


def test_recognised_ones_lead_to_what_is_done(site_at: Callable[[str], Site]) -> None:
    visitor = site_at("2026-12-08T16:00:00").enter("pv01-1")
    page = visitor.get("/toan-tinh/")
    (reached,) = [url for url, count in CELL.findall(page.main) if count == "5"]
    done = visitor.get(reached.replace("&amp;", "&"))
    assert done.title.startswith("5 hồ sơ đã kết thúc")
    assert done.text.count("Đã công nhận") >= 5


def test_communes_are_found_without_marks_and_sums_are_of_those_shown(province_site: Site) -> None:
    visitor = province_site.enter("pv01-1")
    page = visitor.get("/toan-tinh/?q=tan+hoa")
    assert len(lines(page)) == 2
    assert lines(page)[-1] == "Cộng 0 2 0 0 0 0 0 2 hồ sơ quá hạn"
    assert "Đang xem 1 trên 4 nơi có tên khớp tan hoa . Bỏ lọc" in page.text
    assert page.links["Bỏ lọc"] == "/toan-tinh/?loai=dien_hinh"
    nothing = visitor.get("/toan-tinh/?q=khong+co")
    assert "Không có xã, phường, đặc khu nào khớp “khong co”." in nothing.text


def test_communes_can_be_ordered_by_name(province_site: Site) -> None:
    page = province_site.enter("pv01-1").get("/toan-tinh/?xep=ten")
    assert [row.split(" 0")[0].split(" Chưa")[0] for row in lines(page)[:-1]] == [
        "Xã An Khánh Hạ",
        "Xã Bình An",
        "Xã Tân Hòa Đông",
        "Xã Vĩnh Phong",
    ]


def test_another_year_has_its_own_numbers(province_site: Site) -> None:
    page = province_site.enter("pv01-1").get("/toan-tinh/?nam=2027")
    assert page.title == "Toàn tỉnh: không có hồ sơ quá hạn · Điển hình 2027"
    assert page.main_button() == []
    assert lines(page)[-1] == "Cộng 0 0 0 0 0 0 0 Không có hồ sơ quá hạn"


def test_sheet_holds_the_same_rows(province_site: Site) -> None:
    answer = province_site.enter("pv01-1").client.get("/toan-tinh/bang.xlsx?loai=dien_hinh")
    assert answer.headers["Content-Disposition"] == "attachment; filename=toan-tinh-2026.xlsx"
    (sheet,) = read_workbook(answer.data)
    rows = [[str(cell) for cell in row] for row in sheet.rows]
    assert rows[0] == [
        "Xã, phường, đặc khu",
        "Đăng ký",
        "Đánh giá",
        "Họp xét ở xã",
        "Thẩm định cấp tỉnh",
        "Chờ công nhận",
        "Đã công nhận",
        "Trả lại",
        "Quá hạn",
        "Đang giữ hồ sơ quá hạn",
    ]
    assert rows[2] == ["Xã Bình An", "0", "0", "2", "0", "0", "0", "0", "2", "UBND xã, 2 hồ sơ"]
    assert len(rows) == 5


def test_unknown_kind_is_not_found(province_site: Site) -> None:
    assert province_site.enter("pv01-1").get("/toan-tinh/?loai=khac").status == 404


@pytest.mark.parametrize("person", ["cax-1", "ubnd-1", "ubnd-tinh-1", "thpt", "quan-tri"])
@pytest.mark.parametrize("url", ["/toan-tinh/", "/toan-tinh/bang.xlsx"])
def test_the_province_is_pv01s_to_see(province_site: Site, person: str, url: str) -> None:
    assert province_site.enter(person).get(url).status == 403
