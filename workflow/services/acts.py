"""One act on many dossiers, carried by one shared paper: selection, meeting, submission, decision.

Preview first, then all or nothing: a dossier that cannot move blocks the act unless the officer leaves it out by
explicit choice (law.md, state ``commune_meeting``). One act may carry dossiers of several kinds and versions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from workflow.domain import events as ev
from workflow.domain import lifecycle
from workflow.domain.actors import Actor
from workflow.domain.books import ActRecord
from workflow.domain.dossier import Dossier
from workflow.domain.errors import InvalidInput, NotFound, TransitionNotAvailable, TransitionRefused
from workflow.domain.guards import Refusal, Supplied
from workflow.domain.kinds import DossierKind, ReturnMode
from workflow.domain.lifecycle import Command
from workflow.services.dossiers import DossierService
from workflow.services.engine import Engine, Receipt
from workflow.services.facts import gather
from workflow.services.inputs import (
    ItemInput,
    PaperInput,
    check_sent,
    keep_items,
    keep_reason,
    read_papers,
    reference,
    signed_by_act,
)
from workflow.services.inspecting import read_ahead, refuse_scans
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ActItem:
    """One dossier of an act: the version that was seen, and the choice where the paper does not say it."""

    dossier_id: str
    seen_version: int
    choice: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ActInput:
    """An act as asked for at a door. ``leave_out``: dossiers the officer leaves out although the paper names them."""

    trigger: str
    items: Sequence[ActItem]
    papers: Mapping[str, PaperInput] = field(default_factory=dict)
    leave_out: frozenset[str] = frozenset()
    reason: str | None = None
    returns: Sequence[ItemInput] = ()
    mode: ReturnMode | None = None
    redo_to: str | None = None
    mend_by: datetime | None = None
    sent_at: datetime | None = None
    signed: ev.SignedPaper | None = None


@dataclass(frozen=True, slots=True)
class ActLine:
    """What will happen (or happened) to one dossier of the act."""

    dossier_id: str
    number: str
    subject_id: str
    kind: str
    source: str
    target: str | None
    choice: str | None
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class ActPreview:
    """The act before it is recorded: per dossier what will happen. ``is_open``: it could be recorded as it stands."""

    trigger: str
    lines: tuple[ActLine, ...]

    @property
    def is_open(self) -> bool:
        """Nothing stands against any dossier that is not left out, and there is at least one."""
        moving = [line for line in self.lines if not line.left_out]
        return bool(moving) and not any(line.refusals for line in moving)


class ActRefused(TransitionRefused):
    """The act was not recorded: ``lines`` say per dossier why; nothing changed."""

    code = "act_refused"

    def __init__(self, preview: ActPreview) -> None:
        moving = [line for line in preview.lines if not line.left_out]
        super().__init__(tuple(refusal for line in moving for refusal in line.refusals), trigger=preview.trigger)
        self.preview = preview


@dataclass(frozen=True, slots=True)
class ActResult:
    """A recorded act: its id, instant, and the receipt of every dossier it moved."""

    act_id: str
    at: datetime
    receipts: tuple[Receipt, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Loaded:
    dossier: Dossier
    kind: DossierKind
    command: Command
    left_out: bool


class ActService:
    """Preview and record acts."""

    def __init__(self, engine: Engine, dossiers: DossierService) -> None:
        self._engine = engine
        self._dossiers = dossiers

    def preview(self, actor: Actor, act: ActInput) -> ActPreview:
        """Per dossier what would happen now. Nothing is kept."""
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            return self._weigh(uow, actor, act.trigger, self._load(uow, actor, act, "preview", at), at)

    def record(self, actor: Actor, act: ActInput, *, key: str | None = None) -> ActResult:
        """Record the act on all its dossiers, or on none.

        Raises ``ActRefused`` naming every dossier that cannot move, ``StaleDossier`` when one changed since it was
        seen, ``InvalidDocument`` for a faulty paper, ``NotFound`` for a dossier out of jurisdiction.
        """
        read_ahead(self._engine, (file for paper in act.papers.values() for file in paper.files))
        refuse_scans(self._engine, act.signed)

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            act_id = self._engine.new_id()
            loaded = self._load(uow, actor, act, act_id, at)
            if any(item.kind.awards is not None for item in loaded):  # quotas are counted, then used up
                uow.journal.hold_books(actor.province_id)
            preview = self._weigh(uow, actor, act.trigger, loaded, at)
            if not preview.is_open:
                raise ActRefused(preview)
            receipts = [
                self._dossiers.move(uow, actor, item.dossier, item.kind, item.command, at)
                for item in loaded
                if not item.left_out
            ]
            uow.acts.add(self._record_of(actor, act, act_id, loaded, at))
            return {
                "act": act_id,
                "at": at.isoformat(),
                "receipts": [receipt.as_answer() for receipt in receipts],
                "left_out": [item.dossier.number for item in loaded if item.left_out],
            }

        answer = self._engine.once(actor, key, ["act", _plain(act)], work)
        receipts, left = answer["receipts"], answer["left_out"]
        return ActResult(
            act_id=str(answer["act"]),
            at=datetime.fromisoformat(str(answer["at"])),
            receipts=tuple(Receipt.from_answer(item) for item in (receipts if isinstance(receipts, list) else ())),
            left_out=tuple(left) if isinstance(left, list) else (),
        )

    def _load(self, uow: UnitOfWork, actor: Actor, act: ActInput, act_id: str, at: datetime) -> list[_Loaded]:
        if not act.items:
            raise InvalidInput("act_empty", trigger=act.trigger)
        if len({item.dossier_id for item in act.items}) != len(act.items):
            raise InvalidInput("act_doubled", trigger=act.trigger)
        found = uow.dossiers.get_many(item.dossier_id for item in act.items)
        shared: dict[str, tuple[str, bytes]] = {}
        loaded: list[_Loaded] = []
        for item in act.items:
            dossier = found.get(item.dossier_id)
            if dossier is None:
                raise NotFound("dossier_not_found")
            kind = self._engine.kind_of(dossier, at)
            self._engine.check_view(actor, dossier, kind)
            left_out = dossier.id in act.leave_out
            command = self._command(uow, act, item, dossier, kind, act_id, shared, at)
            loaded.append(_Loaded(dossier, kind, command, left_out))
        return loaded

    def _command(
        self,
        uow: UnitOfWork,
        act: ActInput,
        item: ActItem,
        dossier: Dossier,
        kind: DossierKind,
        act_id: str,
        shared: dict[str, tuple[str, bytes]],
        at: datetime,
    ) -> Command:
        papers = {code: paper for code, paper in act.papers.items() if code in kind.attachments}
        supplied: dict[str, Supplied] = {}
        for code, (rule, document, paper) in read_papers(self._engine, kind, act.trigger, papers).items():
            known = shared.get(code)
            ref, content = reference(
                self._engine,
                rule,
                document,
                paper.files,
                version=len(dossier.versions(code)) + 1,
                act_id=act_id,
                paper_id=known[0] if known else None,
            )
            if known is None:
                shared[code] = (ref.id, content)
                uow.papers.add(ref, dossier_id=None, document=content, files=paper.files, at=at)
            supplied[code] = Supplied(document, ref)
        said = _said(supplied, dossier.number)
        check_sent(act.sent_at, at)
        return Command(
            trigger=act.trigger,
            seen_version=item.seen_version,
            choice=said.get("result") or item.choice,
            supplied=supplied,
            from_paper=act.signed or signed_by_act(kind, act.trigger, supplied),
            reason=keep_reason(uow, item.reason or said.get("remark") or act.reason, dossier.id),
            items=keep_items(uow, act.returns, dossier.id),
            mode=act.mode,
            redo_to=act.redo_to,
            mend_by=act.mend_by,
            act_id=act_id,
            sent_at=act.sent_at,
        )

    def _weigh(
        self, uow: UnitOfWork, actor: Actor, trigger: str, loaded: Sequence[_Loaded], at: datetime
    ) -> ActPreview:
        lines = []
        beside = frozenset(item.dossier.id for item in loaded if not item.left_out)
        for item in loaded:
            line = ActLine(
                dossier_id=item.dossier.id,
                number=item.dossier.number,
                subject_id=item.dossier.subject_id,
                kind=item.kind.code,
                source=item.dossier.state,
                target=None,
                choice=item.command.choice,
                left_out=item.left_out,
            )
            lines.append(self._weigh_line(uow, actor, item, line, at, beside))
        return ActPreview(trigger, tuple(lines))

    def _weigh_line(
        self, uow: UnitOfWork, actor: Actor, item: _Loaded, line: ActLine, at: datetime, beside: frozenset[str]
    ) -> ActLine:
        plain = {name: getattr(line, name) for name in ActLine.__slots__}
        lifecycle.check_fresh(item.dossier, item.command.seen_version)
        try:
            transition = lifecycle.choose(item.kind, item.dossier, item.command)
        except TransitionNotAvailable as error:
            refusal = Refusal(
                "act.no_such_move",
                {
                    "state": item.kind.state(item.dossier.state).label,
                    "choice": item.command.choice,
                    "choices": error.facts.get("choices"),
                },
            )
            return ActLine(**(plain | {"refusals": (refusal,)}))
        books = gather(self._engine, uow, item.kind, item.dossier, moves=(transition,), beside=beside)
        weighed = lifecycle.explain(item.kind, item.dossier, item.command, actor, at=at, books=books)
        return ActLine(
            **(plain | {"target": transition.target, "refusals": weighed.refusals, "warnings": weighed.warnings})
        )

    @staticmethod
    def _record_of(actor: Actor, act: ActInput, act_id: str, loaded: Sequence[_Loaded], at: datetime) -> ActRecord:
        moved = [item for item in loaded if not item.left_out]
        papers = {supplied.ref.id for item in moved for supplied in item.command.supplied.values()}
        return ActRecord(
            id=act_id,
            trigger=act.trigger,
            commune_id=moved[0].dossier.commune_id if len({i.dossier.commune_id for i in moved}) == 1 else None,
            province_id=moved[0].dossier.province_id,
            at=at,
            person_id=actor.person_id,
            role=actor.role,
            paper_ids=tuple(sorted(papers)),
            items=tuple((item.dossier.id, item.command.choice) for item in moved),
        )


def _said(supplied: Mapping[str, Supplied], number: str) -> dict[str, str]:
    """What the shared papers say about one dossier: its result and remark."""
    said: dict[str, str] = {}
    for paper in supplied.values():
        rows = paper.document.get("items")
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, Mapping) and row.get("dossier") == number:
                said |= {name: str(row[name]) for name in ("result", "remark") if isinstance(row.get(name), str)}
                if isinstance(row.get("reason"), str):
                    said["remark"] = str(row["reason"])
    return said


def _plain(act: ActInput) -> dict[str, object]:
    return {
        "trigger": act.trigger,
        "items": [asdict(item) for item in act.items],
        "papers": {
            code: [paper.raw.decode(errors="replace"), [file.digest for file in paper.files]]
            for code, paper in act.papers.items()
        },
        "leave_out": sorted(act.leave_out),
        "reason": act.reason,
        "returns": [asdict(item) for item in act.returns],
        "mode": act.mode,
        "redo": act.redo_to,
        "mend_by": act.mend_by,
        "sent": act.sent_at,
        "signed": act.signed and asdict(act.signed),
    }
