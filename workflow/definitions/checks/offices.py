"""Whose turn, and who may make a move: holders who can act, recorders who exist, separations that leave somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.checks.lives import Lives
from workflow.domain.actors import REPRESENTS_COMMUNE, Role
from workflow.domain.kinds import ENDED, OFFICER, UNIT_SIDE, DossierKind, Meaning, State, Transition


def office_findings(kind: DossierKind, lives: Sequence[Lives]) -> tuple[Finding, ...]:
    """Everything wrong with turns, recorders and separations."""
    sides = [life.own for life in lives]
    return (
        *(item for state in kind.states.values() for item in _state(kind, state, sides)),
        *(item for move in kind.transitions for item in _move(kind, move)),
        *_separations(kind),
    )


def _state(kind: DossierKind, state: State, sides: Sequence[bool]) -> Iterator[Finding]:
    if state.meaning in ENDED:
        if state.holder is not None:
            yield found("holder_at_end", state.code, state=state.label)
    elif state.holder is None:
        yield found("holder_missing", state.code, state=state.label)
    else:
        later = [state.hands_over.to] if state.hands_over is not None else []
        for holder, among in [(state.holder, sides), *((role, sides) for role in later), (state.own_holder, [True])]:
            if holder is not None and not any(_can_act(kind, state, holder, own=own) for own in among):
                yield found("holder_idle", f"{state.code}:{holder.value}", state=state.label, holder=holder)
    yield from _turn(kind, state)


def _turn(kind: DossierKind, state: State) -> Iterator[Finding]:
    if state.working_days is not None and state.meaning is not Meaning.OPEN:
        yield found("clock_never_runs", state.code, state=state.label)
    if state.hands_over is not None:
        for code in state.hands_over.papers:
            if state.code not in kind.attachments[code].filed_in:
                paper = kind.attachments[code].label
                yield found("hand_over_never", f"{state.code}:{code}", state=state.label, paper=paper)
        if state.hands_over.to is state.holder:
            yield found("hand_over_to_itself", state.code, state=state.label)


def _can_act(kind: DossierKind, state: State, holder: Role, *, own: bool) -> bool:
    """Whether the holder can make a move from the state, other than a return, or file a paper in it."""
    who = REPRESENTS_COMMUNE if own and holder is Role.UNIT else holder
    moves = (t for t in kind.from_state(state.code) if t.applies.to(own=own) and not t.is_return)
    papers = (rule for rule in kind.attachments.values() if state.code in rule.filed_in and rule.applies.to(own=own))
    return any(who in t.recorders_on(own=own) for t in moves) or any(
        who in rule.filed_by | rule.recorders or (own and Role.UNIT in rule.filed_by) for rule in papers
    )


def _move(kind: DossierKind, move: Transition) -> Iterator[Finding]:
    facts = {"step": move.label, "state": kind.state(move.source).label}
    roles = {*move.authorities, *move.recorders}
    if Role.SYSTEM in roles and roles != {Role.SYSTEM}:
        yield found("system_with_people", move.id, **facts)
        return
    if move.is_system:
        return
    if move.authorities == (Role.UNIT,) and not move.unit_side:
        yield found("unit_step_unmarked", move.id, **facts)
    own = bool(kind.own_subject_kinds) and move.applies.to(own=True)
    if own and Role.UNIT in move.authorities and REPRESENTS_COMMUNE not in move.recorders_on(own=True):
        yield found("own_without_committee", move.id, **facts)
    if move.is_return and not move.while_held:
        yield found("hold_blocks_return", move.id, **facts)
    if kind.is_officer_step(move) and move.recorders == {Role.UNIT} and _unit_excluded(kind, move):
        yield found("wholly_separated", move.id, **facts)


def _unit_excluded(kind: DossierKind, move: Transition) -> bool:
    return any(
        pair.first == UNIT_SIDE
        and (pair.second == move.trigger or (pair.second == OFFICER and move.trigger not in pair.excepted))
        for pair in kind.separations
    )


def _separations(kind: DossierKind) -> Iterator[Finding]:
    for pair in kind.separations:
        if pair.first == pair.second:
            yield found("separated_from_itself", pair.code, part=pair.label)
        if pair.excepted and pair.second != OFFICER:
            yield found("exception_without_rule", pair.code, part=pair.label)
        if pair.second != OFFICER and pair.first != UNIT_SIDE:
            steps = {t.trigger for t in kind.transitions if not t.is_system}
            if not {pair.first, pair.second} <= steps:
                yield found("separation_idle", pair.code, part=pair.label)
