"""The dated tree of organisations as of a day: one node with its parents, children and successor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, Integer, and_, bindparam, or_, select, tuple_

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.errors import InvalidInput, NotFound
from workflow.queries.paging import LIMIT, Page, key_of, mark, page_size
from workflow.queries.scope import me, only_role
from workflow.queries.search import named, word_values, words_of
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, Tuple
from workflow.storage.tables import ASSIGNMENT, ORGANISATION, PERSON

_O = ORGANISATION.c
_COLUMNS = (
    _O.id,
    _O.name,
    _O.kind,
    _O.parent_id,
    _O.province_id,
    _O.commune_id,
    _O.valid_from,
    _O.valid_to,
    _O.successor_id,
)
OFFICES = ("ban_chi_dao", "cong_an_xa", "ubnd_xa")
"""Kinds of offices of a commune (``domain.books.Organisation``): its units know them."""

MOST_FOUND = 50


_PEOPLE = Statement(
    select(PERSON.c.id, PERSON.c.office, ASSIGNMENT.c.role, ASSIGNMENT.c.valid_from, ASSIGNMENT.c.valid_to)
    .where(ASSIGNMENT.c.person_id == PERSON.c.id, ASSIGNMENT.c.organisation_id == bindparam("organisation"))
    .order_by(ASSIGNMENT.c.role, PERSON.c.id)
)


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation in the tree. ``stands``: whether it exists on the day that is looked at."""

    id: str
    name: str
    kind: str
    parent_id: str | None
    commune_id: str | None
    valid_from: date | None
    valid_to: date | None
    successor_id: str | None
    stands: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """A person, shown by office, in a role from a day to a day."""

    person_id: str
    office: str
    role: Role
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Branch:
    """A node with what is above it (outermost first) and below it, who came before and after it, who holds roles in it.

    ``people`` is empty for readers who are not of its commune or above.
    """

    node: Node
    above: tuple[Node, ...]
    below: tuple[Node, ...]
    successor: Node | None
    people: tuple[Holder, ...]
    predecessors: tuple[Node, ...] = ()


def branch(db: Database, actor: Actor, organisation_id: str, *, on: date) -> Branch:
    """One organisation within the actor's sight as of a day. Raises ``NotFound``."""
    with db.snapshot() as connection:
        look = _Look(connection, actor, on)
        node = look.one(organisation_id)
        if node is None:
            raise NotFound("organisation_not_found")
        above: list[Node] = []
        parent = look.one(node.parent_id)
        while parent is not None and parent not in above:
            above.insert(0, parent)
            parent = look.one(parent.parent_id)
        return Branch(
            node=node,
            above=tuple(above),
            below=look.where("parent_id", organisation_id),
            successor=look.one(node.successor_id),
            people=look.people(node),
            predecessors=look.where("successor_id", organisation_id),
        )


def find(db: Database, actor: Actor, text: str, *, on: date) -> tuple[Node, ...]:
    """At most 50 organisations within sight whose name has all these words, without diacritics or case."""
    words = words_of(text)
    if not words:
        return ()
    with db.read() as connection:
        rows = connection.all(_found(only_role(actor), len(words)), **me(actor), **word_values(words))
    return tuple(_read(row, on) for row in rows)


def in_sight(
    db: Database,
    actor: Actor,
    text: str = "",
    *,
    kind: str | None = None,
    on: date,
    after: str | None = None,
    limit: int = LIMIT,
) -> Page[Node]:
    """One page of the organisations within sight, by name; ``text``: words its name has. ``stands`` as of the day.

    Raises InvalidInput ``page_mark`` or ``page_size``.
    """
    words = words_of(text)
    place = None if after is None else key_of(after, str, str)
    if place is not None and None in place:
        raise InvalidInput("page_mark", mark=(after or "")[:80])
    statement = _listed(only_role(actor), len(words), kind is not None, place is not None)
    values = {**me(actor), **word_values(words), "kind": kind, "most": page_size(limit) + 1}
    if place is not None:
        values |= dict(zip(("after_name", "after_id"), place, strict=True))
    with db.read() as connection:
        rows = connection.all(statement, **values)
    last = rows[limit - 1] if len(rows) > limit else None
    nodes = tuple(_read(row[:-1], on) for row in rows[:limit])
    return Page(nodes, None if last is None else mark(last[-1], last[0]))


class _Look:
    """Looking at the tree by one reader on one day."""

    def __init__(self, connection: SqlConnection, actor: Actor, on: date) -> None:
        self._connection, self._actor, self._on = connection, actor, on

    def one(self, organisation_id: str | None) -> Node | None:
        """The node of that id; None when it is out of sight."""
        found = self.where("id", organisation_id) if organisation_id is not None else ()
        return found[0] if found else None

    def where(self, column: str, value: str) -> tuple[Node, ...]:
        """Nodes by one of their links, by name."""
        statement = _linked(only_role(self._actor), column)
        rows = self._connection.all(statement, **me(self._actor), value=value)
        return tuple(_read(row, self._on) for row in rows)

    def people(self, node: Node) -> tuple[Holder, ...]:
        """Who holds roles in a node, where that is the reader's to know."""
        actor = self._actor
        if actor.role is Role.UNIT or (
            actor.role in COMMUNE_ROLES and actor.commune_id not in {node.commune_id, node.id}
        ):
            return ()
        rows = self._connection.all(_PEOPLE, organisation=node.id)
        return tuple(
            Holder(person, office, Role(role), codec.day_of(begins), codec.day_of(ends))
            for person, office, role, begins, ends in rows
        )


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    """The province and its communes for everybody in it; below a commune its own people, a unit its own offices."""
    here = _O.province_id == bindparam("me_province")
    above_units = or_(_O.commune_id.is_(None), _O.commune_id == _O.id)
    if actor.role in COMMUNE_ROLES:
        return and_(here, or_(above_units, _O.commune_id == bindparam("me_commune")))
    if actor.role is Role.UNIT:
        offices = and_(_O.commune_id == bindparam("me_commune"), or_(*(_O.kind == kind for kind in OFFICES)))
        return and_(here, or_(above_units, offices, _O.id == bindparam("me_unit")))
    return here


@lru_cache(maxsize=64)
def _linked(actor: Actor, column: str) -> Statement:
    its = _O[column] == bindparam("value", type_=_O[column].type)
    return Statement(select(*_COLUMNS).where(its, _in_sight(actor)).order_by(_O.name_folded, _O.id))


@lru_cache(maxsize=64)
def _found(actor: Actor, count: int) -> Statement:
    found = select(*_COLUMNS).where(_in_sight(actor), named(count))
    return Statement(found.order_by(_O.name_folded, _O.id).limit(MOST_FOUND))


@lru_cache(maxsize=64)
def _listed(actor: Actor, count: int, by_kind: bool, goes_on: bool) -> Statement:
    conditions = [_in_sight(actor)]
    if count:
        conditions.append(named(count))
    if by_kind:
        conditions.append(_O.kind == bindparam("kind"))
    if goes_on:
        conditions.append(tuple_(_O.name_folded, _O.id) > tuple_(bindparam("after_name"), bindparam("after_id")))
    found = select(*_COLUMNS, _O.name_folded).where(*conditions).order_by(_O.name_folded, _O.id)
    return Statement(found.limit(bindparam("most", type_=Integer())))


def _read(row: Tuple, on: date) -> Node:
    begins, ends = codec.day_of(row[6]), codec.day_of(row[7])
    stands = (begins is None or begins <= on) and (ends is None or on <= ends)
    return Node(row[0], row[1], row[2], row[3], row[5], begins, ends, row[8], stands)
