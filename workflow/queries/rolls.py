"""The roll of a kind as an actor sees it: its dossiers with the values of its columns, counted and summed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, func, or_, select

from workflow.domain.actors import COMMUNE_ROLES, Actor
from workflow.domain.kinds import DossierKind
from workflow.domain.rolls import TITLE, Roll
from workflow.queries import search
from workflow.queries.paging import LIMIT, Page, key_of, mark, page_size
from workflow.queries.scope import Beside, me, only_role, visible_to
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, Tuple, among
from workflow.storage.tables import DOSSIER, ORGANISATION, ROLL

_D, _R = DOSSIER.c, ROLL.c
_SUBJECT, _COMMUNE = ORGANISATION.alias("subject"), ORGANISATION.alias("commune")
_COLUMNS = ("id", "number", "kind_version", "cycle", "subject_id", "commune_id", "state", "meaning")


@dataclass(frozen=True, slots=True)
class RollFilters:
    """What a roll is narrowed to; None narrows nothing. ``chosen``: values of columns that are chosen from lists."""

    cycle: int | None = None
    commune: str | None = None
    state: str | None = None
    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RollLine:
    """A dossier of a roll. ``values``: the texts under each column, several where papers are kept many times."""

    id: str
    number: str
    kind_version: int
    cycle: int
    subject_id: str
    commune_id: str
    state: str
    meaning: str
    subject_name: str
    commune_name: str
    values: Mapping[str, tuple[str, ...]]

    @property
    def title(self) -> str:
        """The dossier's own title; empty while no paper gives one."""
        return self.one(TITLE)

    def one(self, column: str) -> str:
        """The newest text under a column, or nothing."""
        texts = self.values.get(column, ())
        return texts[-1] if texts else ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many dossiers say this under a column, with the sums of the roll's numbers over them."""

    value: str
    dossiers: int
    sums: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Totals:
    """All dossiers of a roll under its filters: how many, the sums, and by each column that is tallied."""

    dossiers: int
    sums: Mapping[str, int]
    tallies: Mapping[str, tuple[Count, ...]]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What decides a statement's text."""

    actor: Actor
    narrowed: frozenset[str]
    chosen: int
    words: int
    after: bool = False


def roll_page(
    db: Database, actor: Actor, kind: DossierKind, filters: RollFilters, *, after: str | None = None, limit: int = LIMIT
) -> Page[RollLine]:
    """One page of the roll, the newest number first. Raises InvalidInput ``page_mark`` or ``page_size``."""
    shape, values = _asked(actor, kind, filters, after)
    with db.read() as connection:
        rows = connection.all(_page(shape), **values, most=page_size(limit) + 1)
        items = _lines(connection, rows[:limit])
    return Page(items, mark(items[-1].number) if len(rows) > limit else None)


def whole_roll(db: Database, actor: Actor, kind: DossierKind, filters: RollFilters) -> list[RollLine]:
    """Every line of the roll under the filters, page by page."""
    found: list[RollLine] = []
    after: str | None = None
    while True:
        page = roll_page(db, actor, kind, filters, after=after, limit=500)
        found += page.items
        if page.after is None:
            return found
        after = page.after


def roll_totals(db: Database, actor: Actor, kind: DossierKind, filters: RollFilters) -> Totals:
    """Counts and sums of everything under the filters, whatever page is shown."""
    roll = _roll(kind)
    shape, values = _asked(actor, kind, filters, None)
    sums = [column.code for column in roll.summed]
    with db.read() as connection:
        row = connection.one(_count(shape), **values)
        whole: dict[str, Any] = dict(connection.all(_sums(shape), **values, sums=sums)) if sums else {}
        tallies = {column.code: _tally(connection, shape, values, column.code, sums) for column in roll.tallied}
    return Totals(0 if row is None else int(row[0]), {code: int(whole.get(code) or 0) for code in sums}, tallies)


def titles(connection: SqlConnection, dossier_ids: list[str]) -> dict[str, str]:
    """The own titles of dossiers, by id; those without one are left out."""
    if not dossier_ids:
        return {}
    return {row[0]: row[1] for row in connection.all(_TITLES, ids=dossier_ids)}


def few_titled(connection: SqlConnection, actor: Actor, words: tuple[str, ...]) -> list[str]:
    """Ids of dossiers within sight whose own title holds the words, as many as are looked up one by one."""
    rows = connection.all(
        _titled(only_role(actor), len(words)), **me(actor), **search.word_values(words), most=search.FEW
    )
    return [row[0] for row in rows]


def linked(db: Database, actor: Actor, *, number: str, columns: tuple[str, ...]) -> tuple[RollLine, ...]:
    """Dossiers within sight that name this number under one of these columns: what was made after a model, say."""
    if not columns:
        return ()
    with db.read() as connection:
        rows = connection.all(
            _linked(only_role(actor)), **me(actor), number=number, columns=list(columns), most=page_size(LIMIT)
        )
        return _lines(connection, rows)


def named_by(db: Database, actor: Actor, *, dossier_id: str, columns: tuple[str, ...]) -> tuple[RollLine, ...]:
    """Dossiers within sight whose number this dossier holds under one of these columns: what it carries out, say."""
    if not columns:
        return ()
    with db.read() as connection:
        rows = connection.all(
            _named_by(only_role(actor)), **me(actor), dossier=dossier_id, columns=list(columns), most=page_size(LIMIT)
        )
        return _lines(connection, rows)


# --- statements

_TITLES = Statement(select(_R.dossier_id, _R.text).where(among(_R.dossier_id, "ids"), _R.code == TITLE))
_VALUES = Statement(
    select(_R.dossier_id, _R.code, _R.text)
    .where(among(_R.dossier_id, "ids"))
    .order_by(_R.dossier_id, _R.code, _R.place)
)


def _asked(actor: Actor, kind: DossierKind, filters: RollFilters, after: str | None) -> tuple[_Shape, dict[str, Any]]:
    """The shape of the statements and the values of their parameters."""
    chosen = sorted(filters.chosen.items())
    words = search.words_of(filters.text)
    narrowed = {name for name in ("cycle", "state") if getattr(filters, name) is not None}
    if filters.commune is not None and actor.role not in COMMUNE_ROLES:
        narrowed.add("commune_id")
    values: dict[str, Any] = {
        **me(actor),
        **search.word_values(words),
        "kind": kind.code,
        "cycle": filters.cycle,
        "state": filters.state,
        "commune_id": filters.commune,
    }
    for n, (column, value) in enumerate(chosen):
        values |= {f"column{n}": column, f"value{n}": value}
    if after is not None:
        values["after"] = key_of(after, str)[0]
    shape = _Shape(only_role(actor), frozenset(narrowed), len(chosen), len(words), after is not None)
    return shape, values


def _conditions(shape: _Shape) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [visible_to(shape.actor), Beside(_D.kind) == bindparam("kind")]
    found += [Beside(_D[name]) == bindparam(name, type_=_D[name].type) for name in sorted(shape.narrowed)]
    for n in range(shape.chosen):
        said = exists().where(
            _R.dossier_id == _D.id, _R.code == bindparam(f"column{n}"), _R.text == bindparam(f"value{n}")
        )
        found.append(said)
    if shape.words:
        found.append(or_(_D.subject_id.in_(search.ids_named(shape.words, shape.actor.role)), titled(shape.words)))
    if shape.after:
        found.append(_D.number < bindparam("after"))
    return found


def titled(words: int) -> ColumnElement[bool]:
    """A dossier whose own title holds so many words, bound as ``word0`` and so on."""
    said = [_R.folded.like(bindparam(f"word{n}"), escape="\\") for n in range(words)]
    return exists().where(_R.dossier_id == _D.id, _R.code == TITLE, *said)


@lru_cache(maxsize=128)
def _page(shape: _Shape) -> Statement:
    names = (_SUBJECT.c.name, _COMMUNE.c.name)
    tables = DOSSIER.outerjoin(_SUBJECT, _SUBJECT.c.id == _D.subject_id)
    tables = tables.outerjoin(_COMMUNE, _COMMUNE.c.id == _D.commune_id)
    query = select(*(_D[name] for name in _COLUMNS), *names).select_from(tables).where(*_conditions(shape))
    return Statement(query.order_by(_D.number.desc()).limit(bindparam("most", type_=Integer())))


@lru_cache(maxsize=128)
def _count(shape: _Shape) -> Statement:
    return Statement(select(func.count()).select_from(DOSSIER).where(*_conditions(shape)))


@lru_cache(maxsize=128)
def _sums(shape: _Shape) -> Statement:
    summed = ROLL.alias("summed")
    query = select(summed.c.code, func.sum(summed.c.amount)).select_from(
        DOSSIER.join(summed, summed.c.dossier_id == _D.id)
    )
    return Statement(query.where(*_conditions(shape), among(summed.c.code, "sums")).group_by(summed.c.code))


@lru_cache(maxsize=128)
def _counted_by(shape: _Shape) -> Statement:
    by = ROLL.alias("by_value")
    query = select(by.c.text, func.count(_D.id.distinct())).select_from(DOSSIER.join(by, by.c.dossier_id == _D.id))
    query = query.where(*_conditions(shape), by.c.code == bindparam("tallied"))
    return Statement(query.group_by(by.c.text).order_by(by.c.text))


@lru_cache(maxsize=128)
def _summed_by(shape: _Shape) -> Statement:
    by, summed = ROLL.alias("by_value"), ROLL.alias("summed")
    tables = DOSSIER.join(by, by.c.dossier_id == _D.id).join(summed, summed.c.dossier_id == _D.id)
    query = select(by.c.text, summed.c.code, func.sum(summed.c.amount)).select_from(tables)
    query = query.where(*_conditions(shape), by.c.code == bindparam("tallied"), among(summed.c.code, "sums"))
    return Statement(query.group_by(by.c.text, summed.c.code))


@lru_cache(maxsize=64)
def _titled(actor: Actor, words: int) -> Statement:
    said = [_R.folded.like(bindparam(f"word{n}"), escape="\\") for n in range(words)]
    query = select(_D.id).select_from(DOSSIER.join(ROLL, _R.dossier_id == _D.id))
    query = query.where(_R.code == TITLE, *said, visible_to(actor, leads=False))
    return Statement(query.order_by(_D.id).limit(bindparam("most", type_=Integer())))


@lru_cache(maxsize=16)
def _linked(actor: Actor) -> Statement:
    query = _related(_R.dossier_id == _D.id).where(among(_R.code, "columns"), _R.text == bindparam("number"))
    return _in_sight(query, actor)


@lru_cache(maxsize=16)
def _named_by(actor: Actor) -> Statement:
    query = _related(_R.text == _D.number).where(among(_R.code, "columns"), _R.dossier_id == bindparam("dossier"))
    return _in_sight(query, actor)


def _related(how: ColumnElement[bool]) -> Select[Any]:
    tables = DOSSIER.join(ROLL, how).outerjoin(_SUBJECT, _SUBJECT.c.id == _D.subject_id)
    tables = tables.outerjoin(_COMMUNE, _COMMUNE.c.id == _D.commune_id)
    return select(*(_D[name] for name in _COLUMNS), _SUBJECT.c.name, _COMMUNE.c.name).select_from(tables)


def _in_sight(query: Select[Any], actor: Actor) -> Statement:
    seen = query.where(visible_to(actor, leads=False))
    return Statement(seen.order_by(_D.number).limit(bindparam("most", type_=Integer())))


def _tally(
    connection: SqlConnection, shape: _Shape, values: Mapping[str, Any], column: str, sums: list[str]
) -> tuple[Count, ...]:
    counted = connection.all(_counted_by(shape), **values, tallied=column)
    amounts: dict[str, dict[str, int]] = defaultdict(dict)
    if sums:
        for value, code, amount in connection.all(_summed_by(shape), **values, tallied=column, sums=sums):
            amounts[value][code] = int(amount or 0)
    return tuple(Count(value, int(n), {code: amounts[value].get(code, 0) for code in sums}) for value, n in counted)


def _lines(connection: SqlConnection, rows: list[Tuple]) -> tuple[RollLine, ...]:
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    if rows:
        for dossier_id, code, text in connection.all(_VALUES, ids=[row[0] for row in rows]):
            values[dossier_id][code].append(text)
    return tuple(_line(row, values[row[0]]) for row in rows)


def _line(row: Tuple, values: Mapping[str, list[str]]) -> RollLine:
    dossier_id, number, kind_version, cycle, subject_id, commune_id, state, meaning, subject, commune = row
    return RollLine(
        id=dossier_id,
        number=number,
        kind_version=kind_version,
        cycle=cycle,
        subject_id=subject_id,
        commune_id=commune_id,
        state=state,
        meaning=meaning,
        subject_name=subject or subject_id,
        commune_name=commune or commune_id,
        values={code: tuple(texts) for code, texts in values.items()},
    )


def _roll(kind: DossierKind) -> Roll:
    if kind.roll is None:
        raise ValueError(f"{kind.key} keeps no roll")
    return kind.roll
