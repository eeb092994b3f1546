"""The organisations a person keeps, as rows of a table to take along, mend and bring back."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from workflow.domain.actors import COMMUNE_ROLES, Actor
from workflow.domain.books import KEPT_BY_PROVINCE, Organisation
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import Statement, Tuple
from workflow.storage.tables import ORGANISATION

MOST = 19_000
"""A table holds no more rows."""

_O = ORGANISATION.c
_NAMES = (
    "id",
    "name",
    "kind",
    "parent_id",
    "commune_id",
    "province_id",
    "valid_from",
    "valid_to",
    "successor_id",
    "managing_level",
)
_ROWS = (
    select(*(_O[name] for name in _NAMES))
    .where(_O.province_id == bindparam("province"))
    .order_by(_O.commune_id, _O.kind, _O.name_folded, _O.id)
    .limit(MOST)
)
_OF_PROVINCE = Statement(_ROWS)
_OF_COMMUNE = Statement(
    _ROWS.where(
        _O.commune_id == bindparam("commune"),
        _O.id != bindparam("commune"),
        *(_O.kind != kind for kind in sorted(KEPT_BY_PROVINCE)),
    )
)


def kept_by(db: Database, actor: Actor) -> tuple[Organisation, ...]:
    """What this actor keeps: a commune's people its units and offices, others the whole province."""
    with db.read() as connection:
        if actor.role in COMMUNE_ROLES:
            rows = connection.all(_OF_COMMUNE, province=actor.province_id, commune=actor.commune_id)
        else:
            rows = connection.all(_OF_PROVINCE, province=actor.province_id)
    return tuple(_organisation(row) for row in rows)


def _organisation(row: Tuple) -> Organisation:
    values = dict(zip(_NAMES, row, strict=True))
    begins, ends = codec.day_of(values.pop("valid_from")), codec.day_of(values.pop("valid_to"))
    return Organisation(**values, valid_from=begins, valid_to=ends)
