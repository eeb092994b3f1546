"""The instant a list is made for, and what the reader's province decided about weighing dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import g

from web.access import actor
from web.context import house, now
from web.dossier.turns import Mark
from workflow.domain.calendars import local_day
from workflow.domain.step_clock import LatenessKind, lateness
from workflow.queries.moment import Moment

if TYPE_CHECKING:
    from datetime import date, datetime

    from workflow.domain.calendars import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Present:
    """Now, the working days dates are counted in, when a date is near, and whether the province has accounts."""

    at: datetime
    calendar: WorkingCalendar
    near_days: int
    connected: bool

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return local_day(self.at)

    @property
    def moment(self) -> Moment:
        """The same for queries."""
        return Moment.of(self.at, self.calendar, self.near_days)

    def mark(self, due: datetime | None) -> Mark | None:
        """How an exclusive end stands: late, near, or nothing to say."""
        if due is None:
            return None
        stands = lateness(due, self.at, self.calendar, self.near_days)
        if stands.kind is LatenessKind.NONE:
            return None
        words = house().wording
        if stands.kind is LatenessKind.LATE:
            code = "deadline.overdue" if stands.working_days else "deadline.just_overdue"
        else:
            code = "deadline.near" if stands.working_days else "deadline.last_day_today"
        told = words.say(code, working_days=words.working_days(stands.working_days))
        return Mark(stands.kind.value, told.rstrip("."))


def present() -> Present:
    """The present of this request, for the person who is signed in; asked once."""
    if "present" not in g:
        with house().engine.reading() as stores:
            settings = stores.books.settings(actor().province_id)
            calendar = house().calendar(stores)
        g.present = Present(now(), calendar, settings.near_days, settings.connected)
    return cast("Present", g.present)
