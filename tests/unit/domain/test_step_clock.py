"""The officers' clock and lateness: what is refused, and laws that hold for any stop and any day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.deadline_answers import TABLES
from workflow.definitions.calendars import load_calendar
from workflow.domain import calendars
from workflow.domain.calendars import InvalidTime, day_start
from workflow.domain.step_clock import StepClock, lateness

CALENDAR = load_calendar(TABLES)
AWARE = day_start(date(2026, 1, 18))
NAIVE = datetime(2026, 1, 18)  # noqa: DTZ001 - the point of these tests


def moments() -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime(2025, 11, 20), datetime(2026, 2, 20), timezones=st.just(UTC))  # noqa: DTZ001 - aware in the end


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: StepClock(NAIVE, 3),
        lambda: StepClock(AWARE, 3).stop(NAIVE, CALENDAR),
        lambda: StepClock(AWARE, 3).stop(AWARE, CALENDAR).resume(NAIVE, CALENDAR),
        lambda: lateness(NAIVE, AWARE, CALENDAR),
        lambda: lateness(AWARE, NAIVE, CALENDAR),
    ],
)
def test_naive_instants_are_refused_clearly(attempt: Any) -> None:
    with pytest.raises(ValueError, match="naive_instant"):
        attempt()


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (lambda: StepClock(AWARE, 0), "clock_without_days"),
        (lambda: StepClock(AWARE, 3, stopped_at=AWARE), "clock_half_stopped"),
        (lambda: StepClock(AWARE, 3, remaining=2), "clock_half_stopped"),
        (lambda: StepClock(AWARE, 3).stop(AWARE - timedelta(1), CALENDAR), "clock_goes_back"),
        (lambda: StepClock(AWARE, 3).stop(AWARE, CALENDAR).resume(AWARE - timedelta(1), CALENDAR), "clock_goes_back"),
        (lambda: StepClock(AWARE, 3).stop(AWARE, CALENDAR).due(CALENDAR), "clock_stopped"),
    ],
)
def test_a_clock_that_cannot_be_is_refused(attempt: Any, code: str) -> None:
    with pytest.raises(InvalidTime) as refused:
        attempt()
    assert refused.value.code == code


@given(moments(), st.integers(1, 40), st.integers(0, 60), st.integers(0, 60))
def test_a_stop_gives_back_what_was_left_and_at_least_two_days(
    start: datetime, days: int, until_stop: int, pause: int
) -> None:
    stop, resume = start + timedelta(until_stop), start + timedelta(until_stop + pause)
    stopped = StepClock(start, days).stop(stop, CALENDAR)
    resumed = stopped.resume(resume, CALENDAR)
    used = CALENDAR.working_days_between(calendars.local_day(start), calendars.local_day(stop))
    assert stopped.remaining == max(days - used, 0)
    assert resumed == StepClock(resume, max(days - used, 2))
    assert resumed.due(CALENDAR) > resume


@given(moments(), st.integers(1, 40))
def test_a_clock_is_late_from_its_due_instant_on(start: datetime, days: int) -> None:
    due = StepClock(start, days).due(CALENDAR)
    before = lateness(due, due - timedelta(microseconds=1), CALENDAR)
    assert (before.kind, before.working_days) == ("near", 0)
    assert lateness(due, due, CALENDAR).kind == "late"
    assert CALENDAR.is_working_day(calendars.last_day(due))
