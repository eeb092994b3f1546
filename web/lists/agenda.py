"""What is coming: the dates of every open year, as they stand for the reader with everything that was granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.formatting import day_short, until_short
from web.lists.places import place
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.calendars import last_day
from workflow.domain.deadlines import Deadline, Face, Verdict, judge, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from web.lists.present import Present
    from workflow.domain.kinds import DossierKind
    from workflow.services.ports import UnitOfWork

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
    """A line of the box "30 ngày tới" as ``macros/lists.html`` draws it."""

    at: datetime
    when: str
    what: str
    note: str
    url: str = ""


def plan_dates(now: Present) -> tuple[PlanDate, ...]:
    """The dates of every year that is open in the reader's province."""
    with house().engine.reading() as stores:
        return tuple(_plan_dates(stores, now))


def _plan_dates(stores: UnitOfWork, now: Present) -> Iterator[PlanDate]:
    who = actor()
    kinds = {kind.code: kind for kind in house().catalogue.kinds()}
    subject = who.organisation_id if who.role is Role.UNIT else None
    for year in stores.books.cycles(who.province_id):
        if year.closed_at is not None or year.kind not in kinds:
            continue
        kind = kinds[year.kind]
        deadlines = stores.books.deadlines(who.province_id, kind.code, year.cycle)
        grants = stores.books.grants(who.province_id, kind.code, year.cycle)
        for code in deadlines:
            if code not in kind.deadlines:
                continue
            deadline: Deadline = resolve(
                deadlines, code, grants, commune_id=who.commune_id, province_id=who.province_id, at=now.at
            )
            verdict = judge(
                deadline,
                grants,
                subject_id=subject,
                commune_id=who.commune_id,
                province_id=who.province_id,
                at=now.at,
            )
            yield PlanDate(kind, year.cycle, code, verdict)


def coming(dates: tuple[PlanDate, ...], now: Present, *, days: int = DAYS_AHEAD) -> list[Coming]:
    """What opens, falls due or closes within so many days, soonest first; a unit is told of its own dates only."""
    unit = actor().role is Role.UNIT
    found = [
        one
        for date in dates
        if not unit or _concerns_unit(date)
        for one in _faces(date)
        if now.at < one.at <= now.at + timedelta(days=days)
    ]
    return sorted(found, key=lambda one: (one.at, one.what))


def _concerns_unit(date: PlanDate) -> bool:
    steps = (t for t in date.kind.transitions if t.deadline == date.code)
    return date.code == date.kind.figures or any(Role.UNIT in step.authorities for step in steps)


def _faces(date: PlanDate) -> Iterator[Coming]:
    verdict = date.verdict
    url = place("deadlines.year", nam=date.cycle)
    if verdict.opens is not None and verdict.face is Face.NOT_OPEN:
        what = say("agenda.opens", label=date.label)
        yield Coming(verdict.opens, day_short(verdict.opens), what, say("agenda.opens_note", cycle=date.cycle), url)
    if verdict.due is not None:
        lasts = verdict.closes is not None and verdict.closes > verdict.due
        note = say("agenda.due_note" if lasts else "agenda.due_alone", until=until_short(verdict.due))
        yield Coming(verdict.due, day_short(last_day(verdict.due)), _labelled(date), note, url)
    if verdict.closes is not None and verdict.closes != verdict.due:
        note = say("agenda.closes_note", until=until_short(verdict.closes))
        what = say("agenda.closes", label=date.label)
        yield Coming(verdict.closes, day_short(last_day(verdict.closes)), what, note, url)


def _labelled(date: PlanDate) -> str:
    return say("agenda.due", label=date.label, cycle=date.cycle)


def step_dues(dates: tuple[PlanDate, ...]) -> dict[tuple[str, int, str], datetime]:
    """The last moment of each date by kind, year and code: the first end that has not been reached."""
    found = {}
    for date in dates:
        end = date.verdict.due or date.verdict.closes
        if end is not None:
            found[date.kind.code, date.cycle, date.code] = end
    return found
