"""The officers' clock: working days for a step, stopped by a return or a hold, and how late a date is.

Counts start the day after the event and take working days only (BLDS 2015 art. 147–148). An officer's
lateness never closes or blocks a step of the unit; it escalates (law.md, "Dates").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workflow.domain.calendars import InvalidTime, WorkingCalendar, aware, day_end, last_day, local_day

CLOCK_FLOOR = 2
NEAR_DAYS = 5


@dataclass(frozen=True, slots=True)
class StepClock:
    """The working days an officer has for a step, from an event that is not itself counted (BLDS art. 147.3).

    A return or a hold stops it (``stopped_at``, ``remaining`` working days left); it goes on with what was
    left. ``until``: it ends at a date instead, whatever stopped it meanwhile; its working days then say nothing.
    """

    started_at: datetime
    working_days: int
    stopped_at: datetime | None = None
    remaining: int | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        aware(self.started_at, "started_at")
        if self.working_days < 1:
            raise InvalidTime("clock_without_days", working_days=self.working_days)
        if (self.stopped_at is None) != (self.remaining is None):
            raise InvalidTime("clock_half_stopped")
        if self.stopped_at is not None and aware(self.stopped_at, "stopped_at") < self.started_at:
            raise InvalidTime("clock_goes_back", started_at=self.started_at, at=self.stopped_at)

    @property
    def is_stopped(self) -> bool:
        """Whether a return or hold keeps the clock from running."""
        return self.stopped_at is not None

    def due(self, calendar: WorkingCalendar) -> datetime:
        """The exclusive end of the last working day.

        Raises InvalidTime ``clock_stopped`` while nothing falls due.
        """
        if self.is_stopped:
            raise InvalidTime("clock_stopped", stopped_at=self.stopped_at)
        if self.until is not None:
            return self.until
        return day_end(calendar.add_working_days(local_day(self.started_at), self.working_days))

    def stop(self, at: datetime, calendar: WorkingCalendar) -> StepClock:
        """Stopped at ``at`` with the working days left after that day, none when it was overdue.

        No-op when stopped.
        """
        if self.is_stopped:
            return self
        left = calendar.working_days_between(local_day(at), last_day(self.due(calendar)))
        return replace(self, stopped_at=at, remaining=max(left, 0))

    def resume(
        self,
        at: datetime,
        calendar: WorkingCalendar,  # noqa: ARG002 - called like stop; days left are counted when stopping
        floor: int = CLOCK_FLOOR,
    ) -> StepClock:
        """Running again from ``at`` with what was left, at least ``floor`` working days (law.md).

        No-op when running.
        """
        if self.stopped_at is None or self.remaining is None:
            return self
        if aware(at) < self.stopped_at:
            raise InvalidTime("clock_goes_back", started_at=self.stopped_at, at=at)
        if self.until is not None:
            return replace(self, stopped_at=None, remaining=None)
        return StepClock(at, max(self.remaining, floor, 1))


class LatenessKind(StrEnum):
    """Weight of a date on a worklist: bare, outlined, solid (face.md)."""

    NONE = "none"
    NEAR = "near"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Lateness:
    """Working days left after today (0: today is the last), or past the last day when late."""

    kind: LatenessKind
    working_days: int


def lateness(due: datetime, at: datetime, calendar: WorkingCalendar, near_days: int = NEAR_DAYS) -> Lateness:
    """How the exclusive end ``due`` stands at ``at``; near when at most ``near_days`` working days are left.

    Late on the weekend right after the last day is late by 0 working days.
    """
    last, today = last_day(due), local_day(at)
    if at >= due:
        return Lateness(LatenessKind.LATE, calendar.working_days_between(last, today))
    left = calendar.working_days_between(today, last)
    return Lateness(LatenessKind.NEAR if left <= near_days else LatenessKind.NONE, left)
