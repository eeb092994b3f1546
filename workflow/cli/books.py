"""Commands on the year: cycles, dates, extensions and late openings, working days, separations, settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps
from typing import Any

import click

from workflow.cli import finding
from workflow.cli.door import Body, Door, writes
from workflow.cli.output import plain, table, working
from workflow.cli.speech import Usage, say
from workflow.cli.values import CYCLE, DAY, END, NO_FACE, TEXT, Bound, Choice, Whole
from workflow.domain.books import ProvinceSettings
from workflow.domain.calendars import CalendarDay, DayKind
from workflow.domain.deadlines import Deadline, Grant, GrantKind, Scope
from workflow.domain.errors import NotFound
from workflow.services.dates import GrantInput
from workflow.services.more_time import MoreTimeService

SCOPES = tuple(scope.value for scope in Scope)
FACES = ("opens", "due", "closes")

kind_option = click.option("--kind", type=TEXT, required=True)
cycle_option = click.option("--cycle", type=CYCLE, required=True)
date_option = click.option("--date", "deadline", type=TEXT, required=True)
reason_option = click.option("--reason", type=TEXT, required=True)


@writes
@kind_option
@cycle_option
def open_cycle(door: Door, *, kind: str, cycle: int) -> None:
    """Open a cycle and what is owed in it; a second time changes nothing."""
    with working(say("cli.progress.writing")):
        opened = door.house.cycles.open(door.actor, kind_code=kind, cycle=cycle, key=door.key)
    data = {"kind": kind, "cycle": cycle, "is_new": opened.is_new, "opened_owed": list(opened.owed)}
    lines = [
        say("cli.cycle.opened" if opened.is_new else "cli.cycle.was_open", cycle=cycle),
        say("cli.cycle.owed", count=len(opened.owed)),
    ]
    door.tell(data, lines)


@writes
@kind_option
@cycle_option
@click.option("--preview", is_flag=True)
def close_cycle(door: Door, *, kind: str, cycle: int, preview: bool) -> None:
    """Close a cycle; ``--preview`` names the dossiers that would end."""
    if preview:
        door.nothing_kept()
        ending = door.house.cycles.closing(door.actor, kind_code=kind, cycle=cycle)
        rows = [(line.number, finding.name_of(door, line.subject_id), line.state) for line in ending]
        heads = [say("cli.head.number"), say("cli.head.subject"), say("cli.head.state")]
        lines = [say("cli.cycle.closing", cycle=cycle, count=len(ending)), *(table(heads, rows) if rows else ())]
        door.tell({"kind": kind, "cycle": cycle, "ending": plain(ending)}, lines)
        return
    with working(say("cli.progress.writing")):
        ended = door.house.cycles.close(door.actor, kind_code=kind, cycle=cycle, key=door.key)
    data = {"kind": kind, "cycle": cycle, "ended": ended}
    door.tell(data, [say("cli.cycle.closed", cycle=cycle, count=ended)])


# --- dates ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """More time as the options describe it."""

    kind: str
    cycle: int
    deadline: str
    scope: str
    whom: str
    until: datetime
    reason: str


def with_wish(function: Body) -> Body:
    """Options of an extension or a late opening: the body's ``wish``."""

    @kind_option
    @cycle_option
    @date_option
    @click.option("--scope", type=Choice(SCOPES), required=True)
    @click.option("--for", "whom", type=TEXT, required=True)
    @click.option("--until", type=END, required=True)
    @reason_option
    @wraps(function)
    def called(door: Door, **given: Any) -> int | None:
        return function(door, wish=Wish(**given))

    return called


def _give(door: Door, wanted: GrantKind, wish: Wish) -> None:
    scope_id = wish.whom if wish.scope == Scope.PROVINCE else finding.organisation(door, wish.whom).id
    asked = GrantInput(wish.kind, wish.cycle, wish.deadline, Scope(wish.scope), scope_id, wish.until, wish.reason)
    grant = MoreTimeService(door.house.engine).give(door.actor, wanted, asked, key=door.key)
    door.tell(_grant_data(grant, wish.kind, wish.cycle), _grant_lines(door, grant, scope_id))


def _grant_data(grant: Grant, kind: str, cycle: int) -> dict[str, object]:
    return {
        "grant": grant.id,
        "what": grant.kind.value,
        "kind": kind,
        "cycle": cycle,
        "deadline": grant.deadline_code,
        "scope": grant.scope.value,
        "scope_id": grant.scope_id,
        "until": plain(grant.until),
        "at": plain(grant.granted_at),
    }


def _grant_lines(door: Door, grant: Grant, scope_id: str) -> Iterator[str]:
    whom = finding.name_of(door, scope_id)
    until = door.house.wording.last_moment(grant.until, door.house.calendar())
    yield say(f"cli.grant.{grant.kind.value}", whom=whom, until=until)


@writes
@with_wish
def extend(door: Door, *, wish: Wish) -> None:
    """Give more time before the closing."""
    _give(door, GrantKind.EXTENSION, wish)


@writes
@with_wish
def open_late(door: Door, *, wish: Wish) -> None:
    """Open again after the closing."""
    _give(door, GrantKind.LATE_OPENING, wish)


@writes
@kind_option
@cycle_option
@date_option
@click.option("--opens", type=Bound(ends=False))
@click.option("--due", type=Bound(ends=True))
@click.option("--closes", type=Bound(ends=True))
@reason_option
def set_date(
    door: Door,
    *,
    kind: str,
    cycle: int,
    deadline: str,
    reason: str,
    **faces: datetime | str | None,
) -> None:
    """Change the faces of one date; those not named stay."""
    given = {name: None if face == NO_FACE else face for name, face in faces.items() if face is not None}
    if not given:
        raise Usage("cli.usage.no_face")
    with door.house.engine.reading() as uow:
        known = uow.books.deadlines(door.actor.province_id, kind, cycle)
    if deadline not in known:
        raise NotFound("deadline_not_found", deadline=deadline, cycle=cycle)
    changed = replace(known[deadline], **given)  # type: ignore[arg-type]  # instants or None
    door.house.dates.set_date(door.actor, kind_code=kind, cycle=cycle, deadline=changed, reason=reason, key=door.key)
    data = {
        "kind": kind,
        "cycle": cycle,
        "deadline": deadline,
        **{name: plain(getattr(changed, name)) for name in FACES},
    }
    door.tell(data, _date_lines(door, changed))


def _date_lines(door: Door, deadline: Deadline) -> Iterator[str]:
    words, calendar = door.house.wording, door.house.calendar()
    yield say("cli.date.set", deadline=deadline.code)
    if deadline.opens is not None:
        yield "  " + words.say("deadline.opens", opens=deadline.opens)
    for face in ("due", "closes"):
        end = getattr(deadline, face)
        if end is not None:
            yield "  " + words.say(f"deadline.{face}", last=words.last_moment(end, calendar))


@writes
@kind_option
@click.option("--state", type=TEXT, required=True)
@click.option("--days", type=Whole(1, 365), required=True)
@reason_option
def working_days(door: Door, *, kind: str, state: str, days: int, reason: str) -> None:
    """Set the working days of officers in a state."""
    door.house.dates.set_working_days(door.actor, kind_code=kind, state=state, days=days, reason=reason, key=door.key)
    data = {"kind": kind, "state": state, "working_days": days}
    door.tell(data, [say("cli.working_days.set", days=days)])


@writes
@click.option("--day", type=DAY, required=True)
@click.option("--what", type=Choice([kind.value for kind in DayKind]), required=True)
@click.option("--name", type=TEXT, required=True)
@click.option("--source", type=TEXT, required=True)
@reason_option
def calendar_day(door: Door, *, day: date, what: str, name: str, source: str, reason: str) -> None:
    """Add or replace a holiday, a day off in lieu or a make-up Saturday."""
    row = CalendarDay(day, name, DayKind(what), source, verified=False)
    door.house.dates.put_day(door.actor, row, reason=reason, key=door.key)
    door.tell({"day": plain(day), "what": what, "name": name}, [say("cli.calendar_day.set", day=day, name=name)])


# --- settings -------------------------------------------------------------------------------------------------------


@writes
@click.option("--commune", type=TEXT, required=True)
@cycle_option
@click.option("--separation", type=TEXT, required=True)
@reason_option
def lift_separation(door: Door, *, commune: str, cycle: int, separation: str, reason: str) -> None:
    """Lift a separation of duties for one commune and cycle."""
    where = finding.organisation(door, commune)
    door.house.dates.lift_separation(
        door.actor, commune_id=where.id, cycle=cycle, separation=separation, reason=reason, key=door.key
    )
    data = {"commune": where.id, "cycle": cycle, "separation": separation}
    door.tell(data, [say("cli.separation.lifted", commune=where.name, cycle=cycle)])


@writes
@click.option("--connected/--not-connected", default=None)
@click.option("--near-days", type=Whole(0, 60))
@click.option("--number-block", type=Whole(0, 999))
@click.option("--remind-days", type=Whole(0, 120), multiple=True)
@click.option("--escalate-days", type=Whole(1, 60))
@click.option("--waive-second-person", "waived", type=TEXT, multiple=True)
@click.option("--ask-second-person", "asked", type=TEXT, multiple=True)
@click.option("--reason", type=TEXT)
def settings(
    door: Door,
    *,
    connected: bool | None,
    near_days: int | None,
    number_block: int | None,
    remind_days: Sequence[int],
    escalate_days: int | None,
    waived: Sequence[str],
    asked: Sequence[str],
    reason: str | None,
) -> None:
    """Show the province's settings, or change them with a reason."""
    with door.house.engine.reading() as uow:
        before = uow.books.settings(door.actor.province_id)
    alone = {finding.organisation(door, one).id for one in waived}
    watched = {finding.organisation(door, one).id for one in asked}
    after = replace(
        before,
        connected=before.connected if connected is None else connected,
        near_days=before.near_days if near_days is None else near_days,
        number_block=before.number_block if number_block is None else number_block,
        remind_days=tuple(sorted(set(remind_days))) if remind_days else before.remind_days,
        escalate_days=before.escalate_days if escalate_days is None else escalate_days,
        second_person_waived=(before.second_person_waived | alone) - watched,
    )
    if after == before:
        door.nothing_kept()
    elif reason is None:
        raise Usage("cli.usage.settings_reason")
    else:
        door.house.dates.set_settings(door.actor, after, reason=reason, key=door.key)
    door.tell(plain(after), _settings_lines(after))


def _settings_lines(settings: ProvinceSettings) -> Iterator[str]:
    yield say("cli.setting.connected" if settings.connected else "cli.setting.not_connected")
    yield say("cli.setting.near_days", days=settings.near_days)
    if settings.number_block:
        yield say("cli.setting.number_block", block=str(settings.number_block))
    if settings.remind_days is not None:
        yield say("cli.setting.remind_days", days=settings.remind_days)
    if settings.escalate_days is not None:
        yield say("cli.setting.escalate_days", days=settings.escalate_days)
    for commune in sorted(settings.second_person_waived):
        yield say("cli.setting.waived", commune=commune)
    for commune, cycle, separation in sorted(settings.lifted):
        yield say("cli.setting.lifted", commune=commune, cycle=cycle, separation=separation)
    for sheet in sorted(settings.confirmed_sheets):
        yield say("cli.setting.confirmed_sheet", sheet=sheet)


COMMANDS = (
    open_cycle,
    close_cycle,
    extend,
    open_late,
    set_date,
    working_days,
    calendar_day,
    lift_separation,
    settings,
)
