"""Whether every life can go on and come to its end: states reached, ways out, returns mended, the cycle's closing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.checks.lives import Lives, Standing, Way
from workflow.domain.kinds import ENDED, DossierKind, Meaning, Transition

_LIVE = frozenset({Meaning.DRAFT, Meaning.OPEN, Meaning.RETURNED})


def way_findings(kind: DossierKind, lives: Sequence[Lives]) -> tuple[Finding, ...]:
    """Everything wrong with where dossiers can go."""
    every = (_reachable, _moves_possible, _straight)
    each = (_ways_out, _mended, _closed_returns, _closing, _reopening)
    findings = [item for check in every for item in check(kind, lives)]
    findings += [item for life in lives for check in each for item in check(life)]
    explained = any(item.code == "return_left_open" for item in findings)
    return (*findings, *(item for life in lives if not explained for item in _complete(life)))


def _complete(life: Lives) -> Iterator[Finding]:
    if not life.complete:
        yield found("lives_endless", life.kind.code, part=life.kind.label)


def _reachable(kind: DossierKind, lives: Sequence[Lives]) -> Iterator[Finding]:
    seen = {standing.state for life in lives for standing in life.ways}
    for code, state in kind.states.items():
        if code not in seen:
            yield found("state_unreachable", code, state=state.label)


def _moves_possible(kind: DossierKind, lives: Sequence[Lives]) -> Iterator[Finding]:
    """Every move is possible in some life; of those expanded from one word (``@left`` …) at least one is."""
    made = {way.move.id for life in lives for way in life.all_ways()}
    groups = {_group(move) for move in kind.transitions if move.id in made}
    reached = {(standing.state, life.own) for life in lives for standing in life.ways}
    for move in kind.transitions:
        there = any((move.source, life.own) in reached for life in lives if move.applies.to(own=life.own))
        if there and _group(move) not in groups:
            about_result = any(use.name == "result_is" for use in move.guards)
            code = "guard_never_holds" if about_result else "move_never_possible"
            yield found(code, move.id, step=move.label, state=kind.state(move.source).label)


def _group(move: Transition) -> tuple[object, ...]:
    expanded = move.mode is not None or move.to_left
    return (move.trigger, move.source, move.mode, move.to_left, move.authorities) if expanded else (move.id,)


def _straight(kind: DossierKind, lives: Sequence[Lives]) -> Iterator[Finding]:
    """Along the steps of the straight path a dossier can be brought to a positive end."""
    for life in lives:
        forward = {way.after.state for way in life.all_ways() if way.move.forward}
        if not any(kind.state(code).meaning is Meaning.POSITIVE for code in forward):
            yield found("no_straight_path", f"{kind.code}/{_sort(life)}", part=kind.label, own=life.own)


def _sort(life: Lives) -> str:
    return "own" if life.own else "others"


def _ways_out(life: Lives) -> Iterator[Finding]:
    """From every standing that is no end, people can bring the dossier to an end, and to a good one from the start."""
    ends = [standing for standing in life.ways if life.ended(standing)]
    saved = life.from_which(ends, by_people=True)
    for standing in life.ways:
        if standing not in saved:
            yield found("dead_end", standing.state, state=life.kind.state(standing.state).label)
    good = [standing for standing in ends if life.meaning(standing) is Meaning.POSITIVE]
    if life.start not in life.from_which(good, by_people=True):
        yield found("no_good_end", f"{life.kind.code}/{_sort(life)}", part=life.kind.label, own=life.own)


def _mended(life: Lives) -> Iterator[Finding]:
    """Every return can be answered by a resubmission of its own sort, back to where it asks."""
    for standing, ways in life.ways.items():
        if life.meaning(standing) is not Meaning.RETURNED:
            continue
        state = life.kind.state(standing.state)
        if not standing.returns:
            yield found("return_not_opened", standing.state, state=state.label)
            continue
        newest = standing.returns[-1]
        if not any(way.move.mode is newest.mode for way in ways):
            goal = life.kind.state(newest.redo_to or newest.origin).label
            about = f"{standing.state}>{newest.redo_to or newest.origin}:{newest.mode.value}"
            yield found("return_unmendable", about, state=state.label, goal=goal)


def _closed_returns(life: Lives) -> Iterator[Finding]:
    """A dossier that goes on openly has no return left open behind it."""
    for way in life.all_ways():
        leaves = life.meaning(way.before) is Meaning.RETURNED
        if leaves and way.after.returns and life.meaning(way.after) in (Meaning.OPEN, Meaning.DRAFT):
            yield found("return_left_open", way.move.id, step=way.move.label)


def _closing(life: Lives) -> Iterator[Finding]:
    """When the cycle closes, every draft, open or returned dossier never submitted has an end, on hold or not.

    What is lasting knows no year that could close.
    """
    if life.kind.lasting:
        return
    for standing, ways in life.ways.items():
        meaning = life.meaning(standing)
        if meaning not in _LIVE or standing.submitted:
            continue
        state = life.kind.state(standing.state)
        by_system = [way for way in ways if way.move.is_system and way.after.state != standing.state]
        if not by_system:
            yield found("not_ended_at_closing", standing.state, state=state.label)
        elif meaning is not Meaning.DRAFT and not any(way.move.while_held for way in by_system):
            yield found("hold_outlasts_closing", by_system[0].move.id, state=state.label)


def _reopening(life: Lives) -> Iterator[Finding]:
    """What was ended is not begun again after the cycle closed, or it would never end."""
    if life.kind.lasting:
        return
    for way in life.all_ways():
        if _reopens(life, way) and not any(use.name == "cycle_open" and not use.warns for use in way.move.guards):
            state = life.kind.state(way.before.state).label
            yield found("reopens_after_closing", way.move.id, step=way.move.label, state=state)


def _reopens(life: Lives, way: Way) -> bool:
    return not way.move.is_system and life.ended(way.before) and not _is_end(life, way.after)


def _is_end(life: Lives, standing: Standing) -> bool:
    return life.meaning(standing) in ENDED
