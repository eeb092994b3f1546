"""Targets weighed: numerator out of denominator, nothing to count is not applicable, nothing before is no fall."""

from __future__ import annotations

from fractions import Fraction

import pytest

from workflow.domain.targets import Behind, Reading, Target, Verdict, none_happened, reduced, weighed

SOME = (Behind("a", 3),)


def target(share: str | None = "4/5") -> Target:
    wanted = Fraction(share) if share is not None else None
    return Target("t", "T", "all", {"by": "ratio"}, wanted, "hoso", verified=True)


@pytest.mark.parametrize(
    ("share", "numerator", "denominator", "verdict", "percent"),
    [
        ("4/5", 80, 100, Verdict.MET, 80.0),
        ("4/5", 799, 1000, Verdict.UNMET, 79.9),
        ("4/5", 0, 0, Verdict.NOT_APPLICABLE, None),
        ("1/1", 1, 3, Verdict.UNMET, 33.3),
        (None, 2, 5, Verdict.TOLD, 40.0),
    ],
)
def test_a_share_is_reached_or_not_or_there_is_nothing_to_count(
    share: str | None, numerator: int, denominator: int, verdict: Verdict, percent: float | None
) -> None:
    measured = weighed(target(share), Reading(numerator, denominator))
    assert (measured.verdict, measured.reading.percent) == (verdict, percent)


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        (19, 20, Verdict.MET),
        (20, 20, Verdict.UNMET),
        (21, 20, Verdict.UNMET),
        (0, 0, Verdict.MET),
        (1, 0, Verdict.NOT_APPLICABLE),
        (96, 100, Verdict.UNMET),
        (95, 100, Verdict.MET),
    ],
)
def test_a_fall_is_weighed_against_the_year_before(now: int, before: int, verdict: Verdict) -> None:
    assert reduced(target("1/20"), now, before, SOME, ()).verdict is verdict


def test_a_fall_that_nobody_told_of_is_not_applicable() -> None:
    assert reduced(target("1/20"), 0, 0, (), ()).verdict is Verdict.NOT_APPLICABLE


def test_what_must_not_happen_needs_somebody_who_tells() -> None:
    assert none_happened(target(None), (), 0, (), ()).verdict is Verdict.NOT_APPLICABLE
    assert none_happened(target(None), (), 2, (), ()).verdict is Verdict.MET
    bad = none_happened(target(None), SOME, 2, (("2026-03-02 fire", SOME[0]),), ())
    assert (bad.verdict, bad.reading.numerator, bad.events[0][0]) == (Verdict.UNMET, 3, "2026-03-02 fire")
