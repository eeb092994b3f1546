"""Notices: what the reader was told, how much of it is unread, and marking it as read; without a script."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.support.pages import Page, words
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.domain.actors import Role
from workflow.domain.books import Notice
from workflow.domain.telling import Letter, NotPosted, Rhythm
from workflow.queries.inbox import inbox
from workflow.queries.journal import books_journal
from workflow.services.post import PostService

LIST = "/thong-bao/"


def header(page: Page) -> str:
    return words(page.html[page.html.find("<header") : page.html.find("</header>")])


def unread_of(page: Page) -> int:
    found = re.search(r"Thông báo \((\d+) chưa đọc\)", header(page))
    return int(found.group(1)) if found else 0


def test_header_counts_what_is_unread_and_the_page_lists_it(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("cax-1")
    page = Page(client.get(LIST))
    unread = unread_of(page)
    assert unread > 0
    assert (1, f"Thông báo: {unread} chưa đọc") in page.headings
    assert any(url == f"/ho-so/{ids['thpt']}" for url in page.links.values())


def test_one_notice_is_marked_as_read(client_as: ClientAs) -> None:
    client = client_as("cax-1")
    page = Page(client.get(LIST))
    before = unread_of(page)
    position = re.search(r'da-doc"[^>]*>.*?name="so" value="(\d+)"', page.main, re.DOTALL)
    assert position is not None
    done = Page(client.post(f"{LIST}da-doc", data={"so": position.group(1)}, follow_redirects=True))
    assert "Đã đánh dấu đã đọc." in done.text
    assert unread_of(done) == before - 1
    again = Page(client.post(f"{LIST}da-doc", data={"so": position.group(1)}, follow_redirects=True))
    assert unread_of(again) == before - 1


def test_all_that_the_page_showed_is_read_at_once(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    newest = max(item.position for item in inbox(house.database, house.people.actor("cax-1")).items)
    done = Page(client.post(f"{LIST}da-doc-het", data={"so": str(newest)}, follow_redirects=True))
    assert unread_of(done) == 0
    assert "Chưa đọc" not in words(done.main.replace(">Chưa đọc</a>", ""))
    left = Page(client.get(f"{LIST}?loc=chua-doc"))
    assert "Không còn thông báo chưa đọc." in left.text
    assert unread_of(Page(client_as("ubnd-1").get(LIST))) > 0


def test_a_notice_of_somebody_else_is_not_found(client_as: ClientAs, house: House) -> None:
    theirs = {item.position for item in inbox(house.database, house.people.actor("ubnd-1")).items}
    client = client_as("cax-1")
    assert client.post(f"{LIST}da-doc", data={"so": str(min(theirs))}).status_code == 404
    assert client.post(f"{LIST}da-doc", data={"so": "999999"}).status_code == 404


@pytest.mark.parametrize("typed", ["", "-1", "x", "9" * 40, "²"])
def test_a_number_that_is_none_is_refused(client_as: ClientAs, typed: str) -> None:
    for place in ("da-doc", "da-doc-het"):
        assert client_as("cax-1").post(f"{LIST}{place}", data={"so": typed}).status_code == 422


def test_every_notice_of_the_story_has_its_sentence(house: House) -> None:
    """Every code that the services write can be said with the facts it is written with."""
    with house.engine.reading() as uow:
        waiting = uow.outbox.waiting(most=1000)
    told = {notice.code: house.notice_line(notice.code, notice.facts) for _number, _at, notice in waiting}
    assert told.keys() >= {"notice.turn", "notice.moved"}
    assert all("{" not in sentence for sentence in told.values())


# --- by mail -----------------------------------------------------------------------------------------------------


def test_address_and_rhythm_are_kept_and_said_again(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    assert "/thong-bao/cach-nhan/" in Page(client.get("/tai-khoan/")).links.values()
    sent = {"email": " cax@vinh-phong.example ", "nhip": "daily"}
    done = Page(client.post("/thong-bao/cach-nhan/", data=sent, follow_redirects=True))
    assert "Đã lưu cách nhận thông báo." in done.text
    assert "chưa được nối với máy chủ thư" in done.text
    known = house.contacts.of(house.people.actor("cax-1"))
    assert (known.email, known.rhythm.value) == ("cax@vinh-phong.example", "daily")
    lines = books_journal(house.database, house.people.actor("pv01-1")).items
    assert "ContactKept" in [line.event for line in lines]
    assert not any("example" in repr(line) for line in lines)


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"email": "khong phai dia chi", "nhip": "daily"}, "Địa chỉ thư điện tử không đúng dạng."),
        ({"email": "a@b.example\r\nBcc: x@y.example", "nhip": "daily"}, "Địa chỉ thư điện tử không đúng dạng."),
        ({"email": "cax@vinh-phong.example", "nhip": "hourly"}, "Chọn gửi thư khi nào."),
        ({}, "Chọn gửi thư khi nào."),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_typed(client_as: ClientAs, sent: dict[str, str], fault: str) -> None:
    answer = client_as("cax-1").post("/thong-bao/cach-nhan/", data=sent)
    page = Page(answer)
    assert answer.status_code == 422
    assert any(fault in line for line in page.errors)
    if "khong phai" in sent.get("email", ""):
        assert 'value="khong phai dia chi"' in page.html


def test_letters_in_trouble_are_the_administrators(client_as: ClientAs, house: House) -> None:
    admin = client_as("quan-tri")
    assert "Không có thư nào bị kẹt." in Page(admin.get("/thong-bao/chua-gui/")).text
    assert client_as("cax-1").get("/thong-bao/chua-gui/").status_code == 403
    post = PostService(house.engine, house.notice_rules, _Gone())
    house.contacts.set(house.people.actor("cax-1"), email="cax@vinh-phong.example", rhythm=Rhythm.AT_ONCE)
    post.hand_out()
    with house.engine.uow() as uow:
        uow.outbox.put([Notice(None, Role.COMMUNE_POLICE, "vinh-phong", "notice.note", {})], at=house.clock.now())
        uow.commit()
    post.hand_out()
    post.send()
    page = Page(admin.get("/thong-bao/chua-gui/"))
    assert "Không kết nối được máy chủ thư." in page.text
    assert "vinh-phong.example" not in page.html
    [letter] = re.findall(r'name="thu" value="([^"]+)"', page.main)
    done = Page(admin.post("/thong-bao/chua-gui/", data={"thu": letter}, follow_redirects=True))
    assert "1 thư sẽ được gửi lại ở lượt tới." in done.text
    assert client_as("cax-1").post("/thong-bao/chua-gui/", data={"thu": letter}).status_code == 403


def test_jobs_that_do_not_run_are_said(client_as: ClientAs, house: House) -> None:
    assert "Việc định kỳ không chạy" not in Page(client_as("quan-tri").get("/thong-bao/chua-gui/")).text
    house.settings = house.settings.model_copy(update={"smtp_host": "127.0.0.1"})
    assert "Việc định kỳ không chạy" in Page(client_as("quan-tri").get("/thong-bao/chua-gui/")).text
    PostService(house.engine, house.notice_rules, _Gone()).hand_out()
    assert "Việc định kỳ không chạy" not in Page(client_as("quan-tri").get("/thong-bao/chua-gui/")).text


class _Gone:
    """A mail server that is not there."""

    def deliver(self, letter: Letter) -> None:
        del letter
        raise NotPosted("connection", everybody=True)
