"""Who may see a dossier."""

from __future__ import annotations

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.dossier import Dossier


def can_view(actor: Actor, dossier: Dossier, *, draft: bool, submitted: bool) -> bool:
    """Whether the actor may see this dossier; ``queries/scope.py`` says the same as SQL, a test holds them equal.

    A draft is its unit's own, and of those who entered it for the unit; the provincial committee sees a dossier
    once it has been submitted to the province (promises.md 3.6). ``draft`` and ``submitted`` are read from the
    kind: the meaning of the state, and whether it was ever held by a role of the province.
    """
    if not actor.covers(subject_id=dossier.subject_id, commune_id=dossier.commune_id, province_id=dossier.province_id):
        return False
    if draft and actor.role not in (Role.UNIT, Role.SYSTEM):
        return dossier.opened_by_role == actor.role or (dossier.own and actor.role in COMMUNE_ROLES)
    if actor.role is Role.PROVINCE_COMMITTEE:
        return submitted
    return True
