"""The rolls as people read them: every kind that keeps one, its list, what it adds up to, and files to take along."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import docx
import pytest

from tests.support.light import Lived, person
from tests.support.pages import Page, words
from tests.support.sites import Site
from workflow import installation
from workflow.domain.actors import Role
from workflow.domain.errors import InvalidDocument, TransitionRefused

SiteAt = Callable[[str], Site]

NOW = "2026-11-11T10:05:00"
POLICE = person(Role.COMMUNE_POLICE, commune="vinh-phong")
COMMITTEE = person(Role.COMMUNE_COMMITTEE, commune="vinh-phong")


def rows(page: Page) -> list[list[str]]:
    """The cells of every row of every table of a page, as they are read."""
    return [
        [words(cell) for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", page.main, re.DOTALL)
    ]


def festival(site: Site, **plan: object) -> Lived:
    return Lived(site.house, POLICE, "hoat_dong", "vinh-phong").file(POLICE, "plan", **plan).move(POLICE, "len_lich")


def funded(site: Site, *, source: str, amount: int, allocated: int) -> Lived:
    asked = Lived(site.house, POLICE, "kinh_phi", "vinh-phong").file(POLICE, "proposal", source=source, amount=amount)
    asked.move(POLICE, "de_xuat_kinh_phi")
    return asked.move(COMMITTEE, "bo_tri_kinh_phi", papers={"allocation": {"allocated": allocated}})


def test_every_roll_stands_in_the_overview_with_its_count_and_the_way_to_begin(site_at: SiteAt) -> None:
    site = site_at(NOW)
    festival(site)
    page = site.enter("cax-2").get("/so/")
    assert page.headings[0] == (1, "Sổ và hồ sơ khác")
    found = {cells[0]: cells for cells in rows(page)}
    assert found["Sổ hoạt động phong trào"][1] == "1"
    assert found["Sổ kinh phí"][1] == "0"
    assert page.links["Lập mới trong sổ kinh phí"].startswith("/dang-ky/kinh_phi")


def test_a_dossier_is_called_by_its_own_title_wherever_it_is_listed(site_at: SiteAt) -> None:
    site = site_at(NOW)
    made = festival(site, title="Ngày hội thôn Đại Sơn")
    officer = site.enter("cax-2")
    assert officer.get(f"/ho-so/{made.id}").headings[0] == (1, "Ngày hội thôn Đại Sơn")
    assert "Ngày hội thôn Đại Sơn, Xã Vĩnh Phong" in officer.get("/ho-so").text
    assert "Ngày hội thôn Đại Sơn" in officer.get("/ho-so?q=ngay hoi thon").text
    assert made.number not in officer.get("/ho-so?q=dai son khong co").text


def test_a_subject_has_several_dossiers_of_such_a_kind_in_one_year(site_at: SiteAt) -> None:
    site = site_at(NOW)
    first, second = festival(site), festival(site, theme="giao_thong", form="mang_xa_hoi")
    assert first.number != second.number
    page = site.enter("cax-2").get("/so/hoat_dong?theme=giao_thong")
    named = [cells[0] for cells in rows(page) if "· 2026-" in cells[0]]
    assert named == [f"Ngày hội toàn dân bảo vệ an ninh Tổ quốc thôn Đại Sơn Xã Vĩnh Phong · {second.number}"]


def test_money_is_added_up_by_source_and_taken_along_whole(site_at: SiteAt) -> None:
    site = site_at(NOW)
    funded(site, source="ngan_sach_xa", amount=18_500_000, allocated=15_000_000)
    funded(site, source="ngan_sach_xa", amount=2_000_000_001, allocated=2_000_000_000)
    funded(site, source="tai_tro", amount=500_000, allocated=0)
    officer = site.enter("ubnd-1")
    assert ["Ngân sách cấp xã", "2", "2.018.500.001", "2.015.000.000"] in rows(officer.get("/so/kinh_phi"))
    answer = officer.client.get("/so/kinh_phi/tong-hop/csv?nam=2026")
    taken = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert ["Nguồn", "Ngân sách cấp xã", "2", "2018500001", "2015000000", "0"] in taken
    assert taken[-1][:4] == ["Tất cả", "", "3", "2019000001"]


def test_a_concentrated_launch_stays_open_until_a_true_inspection_is_named(site_at: SiteAt) -> None:
    site = site_at(NOW)
    launch = festival(site, type="phat_dong_tap_trung", forces="Công an xã").file(POLICE, "result")
    with pytest.raises(TransitionRefused) as refused:
        launch.move(POLICE, "ghi_ket_qua")
    assert [one.facts["paper"] for one in refused.value.refusals] == ["Lần kiểm tra gắn với đợt phát động"]
    for number in ("2026-KT-9999", launch.number):
        with pytest.raises(InvalidDocument):
            launch.file(POLICE, "inspection", inspection=number)
    visit = Lived(site.house, POLICE, "kiem_tra", "thpt-vinh-thuan").file(POLICE, "plan").move(POLICE, "bao_kiem_tra")
    launch.file(POLICE, "inspection", inspection=visit.number).move(POLICE, "ghi_ket_qua")
    assert site.house.looks.look(POLICE, launch.id).dossier.state == "da_thuc_hien"


def test_another_commune_sees_nothing_of_a_roll(province_site: Site) -> None:
    Lived(province_site.house, POLICE, "hoat_dong", "vinh-phong").file(POLICE, "plan").move(POLICE, "len_lich")
    assert "1 hồ sơ, năm 2026" in province_site.enter("pv01-1").get("/so/hoat_dong?nam=2026").text
    people = province_site.told.script["people"]
    elsewhere = next(
        one["id"] for one in people if one["role"] == "commune_police" and "vinh-phong" not in one["organisation"]
    )
    assert "0 hồ sơ, năm 2026" in province_site.enter(elsewhere).get("/so/hoat_dong?nam=2026").text


def test_a_kind_without_a_roll_and_one_that_is_not_there_look_the_same(site_at: SiteAt) -> None:
    officer = site_at(NOW).enter("cax-2")
    assert officer.get("/so/dien_hinh").status == officer.get("/so/khong_co").status == 404


def test_a_plan_and_those_that_carry_it_out_lead_to_each_other(site_at: SiteAt) -> None:
    site = site_at(NOW)
    commune = Lived(site.house, COMMITTEE, "van_ban", "vinh-phong").file(COMMITTEE, "instrument", title="Kế hoạch năm")
    commune.move(COMMITTEE, "vao_so")
    unit = person(Role.UNIT, commune="vinh-phong", organisation="thpt-vinh-thuan")
    below = Lived(site.house, unit, "van_ban", "thpt-vinh-thuan")
    with pytest.raises(InvalidDocument):
        below.file(unit, "instrument", title="Kế hoạch của trường", level="don_vi", carries_out="2026-VB-0999")
    below.file(unit, "instrument", title="Kế hoạch của trường", level="don_vi", carries_out=commune.number)
    below.move(unit, "vao_so")
    officer = site.enter("cax-2")
    above = officer.get(f"/ho-so/{commune.id}")
    assert below.number in above.text
    assert above.links["Kế hoạch của trường"] == f"/ho-so/{below.id}"
    assert officer.get(f"/ho-so/{below.id}").links["Kế hoạch năm"] == f"/ho-so/{commune.id}"
    listed = officer.get("/so/van_ban?level=don_vi").text
    assert (below.number in listed, commune.number in listed) == (True, False)


def model(site: Site, unit: str, **over: object) -> Lived:
    return (
        Lived(site.house, POLICE, "mo_hinh", unit).file(POLICE, "registration_of_model", **over).move(POLICE, "ra_mat")
    )


def test_a_replicated_model_and_its_origin_lead_to_each_other(site_at: SiteAt) -> None:
    site = site_at(NOW)
    first = model(site, "thpt-vinh-thuan", name="Cổng trường an toàn")
    second = model(site, "thcs-vinh-phong", name="Cổng trường THCS", way="nhan_rong", origin=first.number)
    officer = site.enter("cax-2")
    assert "Cổng trường an toàn" in officer.get(f"/ho-so/{second.id}").section("Hồ sơ liên quan")
    assert "Cổng trường THCS" in officer.get(f"/ho-so/{first.id}").section("Hồ sơ liên quan")
    unit = site.enter("thpt")
    assert "Cổng trường THCS" not in unit.get(f"/ho-so/{first.id}").text


def test_units_without_a_model_are_named_under_both_readings(site_at: SiteAt) -> None:
    site = site_at(NOW)
    model(site, "thpt-vinh-thuan")
    page = site.enter("cax-2").get("/so/mo_hinh")
    both, either = (words for level, words in page.headings if level == 2 and words.startswith(("Ban,", "Cơ quan,")))
    assert "Mặt trận Tổ quốc Việt Nam xã Vĩnh Phong: chưa xây mới" in page.section(both)
    assert "Trường THPT Vĩnh Thuận" not in page.section(either)
    assert "Trường THCS Vĩnh Phong: chưa xây mới, chưa củng cố" in page.section(either)
    strengthened = model(site, "thcs-vinh-phong", built_on="2024-05-01")
    lacking = site.enter("cax-2").get("/so/mo_hinh").section(either)
    assert "Trường THCS Vĩnh Phong" in lacking
    strengthened.move(POLICE, "cung_co", papers={"model_strengthening": {}})
    assert "Trường THCS Vĩnh Phong" not in site.enter("cax-2").get("/so/mo_hinh").section(either)


def test_a_model_owes_a_review_in_the_next_open_year_and_a_poor_one_is_listed(site_at: SiteAt) -> None:
    site = site_at(NOW)
    pv01 = person(Role.PROVINCE_POLICE, commune="")
    model(site, "thpt-vinh-thuan", name="Tổ tự quản")
    second = model(site, "thpt-vinh-thuan", name="Đội xung kích")
    site.house.cycles.open(pv01, kind_code="mo_hinh", cycle=2027)
    with site.house.engine.reading() as stores:
        owed = stores.dossiers.ids_where(province_id="tinh", kind="ra_soat_mo_hinh", cycle=2027)
        named = {stores.rolls.title_of(one): one for one in owed}
    assert sorted(named) == ["Tổ tự quản", "Đội xung kích"]
    review = Lived.found(site.house, POLICE, "ra_soat_mo_hinh", named["Tổ tự quản"])
    over = {"grade": "kem"}
    review.move(POLICE, "xep_loai_mo_hinh", choice="kem", reason="Ngừng sinh hoạt.", papers={"review_of_model": over})
    page = site.enter("cax-2").get("/so/ra_soat_mo_hinh?nam=2027&grade=kem")
    assert [cells[2] for cells in rows(page) if cells[0].startswith("Tổ tự quản")] == ["Hoạt động kém"]
    second.move(POLICE, "ket_thuc_mo_hinh", papers={"model_ending": {}})
    assert site.house.looks.look(POLICE, named["Đội xung kích"]).dossier.state == "thoi_ra_soat"


def test_a_programme_near_its_end_and_without_its_campaign_is_said(site_at: SiteAt) -> None:
    site = site_at(NOW)
    signed = Lived(site.house, POLICE, "chuong_trinh_phoi_hop", "vinh-phong")
    signed.file(POLICE, "joint_programme", title="Phối hợp với Mặt trận").move(POLICE, "ky_phoi_hop")
    officer = site.enter("cax-2")
    page = officer.get("/so/chuong_trinh_phoi_hop")
    assert "31/12/2026" in page.section("Sắp hoặc đã hết hạn")
    demand = "Mỗi chương trình có đặt ra quân: ít nhất một đợt trong năm"
    assert "Phối hợp với Mặt trận" in page.section(demand)
    signed.file(POLICE, "campaign_day")
    assert "1 trên 1 nơi đã đủ." in officer.get("/so/chuong_trinh_phoi_hop").section(demand)


def test_a_block_ranks_nobody_without_both_results_of_the_year(site_at: SiteAt) -> None:
    site = site_at(NOW)
    named = Lived(site.house, POLICE, "binh_xet_thi_dua", "thpt-vinh-thuan").file(POLICE, "block_nomination")
    named.move(POLICE, "dua_vao_binh_xet")
    options, _ = site.house.dossiers.options(COMMITTEE, named.id)
    ranked = next(one for one in options if one.transition.trigger == "binh_xet")
    assert [one.code for one in ranked.weighed.refusals].count("guard.result_missing") == 2


def test_a_task_is_given_by_minutes_that_print(site_at: SiteAt) -> None:
    site = site_at(NOW)
    task = Lived(site.house, POLICE, "phan_cong", "vinh-phong").file(POLICE, "board_task").move(POLICE, "neu_viec")
    waiting = site.enter("cax-2").get("/so/phan_cong?trang-thai=chua_phan_cong")
    assert "1 hồ sơ, năm 2026, đã lọc" in waiting.text
    task.move(COMMITTEE, "phan_cong_viec", papers={"assignment_minutes": {}})
    assert "Phó Trưởng Công an xã" in site.enter("cax-2").get("/so/phan_cong").text
    printed = site.enter("cax-2").client.get(f"/ho-so/{task.id}/in/giay-to/assignment_minutes.docx")
    assert printed.status_code == 200
    paragraphs = [one.text for one in docx.Document(io.BytesIO(printed.data)).paragraphs]
    assert any("Phân công nhiệm vụ cụ thể" in one for one in paragraphs)


def test_a_unit_asks_and_the_commune_answers(site_at: SiteAt) -> None:
    site = site_at(NOW)
    unit = person(Role.UNIT, commune="vinh-phong", organisation="thpt-vinh-thuan")
    asked = Lived(site.house, unit, "vuong_mac", "thpt-vinh-thuan").file(unit, "unit_question", title="Thiếu mẫu sổ")
    asked.move(unit, "neu_vuong_mac")
    assert "Thiếu mẫu sổ" in site.enter("cax-2").get("/viec").text + site.enter("cax-2").get("/ho-so").text
    asked.file(POLICE, "police_advice").move(POLICE, "bao_cao_ubnd")
    asked.move(COMMITTEE, "tra_loi_vuong_mac", papers={"answer_to_question": {}})
    assert "Đã trả lời" in site.enter("thpt").get("/so/vuong_mac").text


def test_the_state_of_the_house_is_whole_with_many_dossiers_of_a_subject(site_at: SiteAt) -> None:
    site = site_at(NOW)
    festival(site), festival(site)
    festival(site).move(POLICE, "bo_lich", reason="Mưa bão.")
    assert installation.verify_state(site.house).faults == []


def test_what_is_missing_is_the_readers_own_where_the_reader_may_file_it(site_at: SiteAt) -> None:
    site = site_at(NOW)
    made = festival(site)
    for actor in (POLICE, COMMITTEE):
        options, _ = site.house.dossiers.options(actor, made.id)
        concluding = next(one for one in options if one.transition.trigger == "ghi_ket_qua")
        assert {one.cleared_by for one in concluding.weighed.refusals} == {actor.role}
