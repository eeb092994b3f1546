"""Shares of a place's units: rounded up, read against every base, not applicable where nothing is to be counted."""

from __future__ import annotations

from fractions import Fraction

import pytest

from workflow.domain.guards.attempt import UnitFact
from workflow.domain.guards.units import MOST_NAMES, names_of
from workflow.domain.share_rules import Base, ShareRule
from workflow.domain.shares import reading, share_figure


def units(*results: str | None) -> tuple[UnitFact, ...]:
    """One unit per result; None never joined, an empty text joined without a result."""
    return tuple(
        UnitFact(f"u{place}", f"Unit {place}", "co_quan", registered=result is not None, result=result or "")
        for place, result in enumerate(results)
    )


@pytest.mark.parametrize(
    ("recognised", "of", "met"),
    [(16, 25, False), (17, 25, False), (18, 25, True), (7, 10, True), (3, 4, True), (2, 3, False), (1, 1, True)],
)
def test_seventy_of_a_hundred_is_rounded_up(recognised: int, of: int, met: bool) -> None:
    """TT 23/2012, art. 6, worked example: 16 of 25 villages fail; 17.5 rounded up are 18."""
    every = units(*["dat"] * recognised, *[""] * (of - recognised))
    assert reading(every, Base.JOINED, Fraction(70, 100), any_of=("dat",)).met is met


def test_who_never_joined_is_no_base_of_what_was_recognised() -> None:
    every = units("dat", "dat", "", None, None)
    joined = reading(every, Base.UNITS, Fraction(1))
    found = reading(every, Base.JOINED, Fraction(70, 100), any_of=("dat",))
    assert (len(joined.counted), len(joined.out_of), joined.met, joined.percent) == (3, 5, False, 60.0)
    assert (found.counted, found.out_of, found.needed, found.percent) == (("u0", "u1"), ("u0", "u1", "u2"), 3, 66.6)


def test_both_readings_of_a_share_are_told() -> None:
    """A19: half of all units, or half of those that came so far; here the two answers differ."""
    rule = ShareRule(
        "good",
        "Good",
        Fraction(1, 2),
        any_of=("kha",),
        bases=(Base.UNITS, Base.RESULTS),
        within=("kha", "xuat_sac"),
    )
    figure = share_figure(rule, units("kha", "kha", "xuat_sac", "yeu", None))
    assert [(r.base, len(r.counted), len(r.out_of), r.met) for r in figure.readings] == [
        (Base.UNITS, 2, 5, False),
        (Base.RESULTS, 2, 3, True),
    ]


@pytest.mark.parametrize("base", list(Base))
def test_nothing_to_count_is_not_applicable(base: Base) -> None:
    found = reading((), base, Fraction(1, 2), any_of=("dat",), within=("dat",))
    assert (found.met, found.percent, found.needed) == (None, None, 0)


def test_a_sentence_names_some_and_counts_the_rest() -> None:
    assert names_of(units("", "")) == "Unit 0; Unit 1"
    assert names_of(units(*[""] * (MOST_NAMES + 3))).endswith("(+3)")
