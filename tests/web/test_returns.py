"""Returns: itemised reasons by the officer, the way into every field for the unit, old beside new, handed in again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.pages import Page, filled
from tests.support.sites import Site, Visitor
from workflow.domain.dossier import Dossier

SiteAt = Callable[[str], Site]

FILED = "2026-02-24T08:00:00"
"""A school's plan lies with the commune's police: no number, and too general."""

RETURNED = "2026-02-24T09:00:00"
FROM_PROVINCE = "2026-11-25T10:40:00"
"""The province has returned a dossier to its commune: one item is the unit's, one the committee's."""

APPRAISED = "2026-11-25T10:00:00"


def page_of(site: Site, name: str, rest: str = "") -> str:
    return f"/ho-so/{site.told.ids[name]}{rest}"


def dossier(site: Site, name: str) -> Dossier:
    with site.house.engine.reading() as stores:
        return stores.dossiers.get(site.told.ids[name])


def send(visitor: Visitor, url: str, data: dict[str, object]) -> Page:
    return Page(visitor.client.post(url, data=data))


def options(page: Page, field: str) -> dict[str, str]:
    """Values of a choice by their words."""
    begin = page.main.index(f'<select id="{field}"')
    part = page.main[begin : page.main.index("</select>", begin)]
    found = (piece.partition('"') for piece in part.split('<option value="')[1:])
    return {rest.partition(">")[2].partition("<")[0]: value for value, _, rest in found}


# --- giving it back ------------------------------------------------------------------------------


def test_return_begins_with_what_the_unit_owes_and_a_date(site_at: SiteAt) -> None:
    site = site_at(FILED)
    page = site.enter("cax-1").get(page_of(site, "thcs", "/tra-lai/return_to_unit"))
    form = page.form()
    assert form["cho-1"] == ["self_score|"]
    assert form["loi-1"] == ["Còn thiếu “Bảng tự chấm điểm” để làm bước “Xác nhận đánh giá”."]
    assert form["han"] == ["26/02/2026"]
    assert "5 ngày làm việc là hết ngày 26/02/2026." in page.text


def test_places_are_papers_fields_and_rows_in_words(site_at: SiteAt) -> None:
    site = site_at(FILED)
    page = site.enter("cax-1").get(page_of(site, "thcs", "/tra-lai/return_to_unit"))
    places = options(page, "cho-1")
    assert places["Cả hồ sơ, không riêng giấy tờ nào"] == ""
    assert places["Cả giấy tờ: Kế hoạch của đơn vị"] == "unit_plan|"
    row = next(words for words, value in places.items() if value == "unit_plan|/measures/0")
    assert row.startswith("Nhóm việc 1: ")
    assert "Quy mô doanh nghiệp" not in places


def test_rows_come_and_go_without_losing_a_word(site_at: SiteAt) -> None:
    site = site_at(FILED)
    officer, url = site.enter("cax-1"), page_of(site, "thcs", "/tra-lai/return_to_unit")
    form = filled(officer.get(url).form(), **{"loi-1": "Một.", "ly_do": "Chung."})
    more = send(officer, url, form | {"viec": "them"}).form()
    assert (more["so_muc"], more["loi-1"], more["loi-2"]) == (["2"], ["Một."], [""])
    less = send(officer, url, filled(more, viec="bo:1", **{"loi-2": "Hai."})).form()
    assert (less["so_muc"], less["loi-1"], less["ly_do"]) == (["1"], ["Hai."], ["Chung."])


def given(officer: Visitor, url: str, **changes: object) -> dict[str, object]:
    """The form of a return with one item about the number of the plan."""
    item = {"cho-1": "unit_plan|/number", "loi-1": "Kế hoạch chưa có số."}
    return filled(officer.get(url).form(), viec="tra-lai") | item | changes


def test_return_reaches_the_unit_item_by_item(site_at: SiteAt) -> None:
    site = site_at(FILED)
    officer, url = site.enter("cax-1"), page_of(site, "thcs", "/tra-lai/return_to_unit")
    data = given(officer, url, ly_do="Đề nghị sửa sớm.")
    answer = officer.client.post(url, data=data)
    done = officer.get(answer.location)
    assert done.headings[0] == (1, "Đã trả lại đơn vị để sửa")
    assert "Đã báo cho: Trường THCS Vĩnh Phong." in done.text
    page = site.enter("thcs").get(page_of(site, "thcs"))
    assert (
        page.title
        == "Trường THCS Vĩnh Phong: đến lượt Trường THCS Vĩnh Phong, sửa 1 nội dung, hết ngày 26/02/2026, thứ Năm"
    )
    assert "“Kế hoạch chưa có số.”" in page.text
    assert page.main_button() == ["Sửa chỗ này : Kế hoạch của đơn vị: Số, ký hiệu văn bản"]
    assert officer.client.post(url, data=data).location == answer.location
    assert len(dossier(site, "thcs").returns) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"loi-1": ""}, ["Nội dung 1: ghi cần sửa gì."]),
        ({"cho-1": "", "loi-1": " "}, ["Nêu ít nhất một nội dung phải sửa."]),
        ({"cho-1": "unit_plan|/nowhere"}, ["Nội dung 1: chọn lại chỗ phải sửa."]),
        ({"cho-1": "no_paper|"}, ["Nội dung 1: chọn lại chỗ phải sửa."]),
        ({"loi-1": "a" * 1001}, ["Nội dung 1: ghi ngắn hơn 1000 ký tự."]),
        ({"han": "01/02/2026"}, ["Hạn sửa không thể trước hôm nay."]),
        ({"han": "31/02/2026"}, ["Không có ngày 31/02/2026 trong lịch. Xem lại ngày và tháng."]),
    ],
)
def test_what_is_wrong_with_a_return_is_said_at_its_place(
    site_at: SiteAt, changes: dict[str, object], said: list[str]
) -> None:
    site = site_at(FILED)
    officer, url = site.enter("cax-1"), page_of(site, "thcs", "/tra-lai/return_to_unit")
    data = given(officer, url, ly_do="Lời chung.", **changes)
    page = send(officer, url, data)
    assert page.status == 422
    assert page.errors == said
    assert page.form()["ly_do"] == ["Lời chung."]
    assert page.form()["loi-1"] == [str(data["loi-1"])]
    assert dossier(site, "thcs").state == "selected"


def test_redo_asks_from_where_and_says_what_it_undoes(site_at: SiteAt) -> None:
    site = site_at(APPRAISED)
    officer, url = site.enter("pv01-1"), page_of(site, "mttq", "/tra-lai/return_to_commune")
    page = officer.get(url)
    assert "Các bước sau đó làm lại từ đầu; kết quả cũ giữ trong nhật ký." in page.text
    data = filled(page.form(), viec="tra-lai", cach="redo", **{"cho-1": "assessment_sheet|", "loi-1": "Đánh giá lại."})
    lacking = send(officer, url, data)
    assert lacking.errors == ["Chọn làm lại từ bước nào."]
    assert lacking.form()["cach"] == ["redo"]
    answer = officer.client.post(url, data=filled(lacking.form(), viec="tra-lai", lam_lai_tu="selected"))
    assert answer.status_code == 302
    opened = dossier(site, "mttq").open_returns[-1]
    assert (opened.redo_to, opened.items[0].paper) == ("selected", "assessment_sheet")


def test_return_by_an_act_of_one_dossier_is_made_here(site_at: SiteAt) -> None:
    site = site_at(APPRAISED)
    officer, url = site.enter("pv01-1"), page_of(site, "mttq", "/tra-lai/return_to_commune")
    form = filled(officer.get(url).form(), viec="tra-lai", **{"cho-1": "head_letter|/enclosures", "loi-1": "Thiếu."})
    first, second = (officer.client.post(url, data=form) for _ in range(2))
    assert first.location == second.location
    assert dossier(site, "mttq").state == "returned_to_commune"


def test_only_officers_whose_turn_it_is_return(site_at: SiteAt) -> None:
    site = site_at(FILED)
    url = page_of(site, "thcs", "/tra-lai/return_to_unit")
    assert site.enter("thcs").get(url).status == 403
    assert site.enter("thpt").get(page_of(site, "thcs", "/tra-lai/")).status == 404
    province = site.enter("pv01-1").get(url)
    assert "Vì sao chưa trả lại được?" in [text for _, text in province.headings]
    assert province.form() == {}
    assert site.enter("cax-1").get(page_of(site, "thcs", "/tra-lai/assess")).status == 404


def test_return_of_a_dossier_that_moved_keeps_what_was_typed(site_at: SiteAt) -> None:
    site = site_at(FILED)
    officer, url = site.enter("cax-1"), page_of(site, "thcs", "/tra-lai/return_to_unit")
    data = given(officer, url)
    unit, paper = site.enter("thcs"), page_of(site, "thcs", "/giay-to/unit_plan/sua")
    plan = filled(unit.get(paper).form(), viec="dua-vao", fields={"d/number": "14/KH-THCSVP"})
    assert unit.client.post(paper, data=plan).status_code == 302
    page = send(officer, url, data)
    assert page.status == 409
    assert "Hồ sơ vừa được Trường THCS Vĩnh Phong cập nhật lúc" in page.text
    assert page.form()["loi-1"] == ["Kế hoạch chưa có số."]


# --- mending -------------------------------------------------------------------------------------


def test_every_item_leads_into_its_field(site_at: SiteAt) -> None:
    site = site_at(RETURNED)
    unit = site.enter("thcs")
    page = unit.get(page_of(site, "thcs", "/tra-lai/"))
    assert page.title.startswith("Công an xã Vĩnh Phong trả lại 2 nội dung, còn 2 chưa sửa")
    link = page.links["Sửa chỗ này : Kế hoạch của đơn vị: Nhóm việc 1"]
    assert link.endswith("/giay-to/unit_plan/sua?o=/measures/0#f-measures-0")
    form = unit.get(link)
    assert 'id="f-measures-0' in form.html
    assert "Biện pháp còn chung chung, chưa ghi người phụ trách và ngày xong." in form.text
    assert "d/objectives" not in form.form()


def mend(unit: Visitor, site: Site) -> Page:
    """File the plan again with a number and whoever is in charge."""
    url = page_of(site, "thcs", "/giay-to/unit_plan/sua")
    form = unit.get(url).form()
    fields = {
        "d/number": "14/KH-THCSVP",
        "d/measures/0/measure": "Tự kiểm tra phòng cháy mỗi quý.",
        "d/measures/0/office": "Phó Hiệu trưởng",
        "d/measures/0/finish_by": "30/10/2026",
    }
    assert set(fields) <= set(form), sorted(form)
    answer = unit.client.post(url, data=filled(form, viec="dua-vao", fields=fields))
    assert answer.status_code == 302, Page(answer).errors
    return unit.get(answer.location)


def test_mended_items_show_old_beside_new_and_the_way_on(site_at: SiteAt) -> None:
    site = site_at(RETURNED)
    unit = site.enter("thcs")
    mend(unit, site)
    page = unit.get(page_of(site, "thcs"))
    assert "Mọi nội dung kiểm được đã có bản mới." in page.text
    assert page.main_button() == ["Kiểm tra lại rồi nộp lại"]
    compared = unit.get(page.links["Xem cũ và mới"])
    assert "Mới: 14/KH-THCSVP" in compared.text
    assert "Tự kiểm tra phòng cháy mỗi quý." in compared.text


def test_unit_checks_again_and_hands_in_again(site_at: SiteAt) -> None:
    site = site_at(RETURNED)
    unit, url = site.enter("thcs"), page_of(site, "thcs", "/buoc/resubmit")
    early = unit.get(url)
    assert early.form() == {}
    assert "Kế hoạch của đơn vị" in early.text
    mend(unit, site)
    page = unit.get(url)
    assert page.headings[:2] == [(1, "Kiểm tra lại trước khi nộp lại"), (2, "Nội dung được yêu cầu sửa")]
    assert "Số, ký hiệu văn bản 14/KH-THCSVP Sửa Số, ký hiệu văn bản" in page.text
    assert send(unit, url, dict(page.form())).errors == ["Đánh dấu ô này khi đã xem lại."]
    answer = unit.client.post(url, data=filled(page.form(), cam_doan="co"))
    done = unit.get(answer.location)
    assert "nộp lại" in done.headings[0][1]
    assert dossier(site, "thcs").state == "selected"
    past = unit.get(page_of(site, "thcs", f"/tra-lai/lan/{dossier(site, 'thcs').returns[0].seq}"))
    assert "Lần trả lại này đã được nộp lại." in past.text
    assert "Sửa chỗ này" not in past.text


def test_dossier_that_is_not_returned_says_so(site_at: SiteAt) -> None:
    site = site_at(FILED)
    page = site.enter("thcs").get(page_of(site, "thcs", "/tra-lai/"))
    assert "Hồ sơ đang không bị trả lại." in page.text
    assert site.enter("thcs").get(page_of(site, "thcs", "/tra-lai/lan/3")).status == 404


def test_commune_hands_the_units_part_on(site_at: SiteAt) -> None:
    site = site_at(FROM_PROVINCE)
    committee = site.enter("ubnd-1")
    page = committee.get(page_of(site, "mttq"))
    link = page.links["Trả lại đơn vị để sửa : Tờ trình của Thủ trưởng đơn vị: Tài liệu kèm theo"]
    form = committee.get(link).form()
    assert form["cho-1"] == ["head_letter|/enclosures"]
    assert form["loi-1"] == ["Tờ trình của Thủ trưởng đơn vị chưa liệt kê Báo cáo kết quả gửi kèm."]
    assert committee.client.post(link, data=filled(form, viec="tra-lai")).status_code == 302
    unit = site.enter("mttq").get(page_of(site, "mttq", "/tra-lai/"))
    assert "Sửa chỗ này : Tờ trình của Thủ trưởng đơn vị: Tài liệu kèm theo" in unit.links
