"""The ledger of results: lists by key, what stands, what was kept up, one subject's results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, func, select, tuple_

from workflow.domain.actors import COMMUNE_ROLES, OFFICER_ROLES, Actor
from workflow.domain.errors import InvalidInput, NotFound
from workflow.domain.kinds import Meaning
from workflow.queries import search
from workflow.queries.ledger_filters import LedgerFilters
from workflow.queries.paging import LIMIT, Page, key_of, mark, page_size
from workflow.queries.scope import Beside, ledger_of, me, only_role, visible_to
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, Tuple, among
from workflow.storage.tables import DOSSIER, LEDGER, ORGANISATION, PERSON, TALLY

_L, _D, _T = LEDGER.c, DOSSIER.c, TALLY.c
_SUBJECT = ORGANISATION.alias("subject")
_COMMUNE = ORGANISATION.alias("commune")
_MAKER = DOSSIER.alias("maker")
BY_PROVINCE = "province"
"""The managing level of subjects that the province looks after itself (``domain.books.Organisation``)."""

_COLUMNS = (
    "id",
    "subject_id",
    "subject_kind",
    "commune_id",
    "kind",
    "cycle",
    "result",
    "label",
    "number",
    "decided_on",
    "authority",
    "source",
    "recorded_at",
    "entered_by",
    "paper_digest",
    "confirmed_at",
    "standing",
    "ended_on",
    "dossier_id",
)


@dataclass(frozen=True, slots=True)
class KeptUp:
    """The entry a recognition owed in a cycle; ``meaning`` positive: kept up, negative: not, open: not recorded yet."""

    cycle: int
    dossier_id: str
    number: str
    state: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class LedgerItem:
    """A result. ``confirmed_at`` None: it does not count yet; ``upkeep``: what it owed since, oldest cycle first.

    ``entered_by``: a person's id, to compare, never to show. ``by_province``: the province manages the subject.
    """

    id: str
    subject_id: str
    subject_name: str
    subject_kind: str
    commune_id: str
    commune_name: str
    kind: str
    cycle: int
    result: str
    label: str
    number: str
    decided_on: date | None
    authority: str
    source: str
    recorded_at: datetime
    office: str
    entered_by: str
    by_province: bool
    paper_digest: str | None
    confirmed_at: datetime | None
    standing: bool
    ended_on: date | None
    dossier_id: str | None
    dossier_number: str | None
    upkeep: tuple[KeptUp, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How many recognitions of a kind stand, and how many of what they owe in a cycle is not recorded yet."""

    standing: int
    owed: int


def entries(
    db: Database, actor: Actor, filters: LedgerFilters, *, after: str | None = None, limit: int = LIMIT
) -> Page[LedgerItem]:
    """One page of the ledger: newest cycle first within a kind. Raises InvalidInput ``page_mark``, ``page_size``."""
    place = None if after is None else key_of(after, str, int, str)
    if place is not None and None in place:
        raise InvalidInput("page_mark", mark=(after or "")[:80])
    with db.snapshot() as connection:
        words = search.words_of(filters.text)
        subjects = search.few_named(connection, actor, words) if words else None
        if subjects == [] or _is_abroad(actor, filters.commune):
            return Page(())
        shape = _Shape(
            actor=only_role(actor),
            narrowed=frozenset(_narrowed(actor, filters)),
            confirmed=filters.confirmed,
            few=subjects is not None,
            words=len(words) if subjects is None else 0,
            after=place is not None,
        )
        values = _values(actor, filters) | search.word_values(words) | {"subjects": subjects}
        if place is not None:
            values |= dict(zip(("after_kind", "after_cycle", "after_id"), place, strict=True))
        rows = connection.all(_page(shape), **values, most=page_size(limit) + 1)
        items = _with_upkeep(connection, actor, rows[:limit])
    last = items[-1] if items else None
    return Page(items, mark(last.kind, last.cycle, last.id) if last is not None and len(rows) > limit else None)


def results_of(db: Database, actor: Actor, subject_id: str) -> tuple[LedgerItem, ...]:
    """Every result of one subject within the actor's sight, newest cycle first."""
    with db.snapshot() as connection:
        rows = connection.all(_of_subject(only_role(actor)), **me(actor), subject=subject_id)
        return _with_upkeep(connection, actor, rows)


def entry(db: Database, actor: Actor, entry_id: str) -> LedgerItem:
    """One result with its years. Raises NotFound ``result_not_found`` for one out of sight."""
    with db.snapshot() as connection:
        rows = connection.all(_one(only_role(actor)), **me(actor), entry=entry_id)
        if not rows:
            raise NotFound("result_not_found")
        return _with_upkeep(connection, actor, rows)[0]


def standing(
    db: Database, actor: Actor, *, kind: str, owed_kind: str, owed_states: Iterable[str], cycle: int
) -> Standing:
    """The two numbers over the list. ``owed_states``: the states of ``owed_kind`` in which nothing is recorded yet.

    What is owed is counted for officers only.
    """
    with db.snapshot() as connection:
        stands = connection.one(_standing(only_role(actor)), **me(actor), kind=kind)
        if actor.role not in OFFICER_ROLES:
            return Standing(stands[0] if stands else 0, 0)
        its = {"kind": owed_kind, "cycle": cycle, "states": sorted(owed_states)}
        owed = connection.one(_owed(actor.role in COMMUNE_ROLES), **me(actor), **its)
    return Standing(stands[0] if stands else 0, int(owed[0] or 0) if owed else 0)


# --- statements ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shape:
    """What decides the text of a page's statement."""

    actor: Actor
    narrowed: frozenset[str]
    confirmed: bool | None
    few: bool
    words: int
    after: bool


def _rows() -> Any:
    named = LEDGER.outerjoin(_SUBJECT, _SUBJECT.c.id == _L.subject_id)
    named = named.outerjoin(_COMMUNE, _COMMUNE.c.id == _L.commune_id)
    named = named.outerjoin(_MAKER, _MAKER.c.id == _L.dossier_id).outerjoin(PERSON, PERSON.c.id == _L.entered_by)
    return select(
        *(_L[name] for name in _COLUMNS),
        _SUBJECT.c.name.label("subject_name"),
        _COMMUNE.c.name.label("commune_name"),
        _MAKER.c.number.label("dossier_number"),
        PERSON.c.office,
        _SUBJECT.c.managing_level,
    ).select_from(named)


@lru_cache(maxsize=128)
def _page(shape: _Shape) -> Statement:
    by_commune = "commune_id" in shape.narrowed and not shape.few
    query = _rows().where(ledger_of(shape.actor, leads=not (shape.few or by_commune)))
    if shape.few:
        query = query.where(among(_L.subject_id, "subjects"))
    if shape.words:
        query = query.where(_L.subject_id.in_(search.ids_named(shape.words, shape.actor.role)))
    for name in sorted(shape.narrowed):
        leads = name in {"kind", "cycle"} or (name == "commune_id" and by_commune)
        column: ColumnElement[Any] = _L[name] if leads else Beside(_L[name])
        query = query.where(column == bindparam(name, type_=_L[name].type))
    if shape.confirmed is not None:
        query = query.where(_L.confirmed_by.is_not(None) if shape.confirmed else _L.confirmed_by.is_(None))
    if shape.after:
        place = tuple_(
            bindparam("after_kind", type_=_L.kind.type),
            bindparam("after_cycle", type_=_L.cycle.type),
            bindparam("after_id", type_=_L.id.type),
        )
        query = query.where(tuple_(_L.kind, _L.cycle, _L.id) < place)
    newest = (_L.kind.desc(), _L.cycle.desc(), _L.id.desc())
    return Statement(query.order_by(*newest).limit(bindparam("most", type_=Integer())))


@lru_cache(maxsize=16)
def _of_subject(actor: Actor) -> Statement:
    its = (_L.subject_id == bindparam("subject"), ledger_of(actor, leads=False))
    return Statement(_rows().where(*its).order_by(_L.cycle.desc(), _L.kind, _L.id))


@lru_cache(maxsize=16)
def _one(actor: Actor) -> Statement:
    return Statement(_rows().where(_L.id == bindparam("entry"), ledger_of(actor, leads=False)))


@lru_cache(maxsize=16)
def _standing(actor: Actor) -> Statement:
    counted = (_L.kind == bindparam("kind"), _L.standing == 1, _L.confirmed_by.is_not(None))
    return Statement(select(func.count()).select_from(LEDGER).where(ledger_of(actor), *counted))


@lru_cache(maxsize=2)
def _owed(in_commune: bool) -> Statement:
    query = select(func.sum(_T.dossiers)).where(
        _T.province_id == bindparam("me_province"), _T.kind == bindparam("kind"), _T.cycle == bindparam("cycle")
    )
    if in_commune:
        query = query.where(_T.commune_id == bindparam("me_commune"))
    return Statement(query.where(among(_T.state, "states")))


@lru_cache(maxsize=16)
def _upkeep(actor: Actor) -> Statement:
    return Statement(
        select(_D.origin_id, _D.cycle, _D.id, _D.number, _D.state, _D.meaning)
        .where(among(_D.origin_id, "origins"), visible_to(actor, leads=False))
        .order_by(_D.cycle, _D.number)
    )


# --- values and rows -------------------------------------------------------------------------------


def _is_abroad(actor: Actor, commune: str | None) -> bool:
    return actor.role in COMMUNE_ROLES and commune not in {None, actor.commune_id}


def _narrowed(actor: Actor, filters: LedgerFilters) -> list[str]:
    given = {
        "kind": filters.kind,
        "cycle": filters.cycle,
        "result": filters.result,
        "commune_id": None if actor.role in COMMUNE_ROLES else filters.commune,
        "subject_kind": filters.subject_kind,
        "standing": filters.standing,
    }
    return [name for name, value in given.items() if value is not None]


def _values(actor: Actor, filters: LedgerFilters) -> dict[str, Any]:
    return {
        **me(actor),
        "kind": filters.kind,
        "cycle": filters.cycle,
        "result": filters.result,
        "commune_id": filters.commune,
        "subject_kind": filters.subject_kind,
        "standing": None if filters.standing is None else int(filters.standing),
    }


def _with_upkeep(connection: SqlConnection, actor: Actor, rows: list[Tuple]) -> tuple[LedgerItem, ...]:
    found: dict[str, list[KeptUp]] = {row[0]: [] for row in rows}
    if found:
        years = connection.all(_upkeep(only_role(actor)), **me(actor), origins=sorted(found))
        for origin, cycle, dossier_id, number, state, meaning in years:
            found[origin].append(KeptUp(cycle, dossier_id, number, state, Meaning(meaning)))
    return tuple(_item(row, tuple(found[row[0]])) for row in rows)


def _item(row: Tuple, upkeep: tuple[KeptUp, ...]) -> LedgerItem:
    *plain, subject_name, commune_name, dossier_number, office, level = row
    values = dict(zip(_COLUMNS, plain, strict=True))
    values |= {
        "decided_on": codec.day_of(values["decided_on"]),
        "recorded_at": codec.instant(values["recorded_at"]),
        "confirmed_at": codec.instant_or_none(values["confirmed_at"]),
        "standing": bool(values["standing"]),
        "ended_on": codec.day_of(values["ended_on"]),
    }
    return LedgerItem(
        **values,
        subject_name=subject_name or values["subject_id"],
        commune_name=commune_name or values["commune_id"],
        dossier_number=dossier_number,
        office=office or "",
        by_province=level == BY_PROVINCE,
        upkeep=upkeep,
    )
