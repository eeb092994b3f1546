"""Bounds of a yearly date: how they are written, what is refused, and how the sides relate."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.domain.bounds import MONTH_END, Bound, Side
from workflow.domain.calendars import HCM, InvalidTime


@pytest.mark.parametrize(
    "text",
    ["before 01-18", "through 02-end", "from 12-01 of year before", "from 01-01 of year after", "through 12-31"],
)
def test_bound_is_written_as_it_was_read(text: str) -> None:
    assert str(Bound.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bound_syntax"),
        ("01-18", "bound_syntax"),
        ("until 01-18", "bound_syntax"),
        ("before 1-18", "bound_syntax"),
        ("before 18/01", "bound_syntax"),
        ("before 01-18 ", "bound_syntax"),
        ("before 01-18\n", "bound_syntax"),
        ("before 01-18 of year", "bound_syntax"),
        ("before 0١-18", "bound_syntax"),
        ("before 13-01", "bound_no_such_day"),
        ("before 00-01", "bound_no_such_day"),
        ("before 00-end", "bound_no_such_day"),
        ("through 04-31", "bound_no_such_day"),
        ("through 02-30", "bound_no_such_day"),
        ("through 02-29", "bound_leap_day"),
    ],
)
def test_a_bound_that_is_none_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidTime) as refused:
        Bound.parse(text)
    assert refused.value.code == code


def test_day_zero_of_a_month_is_refused_as_text_but_means_its_end() -> None:
    assert Bound.parse("before 02-end") == Bound(Side.BEFORE, 2, MONTH_END)
    with pytest.raises(InvalidTime):
        Bound.parse("before 02-00")


def test_a_bound_two_years_away_is_refused() -> None:
    with pytest.raises(InvalidTime) as refused:
        Bound(Side.FROM, 1, 1, 2)
    assert refused.value.code == "bound_year_offset"


@pytest.mark.parametrize("cycle", [0, -5, 9999, 20_260])
def test_a_cycle_out_of_range_is_refused(cycle: int) -> None:
    with pytest.raises(InvalidTime) as refused:
        Bound.parse("before 01-18").instant(cycle)
    assert refused.value.code == "cycle_out_of_range"


def months_and_days() -> st.SearchStrategy[tuple[int, int]]:
    days = st.dates(date(2023, 1, 1), date(2023, 12, 31)).map(lambda d: (d.month, d.day))
    return days | st.integers(1, 12).map(lambda month: (month, MONTH_END))


@given(months_and_days(), st.integers(1990, 2200), st.sampled_from([-1, 0, 1]))
def test_through_is_one_day_after_before_and_from(at: tuple[int, int], cycle: int, offset: int) -> None:
    before, through, opening = (Bound(side, *at, offset) for side in (Side.BEFORE, Side.THROUGH, Side.FROM))
    assert before.instant(cycle) == opening.instant(cycle)
    assert through.instant(cycle) - before.instant(cycle) == timedelta(days=1)
    assert before.instant(cycle).astimezone(HCM).strftime("%H:%M:%S.%f") == "00:00:00.000000"
    assert Bound.parse(str(through)) == through
