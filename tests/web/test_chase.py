"""Chasing: what is missing and until when, words to send, the letter, and reminders kept all or none."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, select

from tests.support.pages import Page, words
from tests.support.sites import Site, Visitor
from workflow.queries.reminders import newest_reminders
from workflow.storage.statements import Statement
from workflow.storage.tables import OUTBOX

FEBRUARY = "2026-02-24T09:00:00"
"""Seven units have papers to hand in; one of them was just sent two things to mend."""

NOTICES = Statement(
    select(OUTBOX.c.audience, OUTBOX.c.organisation_id)
    .where(OUTBOX.c.code == bindparam("code"))
    .order_by(OUTBOX.c.position)
)
SiteAt = Callable[[str], Site]
BOX = re.compile(r'<input type="checkbox" id="chon-([0-9a-f]+)" name="ho-so" value="\1"( checked)?')
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


def boxes(page: Page) -> list[str]:
    """Ids of the dossiers that can be chosen."""
    return [found[0] for found in BOX.findall(page.main)]


def chosen(page: Page) -> list[str]:
    """Ids of those that are chosen."""
    return [found[0] for found in BOX.findall(page.main) if found[1]]


def key_of(page: Page) -> str:
    found = KEY.search(page.main)
    assert found is not None
    return found.group(1)


def note(visitor: Visitor, page: Page, ids: list[str], **fields: str) -> Page:
    data = {"ho-so": ids, "idempotency_key": key_of(page), **{name.replace("_", "-"): v for name, v in fields.items()}}
    return Page(visitor.client.post("/don-doc/", data=data))


def told(site: Site) -> list[tuple[str, str]]:
    """Every notice of a reminder: audience and organisation."""
    with site.house.database.read() as connection:
        return [(row[0], row[1]) for row in connection.all(NOTICES, code="notice.reminder")]


# --- the list ---------------------------------------------------------------------------------------------------------


def test_commune_reads_what_each_unit_owes_and_until_when(site_at: SiteAt) -> None:
    page = site_at(FEBRUARY).enter("cax-1").get("/don-doc/")
    assert page.title == "Đôn đốc: 7 đơn vị còn 7 hồ sơ phải làm tiếp"
    assert page.headings[1] == (2, "Sau đó 1 hồ sơ")
    first = page.text[page.text.find("Sau đó 1 hồ sơ") :]
    assert first.startswith(
        "Sau đó 1 hồ sơ Chọn Trường THCS Vĩnh Phong, hồ sơ 2026-DH-0006 hết thứ Năm 05/03"
        " Trường THCS Vĩnh Phong chưa sửa kế hoạch của đơn vị được trả lại"
        " Điển hình 2026, số 2026-DH-0006 · chờ từ 24/02/2026 · chưa nhắc lần nào"
    )
    assert "chưa nộp bảng tự chấm điểm Điển hình 2026, số 2026-DH-0009 · chờ từ 23/01/2026, 32 ngày" in page.text
    assert len(boxes(page)) == len(chosen(page)) == 7
    assert page.main_button() == ["Ghi đã nhắc 7 hồ sơ"]


def test_unit_is_asked_though_the_dossier_is_with_the_office(site_at: SiteAt) -> None:
    page = site_at("2026-11-11T10:05:00").enter("cax-1").get("/don-doc/")
    assert "Trường THPT Vĩnh Thuận chưa trả lời kiến nghị kiểm tra" in page.text
    assert "hồ sơ đang ở cơ quan xử lý" in page.text


def test_words_to_send_name_the_paper_and_the_last_day(site_at: SiteAt) -> None:
    page = site_at(FEBRUARY).enter("cax-1").get("/don-doc/")
    texts = [words(text) for text in re.findall(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page.main, re.DOTALL)]
    assert texts[0] == (
        "Công an xã Vĩnh Phong đề nghị Trường THCS Vĩnh Phong, hồ sơ 2026-DH-0006 (điển hình 2026):"
        " - chưa sửa kế hoạch của đơn vị được trả lại Chậm nhất hết ngày 05/03/2026, thứ Năm."
    )
    assert texts[1].endswith("Đề nghị làm sớm.")


def test_nobody_owes_anything_is_said(site_at: SiteAt) -> None:
    page = site_at("2026-11-17T16:40:00").enter("cax-1").get("/don-doc/")
    assert page.title == "Đôn đốc: không đơn vị nào còn việc phải làm"
    assert "Không đơn vị nào còn giấy tờ phải nộp." in page.text


def test_province_asks_communes_for_what_is_late(province_site: Site) -> None:
    page = province_site.enter("pv01-1").get("/don-doc/")
    assert page.title == "Đôn đốc: 4 hồ sơ quá hạn ở 2 xã, phường"
    assert [text for level, text in page.headings if level == 2] == [
        "Xã Tân Hòa Đông 2 hồ sơ",
        "Xã Bình An 2 hồ sơ",
        "Ghi lại việc đã nhắc",
    ]
    assert "hết thứ Năm 19/11 Quá hạn 7 ngày làm việc Trường THCS Tân Hòa Đông" in page.text
    assert "chưa làm bước “Ghi kết quả họp xét”" in page.text
    one = province_site.enter("pv01-1").get("/don-doc/?commune=binh-an")
    assert one.title == "Đôn đốc: 2 hồ sơ quá hạn ở 1 xã, phường"
    assert 'name="commune" value="binh-an"' in one.main


# --- reminders --------------------------------------------------------------------------------------------------------


def test_reminders_are_kept_and_the_page_says_when(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    visitor = site.enter("cax-1")
    page = visitor.get("/don-doc/")
    two = boxes(page)[:2]
    answer = note(visitor, page, two, cach="call", loi="Hẹn gửi trong tuần này.")
    assert answer.status == 302
    done = visitor.get(answer.answer.headers["Location"])
    assert done.headings == [(1, "Đã ghi nhắc 2 hồ sơ")]
    assert "Ghi lúc 08:30:00 ngày 24/02/2026, cách nhắc: gọi điện." in done.text
    assert {"Trường THCS Vĩnh Phong"} <= done.links.keys()
    again = visitor.get("/don-doc/")
    assert again.text.count("nhắc lần cuối hôm nay, 08:30, gọi điện") == 2
    assert again.text.count("chưa nhắc lần nào") == 5
    given = newest_reminders(site.house.database, site.house.people.actor("cax-1"), two)
    assert {(one.means, one.to.value) for one in given.values()} == {("call", "unit")}
    assert given[two[0]].paper == "unit_plan"
    assert [audience for audience, _ in told(site)] == ["unit", "unit"]
    assert "Hẹn gửi trong tuần này." in site.enter("thcs").get(f"/ho-so/{two[0]}").text


def test_the_same_form_sent_twice_is_kept_once(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    visitor = site.enter("cax-1")
    page = visitor.get("/don-doc/")
    places = {note(visitor, page, boxes(page)[:3], cach="notice").answer.headers["Location"] for _ in range(2)}
    assert len(places) == 1
    assert len(told(site)) == 3


def test_nothing_chosen_is_said_and_what_was_typed_stays(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    visitor = site.enter("cax-1")
    answer = note(visitor, visitor.get("/don-doc/"), [], cach="visit", loi="Đã gặp Hiệu trưởng.")
    assert answer.status == 422
    assert answer.title.startswith("Lỗi: ")
    assert answer.errors == ["Chọn ít nhất một hồ sơ để đôn đốc."]
    assert "Đã gặp Hiệu trưởng.</textarea>" in answer.main
    assert 'value="visit" checked' in answer.main
    assert chosen(answer) == []
    assert told(site) == []


def test_words_too_long_are_shown_again_with_what_was_chosen(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    visitor = site.enter("cax-1")
    page = visitor.get("/don-doc/")
    answer = note(visitor, page, boxes(page)[:2], loi="a" * 2001)
    assert answer.status == 422
    assert len(answer.errors) == 1
    assert "2.001" in answer.errors[0] or "2.000" in answer.errors[0]
    assert chosen(answer) == boxes(page)[:2]
    assert "a" * 2001 in answer.main
    assert told(site) == []


def test_dossier_that_has_moved_on_blocks_all_and_loses_nothing(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    visitor = site.enter("cax-1")
    page = visitor.get("/don-doc/")
    answer = note(visitor, page, [boxes(page)[0], "0" * 32], loi="Nhắc lần hai.")
    assert answer.status == 409
    assert answer.errors == [
        "1 hồ sơ vừa hết việc phải nhắc hoặc đã chuyển bước, nên chưa ghi gì. Xem lại danh sách rồi ghi tiếp."
    ]
    assert chosen(answer) == [boxes(page)[0]]
    assert "Nhắc lần hai." in answer.main
    assert told(site) == []


def test_dossier_of_another_commune_is_as_one_that_does_not_exist(province_site: Site) -> None:
    foreign = boxes(province_site.enter("pv01-1").get("/don-doc/?commune=binh-an"))[0]
    visitor = province_site.enter("cax-1@tan-hoa-dong")
    answers = [
        Page(visitor.client.post("/don-doc/", data={"ho-so": [one], "cach": "call"})) for one in (foreign, "0" * 32)
    ]
    assert [answer.status for answer in answers] == [409, 409]
    assert answers[0].text == answers[1].text


def test_unknown_means_is_refused(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    visitor = site.enter("cax-1")
    page = visitor.get("/don-doc/")
    assert note(visitor, page, boxes(page)[:1], cach="pigeon").status == 422
    assert told(site) == []


def test_province_reminds_whoever_holds_the_dossier(province_site: Site) -> None:
    visitor = province_site.enter("pv01-1")
    page = visitor.get("/don-doc/")
    answer = note(visitor, page, boxes(page), cach="letter")
    done = visitor.get(answer.answer.headers["Location"])
    assert done.headings == [(1, "Đã ghi nhắc 4 hồ sơ")]
    assert "Xã Tân Hòa Đông" in done.text
    assert sorted(told(province_site)) == [
        ("commune_committee", "binh-an"),
        ("commune_committee", "binh-an"),
        ("commune_police", "tan-hoa-dong"),
        ("commune_police", "tan-hoa-dong"),
    ]


def test_what_was_kept_is_shown_to_whoever_kept_it_alone(site_at: SiteAt) -> None:
    site = site_at(FEBRUARY)
    visitor = site.enter("cax-1")
    page = visitor.get("/don-doc/")
    place = note(visitor, page, boxes(page)[:1]).answer.headers["Location"]
    assert site.enter("cax-3").get(place).status == 404
    for wrong in ("", "hom-qua", "2026-02-24T09:00:00"):
        assert visitor.get(f"/don-doc/da-ghi?luc={wrong}").status == 404


# --- the letter -------------------------------------------------------------------------------------------------------


def test_letter_names_every_unit_with_what_is_missing(site_at: SiteAt) -> None:
    visitor = site_at(FEBRUARY).enter("cax-1")
    page = visitor.get(visitor.get("/don-doc/").links["In công văn đôn đốc"])
    assert page.title == "Công văn đôn đốc, 7 hồ sơ"
    assert "Cộng hòa xã hội chủ nghĩa Việt Nam Độc lập - Tự do - Hạnh phúc" in page.text
    assert "ngày 24 tháng 02 năm 2026" in page.text
    assert "Kính gửi: Các đơn vị có tên dưới đây" in page.text
    assert (
        "Trường THCS Vĩnh Phong 2026-DH-0006 chưa sửa kế hoạch của đơn vị được trả lại"
        " Chậm nhất hết ngày 05/03/2026, thứ Năm." in page.text
    )


def test_letter_to_one_unit_names_it_alone(site_at: SiteAt) -> None:
    visitor = site_at(FEBRUARY).enter("cax-1")
    page = visitor.get(visitor.get("/don-doc/").links["In công văn riêng cho Trường THCS Vĩnh Phong"])
    assert page.title == "Công văn đôn đốc, 1 hồ sơ"
    assert "Kính gửi: Trường THCS Vĩnh Phong" in page.text
    assert "Hội Nông dân" not in page.text


def test_letter_of_the_province_stands_by_commune(province_site: Site) -> None:
    visitor = province_site.enter("pv01-1")
    page = visitor.get("/don-doc/cong-van")
    assert "Kính gửi: Công an, UBND các xã, phường, đặc khu có tên dưới đây" in page.text
    assert "Hạn là hết ngày 19/11/2026, thứ Năm, nay đã quá hạn 7 ngày làm việc." in page.text
    one = visitor.get("/don-doc/cong-van?commune=binh-an")
    assert "Kính gửi: Công an, UBND xã Bình An" in one.text
    assert "Tân Hòa Đông" not in one.text


def test_letter_about_nothing_is_not_found(site_at: SiteAt) -> None:
    assert site_at("2026-11-17T16:40:00").enter("cax-1").get("/don-doc/cong-van").status == 404


@pytest.mark.parametrize("person", ["thpt", "ubnd-tinh-1", "quan-tri"])
@pytest.mark.parametrize("url", ["/don-doc/", "/don-doc/cong-van", "/don-doc/da-ghi"])
def test_chasing_is_for_those_who_ask(site_at: SiteAt, person: str, url: str) -> None:
    assert site_at(FEBRUARY).enter(person).get(url).status == 403


# --- grounds, pages ---------------------------------------------------------------------------------------------------


def test_letter_names_its_legal_ground_from_the_sources(site_at: SiteAt) -> None:
    page = site_at(FEBRUARY).enter("cax-1").get("/don-doc/cong-van")
    found = re.search(r"Căn cứ (.*?)\. Công an xã Vĩnh Phong theo dõi", page.text)
    assert found is not None
    assert "Kế hoạch của UBND xã Vĩnh Phong năm 2026" in found.group(1)
    assert "#" not in found.group(1), "sources by their names, never by a code"
    said = found.group(1).split("; ")
    assert len(said) == len(set(said))


def test_long_list_goes_on_page_by_page_and_says_so(site_at: SiteAt, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site_at(FEBRUARY).enter("cax-1")
    whole = visitor.get("/don-doc/")
    assert "Trang này xét" not in whole.text
    monkeypatch.setattr("web.lists.chasing.MOST", 3)
    pages = [visitor.get("/don-doc/")]
    while "Xem tiếp 500 hồ sơ sau" in pages[-1].links:
        assert "Còn hồ sơ ở trang sau" in pages[-1].text
        pages.append(visitor.get(pages[-1].links["Xem tiếp 500 hồ sơ sau"]))
    assert len(pages) > 2
    assert "Đây là trang cuối." in pages[-1].text
    assert sorted(box for page in pages for box in boxes(page)) == sorted(boxes(whole))
    later = next(page for page in pages[1:] if boxes(page))
    noted = note(visitor, later, boxes(later), after=re.findall(r'name="after" value="([^"]+)"', later.main)[0])
    assert noted.status == 302, "what stands on a later page is noted there"
