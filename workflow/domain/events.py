"""What happened, in the past tense. A dossier is the fold of its events; the journal stores exactly these.

Events carry identifiers, codes, digests and instants, never personal values: free text stands in a ``TextRef``
(its body is kept apart, the journal holds a salted digest), papers stand in a ``PaperRef`` (code, version, digest).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from workflow.domain.actors import Role
from workflow.domain.step_clock import StepClock


@dataclass(frozen=True, slots=True)
class TextRef:
    """A free text kept outside the journal: its id and the salted SHA-256 of its body."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """The signed paper a step was entered from: number, date, signing office, scans by digest (law.md, recorder)."""

    number: str
    date: str
    issuer: str
    signer_office: str
    scans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperRef:
    """A filed version of a paper: its code, version, content digest and the digests of its files."""

    id: str
    code: str
    version: int
    digest: str
    schema_id: str
    files: tuple[str, ...] = ()
    act_id: str | None = None
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReturnItem:
    """One thing to mend: a paper, a place in it (JSON pointer), and what is wrong with it."""

    text: TextRef
    paper: str | None = None
    path: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events of a dossier. ``at`` is the receipt time, taken once by the server."""

    at: datetime
    person_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class DossierOpened(Event):
    """A dossier began as a draft, or as an owed entry opened by the system."""

    dossier_id: str
    number: str
    kind: str
    kind_version: int
    pinned: bool
    subject_id: str
    subject_kind: str
    commune_id: str
    province_id: str
    cycle: int
    own: bool
    self_judged: bool
    state: str
    holder: Role | None
    stage: str
    clock: StepClock | None = None
    origin_id: str | None = None
    for_unit: SignedPaper | None = None


@dataclass(frozen=True, slots=True)
class PaperFiled(Event):
    """A version of a paper was filed, on its own or with an act."""

    paper: PaperRef
    finding: str | None = None
    from_paper: SignedPaper | None = None
    holder: Role | None = None
    clock: StepClock | None = None
    criteria: str | None = None
    findings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Moved(Event):
    """A transition was made. Values that need the kind or a calendar to compute are stored, so replay needs neither."""

    trigger: str
    transition: str
    source: str
    target: str
    stage: str
    holder: Role | None
    authority: Role
    effects: tuple[str, ...]
    unit_side: bool = False
    choice: str | None = None
    act_id: str | None = None
    papers: tuple[PaperRef, ...] = ()
    from_paper: SignedPaper | None = None
    by_disconnected: bool = False
    reason: TextRef | None = None
    late: bool = False
    grant_id: str | None = None
    sent_at: datetime | None = None
    kind_version: int | None = None
    clock: StepClock | None = None
    kept_clock: StepClock | None = None
    mode: str | None = None
    redo_to: str | None = None
    mend_by: datetime | None = None
    items: tuple[ReturnItem, ...] = ()
    ledger_facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldSet(Event):
    """An officer of the level whose turn it is put the dossier on hold."""

    reason: TextRef
    paper: SignedPaper | None = None
    clock: StepClock | None = None


@dataclass(frozen=True, slots=True)
class HoldLifted(Event):
    """The hold was lifted with the concluding paper, by another person of the setter's level or above."""

    paper: SignedPaper
    reason: TextRef | None = None
    clock: StepClock | None = None


@dataclass(frozen=True, slots=True)
class StepCorrected(Event):
    """The paper of a recorded step was mended: number, date, office, scan or wording; no state changes."""

    step: int
    paper: SignedPaper
    reason: TextRef
    act_id: str | None = None
    replaces: PaperRef | None = None
    corrected: PaperRef | None = None


@dataclass(frozen=True, slots=True)
class KindRebound(Event):
    """An open dossier follows a newer version of its kind or criteria set; stale papers must be filed anew."""

    kind_version: int
    criteria: str | None
    reason: TextRef
    stale: tuple[str, ...] = ()
    target: str | None = None
    stage: str | None = None
    holder: Role | None = None
    clock: StepClock | None = None


@dataclass(frozen=True, slots=True)
class TurnDated(Event):
    """The date that a turn goes by was set or changed: by whoever keeps it, for every dossier it concerns."""

    clock: StepClock | None = None


DOSSIER_EVENTS: tuple[type[Event], ...] = (
    DossierOpened,
    PaperFiled,
    Moved,
    HoldSet,
    HoldLifted,
    StepCorrected,
    KindRebound,
    TurnDated,
)
