"""A dossier as it is shown: frozen values alone, with the words of its kind. Made by ``dossier_page``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflow.domain.actors import Role
from workflow.domain.books import StoredFile
from workflow.domain.calendars import Skipped
from workflow.domain.deadlines import DeadlineRule, Verdict
from workflow.domain.events import SignedPaper
from workflow.domain.kinds import Meaning, ReturnMode


@dataclass(frozen=True, slots=True)
class Named:
    """Something by id (or code) and the words for it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did something: in which role, shown by office, and whose act it is in law (``authority``).

    ``from_paper``: the signed paper it was entered from by somebody who is not the authority.
    """

    role: Role
    office: str
    authority: Role
    from_paper: SignedPaper | None = None
    by_disconnected: bool = False

    @property
    def is_recorded(self) -> bool:
        """Whether somebody else than the authority entered it."""
        return self.role is not self.authority


class StageStatus(StrEnum):
    """Where a stage lies from where the dossier stands."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage of the stepper. ``at``: when the newest step into it was made; None while it was never entered."""

    stage: Named
    status: StageStatus
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockView:
    """The officer's clock. ``due`` is the exclusive end; while it is stopped ``remaining`` working days are left.

    ``skipped``: the days the count passed over, each with its reason.
    """

    started_at: datetime
    working_days: int
    due: datetime | None
    skipped: tuple[Skipped, ...] = ()
    stopped_at: datetime | None = None
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, since when and by which event (its place in the story). ``mend_by``: until when to mend."""

    holder: Role
    since: datetime
    by: int
    clock: ClockView | None = None
    mend_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class DateRemark:
    """A date that the steps from here ask for, and how it looks at this dossier."""

    rule: DeadlineRule
    step: str
    verdict: Verdict


class PaperStatus(StrEnum):
    """Whether a paper is there: counts, must be filed again, is wanted for the next step, or only later."""

    COUNTS = "counts"
    AGAIN = "again"
    MISSING = "missing"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class VersionView:
    """A filed version. ``facts``: what was read from it at filing (totals, what is unscored, its number …)."""

    paper_id: str
    version: int
    digest: str
    schema_id: str
    seq: int
    at: datetime
    by: Doer
    files: tuple[StoredFile, ...]
    facts: Mapping[str, object]
    act_id: str | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper of the kind with its versions, oldest first. ``locked``: no supplement can reopen it.

    ``needed_for``: the step on the straight path that asks for it next; ``verified`` False: the law does not say so.
    """

    code: str
    label: str
    status: PaperStatus
    versions: tuple[VersionView, ...]
    filed_by: frozenset[Role]
    needed_for: str | None
    locked: bool
    with_act: bool
    internal: bool
    many: bool
    citation: str
    verified: bool


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding of a visit: its code, ``open``, ``answered`` or ``closed``, and the paper that opened it."""

    code: str
    status: str
    paper_id: str | None


@dataclass(frozen=True, slots=True)
class ItemView:
    """One thing to mend. ``mended``: the paper it names has a newer version since."""

    text: str
    paper: Named | None
    path: str | None
    source: str | None
    mended: bool


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A return with its items; open until it was answered (``closed_at``)."""

    seq: int
    at: datetime
    by: Doer
    origin: Named
    mode: ReturnMode
    items: tuple[ItemView, ...]
    redo_to: Named | None = None
    mend_by: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold that stands. ``reason`` is None for the unit's side: it may concern a matter under verification."""

    at: datetime
    by: Doer
    reason: str | None
    paper: SignedPaper | None


class Happening(StrEnum):
    """What kind of thing a line of the story tells."""

    OPENED = "opened"
    FILED = "filed"
    MOVED = "moved"
    HELD = "held"
    LIFTED = "lifted"
    CORRECTED = "corrected"
    REBOUND = "rebound"


@dataclass(frozen=True, slots=True)
class GrantView:
    """The extension or late opening without which a step would have been late or refused."""

    id: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One event as it is told. ``label``: what was done, in the kind's words; ``journal``: its number in the journal.

    ``step``: of a correction, the place of the step it mends. ``sent_at``: when the paper was sent, where that differs.
    """

    seq: int
    journal: int
    at: datetime
    what: Happening
    by: Doer
    label: str = ""
    choice: str | None = None
    state: Named | None = None
    papers: tuple[Named, ...] = ()
    reason: str | None = None
    late: bool = False
    grant: GrantView | None = None
    act_id: str | None = None
    items: int = 0
    step: int | None = None
    sent_at: datetime | None = None
    door: str = ""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note of the exchange, or an internal one of the officers."""

    at: datetime
    role: Role
    office: str
    internal: bool
    mine: bool
    text: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """A result of the ledger that the dossier rests on, came from, or made."""

    id: str
    kind: str
    cycle: int
    label: str
    number: str
    decided_on: date | None
    authority: str
    standing: bool


@dataclass(frozen=True, slots=True)
class DossierView:
    """Everything a page shows of one dossier to one reader, now or ``as_of`` an instant.

    ``pinned``: the version of its kind is settled. ``result``: the newest outcome of a meeting, in the kind's words.
    ``used``: results its guards rested on; ``origin``: the recognition an owed entry comes from; ``made``: its own.
    """

    id: str
    number: str
    version: int
    kind: Named
    kind_version: int
    pinned: bool
    cycle: int
    subject: Named
    subject_kind: str
    commune: Named
    own: bool
    opened_at: datetime
    state: Named
    meaning: Meaning
    stage: Named
    stepper: tuple[StageView, ...]
    turn: Turn | None
    late: bool
    criteria: str | None
    result: str | None
    dates: tuple[DateRemark, ...]
    papers: tuple[PaperView, ...]
    findings: tuple[FindingView, ...]
    returns: tuple[ReturnView, ...]
    hold: HoldView | None
    story: tuple[StoryLine, ...]
    notes: tuple[NoteView, ...]
    used: tuple[ResultView, ...]
    origin: ResultView | None
    made: ResultView | None
    as_of: datetime | None = None
