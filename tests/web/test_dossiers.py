"""The page of a dossier as each side reads it: whose turn, what is missing, what happened, notes, confirmations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from tests.support.houses import Told
from tests.support.pages import Page
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.actors import Role
from workflow.domain.calendars import HCM
from workflow.domain.notes import keeps_internal

FIRST = "Ghi lý do : “Bảng đánh giá của Công an xã” chưa ghi lý do chấm khác đơn vị ở các tiêu chí: 5.1."
INTERNAL = {"loi": "Đối chiếu sổ trực ban trước khi chấm 4.1.", "noi-bo": "co"}
PLACES = ("", "/nhat-ky", "/to-theo-doi", "/luc", "/da-ghi/1", "/trao-doi", "/giay-to/self_score", "/buoc/withdraw")


def page_of(client_as: ClientAs, who: str, url: str) -> Page:
    return Page(client_as(who).get(url))


def url_of(ids: Mapping[str, str], name: str = "thpt", rest: str = "") -> str:
    return f"/ho-so/{ids[name]}{rest}"


# --- the page ------------------------------------------------------------------------------------


def test_page_says_whose_turn_until_when_and_what_is_missing(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = page_of(client_as, "cax-1", url_of(ids))
    assert page.status == 200
    assert page.title == "Trường THPT Vĩnh Thuận: đến lượt Công an xã Vĩnh Phong, hết ngày 19/11/2026, thứ Năm"
    assert [text for _, text in page.headings] == [
        "Trường THPT Vĩnh Thuận",
        "Vì sao chưa chuyển được?",
        "Thành phần hồ sơ",
        "Kiến nghị kiểm tra",
        "Diễn biến",
        "Việc khác trên hồ sơ này",
        "Tóm tắt",
        "Trao đổi với đơn vị",
        "Ghi chú nội bộ",
        "Đôn đốc",
    ]
    assert "Bước “Xác nhận đánh giá” còn thiếu 2 điều kiện. Đủ cả 2, hồ sơ sang “Đã đánh giá”." in page.text
    assert page.main_button() == [
        "Ghi lý do : “Bảng đánh giá của Công an xã” chưa ghi lý do chấm khác đơn vị ở các tiêu chí: 5.1."
    ]


def test_unit_reads_its_own_item_first_and_no_word_of_the_officers(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    officer = client_as("cax-1")
    officer.post(url_of(ids, rest="/trao-doi"), data=INTERNAL)
    page = page_of(client_as, "thpt", url_of(ids))
    assert page.main_button() == ["Trả lời kiến nghị : Kiến nghị kiểm tra 2.F1 chưa được trả lời."]
    assert "Ghi chú nội bộ" not in [text for _, text in page.headings]
    assert "Đối chiếu sổ trực ban" not in page.html
    assert "không nhập được bước này" not in page.text


def test_stepper_shows_the_stage_that_is_worked_on(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = page_of(client_as, "cax-1", url_of(ids))
    assert "Đã xong: Giai đoạn 1 trên 5: Đăng ký xong 20/01/2026" in page.text
    assert "Đang ở: Giai đoạn 2 trên 5: Đánh giá" in page.text
    assert "Chưa tới: Giai đoạn 5 trên 5: Công nhận" in page.text
    assert "Tiếp theo: Họp xét ở xã" in page.text


def test_count_of_days_names_its_start_days_skipped_and_rule(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = page_of(client_as, "cax-1", url_of(ids))
    assert "Tính từ 05/11/2026, 09:00, không tính ngày này" in page.text
    assert "Số ngày 10 ngày làm việc, mặc định của loại hồ sơ" in page.text
    assert "Bỏ qua 4 ngày nghỉ tuần thứ Bảy 07/11, Chủ nhật 08/11, thứ Bảy 14/11, Chủ nhật 15/11" in page.text
    assert page.links["Bộ luật Dân sự 2015, Điều 147"] == "/nguon/blds-2015"


def test_every_citation_leads_to_its_source(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("cax-1")
    page = Page(client.get(url_of(ids)))
    cited = {url for url in page.links.values() if url.startswith("/nguon/")}
    assert "/nguon/kh-vinh-phong-2026" in cited
    assert {client.get(url).status_code for url in cited} == {200}


def test_acts_that_are_not_possible_stand_with_their_complete_explanation(
    client_as: ClientAs, ids: Mapping[str, str]
) -> None:
    page = page_of(client_as, "ubnd-1", url_of(ids))
    others = page.section("Việc khác trên hồ sơ này")
    assert "Xét lại: chưa làm được, vì sao?" in others
    assert "“Bảng tự chấm điểm” đã nộp nên không xét lại việc lựa chọn được nữa. Ai làm: không ai" in others
    assert page.links["Trả lại đơn vị"] == url_of(ids, rest="/tra-lai/return_to_unit")


@pytest.mark.parametrize("who", ["thcs", "mttq"])
def test_another_unit_reads_the_same_as_for_a_dossier_that_does_not_exist(
    client_as: ClientAs, ids: Mapping[str, str], who: str
) -> None:
    client = client_as(who)
    for rest in (
        "",
        "/nhat-ky",
        "/to-theo-doi",
        "/luc",
        "/da-ghi/1",
        "/trao-doi",
        "/giay-to/self_score",
        "/buoc/withdraw",
    ):
        foreign, missing = Page(client.get(url_of(ids, rest=rest))), Page(client.get(f"/ho-so/{'0' * 32}{rest}"))
        assert (foreign.status, foreign.text) == (404, missing.text)
        assert missing.status == 404


def test_whose_act_it_was_and_who_entered_it_stand_in_the_story(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = page_of(client_as, "cax-1", url_of(ids, "tram-y-te"))
    story = page.section("Diễn biến")
    assert "Trạm Y tế xã Vĩnh Phong đăng ký xây dựng điển hình." in story
    assert "Công an xã Vĩnh Phong nhập theo văn bản số 08/ĐK-TYT ngày 15/01/2026 của Trạm Y tế xã Vĩnh Phong." in story


# --- journal, instant, print ---------------------------------------------------------------------


def test_journal_tells_every_entry_with_its_number_office_and_door(
    client_as: ClientAs, ids: Mapping[str, str], house: House
) -> None:
    page = page_of(client_as, "cax-1", url_of(ids, rest="/nhat-ky"))
    with house.engine.reading() as stores:
        events = len(stores.journal.events_of(ids["thpt"]))
    assert page.headings[0] == (1, f"Nhật ký hồ sơ, {events} mục")
    assert page.text.count("Số nhật ký") == events
    assert "Trường THPT Vĩnh Thuận đưa “Bảng tự chấm điểm” vào hồ sơ, bản 1, 83 trên 100 điểm." in page.text
    assert "Phó Hiệu trưởng Trường THPT Vĩnh Thuận" in page.text


def test_dossier_is_shown_as_of_an_instant(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = page_of(client_as, "cax-1", url_of(ids, rest="/luc?ngay=20/02/2026&gio=10:00"))
    assert page.headings[0][1] == "Hồ sơ lúc 10:00:00 ngày 20/02/2026"
    assert "Tình trạng Được lựa chọn xây dựng điển hình" in page.text
    assert "Kế hoạch của đơn vị bản 1 10/02/2026" in page.text
    assert "Bảng tự chấm điểm" not in page.text


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("ngay=14/01/2026", 200, "Lúc đó hồ sơ chưa được mở."),
        ("ngay=31/02/2026", 422, "Không có ngày 31/02/2026 trong lịch."),
        ("ngay=hom+qua", 422, "Ô này đang ghi “hom qua”."),
    ],
)
def test_instants_before_the_beginning_and_of_no_calendar(
    client_as: ClientAs, ids: Mapping[str, str], asked: str, status: int, said: str
) -> None:
    page = page_of(client_as, "cax-1", url_of(ids, rest=f"/luc?{asked}"))
    assert page.status == status
    assert said in page.text


def test_sheet_prints_internal_notes_only_for_officers_who_ask(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    officer = client_as("cax-1")
    officer.post(url_of(ids, rest="/trao-doi"), data={"loi": "Chỉ cán bộ đọc.", "noi-bo": "co"})
    assert "Chỉ cán bộ đọc." not in Page(officer.get(url_of(ids, rest="/to-theo-doi"))).text
    assert "Chỉ cán bộ đọc." in Page(officer.get(url_of(ids, rest="/to-theo-doi?noi-bo=co"))).text
    assert "Chỉ cán bộ đọc." not in page_of(client_as, "thpt", url_of(ids, rest="/to-theo-doi?noi-bo=co")).html


# --- the page after an act -----------------------------------------------------------------------


def test_page_after_an_act_says_number_time_journal_next_and_who_was_told(
    client_as: ClientAs, ids: Mapping[str, str], story: Told
) -> None:
    page = page_of(client_as, "thpt", url_of(ids, rest="/da-ghi/3"))
    assert page.headings[0] == (1, "Đã đăng ký xây dựng điển hình")
    assert f"Số hồ sơ {story.numbers['thpt']}. Ghi lúc 08:20:00 ngày 15/01/2026, số nhật ký" in page.text
    assert "Đã báo cho: UBND xã Vĩnh Phong." in page.text


def test_page_after_the_newest_act_says_what_comes_next(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = page_of(client_as, "cax-1", url_of(ids, rest="/da-ghi/11"))
    assert page.headings[0] == (1, "Đã đưa “Bảng đánh giá của Công an xã” vào hồ sơ, bản 1")
    assert "Đến lượt Công an xã Vĩnh Phong." in page.section("Việc tiếp theo")
    assert page.main_button() == [
        "Ghi lý do : “Bảng đánh giá của Công an xã” chưa ghi lý do chấm khác đơn vị ở các tiêu chí: 5.1."
    ]


def test_no_page_for_an_act_that_was_never_made(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    assert page_of(client_as, "cax-1", url_of(ids, rest="/da-ghi/99")).status == 404


# --- notes and reminders -------------------------------------------------------------------------


def test_both_sides_read_the_exchange(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    unit, officer = client_as("thpt"), client_as("cax-1")
    answer = unit.post(url_of(ids, rest="/trao-doi"), data={"loi": "Trường sẽ bổ sung biên bản trong tuần này."})
    assert answer.status_code == 302
    for client in (unit, officer):
        assert "Trường sẽ bổ sung biên bản trong tuần này." in Page(client.get(url_of(ids))).text


def test_note_sent_twice_is_kept_once(client_as: ClientAs, ids: Mapping[str, str], house: House) -> None:
    client = client_as("thpt")
    data = {"loi": "Một lần thôi.", "idempotency_key": "k" * 32}
    assert [client.post(url_of(ids, rest="/trao-doi"), data=data).status_code for _ in range(2)] == [302, 302]
    notes = house.notes.of(house.people.actor("thpt"), ids["thpt"])
    assert [note.text for note in notes] == ["Một lần thôi."]


@pytest.mark.parametrize(
    ("typed", "said"), [("   ", "Lời nhắn còn trống."), ("a" * 2001, "Lời nhắn dài 2.001 ký tự, quá mức 2.000 ký tự.")]
)
def test_note_that_cannot_be_kept_comes_back_with_its_words(
    client_as: ClientAs, ids: Mapping[str, str], typed: str, said: str
) -> None:
    page = Page(client_as("thpt").post(url_of(ids, rest="/trao-doi"), data={"loi": typed}))
    assert page.status == 422
    assert page.errors == [said]
    assert page.title.startswith("Lỗi: ")
    assert typed.strip() in page.html


def test_unit_cannot_write_an_internal_note(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = Page(client_as("thpt").post(url_of(ids, rest="/trao-doi"), data={"loi": "Thử", "noi-bo": "co"}))
    assert page.status == 403
    assert page.errors == ["Ghi chú nội bộ chỉ dành cho cán bộ; đơn vị không ghi được."]


def test_internal_notes_are_for_officers_who_do_not_stand_on_the_side_of_the_unit(house: House) -> None:
    people = [house.people.actor(one) for one in ("thpt", "cax-1", "ubnd-1", "pv01-1", "ubnd-tinh-1", "quan-tri")]
    assert [keeps_internal(one, self_judged=False) for one in people] == [False, True, True, True, True, False]
    assert [keeps_internal(one, self_judged=True) for one in people] == [False, False, False, True, True, False]


def test_reminder_is_noted_and_the_unit_is_told(client_as: ClientAs, ids: Mapping[str, str], house: House) -> None:
    officer = client_as("cax-1")
    page = Page(officer.get(url_of(ids)))
    assert "Nhắc đơn vị" in page.text
    assert officer.post(url_of(ids, rest="/nhac"), data={"paper": "self_score"}).status_code == 302
    assert "Thông báo trong hoso: Bảng tự chấm điểm" in Page(officer.get(url_of(ids))).section("Đôn đốc")
    assert "Thông báo trong hoso: Bảng tự chấm điểm" in page_of(client_as, "thpt", url_of(ids)).section("Đã được nhắc")
    with house.engine.reading() as stores:
        told = [notice for _, _, notice in stores.outbox.waiting(most=1000) if notice.code == "notice.reminder"]
    assert [(n.audience, n.organisation_id, n.facts["paper"]) for n in told] == [
        (Role.UNIT, "thpt-vinh-thuan", "Bảng tự chấm điểm")
    ]


def test_call_is_noted_with_its_words(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    officer = client_as("cax-1")
    form = Page(officer.get(url_of(ids, rest="/nhac")))
    assert form.headings[0] == (1, "Ghi một lần đôn đốc")
    data = {"cach": "call", "loi": "Hẹn gửi biên bản thứ Sáu.", "paper": ""}
    officer.post(url_of(ids, rest="/nhac"), data=data)
    assert "Gọi điện. “Hẹn gửi biên bản thứ Sáu.”" in Page(officer.get(url_of(ids))).section("Đôn đốc")


def test_reminding_is_for_officers(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("thpt")
    assert client.get(url_of(ids, rest="/nhac")).status_code == 403
    assert client.post(url_of(ids, rest="/nhac"), data={"paper": "self_score"}).status_code == 403


def test_reminder_of_a_paper_nobody_knows_is_refused_with_its_words(
    client_as: ClientAs, ids: Mapping[str, str]
) -> None:
    data = {"paper": "no_such", "cach": "call", "loi": "Đã gọi."}
    page = Page(client_as("cax-1").post(url_of(ids, rest="/nhac"), data=data))
    assert page.status == 422
    assert "Đã gọi." in page.html


def test_turn_grows_heavier_when_its_last_day_passes(client_as: ClientAs, ids: Mapping[str, str], house: House) -> None:
    assert "Quá hạn" not in page_of(client_as, "cax-1", url_of(ids)).text
    assert isinstance(house.clock, PracticeClock)
    house.clock.advance_to(datetime(2026, 11, 20, 8, tzinfo=HCM))
    assert "Quá hạn 1 ngày làm việc" in page_of(client_as, "cax-1", url_of(ids)).text
