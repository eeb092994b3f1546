"""Every state, every step, every role: who may enter it is what the hand-written table of the law says."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest

from tests.definitions import shipped
from tests.unit.domain import matrix
from workflow.domain.actors import Actor, Role
from workflow.domain.calendars import HCM
from workflow.domain.dossier import Dossier, Return, Step
from workflow.domain.errors import TransitionNotAvailable
from workflow.domain.guards import Books
from workflow.domain.kinds import ENDED, Meaning, ReturnMode
from workflow.domain.lifecycle import Command, explain

KIND = shipped.kind("dien_hinh")
AT = datetime(2026, 11, 2, 9, tzinfo=HCM)
OPENED = AT - timedelta(days=300)
PERSON_ROLES = [role for role in Role if role is not Role.SYSTEM]


def every_place() -> list[str]:
    """Every state of the kind; a withdrawn or declined one once for each state it can be entered from."""
    found = []
    for code, state in KIND.states.items():
        into = {move.source for move in KIND.transitions if move.target == code}
        leaves = any(move.to_left for move in KIND.from_state(code))
        found += [f"{code}<{left}" for left in sorted(into)] if state.meaning in ENDED and leaves else [code]
    return found


def dossier_at(place: str, *, own: bool) -> Dossier:
    """A dossier standing there as bare as can be: only what makes the moves of the place be found."""
    state, _, left = place.partition("<")
    subject_kind = "xa" if own else "co_quan"
    dossier = Dossier(
        id="d", number="2026-DH-0001", kind=KIND.code, kind_version=1, subject_id="s", subject_kind=subject_kind,
        commune_id="c", province_id="p", cycle=2026, own=own, self_judged=own, state=state, opened_by="nobody",
        opened_by_role=Role.UNIT, result="propose",
    )  # fmt: skip
    if left:
        dossier.steps.append(Step(1, AT, "t", left, state, Role.UNIT, Role.UNIT, "nobody"))
    if KIND.state(state).meaning is Meaning.RETURNED:
        origin = next(move.source for move in KIND.transitions if move.is_return and move.target == state)
        dossier.returns.append(Return(1, AT, origin, state, ReturnMode.SUPPLEMENT, Role.UNIT, "nobody", ()))
    return dossier


def entered(trigger: str, place: str, role: Role, *, own: bool, connected: bool = True) -> str:
    """What the gate says of the role: A (its own act), R (from a signed paper), or nothing."""
    actor = Actor("me", role, "s" if role is Role.UNIT else "o", "p", "c", door="test")
    books = Books(shipped.grounds().calendar, cycle_opened_at=OPENED, connected=connected)
    choices = {code for move in KIND.transitions if move.trigger == trigger for code, _ in move.choices} or {None}
    for choice in sorted(choices, key=str):
        command = Command(trigger, 0, choice=choice)
        try:
            weighed = explain(KIND, dossier_at(place, own=own), command, actor, at=AT, books=books)
        except TransitionNotAvailable:
            continue
        codes = {refusal.code for refusal in weighed.refusals}
        if not codes & {"guard.role", "guard.out_of_scope"}:
            return "R" if "guard.signed_paper" in codes else "A"
    return ""


@pytest.mark.parametrize("trigger", sorted({move.trigger for move in KIND.transitions}))
@pytest.mark.parametrize("own", [False, True], ids=["others", "own"])
def test_a_step_is_entered_by_whom_the_table_says(trigger: str, own: bool) -> None:
    law = matrix.lawful()
    cells = list(product(every_place(), Role))
    told = {cell: law.get((trigger, cell[0], own, cell[1]), "") for cell in cells}
    came = {cell: entered(trigger, cell[0], cell[1], own=own) for cell in cells}
    assert came == told


def test_the_table_speaks_of_every_step_and_no_other() -> None:
    assert matrix.steps() == {move.trigger for move in KIND.transitions}
    assert matrix.places() <= set(every_place())


def test_an_administrator_enters_nothing() -> None:
    assert not [cell for cell in matrix.lawful() if cell[3] is Role.ADMIN]
    steps = {move.trigger for move in KIND.transitions}
    assert {entered(step, place, Role.ADMIN, own=False) for step in steps for place in every_place()} == {""}


PROVINCE = sorted(
    {cell[0] for cell, said in matrix.lawful().items() if said == "A" and cell[3].value.startswith("province")}
)


@pytest.mark.parametrize("trigger", PROVINCE)
def test_without_the_province_the_commune_police_enters_its_steps_from_the_papers(trigger: str) -> None:
    """law.md, People and places: commune_police enters the province's steps, marked from the paper."""
    law = matrix.lawful()
    for place in every_place():
        of_province = any(
            law.get((trigger, place, False, role)) == "A" for role in (Role.PROVINCE_POLICE, Role.PROVINCE_COMMITTEE)
        )
        told = "R" if of_province else law.get((trigger, place, False, Role.COMMUNE_POLICE), "")
        assert entered(trigger, place, Role.COMMUNE_POLICE, own=False, connected=False) == told


@pytest.mark.parametrize("role", [role for role in PERSON_ROLES if role is not Role.ADMIN])
def test_nobody_of_elsewhere_enters_anything(role: Role) -> None:
    stranger = Actor("me", role, "other", "q", "other", door="test")
    books = Books(shipped.grounds().calendar, cycle_opened_at=OPENED)
    for trigger, place, own, who in matrix.lawful():
        if who is role and not own:
            choices = {code for move in KIND.transitions if move.trigger == trigger for code, _ in move.choices}
            for choice in sorted(choices) or [None]:
                try:
                    weighed = explain(
                        KIND,
                        dossier_at(place, own=own),
                        Command(trigger, 0, choice=choice),
                        stranger,
                        at=AT,
                        books=books,
                    )
                except TransitionNotAvailable:
                    continue
                assert weighed.refusals[0].code == "guard.out_of_scope"
