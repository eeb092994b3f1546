"""A unit's own page: its dossier of the year with the one thing to do next, others of the year, older years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from web.access import actor
from web.context import cycle, house
from web.dossier.choices import next_step
from web.dossier.filings import rows_of
from web.dossier.mending import mending_of
from web.dossier.sight import see
from web.dossier.stages import road_of
from web.dossier.story import handed_over_by
from web.dossier.turns import turn_of
from web.formatting import lower_first
from web.lists.agenda import plan_dates
from web.lists.places import dossier_url, place
from web.lists.rows import register_row
from web.words import say
from workflow.domain.actors import Role
from workflow.queries.filters import Filters, Tab
from workflow.queries.worklist import HOLDERS, worklist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.dossier.filings import Row
    from web.dossier.mending import Mending
    from web.dossier.sight import Sight
    from web.dossier.stages import Road
    from web.dossier.turns import Turn
    from web.lists.agenda import PlanDate
    from web.lists.present import Present
    from web.lists.rows import RegisterRow
    from workflow.domain.books import Organisation
    from workflow.domain.deadlines import Verdict
    from workflow.domain.kinds import DossierKind, Transition
    from workflow.queries.worklist import WorkItem


@dataclass(frozen=True, slots=True)
class Go:
    """The one button of the page."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Main:
    """The dossier of the year that the page is about."""

    sight: Sight
    road: Road
    turn: Turn
    papers: tuple[Row, ...]
    mending: Mending | None
    go: Go

    @property
    def title(self) -> str:
        """Unit, kind and year."""
        kind = lower_first(self.sight.kind.called(self.sight.dossier.origin_id))
        return say("unit.title", subject=self.sight.subject, kind=kind, cycle=self.sight.dossier.cycle)


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of dossier the unit may still begin this year: its name, how its date looks now, where to begin."""

    label: str
    cycle: int
    verdict: Verdict
    url: str


@dataclass(frozen=True, slots=True)
class UnitYear:
    """Everything on the page. ``main`` None: nothing of this year yet."""

    cycle: int
    main: Main | None
    beside: tuple[RegisterRow, ...]
    older: tuple[RegisterRow, ...]
    offers: tuple[Offer, ...]


def unit_year(now: Present) -> UnitYear:
    """The page for the year that is looked at."""
    items, dates = _items(now), plan_dates(now)
    year = _year(items, dates)
    own = [item for item in items if item.cycle == year]
    main = _main_item(own)
    return UnitYear(
        cycle=year,
        main=_main(main) if main is not None else None,
        beside=tuple(register_row(item, now) for item in own if item is not main),
        older=tuple(register_row(item, now) for item in _newest_first(items, year)),
        offers=_offers(items, dates, year, has_main=main is not None),
    )


def _year(items: Sequence[WorkItem], dates: Sequence[PlanDate]) -> int:
    """The year that is looked at; unless one is asked for, the newest open one when this year has nothing."""
    year = cycle()
    if "nam" in request.args or any(item.cycle == year for item in items):
        return year
    return max((date.cycle for date in dates), default=year)


def _items(now: Present) -> list[WorkItem]:
    """Every dossier of the unit: it has a few a year."""
    found: list[WorkItem] = []
    for tab in (Tab.MINE, Tab.DONE):
        held_by = None if tab is Tab.DONE else frozenset(HOLDERS)
        found += worklist(house().database, actor(), Filters(tab), now.moment, limit=200, held_by=held_by).items
    return found


def _main_item(own: Sequence[WorkItem]) -> WorkItem | None:
    """The dossier to show in full: one that waits for the unit, else one under way, else the newest that ended."""
    mine = [item for item in own if item.holder is Role.UNIT]
    under_way = [item for item in own if item.holder is not None]
    return next(iter([*mine, *under_way, *own]), None)


def _newest_first(items: Sequence[WorkItem], year: int) -> list[WorkItem]:
    return sorted((item for item in items if item.cycle != year), key=lambda item: (-item.cycle, item.number))


def _main(item: WorkItem) -> Main:
    sight = see(item.id)
    papers = tuple(row for row in rows_of(sight) if Role.UNIT in sight.kind.attachments[row.code].filed_by)
    mending = mending_of(sight)
    return Main(
        sight, road_of(sight), turn_of(sight, handed_over_by(sight)), papers, mending, _go(sight, papers, mending)
    )


def _go(sight: Sight, papers: Sequence[Row], mending: Mending | None) -> Go:
    """What the unit does next: mend the first item, take the step, file the first paper that is missing; else read."""
    step = next_step(sight)
    if mending is not None and mending.is_mine:
        first = next((item for item in mending.items if item.fix_url and item.is_done is not True), None)
        if first is not None:
            return Go(first.fix_url, say("unit.mend", place=lower_first(first.place)))
    if step is not None and step.mine and step.is_open:
        return Go(step.url, step.label)
    if sight.is_mine:
        lacking = next((row for row in papers if row.act_url and row.mark.kind in {"no", "half"}), None)
        if lacking is not None:
            return Go(lacking.act_url, say("unit.paper", act=lacking.act, paper=lower_first(lacking.title)))
    return Go(dossier_url(sight.dossier.id), say("unit.open"))


def _offers(items: Sequence[WorkItem], dates: Sequence[PlanDate], year: int, *, has_main: bool) -> tuple[Offer, ...]:
    """Kinds the unit begins itself in a year from this on, has not begun and holds no title of.

    Beside a dossier only those that take registrations now.
    """
    begun = {(item.kind, item.cycle) for item in items}
    with house().engine.reading() as stores:
        subject = stores.organisations.get(actor().organisation_id)
        held = {(fact.kind, fact.result) for fact in stores.ledger.facts(subject.id) if fact.standing}
    found = []
    for date in dates:
        kind = date.kind
        holds = _stands_on(kind) and any((kind.code, result) in held for result in _results(kind))
        entry = _entry_date(kind, subject)
        fits = Role.UNIT in kind.opened_by and subject.kind in kind.subject_kinds and date.code == entry
        is_new = date.cycle >= year and (kind.code, date.cycle) not in begun
        if fits and is_new and not holds and (not has_main or date.verdict.accepts):
            url = place("registrations.begin", kind=kind.code, nam=date.cycle)
            found.append(Offer(kind.label, date.cycle, date.verdict, url))
    return tuple(found)


def _entry(kind: DossierKind) -> Transition | None:
    """The step by which a draft becomes a dossier."""
    return next((t for t in kind.from_state(kind.initial) if t.forward and t.applies.to(own=False)), None)


def _entry_date(kind: DossierKind, subject: Organisation) -> str | None:
    """The date of that step, as it holds for this subject."""
    first = _entry(kind)
    if first is None or first.deadline is None:
        return None
    return kind.deadlines[first.deadline].code_for(subject.kind, subject.managing_level)


def _stands_on(kind: DossierKind) -> bool:
    """Whether a result stands until it is ended, so that its holder does not begin again; else it is of one year."""
    first = _entry(kind)
    return first is not None and any(use.name == "not_standing" for use in first.guards)


def _results(kind: DossierKind) -> tuple[str, ...]:
    return tuple(result for result, _ in kind.ledger.every()) if kind.ledger is not None else ()
