"""The instant a page is made for, with the bound of "near": dates are weighed in SQL by these two alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.domain.calendars import WorkingCalendar, day_start, local_day
from workflow.domain.step_clock import NEAR_DAYS, LatenessKind


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, and the latest exclusive end that is near now: ``due <= at`` is late, ``due <= near_until`` near."""

    at: datetime
    near_until: datetime

    @classmethod
    def of(cls, at: datetime, calendar: WorkingCalendar, near_days: int = NEAR_DAYS) -> Moment:
        """The answers of ``domain.step_clock.lateness``: near while at most ``near_days`` working days are left."""
        return cls(at, day_start(calendar.add_working_days(local_day(at), near_days + 1)))

    def lateness(self, due: datetime | None) -> LatenessKind:
        """How an exclusive end stands now; without one nothing is late."""
        if due is None or due > self.near_until:
            return LatenessKind.NONE
        return LatenessKind.LATE if due <= self.at else LatenessKind.NEAR
