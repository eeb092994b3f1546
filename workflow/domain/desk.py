"""What an officer does to a dossier beside moving it: hold, lift, correct a recorded step, rebind."""

from __future__ import annotations

from datetime import datetime

from workflow.domain import events as ev
from workflow.domain.actors import PROVINCE_ROLES, Actor, Role, level
from workflow.domain.dossier import Dossier, Step
from workflow.domain.errors import TransitionRefused
from workflow.domain.guards import Books, Refusal
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.lifecycle import check_fresh
from workflow.domain.turn import clock_for, holder_in, stage_in


def hold(
    kind: DossierKind,
    dossier: Dossier,
    actor: Actor,
    *,
    reason: ev.TextRef | None,
    paper: ev.SignedPaper | None,
    seen_version: int,
    at: datetime,
    books: Books,
) -> list[ev.Event]:
    """Put a dossier on hold: an officer of the level whose turn it is, with a reason (nd-152-2025, art. 4.4)."""
    check_fresh(dossier, seen_version)
    refusals = _out_of_scope(dossier, actor)
    holder = dossier.holder
    if kind.state(dossier.state).meaning not in (Meaning.OPEN, Meaning.RETURNED) or holder is None:
        refusals.append(Refusal("hold.not_open", source="nd-152-2025#4.4"))
    elif level(actor.role) < 1 or level(actor.role) != max(level(holder), 1):
        refusals.append(Refusal("hold.level", {"role": actor.role}, cleared_by=holder, source="nd-152-2025#4.4"))
    if dossier.hold is not None:
        refusals.append(Refusal("hold.already", {"since": dossier.hold.at}, source="nd-152-2025#4.4"))
    if reason is None:
        refusals.append(Refusal("hold.reason", cleared_by=actor.role, source="nd-152-2025#4.4"))
    if refusals or reason is None:
        raise TransitionRefused(tuple(refusals), trigger="hold")
    clock = dossier.clock.stop(at, books.calendar) if dossier.clock is not None else None
    return [ev.HoldSet(at=at, person_id=actor.person_id, role=actor.role, reason=reason, paper=paper, clock=clock)]


def _out_of_scope(dossier: Dossier, actor: Actor) -> list[Refusal]:
    if actor.covers(subject_id=dossier.subject_id, commune_id=dossier.commune_id, province_id=dossier.province_id):
        return []
    return [Refusal("guard.out_of_scope", source="hoso#people")]


def lift(
    kind: DossierKind,
    dossier: Dossier,
    actor: Actor,
    *,
    paper: ev.SignedPaper | None,
    reason: ev.TextRef | None,
    seen_version: int,
    at: datetime,
    books: Books,
) -> list[ev.Event]:
    """Lift a hold with the concluding paper: another person of the setter's level, or above (law.md, awards)."""
    check_fresh(dossier, seen_version)
    held = dossier.hold
    refusals = _out_of_scope(dossier, actor)
    if held is None:
        refusals.append(Refusal("hold.none", source="nd-152-2025#4.4"))
    else:
        if actor.person_id == held.person_id:
            refusals.append(Refusal("hold.same_person", cleared_by=held.role, source="nd-152-2025#4.4"))
        if level(actor.role) < level(held.role):
            refusals.append(Refusal("hold.level", {"role": actor.role}, cleared_by=held.role, source="nd-152-2025#4.4"))
    if paper is None or not paper.scans:
        refusals.append(Refusal("hold.paper", cleared_by=actor.role, source="nd-152-2025#4.4"))
    if refusals or paper is None:
        raise TransitionRefused(tuple(refusals), trigger="lift")
    clock = dossier.clock.resume(at, books.calendar, kind.min_days_after_stop) if dossier.clock is not None else None
    return [ev.HoldLifted(at=at, person_id=actor.person_id, role=actor.role, paper=paper, reason=reason, clock=clock)]


def correct(
    kind: DossierKind,
    dossier: Dossier,
    actor: Actor,
    *,
    step_seq: int,
    paper: ev.SignedPaper,
    reason: ev.TextRef | None,
    corrected: ev.PaperRef | None,
    seen_version: int,
    at: datetime,
    books: Books,
) -> list[ev.Event]:
    """Mend the paper of a recorded step in number, date, office, scan or wording; no state changes.

    By the step's recorders only. A result, vote or score is never corrected so: the caller compares the documents
    with ``changes_outcome`` first.
    """
    check_fresh(dossier, seen_version)
    step = next((made for made in dossier.steps if made.seq == step_seq), None)
    refusals: list[Refusal] = []
    if step is None:
        refusals.append(Refusal("correct.no_step", {"step": step_seq}))
    elif not _may_correct(kind, dossier, step, actor, connected=books.connected):
        refusals.append(Refusal("correct.role", {"role": actor.role}, cleared_by=step.authority))
    if reason is None:
        refusals.append(Refusal("correct.reason", cleared_by=actor.role))
    if refusals or reason is None:
        raise TransitionRefused(tuple(refusals), trigger="correct")
    return [
        ev.StepCorrected(
            at=at,
            person_id=actor.person_id,
            role=actor.role,
            step=step_seq,
            paper=paper,
            reason=reason,
            act_id=step.act_id if step is not None else None,
            corrected=corrected,
        )
    ]


def _may_correct(kind: DossierKind, dossier: Dossier, step: Step, actor: Actor, *, connected: bool) -> bool:
    if not actor.covers(subject_id=dossier.subject_id, commune_id=dossier.commune_id, province_id=dossier.province_id):
        return False
    if not connected and step.authority in PROVINCE_ROLES and actor.role is Role.COMMUNE_POLICE:
        return True
    return any(
        t.trigger == step.trigger and t.source == step.source and actor.role in t.recorders_on(own=dossier.own)
        for t in kind.transitions
    )


OUTCOME_FIELDS = frozenset({"items", "attendance", "members_total", "rows", "conclusion", "dossiers"})
"""Fields of a document that carry results, votes or scores; they are changed by return, reconsider or reopen only."""


def changes_outcome(before: dict[str, object], after: dict[str, object]) -> tuple[str, ...]:
    """Names of outcome fields in which two versions of a paper differ."""
    return tuple(sorted(name for name in OUTCOME_FIELDS if before.get(name) != after.get(name)))


def rebind(
    old: DossierKind,
    new: DossierKind,
    dossier: Dossier,
    actor: Actor,
    *,
    criteria: str | None,
    redo_to: str | None,
    reason: ev.TextRef | None,
    seen_version: int,
    at: datetime,
    books: Books,
) -> list[ev.Event]:
    """Move an open dossier to a newer version of its kind or criteria set (law.md, Versions).

    The new version must know its state and those of its open returns. Papers whose schema changed, and scores of
    another criteria set, become stale and are filed anew; where the state no longer takes them, ``redo_to`` names the
    state to begin again from. Raises ``TransitionRefused`` with every reason.
    """
    check_fresh(dossier, seen_version)
    refusals = list(rebind_refusals(old, new, dossier, actor, redo_to=redo_to, criteria=criteria))
    if reason is None:
        refusals.append(Refusal("rebind.reason", cleared_by=actor.role))
    if refusals or reason is None:
        raise TransitionRefused(tuple(refusals), trigger="rebind")
    stale = stale_papers(new, dossier, criteria)
    if redo_to is None:
        return [
            ev.KindRebound(
                at=at,
                person_id=actor.person_id,
                role=actor.role,
                kind_version=new.version,
                criteria=criteria,
                reason=reason,
                stale=stale,
                holder=dossier.holder,
                clock=dossier.clock,
            )
        ]
    target = new.state(redo_to)
    has_turns = target.hands_over is not None
    fresh_holder = target.held_by(own=dossier.own) if has_turns else holder_in(new, dossier, target)
    return [
        ev.KindRebound(
            at=at,
            person_id=actor.person_id,
            role=actor.role,
            kind_version=new.version,
            criteria=criteria,
            reason=reason,
            stale=stale,
            target=redo_to,
            stage=stage_in(dossier, target),
            holder=fresh_holder,
            clock=None if target.hands_over is not None else clock_for(new, dossier, target, books, at),
        )
    ]


def rebind_refusals(
    old: DossierKind,
    new: DossierKind,
    dossier: Dossier,
    actor: Actor,
    *,
    redo_to: str | None,
    criteria: str | None,
) -> list[Refusal]:
    """Everything that stands against rebinding this dossier to ``new``."""
    found = _out_of_scope(dossier, actor)
    if actor.role is not Role.PROVINCE_POLICE:
        found.append(Refusal("rebind.role", {"role": actor.role}, cleared_by=Role.PROVINCE_POLICE))
    if old.state(dossier.state).meaning not in (Meaning.DRAFT, Meaning.OPEN, Meaning.RETURNED):
        found.append(Refusal("rebind.ended", {"state": old.state(dossier.state).label}))
    states = {dossier.state, *(item.origin for item in dossier.open_returns)}
    found.extend(
        Refusal("rebind.state_unknown", {"state": old.state(code).label, "version": new.version})
        for code in sorted(states - set(new.states))
    )
    if redo_to is not None and (redo_to not in new.states or redo_to not in dossier.visited):
        found.append(Refusal("rebind.redo_target", {"state": redo_to}))
    if redo_to is None and dossier.state in new.states:
        lost = [code for code in _stale_codes(new, dossier, criteria) if not _can_refile(new, dossier, code)]
        if lost:
            labels = tuple(new.attachments[code].label if code in new.attachments else code for code in lost)
            found.append(Refusal("rebind.needs_redo", {"papers": labels}))
    return found


def stale_papers(new: DossierKind, dossier: Dossier, criteria: str | None) -> tuple[str, ...]:
    """Ids of filed versions that no longer count under the new version or criteria set."""
    codes = _stale_codes(new, dossier, criteria)
    return tuple(filed.paper.id for filed in dossier.papers if filed.paper.code in codes)


def _stale_codes(new: DossierKind, dossier: Dossier, criteria: str | None) -> frozenset[str]:
    codes: set[str] = set()
    for filed in dossier.papers:
        rule = new.attachments.get(filed.paper.code)
        changed = rule is not None and not rule.by_act and rule.schema_id != filed.paper.schema_id
        rescored = rule is not None and rule.scored and filed.paper.facts.get("set") != criteria
        if changed or rescored:
            codes.add(filed.paper.code)
    return frozenset(codes)


def _can_refile(new: DossierKind, dossier: Dossier, code: str) -> bool:
    rule = new.attachments.get(code)
    return rule is not None and dossier.state in rule.filed_in
