"""Single moves: complete explanations, check your answers, signed papers, nothing twice and nothing lost."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from tests.support.pages import Page, filled
from tests.support.sites import Site, Visitor
from workflow.domain.dossier import Dossier
from workflow.seeding.papers import scan

SiteAt = Callable[[str], Site]

REGISTERING = "2026-01-15T08:15:00"
"""A school has filed its registration and has not registered."""

ENTERING = "2026-01-15T14:32:00"
"""The commune's police have entered the registration of the health station from its signed paper."""

REFUSED = "2026-11-11T10:05:00"
ASSESSABLE = "2026-11-12T14:05:00"
MET = "2026-11-18T16:30:00"
"""The commune has met: a farmers' union is not proposed, the youth union is left for the next meeting."""

CONCLUDING = "2026-12-11T09:00:00"


def step(site: Site, name: str, trigger: str) -> str:
    return f"/ho-so/{site.told.ids[name]}/buoc/{trigger}"


def dossier(site: Site, name: str) -> Dossier:
    with site.house.engine.reading() as stores:
        return stores.dossiers.get(site.told.ids[name])


def send(visitor: Visitor, url: str, data: dict[str, object]) -> Page:
    return Page(visitor.client.post(url, data=data, content_type="multipart/form-data"))


# --- what is missing -----------------------------------------------------------------------------


def test_move_that_is_not_possible_is_explained_in_full(site_at: SiteAt) -> None:
    site = site_at(REFUSED)
    page = site.enter("cax-1").get(step(site, "thpt", "assess"))
    assert page.title == "Chưa làm được: Xác nhận đánh giá, Trường THPT Vĩnh Thuận"
    assert "Bước “Xác nhận đánh giá” còn thiếu 2 điều kiện." in page.text
    assert "chưa ghi lý do chấm khác đơn vị ở các tiêu chí: 5.1. Ai làm: Công an xã Vĩnh Phong" in page.text
    assert "Kiến nghị kiểm tra 2.F1 chưa được trả lời. Ai làm: Trường THPT Vĩnh Thuận" in page.text
    assert page.form() == {}


def test_move_of_another_role_says_whose_it_is(site_at: SiteAt) -> None:
    site = site_at(REFUSED)
    page = site.enter("thpt").get(step(site, "thpt", "assess"))
    assert "là việc của Công an xã; đơn vị không nhập được bước này." in page.text
    assert page.form() == {}


@pytest.mark.parametrize("person", ["thcs", "nong-dan"])
def test_dossier_of_another_unit_is_not_there(site_at: SiteAt, person: str) -> None:
    site = site_at(REFUSED)
    assert site.enter(person).get(step(site, "thpt", "assess")).status == 404


@pytest.mark.parametrize("trigger", ["recognize", "no-such-step"])
def test_move_that_the_state_does_not_know_leads_back(site_at: SiteAt, trigger: str) -> None:
    site = site_at(REFUSED)
    page = site.enter("cax-1").get(step(site, "thpt", trigger))
    assert page.status == 409
    assert "Hồ sơ đang ở tình trạng “Được lựa chọn xây dựng điển hình”." in page.text
    assert page.links["Về hồ sơ, xem việc làm được bây giờ"] == f"/ho-so/{site.told.ids['thpt']}"


def test_returns_and_acts_on_many_lead_to_their_own_pages(site_at: SiteAt) -> None:
    site = site_at(MET)
    client = site.enter("cax-1").client
    back = client.get(step(site, "doan", "return_to_unit"))
    many = client.get(step(site, "doan", "record_meeting"))
    assert back.location == f"/ho-so/{site.told.ids['doan']}/tra-lai/return_to_unit"
    assert many.location == f"/viec-chung/record_meeting?ho-so={site.told.ids['doan']}"


# --- made ----------------------------------------------------------------------------------------


def test_officer_makes_a_move_and_reads_what_it_did(site_at: SiteAt) -> None:
    site = site_at(ASSESSABLE)
    officer = site.enter("cax-1")
    url = step(site, "thpt", "assess")
    page = officer.get(url)
    assert "Hồ sơ sẽ sang: đã đánh giá." in page.text
    answer = officer.client.post(url, data=page.form())
    done = officer.get(answer.location)
    assert done.headings[0] == (1, "Đã xác nhận kết quả đánh giá")
    assert "2026-DH-0003" in done.text
    assert "14:0" in done.text
    assert dossier(site, "thpt").state == "assessed"


def test_same_form_twice_moves_once(site_at: SiteAt) -> None:
    site = site_at(ASSESSABLE)
    officer = site.enter("cax-1")
    url = step(site, "thpt", "assess")
    data = officer.get(url).form()
    first, second = (officer.client.post(url, data=data) for _ in range(2))
    assert first.location == second.location
    assert len([made for made in dossier(site, "thpt").steps if made.trigger == "assess"]) == 1


def test_second_window_reads_that_the_step_is_gone(site_at: SiteAt) -> None:
    site = site_at(ASSESSABLE)
    officer = site.enter("cax-1")
    url = step(site, "thpt", "assess")
    first, second = officer.get(url).form(), officer.get(url).form()
    officer.client.post(url, data=first)
    page = send(officer, url, dict(second))
    assert page.status == 409
    assert "Bước gần nhất, hôm nay, " in page.text
    assert ": Công an xã Vĩnh Phong xác nhận" in page.text
    assert "Chưa có gì của đồng chí được ghi." in page.text


# --- the unit hands in ---------------------------------------------------------------------------


def test_unit_checks_every_line_before_it_hands_in(site_at: SiteAt) -> None:
    site = site_at(REGISTERING)
    page = site.enter("thpt").get(step(site, "thpt", "register"))
    assert page.headings[0] == (1, "Kiểm tra lại trước khi đăng ký")
    assert "Thủ trưởng đơn vị Hiệu trưởng" in page.text
    assert page.links["Sửa Thủ trưởng đơn vị"].endswith("/giay-to/registration/sua?o=/head_office#f-head_office")
    form = site.enter("thpt").get(page.links["Sửa Thủ trưởng đơn vị"])
    assert form.form()["d/head_office"] == ["Hiệu trưởng"]
    assert 'id="f-head_office"' in form.html


def test_unit_hands_in_only_with_its_declaration(site_at: SiteAt) -> None:
    site = site_at(REGISTERING)
    unit = site.enter("thpt")
    url = step(site, "thpt", "register")
    page = send(unit, url, dict(unit.get(url).form()))
    assert page.status == 422
    assert page.errors == ["Đánh dấu ô này khi đã xem lại."]
    assert dossier(site, "thpt").state == "draft"
    answer = unit.client.post(url, data=filled(page.form(), cam_doan="co"))
    done = unit.get(answer.location)
    assert done.headings[0] == (1, "Đã đăng ký xây dựng điển hình")
    assert "Đã báo cho: UBND xã Vĩnh Phong" in done.text
    assert dossier(site, "thpt").state == "registered"


def test_stale_form_shows_what_changed_and_keeps_the_declaration(site_at: SiteAt) -> None:
    site = site_at(REGISTERING)
    unit = site.enter("thpt")
    url = step(site, "thpt", "withdraw")
    data = filled(unit.get(url).form(), ly_do="Đơn vị sáp nhập.", cam_doan="co")
    paper = f"/ho-so/{site.told.ids['thpt']}/giay-to/registration/sua"
    assert unit.client.post(paper, data=filled(unit.get(paper).form(), viec="dua-vao")).status_code == 302
    page = send(unit, url, data)
    assert page.status == 409
    assert "Hồ sơ vừa đổi" in [text for _, text in page.headings]
    assert page.form()["ly_do"] == ["Đơn vị sáp nhập."]
    assert page.form()["cam_doan"] == ["co"]
    assert unit.client.post(url, data=page.form()).status_code == 302
    assert dossier(site, "thpt").state == "withdrawn"


def test_ending_a_dossier_asks_for_reason_and_understanding(site_at: SiteAt) -> None:
    site = site_at(REGISTERING)
    unit = site.enter("thpt")
    url = step(site, "thpt", "withdraw")
    page = unit.get(url)
    assert "Tôi hiểu hồ sơ sẽ kết thúc: đã rút." in page.text
    assert page.main_button() == []
    assert send(unit, url, dict(page.form())).errors == ["Ghi lý do.", "Đánh dấu ô này khi đã xem lại."]


# --- entered for another -------------------------------------------------------------------------


def test_recorder_begins_with_the_signed_paper_it_has(site_at: SiteAt) -> None:
    site = site_at(ENTERING)
    officer = site.enter("cax-2")
    url = step(site, "tram-y-te", "register")
    page = officer.get(url)
    assert "Đây là việc của Trạm Y tế xã Vĩnh Phong. Đồng chí nhập thay, theo văn bản đã ký" in page.text
    assert "Nhập hộ từ văn bản đã ký Có" not in page.text
    form = page.form()
    assert (form["vb_number"], form["vb_date"]) == (["08/ĐK-TYT"], ["15/01/2026"])
    answer = officer.client.post(url, data=filled(form, cam_doan="co"))
    assert answer.status_code == 302
    made = dossier(site, "tram-y-te").steps[-1]
    assert made.from_paper is not None
    assert (made.from_paper.number, made.from_paper.scans) == ("08/ĐK-TYT", tuple(form["vb_scan"]))
    assert (made.authority.value, made.role.value) == ("unit", "commune_police")


def test_recorder_without_its_paper_reads_every_gap_and_keeps_the_rest(site_at: SiteAt) -> None:
    site = site_at(ENTERING)
    officer = site.enter("cax-2")
    url = step(site, "tram-y-te", "register")
    form = filled(officer.get(url).form(), cam_doan="co", vb_number="", vb_date="16/01/2026", gui_ngay="hôm qua")
    form.pop("vb_scan")
    page = send(officer, url, form)
    assert page.status == 422
    assert page.errors == [
        "Ghi ngày theo dạng ngày/tháng/năm, ví dụ 02/12/2026. Ô này đang ghi “hôm qua”.",
        "Ghi số, ký hiệu của văn bản đã ký.",
        "Ngày ban hành không thể sau hôm nay (15/01/2026).",
        "Gửi kèm bản quét của văn bản đã ký.",
    ]
    kept = page.form()
    assert (kept["vb_date"], kept["vb_issuer"], kept["gui_ngay"]) == (
        ["16/01/2026"],
        ["Trạm Y tế xã Vĩnh Phong"],
        ["hôm qua"],
    )
    assert dossier(site, "tram-y-te").state == "draft"


def test_scan_once_sent_is_not_asked_for_again(site_at: SiteAt) -> None:
    site = site_at(ENTERING)
    officer = site.enter("cax-2")
    url = step(site, "tram-y-te", "register")
    form = filled(officer.get(url).form(), cam_doan="co", vb_number="")
    form["vb_scan"] = (io.BytesIO(scan("moi")), "ban-quet-moi.pdf")
    page = send(officer, url, form)
    assert page.errors == ["Ghi số, ký hiệu của văn bản đã ký."]
    assert "ban-quet-moi.pdf" in page.text
    answer = officer.client.post(url, data=filled(page.form(), vb_number="09/ĐK-TYT"))
    assert answer.status_code == 302
    made = dossier(site, "tram-y-te").steps[-1]
    assert made.from_paper is not None
    assert site.house.files.get(made.from_paper.scans[-1]) == scan("moi")


# --- with its own paper --------------------------------------------------------------------------


def declined(visitor: Visitor, url: str) -> dict[str, object]:
    paper = {
        "d/number": "110/TB-UBND",
        "d/date": "18/11/2026",
        "d/signer_office": "Chủ tịch UBND xã",
        "d/reason": "4 trên 11 phiếu đề nghị.",
    }
    return filled(visitor.get(url).form(), cam_doan="co", fields=paper)


def test_what_a_meeting_decided_is_the_next_step(site_at: SiteAt) -> None:
    site = site_at(MET)
    officer = site.enter("ubnd-1")
    refused = officer.get(f"/ho-so/{site.told.ids['nong-dan']}")
    assert refused.main_button() == ["Không đề nghị công nhận"]
    assert officer.get(f"/ho-so/{site.told.ids['doan']}").main_button() == ["Ghi kết quả họp xét"]


def test_move_takes_its_paper_with_it(site_at: SiteAt) -> None:
    site = site_at(MET)
    officer = site.enter("ubnd-1")
    url = step(site, "nong-dan", "decline")
    data = declined(officer, url)
    answer = officer.client.post(url, data=data)
    assert officer.get(answer.location).status == 200
    found = dossier(site, "nong-dan")
    assert found.state == "declined"
    assert found.newest("decline_paper") is not None
    again = officer.client.post(url, data=data)
    assert again.location == answer.location


def test_move_with_a_wrong_paper_keeps_every_word(site_at: SiteAt) -> None:
    site = site_at(MET)
    officer = site.enter("ubnd-1")
    url = step(site, "nong-dan", "decline")
    data = declined(officer, url) | {"d/number": "số 110", "d/reason": ""}
    page = send(officer, url, data)
    assert page.status == 422
    assert page.errors == [
        "Ô “Số, ký hiệu văn bản” ghi chưa đúng mẫu. Ghi như 41/BB-UBND. Ô này đang ghi “số 110”.",
        "Ô “Lý do” còn trống.",
    ]
    form = page.form()
    assert (form["d/number"], form["d/signer_office"]) == (["số 110"], ["Chủ tịch UBND xã"])
    assert form["cam_doan"] == ["co"]
    assert dossier(site, "nong-dan").state == "commune_meeting"


def test_recorder_of_a_paper_needs_its_scan(site_at: SiteAt) -> None:
    site = site_at(MET)
    officer = site.enter("cax-1")
    url = step(site, "nong-dan", "decline")
    page = send(officer, url, declined(officer, url))
    assert page.errors == ["Gửi kèm bản quét của văn bản đã ký."]
    form = filled(page.form()) | {"ban": (io.BytesIO(scan("tb")), "thong-bao.pdf")}
    answer = officer.client.post(url, data=form, content_type="multipart/form-data")
    assert answer.status_code == 302
    made = dossier(site, "nong-dan").steps[-1]
    assert made.from_paper is not None
    assert made.from_paper.number == "110/TB-UBND"


def test_result_is_read_from_the_paper_that_gives_it(site_at: SiteAt) -> None:
    site = site_at(CONCLUDING)
    officer = site.enter("pv01-1")
    name = "duy_tri/2026/vinh-phong"
    url = step(site, name, "record_meeting")
    page = officer.get(url)
    assert "Hồ sơ sang tình trạng nào là theo kết quả ghi dưới đây." in page.text
    assert page.text.count("Không duy trì") == 3  # the answer, and when and why its reason is asked for
    paper = {
        "d/number": "2210/KL-CAT",
        "d/date": "10/12/2026",
        "d/issuer": "Công an tỉnh",
        "d/signer_office": "Giám đốc",
        "d/result": "not_maintained",
    }
    lacking = send(officer, url, filled(page.form(), fields=paper))
    assert lacking.status == 422
    assert any("Lý do" in line for line in lacking.errors)
    answer = officer.client.post(url, data=filled(lacking.form(), fields={"d/reason": "Để xảy ra vụ việc."}))
    assert answer.status_code == 302
    assert dossier(site, name).state == "not_maintained"
