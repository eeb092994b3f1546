"""Whether every paper that a step asks for can be there: filed by someone, in time, and again after a redo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.checks.lives import Lives, Standing, Way
from workflow.domain.kinds import AttachmentRule, DossierKind, Effect, Transition


def paper_findings(kind: DossierKind, lives: Sequence[Lives]) -> tuple[Finding, ...]:
    """Everything wrong with who files what when."""
    return (*_rules(kind), *(item for life in lives for item in (*_in_time(life), *_again(life))))


def _rules(kind: DossierKind) -> Iterator[Finding]:
    asked = {(use.code, move.trigger) for move in kind.transitions for use in move.papers}
    for rule in kind.attachments.values():
        if not rule.by_act and not rule.filed_by:
            yield found("paper_nobody_files", rule.code, paper=rule.label)
        if rule.filed_by and not rule.filed_in and not rule.by_act:
            yield found("paper_nowhere_filed", rule.code, paper=rule.label)
        if rule.by_act and rule.filed_by:
            yield found("paper_filed_twice", rule.code, paper=rule.label)
        for trigger in sorted(rule.with_acts):
            if (rule.code, trigger) not in asked:
                yield found("act_paper_unasked", f"{rule.code}:{trigger}", paper=rule.label, step=_label(kind, trigger))
        if rule.locked_by is not None and not any(t.trigger == rule.locked_by and t.forward for t in kind.transitions):
            yield found("lock_never_closes", rule.code, paper=rule.label, step=_label(kind, rule.locked_by))
        if rule.compares is not None and not (rule.scored and kind.attachments[rule.compares].scored):
            yield found("compares_no_score", rule.code, paper=rule.label)


def _label(kind: DossierKind, trigger: str) -> str:
    return next((move.label for move in kind.transitions if move.trigger == trigger), trigger)


def wanted(life: Lives, move: Transition) -> Iterator[AttachmentRule]:
    """The papers that must already be there when the move is made on this sort of dossier."""
    for use in move.papers:
        rule = life.kind.attachments[use.code]
        if use.applies.to(own=life.own) and rule.applies.to(own=life.own) and move.trigger not in rule.with_acts:
            yield rule


def _in_time(life: Lives) -> Iterator[Finding]:
    """A paper asked for can have been filed on every path that leads there."""
    rules = _all_wanted(life)
    lacking = {code: _reached_without(life, rule, [life.start]) for code, rule in rules.items()}
    possible = {code: _filed_on_some_path(life, rule) for code, rule in rules.items()}
    for way in life.all_ways():
        for rule in wanted(life, way.move):
            if way.before in lacking[rule.code]:
                code = "paper_gap" if way.before in possible[rule.code] else "paper_unfileable"
                yield _finding(code, life, way, rule)


def _again(life: Lives) -> Iterator[Finding]:
    """After a redo the steps made again count only papers filed after it; those can be filed again in time."""
    redone: dict[str, list[Standing]] = {}
    for way in life.all_ways():
        if Effect.CLOSE_ALL_RETURNS in way.move.effects:
            redone.setdefault(way.after.state, []).append(way.after)
    rules = _all_wanted(life)
    for state, starts in redone.items():
        depth, goal = life.kind.state(state).depth, life.kind.state(state).label
        lacking = {code: _reached_without(life, rule, starts) for code, rule in rules.items()}
        for way in life.all_ways():
            if life.kind.state(way.move.target).depth > depth:
                for rule in wanted(life, way.move):
                    if way.before in lacking[rule.code]:
                        yield _finding("paper_lost_by_redo", life, way, rule, goal=goal)


def _all_wanted(life: Lives) -> dict[str, AttachmentRule]:
    return {rule.code: rule for way in life.all_ways() for rule in wanted(life, way.move)}


def _finding(code: str, life: Lives, way: Way, rule: AttachmentRule, **facts: object) -> Finding:
    state = life.kind.state(way.before.state).label
    return found(code, f"{way.move.id}:{rule.code}", paper=rule.label, step=way.move.label, state=state, **facts)


def _fileable(life: Lives, rule: AttachmentRule, standing: Standing) -> bool:
    return bool(rule.filed_by) and standing.state in rule.filed_in and rule.applies.to(own=life.own)


def _reached_without(life: Lives, rule: AttachmentRule, starts: Sequence[Standing]) -> set[Standing]:
    """Standings that some path from ``starts`` reaches before any state that takes the paper or act that brings it."""
    seen: set[Standing] = set()
    todo = list(starts)
    while todo:
        standing = todo.pop()
        if standing not in seen and not _fileable(life, rule, standing):
            seen.add(standing)
            todo += [way.after for way in life.ways[standing] if way.move.trigger not in rule.with_acts]
    return seen


def _filed_on_some_path(life: Lives, rule: AttachmentRule) -> set[Standing]:
    """Standings that some path reaches with the paper filed or brought by an act."""
    sources = [standing for standing in life.ways if _fileable(life, rule, standing)]
    sources += [way.after for way in life.all_ways() if way.move.trigger in rule.with_acts]
    return _reached_from(life, sources)


def _reached_from(life: Lives, starts: Sequence[Standing]) -> set[Standing]:
    seen: set[Standing] = set()
    todo = list(starts)
    while todo:
        standing = todo.pop()
        if standing not in seen:
            seen.add(standing)
            todo += [way.after for way in life.ways[standing]]
    return seen
