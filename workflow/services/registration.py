"""A subject's entry in one go: draft, its papers and the first step, in one transaction (law.md, entered for the unit).

What a paper in hand asks of an officer is one act, so it is one command: a paper at fault or a step refused leaves no
draft behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from workflow.domain import events as ev
from workflow.domain.actors import Actor
from workflow.domain.errors import InvalidInput
from workflow.domain.kinds import Transition
from workflow.services.awards import RoundChoice
from workflow.services.dossiers import DossierService
from workflow.services.engine import Engine, Receipt
from workflow.services.inputs import MoveInput, PaperInput
from workflow.services.ports import UnitOfWork
from workflow.services.together import together


class RegistrationService:
    """Entering a subject with everything its first step needs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def register(
        self,
        actor: Actor,
        *,
        kind_code: str,
        subject_id: str,
        cycle: int,
        papers: Mapping[str, PaperInput],
        signed: ev.SignedPaper | None = None,
        sent_at: datetime | None = None,
        draft_only: bool = False,
        award: RoundChoice | None = None,
        key: str | None = None,
    ) -> Receipt:
        """Open a dossier, file ``papers`` by code, make the kind's first step; ``draft_only`` stops before the step.

        ``signed`` is the unit's signed paper, where an officer enters all this for the unit, and ``sent_at`` when the
        unit sent it; ``award`` names the form of an award. Raises what ``open``,
        ``file_paper`` and ``perform`` of ``DossierService`` raise; then nothing was kept.
        """
        request = [
            "enter in one go",
            kind_code,
            subject_id,
            cycle,
            {code: [p.raw.decode(errors="replace"), [f.digest for f in p.files]] for code, p in papers.items()},
            signed and asdict(signed),
            draft_only,
            *([sent_at] if sent_at is not None else []),
            *([asdict(award)] if award is not None else []),
        ]

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            engine = together(self._engine, uow, at)
            dossiers = DossierService(engine)
            receipt = dossiers.open(
                actor, kind_code=kind_code, subject_id=subject_id, cycle=cycle, for_unit=signed, award=award
            )
            step, with_step = _first_step(engine, actor, receipt, at)
            for code in papers:
                if draft_only or code not in with_step:
                    receipt = dossiers.file_paper(
                        actor, receipt.dossier_id, code, papers[code], seen_version=receipt.version, signed=signed
                    )
            if draft_only:
                return receipt.as_answer()
            supplied = {code: paper for code, paper in papers.items() if code in with_step}
            move = MoveInput(step.trigger, receipt.version, papers=supplied, signed=signed, sent_at=sent_at)
            return dossiers.perform(actor, receipt.dossier_id, move).as_answer()

        return Receipt.from_answer(self._engine.once(actor, key, request, work))


def _first_step(engine: Engine, actor: Actor, receipt: Receipt, at: datetime) -> tuple[Transition, frozenset[str]]:
    """The straight way on from a draft, and the codes of the papers that come with that step itself."""
    with engine.uow() as uow:
        dossier, kind = engine.load(uow, actor, receipt.dossier_id, at)
    for step in kind.from_state(dossier.state):
        if step.forward and step.applies.to(own=dossier.own):
            return step, frozenset(c for c, rule in kind.attachments.items() if step.trigger in rule.with_acts)
    raise InvalidInput("no_first_step", kind=kind.short_label)
