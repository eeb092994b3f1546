"""Use cases at the desk that make no move: correct a recorded step, rebind to a newer version of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from workflow.domain import desk
from workflow.domain import events as ev
from workflow.domain.actors import Actor
from workflow.domain.dossier import Dossier
from workflow.domain.errors import InvalidInput, NotFound, TransitionRefused
from workflow.domain.guards import Refusal
from workflow.domain.kinds import DossierKind
from workflow.services.engine import Engine, Receipt
from workflow.services.facts import gather
from workflow.services.inputs import PaperInput, check_files, keep_reason, reference
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class RebindLine:
    """What a rebinding would do to one dossier: the papers that become stale, what stands against it."""

    dossier_id: str
    number: str
    stale: tuple[str, ...]
    refusals: tuple[Refusal, ...]


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
        key: str | None = None,
    ) -> tuple[Receipt, ...]:
        """Mend the paper of a recorded step; on an act it is mended on every dossier of the act.

        ``paper`` is the corrected document where its wording changes. Raises ``InvalidInput`` (``outcome_changed``)
        when it would change a result, vote or score, ``TransitionRefused``, ``StaleDossier``, ``NotFound``.
        """
        request = ["correct", dossier_id, step_seq, asdict(signed), reason, seen_version, paper and paper.raw.decode()]

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            dossier, _ = self._engine.load(uow, actor, dossier_id, at)
            step = next((made for made in dossier.steps if made.seq == step_seq), None)
            if step is None:
                raise InvalidInput("unknown_step", step=step_seq)
            ids = [dossier.id]
            if step.act_id is not None:
                ids = [item for item, _ in uow.acts.get(step.act_id).items]
            shared: dict[str, str] = {}
            receipts = []
            for item in ids:
                seen = seen_version if item == dossier.id else None
                receipts.append(
                    self._correct_one(
                        uow, actor, item, step.act_id, step_seq, signed, reason, seen, paper, shared, at
                    ).as_answer()
                )
            return {"receipts": receipts}

        answer = self._engine.once(actor, key, request, work)
        receipts = answer["receipts"]
        return tuple(Receipt.from_answer(item) for item in (receipts if isinstance(receipts, list) else ()))

    def _correct_one(  # noqa: PLR0917 - one call site, all of it is the correction
        self,
        uow: UnitOfWork,
        actor: Actor,
        dossier_id: str,
        act_id: str | None,
        step_seq: int,
        signed: ev.SignedPaper,
        reason: str | None,
        seen: int | None,
        paper: PaperInput | None,
        shared: dict[str, str],
        at: datetime,
    ) -> Receipt:
        dossier, kind = self._engine.load(uow, actor, dossier_id, at)
        if act_id is not None:
            step_seq = next(made.seq for made in dossier.steps if made.act_id == act_id)
        corrected = self._corrected(uow, kind, dossier, step_seq, paper, shared, at) if paper else None
        events = desk.correct(
            kind,
            dossier,
            actor,
            step_seq=step_seq,
            paper=signed,
            reason=keep_reason(uow, reason, dossier.id),
            corrected=corrected,
            seen_version=dossier.version if seen is None else seen,
            at=at,
            books=gather(self._engine, uow, kind, dossier, moves=()),
        )
        journal = self._engine.keep(uow, dossier, kind, events, actor)
        return Receipt(dossier.id, dossier.number, dossier.state, dossier.version, journal, at, act_id=act_id)

    def _corrected(
        self,
        uow: UnitOfWork,
        kind: DossierKind,
        dossier: Dossier,
        step_seq: int,
        paper: PaperInput,
        shared: dict[str, str],
        at: datetime,
    ) -> ev.PaperRef:
        before = next(
            (filed for filed in dossier.papers if filed.seq == step_seq and kind.attachments[filed.paper.code].by_act),
            None,
        )
        if before is None:
            raise InvalidInput("step_without_paper", step=step_seq)
        rule = kind.attachments[before.paper.code]
        document = self._engine.papers.validate(rule.schema_id, paper.raw)
        changed = desk.changes_outcome(uow.papers.document(before.paper.id), document)
        if changed:
            raise InvalidInput("outcome_changed", fields=", ".join(changed))
        check_files(rule, paper.files)
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
