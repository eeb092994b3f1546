"""The law as values: what a kind of dossier is made of. Built by ``definitions.loader`` from ``dossier_schemas/``.

Nothing here knows a kind by name. States declare their *meaning* and holder, transitions their *effects* from a
closed list; code reads those, never a state's code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from workflow.domain.actors import REPRESENTS_COMMUNE, Role
from workflow.domain.awards import AwardRules
from workflow.domain.deadlines import DeadlineRule
from workflow.domain.exclusions import Exclusion
from workflow.domain.file_checks import FileRule
from workflow.domain.obligation_rules import Obliges
from workflow.domain.rolls import Roll, Where
from workflow.domain.share_rules import ShareRule

if TYPE_CHECKING:
    from workflow.domain.dossier import Dossier


class Meaning(StrEnum):
    """What standing in a state means, whatever the kind calls it (law.md, "What every kind gives for free")."""

    DRAFT = "draft"
    OPEN = "open"
    RETURNED = "returned"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    VOID = "void"


ENDED = frozenset({Meaning.POSITIVE, Meaning.NEGATIVE, Meaning.VOID})


class Applies(StrEnum):
    """Which dossiers a rule is for: any, the commune's own, or all others."""

    ANY = "any"
    OWN = "own"
    OTHERS = "others"

    def to(self, *, own: bool) -> bool:
        """Whether the rule is for a dossier that is (not) the commune's own."""
        return self is Applies.ANY or (self is Applies.OWN) == own


class Effect(StrEnum):
    """What a move brings about beside the new state. The list is closed: kinds choose from it, code obeys it."""

    PIN_KIND = "pin_kind"
    OPEN_RETURN = "open_return"
    CLOSE_RETURN = "close_return"
    CLOSE_ALL_RETURNS = "close_all_returns"
    VOID_OPINION = "void_opinion"
    VOID_RESULT = "void_result"
    RECORD_RESULT = "record_result"
    ENTER_LEDGER = "enter_ledger"
    LEAVE_LEDGER = "leave_ledger"
    END_STANDING = "end_standing"
    RESTORE_STANDING = "restore_standing"
    OPEN_OWED = "open_owed"
    VOID_OWED = "void_owed"


class ReturnMode(StrEnum):
    """How a returned dossier goes on: supplement goes straight back, redo from an earlier state."""

    SUPPLEMENT = "supplement"
    REDO = "redo"


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the stages every dossier of the kind is shown on."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Within one state the turn passes to ``to`` as soon as all ``papers`` are filed; its clock starts then."""

    to: Role
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A state: its words, its meaning, who holds the dossier in it and for how many working days.

    ``own_holder``: on the commune's own dossier, where that is not simply the holder (see ``held_by``).
    ``stage`` None means the dossier keeps the stage it had. ``working_days`` None means no officer clock. ``depth`` is
    the place on the straight path (longest way from the initial state), -1 beside it; the loader computes it.
    ``due_by``: the date whose end is the end of the turn, in the place of working days.
    """

    code: str
    label: str
    meaning: Meaning
    stage: str | None = None
    holder: Role | None = None
    own_holder: Role | None = None
    working_days: int | None = None
    hands_over: HandOver | None = None
    due_by: str | None = None
    depth: int = -1

    def held_by(self, *, own: bool) -> Role | None:
        """Who holds a dossier in it; the committee stands for the commune as a unit (``own``: its own dossier)."""
        if own and self.own_holder is not None:
            return self.own_holder
        return REPRESENTS_COMMUNE if own and self.holder is Role.UNIT else self.holder


@dataclass(frozen=True, slots=True)
class GuardUse:
    """A named guard with its parameters, as a transition uses it. ``warns``: it is said, but does not refuse.

    ``choices``: only where one of these is being chosen; empty: whatever is chosen. ``where``: only on such dossiers.
    """

    name: str
    params: Mapping[str, object] = field(default_factory=dict)
    source: str = ""
    warns: bool = False
    applies: Applies = Applies.ANY
    choices: tuple[str, ...] = ()
    where: Where | None = None

    def asked_of(self, choice: str | None, *, own: bool) -> bool:
        """Whether the guard speaks when this is chosen on a dossier that is (not) the commune's own."""
        return self.applies.to(own=own) and (not self.choices or choice in self.choices)


@dataclass(frozen=True, slots=True)
class PaperUse:
    """A paper that a transition needs, with the citation that asks for it."""

    code: str
    source: str = ""
    applies: Applies = Applies.ANY


@dataclass(frozen=True, slots=True)
class Transition:
    """One move from one state to one state. Written compactly in kind.json, expanded by the loader.

    ``branch`` is the answer that leads here when a trigger forks (a result, ``redo``); None takes every answer in
    ``choices``. ``authorities`` are those whose act it may be in law (mostly one); ``recorders`` may enter it.
    ``mode`` marks a resubmission after that kind of return, ``to_left`` a reopening to the state last left;
    ``redo_targets`` are the states a return may ask to begin again from.
    ``act``: one shared paper decides on many dossiers. ``while_held``: possible during a hold. ``unit_side``: a step
    of the unit (or of whoever stands for it). ``forward``: a step of the straight path, whose guards a resubmission
    into its target meets again. ``is_return``: it opens a return, which no separation of duties blocks.
    """

    id: str
    trigger: str
    source: str
    target: str
    label: str
    done_label: str
    authorities: tuple[Role, ...]
    recorders: frozenset[Role]
    own_recorders: frozenset[Role] = frozenset()
    branch: str | None = None
    mode: ReturnMode | None = None
    to_left: bool = False
    redo_targets: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    applies: Applies = Applies.ANY
    guards: tuple[GuardUse, ...] = ()
    papers: tuple[PaperUse, ...] = ()
    deadline: str | None = None
    effects: tuple[Effect, ...] = ()
    act: bool = False
    needs_reason: bool = False
    while_held: bool = False
    unit_side: bool = False
    forward: bool = False
    is_return: bool = False
    citation: str = ""

    def recorders_on(self, *, own: bool) -> frozenset[Role]:
        """Roles that may enter this step, on the commune's own dossier those that stand for the unit too."""
        return self.recorders | self.own_recorders if own else self.recorders

    def authority_of(self, role: Role, *, own: bool) -> Role:
        """Whose act it is when a person in ``role`` enters it.

        On the commune's own dossier the committee is the unit's representative, so the unit's act is its own.
        """
        if role in self.authorities:
            return role
        if own and role is REPRESENTS_COMMUNE and Role.UNIT in self.authorities:
            return role
        return self.authorities[0]

    @property
    def is_system(self) -> bool:
        """Made by the scheduler only; no person may make it."""
        return self.authorities == (Role.SYSTEM,)


@dataclass(frozen=True, slots=True)
class AttachmentRule:
    """A typed paper of the dossier: who files it, in which states, under which schema.

    ``filed_by`` empty: it comes with the act whose triggers are in ``with_acts``. ``many``: a new filing is a further
    paper, not a new version (visit notes). ``locked_by``: once that step is made, a supplement cannot reopen it.
    ``scored``: the document is a score sheet of the dossier's criteria set; ``compares`` names the sheet it departs
    from only with a reason. ``finding``: it ``opens``, ``answers`` or ``closes`` findings. ``links``: fields that hold
    another dossier's number, each with the kind it must be of. ``where``: only dossiers of which this is said have it.
    """

    code: str
    label: str
    schema_id: str
    filed_by: frozenset[Role] = frozenset()
    filed_in: frozenset[str] = frozenset()
    with_acts: frozenset[str] = frozenset()
    recorders: frozenset[Role] = frozenset()
    applies: Applies = Applies.ANY
    many: bool = False
    internal: bool = False
    locked_by: str | None = None
    scored: bool = False
    compares: str | None = None
    finding: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    where: Where | None = None
    files: FileRule = field(default_factory=FileRule)
    citation: str = ""
    verified: bool = True

    @property
    def by_act(self) -> bool:
        """Whether the paper comes with an act instead of being filed on its own."""
        return bool(self.with_acts)

    def belongs_to(self, dossier: Dossier) -> bool:
        """Whether such a dossier has this paper at all."""
        return self.applies.to(own=dossier.own) and (self.where is None or self.where.holds(dossier))


UNIT_SIDE = "@unit_side"
OFFICER = "@officer"


@dataclass(frozen=True, slots=True)
class Separation:
    """Two steps one person may not both make on one dossier.

    ``first``/``second`` are triggers or the words ``@unit_side`` and ``@officer`` (any officer step but ``excepted``).
    ``unless_paper``: "first" or "second", the step that does not count when it was entered from a signed paper.
    ``liftable``: a province may lift it per commune and cycle.
    """

    code: str
    label: str
    first: str
    second: str
    excepted: tuple[str, ...] = ()
    unless_paper: str = "second"
    liftable: bool = False


@dataclass(frozen=True, slots=True)
class OwedRule:
    """The kind of dossier that a standing result owes every later cycle, and the result that owes it."""

    kind: str
    result: str


@dataclass(frozen=True, slots=True)
class LedgerRule:
    """How a positive end of this kind stands in the ledger: the result's code and label.

    ``results``: the code and label of every result, where what was chosen says which it is; ``result`` is then empty
    and ``label`` what all of them are called together.
    """

    result: str
    label: str
    results: tuple[tuple[str, str], ...] = ()

    def every(self) -> tuple[tuple[str, str], ...]:
        """Every result that may come to stand in the ledger, with its label."""
        return self.results or ((self.result, self.label),)

    def of(self, choice: str | None) -> tuple[str, str]:
        """The result (code, label) of a dossier that ended with this choice. KeyError for a choice that is none."""
        return (choice or "", dict(self.results)[choice or ""]) if self.results else (self.result, self.label)


@dataclass(frozen=True, slots=True, eq=False)
class DossierKind:
    """A version of a kind of dossier, complete and immutable; equal only to itself (the catalogue keeps one each).

    ``criteria`` names the criteria set per kind of subject; ``meeting`` holds quorum and majority; ``figures`` and
    ``report`` name the deadlines of the window for figures and of the yearly report, where the kind has them;
    ``excludes`` says whom the kind is not about; ``shares`` what is asked of the units of a place together; ``obliges``
    what organisations owe every cycle; ``order`` is its place in lists. ``many``: a subject may have several dossiers
    in one year; ``lasting``: no year is opened or closed for them. ``roll``: what of their papers is listed.
    ``awards``: the forms and conditions of a kind of award, which lives in rounds instead of years.
    """

    code: str
    version: int
    label: str
    short_label: str
    abbreviation: str
    initial: str
    subject_kinds: tuple[str, ...]
    own_subject_kinds: tuple[str, ...]
    opened_by: tuple[Role, ...]
    stages: tuple[Stage, ...]
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    attachments: Mapping[str, AttachmentRule]
    deadlines: Mapping[str, DeadlineRule]
    separations: tuple[Separation, ...] = ()
    criteria: Mapping[str, str] = field(default_factory=dict)
    meeting: Mapping[str, object] = field(default_factory=dict)
    figures: str | None = None
    report: str | None = None
    ledger: LedgerRule | None = None
    owes: OwedRule | None = None
    excludes: tuple[Exclusion, ...] = ()
    shares: tuple[ShareRule, ...] = ()
    awards: AwardRules | None = None
    obliges: Obliges | None = None
    min_days_after_stop: int = 2
    order: int = 0
    many: bool = False
    lasting: bool = False
    roll: Roll | None = None
    citation: str = ""
    waivers: tuple[Mapping[str, str], ...] = ()
    digest: str = ""

    @property
    def key(self) -> str:
        """``code@version``, the name under which it is pinned and published."""
        return f"{self.code}@{self.version}"

    def called(self, origin_id: str | None) -> str:
        """What one dossier of the kind is called in few words: its obligation's name where it answers one."""
        obligation = self.obliges.of(origin_id) if self.obliges is not None else None
        return obligation.label if obligation is not None else self.short_label

    def state(self, code: str) -> State:
        """The state of that code; KeyError when the kind has none."""
        return self.states[code]

    def stage_of(self, code: str) -> Stage:
        """The stage of that code; KeyError when the kind has none."""
        return next(stage for stage in self.stages if stage.code == code)

    def from_state(self, state: str) -> tuple[Transition, ...]:
        """Every move that leaves ``state``, in the order the kind tells them."""
        return tuple(t for t in self.transitions if t.source == state)

    def transition(self, transition_id: str) -> Transition:
        """The expanded transition of that id; KeyError when the kind has none."""
        for candidate in self.transitions:
            if candidate.id == transition_id:
                return candidate
        raise KeyError(transition_id)

    def states_meaning(self, *meanings: Meaning) -> frozenset[str]:
        """Codes of all states with one of these meanings."""
        return frozenset(code for code, state in self.states.items() if state.meaning in meanings)

    def is_officer_step(self, transition: Transition) -> bool:
        """A step of an office on a unit's dossier: neither the unit's own nor the scheduler's."""
        return not (transition.unit_side or transition.is_return or transition.is_system)
