"""A worker that dies while it sends, and two that send at once: nothing is lost; twice goes only what was under way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.mail import MailBox, mail_server
from tests.support.played import Played, played
from tests.support.tree import ROOT
from workflow.domain.actors import Role
from workflow.domain.books import Notice
from workflow.domain.telling import Letter, Rhythm
from workflow.seeding.script import moment
from workflow.services.post import PostService

PEOPLE = {
    "cax-1": (Role.COMMUNE_POLICE, "vinh-phong"),
    "ubnd-1": (Role.COMMUNE_COMMITTEE, "vinh-phong"),
    "pv01-1": (Role.PROVINCE_POLICE, "tinh"),
}
ROUNDS = 5
BEGINS = moment("2026-11-11T10:05:00")
LETTERS = len(PEOPLE) * ROUNDS


class _Nobody:
    """A post office that is never asked: letters are handed out, not sent."""

    def deliver(self, letter: Letter) -> None:
        raise AssertionError(letter.id)


@pytest.fixture
def waiting(storage_url: str) -> Iterator[str]:
    """A database in which twelve letters wait, each with a notice of its own, and three notices for three more."""
    with played(storage_url, "2026-11-11T10:05:00") as story:
        _write(story)
        yield storage_url


def _write(story: Played) -> None:
    house = story.house
    post = PostService(house.engine, house.notice_rules, _Nobody())
    post.hand_out()
    for person in PEOPLE:
        house.contacts.set(story.actor(person), email=f"{person}@vinh-phong.example", rhythm=Rhythm.AT_ONCE)
    for turn in range(ROUNDS):
        with house.engine.uow() as uow:
            notices = [
                Notice(None, role, office, "notice.turn", {"number": f"{person}-{turn}"})
                for person, (role, office) in PEOPLE.items()
            ]
            uow.outbox.put(notices, at=house.clock.now())
            uow.commit()
        if turn < ROUNDS - 1:  # what was written last is handed out by the workers, by both at once where there are two
            post.hand_out()


def _start(url: str, port: int, *minutes: int) -> subprocess.Popen[bytes]:
    instants = [(BEGINS + timedelta(minutes=one)).isoformat() for one in minutes]
    command = [sys.executable, "-m", "tests.support.posting", url, str(port), *instants]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def _finish(worker: subprocess.Popen[bytes]) -> list[int]:
    out, _err = worker.communicate(timeout=60)
    assert worker.returncode == 0
    sent: list[int] = json.loads(out)
    return sent


def _subjects(box: MailBox) -> Counter[str]:
    return Counter(str(message["Subject"]) for message in box.messages)


HEAVY = [pytest.param(number, marks=pytest.mark.slow) for number in (1, LETTERS)]


@pytest.mark.parametrize("fatal", [7, *HEAVY])
def test_a_worker_killed_while_sending_loses_nothing(waiting: str, fatal: int) -> None:
    """The server has the message of that number whole; the worker dies before it hears so."""
    with mail_server() as box:
        worker = _start(waiting, box.port, 0)
        box.before = lambda count: os.kill(worker.pid, signal.SIGKILL) if count == fatal else None
        worker.communicate(timeout=60)
        assert worker.returncode == -signal.SIGKILL
        assert len(box.messages) == fatal
        box.before = lambda _count: None
        sent = _finish(_start(waiting, box.port, 1, 11, 30))
    assert sent == [LETTERS - fatal, 1, 0]  # after a minute the claim still holds, after ten it has run out
    told = _subjects(box)
    assert len(told) == LETTERS
    twice = [subject for subject, count in told.items() if count > 1]
    assert len(twice) == 1
    ids = {message["Message-ID"] for message in box.messages if message["Subject"] == twice[0]}
    assert len(ids) == 1, "whoever gets it twice can tell that it is the same"


def test_two_workers_send_each_letter_once(waiting: str) -> None:
    with mail_server() as box:
        both = [_start(waiting, box.port, 0) for _ in range(2)]
        sent = [_finish(worker)[0] for worker in both]
    assert sum(sent) == LETTERS
    assert set(_subjects(box).values()) == {1}
    assert len(_subjects(box)) == LETTERS
