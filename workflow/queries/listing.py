"""How a list of dossiers is found: each part by one index, walked in its order and cut at the page's size.

The parts of a worklist are its holders, dated before undated; those of what is done are the meanings of an end. A
``Shape`` is all that decides the text of a statement, so each text is compiled once and its plan reused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, func, literal, or_, select, tuple_, union_all
from sqlalchemy.sql.selectable import Select, Subquery

from workflow.domain.actors import Actor
from workflow.domain.kinds import ENDED
from workflow.domain.step_clock import LatenessKind
from workflow.queries import search
from workflow.queries.filters import Tab
from workflow.queries.scope import Beside, visible_to
from workflow.storage.statements import Statement, among
from workflow.storage.tables import DOSSIER, ORGANISATION

MEANINGS = tuple(sorted(meaning.value for meaning in ENDED))
COLUMNS = (
    "id",
    "number",
    "kind",
    "kind_version",
    "cycle",
    "subject_id",
    "subject_kind",
    "commune_id",
    "state",
    "stage",
    "meaning",
    "holder",
    "holder_since",
    "due_at",
    "own",
    "late",
    "on_hold",
    "updated_at",
    "version",
    "origin_id",
)
_D = DOSSIER.c
_SUBJECT = ORGANISATION.alias("subject")
_COMMUNE = ORGANISATION.alias("commune")
_MOST = bindparam("most", type_=Integer())
_NOW = bindparam("now", type_=_D.due_at.type)
_NEAR = bindparam("near", type_=_D.due_at.type)
_AFTER_AT = bindparam("after_at", type_=_D.due_at.type)
_AFTER_ID = bindparam("after_id", type_=_D.id.type)


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides a statement's text. ``actor`` carries the role alone; ``parts``: how many holders or meanings.

    ``few``: the subjects are given as a list, ``titled``: and dossiers whose own titles were found;
    ``words``: so many words are looked for while the list is walked. ``states``: they are given as a list.
    ``after``: it goes on after a mark, ``undated`` among those without a date.
    """

    actor: Actor
    tab: Tab
    parts: int
    narrowed: frozenset[str] = frozenset()
    lateness: LatenessKind | None = None
    number: bool = False
    few: bool = False
    titled: bool = False
    words: int = 0
    after: bool = False
    undated: bool = False
    states: bool = False


@lru_cache(maxsize=256)
def page(shape: Shape) -> Statement:
    """SELECT of one page: ``COLUMNS``, then the names of subject and commune."""
    found = _joined([_cut(conditions, shape) for conditions in _parts(shape)])
    rows = select(found).order_by(*_order(found, shape.tab)).limit(_MOST).subquery("d")
    named = rows.outerjoin(_SUBJECT, _SUBJECT.c.id == rows.c.subject_id)
    named = named.outerjoin(_COMMUNE, _COMMUNE.c.id == rows.c.commune_id)
    names = (_SUBJECT.c.name.label("subject_name"), _COMMUNE.c.name.label("commune_name"))
    return Statement(select(rows, *names).select_from(named).order_by(*_order(rows, shape.tab)))


@lru_cache(maxsize=256)
def count(shape: Shape) -> Statement:
    """SELECT of how many there are, counted up to ``most`` and no further."""
    one = literal(1).label("one")
    found = _joined([select(one).where(*conditions).limit(_MOST) for conditions in _parts(shape)])
    return Statement(select(func.count()).select_from(select(found).limit(_MOST).subquery()))


def _joined(parts: list[Select[Any]]) -> Subquery:
    if len(parts) == 1:
        return parts[0].subquery()
    return union_all(*(select(part.subquery()) for part in parts)).subquery()


def _cut(conditions: list[ColumnElement[bool]], shape: Shape) -> Select[Any]:
    rows = select(*(_D[name] for name in COLUMNS)).where(*conditions).limit(_MOST)
    if shape.tab is Tab.DONE:
        return rows.order_by(_D.updated_at.desc(), _D.id.desc())
    return rows.order_by(_D.due_at, _D.id)


def _order(rows: Subquery, tab: Tab) -> list[ColumnElement[Any]]:
    if tab is Tab.DONE:
        return [rows.c.updated_at.desc(), rows.c.id.desc()]
    return [rows.c.due_at.is_(None), rows.c.due_at, rows.c.id]


def _parts(shape: Shape) -> Iterator[list[ColumnElement[bool]]]:
    """The conditions of each part: every part is a range of one index."""
    conditions = _conditions(shape)
    if shape.tab is Tab.DONE:
        place = [tuple_(_D.updated_at, _D.id) < tuple_(_AFTER_AT, _AFTER_ID)] if shape.after else []
        for meaning in MEANINGS[: shape.parts]:
            yield [_D.meaning == meaning, *conditions, *place]
        return
    for n in range(shape.parts):
        held = [_D.holder == bindparam(f"holder{n}"), *conditions]
        if not shape.undated:
            place = [tuple_(_D.due_at, _D.id) > tuple_(_AFTER_AT, _AFTER_ID)] if shape.after else []
            yield [*held, *_due(shape.lateness), *place]
        if shape.lateness in {None, LatenessKind.NONE}:
            yield [*held, _D.due_at.is_(None), *([_D.id > _AFTER_ID] if shape.undated else [])]


def _due(lateness: LatenessKind | None) -> list[ColumnElement[bool]]:
    if lateness is LatenessKind.LATE:
        return [_D.due_at <= _NOW]
    if lateness is LatenessKind.NEAR:
        return [_D.due_at > _NOW, _D.due_at <= _NEAR]
    return [_D.due_at > _NEAR] if lateness is LatenessKind.NONE else [_D.due_at.is_not(None)]


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    """Who may see it, what is looked for, what it is narrowed to; only one of them is searched by."""
    by_commune = "commune_id" in shape.narrowed
    drafts = shape.tab is not Tab.DONE
    found = [visible_to(shape.actor, leads=not (shape.few or shape.number or by_commune), drafts=drafts)]
    if shape.few:
        named = among(_D.subject_id, "subjects")
        found.append(or_(named, among(_D.id, "titled")) if shape.titled else named)
    elif shape.number:
        found += [_D.province_id == bindparam("me_province")]
        found += [_D.number >= bindparam("number"), _D.number < bindparam("number_end")]
    elif by_commune:
        found.append(_D.commune_id == bindparam("commune_id"))
    if shape.words:
        named_so = _D.subject_id.in_(search.ids_named(shape.words, shape.actor.role))
        found.append(or_(named_so, among(_D.id, "titled")) if shape.titled else named_so)
    if shape.states:
        found.append(among(Beside(_D.state), "states"))
    beside = shape.narrowed - ({"commune_id"} if by_commune and not (shape.few or shape.number) else set())
    found += [Beside(_D[name]) == bindparam(name, type_=_D[name].type) for name in sorted(beside)]
    return found
