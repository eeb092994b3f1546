"""The command ``notices``: what one was told, and marking it as read."""

from __future__ import annotations

from tests.support.cli import Hoso


def test_notices_are_listed_and_marked_as_read(assessed: Hoso) -> None:
    told = assessed.json("notices", by="cax-1").data["items"]
    assert told
    assert all(item["notice"]["is_unread"] for item in told)
    assert any("2026-DH-" in item["text"] for item in told)
    newest = told[0]["notice"]["position"]
    left = assessed.json("notices", "--read", str(newest), "--unread", by="cax-1").data["items"]
    assert newest not in [item["notice"]["position"] for item in left]
    assert assessed.json("notices", "--read-through", str(newest), "--unread", by="cax-1").data["items"] == []
    assert assessed.json("notices", "--unread", by="ubnd-1").data["items"] != []


def test_a_notice_of_somebody_else_is_not_found(assessed: Hoso) -> None:
    theirs = assessed.json("notices", by="ubnd-1").data["items"][0]["notice"]["position"]
    refused = assessed.json("notices", "--read", str(theirs), by="cax-1")
    assert (refused.code, refused.error["code"]) == (4, "notice_not_found")
    twice = assessed.json("notices", "--read", "1", "--read-through", "1", by="cax-1")
    assert twice.code == 2
