"""Clocks: the host's is aware and in UTC; a practice clock stands still, moves on, and never goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workflow.clock import Clock, ClockGoesBack, PracticeClock, SystemClock
from workflow.domain.calendars import HCM, InvalidTime

START = datetime(2026, 1, 14, 8, 0, tzinfo=HCM)


def test_system_clock_tells_the_present_in_utc() -> None:
    clock: Clock = SystemClock()
    before, now, after = datetime.now(UTC), clock.now(), datetime.now(UTC)
    assert before <= now <= after
    assert now.tzinfo is UTC


def test_practice_clock_stands_still_in_utc() -> None:
    clock: Clock = PracticeClock(START)
    assert clock.now() == clock.now() == START
    assert clock.now().isoformat() == "2026-01-14T01:00:00+00:00"


def test_practice_clock_moves_on() -> None:
    clock = PracticeClock(START)
    assert clock.advance(timedelta(hours=2)) == START + timedelta(hours=2)
    assert clock.advance_to(START + timedelta(days=1)) == clock.now() == START + timedelta(days=1)
    assert clock.advance(timedelta(0)) == clock.advance_to(clock.now()) == START + timedelta(days=1)


def test_practice_clock_never_goes_back() -> None:
    clock = PracticeClock(START)
    for attempt in (
        lambda: clock.advance_to(START - timedelta(microseconds=1)),
        lambda: clock.advance(timedelta(microseconds=-1)),
    ):
        with pytest.raises(ClockGoesBack) as refused:
            attempt()
        assert refused.value.code == "clock_goes_back"
    assert clock.now() == START


def test_practice_clock_refuses_naive_moments() -> None:
    naive = datetime(2026, 1, 14)  # noqa: DTZ001 - the point of this test
    with pytest.raises(InvalidTime):
        PracticeClock(naive)
    with pytest.raises(InvalidTime):
        PracticeClock(START).advance_to(naive)
