"""The dossier: one subject, one kind, one cycle. It changes only by applying events, so the journal can rebuild it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from workflow.domain import events as ev
from workflow.domain.actors import Role
from workflow.domain.kinds import Effect, ReturnMode
from workflow.domain.step_clock import StepClock


@dataclass(slots=True)
class Filed:
    """A filed version of a paper. ``seq`` is the dossier's event number at filing; it never changes."""

    paper: ev.PaperRef
    seq: int
    at: datetime
    person_id: str
    role: Role
    from_paper: ev.SignedPaper | None = None
    stale: bool = False


@dataclass(slots=True)
class Step:
    """A move that was made: whose act, who entered it, from which paper, and what it changed."""

    seq: int
    at: datetime
    trigger: str
    source: str
    target: str
    authority: Role
    role: Role
    person_id: str
    unit_side: bool = False
    choice: str | None = None
    act_id: str | None = None
    from_paper: ev.SignedPaper | None = None
    by_disconnected: bool = False
    reason: ev.TextRef | None = None
    late: bool = False
    grant_id: str | None = None
    sent_at: datetime | None = None


@dataclass(slots=True)
class Return:
    """A return with its itemised reasons. ``origin`` is the state it was returned from; open until resubmitted."""

    seq: int
    at: datetime
    origin: str
    state: str
    mode: ReturnMode
    role: Role
    person_id: str
    items: tuple[ev.ReturnItem, ...]
    redo_to: str | None = None
    mend_by: datetime | None = None
    kept_clock: StepClock | None = None
    closed_seq: int | None = None

    @property
    def is_open(self) -> bool:
        """Not yet answered by a resubmission."""
        return self.closed_seq is None


@dataclass(slots=True)
class Hold:
    """A hold that refuses every move but returns, withdraw, decline and cancel."""

    seq: int
    at: datetime
    role: Role
    person_id: str
    reason: ev.TextRef
    paper: ev.SignedPaper | None = None


@dataclass(slots=True)
class Dossier:
    """The aggregate. ``version`` is the row's counter and equals the number of events applied.

    ``floor``: steps made again after a return of mode redo (those beyond
    ``floor_state``) count only papers whose ``seq`` is above it. ``own``: the subject is
    the commune itself; ``self_judged``: the commune or an office that holds a commune role. ``result`` is the newest
    outcome of a commune meeting (or council), ``opinion_seq`` the step that carried the standing opinion.
    """

    id: str = ""
    number: str = ""
    kind: str = ""
    kind_version: int = 0
    pinned: bool = False
    subject_id: str = ""
    subject_kind: str = ""
    commune_id: str = ""
    province_id: str = ""
    cycle: int = 0
    own: bool = False
    self_judged: bool = False
    origin_id: str | None = None
    opened_at: datetime | None = None
    opened_by: str = ""
    opened_by_role: Role | None = None
    state: str = ""
    stage: str = ""
    holder: Role | None = None
    holder_since: datetime | None = None
    version: int = 0
    updated_at: datetime | None = None
    updated_by: str = ""
    updated_role: Role | None = None
    late: bool = False
    criteria: str | None = None
    floor: int = 0
    floor_state: str | None = None
    result: str | None = None
    result_seq: int = 0
    opinion_seq: int = 0
    clock: StepClock | None = None
    hold: Hold | None = None
    papers: list[Filed] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    findings: dict[str, str] = field(default_factory=dict)
    ledger_facts: tuple[str, ...] = ()

    @classmethod
    def replay(cls, history: Iterable[ev.Event]) -> Dossier:
        """The dossier that these events make, from nothing."""
        dossier = cls()
        for event in history:
            dossier.apply(event)
        return dossier

    @property
    def open_returns(self) -> list[Return]:
        """Returns not yet answered, oldest first; the newest is the one a resubmission answers."""
        return [item for item in self.returns if item.is_open]

    @property
    def newest_return(self) -> Return | None:
        """The return that stands open last, or None."""
        return next((item for item in reversed(self.returns) if item.is_open), None)

    @property
    def visited(self) -> frozenset[str]:
        """Every state the dossier has been in."""
        return frozenset({self.state, *(step.source for step in self.steps), *(step.target for step in self.steps)})

    @property
    def left_state(self) -> str | None:
        """The state the newest move left: where a reopening leads back to."""
        return self.steps[-1].source if self.steps else None

    @property
    def open_findings(self) -> tuple[str, ...]:
        """Findings of visits that nobody has closed."""
        return tuple(code for code, status in self.findings.items() if status != "closed")

    def newest(self, code: str, *, above: int = 0) -> Filed | None:
        """The newest version of a paper that is not stale and was filed after event ``above``."""
        for filed in reversed(self.papers):
            if filed.paper.code == code and filed.seq > above and not filed.stale:
                return filed
        return None

    def versions(self, code: str) -> list[Filed]:
        """Every filed version of a paper, oldest first."""
        return [filed for filed in self.papers if filed.paper.code == code]

    def made(self, trigger: str, *, above: int = 0) -> list[Step]:
        """Steps of that trigger made after event ``above``, oldest first."""
        return [step for step in self.steps if step.trigger == trigger and step.seq > above]

    def apply(self, event: ev.Event) -> None:
        """Take one event into account. The only way a dossier changes."""
        self.version += 1
        self.updated_at, self.updated_by, self.updated_role = event.at, event.person_id, event.role
        match event:
            case ev.DossierOpened():
                self._open(event)
            case ev.PaperFiled():
                self._file(event)
            case ev.Moved():
                self._move(event)
            case ev.HoldSet():
                self.hold = Hold(self.version, event.at, event.role, event.person_id, event.reason, event.paper)
                self.clock = event.clock
            case ev.HoldLifted():
                self.hold = None
                self.clock = event.clock
            case ev.StepCorrected():
                self._correct(event)
            case ev.KindRebound():
                self._rebind(event)
            case ev.TurnDated():
                self.clock = event.clock
            case _:
                raise TypeError(f"not an event of a dossier: {type(event).__name__}")

    def _open(self, event: ev.DossierOpened) -> None:
        self.id, self.number = event.dossier_id, event.number
        self.kind, self.kind_version, self.pinned = event.kind, event.kind_version, event.pinned
        self.subject_id, self.subject_kind = event.subject_id, event.subject_kind
        self.commune_id, self.province_id = event.commune_id, event.province_id
        self.cycle, self.own, self.self_judged = event.cycle, event.own, event.self_judged
        self.opened_at, self.opened_by, self.opened_by_role = event.at, event.person_id, event.role
        self.origin_id = event.origin_id
        self.state, self.stage, self.clock = event.state, event.stage, event.clock
        self._hand_to(event.holder, event.at)

    def _hand_to(self, holder: Role | None, at: datetime) -> None:
        if holder != self.holder or self.holder_since is None:
            self.holder_since = at
        self.holder = holder

    def _keep(self, paper: ev.PaperRef, event: ev.Event, from_paper: ev.SignedPaper | None) -> None:
        self.papers.append(Filed(paper, self.version, event.at, event.person_id, event.role, from_paper))

    def _file(self, event: ev.PaperFiled) -> None:
        self._keep(event.paper, event, event.from_paper)
        self.findings.update(event.findings)
        if event.criteria is not None:
            self.criteria = event.criteria
        if event.holder is not None:
            self._hand_to(event.holder, event.at)
            self.clock = event.clock

    def _move(self, event: ev.Moved) -> None:
        for paper in event.papers:
            self._keep(paper, event, event.from_paper)
        origin = self.state
        self.steps.append(
            Step(
                seq=self.version,
                at=event.at,
                trigger=event.trigger,
                source=event.source,
                target=event.target,
                authority=event.authority,
                role=event.role,
                person_id=event.person_id,
                unit_side=event.unit_side,
                choice=event.choice,
                act_id=event.act_id,
                from_paper=event.from_paper,
                by_disconnected=event.by_disconnected,
                reason=event.reason,
                late=event.late,
                grant_id=event.grant_id,
                sent_at=event.sent_at,
            )
        )
        self.state, self.stage, self.clock = event.target, event.stage, event.clock
        self._hand_to(event.holder, event.at)
        self.holder_since = event.at
        self.late = self.late or event.late
        if event.ledger_facts:
            self.ledger_facts = event.ledger_facts
        for name in event.effects:
            self._effect(Effect(name), event, origin)

    def _effect(self, effect: Effect, event: ev.Moved, origin: str) -> None:
        if effect is Effect.PIN_KIND:
            self.pinned = True
            self.kind_version = event.kind_version or self.kind_version
        elif effect is Effect.OPEN_RETURN:
            mode = ReturnMode(event.mode or ReturnMode.SUPPLEMENT)
            self.returns.append(
                Return(
                    seq=self.version,
                    at=event.at,
                    origin=origin,
                    state=event.target,
                    mode=mode,
                    role=event.role,
                    person_id=event.person_id,
                    items=event.items,
                    redo_to=event.redo_to,
                    mend_by=event.mend_by,
                    kept_clock=event.kept_clock,
                )
            )
        elif effect is Effect.CLOSE_RETURN:
            newest = self.newest_return
            if newest is not None:
                newest.closed_seq = self.version
        elif effect is Effect.CLOSE_ALL_RETURNS:
            for item in self.open_returns:
                item.closed_seq = self.version
            self.floor, self.floor_state = self.version, event.target
        elif effect is Effect.VOID_OPINION:
            self.opinion_seq = self.version
        elif effect is Effect.VOID_RESULT:
            self.result, self.result_seq = None, self.version
        elif effect is Effect.RECORD_RESULT:
            self.result, self.result_seq = event.choice, self.version

    def _correct(self, event: ev.StepCorrected) -> None:
        for step in self.steps:
            if step.seq == event.step:
                step.from_paper = event.paper
        if event.corrected is not None:
            self._keep(event.corrected, event, event.paper)
            corrected = self.papers.pop()
            corrected.seq = event.step
            later = (place for place, filed in enumerate(self.papers) if filed.seq > event.step)
            self.papers.insert(next(later, len(self.papers)), corrected)

    def _rebind(self, event: ev.KindRebound) -> None:
        self.kind_version = event.kind_version
        self.criteria = event.criteria
        for filed in self.papers:
            if filed.paper.id in event.stale:
                filed.stale = True
        if event.target is not None:
            for item in self.open_returns:
                item.closed_seq = self.version
            self.floor, self.floor_state = self.version, event.target
            self.result, self.opinion_seq = None, self.version
            self.state, self.stage = event.target, event.stage or self.stage
            self.clock = event.clock
            self._hand_to(event.holder, event.at)
