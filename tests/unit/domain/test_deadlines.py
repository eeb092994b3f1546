"""Deadlines and grants: order, judging, what waits for what, and laws that hold for any grants at any moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.deadline_answers import load_cases
from workflow.domain.calendars import InvalidTime, day_end, day_start
from workflow.domain.deadlines import (
    Bound,
    Deadline,
    DeadlineRule,
    Face,
    Grant,
    GrantKind,
    Scope,
    closed_at,
    extended,
    grant_kind,
    judge,
    resolve,
)

BOOK = load_cases()
REGISTRATION = DeadlineRule(
    "registration",
    "registration",
    opens=Bound.parse("from 12-01 of year before"),
    due=Bound.parse("before 01-18"),
    closes=Bound.parse("through 01-18"),
).for_cycle(2026)
PLACE = {"commune_id": "c", "province_id": "p"}


def moments() -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime(2025, 11, 20), datetime(2026, 2, 20), timezones=st.just(UTC))  # noqa: DTZ001


def grants() -> st.SearchStrategy[Grant]:
    def build(kind: GrantKind, scope: Scope, scope_id: str, at: datetime, days: int) -> Grant:
        return Grant(f"{kind}{at}{days}", "registration", kind, scope, scope_id, at + timedelta(days), at, "PV01", "r")

    ids = st.sampled_from(["s", "c", "p", "x"])
    return st.builds(build, st.sampled_from(GrantKind), st.sampled_from(Scope), ids, moments(), st.integers(1, 60))


ORDER = [Face.NOT_OPEN, Face.ON_TIME, Face.LATE, Face.CLOSED]


def face(given_: list[Grant], at: datetime) -> Face:
    return judge(REGISTRATION, given_, subject_id="s", **PLACE, at=at).face


def test_deadline_codes_of_wrong_order() -> None:
    a, b, c = (day_start(date(2026, 1, n)) for n in (1, 2, 3))
    assert Deadline("d", a, b, c).check() == ()
    assert Deadline("d", a, a, b).check() == ()
    assert Deadline("d").check() == ()
    assert Deadline("d", b, a, c).check() == ("due_before_opens",)
    assert Deadline("d", a, c, b).check() == ("closes_before_due",)
    assert Deadline("d", c, b, a).check() == ("due_before_opens", "closes_before_due", "never_open")
    assert Deadline("d", a, None, a).check() == ("never_open",)
    assert Deadline("d", opens_after="d").check() == ("opens_after_itself",)


def test_dates_of_the_plan_are_in_order_in_every_year() -> None:
    for cycle in range(2024, 2031):
        for code, row in BOOK["deadlines"].items():
            faces = {k: Bound.parse(v) for k, v in row.items() if k != "opens_after"}
            assert DeadlineRule(code, code, **faces).for_cycle(cycle).check() == ()


def test_registration_without_grants_over_every_second_around_the_boundaries() -> None:
    seen = []
    for offset in range(-3, 4):
        for boundary in ("2025-12-01", "2026-01-18", "2026-01-19"):
            at = day_start(date.fromisoformat(boundary)) + timedelta(seconds=offset)
            seen.append((boundary, offset, face([], at)))
    expected = {
        "2025-12-01": (Face.NOT_OPEN, Face.ON_TIME),
        "2026-01-18": (Face.ON_TIME, Face.LATE),
        "2026-01-19": (Face.LATE, Face.CLOSED),
    }
    assert seen == [(b, o, expected[b][o >= 0]) for o in range(-3, 4) for b in expected]


@given(moments(), moments(), st.lists(grants(), max_size=6))
def test_time_never_makes_a_face_better_once_all_grants_are_made(
    one: datetime, other: datetime, given_: list[Grant]
) -> None:
    early, later = sorted((one, other))
    made = [g for g in given_ if g.granted_at <= early]
    assert ORDER.index(face(made, early)) <= ORDER.index(face(made, later))


@given(moments(), st.lists(grants(), max_size=5), grants())
def test_a_grant_never_makes_a_face_worse(at: datetime, given_: list[Grant], more: Grant) -> None:
    assert ORDER.index(face([*given_, more], at)) <= ORDER.index(face(given_, at))


@given(moments(), st.lists(grants(), max_size=6))
def test_verdict_names_a_grant_exactly_when_it_changes_the_face(at: datetime, given_: list[Grant]) -> None:
    verdict = judge(REGISTRATION, given_, subject_id="s", **PLACE, at=at)
    assert (verdict.grant is not None) == (verdict.face is not face([], at))
    assert verdict.accepts == (verdict.face in {Face.ON_TIME, Face.LATE})


@given(moments(), st.lists(grants(), max_size=6), st.randoms())
def test_order_of_grants_does_not_matter(at: datetime, given_: list[Grant], chance: Any) -> None:
    shuffled = list(given_)
    chance.shuffle(shuffled)
    one, other = (judge(REGISTRATION, g, subject_id="s", **PLACE, at=at) for g in (given_, shuffled))
    assert (one.face, one.due, one.closes) == (other.face, other.due, other.closes)


@given(st.lists(grants(), max_size=6))
def test_what_waits_is_held_up_by_extensions_for_the_whole_alone(given_: list[Grant]) -> None:
    whole = [
        g.until
        for g in given_
        if g.kind is GrantKind.EXTENSION and (g.scope, g.scope_id) in {(Scope.COMMUNE, "c"), (Scope.PROVINCE, "p")}
    ]
    assert closed_at(REGISTRATION, given_, **PLACE) == max([day_start(date(2026, 1, 19)), *whole])


def test_a_waiting_deadline_must_be_resolved_before_it_is_judged() -> None:
    selection = Deadline("selection", due=day_end(date(2026, 1, 20)), opens_after="registration")
    with pytest.raises(InvalidTime) as refused:
        judge(selection, [], subject_id="s", **PLACE, at=day_start(date(2026, 1, 20)))
    assert refused.value.code == "opening_unresolved"


@pytest.mark.parametrize(
    ("others", "code"),
    [({}, "opening_unknown"), ({"registration": replace(REGISTRATION, closes=None)}, "opening_never")],
)
def test_a_deadline_that_waits_for_nothing_is_refused(others: dict[str, Deadline], code: str) -> None:
    selection = Deadline("selection", opens_after="registration")
    with pytest.raises(InvalidTime) as refused:
        resolve({"selection": selection, **others}, "selection", [], **PLACE)
    assert refused.value.code == code


def test_a_deadline_that_waits_for_none_resolves_to_itself() -> None:
    assert resolve({"registration": REGISTRATION}, "registration", [], **PLACE) is REGISTRATION


def test_extended_by_a_subject_grant_needs_the_subject() -> None:
    until = day_start(date(2026, 1, 24))
    grant = Grant(
        "g", "registration", GrantKind.EXTENSION, Scope.SUBJECT, "s", until, until - timedelta(9), "PV01", "r"
    )
    assert extended(REGISTRATION, [grant], subject_id="s", **PLACE).closes == until
    assert extended(REGISTRATION, [grant], **PLACE) == REGISTRATION
    assert grant_kind(extended(REGISTRATION, [grant], subject_id="s", **PLACE), until) is GrantKind.LATE_OPENING


def test_a_grant_that_has_expired_when_made_is_refused() -> None:
    at = day_start(date(2026, 1, 20))
    with pytest.raises(InvalidTime) as refused:
        Grant("g", "registration", GrantKind.LATE_OPENING, Scope.SUBJECT, "s", at, at, "PV01", "r")
    assert refused.value.code == "grant_already_expired"


NAIVE = datetime(2026, 1, 18)  # noqa: DTZ001 - the point of these tests
AWARE = day_start(date(2026, 1, 18))


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: judge(REGISTRATION, [], subject_id="s", **PLACE, at=NAIVE),
        lambda: Deadline("d", opens=NAIVE),
        lambda: Deadline("d", due=NAIVE),
        lambda: Deadline("d", closes=NAIVE),
        lambda: Deadline("d").opened_by(NAIVE),
        lambda: Deadline("d", opens=AWARE).opened_by(NAIVE),
        lambda: Grant("g", "d", GrantKind.EXTENSION, Scope.SUBJECT, "s", NAIVE, AWARE, "PV01"),
        lambda: Grant("g", "d", GrantKind.EXTENSION, Scope.SUBJECT, "s", AWARE, NAIVE, "PV01"),
        lambda: grant_kind(REGISTRATION, NAIVE),
    ],
)
def test_naive_instants_are_refused_clearly(attempt: Any) -> None:
    with pytest.raises(ValueError, match="naive_instant") as refused:
        attempt()
    assert isinstance(refused.value, InvalidTime)
    assert refused.value.code == "naive_instant"
