"""Holds, their end and corrections, as the officers' pages make them."""

from __future__ import annotations

import io
from collections.abc import Callable

from tests.support.pages import Page, filled
from tests.support.sites import Site, Visitor
from workflow.domain.dossier import Dossier
from workflow.seeding.papers import scan

SiteAt = Callable[[str], Site]

FEBRUARY = "2026-02-24T08:00:00"
"""A school's plan lies with the commune's police."""

DECIDED = "2026-12-31T00:00:00"
"""The story's end: the province has decided."""


def page_of(site: Site, name: str, rest: str = "") -> str:
    return f"/ho-so/{site.told.ids[name]}{rest}"


def dossier(site: Site, name: str) -> Dossier:
    with site.house.engine.reading() as stores:
        return stores.dossiers.get(site.told.ids[name])


def filed_form(visitor: Visitor, url: str, **changes: object) -> Page:
    """The form at an address sent with some fields changed; a redirect is followed."""
    answer = visitor.client.post(url, data=filled(visitor.get(url).form(), **changes))
    return visitor.get(answer.location) if answer.status_code == 302 else Page(answer)


def signed(number: str, *, scanned: bool = True) -> dict[str, object]:
    """The fields of a signed paper."""
    scans = {"vb_scan": (io.BytesIO(scan("ket luan")), "ket-luan.pdf")} if scanned else {}
    return {
        "vb_number": number,
        "vb_date": "11/02/2026",
        "vb_issuer": "Công an xã Vĩnh Phong",
        "vb_signer_office": "Trưởng Công an xã",
    } | scans


# --- holds ---------------------------------------------------------------------------------------


def test_hold_is_told_to_the_unit_with_its_reason(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    done = filed_form(site.enter("cax-1"), page_of(site, "thcs", "/tam-dung"), ly_do="Có đơn đang xác minh.")
    assert done.headings[0] == (1, "Đã tạm dừng hồ sơ")
    assert "Đã báo cho: Trường THCS Vĩnh Phong." in done.text
    page = site.enter("thcs").get(page_of(site, "thcs"))
    assert "Lý do: Có đơn đang xác minh. Không có hạn." in page.text
    assert dossier(site, "thcs").hold is not None


def test_hold_without_a_reason_is_not_set(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    page = filed_form(site.enter("cax-1"), page_of(site, "thcs", "/tam-dung"), ly_do="  ")
    assert page.status == 422
    assert page.errors == ["Ghi lý do."]
    assert dossier(site, "thcs").hold is None


def test_hold_is_for_the_level_whose_turn_it_is(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    url = page_of(site, "thcs", "/tam-dung")
    assert site.enter("thcs").get(url).status == 403
    province = site.enter("pv01-1").get(url)
    assert province.form() == {}
    assert "Vì sao chưa tạm dừng được?" in [text for _, text in province.headings]


def test_hold_is_ended_by_another_with_the_concluding_paper(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    officer, url = site.enter("cax-1"), page_of(site, "thcs", "/ket-thuc-tam-dung")
    filed_form(officer, page_of(site, "thcs", "/tam-dung"), ly_do="Có đơn đang xác minh.")
    same = officer.get(url)
    assert same.form() == {}
    assert "Người đặt tạm dừng không tự kết thúc. Giao người khác cùng cấp hoặc cấp trên." in same.text
    committee = site.enter("ubnd-1")
    lacking = filed_form(committee, url, **signed("", scanned=False))
    assert lacking.errors == ["Ghi số, ký hiệu của văn bản đã ký.", "Gửi kèm bản quét của văn bản đã ký."]
    assert lacking.form()["vb_issuer"] == ["Công an xã Vĩnh Phong"]
    done = filed_form(committee, url, **signed("31/KL-CAX"))
    assert done.headings[0] == (1, "Đã kết thúc tạm dừng")
    assert dossier(site, "thcs").hold is None


def test_hold_sent_twice_has_one_effect(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    officer, url = site.enter("cax-1"), page_of(site, "thcs", "/tam-dung")
    data = filled(officer.get(url).form(), ly_do="Có đơn đang xác minh.")
    first, second = (officer.client.post(url, data=data) for _ in range(2))
    assert (first.status_code, first.location) == (302, second.location)


# --- corrections ---------------------------------------------------------------------------------


def step_of(site: Site, name: str, trigger: str) -> int:
    return next(step.seq for step in dossier(site, name).steps if step.trigger == trigger)


def test_correction_mends_the_paper_on_every_dossier_of_the_act(site_at: SiteAt) -> None:
    site = site_at(DECIDED)
    province, seq = site.enter("ubnd-tinh-1"), step_of(site, "mttq", "recognize")
    url = page_of(site, "mttq", f"/dinh-chinh/{seq}")
    page = province.get(url)
    old = page.form()["vb_number"][0]
    assert old
    assert "Văn bản này dùng chung cho nhiều hồ sơ. Đính chính ghi vào mọi hồ sơ đó." in page.text
    done = filed_form(province, url, vb_number="4321/QĐ-UBND", ly_do="Ghi nhầm số.")
    assert done.headings[0][1].startswith("Đã đính chính")
    act = next(step.act_id for step in dossier(site, "mttq").steps if step.seq == seq)
    shared = [name for name in site.told.ids if any(step.act_id == act for step in dossier(site, name).steps)]
    assert len(shared) > 1
    for name in shared:
        story = province.get(page_of(site, name)).text
        assert "4321/QĐ-UBND" in story
        assert old in story


def test_correction_without_a_reason_keeps_what_was_typed(site_at: SiteAt) -> None:
    site = site_at(DECIDED)
    url = page_of(site, "mttq", f"/dinh-chinh/{step_of(site, 'mttq', 'recognize')}")
    page = filed_form(site.enter("ubnd-tinh-1"), url, vb_number="4321/QĐ-UBND")
    assert page.errors == ["Ghi lý do."]
    assert page.form()["vb_number"] == ["4321/QĐ-UBND"]


def test_step_of_others_is_not_there_to_correct(site_at: SiteAt) -> None:
    site = site_at(DECIDED)
    url = page_of(site, "mttq", f"/dinh-chinh/{step_of(site, 'mttq', 'recognize')}")
    assert site.enter("ubnd-1").get(url).status == 404
    assert site.enter("mttq").get(url).status == 404
    assert site.enter("ubnd-tinh-1").get(page_of(site, "mttq", "/dinh-chinh/999")).status == 404
