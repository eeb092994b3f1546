"""What others still owe: per dossier what is missing, from whom, until when, and when they were last reminded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.dossier.turns import Mark
from web.formatting import lower_first
from web.lists.agenda import plan_dates, step_dues
from web.lists.places import dossier_url
from web.lists.rows import kind_of
from web.refusals import source
from web.words import has, say
from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, REPRESENTS_COMMUNE, Role
from workflow.domain.calendars import local_day
from workflow.domain.step_clock import LatenessKind
from workflow.queries.filters import Filters
from workflow.queries.reminders import newest_reminders
from workflow.queries.worklist import HOLDERS, worklist
from workflow.services.notes import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from web.lists.present import Present
    from web.refusals import Source
    from workflow.domain.guards import Refusal
    from workflow.queries.reminders import Given
    from workflow.queries.worklist import WorkItem
    from workflow.services.outlook import Outlook

MOST = 500
"""Dossiers that one page of the chase list looks at; the next page goes on after them."""

WEIGHTS = (*(one.value for one in (LatenessKind.LATE, LatenessKind.NEAR, LatenessKind.NONE)), "undated")
"""How heavy a date is, the heaviest first."""

_BELOW_PROVINCE = frozenset({Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE})


@dataclass(frozen=True, slots=True)
class ChaseLine:
    """One dossier somebody is asked about. ``to``: who owes it; ``missing``: what, in sentences; ``days`` it waits.

    ``grounds``: citations of the kind, of the date it goes by and of what is missing.
    """

    dossier_id: str
    number: str
    kind: str
    cycle: int
    subject: str
    subject_id: str
    commune_id: str
    commune: str
    url: str
    to: Role
    missing: tuple[str, ...]
    paper: str | None
    until: datetime | None
    mark: Mark | None
    since: datetime | None
    days: int | None
    reminded: Given | None
    grounds: tuple[str, ...] = ()

    @property
    def target(self) -> Target:
        """What a reminder of it is about."""
        return Target(self.dossier_id, self.paper, self.to)


@dataclass(frozen=True, slots=True)
class ChaseGroup:
    """Lines under a heading: a commune whose offices owe them, or (for a commune) how heavy their dates are."""

    id: str
    name: str
    lines: tuple[ChaseLine, ...]


def owed_lines(
    now: Present, *, commune: str | None = None, after: str | None = None
) -> tuple[list[ChaseLine], str | None]:
    """What the reader may ask others about: the commune asks its units, the province its communes for what is late.

    One page, soonest first, and the mark after which the next one goes on; None when there is no more.
    """
    who = actor()
    in_province = who.role in PROVINCE_ROLES
    filters = Filters(commune=commune, lateness=LatenessKind.LATE) if in_province else Filters()
    held_by = _BELOW_PROVINCE if in_province else frozenset(HOLDERS)
    page = worklist(house().database, who, filters, now.moment, after=after, limit=MOST, held_by=held_by)
    return lines_of(page.items, now), page.after


def grounds_of(lines: Iterable[ChaseLine]) -> list[Source]:
    """The sources that these lines rest on, each once, in the order they come."""
    cited = (source(citation) for line in lines for citation in line.grounds)
    return list({found.text: found for found in cited if found is not None}.values())


def lines_of(items: Iterable[WorkItem], now: Present, *, reminders: bool = True) -> list[ChaseLine]:
    """These dossiers as lines; those from which nobody else owes anything are left out. Late ones first."""
    found = list(items)
    ids = [item.id for item in found]
    outlooks = house().outlooks.of(actor(), ids)
    given = newest_reminders(house().database, actor(), ids) if reminders else {}
    dues = step_dues(plan_dates(now))
    lines = [_line(item, outlooks.get(item.id), given.get(item.id), dues, now) for item in found]
    kept = [line for line in lines if line is not None]
    return sorted(kept, key=lambda line: (line.until is None, line.until or now.at, -(line.days or 0), line.number))


def by_commune(lines: Sequence[ChaseLine]) -> tuple[ChaseGroup, ...]:
    """Under the communes that owe them, in the order of their first lines."""
    groups: dict[str, list[ChaseLine]] = {}
    for line in lines:
        groups.setdefault(line.commune_id, []).append(line)
    return tuple(ChaseGroup(key, own[0].commune, tuple(own)) for key, own in groups.items())


def by_weight(lines: Sequence[ChaseLine], now: Present) -> tuple[ChaseGroup, ...]:
    """Under late, near, later, undated; headings without a line are left out."""
    groups: dict[str, list[ChaseLine]] = {}
    for line in lines:
        weight = "undated" if line.until is None else now.moment.lateness(line.until).value
        groups.setdefault(weight, []).append(line)
    return tuple(
        ChaseGroup(weight, say(f"group.{weight}", days=now.near_days), tuple(groups[weight]))
        for weight in WEIGHTS
        if weight in groups
    )


def _line(
    item: WorkItem,
    outlook: Outlook | None,
    given: Given | None,
    dues: Mapping[tuple[str, int, str], datetime],
    now: Present,
) -> ChaseLine | None:
    to = _owes(item)
    if outlook is None or to is None:
        return None
    owed = [refusal for refusal in outlook.missing if _is_of(refusal, to, item)]
    if not owed and item.holder is not to:
        return None
    step = outlook.step
    plan = dues.get((item.kind, item.cycle, step.deadline or "")) if step is not None else None
    ends = [refusal.until for refusal in owed if refusal.until is not None]
    until = min(ends, default=item.due or plan)
    since = item.holder_since if item.holder is to else None
    return ChaseLine(
        dossier_id=item.id,
        number=item.number,
        kind=kind_of(item).called(item.origin_id),
        cycle=item.cycle,
        subject=item.subject_name,
        subject_id=item.subject_id,
        commune_id=item.commune_id,
        commune=item.commune_name,
        url=dossier_url(item.id),
        to=to,
        missing=tuple(dict.fromkeys(missing_sentence(refusal) for refusal in owed))
        or (say("chase.step", step=step.label if step is not None else kind_of(item).state(item.state).label),),
        paper=next((refusal.paper for refusal in owed if refusal.paper), None),
        until=until,
        mark=now.mark(until),
        since=since,
        days=(now.today - local_day(since)).days if since is not None else None,
        reminded=given,
        grounds=_grounds(item, step.deadline if step is not None else None, owed),
    )


def _grounds(item: WorkItem, deadline: str | None, owed: Sequence[Refusal]) -> tuple[str, ...]:
    kind = kind_of(item)
    rule = kind.deadlines.get(deadline or "")
    cited = (kind.citation, rule.source if rule is not None else "", *(refusal.source or "" for refusal in owed))
    return tuple(dict.fromkeys(citation for citation in cited if citation))


def _owes(item: WorkItem) -> Role | None:
    """Whom the reader asks about a dossier: whoever is below, never the reader."""
    who = actor()
    if who.role in PROVINCE_ROLES:
        return item.holder
    to = REPRESENTS_COMMUNE if item.own else Role.UNIT
    return None if to is who.role else to


def _is_of(refusal: Refusal, to: Role, item: WorkItem) -> bool:
    """Whether that role clears it; the committee is the unit on the commune's own dossier."""
    if to in COMMUNE_ROLES and (item.own or actor().role in PROVINCE_ROLES):
        return refusal.cleared_by in {*COMMUNE_ROLES, Role.UNIT}
    return refusal.cleared_by is to


def missing_sentence(refusal: Refusal) -> str:
    """What is missing, short enough for a list; the engine's own sentence where there is nothing shorter."""
    code = f"chase.{refusal.code}"
    if not has(code):
        return house().wording.say(refusal.code, **refusal.facts).rstrip(".")
    facts = {name: _plain(value) for name, value in refusal.facts.items()}
    facts["paper"] = lower_first(str(facts.get("paper", "")))
    return say(code, **facts)


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
