"""Working days and the days of Vietnam: Civil Code 2015 art. 147–148 over dated tables of holidays.

A day off is a Saturday, a Sunday, or a row of the table; a Saturday or Sunday that a notice makes a working
day counts as one. Lunar dates are never computed: every holiday is a row with its source (regulations.md
section 7). All instants are aware; days are days in Asia/Ho_Chi_Minh, whatever zone the host is set to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from workflow.domain.errors import InvalidInput

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)
SATURDAY = 5
WEEKEND = "weekend"


class InvalidTime(InvalidInput, ValueError):
    """A date, an instant or a calendar that cannot be used; the code says why."""

    code = "invalid_time"


def aware(instant: datetime, what: str = "instant") -> datetime:
    """The instant itself; raises InvalidTime ``naive_instant`` when it carries no time zone."""
    if instant.utcoffset() is None:
        raise InvalidTime("naive_instant", what=what, value=instant.isoformat())
    return instant


def local_day(instant: datetime) -> date:
    """The day it is in Vietnam at this instant."""
    return aware(instant).astimezone(HCM).date()


def day_start(day: date) -> datetime:
    """00:00 of the day in Vietnam. Raises InvalidTime ``not_a_day`` for an instant."""
    if isinstance(day, datetime):
        raise InvalidTime("not_a_day", value=day.isoformat())
    return datetime.combine(day, time.min, HCM)


def day_end(day: date) -> datetime:
    """24:00 of the day (BLDS 2015 art. 148.6), as an exclusive end: 00:00 of the next day."""
    return day_start(day) + ONE_DAY


def last_day(end: datetime) -> date:
    """The last day that has a moment before the exclusive end ``end``."""
    return local_day(aware(end, "end") - timedelta.resolution)


class DayKind(StrEnum):
    """What a row of a table says about its day. ``ordinary`` stands in overlays only: as its weekday is."""

    HOLIDAY = "holiday"
    COMPENSATORY = "compensatory"
    WORKING_WEEKEND = "working_weekend"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One row of a holiday table: the day, its name and kind, who says so, and whether that was read."""

    day: date
    name: str
    kind: DayKind
    source: str
    verified: bool
    note: str = ""


class Skipped(NamedTuple):
    """A day that a count passed over: the holiday's name, or ``WEEKEND`` for a weekly day of rest."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are working days. ``holidays`` and ``working_weekends`` map a day to what it is called.

    ``provisional_years``: tables without a notice yet. ``unverified``: rows nobody could read in the
    original. ``sources``: where a row comes from. Raises InvalidTime when a day is both, or a make-up day is
    no weekend day.
    """

    holidays: Mapping[date, str]
    working_weekends: Mapping[date, str]
    provisional_years: frozenset[int]
    unverified: frozenset[date] = frozenset()
    sources: Mapping[date, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for day in self.working_weekends:
            if day.weekday() < SATURDAY:
                raise InvalidTime("make_up_day_not_weekend", day=day)
            if day in self.holidays:
                raise InvalidTime("holiday_and_working_day", day=day)
        for name in ("holidays", "working_weekends", "sources"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    # --- one day

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday without a holiday, or a weekend day that a notice makes a working day."""
        return day in self.working_weekends or (day.weekday() < SATURDAY and day not in self.holidays)

    def is_provisional(self, day: date) -> bool:
        """Whether the day's year has no notice yet, or no table at all: only weekends are certain."""
        return day.year in self.provisional_years or day.year not in self._years()

    def is_unverified(self, day: date) -> bool:
        """Whether what the table says of this very day could not be read in the original."""
        return day in self.unverified

    def next_working_day(self, day: date) -> date:
        """The day itself when it is a working day, else the next one."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """The day itself when it is a working day, else the last one before it."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    # --- counts of days

    def add_working_days(self, start: date, n: int) -> date:
        """The ``n``-th working day after ``start``, which itself is not counted (BLDS 2015 art. 147.2–147.3).

        ``n`` = 0 gives ``start`` itself. Raises InvalidTime ``negative_count``.
        """
        day = start
        for _ in range(_count(n)):
            day = self.next_working_day(day + ONE_DAY)
        return day

    def subtract_working_days(self, end: date, n: int) -> date:
        """The ``n``-th working day before ``end``, not counted itself: dates ahead of official ones."""
        day = end
        for _ in range(_count(n)):
            day = self.previous_working_day(day - ONE_DAY)
        return day

    def add_days(self, start: date, n: int) -> date:
        """``n`` calendar days after ``start`` (not counted), rolled forward when the last is a day off (art.

        148.5).
        """
        return self.roll_forward(start + _count(n) * ONE_DAY)

    def roll_forward(self, last: date) -> date:
        """Where a count of days ends whose last day is ``last`` (BLDS 2015 art. 148.5).

        Only for counts: the fixed dates of a plan do not roll (regulations.md section 7).
        """
        return self.next_working_day(last)

    def working_days_between(self, after: date, through: date) -> int:
        """Working days after ``after``, up to and with ``through``; negative when ``through`` is earlier."""
        if through < after:
            return -self.working_days_between(through, after)
        return sum(map(self.is_working_day, _days(after, through)))

    def skipped(self, after: date, through: date) -> tuple[Skipped, ...]:
        """The days a count from ``after`` to ``through`` passed over, each with its reason."""
        return tuple(
            Skipped(day, self.holidays.get(day, WEEKEND))
            for day in _days(after, through)
            if not self.is_working_day(day)
        )

    def made_up(self, after: date, through: date) -> tuple[Skipped, ...]:
        """Weekend days a count from ``after`` to ``through`` did take, each with the notice's name for it."""
        return tuple(
            Skipped(day, self.working_weekends[day]) for day in _days(after, through) if day in self.working_weekends
        )

    # --- changes

    def with_overlay(
        self, rows: Iterable[CalendarDay], *, confirmed_years: frozenset[int] = frozenset()
    ) -> WorkingCalendar:
        """The calendar with rows that an administrator entered put over its own, day by day.

        ``confirmed_years`` are no longer provisional. Raises InvalidTime ``day_twice`` when rows repeat a
        day.
        """
        holidays, weekends, sources = dict(self.holidays), dict(self.working_weekends), dict(self.sources)
        unverified, seen = set(self.unverified), set[date]()
        for row in rows:
            if row.day in seen:
                raise InvalidTime("day_twice", day=row.day)
            seen.add(row.day)
            holidays.pop(row.day, None)
            weekends.pop(row.day, None)
            unverified.discard(row.day)
            sources[row.day] = row.source
            if row.kind is DayKind.WORKING_WEEKEND:
                weekends[row.day] = row.name
            elif row.kind is not DayKind.ORDINARY:
                holidays[row.day] = row.name
            if not row.verified:
                unverified.add(row.day)
        provisional = self.provisional_years - confirmed_years
        return WorkingCalendar(holidays, weekends, provisional, frozenset(unverified), sources)

    def _years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.holidays)


def _days(after: date, through: date) -> Iterator[date]:
    return (after + i * ONE_DAY for i in range(1, (through - after).days + 1))


def _count(n: int) -> int:
    if n < 0:
        raise InvalidTime("negative_count", n=n)
    return n
