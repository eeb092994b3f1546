"""Who holds a role in an organisation on a day: how a practice file finds the person meant by ``role@organisation``."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, or_, select

from workflow.domain.actors import Role
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import ASSIGNMENT

_A = ASSIGNMENT.c
_HOLDERS = Statement(
    select(_A.person_id)
    .distinct()
    .where(
        _A.role == bindparam("role"),
        _A.organisation_id == bindparam("organisation"),
        or_(_A.valid_from.is_(None), _A.valid_from <= bindparam("day")),
        or_(_A.valid_to.is_(None), _A.valid_to >= bindparam("day")),
    )
    .order_by(_A.person_id)
)


def holders(db: Database, role: Role, organisation_id: str, *, on: date) -> tuple[str, ...]:
    """The persons who hold that role in that very organisation on that day in Vietnam, by id."""
    with db.read() as connection:
        rows = connection.all(_HOLDERS, role=role.value, organisation=organisation_id, day=codec.day_text(on))
    return tuple(row[0] for row in rows)
