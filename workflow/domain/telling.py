"""Who hears of what: the audiences that a person belongs to, and who stands above a role."""

from __future__ import annotations

from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Actor, Role

Audience = tuple[Role, str]
"""A role with an organisation: the people of that role there. With a province: all of that role in it."""

_ABOVE = {
    Role.UNIT: Role.COMMUNE_POLICE,
    Role.COMMUNE_POLICE: Role.PROVINCE_POLICE,
    Role.COMMUNE_COMMITTEE: Role.PROVINCE_POLICE,
    Role.PROVINCE_POLICE: Role.PROVINCE_COMMITTEE,
}


def audiences_of(actor: Actor) -> tuple[Audience, ...]:
    """What is told to these is told to the actor: its own office or unit, and everybody of its role in the province."""
    own = actor.organisation_id
    if actor.role in COMMUNE_ROLES:
        own = actor.commune_id or actor.organisation_id
    elif actor.role in PROVINCE_ROLES or actor.role is Role.ADMIN:
        own = actor.province_id
    return tuple(dict.fromkeys(((actor.role, own), (actor.role, actor.province_id))))


def above(role: Role) -> Role | None:
    """The role that is told when this one lets a date pass; None: nobody stands above it."""
    return _ABOVE.get(role)
