"""A dossier begins: which kinds, within which dates, for whom; once, and from a signed paper where it is for a unit."""

from __future__ import annotations

import io
from collections.abc import Callable

from tests.support.pages import Page, filled
from tests.support.sites import Site, Visitor
from workflow.seeding.papers import scan

SiteAt = Callable[[str], Site]

IN_TIME = "2026-01-15T07:00:00"
CLOSED = "2026-01-19T08:00:00"

BEGIN = "/dang-ky/dien_hinh?nam=2026"


def begun(site: Site, subject: str) -> list[str]:
    """Numbers of the dossiers of a subject."""
    with site.house.engine.reading() as stores:
        every = (stores.dossiers.get(one) for one in stores.dossiers.ids_where(province_id="tinh"))
        return [dossier.number for dossier in every if dossier.subject_id == subject]


def send(visitor: Visitor, url: str, **changes: object) -> Page:
    answer = visitor.client.post(url, data=filled(visitor.get(url).form(), **changes))
    return visitor.get(answer.location) if answer.status_code == 302 else Page(answer)


def test_kinds_say_whether_and_until_when_they_are_taken_in(site_at: SiteAt) -> None:
    open_page = site_at(IN_TIME).enter("thpt").get("/dang-ky/")
    assert "Đang nhận, trong hạn; đăng ký hết ngày 17/01/2026" in open_page.text
    assert "Năm xét 2026 chưa mở cho loại hồ sơ này." in open_page.text
    assert "Đã đóng; đăng ký hết ngày 17/01/2026" in site_at(CLOSED).enter("mttq").get("/dang-ky/").text


def test_unit_opens_its_draft_with_a_number_once(site_at: SiteAt) -> None:
    site = site_at(IN_TIME)
    unit = site.enter("thpt")
    page = unit.get(BEGIN)
    assert page.headings[:2] == [(1, "Mở hồ sơ mới"), (2, "Thời hạn")]
    data = filled(page.form(), viec="lam")
    first, second = (unit.client.post(BEGIN, data=data) for _ in range(2))
    assert (first.status_code, first.location) == (302, second.location)
    assert len(begun(site, "thpt-vinh-thuan")) == 1
    assert begun(site, "thpt-vinh-thuan")[0] in unit.get(first.location).text


def test_closed_year_says_why_and_who_can_open_it(site_at: SiteAt) -> None:
    site = site_at(CLOSED)
    page = site.enter("mttq").get(BEGIN)
    assert "Vì sao chưa mở được?" in [words for _, words in page.headings]
    assert "PV01 (Công an tỉnh)" in page.section("Vì sao chưa mở được?")
    assert page.form() == {}
    assert begun(site, "mttq-vinh-phong") == []


def test_police_begin_for_a_unit_only_from_its_signed_paper(site_at: SiteAt) -> None:
    site = site_at(IN_TIME)
    officer = site.enter("cax-2")
    lacking = send(officer, BEGIN, don_vi="tram-y-te-vinh-phong", viec="lam")
    assert lacking.status == 422
    assert "Gửi kèm bản quét của văn bản đã ký." in lacking.errors
    assert begun(site, "tram-y-te-vinh-phong") == []
    paper = {
        "vb_number": "03/ĐK-TYT",
        "vb_date": "13/01/2026",
        "vb_issuer": "Trạm Y tế xã Vĩnh Phong",
        "vb_signer_office": "Trưởng trạm",
        "vb_scan": (io.BytesIO(scan("dang ky")), "dang-ky.pdf"),
    }
    send(officer, BEGIN, don_vi="tram-y-te-vinh-phong", viec="lam", **paper)
    assert len(begun(site, "tram-y-te-vinh-phong")) == 1


def test_nobody_chosen_is_said_at_its_field(site_at: SiteAt) -> None:
    page = send(site_at(IN_TIME).enter("cax-2"), BEGIN, viec="lam")
    assert (page.status, page.errors) == (422, ["Chọn một đơn vị."])


def test_subject_outside_the_commune_and_kind_nobody_knows_look_the_same(site_at: SiteAt) -> None:
    officer = site_at(IN_TIME).enter("cax-2")
    assert officer.get(f"{BEGIN}&don_vi=khong-co").status == 404
    assert officer.get("/dang-ky/khong_co").status == 404
    assert site_at(IN_TIME).enter("pv01-1").get(BEGIN).status == 404
    assert site_at(IN_TIME).enter("quan-tri").get("/dang-ky/").status == 403


def test_province_police_begin_an_inspection_of_a_commune(site_at: SiteAt) -> None:
    page = site_at(IN_TIME).enter("pv01-1").get("/dang-ky/kiem_tra?q=vinh phong")
    assert "Xã Vĩnh Phong" in page.text
