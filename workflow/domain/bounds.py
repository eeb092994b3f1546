"""Bounds of a yearly date: ``before 18/01``, ``through 18/01``, ``from 01/12 of the year before``.

A bound is data of a kind or a province (law.md, "Dates"). The first ends with the day before, the second with
the day itself.
"""

from __future__ import annotations

import calendar as gregorian
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflow.domain.calendars import InvalidTime, day_end, day_start

MONTH_END = 0
_LEAP_YEAR = 2024
_OFFSETS: dict[str | None, int] = {None: 0, "before": -1, "after": 1}
_BOUND = re.compile(r"(before|through|from) (\d\d)-(\d\d|end)(?: of year (before|after))?", re.ASCII)


class Side(StrEnum):
    """On which side of its day a bound lies: ``before D``, ``through D`` (D included), ``from D``."""

    BEFORE = "before"
    THROUGH = "through"
    FROM = "from"


@dataclass(frozen=True, slots=True)
class Bound:
    """A day of every cycle with its side.

    ``day`` 0 (``MONTH_END``) is the last day of the month, leap years right.
    """

    side: Side
    month: int
    day: int
    year_offset: int = 0

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 0 <= self.day <= gregorian.monthrange(_LEAP_YEAR, self.month)[1]):
            raise InvalidTime("bound_no_such_day", month=self.month, day=self.day)
        if (self.month, self.day) == (2, 29):
            raise InvalidTime("bound_leap_day", hint="02-end")
        if self.year_offset not in _OFFSETS.values():
            raise InvalidTime("bound_year_offset", year_offset=self.year_offset)

    @classmethod
    def parse(cls, text: str) -> Bound:
        """``before 01-18``, ``through 02-end``, ``from 12-01 of year before``.

        Raises InvalidTime ``bound_syntax``.
        """
        match = _BOUND.fullmatch(text)
        if match is None:
            raise InvalidTime("bound_syntax", text=text)
        side, month, day, year = match.groups()
        if day == "00":
            raise InvalidTime("bound_no_such_day", month=int(month), day=0)
        return cls(Side(side), int(month), MONTH_END if day == "end" else int(day), _OFFSETS[year])

    def date_in(self, cycle: int) -> date:
        """The day the bound names in the cycle (a year)."""
        year = cycle + self.year_offset
        if not 1 < year < 9999:
            raise InvalidTime("cycle_out_of_range", cycle=cycle)
        return date(year, self.month, self.day or gregorian.monthrange(year, self.month)[1])

    def instant(self, cycle: int) -> datetime:
        """00:00 of the day for ``from`` and ``before``, 24:00 of it for ``through``, in Vietnam."""
        day = self.date_in(cycle)
        return day_end(day) if self.side is Side.THROUGH else day_start(day)

    def __str__(self) -> str:
        day = f"{self.day:02}" if self.day else "end"
        year = {-1: " of year before", 0: "", 1: " of year after"}[self.year_offset]
        return f"{self.side} {self.month:02}-{day}{year}"
