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


def test_contact_is_shown_and_set(assessed: Hoso) -> None:
    assert assessed.json("contact", by="cax-1").data["email"] is None
    done = assessed.json("contact", "--email", "cax@vinh-phong.example", "--rhythm", "weekly", by="cax-1")
    assert done.data == {"person_id": "cax-1", "email": "cax@vinh-phong.example", "rhythm": "weekly"}
    assert assessed.json("contact", "--person", "cax-1", by="quan-tri").data["rhythm"] == "weekly"
    refused = assessed.json("contact", "--person", "cax-1", by="ubnd-1")
    assert refused.code == 3
    wrong = assessed.json("contact", "--email", "x", by="cax-1")
    assert wrong.error["code"] == "email_invalid"


def test_letters_in_trouble_are_the_administrators(assessed: Hoso) -> None:
    assert assessed.json("notices", "--failed", by="quan-tri").data["items"] == []
    assert assessed.json("notices", "--failed", "--retry", by="quan-tri").data == {"again": 0}
    assert assessed.json("notices", "--failed", by="cax-1").code == 3
    assert assessed.json("notices", "--retry", by="quan-tri").code == 2


def test_jobs_that_do_not_run_are_said(assessed: Hoso) -> None:
    assert assessed.json("notices", "--failed", by="quan-tri").data["stuck_since"] is None
    assessed.env |= {"HOSO_SMTP_HOST": "127.0.0.1", "HOSO_SMTP_PORT": "1", "HOSO_PROVINCE": "tinh"}
    assert assessed.json("notices", "--failed", by="quan-tri").data["stuck_since"].startswith("202")
    assert "Việc định kỳ không chạy" in assessed("notices", "--failed", by="quan-tri").out
    assessed("worker", "--once")
    assert assessed.json("notices", "--failed", by="quan-tri").data["stuck_since"] is None
