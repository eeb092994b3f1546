"""Who holds which role where on a day, and what a person leaves behind that another goes on with."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update

from workflow.domain.actors import Role
from workflow.domain.books import Holding
from workflow.storage import codec
from workflow.storage.statements import Statement, Tuple
from workflow.storage.tables import ASSIGNMENT, DOSSIER, DRAFT, LEDGER, PERSON
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


_D, _P, _L = DOSSIER.c, DRAFT.c, LEDGER.c
_WAITING = (
    select(func.count())
    .select_from(DOSSIER)
    .where(_D.holder == bindparam("role"), _D.province_id == bindparam("province"))
)
_OF_UNIT = Statement(_WAITING.where(_D.subject_id == bindparam("organisation")))
_OF_COMMUNE = Statement(_WAITING.where(_D.commune_id == bindparam("commune")))
_OF_PROVINCE = Statement(_WAITING)
_DRAFTS = Statement(
    select(_D.number)
    .select_from(DRAFT.join(DOSSIER, _D.id == _P.dossier_id))
    .where(_P.person_id == bindparam("person"))
)
_UNCONFIRMED = Statement(
    select(func.count()).select_from(LEDGER).where(_L.entered_by == bindparam("person"), _L.confirmed_by.is_(None))
)
_MOVE_DRAFTS = Statement(
    update(DRAFT).where(_P.person_id == bindparam("leaving")).values(person_id=bindparam("successor"))
)


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

    def waiting(self, holding: Holding) -> int:
        """How many dossiers wait for the office of a role now."""
        values = {"role": holding.role.value, "province": holding.province_id}
        if holding.role is Role.UNIT:
            row = self._tx.one(_OF_UNIT, organisation=holding.organisation_id, **values)
        elif holding.commune_id is not None:
            row = self._tx.one(_OF_COMMUNE, commune=holding.commune_id, **values)
        else:
            row = self._tx.one(_OF_PROVINCE, **values)
        return 0 if row is None else int(row[0])

    def drafts(self, person_id: str) -> list[str]:
        """Numbers of the dossiers with a draft that this person saved last."""
        return sorted(row[0] for row in self._tx.all(_DRAFTS, person=person_id))

    def unconfirmed(self, person_id: str) -> int:
        """How many earlier results the person entered that nobody confirmed yet."""
        row = self._tx.one(_UNCONFIRMED, person=person_id)
        return 0 if row is None else int(row[0])

    def move_drafts(self, person_id: str, *, to: str) -> int:
        """The drafts of one person are another's from now on; how many."""
        return self._tx.run(_MOVE_DRAFTS, leaving=person_id, successor=to)


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
