"""The one place where the present moment comes from. Everything else is told the time.

A real installation has the SystemClock. Practice files, the demo, the story and tests have a PracticeClock:
it stands still until somebody moves it and never goes back, as the journal never does.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Protocol

from workflow.domain.calendars import aware
from workflow.domain.errors import InvalidInput


class ClockGoesBack(InvalidInput, ValueError):
    """A practice clock was asked to show an earlier moment. Facts: ``now``, ``asked``."""

    code = "clock_goes_back"


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the host, independent of the zone it is set to."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC)


class PracticeClock:
    """A clock that shows the moment it was set to. Raises InvalidTime ``naive_instant`` for naive moments."""

    def __init__(self, at: datetime) -> None:
        self._now = aware(at, "at").astimezone(UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        """The moment shown, aware, in UTC."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move on by a span and return the new moment. Raises ClockGoesBack for a negative span."""
        with self._lock:
            return self._show(self._now + by)

    def advance_to(self, at: datetime) -> datetime:
        """Move on to a moment, the present one included, and return it. Raises ClockGoesBack."""
        with self._lock:
            return self._show(aware(at, "at").astimezone(UTC))

    def _show(self, at: datetime) -> datetime:
        if at < self._now:
            raise ClockGoesBack(now=self._now, asked=at)
        self._now = at
        return at


class RunningPracticeClock(PracticeClock):
    """A practice clock that runs on from the moment it was set to, as fast as the machine's own."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self._began = monotonic()

    def now(self) -> datetime:
        """The moment it was set to, and what has passed since."""
        return super().now() + timedelta(seconds=monotonic() - self._began)
