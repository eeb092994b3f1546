"""Notes kept with a dossier: who writes, who reads, who is told. They are no part of the dossier and of its journal.

The exchange is between the unit and the officers; what officers keep among themselves never reaches the unit's side
(promises.md 3.6, note.read; S3: on a dossier about the commune its own people stand on that side).
"""

from __future__ import annotations

from workflow.domain.actors import COMMUNE_ROLES, OFFICER_ROLES, Actor, Role
from workflow.domain.dossier import Dossier

LONGEST_NOTE = 2000
"""Characters of one note: a short exchange, not a paper."""


def may_write(actor: Actor) -> bool:
    """Whether the actor takes part in the exchange: the unit and the officers who see the dossier."""
    return actor.role is Role.UNIT or actor.role in OFFICER_ROLES


def keeps_internal(actor: Actor, *, self_judged: bool) -> bool:
    """Whether the actor reads and writes what officers keep among themselves on such a dossier."""
    return actor.role in OFFICER_ROLES and not (self_judged and actor.role in COMMUNE_ROLES)


def told_of(actor: Actor, dossier: Dossier) -> Role:
    """Whom a note of the exchange is for: the unit, or from its side the officer whose turn it is, else the police."""
    if actor.role is not Role.UNIT:
        return Role.UNIT
    holder = dossier.holder
    return holder if holder in OFFICER_ROLES and holder is not None else Role.COMMUNE_POLICE
