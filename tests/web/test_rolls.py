"""The rolls as people read them: every kind that keeps one, its list, what it adds up to, and files to take along."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest

from tests.support.light import Lived, person
from tests.support.pages import Page, words
from tests.support.sites import Site
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
