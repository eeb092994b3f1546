"""The list of all dossiers: found by words, narrowed in the address, said in words, paged by key, in one's sight."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.pages import Page
from tests.support.reading import DAY, NOW, dossier_row, organisation_row, write_dossiers, write_organisations
from tests.support.sites import Site

NOVEMBER = "2026-11-17T17:10:00"
"""Six dossiers wait for the committee's meeting, one is being assessed, three recognitions owe their upkeep."""

SiteAt = Callable[[str], Site]


def rows_of(page: Page) -> list[str]:
    """The names in the first column."""
    return [part.split("</a>")[0].split(">")[-1] for part in page.main.split('<th role="rowheader" scope="row">')[1:]]


def test_list_says_how_many_are_open_and_where_each_stands(site_at: SiteAt) -> None:
    page = site_at(NOVEMBER).enter("cax-1").get("/ho-so")
    assert page.title == "10 hồ sơ đang giải quyết"
    assert page.headings == [(1, "10 hồ sơ đang giải quyết")]
    assert "Đang giải quyết (10)" in page.links
    assert "Đã kết thúc (1)" in page.links
    assert set(rows_of(page)[:2]) == {"Trường THPT Vĩnh Thuận", "Trường THCS Vĩnh Phong"}
    assert "3/5 Họp xét ở xã Đã đánh giá UBND xã từ 12/11 hết thứ Sáu 27/11" in page.text
    assert "2/5 Đánh giá Được lựa chọn xây dựng điển hình Công an xã từ 17/11 hết thứ Tư 02/12" in page.text


def test_draft_of_a_unit_is_nobody_elses(site_at: SiteAt) -> None:
    site = site_at(NOVEMBER)
    name = "Công ty TNHH Lương thực Phong Phú (giả định)"
    assert name not in rows_of(site.enter("cax-1").get("/ho-so"))
    assert rows_of(site.enter("luong-thuc").get("/ho-so")) == [name]


@pytest.mark.parametrize("words", ["vinh thuan", "VĨNH THUẬN", "  thuận   vĩnh ", "2026-dh-0003", "2026-DH-0003"])
def test_words_and_numbers_find_without_marks_and_case(site_at: SiteAt, words: str) -> None:
    page = site_at(NOVEMBER).enter("cax-1").get(f"/ho-so?q={words}")
    assert rows_of(page) == ["Trường THPT Vĩnh Thuận"]


def test_what_is_chosen_is_said_and_each_can_be_dropped(site_at: SiteAt) -> None:
    visitor = site_at(NOVEMBER).enter("cax-1")
    page = visitor.get("/ho-so?q=vinh&kind=dien_hinh&holder=commune_committee&cycle=2026")
    said = "Đang xem 6 hồ sơ đang giải quyết: vinh bỏ lọc “vinh” , Điển hình bỏ lọc “Điển hình” , do UBND xã giữ"
    assert said in page.text
    assert page.title == "6 hồ sơ đang giải quyết, đã lọc"
    dropped = parse_qs(urlsplit(page.links["bỏ lọc “do UBND xã giữ”"]).query)
    assert dropped == {"q": ["vinh"], "kind": ["dien_hinh"], "cycle": ["2026"]}
    assert page.links["Bỏ lọc"] == "/ho-so"
    assert 'value="vinh"' in page.main
    assert '<option value="dien_hinh" selected>' in page.main


def test_one_condition_is_dropped_by_the_way_out_of_all(site_at: SiteAt) -> None:
    page = site_at(NOVEMBER).enter("cax-1").get("/ho-so?lateness=late")
    assert "Đang xem 0 hồ sơ đang giải quyết: quá hạn . Bỏ lọc" in page.text


def test_empty_list_names_the_condition_that_hides_something(site_at: SiteAt) -> None:
    page = site_at(NOVEMBER).enter("cax-1").get("/ho-so?q=vinh+thuan&lateness=late")
    assert "Không có hồ sơ đang giải quyết nào khớp “vinh thuan, quá hạn”." in page.text
    assert "Bỏ lọc “quá hạn” để xem 1 hồ sơ của Trường THPT Vĩnh Thuận." in page.text
    assert page.links["Bỏ lọc “quá hạn”"] == "/ho-so?q=vinh+thuan"


def test_empty_list_without_a_single_way_out_offers_the_whole(site_at: SiteAt) -> None:
    page = site_at(NOVEMBER).enter("cax-1").get("/ho-so?q=khong+co+ten+nay&lateness=late")
    assert "Bỏ lọc để xem lại từ đầu." in page.text


def test_stage_is_the_one_at_work(site_at: SiteAt) -> None:
    visitor = site_at(NOVEMBER).enter("cax-1")
    assert rows_of(visitor.get("/ho-so?stage=assessed")) == ["Trạm Y tế xã Vĩnh Phong"]
    assert len(rows_of(visitor.get("/ho-so?stage=commune_meeting"))) == 6
    assert "Đang xem 1 hồ sơ đang giải quyết: giai đoạn Đánh giá" in visitor.get("/ho-so?stage=assessed").text


def test_what_was_sent_back_is_found_wherever_it_stands(site_at: SiteAt) -> None:
    page = site_at("2026-11-26T08:45:00").enter("pv01-1").get("/ho-so?stage=:returned")
    assert rows_of(page) == ["Mặt trận Tổ quốc Việt Nam xã Vĩnh Phong"]
    assert "Trả lại đơn vị để sửa Đơn vị từ 26/11" in page.text


def test_done_ones_stand_apart_with_their_end(site_at: SiteAt) -> None:
    page = site_at(NOVEMBER).enter("cax-1").get("/ho-so?tab=done")
    assert page.title == "1 hồ sơ đã kết thúc"
    assert rows_of(page) == ["Công ty CP Thủy sản Phong Lợi (giả định)"]
    assert "Không được lựa chọn 20/01/2026" in page.text
    assert 'name="tab" value="done"' in page.main


def test_pages_follow_by_key_and_hold_each_dossier_once(site_at: SiteAt) -> None:
    site = site_at(NOVEMBER)
    many = [f"s-{n:03}" for n in range(75)]
    place = {"commune_id": "vinh-phong", "province_id": "tinh"}
    write_organisations(
        site.house.database, *(organisation_row(one, f"Đơn vị {one}", parent_id="vinh-phong", **place) for one in many)
    )
    write_dossiers(
        site.house.database,
        *(
            dossier_row(
                subject_id=one, kind="dien_hinh", state="selected", stage="registered", due_at=NOW + n * DAY, **place
            )
            for n, one in enumerate(many)
        ),
    )
    visitor = site.enter("cax-1")
    first = visitor.get("/ho-so?q=don+vi+s")
    assert first.title.startswith("75 hồ sơ")
    assert len(rows_of(first)) == 50
    second = visitor.get(first.links["Xem tiếp 50 hồ sơ"])
    assert rows_of(first) + rows_of(second) == [f"Đơn vị {one}" for one in many]
    assert "Xem tiếp 50 hồ sơ" not in second.links
    assert second.links["Về đầu danh sách"] == "/ho-so?q=don+vi+s"


@pytest.mark.parametrize(
    "query",
    ["lateness=often", "holder=nobody", "cycle=26", "kind=a%20b", "tab=elsewhere", "after=abc", "q=" + "a" * 101],
)
def test_address_nobody_made_is_said_to_be_wrong(site_at: SiteAt, query: str) -> None:
    page = site_at(NOVEMBER).enter("cax-1").get(f"/ho-so?{query}")
    assert page.status == 422
    assert page.headings == [(1, "Nội dung chưa đúng")]


def test_each_sees_only_what_is_theirs(province_site: Site) -> None:
    everything = province_site.enter("pv01-1").get("/ho-so?q=doan")
    assert {"Đoàn Thanh niên xã Tân Hòa Đông", "Đoàn Thanh niên xã Bình An"} <= set(rows_of(everything))
    of_commune = province_site.enter("cax-1@binh-an").get("/ho-so")
    assert set(rows_of(of_commune)) == {"Đoàn Thanh niên xã Bình An", "Trường THCS Bình An"}
    of_province = province_site.enter("ubnd-tinh-1").get("/ho-so")
    assert all("Vĩnh" in name for name in rows_of(of_province))
    assert rows_of(province_site.enter("doan@binh-an").get("/ho-so")) == ["Đoàn Thanh niên xã Bình An"]
    assert rows_of(province_site.enter("cax-1@binh-an").get("/ho-so?commune=tan-hoa-dong")) == []


def test_province_chooses_a_commune_and_a_commune_does_not(province_site: Site) -> None:
    page = province_site.enter("pv01-1").get("/ho-so?commune=tan-hoa-dong")
    assert set(rows_of(page)) == {"Đoàn Thanh niên xã Tân Hòa Đông", "Trường THCS Tân Hòa Đông"}
    assert '<option value="tan-hoa-dong" selected>Xã Tân Hòa Đông</option>' in page.main
    assert "Đang xem 2 hồ sơ đang giải quyết: Xã Tân Hòa Đông" in page.text
    assert 'name="commune"' not in province_site.enter("cax-1").get("/ho-so").main


def test_administrator_has_no_list(site_at: SiteAt) -> None:
    assert site_at(NOVEMBER).enter("quan-tri").get("/ho-so").status == 403
