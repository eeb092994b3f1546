"""The verbs of a dossier's life. Each weighs its guards, then answers with events; nothing is stored here.

``perform`` is the one gate of every move; ``available`` asks the same guards, so a button, its explanation and the
lock are one rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflow.domain import events as ev
from workflow.domain.actors import Actor, Role
from workflow.domain.deadlines import Face
from workflow.domain.dossier import Dossier
from workflow.domain.errors import StaleDossier, TransitionNotAvailable, TransitionRefused
from workflow.domain.guards import Attempt, Books, Refusal, Supplied, Weighed, weigh
from workflow.domain.guards.history import facts_used
from workflow.domain.guards.time import verdict_of
from workflow.domain.kinds import DossierKind, Effect, Meaning, ReturnMode, Transition
from workflow.domain.machine import fire
from workflow.domain.meetings import MeetingRule, Result
from workflow.domain.step_clock import StepClock
from workflow.domain.turn import clock_for, holder_in, stage_in

WEIGHS_CHOICE = frozenset({"class_reached"})
"""Named guards whose answer depends on what is being chosen."""


@dataclass(frozen=True, slots=True)
class Command:
    """One move as it is asked for, with everything brought along. ``seen_version`` is the version the actor saw."""

    trigger: str
    seen_version: int
    choice: str | None = None
    supplied: Mapping[str, Supplied] = field(default_factory=dict)
    from_paper: ev.SignedPaper | None = None
    reason: ev.TextRef | None = None
    items: tuple[ev.ReturnItem, ...] = ()
    mode: ReturnMode | None = None
    redo_to: str | None = None
    mend_by: datetime | None = None
    act_id: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A move that could come next, with what stands against it now."""

    transition: Transition
    choice: str | None
    weighed: Weighed

    @property
    def is_open(self) -> bool:
        """Nothing stands against the move."""
        return not self.weighed.refusals


def choose(kind: DossierKind, dossier: Dossier, command: Command) -> Transition:
    """The one transition that the command means: by trigger, branch, the newest open return or the state last left.

    Raises ``TransitionNotAvailable`` when the kind knows no such move from this state, or the choice is none of its.
    """
    named = [
        t for t in kind.from_state(dossier.state) if t.trigger == command.trigger and t.applies.to(own=dossier.own)
    ]
    fitting = [t for t in named if _fits(t, dossier, command.choice)]
    if not fitting:
        raise TransitionNotAvailable(
            trigger=command.trigger,
            state=dossier.state,
            choices=tuple(sorted({c for t in named for c, _ in t.choices} | {t.branch for t in named if t.branch})),
        )
    return fitting[0]


def _fits(transition: Transition, dossier: Dossier, choice: str | None) -> bool:
    if transition.to_left and transition.target != dossier.left_state:
        return False
    if transition.mode is not None:
        newest = dossier.newest_return
        if newest is None or newest.mode is not transition.mode or choice is not None:
            return False
        return transition.target == (newest.origin if transition.mode is ReturnMode.SUPPLEMENT else newest.redo_to)
    if transition.branch is not None:
        return choice == transition.branch
    if transition.choices:
        return choice in {code for code, _ in transition.choices}
    return choice is None


def attempt_of(
    kind: DossierKind,
    dossier: Dossier,
    transition: Transition,
    actor: Actor,
    command: Command,
    *,
    at: datetime,
    books: Books,
) -> Attempt:
    """The command as the guards see it."""
    return Attempt(
        kind=kind,
        dossier=dossier,
        transition=transition,
        actor=actor,
        at=at,
        books=books,
        choice=command.choice,
        supplied=command.supplied,
        from_paper=command.from_paper,
        reason=command.reason,
        items=command.items,
        mode=command.mode,
        redo_to=command.redo_to,
        mend_by=command.mend_by,
    )


def explain(
    kind: DossierKind, dossier: Dossier, command: Command, actor: Actor, *, at: datetime, books: Books
) -> Weighed:
    """Everything that stands against the command now; empty exactly when ``perform`` would succeed."""
    transition = choose(kind, dossier, command)
    return weigh(attempt_of(kind, dossier, transition, actor, command, at=at, books=books))


def perform(
    kind: DossierKind, dossier: Dossier, command: Command, actor: Actor, *, at: datetime, books: Books
) -> list[ev.Event]:
    """Make one move: the only way a dossier changes its state.

    Raises ``StaleDossier`` (someone acted meanwhile), ``TransitionNotAvailable`` (no such move from here) or
    ``TransitionRefused`` with every unmet condition.
    """
    return perform_warned(kind, dossier, command, actor, at=at, books=books)[0]


def perform_warned(
    kind: DossierKind, dossier: Dossier, command: Command, actor: Actor, *, at: datetime, books: Books
) -> tuple[list[ev.Event], tuple[Refusal, ...]]:
    """``perform``, and what did not stand against the move but should be known: its guards are weighed once."""
    check_fresh(dossier, command.seen_version)
    transition = choose(kind, dossier, command)
    attempt = attempt_of(kind, dossier, transition, actor, command, at=at, books=books)
    weighed = weigh(attempt)
    if weighed.refusals:
        raise TransitionRefused(weighed.refusals, trigger=command.trigger, step=transition.label)
    fire(kind, transition)
    return [_moved(attempt, command)], weighed.warnings


def check_fresh(dossier: Dossier, seen_version: int) -> None:
    """Raises ``StaleDossier`` when the dossier is no longer at the version the actor saw."""
    if dossier.version != seen_version:
        raise StaleDossier(
            number=dossier.number,
            seen=seen_version,
            current=dossier.version,
            at=dossier.updated_at,
            role=dossier.updated_role,
            person=dossier.updated_by,
        )


def _moved(attempt: Attempt, command: Command) -> ev.Moved:
    kind, dossier, transition, at = attempt.kind, attempt.dossier, attempt.transition, attempt.at
    target = kind.state(transition.target)
    verdict = verdict_of(attempt)
    clock, kept = _clocks(attempt)
    returning = Effect.OPEN_RETURN in transition.effects
    return ev.Moved(
        at=at,
        person_id=attempt.actor.person_id,
        role=attempt.actor.role,
        trigger=transition.trigger,
        transition=transition.id,
        source=dossier.state,
        target=target.code,
        stage=stage_in(dossier, target),
        holder=_holder_after(attempt),
        authority=attempt.authority,
        effects=tuple(effect.value for effect in transition.effects),
        unit_side=transition.unit_side,
        choice=command.choice,
        act_id=command.act_id,
        papers=tuple(supplied.ref for supplied in command.supplied.values()),
        from_paper=command.from_paper,
        by_disconnected=attempt.actor.role not in transition.recorders_on(own=dossier.own),
        reason=command.reason,
        late=verdict is not None and verdict.face is Face.LATE,
        grant_id=verdict.grant.id if verdict is not None and verdict.grant is not None else None,
        sent_at=command.sent_at,
        kind_version=kind.version if Effect.PIN_KIND in transition.effects else None,
        clock=clock,
        kept_clock=kept,
        mode=(command.mode or ReturnMode.SUPPLEMENT).value if returning else None,
        redo_to=command.redo_to if returning else None,
        mend_by=command.mend_by if returning else None,
        items=command.items,
        ledger_facts=facts_used(attempt),
    )


def _holder_after(attempt: Attempt) -> Role | None:
    """Who holds the dossier after the move. After a redo papers of the old round no longer pass the turn."""
    target = attempt.kind.state(attempt.transition.target)
    if Effect.CLOSE_ALL_RETURNS in attempt.transition.effects and target.hands_over is not None:
        return target.held_by(own=attempt.dossier.own)
    return holder_in(attempt.kind, attempt.dossier, target)


def _clocks(attempt: Attempt) -> tuple[StepClock | None, StepClock | None]:
    """The clock after the move, and the one a return keeps stopped for the way back."""
    kind, dossier, transition, books = attempt.kind, attempt.dossier, attempt.transition, attempt.books
    target = kind.state(transition.target)
    if Effect.OPEN_RETURN in transition.effects:
        kept = dossier.clock.stop(attempt.at, books.calendar) if dossier.clock is not None else None
        return clock_for(kind, dossier, target, books, attempt.at), kept
    newest = dossier.newest_return
    if transition.mode is ReturnMode.SUPPLEMENT and newest is not None and newest.kept_clock is not None:
        return newest.kept_clock.resume(attempt.at, books.calendar, kind.min_days_after_stop), None
    if transition.mode is ReturnMode.REDO and target.hands_over is not None:
        return None, None
    return clock_for(kind, dossier, target, books, attempt.at), None


def available(
    kind: DossierKind,
    dossier: Dossier,
    actor: Actor,
    *,
    at: datetime,
    books: Books,
    moves: Iterable[Transition] | None = None,
) -> tuple[Option, ...]:
    """Every move that leaves the present state (or of ``moves``), each with all that stands against it for this actor.

    What the command itself must bring (a reason, the act's paper, a signed paper) is among the refusals. A move that
    offers choices is weighed by the first; where they are weighed apart, by the one that carries and lacks least.
    """
    found = moves_from(kind, dossier) if moves is None else moves
    return tuple(_option(kind, dossier, transition, actor, at=at, books=books) for transition in found)


def moves_from(kind: DossierKind, dossier: Dossier) -> tuple[Transition, ...]:
    """Moves of people that the newest return, the state last left and whose dossier it is let pass."""
    return tuple(
        transition
        for transition in kind.from_state(dossier.state)
        if not transition.is_system
        and transition.applies.to(own=dossier.own)
        and _fits(transition, dossier, _choices(kind, transition)[0])
    )


def _choices(kind: DossierKind, transition: Transition) -> tuple[str | None, ...]:
    """The choices a move is weighed by: its branch, or its choices that carry, where some guard tells them apart."""
    if transition.branch is not None or not transition.choices:
        return (transition.branch,)
    codes = [code for code, _ in transition.choices]
    if not any(use.choices or use.name in WEIGHS_CHOICE for use in transition.guards if not use.warns):
        return (codes[0],)
    results = MeetingRule.from_data(kind.meeting).results
    return tuple(code for code in codes if results.get(code) is Result.PROPOSE) or (codes[0],)


def _option(
    kind: DossierKind, dossier: Dossier, transition: Transition, actor: Actor, *, at: datetime, books: Books
) -> Option:
    options = []
    for choice in _choices(kind, transition):
        command = Command(transition.trigger, dossier.version, choice=choice)
        attempt = attempt_of(kind, dossier, transition, actor, command, at=at, books=books)
        options.append(Option(transition, choice, weigh(attempt)))
    return min(options, key=lambda option: len(option.weighed.refusals))


def is_ended(kind: DossierKind, dossier: Dossier) -> bool:
    """Whether the dossier stands in an end: positive, negative or void."""
    return kind.state(dossier.state).meaning in (Meaning.POSITIVE, Meaning.NEGATIVE, Meaning.VOID)
