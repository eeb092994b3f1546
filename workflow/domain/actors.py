"""Who acts: roles, jurisdictions, actors.

Roles and their offices follow law.md "People and places" (002, III and IV).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """In whose name a person acts."""

    UNIT = "unit"
    COMMUNE_POLICE = "commune_police"
    COMMUNE_COMMITTEE = "commune_committee"
    PROVINCE_POLICE = "province_police"
    PROVINCE_COMMITTEE = "province_committee"
    ADMIN = "admin"
    SYSTEM = "system"


COMMUNE_ROLES = frozenset({Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE})
PROVINCE_ROLES = frozenset({Role.PROVINCE_POLICE, Role.PROVINCE_COMMITTEE})
OFFICER_ROLES = COMMUNE_ROLES | PROVINCE_ROLES

REPRESENTS_COMMUNE = Role.COMMUNE_COMMITTEE
"""On the commune's own dossier the unit's representative is the commune's committee."""

_LEVEL = {
    Role.UNIT: 0,
    Role.COMMUNE_POLICE: 1,
    Role.COMMUNE_COMMITTEE: 1,
    Role.PROVINCE_POLICE: 2,
    Role.PROVINCE_COMMITTEE: 3,
}


def level(role: Role) -> int:
    """Height of a role in the chain unit 0, commune 1, PV01 2, provincial committee 3."""
    return _LEVEL.get(role, -1)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in one role, for one organisation.

    ``organisation_id`` is the unit for ``unit``, the office for officers. ``commune_id`` and ``province_id`` bound
    the jurisdiction; the commune is None for people of the province. ``door`` names the way in (web, api, cli, job),
    ``os_user`` the operating-system user where there is one; the journal keeps both.
    """

    person_id: str
    role: Role
    organisation_id: str
    province_id: str
    commune_id: str | None = None
    door: str = "cli"
    os_user: str | None = None

    def covers(self, *, subject_id: str, commune_id: str, province_id: str) -> bool:
        """Whether a subject lies within this actor's jurisdiction."""
        if self.role is Role.ADMIN:
            return False
        if self.role is Role.SYSTEM:
            return self.province_id in ("", province_id)
        if self.province_id != province_id:
            return False
        if self.role is Role.UNIT:
            return self.organisation_id == subject_id
        if self.role in COMMUNE_ROLES:
            return self.commune_id == commune_id
        return True


SYSTEM_PERSON = "system"


def system_actor(province_id: str = "") -> Actor:
    """The scheduler: reminders, owed dossiers, lapse. It is never a log-in."""
    return Actor(SYSTEM_PERSON, Role.SYSTEM, "", province_id, door="job")
