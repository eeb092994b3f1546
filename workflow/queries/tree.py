"""The dated tree of organisations as of a day: one node with its parents, children and successor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from workflow.domain.actors import Actor, Role
from workflow.domain.errors import NotFound
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
_ONE = Statement(select(*_COLUMNS).where(_O.id == bindparam("id")))
_CHILDREN = Statement(select(*_COLUMNS).where(_O.parent_id == bindparam("parent")).order_by(_O.name_folded, _O.id))
_FOUND = {
    count: Statement(
        select(*_COLUMNS)
        .where(_O.province_id == bindparam("province"), named(count))
        .order_by(_O.name_folded, _O.id)
        .limit(50)
    )
    for count in range(1, 7)
}
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
    """A node with what is above it (outermost first), below it, its successor, and who holds roles in it."""

    node: Node
    above: tuple[Node, ...]
    below: tuple[Node, ...]
    successor: Node | None
    people: tuple[Holder, ...]


def branch(db: Database, actor: Actor, organisation_id: str, *, on: date) -> Branch:
    """One organisation of the actor's province as of a day. Raises ``NotFound``."""
    with db.read() as connection:
        node = _node(connection, actor, organisation_id, on)
        above: list[Node] = []
        parent = node.parent_id
        while parent is not None and len(above) < 10:
            above.insert(0, _node(connection, actor, parent, on))
            parent = above[0].parent_id
        below = tuple(_read(row, on) for row in connection.all(_CHILDREN, parent=organisation_id))
        successor = _node(connection, actor, node.successor_id, on) if node.successor_id else None
        people = tuple(
            Holder(row[0], row[1], Role(row[2]), codec.day_of(row[3]), codec.day_of(row[4]))
            for row in connection.all(_PEOPLE, organisation=organisation_id)
        )
    return Branch(node, tuple(above), below, successor, people)


def find(db: Database, actor: Actor, text: str, *, on: date) -> tuple[Node, ...]:
    """At most 50 organisations of the province whose name has all these words, without diacritics or case."""
    words = words_of(text)[: len(_FOUND)]
    if not words:
        return ()
    with db.read() as connection:
        rows = connection.all(_FOUND[len(words)], province=actor.province_id, **word_values(words))
    return tuple(_read(row, on) for row in rows)


def _node(connection: SqlConnection, actor: Actor, organisation_id: str, on: date) -> Node:
    row = connection.one(_ONE, id=organisation_id)
    if row is None or row[4] != actor.province_id:
        raise NotFound("organisation_not_found")
    return _read(row, on)


def _read(row: Tuple, on: date) -> Node:
    begins, ends = codec.day_of(row[6]), codec.day_of(row[7])
    stands = (begins is None or begins <= on) and (ends is None or on <= ends)
    return Node(row[0], row[1], row[2], row[3], row[5], begins, ends, row[8], stands)
