"""Which dossiers are scored by which criteria set: those of a year that are bound to a version of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Integer, bindparam, select

from workflow.domain.actors import Actor
from workflow.queries.scope import Beside, me, only_role, visible_to
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import Statement, among
from workflow.storage.tables import DOSSIER, ORGANISATION

MOST = 2000
"""So many dossiers of a year are looked through at most."""

_D = DOSSIER.c


@dataclass(frozen=True, slots=True)
class Scored:
    """A dossier that is scored by a set."""

    id: str
    number: str
    subject: str


def scored_by(
    db: Database, actor: Actor, key: str, *, subject_kinds: Collection[str], cycle: int
) -> tuple[Scored, ...]:
    """The dossiers within sight of a year that follow the set ``code@version``, by number."""
    with db.read() as connection:
        rows = connection.all(_statement(only_role(actor)), **me(actor), kinds=sorted(subject_kinds), cycle=cycle)
    found = ((row, codec.unpack_dossier(row[3])) for row in rows)
    return tuple(Scored(row[0], row[1], row[2]) for row, dossier in found if dossier.criteria == key)


@lru_cache(maxsize=16)
def _statement(actor: Actor) -> Statement:
    named = DOSSIER.join(ORGANISATION, ORGANISATION.c.id == _D.subject_id)
    of_year = Beside(_D.cycle) == bindparam("cycle", type_=Integer())
    return Statement(
        select(_D.id, _D.number, ORGANISATION.c.name, _D.body)
        .select_from(named)
        .where(visible_to(actor), among(Beside(_D.subject_kind), "kinds"), of_year)
        .order_by(_D.number)
        .limit(MOST)
    )
