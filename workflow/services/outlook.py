"""How far dossiers are from their next step: what each still lacks, whoever asks. For lists and reminders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from workflow.domain import lifecycle
from workflow.domain.actors import Actor, Role
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound
from workflow.domain.guards import Refusal
from workflow.domain.guards.scope import is_elsewhere
from workflow.domain.kinds import DossierKind, Transition
from workflow.services.engine import Engine
from workflow.services.facts import gather
from workflow.services.ports import UnitOfWork

ABOUT_THE_PERSON = frozenset(
    {"guard.out_of_scope", "guard.role", "guard.separation", "guard.signed_paper", "guard.reason"}
)
"""Refusals that concern who asks and what comes with the command; the dossier lacks nothing by them."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What stands between a dossier and its next step. ``step`` None: no step of a person leads on.

    ``missing``: the unmet conditions of the dossier itself.
    """

    dossier_id: str
    holder: Role | None = None
    own: bool = False
    step: Transition | None = None
    missing: tuple[Refusal, ...] = ()


class OutlookService:
    """Asks the guards of the next step, without anybody making it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, actor: Actor, dossier_ids: Iterable[str]) -> dict[str, Outlook]:
        """The outlook of each dossier that the actor may see, by id; others are left out."""
        found: dict[str, Outlook] = {}
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            for dossier_id in dossier_ids:
                try:
                    dossier, kind = self._engine.load(uow, actor, dossier_id, at)
                except NotFound:
                    continue
                found[dossier_id] = self._of(uow, actor, dossier, kind, at)
        return found

    def _of(self, uow: UnitOfWork, actor: Actor, dossier: Dossier, kind: DossierKind, at: datetime) -> Outlook:
        onward = [step for step in lifecycle.moves_from(kind, dossier) if step.forward or step.mode is not None]
        if not onward:
            return Outlook(dossier.id, dossier.holder, dossier.own)
        books = gather(self._engine, uow, kind, dossier, moves=onward)
        ways = lifecycle.available(kind, dossier, actor, at=at, books=books, moves=onward)
        way = next((way for way in ways if not is_elsewhere(way.weighed)), ways[0])
        step = way.transition
        missing = tuple(item for item in way.weighed.refusals if not _comes_along(kind, step, item))
        return Outlook(dossier.id, dossier.holder, dossier.own, step, missing)


def _comes_along(kind: DossierKind, step: Transition, refusal: Refusal) -> bool:
    """Whether the refusal is about the person, or about a paper that comes with the act itself."""
    rule = kind.attachments.get(refusal.paper or "")
    return refusal.code in ABOUT_THE_PERSON or (rule is not None and step.trigger in rule.with_acts)
