"""What waits for the reader, as each role reads it: tasks by lateness, acts with their count, dates ahead."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.pages import Page, words
from tests.support.sites import Site

NOVEMBER = "2026-11-17T17:10:00"
"""Six dossiers wait for the committee's meeting, one is being assessed, three recognitions owe their upkeep."""

SiteAt = Callable[[str], Site]


def tasks(page: Page) -> list[str]:
    """The titles of the tasks, in order."""
    return [words(part.split("</h3>")[0]) for part in page.main.split('<h3 class="t">')[1:]]


def groups(page: Page) -> list[str]:
    """The headings over the tasks with what they count."""
    return [words(part.split("</h2>")[0].split(">", 1)[1]) for part in page.main.split('<h2 class="band"')[1:]]


# --- the commune ------------------------------------------------------------------------------------------------------


def test_everybody_lands_on_what_waits_for_them(site_at: SiteAt) -> None:
    site = site_at(NOVEMBER)
    for person in ("cax-1", "ubnd-1", "pv01-1", "ubnd-tinh-1", "thpt"):
        answer = site.enter(person).client.get("/")
        assert answer.headers["Location"] == "/viec-can-lam", person


def test_police_read_their_tasks_with_last_day_and_what_is_missing(site_at: SiteAt) -> None:
    page = site_at(NOVEMBER).enter("cax-1").get("/viec-can-lam")
    assert page.title == "Việc cần làm (3)"
    assert {"Đến lượt (3)", "Chờ nơi khác (7)", "Đã xong (1)"} <= page.links.keys()
    assert "hết thứ Tư 02/12 Xác nhận đánh giá: Trạm Y tế xã Vĩnh Phong" in page.text
    assert "2/5 Đánh giá · Điển hình · đến lượt từ 17/11 · còn 1 điều kiện" in page.text
    assert page.links["Xác nhận đánh giá: Trạm Y tế xã Vĩnh Phong"].startswith("/ho-so/")
    assert page.main_button() == []


def test_dossiers_of_one_act_are_one_task_with_its_count(site_at: SiteAt) -> None:
    page = site_at(NOVEMBER).enter("ubnd-1").get("/viec-can-lam")
    assert tasks(page) == ["Ghi kết quả họp xét: 6 hồ sơ"]
    assert "hết thứ Sáu 27/11" in page.text
    assert "3/5 Họp xét ở xã · năm xét 2026, ghi một lần cho tất cả · tất cả đủ điều kiện" in page.text
    act = urlsplit(page.links["Ghi kết quả họp xét: 6 hồ sơ"])
    assert act.path == "/viec-chung/record_meeting"
    assert len(parse_qs(act.query)["ho-so"]) == 6
    assert page.links["Trường THPT Vĩnh Thuận"].startswith("/ho-so/")


def test_act_says_how_many_lack_something(site_at: SiteAt) -> None:
    page = site_at("2026-11-19T15:00:00").enter("ubnd-1").get("/viec-can-lam")
    assert "Trình tỉnh: 5 hồ sơ" in tasks(page)
    assert "3 hồ sơ đủ điều kiện, 2 hồ sơ còn thiếu" in page.text


def test_task_without_a_clock_takes_the_date_of_the_plan(site_at: SiteAt) -> None:
    page = site_at("2026-01-19T16:00:00").enter("ubnd-1").get("/viec-can-lam")
    assert tasks(page) == ["Lựa chọn đơn vị: 7 hồ sơ"]
    assert "hết thứ Ba 20/01 Còn 1 ngày làm việc" in page.text
    assert groups(page) == ["Đến hạn trong 5 ngày làm việc 1 việc"]


def test_upkeep_falls_due_with_the_plan_and_the_communes_own_is_the_provinces(site_at: SiteAt) -> None:
    site = site_at("2026-02-24T09:00:00")
    page = site.enter("cax-1").get("/viec-can-lam")
    assert tasks(page) == ["Ghi kết quả duy trì: 2 hồ sơ"]
    assert "hết thứ Sáu 11/12" in page.text
    province = site.enter("pv01-1")
    assert province.get("/viec-can-lam").headings[0] == (1, "0 hồ sơ chờ thẩm định")
    own = province.get(province.get("/viec-can-lam").links["Việc khác (1)"])
    assert tasks(own) == ["Ghi kết quả duy trì của xã: Xã Vĩnh Phong"]
    assert "đến lượt từ 23/12/2025" in own.text


def test_late_tasks_come_first_and_say_how_late(province_site: Site) -> None:
    page = province_site.enter("cax-1@tan-hoa-dong").get("/viec-can-lam")
    assert page.title == "Việc cần làm (2), 2 quá hạn"
    assert groups(page) == ["Quá hạn 2 việc"]
    assert tasks(page) == [
        "Xác nhận đánh giá: Trường THCS Tân Hòa Đông",
        "Xác nhận đánh giá: Đoàn Thanh niên xã Tân Hòa Đông",
    ]
    assert "hết thứ Năm 19/11 Quá hạn 7 ngày làm việc" in page.text


def test_what_waits_for_others_stands_under_whoever_holds_it(site_at: SiteAt) -> None:
    visitor = site_at("2026-02-24T09:00:00").enter("cax-1")
    page = visitor.get("/viec-can-lam?phan=noi-khac")
    assert page.title == "Chờ nơi khác (8)"
    assert groups(page) == ["Chờ đơn vị 7 hồ sơ", "Chờ PV01 (Công an tỉnh) 1 hồ sơ"]
    assert "hết thứ Năm 05/03 Trường THCS Vĩnh Phong Điển hình · từ 24/02 Trả lại đơn vị để sửa" in page.text
    assert "2/5 Đánh giá · Được lựa chọn xây dựng điển hình · Điển hình · từ 20/01" in page.text


def test_what_is_done_says_how_it_ended(site_at: SiteAt) -> None:
    page = site_at(NOVEMBER).enter("cax-1").get("/viec-can-lam?phan=da-xong")
    assert "kết thúc 20/01/2026 Công ty CP Thủy sản Phong Lợi (giả định)" in page.text
    assert "Không được lựa chọn" in page.text


def test_beside_the_list_stand_whom_to_ask_and_what_is_coming(site_at: SiteAt) -> None:
    page = site_at("2026-02-24T09:00:00").enter("cax-1").get("/viec-can-lam")
    box = page.section("Cần đôn đốc")
    assert box.startswith("35 ngày")
    assert "chưa nộp kế hoạch của đơn vị, và 1 việc khác" in box
    assert page.links["Đôn đốc 7 hồ sơ"] == "/don-doc/"
    assert page.section("30 ngày tới").startswith("Không có mốc thời hạn nào trong 30 ngày tới.")


def test_dates_ahead_come_in_order_with_what_they_mean(site_at: SiteAt) -> None:
    site = site_at(NOVEMBER)
    box = site.enter("cax-1").get("/viec-can-lam").section("30 ngày tới")
    assert box.startswith(
        "10/12 Chốt số liệu năm 2026 hết thứ Năm 10/12; minh chứng sau ngày này tính cho năm sau"
        " 11/12 Mở: Báo cáo kết quả (công nhận và duy trì) năm xét 2026"
    )
    assert "11/12 Xét duy trì hết thứ Sáu 11/12" in box
    assert box.endswith("Toàn bộ thời hạn năm 2026")
    of_unit = site.enter("thpt").get("/viec-can-lam").section("30 ngày tới")
    assert "Chốt số liệu năm 2026" in of_unit
    assert "Báo cáo kết quả" not in of_unit


def test_the_end_of_the_year_is_called_so(province_site: Site) -> None:
    box = province_site.enter("pv01-1").get("/viec-can-lam").section("30 ngày tới")
    assert "31/12 Ngày đóng năm xét 2026 hết thứ Năm 31/12" in box


def test_due_date_that_still_takes_late_ones_says_so(site_at: SiteAt) -> None:
    box = site_at("2026-01-12T08:00:00").enter("thpt").get("/viec-can-lam").section("30 ngày tới")
    assert box.startswith(
        "17/01 Đăng ký xây dựng điển hình hết thứ Bảy 17/01; sau đó ghi là muộn"
        " 18/01 Đóng: Đăng ký xây dựng điển hình hết Chủ nhật 18/01; sau đó không nhận nữa"
    )


# --- the province -----------------------------------------------------------------------------------------------------


def test_pv01_reads_how_many_wait_and_by_which_letter_they_came(province_site: Site) -> None:
    page = province_site.enter("pv01-1").get("/viec-can-lam")
    assert page.title == "3 hồ sơ chờ thẩm định"
    assert [link for link in page.links if "(" in link][:4] == [
        "Đến lượt thẩm định (3)",
        "Đã trả lại (0)",
        "Chờ UBND tỉnh (3)",
        "Việc khác (2)",
    ]
    assert groups(page) == [
        "Xã Vĩnh Phong Tờ trình của UBND xã số 104/TTr-UBND ngày 30/11/2026 · 1 hồ sơ",
        "Xã Vĩnh Phong Tờ trình của UBND xã số 105/TTr-UBND ngày 30/11/2026 · 2 hồ sơ",
    ]
    assert "Đề xuất công nhận: Trạm Y tế xã Vĩnh Phong" in tasks(page)
    assert "2 Xã Bình An : 2 hồ sơ quá hạn" in page.section("Đang chậm ở xã, phường")
    assert page.links["Toàn tỉnh theo giai đoạn"] == "/toan-tinh/"


def test_pv01_finds_what_it_sent_back_even_with_the_unit(site_at: SiteAt) -> None:
    page = site_at("2026-11-26T08:45:00").enter("pv01-1").get("/viec-can-lam?phan=tra-lai")
    assert page.title == "Đã trả lại (1)"
    assert groups(page) == ["Chờ đơn vị 1 hồ sơ"]
    assert "Mặt trận Tổ quốc Việt Nam xã Vĩnh Phong Xã Vĩnh Phong · Điển hình · từ 26/11" in page.text


def test_provincial_committee_decides_many_at_once_and_sees_them_by_commune(province_site: Site) -> None:
    page = province_site.enter("ubnd-tinh-1").get("/viec-can-lam")
    assert page.title == "3 hồ sơ chờ quyết định"
    assert groups(page) == [
        "Ghi một lần cho nhiều hồ sơ 1 việc",
        "Xã Vĩnh Phong Tờ trình của UBND xã số 101/TTr-UBND ngày 20/11/2026 · 3 hồ sơ",
    ]
    assert tasks(page)[0] == "Ghi quyết định công nhận: 3 hồ sơ"


def test_dossiers_are_appraised_one_after_another(province_site: Site) -> None:
    visitor = province_site.enter("pv01-1")
    first = visitor.client.get(visitor.get("/viec-can-lam").links["Thẩm định lần lượt"])
    seen = [first.headers["Location"]]
    for place in (1, 2, 3):
        page = visitor.get(seen[-1])
        assert f"Xem lần lượt: hồ sơ {place} trên 3" in page.html
        label = "Hồ sơ tiếp theo" if place < 3 else "Hết danh sách, về Việc cần làm"
        link = page.html.split(f'">{label}</a>')[0].rsplit('href="', 1)[1]
        seen.append(visitor.client.get(link).headers["Location"])
    assert len(set(seen[:3])) == 3
    assert seen[-1] == "/viec-can-lam"
    assert "Xem lần lượt" not in visitor.get(seen[0]).html


def test_looking_one_after_another_can_be_left(province_site: Site) -> None:
    visitor = province_site.enter("pv01-1")
    place = visitor.client.get("/viec-can-lam/lan-luot").headers["Location"]
    assert visitor.client.get("/viec-can-lam/lan-luot?thoi=co").headers["Location"] == "/viec-can-lam"
    assert "Xem lần lượt" not in visitor.get(place).html
    assert visitor.client.get("/viec-can-lam/lan-luot?sau=khong-co").headers["Location"] == "/viec-can-lam"


# --- the unit ---------------------------------------------------------------------------------------------------------


def test_unit_sees_its_dossier_of_the_year_and_the_one_thing_to_do(site_at: SiteAt) -> None:
    page = site_at("2026-02-24T14:00:00").enter("mttq").get("/viec-can-lam")
    assert page.headings[0] == (1, "Mặt trận Tổ quốc Việt Nam xã Vĩnh Phong, điển hình 2026")
    assert page.title.endswith("đến lượt Mặt trận Tổ quốc Việt Nam xã Vĩnh Phong")
    assert page.main_button() == ["Lập bảng tự chấm điểm"]
    assert page.links["Lập bảng tự chấm điểm"].endswith("/giay-to/self_score/sua")
    papers = page.section("Giấy tờ đơn vị nộp")
    assert papers.startswith("Bản đăng ký xây dựng điển hình Hợp lệ bản 1, 21/01/2026 Kế hoạch của đơn vị Hợp lệ")
    assert "Bảng tự chấm điểm Chưa có" in papers
    assert "Bảng đánh giá của Công an xã" not in papers
    assert "Đang ở: Giai đoạn 2 trên 5: Đánh giá" in page.text


def test_unit_whose_dossier_was_returned_is_led_into_the_very_field(site_at: SiteAt) -> None:
    page = site_at("2026-02-24T09:00:00").enter("thcs").get("/viec-can-lam")
    assert page.title.endswith("sửa 2 nội dung, hết ngày 05/03/2026, thứ Năm")
    assert page.main_button() == ["Sửa kế hoạch của đơn vị: Số, ký hiệu văn bản"]
    assert "#" in page.links["Sửa kế hoạch của đơn vị: Số, ký hiệu văn bản"]
    assert "Kế hoạch chưa có số, ký hiệu." in page.section("Công an xã Vĩnh Phong trả lại 2 nội dung")


def test_unit_that_waits_is_told_for_whom(site_at: SiteAt) -> None:
    page = site_at(NOVEMBER).enter("thpt").get("/viec-can-lam")
    assert page.title.startswith("Trường THPT Vĩnh Thuận, điển hình 2026: đang chờ UBND xã Vĩnh Phong")
    assert page.main_button() == ["Mở hồ sơ"]


def test_unit_without_a_dossier_is_told_the_date_and_where_to_begin(site_at: SiteAt) -> None:
    page = site_at("2026-01-12T08:45:00").enter("thpt").get("/viec-can-lam")
    assert page.headings[0] == (1, "Năm 2026: đơn vị chưa có hồ sơ")
    assert "Hạn: hết ngày 17/01/2026, thứ Bảy." in page.text
    assert page.main_button() == ["Đăng ký Điển hình về phong trào Toàn dân bảo vệ an ninh Tổ quốc, năm 2026"]
    assert page.links[page.main_button()[0]] == "/dang-ky/dien_hinh?nam=2026"


def test_unit_may_begin_the_coming_year_once_it_is_open(site_at: SiteAt) -> None:
    visitor = site_at("2025-12-23T16:00:00").enter("thpt")
    page = visitor.get("/viec-can-lam")
    assert page.headings[0] == (1, "Năm 2026: đơn vị chưa có hồ sơ")
    assert "Hạn: hết ngày 17/01/2026, thứ Bảy." in page.text
    assert visitor.get("/viec-can-lam?nam=2025").headings[0] == (1, "Năm 2025: đơn vị chưa có hồ sơ")


def test_unit_is_told_when_it_would_be_late_and_when_it_is_closed(site_at: SiteAt) -> None:
    late = site_at("2026-01-18T10:00:00").enter("mttq").get("/viec-can-lam")
    assert "Đã qua hạn nhưng vẫn nhận đến hết ngày 18/01/2026, Chủ nhật, hồ sơ sẽ ghi là nộp muộn." in late.text
    closed = site_at("2026-01-19T09:00:00").enter("mttq").get("/viec-can-lam")
    assert (
        "Đã đóng nhận từ 19/01/2026, 00:00. Nếu có lý do chính đáng, đề nghị PV01 mở nhận muộn cho đơn vị."
        in closed.text
    )
    assert closed.main_button() == []


def test_unit_that_holds_the_title_keeps_it_up_and_registers_nothing(site_at: SiteAt) -> None:
    page = site_at("2026-01-12T08:45:00").enter("tieu-hoc").get("/viec-can-lam")
    assert page.headings[0] == (1, "Trường Tiểu học Vĩnh Phong, duy trì điển hình 2026")
    assert "Đăng ký" not in page.links


def test_older_years_stand_below(site_at: SiteAt) -> None:
    visitor = site_at("2026-12-08T10:00:00").enter("thpt")
    page = visitor.get("/viec-can-lam?nam=2027")
    assert page.headings[0] == (1, "Trường THPT Vĩnh Thuận, duy trì điển hình 2027")
    assert "Điển hình 2026 · 2026-DH-0003 Đã công nhận 08/12/2026" in page.section("Năm khác")


# --- the address ------------------------------------------------------------------------------------------------------


def test_filters_narrow_the_tasks_and_are_said(site_at: SiteAt) -> None:
    visitor = site_at(NOVEMBER).enter("cax-1")
    page = visitor.get("/viec-can-lam?q=tram+y+te")
    assert tasks(page) == ["Xác nhận đánh giá: Trạm Y tế xã Vĩnh Phong"]
    assert "Đang xem 1 hồ sơ: tram y te" in page.text
    assert page.links["Bỏ lọc"] == "/viec-can-lam"
    assert page.links["Chờ nơi khác (0)"] == "/viec-can-lam?q=tram+y+te&phan=noi-khac"


def test_nothing_found_leads_to_the_list_of_all(site_at: SiteAt) -> None:
    page = site_at(NOVEMBER).enter("cax-1").get("/viec-can-lam?q=thpt")
    assert "Không có hồ sơ nào ở mục “Đến lượt” khớp điều kiện lọc." in page.text
    assert page.links["tìm trong tất cả hồ sơ"] == "/ho-so?q=thpt"


def test_empty_list_says_what_will_come(site_at: SiteAt) -> None:
    site = site_at("2026-01-12T08:00:00")
    page = site.enter("ubnd-1").get("/viec-can-lam")
    assert "Chưa có việc nào đến lượt. Việc mới sẽ hiện ở đây khi đơn vị nộp hồ sơ." in page.text
    assert "Hồ sơ sẽ hiện ở đây khi UBND xã trình." in site.enter("pv01-1").get("/viec-can-lam").text
    assert "khi Công an tỉnh đề xuất công nhận" in site.enter("ubnd-tinh-1").get("/viec-can-lam").text


@pytest.mark.parametrize("query", ["phan=cho-tinh", "phan=gi-do", "lateness=often", "after=abc"])
def test_address_nobody_made_is_said_to_be_wrong(site_at: SiteAt, query: str) -> None:
    assert site_at(NOVEMBER).enter("cax-1").get(f"/viec-can-lam?{query}").status == 422


def test_administrator_has_no_worklist(site_at: SiteAt) -> None:
    visitor = site_at(NOVEMBER).enter("quan-tri")
    assert visitor.get("/viec-can-lam").status == 403
    assert visitor.client.get("/").headers["Location"] == "/to-chuc/"


# --- the menu ---------------------------------------------------------------------------------------------------------


def test_every_entry_of_every_menu_leads_to_a_page_of_that_role(site_at: SiteAt) -> None:
    site = site_at(NOVEMBER)
    for person in ("cax-1", "ubnd-1", "pv01-1", "ubnd-tinh-1", "thpt", "quan-tri"):
        visitor = site.enter(person)
        html = visitor.get("/tai-khoan/").html
        menu = html[html.find('<nav class="nav"') : html.find("</nav>")]
        entries = [part.split('"')[0] for part in menu.split('<li><a href="')[1:] if not part.startswith("#")]
        foot = html[html.find('<footer class="foot"') :]
        links = [part.split('"')[0] for part in foot.split('<a href="')[1:]]
        assert 1 <= len(entries) <= 7, (person, entries)
        for url in (*entries, *links):
            page = Page(visitor.client.get(url, follow_redirects=True))
            assert page.status == 200, (person, url)
            assert page.headings[0][0] == 1
        assert not set(entries) & set(links)


def test_menu_marks_where_one_is(site_at: SiteAt) -> None:
    visitor = site_at(NOVEMBER).enter("cax-1")
    place = visitor.get("/viec-can-lam").links["Xác nhận đánh giá: Trạm Y tế xã Vĩnh Phong"]
    assert 'href="/viec-can-lam" aria-current="page"' in visitor.get("/viec-can-lam").html
    assert 'href="/ho-so" aria-current="page"' in visitor.get(place).html
    unit = site_at(NOVEMBER).enter("thpt")
    own = unit.get("/viec-can-lam").links["Mở hồ sơ"]
    assert 'href="/viec-can-lam" aria-current="page"' in unit.get(own).html
