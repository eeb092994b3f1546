"""Working days: the laws of counting, the shipped tables against a second opinion, and what is refused."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.deadline_answers import TABLES
from workflow.definitions.calendars import load_calendar, load_years
from workflow.domain.calendars import (
    HCM,
    WEEKEND,
    CalendarDay,
    DayKind,
    InvalidTime,
    WorkingCalendar,
    aware,
    day_end,
    day_start,
    last_day,
    local_day,
)

CALENDAR = load_calendar(TABLES)
YEARS = {table.year: table for table in load_years(TABLES)}
DAYS = st.dates(date(2023, 6, 1), date(2028, 6, 1))
COUNTS = st.integers(0, 400)


def every_day(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(n) for n in range(366 if year % 4 == 0 else 365)]


# --- the laws of counting


@given(DAYS, COUNTS)
def test_adding_and_counting_are_inverse(start: date, n: int) -> None:
    assert CALENDAR.working_days_between(start, CALENDAR.add_working_days(start, n)) == n


@given(DAYS, COUNTS.filter(bool))
def test_a_count_ends_on_a_working_day_and_the_day_before_is_one_less(start: date, n: int) -> None:
    end = CALENDAR.add_working_days(start, n)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(start, end - timedelta(1)) == n - 1


@given(DAYS, COUNTS, COUNTS)
def test_counts_follow_one_another(start: date, n: int, m: int) -> None:
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, n), m) == CALENDAR.add_working_days(start, n + m)


@given(DAYS, DAYS, DAYS)
def test_counts_over_neighbouring_spans_add_up(a: date, b: date, c: date) -> None:
    between = CALENDAR.working_days_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)


@given(DAYS, COUNTS)
def test_subtracting_undoes_adding_from_a_working_day(start: date, n: int) -> None:
    start = CALENDAR.next_working_day(start)
    assert CALENDAR.subtract_working_days(CALENDAR.add_working_days(start, n), n) == start


@given(DAYS)
def test_rolling_goes_to_the_nearest_working_day(day: date) -> None:
    later, earlier = CALENDAR.next_working_day(day), CALENDAR.previous_working_day(day)
    assert earlier <= day <= later
    assert CALENDAR.is_working_day(earlier)
    assert CALENDAR.is_working_day(later)
    assert CALENDAR.working_days_between(earlier, later) == (0 if CALENDAR.is_working_day(day) else 1)
    assert CALENDAR.roll_forward(day) == later


@given(DAYS, st.integers(0, 120))
def test_every_day_of_a_span_is_counted_or_skipped(after: date, span: int) -> None:
    through = after + timedelta(span)
    skipped = [day for day, _ in CALENDAR.skipped(after, through)]
    counted = CALENDAR.working_days_between(after, through)
    assert len(skipped) + counted == span
    assert all(after < day <= through for day in skipped)
    assert all(day in CALENDAR.working_weekends for day, _ in CALENDAR.made_up(after, through))


def test_skipped_days_say_why() -> None:
    assert CALENDAR.skipped(date(2026, 4, 24), date(2026, 4, 28)) == (
        (date(2026, 4, 25), WEEKEND),
        (date(2026, 4, 26), CALENDAR.holidays[date(2026, 4, 26)]),
        (date(2026, 4, 27), CALENDAR.holidays[date(2026, 4, 27)]),
    )
    assert CALENDAR.skipped(date(2026, 4, 28), date(2026, 4, 28)) == ()
    assert CALENDAR.made_up(date(2026, 1, 9), date(2026, 1, 11)) == (
        (date(2026, 1, 10), CALENDAR.working_weekends[date(2026, 1, 10)]),
    )


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: CALENDAR.add_working_days(date(2026, 1, 5), -1),
        lambda: CALENDAR.subtract_working_days(date(2026, 1, 5), -1),
        lambda: CALENDAR.add_days(date(2026, 1, 5), -1),
    ],
)
def test_negative_counts_are_refused(attempt: Any) -> None:
    with pytest.raises(InvalidTime) as refused:
        attempt()
    assert refused.value.code == "negative_count"


# --- instants and days


@given(st.dates(date(1990, 1, 1), date(2200, 1, 1)))
def test_a_day_is_24_hours_from_17_utc(day: date) -> None:
    start, end = day_start(day), day_end(day)
    assert end - start == timedelta(hours=24)
    assert start.astimezone(UTC).time().isoformat() == "17:00:00"
    assert (local_day(start), local_day(end), last_day(end)) == (day, day + timedelta(1), day)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_the_local_day_does_not_depend_on_the_zone_an_instant_is_written_in(at: datetime, offset: int) -> None:
    instant = at.replace(tzinfo=UTC)
    elsewhere = instant.astimezone(timezone(timedelta(minutes=offset)))
    assert local_day(elsewhere) == local_day(instant) == (at + timedelta(hours=7)).date()


def test_naive_instants_are_refused_with_a_clear_value_error() -> None:
    naive = datetime(2026, 1, 18)  # noqa: DTZ001 - the point of this test
    for attempt in (local_day, last_day, aware):
        with pytest.raises(ValueError, match=r"naive_instant.*2026-01-18T00:00:00"):
            attempt(naive)


@pytest.mark.parametrize("attempt", [day_start, day_end])
def test_an_instant_is_no_day(attempt: Any) -> None:
    with pytest.raises(InvalidTime) as refused:
        attempt(datetime(2026, 1, 18, 12, tzinfo=HCM))
    assert refused.value.code == "not_a_day"


# --- the shipped tables


def test_working_days_per_year_are_those_of_the_notices() -> None:
    """Weekdays of the year, less weekdays off, plus make-up Saturdays; added up by hand."""
    counted = {year: sum(map(CALENDAR.is_working_day, every_day(year))) for year in (2024, 2025, 2026)}
    assert counted == {2024: 262 - 12 + 1, 2025: 261 - 12 + 1, 2026: 261 - 14 + 2}


def test_every_year_has_the_days_of_the_labour_code() -> None:
    """Art. 112.1: 1 + 5 + 1 + 1 + 1 + 2; Culture day, 24/11, from 2026."""
    for year, table in YEARS.items():
        law = [day for day in table.days if day.kind is DayKind.HOLIDAY]
        assert len(law) == (11 if year < 2026 else 12)


def test_only_what_nobody_read_is_unverified() -> None:
    unverified = {day.day for table in YEARS.values() for day in table.days if not day.verified}
    assert {day for day in unverified if day.year < 2027} == {date(2026, 11, 24)}
    assert CALENDAR.unverified == unverified
    assert CALENDAR.is_unverified(date(2026, 11, 24))
    assert not CALENDAR.is_unverified(date(2026, 9, 2))


def test_later_years_and_years_without_a_table_are_provisional() -> None:
    assert {year: CALENDAR.is_provisional(date(year, 6, 1)) for year in range(2023, 2030)} == {
        2023: True,
        2024: False,
        2025: False,
        2026: False,
        2027: True,
        2028: True,
        2029: True,
    }


def test_every_row_has_a_source() -> None:
    days = {*CALENDAR.holidays, *CALENDAR.working_weekends}
    assert {day for day in days if not CALENDAR.sources.get(day)} == set()


# What the `holidays` package says otherwise, and why we do not follow it.
DIFFERENCES = {
    date(2026, 1, 2): "the package lacks the swap of New Year 2026 (letter 12729/VPCP-KGVX, notice of 25/12/2025)",
    date(2026, 1, 10): "the make-up Saturday of the same swap",
}


def test_second_opinion_differs_only_where_we_know_why() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = holidays.country_holidays("VN", years=list(YEARS))
    theirs = {
        day: day in other.weekend_workdays or (day.weekday() < 5 and day not in other)
        for year in YEARS
        for day in every_day(year)
    }
    assert {day for day, works in theirs.items() if works != CALENDAR.is_working_day(day)} == set(DIFFERENCES)


# --- what a calendar may be


def test_a_day_cannot_be_holiday_and_make_up_day() -> None:
    saturday = date(2026, 1, 10)
    with pytest.raises(InvalidTime) as refused:
        WorkingCalendar({saturday: "a"}, {saturday: "b"}, frozenset())
    assert refused.value.code == "holiday_and_working_day"


def test_a_make_up_day_must_be_a_weekend_day() -> None:
    with pytest.raises(InvalidTime) as refused:
        WorkingCalendar({}, {date(2026, 1, 9): "b"}, frozenset())
    assert refused.value.code == "make_up_day_not_weekend"


def test_a_calendar_keeps_its_own_copy() -> None:
    mine = {date(2026, 1, 1): "a"}
    calendar = WorkingCalendar(mine, {}, frozenset())
    mine[date(2026, 1, 5)] = "b"
    assert calendar.is_working_day(date(2026, 1, 5))
    with pytest.raises(TypeError):
        calendar.holidays[date(2026, 1, 5)] = "b"  # type: ignore[index]


def row(day: date, kind: DayKind, *, verified: bool = True) -> CalendarDay:
    return CalendarDay(day, "name", kind, "letter 1", verified)


def test_overlay_rows_win_day_by_day() -> None:
    culture, monday, saturday = date(2026, 11, 24), date(2026, 11, 23), date(2026, 11, 28)
    changed = CALENDAR.with_overlay(
        [row(culture, DayKind.ORDINARY), row(monday, DayKind.COMPENSATORY), row(saturday, DayKind.WORKING_WEEKEND)]
    )
    assert [changed.is_working_day(day) for day in (culture, monday, saturday)] == [True, False, True]
    assert not changed.is_unverified(culture)
    assert changed.sources[monday] == "letter 1"
    assert [CALENDAR.is_working_day(day) for day in (culture, monday, saturday)] == [False, True, False]


def test_overlay_can_turn_a_make_up_day_into_a_day_off_again() -> None:
    saturday = date(2026, 1, 10)
    assert not CALENDAR.with_overlay([row(saturday, DayKind.ORDINARY)]).is_working_day(saturday)
    assert not CALENDAR.with_overlay([row(saturday, DayKind.HOLIDAY)]).is_working_day(saturday)


def test_overlay_confirms_a_year_and_keeps_doubt_where_it_is() -> None:
    day = date(2027, 2, 12)
    changed = CALENDAR.with_overlay([row(day, DayKind.HOLIDAY, verified=False)], confirmed_years=frozenset({2027}))
    assert not changed.is_provisional(day)
    assert CALENDAR.is_provisional(day)
    assert changed.is_unverified(day)


def test_overlay_refuses_a_day_twice() -> None:
    day = date(2026, 6, 1)
    with pytest.raises(InvalidTime) as refused:
        CALENDAR.with_overlay([row(day, DayKind.HOLIDAY), row(day, DayKind.ORDINARY)])
    assert refused.value.code == "day_twice"
