"""Who holds which role where on a day: of one organisation, of one person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, bindparam, or_, select

from workflow.domain.actors import Role
from workflow.domain.books import Holding
from workflow.storage import codec
from workflow.storage.statements import Statement, Tuple
from workflow.storage.tables import ASSIGNMENT, PERSON
from workflow.storage.transaction import Store

_A = ASSIGNMENT.c


def _held(where: ColumnElement[bool]) -> Statement:
    day = bindparam("day", type_=_A.valid_to.type)
    return Statement(
        select(
            _A.id,
            _A.person_id,
            PERSON.c.office,
            _A.role,
            _A.organisation_id,
            _A.commune_id,
            _A.province_id,
            _A.valid_from,
            _A.valid_to,
        )
        .select_from(ASSIGNMENT.join(PERSON, PERSON.c.id == _A.person_id))
        .where(where, or_(_A.valid_to.is_(None), _A.valid_to >= day))
        .order_by(_A.role, _A.person_id, _A.id)
    )


_OF_ORGANISATION = _held(_A.organisation_id == bindparam("organisation"))
_OF_PERSON = _held(_A.person_id == bindparam("person"))


class Holders(Store):
    """See ``services.ports.Holders``."""

    __slots__ = ()

    def of_organisation(self, organisation_id: str, *, on: date) -> list[Holding]:
        """Roles in an organisation that have not ended before a day, by role."""
        rows = self._tx.all(_OF_ORGANISATION, organisation=organisation_id, day=codec.day_text(on))
        return [_holding(row) for row in rows]

    def of_person(self, person_id: str, *, on: date) -> list[Holding]:
        """Roles of a person that have not ended before a day, by role."""
        return [_holding(row) for row in self._tx.all(_OF_PERSON, person=person_id, day=codec.day_text(on))]


def _holding(row: Tuple) -> Holding:
    identity, person, office, role, organisation, commune, province, begins, ends = row
    return Holding(
        identity,
        person,
        office,
        Role(role),
        organisation,
        commune,
        province,
        codec.day_of(begins),
        codec.day_of(ends),
    )
