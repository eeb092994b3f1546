"""Whether what a move brings about makes sense: effects beside their states, stages, meanings, forks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.checks.lives import Lives
from workflow.domain.actors import Role
from workflow.domain.kinds import Applies, DossierKind, Effect, Meaning, ReturnMode, Transition

_CLOSING = (Effect.CLOSE_RETURN, Effect.CLOSE_ALL_RETURNS)


def sense_findings(kind: DossierKind, lives: Sequence[Lives]) -> tuple[Finding, ...]:
    """Every effect, stage, meaning or fork that makes no sense."""
    per_move = (_returns, _results, _ledger, _debts, _redo)
    return (
        *(item for move in kind.transitions for check in per_move for item in check(kind, move)),
        *_pinned(kind, lives),
        *_stages(kind),
        *_beginning(kind),
        *_forks(kind),
        *_obligations(kind),
    )


def _facts(kind: DossierKind, move: Transition) -> dict[str, object]:
    return {"step": move.label, "state": kind.state(move.source).label, "target": kind.state(move.target).label}


def _returns(kind: DossierKind, move: Transition) -> Iterator[Finding]:
    facts = _facts(kind, move)
    source, target = kind.state(move.source).meaning, kind.state(move.target).meaning
    if move.is_return and target is not Meaning.RETURNED:
        yield found("return_to_no_returned", move.id, **facts)
    if target is Meaning.RETURNED and not move.is_return and move.mode is None and not move.to_left:
        yield found("return_not_opened", move.target, state=facts["target"])
    if source is not Meaning.RETURNED and any(effect in move.effects for effect in _CLOSING):
        yield found("closes_no_return", move.id, **facts)
    if move.mode is ReturnMode.SUPPLEMENT and Effect.CLOSE_RETURN not in move.effects:
        yield found("return_left_open", move.id, **facts)
    if move.redo_targets and not move.is_return:
        yield found("redo_without_return", move.id, **facts)


def _results(kind: DossierKind, move: Transition) -> Iterator[Finding]:
    records = any(Effect.RECORD_RESULT in t.effects for t in kind.transitions)
    opinions = any(use.name == "opinion_stands" for t in kind.transitions for use in t.guards)
    if Effect.RECORD_RESULT in move.effects and not move.choices:
        yield found("result_without_choices", move.id, **_facts(kind, move))
    if Effect.VOID_RESULT in move.effects and not records:
        yield found("voids_nothing", f"{move.id}:result", **_facts(kind, move))
    if Effect.VOID_OPINION in move.effects and not opinions:
        yield found("voids_nothing", f"{move.id}:opinion", **_facts(kind, move))


def _ledger(kind: DossierKind, move: Transition) -> Iterator[Finding]:
    facts = _facts(kind, move)
    source, target = kind.state(move.source).meaning, kind.state(move.target).meaning
    touches = {Effect.ENTER_LEDGER, Effect.LEAVE_LEDGER} & set(move.effects)
    if touches and kind.ledger is None:
        yield found("ledger_undefined", move.id, **facts)
    if Effect.ENTER_LEDGER in move.effects and kind.ledger is not None and kind.ledger.results:
        known = dict(kind.ledger.results)
        for choice in [code for code, _ in move.choices] or [""]:
            if choice not in known:
                yield found("ledger_result_unknown", f"{move.id}:{choice}", result=choice or "-", **facts)
    if Effect.ENTER_LEDGER in move.effects and target is not Meaning.POSITIVE:
        yield found("ledger_not_positive", move.id, **facts)
    if Effect.LEAVE_LEDGER in move.effects and (source is not Meaning.POSITIVE or target is Meaning.POSITIVE):
        yield found("leaves_no_ledger", move.id, **facts)
    into = target is Meaning.POSITIVE and source is not Meaning.POSITIVE
    if into and kind.ledger is not None and Effect.ENTER_LEDGER not in move.effects:
        yield found("ledger_not_entered", move.id, **facts)


def _debts(kind: DossierKind, move: Transition) -> Iterator[Finding]:
    facts = _facts(kind, move)
    if {Effect.OPEN_OWED, Effect.VOID_OWED} & set(move.effects) and kind.owes is None:
        yield found("owes_nothing", move.id, **facts)
    ends = {Effect.END_STANDING, Effect.RESTORE_STANDING} & set(move.effects)
    if ends and kind.opened_by != (Role.SYSTEM,):
        yield found("standing_of_nobody", move.id, **facts)


def _redo(kind: DossierKind, move: Transition) -> Iterator[Finding]:
    """A redo begins earlier than where it was asked for, and voids what the steps made again decided."""
    source = kind.state(move.source)
    for code in move.redo_targets:
        target = kind.state(code)
        if target.depth < 0 or target.meaning is not Meaning.OPEN or 0 <= source.depth < target.depth:
            yield found(
                "redo_not_earlier", f"{move.id}:{code}", step=move.label, state=source.label, target=target.label
            )
    if move.mode is ReturnMode.REDO:
        if Effect.CLOSE_ALL_RETURNS not in move.effects:
            yield found("return_left_open", move.id, **_facts(kind, move))
        kept = [Effect.VOID_RESULT] if any(Effect.RECORD_RESULT in t.effects for t in kind.transitions) else []
        if any(use.name == "opinion_stands" for t in kind.transitions for use in t.guards):
            kept.append(Effect.VOID_OPINION)
        if any(effect not in move.effects for effect in kept):
            yield found("redo_keeps_result", move.id, **_facts(kind, move))


def _pinned(kind: DossierKind, lives: Sequence[Lives]) -> Iterator[Finding]:
    for life in lives:
        for standing in life.ways:
            if not standing.pinned and life.meaning(standing) in (Meaning.OPEN, Meaning.POSITIVE):
                yield found("never_pinned", standing.state, state=kind.state(standing.state).label)


def _stages(kind: DossierKind) -> Iterator[Finding]:
    order = {stage.code: place for place, stage in enumerate(kind.stages)}
    used = {state.stage for state in kind.states.values()}
    for stage in kind.stages:
        if stage.code not in used:
            yield found("stage_unused", stage.code, stage=stage.label)
    if kind.state(kind.initial).stage is None:
        yield found("stage_missing", kind.initial, state=kind.state(kind.initial).label)
    for move in kind.transitions:
        first, second = kind.state(move.source).stage, kind.state(move.target).stage
        if move.forward and first is not None and second is not None and order[second] < order[first]:
            yield found("stage_backwards", move.id, **_facts(kind, move))


def _beginning(kind: DossierKind) -> Iterator[Finding]:
    by_system = kind.opened_by == (Role.SYSTEM,)
    initial = kind.state(kind.initial)
    if initial.meaning is not (Meaning.OPEN if by_system else Meaning.DRAFT):
        yield found("initial_meaning", kind.initial, state=initial.label)
    if Role.SYSTEM in kind.opened_by and not by_system:
        yield found("opened_by_both", kind.code, part=kind.label)


def _obligations(kind: DossierKind) -> Iterator[Finding]:
    """What the system opens of itself can be opened by it, and is handed in by a move that knows its date."""
    if kind.obliges is None:
        return
    if kind.opened_by != (Role.SYSTEM,):
        yield found("obligation_not_opened", kind.code, part=kind.label)
    if not any(move.forward and move.deadline == kind.obliges.deadline for move in kind.transitions):
        yield found("obligation_undated", kind.obliges.deadline, part=kind.label)


def _forks(kind: DossierKind) -> Iterator[Finding]:
    """Two moves that one and the same command could mean: the first would always win."""
    plain = [move for move in kind.transitions if move.mode is None and not move.to_left]
    for place, first in enumerate(plain):
        for second in plain[place + 1 :]:
            same = (first.trigger, first.source) == (second.trigger, second.source)
            if same and _overlap(first.applies, second.applies) and _answers(first) & _answers(second):
                yield found("move_ambiguous", f"{first.id}|{second.id}", **_facts(kind, first))


def _overlap(first: Applies, second: Applies) -> bool:
    return any(first.to(own=own) and second.to(own=own) for own in (False, True))


def _answers(move: Transition) -> set[str | None]:
    if move.branch is not None:
        return {move.branch}
    return {code for code, _ in move.choices} or {None}
