"""The worklist: what waits for me, what waits elsewhere, what is done; by key, never by offset."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Actor, Role
from workflow.domain.errors import InvalidInput
from workflow.domain.step_clock import LatenessKind
from workflow.queries import listing, search
from workflow.queries.filters import Filters, Tab
from workflow.queries.listing import Shape
from workflow.queries.moment import Moment
from workflow.queries.paging import LIMIT, Bounded, Page, key_of, mark, page_size
from workflow.queries.rolls import few_titled, titles
from workflow.queries.scope import me, only_role
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Tuple

COUNTED = 1_000
"""Counts of a tab stop here; beyond it a page says "more than"."""

HOLDERS = (
    Role.UNIT,
    Role.COMMUNE_POLICE,
    Role.COMMUNE_COMMITTEE,
    Role.PROVINCE_POLICE,
    Role.PROVINCE_COMMITTEE,
)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One dossier of a list. ``due``: exclusive end of the clock or of mending, which ``lateness`` weighs.

    ``kind``, ``kind_version``, ``state`` and ``stage`` are codes: their words are the definition's. ``late``: it was
    handed in late; ``own``: it is about the commune itself; ``origin_id``: what it was opened for. ``title``: its own,
    where its kind gives it one.
    """

    id: str
    number: str
    kind: str
    kind_version: int
    cycle: int
    subject_id: str
    subject_name: str
    subject_kind: str
    commune_id: str
    commune_name: str
    state: str
    stage: str
    meaning: str
    holder: Role | None
    holder_since: datetime | None
    due: datetime | None
    lateness: LatenessKind
    own: bool
    late: bool
    on_hold: bool
    updated_at: datetime
    version: int
    title: str = ""
    origin_id: str | None = None

    @property
    def called(self) -> str:
        """How a list names it: by its own title and the unit, or by the unit alone."""
        return f"{self.title}, {self.subject_name}" if self.title else self.subject_name


@dataclass(frozen=True, slots=True)
class Counts:
    """How many stand in each tab, and of mine how many are late and near; each count stops at 1,000."""

    mine: Bounded
    late: Bounded
    near: Bounded
    elsewhere: Bounded
    done: Bounded


@dataclass(frozen=True, slots=True)
class _Found:
    """What the words of the filters led to: few subjects, words to look for while walking, or a number."""

    subjects: list[str] | None = None
    words: tuple[str, ...] = ()
    number: str | None = None
    titled: list[str] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        return self.subjects == [] and not self.titled


def worklist(
    db: Database,
    actor: Actor,
    filters: Filters,
    moment: Moment,
    *,
    after: str | None = None,
    limit: int = LIMIT,
    connected: bool = True,
    held_by: Collection[Role] | None = None,
    states: Collection[str] | None = None,
    submitted: bool | None = None,
) -> Page[WorkItem]:
    """One page of the actor's list: soonest first, undated last; what is done, newest first.

    ``connected`` False: the province has no accounts, so the commune police hold its turn too (law.md, recorders).
    ``held_by``: what is open with these holders, instead of those of the tab. ``states``: only these. ``submitted``:
    only what has (or has never) been with the province. Raises InvalidInput ``page_mark`` or ``page_size``.
    """
    holders = holders_of(actor, filters, connected=connected, held_by=held_by)
    place = None if after is None else _place(after, filters.tab)
    with db.read() as connection:
        found = _look_for(connection, actor, filters.text)
        shape = _shape(actor, filters, holders, found, states=states, submitted=submitted)
        if shape is None:
            return Page(())
        values = _values(actor, filters, moment, holders, found, states, submitted) | {"most": page_size(limit) + 1}
        if place is not None:
            shape = replace(shape, after=True, undated=filters.tab is not Tab.DONE and place["after_at"] is None)
            values |= place
        rows = connection.all(listing.page(shape), **values)
        own = titles(connection, [row[0] for row in rows[:limit]])
    items = tuple(_item(row, moment, own.get(row[0], "")) for row in rows[:limit])
    return Page(items, _mark(items[-1], filters.tab) if len(rows) > limit else None)


def counts(db: Database, actor: Actor, filters: Filters, moment: Moment, *, connected: bool = True) -> Counts:
    """How many dossiers each tab has under the same filters; the tab and the lateness of ``filters`` do not count."""
    with db.read() as connection:
        found = _look_for(connection, actor, filters.text)

        def count(tab: Tab, lateness: LatenessKind | None = None) -> Bounded:
            chosen = replace(filters, tab=tab, lateness=lateness)
            holders = holders_of(actor, chosen, connected=connected)
            return _count(connection, actor, chosen, moment, holders, found)

        return Counts(
            mine=count(Tab.MINE),
            late=count(Tab.MINE, LatenessKind.LATE),
            near=count(Tab.MINE, LatenessKind.NEAR),
            elsewhere=count(Tab.ELSEWHERE),
            done=count(Tab.DONE),
        )


def how_many(
    db: Database,
    actor: Actor,
    filters: Filters,
    moment: Moment,
    *,
    connected: bool = True,
    held_by: Collection[Role] | None = None,
    states: Collection[str] | None = None,
    submitted: bool | None = None,
) -> Bounded:
    """How many dossiers ``worklist`` would list under the same conditions, on all its pages."""
    holders = holders_of(actor, filters, connected=connected, held_by=held_by)
    with db.read() as connection:
        found = _look_for(connection, actor, filters.text)
        return _count(connection, actor, filters, moment, holders, found, states=states, submitted=submitted)


def holders_of(
    actor: Actor, filters: Filters, *, connected: bool = True, held_by: Collection[Role] | None = None
) -> tuple[Role, ...]:
    """The holders whose dossiers the tab lists. On the commune's own dossier the committee holds the unit's turn."""
    if filters.tab is Tab.DONE:
        return ()
    mine = {actor.role}
    if actor.role is Role.COMMUNE_POLICE and not connected:
        mine |= PROVINCE_ROLES
    chosen = [role for role in HOLDERS if (role in mine) == (filters.tab is Tab.MINE)]
    if held_by is not None:
        chosen = [role for role in HOLDERS if role in held_by]
    return tuple(role for role in chosen if filters.holder in {None, role})


def _count(
    connection: SqlConnection,
    actor: Actor,
    filters: Filters,
    moment: Moment,
    holders: tuple[Role, ...],
    found: _Found,
    *,
    states: Collection[str] | None = None,
    submitted: bool | None = None,
) -> Bounded:
    shape = _shape(actor, filters, holders, found, states=states, submitted=submitted)
    if shape is None:
        return Bounded(0)
    values = _values(actor, filters, moment, holders, found, states, submitted) | {"most": COUNTED + 1}
    row = connection.one(listing.count(shape), **values)
    n = 0 if row is None else row[0]
    return Bounded(min(n, COUNTED), more=n > COUNTED)


def _look_for(connection: SqlConnection, actor: Actor, text: str) -> _Found:
    number = search.as_number(text)
    words = () if number else search.words_of(text)
    if not words:
        return _Found(number=number)
    few, titled = search.few_named(connection, actor, words), few_titled(connection, actor, words)
    return _Found(words=words, titled=titled) if few is None else _Found(subjects=few, titled=titled)


def _shape(
    actor: Actor,
    filters: Filters,
    holders: tuple[Role, ...],
    found: _Found,
    *,
    states: Collection[str] | None = None,
    submitted: bool | None = None,
) -> Shape | None:
    """The statement's shape; None when the filters alone leave the list empty."""
    done = filters.tab is Tab.DONE
    parts = len(listing.MEANINGS) if done else len(holders)
    never_due = done and (filters.lateness not in {None, LatenessKind.NONE} or filters.holder is not None)
    abroad = actor.role in COMMUNE_ROLES and filters.commune not in {None, actor.commune_id}
    if not parts or never_due or abroad or found.is_nothing or (states is not None and not states):
        return None
    narrowed = {name for name in ("kind", "state", "stage", "cycle") if getattr(filters, name) is not None}
    if filters.commune is not None and actor.role not in COMMUNE_ROLES:
        narrowed.add("commune_id")
    if submitted is not None:
        narrowed.add("submitted")
    return Shape(
        actor=only_role(actor),
        tab=filters.tab,
        parts=parts,
        narrowed=frozenset(narrowed),
        lateness=filters.lateness,
        number=found.number is not None,
        few=found.subjects is not None,
        titled=bool(found.titled),
        words=len(found.words),
        states=states is not None,
    )


def _values(
    actor: Actor,
    filters: Filters,
    moment: Moment,
    holders: tuple[Role, ...],
    found: _Found,
    states: Collection[str] | None = None,
    submitted: bool | None = None,
) -> dict[str, Any]:
    return {
        **me(actor),
        "kind": filters.kind,
        "state": filters.state,
        "stage": filters.stage,
        "commune_id": filters.commune,
        "cycle": filters.cycle,
        "submitted": int(bool(submitted)),
        "states": None if states is None else sorted(states),
        "now": codec.micros(moment.at),
        "near": codec.micros(moment.near_until),
        "subjects": found.subjects,
        "titled": found.titled,
        "number": found.number,
        "number_end": f"{found.number}\U0010ffff",
        **search.word_values(found.words),
        **{f"holder{n}": role.value for n, role in enumerate(holders)},
    }


def _place(after: str, tab: Tab) -> dict[str, Any]:
    at, last = key_of(after, int, str)
    if at is None and tab is Tab.DONE:
        raise InvalidInput("page_mark", mark=after[:80])
    return {"after_at": at, "after_id": last}


def _mark(item: WorkItem, tab: Tab) -> str:
    at = item.updated_at if tab is Tab.DONE else item.due
    return mark(codec.micros_or_none(at), item.id)


_ROLES: dict[str | None, Role | None] = {None: None, **{role.value: role for role in Role}}


def _item(row: Tuple, moment: Moment, title: str) -> WorkItem:
    """A row of ``listing.page``: its columns in their order, then the two names. Fifty of them a page: taken apart."""
    (
        dossier_id,
        number,
        kind,
        kind_version,
        cycle,
        subject_id,
        subject_kind,
        commune_id,
        state,
        stage,
        meaning,
        holder,
        holder_since,
        due_at,
        own,
        late,
        on_hold,
        updated_at,
        version,
        origin_id,
        subject_name,
        commune_name,
    ) = row
    due = codec.instant_or_none(due_at)
    return WorkItem(
        id=dossier_id,
        number=number,
        kind=kind,
        kind_version=kind_version,
        cycle=cycle,
        subject_id=subject_id,
        subject_name=subject_name or subject_id,
        subject_kind=subject_kind,
        commune_id=commune_id,
        commune_name=commune_name or commune_id,
        state=state,
        stage=stage,
        meaning=meaning,
        holder=_ROLES[holder],
        holder_since=codec.instant_or_none(holder_since),
        due=due,
        lateness=moment.lateness(due),
        own=own == 1,
        late=late == 1,
        on_hold=on_hold == 1,
        updated_at=codec.instant(updated_at),
        version=version,
        title=title,
        origin_id=origin_id,
    )
