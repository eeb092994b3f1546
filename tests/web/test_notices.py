"""Notices: what the reader was told, how much of it is unread, and marking it as read; without a script."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.support.pages import Page, words
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.queries.inbox import inbox

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
        waiting = uow.outbox.waiting(most=1000)  # type: ignore[attr-defined]
    told = {notice.code: house.notice_line(notice.code, notice.facts) for _number, notice in waiting}
    assert told.keys() >= {"notice.turn", "notice.moved"}
    assert all("{" not in sentence for sentence in told.values())
