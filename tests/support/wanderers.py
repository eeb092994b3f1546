"""Random lives in which people change their roles: the same person may turn up as unit, officer or committee."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.domain.walks import Walk
from workflow.domain.actors import Actor, Role
from workflow.domain.dossier import Dossier

TURNCOATS = ("an", "binh")


class Wanderer(Walk):
    """A walk among people who now and then act in another role than before (separation of duties speaks then)."""

    def actor(self, role: Role, *, blank: Dossier | None = None) -> Actor:
        """Mostly somebody who keeps to one role."""
        usual = super().actor(role, blank=blank)
        if role is Role.SYSTEM or not self.chance(5):
            return usual
        return replace(usual, person_id=self.pick(TURNCOATS))
