"""The communes of a province on a day, by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, or_, select

from workflow.domain.actors import Actor
from workflow.queries.scope import Beside
from workflow.storage.codec import day_text
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, among
from workflow.storage.tables import ORGANISATION

COMMUNE_KINDS = ("dac_khu", "phuong", "thi_tran", "xa")
"""Kinds of organisations that are communes (``domain.books.Organisation``)."""

_O = ORGANISATION.c
_COMMUNES = Statement(
    select(_O.id, _O.name, _O.kind)
    .where(
        _O.province_id == bindparam("province"),
        among(_O.kind, "kinds"),
        or_(_O.valid_from.is_(None), _O.valid_from <= bindparam("day")),
        or_(_O.valid_to.is_(None), _O.valid_to >= bindparam("day")),
    )
    .order_by(Beside(_O.name_folded), _O.id)
)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune: its id, name and kind."""

    id: str
    name: str
    kind: str


def communes_of(connection: SqlConnection, province_id: str, *, on: date) -> tuple[Commune, ...]:
    """The communes that exist on that day, by folded name."""
    rows = connection.all(_COMMUNES, province=province_id, kinds=list(COMMUNE_KINDS), day=day_text(on))
    return tuple(Commune(*row) for row in rows)


def communes(db: Database, actor: Actor, *, on: date) -> tuple[Commune, ...]:
    """The communes of the actor's province on that day: what a list can be narrowed to."""
    with db.read() as connection:
        return communes_of(connection, actor.province_id, on=on)
