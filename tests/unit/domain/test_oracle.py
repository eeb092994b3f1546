"""Random lives beside an oracle that reads the definition itself; planted faults of the engine are noticed."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import pytest

from benchmarks.proofs.lives import lives
from workflow.domain.guards import people, time

weigh_module = sys.modules["workflow.domain.guards.weigh"]  # the package offers the function by the same name


def test_engine_and_definition_agree_on_random_lives() -> None:
    found = lives(40)
    assert found.wrong == []
    assert found.tries > 500


@pytest.mark.parametrize("guard", [people.recorder, people.signed_paper, time.not_on_hold, time.in_time])
def test_a_dropped_guard_is_noticed(monkeypatch: pytest.MonkeyPatch, guard: object) -> None:
    monkeypatch.setattr(weigh_module, "EVERY_MOVE", tuple(one for one in weigh_module.EVERY_MOVE if one is not guard))
    assert lives(20).wrong


def test_an_inverted_role_check_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = people.recorders_now
    monkeypatch.setattr(people, "recorders_now", lambda attempt: frozenset(type(attempt.actor.role)) - real(attempt))
    assert lives(20).wrong


def test_a_date_that_is_a_second_off_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.judge

    def late(deadline: Any, grants: Any, *, at: Any, **ids: Any) -> Any:
        return real(deadline, grants, at=at - timedelta(seconds=1), **ids)

    monkeypatch.setattr(time, "judge", late)
    assert lives(120).wrong
