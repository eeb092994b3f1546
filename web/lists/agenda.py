"""What is coming: the dates of every open year, as they stand for the reader with everything that was granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as date_
from datetime import timedelta
from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.formatting import day_short, until_short
from web.lists.places import place
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.calendars import last_day, local_day
from workflow.domain.deadlines import Face, Verdict
from workflow.queries.books import cycles, year

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from web.lists.present import Present
    from workflow.domain.kinds import DossierKind

DAYS_AHEAD = 30


@dataclass(frozen=True, slots=True)
class PlanDate:
    """A date of the plan in one open year, weighed for the reader."""

    kind: DossierKind
    cycle: int
    code: str
    verdict: Verdict

    @property
    def label(self) -> str:
        """What the date is for."""
        return self.kind.deadlines[self.code].label


@dataclass(frozen=True, slots=True)
class Coming:
    """A line of the box of the next 30 days as ``macros/lists.html`` draws it."""

    at: datetime
    day: date_
    when: str
    what: str
    note: str
    url: str = ""


def plan_dates(now: Present) -> tuple[PlanDate, ...]:
    """The dates of every year that is open in the reader's province; those of what is owed with their year's."""
    db, who = house().database, actor()
    kinds = {kind.code: kind for kind in house().catalogue.kinds()}
    found: list[PlanDate] = []
    for known in cycles(db, who):
        kind = kinds.get(known.kind)
        if known.closed_at is not None or kind is None:
            continue
        owed = kinds.get(kind.owes.kind) if kind.owes is not None else None
        lines = year(db, who, kind, known.cycle, now.at, owed=owed).dates
        found += [
            PlanDate(kinds[line.kind], known.cycle, line.rule.code, line.verdict)
            for line in lines
            if line.verdict is not None
        ]
    return tuple(found)


def coming(dates: tuple[PlanDate, ...], now: Present, *, days: int = DAYS_AHEAD) -> list[Coming]:
    """What opens, falls due or closes within so many days, soonest first; a unit is told of its own dates only."""
    unit = actor().role is Role.UNIT
    found = [
        one
        for date in dates
        if not unit or _concerns_unit(date)
        for one in _faces(date)
        if now.at < one.at and one.day <= now.today + timedelta(days=days)
    ]
    return sorted(found, key=lambda one: (one.day, one.at, one.what))


def _concerns_unit(date: PlanDate) -> bool:
    steps = (t for t in date.kind.transitions if t.deadline == date.code)
    return date.code == date.kind.figures or any(Role.UNIT in step.authorities for step in steps)


def _faces(date: PlanDate) -> Iterator[Coming]:
    verdict = date.verdict
    if verdict.opens is not None and verdict.face is Face.NOT_OPEN and date.code != date.kind.figures:
        note = say("agenda.opens_note", cycle=date.cycle)
        code = "agenda.year_opens" if _is_the_year(date) else "agenda.opens"
        yield _coming(date, code, verdict.opens, note, local_day(verdict.opens))
    if verdict.due is not None:
        lasts = verdict.closes is not None and verdict.closes > verdict.due
        note = say("agenda.due_note" if lasts else "agenda.due_alone", until=until_short(verdict.due))
        yield _coming(date, "agenda.due", verdict.due, note, last_day(verdict.due))
    if verdict.closes is not None and verdict.closes != verdict.due:
        code = "agenda.year_closes" if _is_the_year(date) else "agenda.closes"
        code = "agenda.figures" if date.code == date.kind.figures else code
        note = say(f"{code}_note", until=until_short(verdict.closes))
        yield _coming(date, code, verdict.closes, note, last_day(verdict.closes))


def _coming(date: PlanDate, code: str, at: datetime, note: str, on: date_) -> Coming:
    what = say(code, label=date.label, cycle=date.cycle)
    return Coming(at, on, day_short(on), what, note, place("deadlines.year", nam=date.cycle))


def step_dues(dates: tuple[PlanDate, ...]) -> dict[tuple[str, int, str], datetime]:
    """The last moment of each date by kind, year and code.

    A date that no step names, and that is neither window nor report, is for every step of its kind: code "".
    """
    found = {}
    for date in dates:
        end = date.verdict.due or date.verdict.closes
        if end is not None:
            found[date.kind.code, date.cycle, date.code] = end
        if end is not None and _is_of_every_step(date):
            found[date.kind.code, date.cycle, ""] = end
    return found


def _is_of_every_step(date: PlanDate) -> bool:
    return date.verdict.due is not None and _is_unnamed(date)


def _is_the_year(date: PlanDate) -> bool:
    """Whether it is the year itself: it opens and closes, nothing falls due by it."""
    return date.verdict.due is None and _is_unnamed(date)


def _is_unnamed(date: PlanDate) -> bool:
    """Whether no step names it, and it is neither window nor report."""
    named = {step.deadline for step in date.kind.transitions}
    return date.code not in {*named, date.kind.figures, date.kind.report}
