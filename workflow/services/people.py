"""Persons, shown by office; their roles from a day to a day."""

from __future__ import annotations

from datetime import date, datetime

from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Actor, Role
from workflow.domain.books import BooksEvent, Organisation
from workflow.domain.errors import InvalidInput, NotAllowed
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork


class PeopleService:
    """People and roles are the administrator's; nobody changes their own (promises.md S6)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def assign(
        self,
        actor: Actor,
        person_id: str,
        *,
        office: str,
        role: Role,
        organisation_id: str,
        valid_from: date | None = None,
        valid_to: date | None = None,
        key: str | None = None,
    ) -> None:
        """Give a person (known by its office) a role in an organisation, from a day until a day.

        Raises ``NotAllowed`` (not the administrator, or one's own role), ``InvalidInput`` (the role does not fit the
        organisation), ``NotFound``.
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            organisation = uow.organisations.get(organisation_id)
            check_keeps_people(actor, person_id)
            if not office.strip():
                raise InvalidInput("office_missing")
            commune_id = _commune_of(role, organisation)
            uow.people.add_person(person_id, office=office.strip())
            uow.people.assign(
                person_id,
                role,
                organisation_id,
                commune_id=commune_id,
                province_id=organisation.province_id,
                valid_from=valid_from,
                valid_to=valid_to,
            )
            payload = {
                "person": person_id,
                "role": role.value,
                "organisation": organisation_id,
                "from": valid_from.isoformat() if valid_from else None,
                "to": valid_to.isoformat() if valid_to else None,
            }
            uow.journal.append_books(organisation.province_id, [BooksEvent("RoleGiven", payload)], actor, at)
            return {}

        self._engine.once(actor, key, ["assign", person_id, office, role, organisation_id, valid_from, valid_to], work)

    def actor(self, person_id: str, *, role: Role | None = None) -> Actor:
        """The person as an actor now; ``NotFound`` when it holds no (such) role."""
        with self._engine.reading() as uow:
            return uow.people.actor(person_id, at=self._engine.clock.now(), role=role)


def check_keeps_people(actor: Actor, person_id: str) -> None:
    """Raises ``NotAllowed`` for anybody but the administrator, and for one's own role or account (promises.md S6)."""
    if actor.role not in (Role.ADMIN, Role.SYSTEM):
        raise NotAllowed("people_role", role=actor.role)
    if actor.person_id == person_id:
        raise NotAllowed("own_role")


def _commune_of(role: Role, organisation: Organisation) -> str | None:
    if role in PROVINCE_ROLES or role is Role.ADMIN:
        return None
    commune_id = organisation.commune_id or organisation.id
    if role in COMMUNE_ROLES and organisation.kind in ("province", "ubnd_tinh", "cong_an_tinh", "pv01"):
        raise InvalidInput("role_misplaced", role=role, organisation=organisation.id)
    return commune_id
