"""Use cases at the desk that make no move: correct a recorded step, rebind to a newer version of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from workflow.domain import desk
from workflow.domain import events as ev
from workflow.domain.actors import Actor
from workflow.domain.dossier import Dossier, Filed, Step
from workflow.domain.errors import InvalidInput, NotFound, TransitionRefused
from workflow.domain.guards import Refusal
from workflow.domain.kinds import DossierKind
from workflow.services.effects import correct_entry
from workflow.services.engine import Engine, Receipt
from workflow.services.facts import gather
from workflow.services.inputs import PaperInput, check_files, keep_reason, reference
from workflow.services.inspecting import findings_of, refuse
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class RebindLine:
    """What a rebinding would do to one dossier: the papers that become stale, what stands against it."""

    dossier_id: str
    number: str
    stale: tuple[str, ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class _Mend:
    """A correction as asked for; ``shared``: ids of papers already kept for the act, by code."""

    signed: ev.SignedPaper
    reason: str | None
    paper: PaperInput | None
    code: str | None
    shared: dict[str, str] = field(default_factory=dict)


class DeskService:
    """Corrections and rebinding."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def correct(
        self,
        actor: Actor,
        dossier_id: str,
        *,
        step_seq: int,
        signed: ev.SignedPaper,
        reason: str | None,
        seen_version: int,
        paper: PaperInput | None = None,
        code: str | None = None,
        key: str | None = None,
    ) -> tuple[Receipt, ...]:
        """Mend the paper of a recorded step; on an act it is mended on every dossier of the act.

        ``paper`` is the corrected document where its wording changes, ``code`` which paper it is where the step came
        with several. What the step entered in the ledger gets the new number, date and office. Raises
        ``InvalidInput`` (``outcome_changed`` when it would change a result, vote or score; ``unknown_step``,
        ``step_without_paper``, ``which_paper``), ``TransitionRefused``, ``StaleDossier``, ``NotFound``.
        """
        request = [
            "correct",
            dossier_id,
            step_seq,
            asdict(signed),
            reason,
            seen_version,
            code,
            paper and [paper.raw.decode(errors="replace"), [file.digest for file in paper.files]],
        ]
        mend = _Mend(signed, reason, paper, code)

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            dossier, _ = self._engine.load(uow, actor, dossier_id, at)
            step = next((made for made in dossier.steps if made.seq == step_seq), None)
            if step is None:
                raise InvalidInput("unknown_step", step=step_seq)
            ids = [dossier.id]
            if step.act_id is not None:
                ids = [item for item, _ in uow.acts.get(step.act_id).items]
            receipts = []
            for item in ids:
                seen = seen_version if item == dossier.id else None
                receipts.append(self._correct_one(uow, actor, item, step, seen, mend, at).as_answer())
            return {"receipts": receipts}

        answer = self._engine.once(actor, key, request, work)
        receipts = answer["receipts"]
        return tuple(Receipt.from_answer(item) for item in (receipts if isinstance(receipts, list) else ()))

    def _correct_one(
        self, uow: UnitOfWork, actor: Actor, dossier_id: str, step: Step, seen: int | None, mend: _Mend, at: datetime
    ) -> Receipt:
        dossier, kind = self._engine.load(uow, actor, dossier_id, at)
        if step.act_id is not None:
            step = next(made for made in dossier.steps if made.act_id == step.act_id)
        corrected = self._corrected(uow, kind, dossier, step, mend, at) if mend.paper else None
        events = desk.correct(
            kind,
            dossier,
            actor,
            step_seq=step.seq,
            paper=mend.signed,
            reason=keep_reason(uow, mend.reason, dossier.id),
            corrected=corrected,
            seen_version=dossier.version if seen is None else seen,
            at=at,
            books=gather(self._engine, uow, kind, dossier, moves=()),
        )
        journal = self._engine.keep(uow, dossier, kind, events, actor)
        correct_entry(uow, kind, dossier, step, mend.signed, corrected)
        return Receipt(dossier.id, dossier.number, dossier.state, dossier.version, journal, at, act_id=step.act_id)

    def _corrected(
        self, uow: UnitOfWork, kind: DossierKind, dossier: Dossier, step: Step, mend: _Mend, at: datetime
    ) -> ev.PaperRef:
        before, paper, shared = _paper_of(kind, dossier, step, mend.code), mend.paper, mend.shared
        if before is None or paper is None:
            raise InvalidInput("step_without_paper", step=step.seq)
        rule = kind.attachments[before.paper.code]
        document = self._engine.papers.validate(rule.schema_id, paper.raw)
        changed = desk.changes_outcome(uow.papers.document(before.paper.id), document)
        if changed:
            raise InvalidInput("outcome_changed", fields=", ".join(changed))
        check_files(rule, paper.files)
        refuse(findings_of(self._engine, rule, paper.files, document))
        ref, content = reference(
            self._engine,
            rule,
            document,
            paper.files,
            version=len(dossier.versions(rule.code)) + 1,
            act_id=before.paper.act_id,
            paper_id=shared.get(rule.code),
        )
        if rule.code not in shared:
            shared[rule.code] = ref.id
            uow.papers.add(ref, dossier_id=None, document=content, files=paper.files, at=at)
        return ref

    def rebind_preview(
        self, actor: Actor, dossier_ids: Sequence[str], *, version: int, redo_to: str | None = None
    ) -> tuple[RebindLine, ...]:
        """Per dossier what a rebinding would do. Nothing is kept."""
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            return tuple(self._rebind_line(uow, actor, item, version, redo_to, at)[0] for item in dossier_ids)

    def rebind(
        self,
        actor: Actor,
        dossier_ids: Sequence[str],
        *,
        version: int,
        reason: str,
        redo_to: str | None = None,
        key: str | None = None,
    ) -> tuple[Receipt, ...]:
        """Move open dossiers to a version of their kind and its newest criteria set, all or none."""

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            receipts = []
            for item in dossier_ids:
                line, dossier, old, new, criteria = self._rebind_line(uow, actor, item, version, redo_to, at)
                if line.refusals:
                    raise TransitionRefused(line.refusals, trigger="rebind", number=line.number)
                events = desk.rebind(
                    old,
                    new,
                    dossier,
                    actor,
                    criteria=criteria,
                    redo_to=redo_to,
                    reason=keep_reason(uow, reason, dossier.id),
                    seen_version=dossier.version,
                    at=at,
                    books=gather(self._engine, uow, new, dossier, moves=()),
                )
                journal = self._engine.keep(uow, dossier, new, events, actor)
                receipts.append(
                    Receipt(dossier.id, dossier.number, dossier.state, dossier.version, journal, at).as_answer()
                )
            return {"receipts": receipts}

        answer = self._engine.once(actor, key, ["rebind", list(dossier_ids), version, reason, redo_to], work)
        receipts = answer["receipts"]
        return tuple(Receipt.from_answer(item) for item in (receipts if isinstance(receipts, list) else ()))

    def _rebind_line(
        self, uow: UnitOfWork, actor: Actor, dossier_id: str, version: int, redo_to: str | None, at: datetime
    ) -> tuple[RebindLine, Dossier, DossierKind, DossierKind, str | None]:
        dossier, old = self._engine.load(uow, actor, dossier_id, at)
        new = self._engine.catalogue.version(dossier.kind, version, province_id=dossier.province_id)
        if new.code != old.code:
            raise NotFound("kind_not_found")
        code = new.criteria.get(dossier.subject_kind)
        criteria = dossier.criteria
        if dossier.criteria is not None and code:
            criteria = self._engine.catalogue.newest_criteria(code, province_id=dossier.province_id).key
        refusals = tuple(desk.rebind_refusals(old, new, dossier, actor, redo_to=redo_to, criteria=criteria))
        stale = desk.stale_papers(new, dossier, criteria)
        return RebindLine(dossier.id, dossier.number, stale, refusals), dossier, old, new, criteria


def _paper_of(kind: DossierKind, dossier: Dossier, step: Step, code: str | None) -> Filed | None:
    """The newest version of the paper that came with a step; where several came, the one of that code."""
    came = [
        filed
        for filed in dossier.papers
        if filed.seq == step.seq and kind.attachments[filed.paper.code].by_act and code in (None, filed.paper.code)
    ]
    if len({filed.paper.code for filed in came}) > 1:
        raise InvalidInput("which_paper", papers=tuple(sorted({filed.paper.code for filed in came})))
    return came[-1] if came else None
