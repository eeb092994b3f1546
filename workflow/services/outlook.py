"""How far dossiers are from their next step: what each still lacks, whoever asks. For lists and reminders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from workflow.domain import lifecycle
from workflow.domain.actors import Actor, Role
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound, TransitionNotAvailable
from workflow.domain.guards import Refusal
from workflow.domain.guards.scope import is_elsewhere
from workflow.domain.kinds import DossierKind, Transition
from workflow.domain.lifecycle import Command
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
        ways = list(next_steps(kind, dossier))
        if not ways:
            return Outlook(dossier.id, dossier.holder, dossier.own)
        books = gather(self._engine, uow, kind, dossier, moves=[step for step, _ in ways])
        weighings = (
            (step, lifecycle.explain(kind, dossier, command, actor, at=at, books=books)) for step, command in ways
        )
        first = next(weighings)
        step, weighed = first
        if is_elsewhere(weighed):  # another level decides: the way that is the subject's own
            step, weighed = next((way for way in weighings if not is_elsewhere(way[1])), first)
        missing = tuple(item for item in weighed.refusals if not _comes_along(kind, step, item))
        return Outlook(dossier.id, dossier.holder, dossier.own, step, missing)


def next_steps(kind: DossierKind, dossier: Dossier) -> Iterator[tuple[Transition, Command]]:
    """Steps that lead on from here, of the straight path or back onto it, with the command that asks for each."""
    for step in kind.from_state(dossier.state):
        if not (step.forward or step.mode is not None) or not step.applies.to(own=dossier.own) or step.is_system:
            continue
        choice = step.branch or (step.choices[0][0] if step.choices else None)
        command = Command(step.trigger, dossier.version, choice=choice)
        try:
            yield lifecycle.choose(kind, dossier, command), command
        except TransitionNotAvailable:
            continue


def _comes_along(kind: DossierKind, step: Transition, refusal: Refusal) -> bool:
    """Whether the refusal is about the person, or about a paper that comes with the act itself."""
    rule = kind.attachments.get(refusal.paper or "")
    return refusal.code in ABOUT_THE_PERSON or (rule is not None and step.trigger in rule.with_acts)
