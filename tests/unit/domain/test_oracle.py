"""Random lives beside an oracle that reads the definition itself; planted faults of the engine are noticed."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import pytest

from benchmarks.proofs.lives import lives
from tests.definitions import shipped
from workflow.domain.guards import papers, people, time

weigh_module = sys.modules["workflow.domain.guards.weigh"]  # the package offers the function by the same name


def test_engine_and_definition_agree_on_random_lives() -> None:
    found = lives(40)
    assert found.wrong == []
    assert found.tries > 500


YEARLY = ("an_toan_antt", "dien_hinh", "duy_tri", "phan_loai")
AWARDS = ("khen_thuong_ca_nhan", "khen_thuong_tap_the")

EVERY_MOVE = (
    people.recorder,
    people.separation,
    people.signed_paper,
    time.not_on_hold,
    time.in_time,
    papers.complete,
    papers.reason_given,
    papers.return_sound,
)


@pytest.mark.parametrize("guard", EVERY_MOVE)
def test_a_dropped_guard_is_noticed(monkeypatch: pytest.MonkeyPatch, guard: object) -> None:
    monkeypatch.setattr(weigh_module, "EVERY_MOVE", tuple(one for one in weigh_module.EVERY_MOVE if one is not guard))
    assert lives(60).wrong


@pytest.mark.parametrize("name", ["ledger_result", "only_dossier", "cycle_open", "cycle_ended"])
def test_a_dropped_guard_of_a_kind_is_noticed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(weigh_module.NAMED_GUARDS, name, lambda _attempt, _params: iter(()))  # type: ignore[arg-type]
    assert lives(40, kinds=YEARLY).wrong


@pytest.mark.parametrize("name", ["conditions_met", "form_chosen", "form_is", "not_rewarded", "within_quota"])
def test_a_dropped_guard_of_an_award_is_noticed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(weigh_module.NAMED_GUARDS, name, lambda _attempt, _params: iter(()))  # type: ignore[arg-type]
    assert lives(120, kinds=AWARDS).wrong


def test_separation_that_forgets_who_opened_the_dossier_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "stood_for_unit", lambda *_who, **_forgiven: False)
    assert lives(40).wrong


def test_an_inverted_role_check_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = people.recorders_now
    monkeypatch.setattr(people, "recorders_now", lambda attempt: frozenset(type(attempt.actor.role)) - real(attempt))
    assert lives(20).wrong


def test_a_date_that_is_a_second_off_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.judge

    def early(deadline: Any, grants: Any, *, at: Any, **ids: Any) -> Any:
        return real(deadline, grants, at=at + timedelta(seconds=1), **ids)

    monkeypatch.setattr(time, "judge", early)
    dated = tuple(code for code in shipped.KINDS if len(shipped.kind(code).deadlines) > 1)
    assert lives(120, kinds=dated).wrong
