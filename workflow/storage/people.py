"""Persons by office, and the roles they hold from day to day."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import bindparam, or_, select, update

from workflow.domain.actors import Actor, Role
from workflow.domain.calendars import local_day
from workflow.domain.errors import Conflict, InvalidInput, NotFound
from workflow.storage import codec
from workflow.storage.faults import refusing_duplicates
from workflow.storage.statements import Statement, Tuple, among, insert_into
from workflow.storage.tables import ASSIGNMENT, PERSON
from workflow.storage.transaction import Store

_A = ASSIGNMENT.c
_HELD = Statement(
    select(_A.role, _A.organisation_id, _A.province_id, _A.commune_id, _A.id)
    .where(
        _A.person_id == bindparam("person"),
        or_(_A.valid_from.is_(None), _A.valid_from <= bindparam("day")),
        or_(_A.valid_to.is_(None), _A.valid_to >= bindparam("day")),
    )
    .order_by(_A.role, _A.organisation_id, _A.id)
)
_ADD_PERSON = insert_into(PERSON)
_ASSIGN = insert_into(ASSIGNMENT)
_END = Statement(update(ASSIGNMENT).where(_A.id == bindparam("assignment")).values(valid_to=bindparam("last_day")))
_OFFICES = Statement(select(PERSON.c.id, PERSON.c.office).where(among(PERSON.c.id, "people")))


class People(Store):
    """See ``services.ports.People``. No name of a person is kept anywhere."""

    __slots__ = ()

    def actor(
        self, person_id: str, *, at: datetime, role: Role | None = None, organisation_id: str | None = None
    ) -> Actor:
        """The person in the (only, or named) role it holds on that day in Vietnam.

        Raises NotFound when it holds none, InvalidInput ``role_ambiguous`` (facts: roles) when it holds several.
        """
        held = [
            row
            for row in self.held(person_id, at=at)
            if (role is None or row[0] == role) and (organisation_id is None or row[1] == organisation_id)
        ]
        if not held:
            raise NotFound(person=person_id)
        if len({row[:2] for row in held}) > 1:
            raise InvalidInput("role_ambiguous", roles=tuple(f"{row[0]}:{row[1]}" for row in held))
        name, organisation, province, commune, _assignment = held[0]
        return Actor(person_id, Role(name), organisation, province, commune)

    def held(self, person_id: str, *, at: datetime) -> list[Tuple]:
        """(role, organisation, province, commune, assignment id) of every role held on that day in Vietnam."""
        return self._tx.all(_HELD, person=person_id, day=codec.day_text(local_day(at)))

    def add_person(self, person_id: str, *, office: str) -> None:
        """A person, shown by office only. Conflict ``person_exists`` when the id is taken."""
        with refusing_duplicates(Conflict("person_exists", person=person_id)):
            self._tx.run(_ADD_PERSON, id=person_id, office=office)

    def assign(
        self,
        person_id: str,
        role: Role,
        organisation_id: str,
        *,
        commune_id: str | None,
        province_id: str,
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> None:
        """Give a person a role from a day, until a day, both included."""
        self._tx.run(
            _ASSIGN,
            id=secrets.token_hex(12),
            person_id=person_id,
            role=role.value,
            organisation_id=organisation_id,
            commune_id=commune_id,
            province_id=province_id,
            valid_from=codec.day_text(valid_from),
            valid_to=codec.day_text(valid_to),
        )

    def end_assignment(self, assignment_id: str, *, last_day: date) -> None:
        """The role is held until that day, included; ``NotFound`` when there is no such assignment."""
        if self._tx.run(_END, assignment=assignment_id, last_day=codec.day_text(last_day)) != 1:
            raise NotFound(assignment=assignment_id)

    def offices(self, person_ids: Iterable[str]) -> dict[str, str]:
        """Office label by person id; unknown ids are left out."""
        rows = self._tx.all(_OFFICES, people=sorted(set(person_ids)))
        return {row[0]: row[1] for row in rows}
