"""Subjects an actor may begin a dossier for: units of its commune, found by words of their names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import bindparam, or_, select, true
from sqlalchemy.types import Integer

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.queries.search import named, word_values, words_of
from workflow.storage.codec import day_text
from workflow.storage.database import Database
from workflow.storage.statements import Statement, among
from workflow.storage.tables import ORGANISATION

_O = ORGANISATION.c
MOST = 30


@dataclass(frozen=True, slots=True)
class Subject:
    """An organisation that a dossier can be about."""

    id: str
    name: str
    kind: str


def subjects(
    db: Database, actor: Actor, *, kinds: Collection[str], on: date, text: str = "", most: int = MOST
) -> tuple[Subject, ...]:
    """Subjects of these kinds that exist on that day and lie within the actor's jurisdiction, by folded name.

    A unit sees itself, people of a commune its subjects and the commune itself, PV01 the province; nobody else begins
    a dossier.
    """
    if actor.role not in {Role.UNIT, Role.PROVINCE_POLICE, *COMMUNE_ROLES}:
        return ()
    words = words_of(text)
    values = {
        "kinds": sorted(kinds),
        "day": day_text(on),
        "province": actor.province_id,
        "place": actor.organisation_id if actor.role is Role.UNIT else actor.commune_id,
        "most": most,
    }
    with db.read() as connection:
        rows = connection.all(_statement(actor.role, len(words)), **values, **word_values(words))
    return tuple(Subject(*row) for row in rows)


@lru_cache(maxsize=16)
def _statement(role: Role, words: int) -> Statement:
    here = _O.id == bindparam("place")
    within = {Role.UNIT: here, Role.PROVINCE_POLICE: true()}.get(role, or_(here, _O.commune_id == bindparam("place")))
    return Statement(
        select(_O.id, _O.name, _O.kind)
        .where(
            within,
            _O.province_id == bindparam("province"),
            among(_O.kind, "kinds"),
            or_(_O.valid_from.is_(None), _O.valid_from <= bindparam("day")),
            or_(_O.valid_to.is_(None), _O.valid_to >= bindparam("day")),
            named(words) if words else true(),
        )
        .order_by(_O.name_folded, _O.id)
        .limit(bindparam("most", type_=Integer()))
    )
