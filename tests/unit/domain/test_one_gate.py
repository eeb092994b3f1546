"""One gate, over random lives: the explanation is empty exactly when the move is made, and the events are the dossier.

Beside the engine's own word stand two tables written by hand: who may enter which step (``matrix_dien_hinh.csv``), and
the moves that a hold does not stop (law.md, Returns).
"""

from __future__ import annotations

import sys
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.definitions import shipped
from tests.unit.domain import matrix
from tests.unit.domain.walks import Tried, Walk
from workflow.domain import events as ev
from workflow.domain import lifecycle
from workflow.domain.actors import PROVINCE_ROLES, Role
from workflow.domain.dossier import Dossier
from workflow.domain.errors import StaleDossier, TransitionNotAvailable, TransitionRefused
from workflow.domain.guards import Weighed, people, time
from workflow.domain.guards.time import was_submitted
from workflow.domain.kinds import ENDED, DossierKind, Effect, Meaning
from workflow.domain.machine import _machine

weigh_module = sys.modules["workflow.domain.guards.weigh"]  # the package offers the function by the same name
STEPS, MOST_STILL = 80, 8
ON_HOLD = {"return_to_unit", "return_to_commune", "withdraw", "decline", "cancel", "lapse"}


def check(walk: Walk, tried: Tried) -> None:
    """What must hold after any step, made or refused."""
    dossier, before = walk.dossier, tried.before
    assert Dossier.replay(walk.history) == dossier
    assert dossier.version == len(walk.history)
    if tried.error is not None:
        assert dossier == before
    if tried.what == "move":
        check_gate(tried)
    if tried.error is None:
        check_made(walk, tried)


def check_gate(tried: Tried) -> None:
    """The explanation is empty exactly when the move is made, and otherwise is what refused it."""
    if tried.error is None:
        assert tried.refusals == ()
    elif isinstance(tried.error, TransitionRefused):
        assert tried.refusals == tuple(refusal.code for refusal in tried.error.refusals) != ()
    elif isinstance(tried.error, TransitionNotAvailable):
        assert tried.refusals == ("transition_not_available",)
    else:
        assert isinstance(tried.error, StaleDossier)
        assert tried.command is not None
        assert tried.command.seen_version != tried.before.version


def check_made(walk: Walk, tried: Tried) -> None:
    """A step that was made: the state changed by a move of the kind alone, in time, by whom the law lets."""
    moved = [event for event in tried.events if isinstance(event, ev.Moved)]
    assert len(tried.events) == 1
    if not moved:
        assert walk.dossier.state == tried.before.state
        return
    event = moved[0]
    move = walk.kind.transition(event.transition)
    assert (tried.before.state, walk.dossier.state) == (move.source, move.target)
    assert walk.dossier.holder is (None if walk.kind.state(move.target).meaning in ENDED else walk.dossier.holder)
    assert (walk.dossier.holder is None) == (walk.kind.state(move.target).meaning in ENDED)
    if tried.before.hold is not None and walk.kind.code == "dien_hinh":
        assert event.trigger in ON_HOLD
    check_returns(walk, tried, event)
    check_lawful(walk, tried, event)


def check_returns(walk: Walk, tried: Tried, event: ev.Moved) -> None:
    """An open dossier has no return open behind it; a returned one has."""
    meaning = walk.kind.state(walk.dossier.state).meaning
    if meaning is Meaning.RETURNED:
        assert walk.dossier.open_returns
    if meaning in (Meaning.OPEN, Meaning.POSITIVE):
        assert not walk.dossier.open_returns
    if event.trigger == "lapse" and walk.kind.code == "dien_hinh":
        assert not was_submitted(walk.kind, tried.before)


def check_lawful(walk: Walk, tried: Tried, event: ev.Moved) -> None:
    """The hand-written table lets this role enter the step, and demands the signed paper where it says so."""
    if walk.kind.code != "dien_hinh":
        return
    place = tried.before.state
    if walk.kind.state(place).meaning in ENDED and event.trigger == "reopen":
        place = f"{place}<{tried.before.left_state}"
    law = matrix.lawful()
    said = law.get((event.trigger, place, walk.dossier.own, tried.actor.role))
    disconnected = not walk.books.connected and tried.actor.role is Role.COMMUNE_POLICE
    if said is None and disconnected:
        assert any(law.get((event.trigger, place, walk.dossier.own, role)) == "A" for role in PROVINCE_ROLES)
        said = "R"
    assert said is not None
    if said == "R":
        assert event.from_paper is not None
        assert event.from_paper.scans


REACHED = {
    "dien_hinh": {
        "draft", "registered", "selected", "not_selected", "assessed", "commune_meeting", "province_appraisal",
        "returned_to_unit", "returned_to_commune", "withdrawn", "lapsed",
    },
    "duy_tri": {"owed", "maintained", "not_maintained", "void"},
    "an_toan_antt": {"draft", "registered", "assessed", "commune_meeting", "returned_to_unit", "withdrawn", "lapsed"},
    "khen_thuong_tap_the": {"draft", "proposed", "council_met", "merit_confirmed", "returned_to_unit", "withdrawn"},
    "khen_thuong_ca_nhan": {"draft", "proposed", "council_met", "merit_confirmed", "returned_to_unit", "withdrawn"},
    "bao_cao": {"owed", "filed", "filed_to_province", "accepted", "returned", "waived", "not_filed", "passed_on"},
    "phan_loai": {"draft", "registered", "assessed", "commune_meeting", "returned_to_unit", "withdrawn", "lapsed"},
}  # fmt: skip
"""What the walks must at least come to, or the property below would hold by standing still."""


@pytest.mark.parametrize("code", shipped.KINDS)
def test_whatever_is_tried_the_gate_explains_what_it_does(code: str) -> None:
    seen: Counter[str] = Counter()

    @given(seed=st.integers(0, 2**32 - 1))
    def live(seed: int) -> None:
        dice = Random(seed)  # noqa: S311 - a walk is repeated by its seed
        walk, still = Walk(shipped.kind(code), dice), 0
        for _ in range(STEPS):
            before = walk.dossier.state
            tried = walk.attempt()
            check(walk, tried)
            seen[walk.dossier.state] += 1
            seen["made" if tried.error is None else "refused"] += 1
            still = still + 1 if walk.dossier.state == before else 0
            if still > MOST_STILL:
                walk, still = Walk(walk.kind, dice), 0

    live()
    kind = shipped.kind(code)
    first = {state.code for state in kind.states.values() if 0 <= state.depth <= 1}
    assert REACHED.get(code, first) <= set(seen)
    assert min(seen["made"], seen["refused"]) > 300


@pytest.mark.parametrize("code", shipped.KINDS)
def test_machine_and_kind_know_the_same_moves(code: str) -> None:
    kind = shipped.kind(code)
    machine = _machine(kind)
    known = Counter(
        (trigger, move.source, move.dest)
        for trigger, event in machine.events.items()
        for moves in event.transitions.values()
        for move in moves
    )
    assert known == Counter((move.trigger, move.source, move.target) for move in kind.transitions)
    assert set(machine.states) == set(kind.states)


# --- faults planted in the engine are noticed ------------------------------------------------------


def lives_until_noticed(seeds: int = 300) -> None:
    """Walks as above; the first thing noticed is raised."""
    for seed in range(seeds):
        walk = Walk(shipped.kind("dien_hinh"), Random(seed))  # noqa: S311 - a walk is repeated by its seed
        for _ in range(STEPS):
            check(walk, walk.attempt())


@pytest.mark.parametrize("guard", [people.recorder, people.signed_paper, time.not_on_hold], ids=lambda g: g.__name__)
def test_a_guard_left_out_is_noticed(monkeypatch: pytest.MonkeyPatch, guard: object) -> None:
    monkeypatch.setattr(weigh_module, "EVERY_MOVE", tuple(one for one in weigh_module.EVERY_MOVE if one is not guard))
    with pytest.raises(AssertionError):
        lives_until_noticed()


@pytest.mark.parametrize("effect", [Effect.CLOSE_RETURN, Effect.CLOSE_ALL_RETURNS, Effect.OPEN_RETURN])
def test_an_effect_left_out_is_noticed(monkeypatch: pytest.MonkeyPatch, effect: Effect) -> None:
    real = Dossier._effect

    def forgetful(self: Dossier, name: Effect, event: ev.Moved, origin: str) -> None:
        if name is not effect:
            real(self, name, event, origin)

    monkeypatch.setattr(Dossier, "_effect", forgetful)
    with pytest.raises(AssertionError):
        lives_until_noticed()


def test_an_explanation_that_hides_a_refusal_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = lifecycle.explain
    monkeypatch.setattr(lifecycle, "explain", lambda *args, **given: Weighed(real(*args, **given).refusals[1:]))
    with pytest.raises(AssertionError):
        lives_until_noticed()


def test_a_verb_that_changes_the_dossier_by_itself_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = lifecycle.perform

    def meddling(kind: DossierKind, dossier: Dossier, *args: Any, **given: Any) -> list[ev.Event]:
        dossier.late = True
        return real(kind, dossier, *args, **given)

    monkeypatch.setattr(lifecycle, "perform", meddling)
    with pytest.raises(AssertionError):
        lives_until_noticed()
