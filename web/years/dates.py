"""The dates of a year in words: three faces, the plan's own words, and what is odd about a date as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.formatting import day, day_short, lower_first, until, weekday
from web.refusals import source
from web.words import has, say
from workflow.domain.calendars import ONE_DAY, last_day, local_day
from workflow.domain.deadlines import Face

if TYPE_CHECKING:
    from datetime import date, datetime

    from web.refusals import Source
    from workflow.domain.calendars import WorkingCalendar
    from workflow.domain.deadlines import Deadline, Verdict
    from workflow.queries.books import DateLine, Year

FEW_DAYS = 3
"""A date with so few working days between its opening and its end is said to be short."""


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date as the table draws it. ``now``: how it looks today; ``odd``: sentences under the row."""

    id: str
    kind: str
    code: str
    label: str
    opens: str
    due: str
    closes: str
    words: str
    source: Source | None
    verified: bool
    is_next: bool
    now: str
    shut: bool
    odd: tuple[str, ...]
    note: str


def date_rows(year: Year, calendar: WorkingCalendar) -> list[DateRow]:
    """Every date of the year, in the order they come."""
    ahead = year.next
    return [_row(line, calendar, is_next=line is ahead) for line in year.dates]


def next_said(year: Year) -> str:
    """The next thing that happens and its last moment, for the title; empty when the year is through."""
    line = year.next
    if line is None or line.verdict is None:
        return ""
    verdict, at = line.verdict, year.at
    if verdict.opens is not None and verdict.opens > at:
        return say("year.next_opens", label=line.rule.label, day=_day_words(local_day(verdict.opens)))
    if verdict.due is not None and verdict.due > at:
        return say("year.next_due", label=line.rule.label, until=until(verdict.due))
    return say("year.next_closes", label=line.rule.label, until=until(verdict.closes)) if verdict.closes else ""


def _row(line: DateLine, calendar: WorkingCalendar, *, is_next: bool) -> DateRow:
    rule, faces = line.rule, line.verdict or line.deadline
    opens, due, closes = (faces.opens, faces.due, faces.closes) if faces is not None else (None, None, None)
    return DateRow(
        id=f"{line.kind}-{rule.code}",
        kind=line.kind,
        code=rule.code,
        label=rule.label,
        opens=_day_words(local_day(opens)) if opens is not None else _waits(line),
        due=until(due) if due is not None else "",
        closes=until(closes) if closes is not None else "",
        words=rule.words,
        source=source(rule.source),
        verified=rule.verified,
        is_next=is_next,
        now=_now(line.verdict),
        shut=line.verdict is not None and line.verdict.face is Face.CLOSED,
        odd=tuple(_odd(line, calendar)),
        note=rule.note,
    )


def _waits(line: DateLine) -> str:
    after = line.deadline.opens_after if line.deadline is not None else None
    return say("year.opens_after") if after else ""


def _now(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    if verdict.due is None and verdict.closes is None:
        return ""
    return say(f"year.face.{verdict.face.value}")


def _odd(line: DateLine, calendar: WorkingCalendar) -> list[str]:
    """Rest days, short spans, faces out of order, a date that the province moved."""
    faces = line.verdict or line.deadline
    if faces is None:
        return [say("year.no_row")]
    found = [say(f"year.problem.{code}") for code in _problems(line.deadline)]
    found += [_rests(name, end, calendar) for name, end in (("due", faces.due), ("closes", faces.closes)) if end]
    end = faces.due or faces.closes
    if faces.opens is not None and end is not None and end > faces.opens:
        found.append(_short(local_day(faces.opens), last_day(end), calendar))
    if line.moved:
        found.append(_plain_said(line))
    return [words for words in found if words]


def _problems(deadline: Deadline | None) -> list[str]:
    return [code for code in (deadline.check() if deadline is not None else ()) if has(f"year.problem.{code}")]


def _rests(name: str, end: datetime, calendar: WorkingCalendar) -> str:
    last = last_day(end)
    if calendar.is_working_day(last):
        return ""
    called = calendar.holidays.get(last)
    before = calendar.previous_working_day(last)
    rest = say("year.rest_holiday", day=_day_words(last), name=called) if called else weekday_words(last)
    words = say(f"year.rests.{name}", rest=rest, before=say("year.day", weekday=weekday(before), day=day_short(before)))
    return words + (say("year.provisional", year=last.year) if calendar.is_provisional(last) else "")


def weekday_words(of: date) -> str:
    """The weekday with the short date: inside a sentence."""
    return say("year.day", weekday=weekday(of), day=day_short(of))


def _short(opens: date, last: date, calendar: WorkingCalendar) -> str:
    days = calendar.working_days_between(opens - ONE_DAY, last)
    if days > FEW_DAYS:
        return ""
    return say("year.short", opens=day_short(opens), last=day_short(last), days=days)


def _plain_said(line: DateLine) -> str:
    return say("year.moved", label=lower_first(line.rule.label))


def _day_words(of: date) -> str:
    return say("year.from", day=day(of), weekday=weekday(of))
