"""Whose turn it is, and the clock that runs for them: computed from the kind, the papers and the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from workflow.domain import events as ev
from workflow.domain.actors import Role
from workflow.domain.dossier import Dossier, Filed
from workflow.domain.guards.attempt import Books
from workflow.domain.guards.papers import UNFINISHED, floor_for
from workflow.domain.guards.time import code_for, verdict_for
from workflow.domain.kinds import DossierKind, Meaning, State
from workflow.domain.step_clock import StepClock


def handed_over(kind: DossierKind, dossier: Dossier, state: State) -> bool:
    """Whether the papers are there, and finished, that pass the turn within this state (law.md, Holder)."""
    if state.hands_over is None:
        return False
    onward = next((t for t in kind.from_state(state.code) if t.forward and t.applies.to(own=dossier.own)), None)
    above = floor_for(kind, dossier, onward.target) if onward is not None else 0
    return all(_is_finished(dossier.newest(code, above=above)) for code in state.hands_over.papers)


def _is_finished(filed: Filed | None) -> bool:
    """Whether a paper is there and owes nothing: nobody can assess an unfinished score sheet (decision 7)."""
    return filed is not None and not any(filed.paper.facts.get(fact) for fact in UNFINISHED)


def holder_in(kind: DossierKind, dossier: Dossier, state: State) -> Role | None:
    """Who holds the dossier in ``state``, after its turn has passed where it has."""
    if state.hands_over is not None and handed_over(kind, dossier, state):
        return state.hands_over.to
    return state.held_by(own=dossier.own)


def clock_for(kind: DossierKind, dossier: Dossier, state: State, books: Books, at: datetime) -> StepClock | None:
    """A fresh clock for the officer whose turn begins in ``state``, or None where nobody's clock runs.

    In a state that hands over it starts with the papers; working days are the province's, else the kind's. A turn that
    goes by a date ends with it.
    """
    if state.meaning is not Meaning.OPEN:
        return None
    if state.hands_over is not None and not handed_over(kind, dossier, state):
        return None
    if state.due_by is not None:
        due = due_date(dossier, state.due_by, books, at)
        return StepClock(at, 1, until=due) if due is not None else None
    days = books.working_days.get(state.code, state.working_days)
    return StepClock(at, days) if days else None


def due_date(dossier: Dossier, code: str, books: Books, at: datetime) -> datetime | None:
    """When the date ``code`` ends for this dossier, extensions included; None where the books have no such date."""
    if code_for(books, code) not in books.deadlines:
        return None
    verdict = verdict_for(
        books,
        code,
        subject_id=dossier.subject_id,
        commune_id=dossier.commune_id,
        province_id=dossier.province_id,
        at=at,
    )
    return verdict.due or verdict.closes


def redated(
    kind: DossierKind, dossier: Dossier, books: Books, *, at: datetime, person_id: str, role: Role
) -> ev.TurnDated | None:
    """The turn of a dossier that goes by a date, as the books say that date now; None where nothing changes."""
    state = kind.state(dossier.state)
    if state.due_by is None or state.meaning is not Meaning.OPEN:
        return None
    due, clock = due_date(dossier, state.due_by, books, at), dossier.clock
    if due == (clock.until if clock is not None else None):
        return None
    fresh = None if due is None else replace(clock or StepClock(at, 1), until=due)
    return ev.TurnDated(at=at, person_id=person_id, role=role, clock=fresh)


def stage_in(dossier: Dossier, state: State) -> str:
    """The stage shown in ``state``; a state without one keeps the dossier's."""
    return state.stage or dossier.stage


def stage_at_work(kind: DossierKind, state: State, *, own: bool = False) -> str | None:
    """The stage that is being worked on in a state: the one its next step leads into.

    A stage is named by the step that completes it, so whoever has been chosen is being assessed. A dossier at its very
    beginning, and one whose straight path ends, stand in the state's own stage; None where a state has none.
    """
    if state.code == kind.initial:
        return state.stage
    onward = next((t for t in kind.from_state(state.code) if t.forward and t.applies.to(own=own)), None)
    return kind.state(onward.target).stage if onward is not None else state.stage


def place_of(kind: DossierKind, dossier: Dossier) -> str:
    """The stage a dossier is shown at: the one at work; a returned one keeps its place, an ended one its last."""
    state = dossier.state
    meaning = kind.state(state).meaning
    newest = dossier.newest_return
    if meaning is Meaning.RETURNED and newest is not None:
        state = before_returns(kind, dossier, newest.origin)
    elif meaning in {Meaning.NEGATIVE, Meaning.VOID} and kind.state(state).stage is None and dossier.left_state:
        state = before_returns(kind, dossier, dossier.left_state)
    return stage_at_work(kind, kind.state(state), own=dossier.own) or dossier.stage


def before_returns(kind: DossierKind, dossier: Dossier, state: str) -> str:
    """The state on the straight path from which a chain of returns that led to ``state`` began."""
    for item in reversed(dossier.returns):
        if item.state == state and kind.state(state).meaning is Meaning.RETURNED:
            state = item.origin
    return state
