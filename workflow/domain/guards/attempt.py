"""What is asked of the guards (an attempt, with the books as they stand) and their complete answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from workflow.domain.actors import Actor, Role
from workflow.domain.awards import AwardFact, AwardRound, QuotaFact
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.deadlines import Deadline, Grant
from workflow.domain.dossier import Dossier
from workflow.domain.events import PaperRef, ReturnItem, SignedPaper, TextRef
from workflow.domain.kinds import DossierKind, ReturnMode, Transition
from workflow.domain.refusal import Refusal
from workflow.domain.scoring import CriteriaSet


@dataclass(frozen=True, slots=True)
class LedgerFact:
    """A confirmed result in the ledger: from a dossier, or an earlier decision entered and confirmed."""

    id: str
    kind: str
    cycle: int
    result: str
    label: str
    number: str
    decided_on: date | None
    standing: bool = True


@dataclass(frozen=True, slots=True)
class OtherDossier:
    """Another dossier of the same subject, kind and cycle that stands (neither withdrawn nor lapsed)."""

    id: str
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class UnitFact:
    """A unit that a commune answers for, in one kind and cycle: whether it registered, and which result it has.

    ``number`` is its dossier's; ``entry`` the id of the confirmed result in the ledger, ``result`` its code.
    """

    id: str
    name: str
    kind: str
    registered: bool = False
    number: str = ""
    result: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Books:
    """What the books say for one dossier at one instant. Gathered by the service; guards never look further.

    ``deadlines`` and ``working_days`` are the province's rows for this kind and cycle; ``lifted`` holds the codes of
    separations lifted for the commune in this cycle; ``connected`` is False where the province has no accounts.
    ``managing_level`` and ``attributes`` are the subject's own; ``units`` those that a commune answers for; ``instead``
    the deadlines that hold for this subject in the place of others; ``confirmed_sheets`` the criteria sets whose
    unverified thresholds PV01 confirmed. Of an award: its round, the results of the candidate's unit, the subject's
    other awards of the year, and the quotas that it counts against.
    """

    calendar: WorkingCalendar
    cycle_opened_at: datetime | None = None
    cycle_closed_at: datetime | None = None
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    working_days: Mapping[str, int] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    connected: bool = True
    lifted: frozenset[str] = frozenset()
    results: tuple[LedgerFact, ...] = ()
    others: tuple[OtherDossier, ...] = ()
    criteria: CriteriaSet | None = None
    near_days: int = 5
    managing_level: str = "commune"
    attributes: Mapping[str, object] = field(default_factory=dict)
    units: tuple[UnitFact, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)
    confirmed_sheets: frozenset[str] = frozenset()
    award_round: AwardRound | None = None
    unit_results: tuple[LedgerFact, ...] = ()
    awards: tuple[AwardFact, ...] = ()
    quotas: tuple[QuotaFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Supplied:
    """A paper that comes with the command: its parsed document and the reference under which it will be kept."""

    document: Mapping[str, object]
    ref: PaperRef


@dataclass(frozen=True, slots=True)
class Attempt:
    """One move, by one actor, at one instant, with all that was brought along.

    ``choice`` is the result asked for; ``supplied`` the act's papers by code; ``from_paper`` the signed paper the step
    is entered from; ``items``, ``mode``, ``redo_to`` and ``mend_by`` belong to a return.
    """

    kind: DossierKind
    dossier: Dossier
    transition: Transition
    actor: Actor
    at: datetime
    books: Books
    choice: str | None = None
    supplied: Mapping[str, Supplied] = field(default_factory=dict)
    from_paper: SignedPaper | None = None
    reason: TextRef | None = None
    items: tuple[ReturnItem, ...] = ()
    mode: ReturnMode | None = None
    redo_to: str | None = None
    mend_by: datetime | None = None

    @property
    def authority(self) -> Role:
        """Whose act this move is, given who enters it."""
        return self.transition.authority_of(self.actor.role, own=self.dossier.own)

    @property
    def is_recorded(self) -> bool:
        """The actor is not the authority and enters the step from its signed paper."""
        return self.actor.role != self.authority and self.actor.role is not Role.SYSTEM

    @property
    def until(self) -> datetime | None:
        """Until when the turn lasts: the end of the running clock, or None."""
        clock = self.dossier.clock
        return clock.due(self.books.calendar) if clock is not None and clock.stopped_at is None else None


@dataclass(frozen=True, slots=True)
class Weighed:
    """The complete answer: refusals stop the move, warnings are said with it."""

    refusals: tuple[Refusal, ...]
    warnings: tuple[Refusal, ...] = ()


def codes(params: Mapping[str, object], name: str) -> tuple[str, ...]:
    """A parameter that lists codes; empty when it is not a list."""
    value = params.get(name)
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()
