"""Complete: the papers a step needs are there, stand in this round, and say what they must say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from workflow.domain.actors import Role
from workflow.domain.calendars import local_day
from workflow.domain.dossier import Dossier, Filed
from workflow.domain.guards.attempt import Attempt
from workflow.domain.kinds import AttachmentRule, DossierKind, Effect, ReturnMode
from workflow.domain.refusal import Refusal

UNFINISHED = ("unscored", "no_evidence")
"""Facts of a score sheet that name what the unit still owes: it may be filed so, many times over the year (S18)."""


def floor_for(kind: DossierKind, dossier: Dossier, target: str) -> int:
    """Event number above which a paper counts for the step into ``target`` (0: any).

    After a redo the steps made again, those beyond the state it led to, count only papers filed after it.
    """
    if dossier.floor_state is None:
        return 0
    made_again = kind.state(target).depth > kind.state(dossier.floor_state).depth
    return dossier.floor if made_again else 0


def standing_paper(attempt: Attempt, code: str) -> Filed | None:
    """The newest version of a paper that counts for this step, or None."""
    return attempt.dossier.newest(code, above=floor_for(attempt.kind, attempt.dossier, attempt.transition.target))


def comes_with(attempt: Attempt, code: str) -> bool:
    """Whether the paper must come with this very act."""
    rule = attempt.kind.attachments[code]
    return attempt.transition.trigger in rule.with_acts


def complete(attempt: Attempt) -> Iterator[Refusal]:
    """Every paper the step needs is filed, or comes with the act; each missing one is named with its source."""
    for use in attempt.transition.papers:
        if not use.applies.to(own=attempt.dossier.own):
            continue
        rule = attempt.kind.attachments[use.code]
        if not rule.belongs_to(attempt.dossier):
            continue
        if comes_with(attempt, use.code):
            present = use.code in attempt.supplied
        else:
            present = standing_paper(attempt, use.code) is not None
        if not present:
            doer = _filer(attempt, rule) or attempt.transition.authorities[0]
            older = attempt.dossier.newest(use.code) is not None
            yield Refusal(
                "guard.paper_again" if older and not comes_with(attempt, use.code) else "guard.paper_missing",
                {"paper": rule.label, "step": attempt.transition.label},
                cleared_by=doer,
                until=attempt.until,
                source=use.source or rule.citation,
                paper=use.code,
            )
    yield from _brought_along(attempt)


def _filer(attempt: Attempt, rule: AttachmentRule) -> Role | None:
    """Who is to file a paper: of several who may, whoever asks, else whose turn it is, else the first of them."""
    first = next(iter(sorted(rule.filed_by)), None)
    return next((role for role in (attempt.actor.role, attempt.dossier.holder) if role in rule.filed_by), first)


def _brought_along(attempt: Attempt) -> Iterator[Refusal]:
    """What comes with the command belongs to this step, and brings its signed copy where one is asked for."""
    for code, supplied in attempt.supplied.items():
        rule = attempt.kind.attachments.get(code)
        if rule is None or not _belongs(rule, attempt):
            yield Refusal(
                "guard.paper_foreign",
                {"paper": rule.label if rule is not None else code, "step": attempt.transition.label},
                cleared_by=attempt.actor.role,
                source=attempt.transition.citation,
                paper=code,
            )
        elif rule.files.required and not supplied.ref.files:
            yield Refusal(
                "guard.file_required",
                {"paper": rule.label},
                cleared_by=attempt.actor.role,
                source=rule.citation,
                paper=code,
            )


def _belongs(rule: AttachmentRule, attempt: Attempt) -> bool:
    """Whether the paper comes with this step: with its trigger, and asked for here where the trigger asks for it."""
    trigger = attempt.transition.trigger
    if trigger not in rule.with_acts or not _for_dossier(rule, attempt):
        return False
    if any(use.code == rule.code for use in attempt.transition.papers):
        return True
    return not any(t.trigger == trigger and use.code == rule.code for t in attempt.kind.transitions for use in t.papers)


def _for_dossier(rule: AttachmentRule, attempt: Attempt) -> bool:
    return rule.belongs_to(attempt.dossier)


def reason_given(attempt: Attempt) -> Iterator[Refusal]:
    """A step that needs a reason has one; a return has its items, each with words."""
    transition = attempt.transition
    if transition.needs_reason and attempt.reason is None and not attempt.items:
        yield Refusal(
            "guard.reason",
            {"step": transition.label},
            cleared_by=attempt.actor.role,
            source=transition.citation,
        )


def return_sound(attempt: Attempt) -> Iterator[Refusal]:
    """A return names what to mend; a redo leads to an allowed state the dossier has been in (law.md, Returns).

    The papers it names are papers of this dossier; a supplement may not name one that the assessment has locked.
    """
    transition, dossier = attempt.transition, attempt.dossier
    if Effect.OPEN_RETURN not in transition.effects:
        return
    if not attempt.items:
        yield Refusal("guard.return_items", cleared_by=attempt.actor.role, source=transition.citation)
    for item in attempt.items:
        rule = attempt.kind.attachments.get(item.paper or "")
        if item.paper is not None and (rule is None or not _for_dossier(rule, attempt)):
            yield Refusal(
                "guard.return_paper",
                {"paper": rule.label if rule is not None else item.paper},
                cleared_by=attempt.actor.role,
                source=transition.citation,
                paper=item.paper,
            )
    if attempt.mode is ReturnMode.REDO:
        known = attempt.redo_to in transition.redo_targets and attempt.redo_to in dossier.visited
        if not known:
            possible = tuple(
                attempt.kind.state(code).label for code in transition.redo_targets if code in dossier.visited
            )
            yield Refusal(
                "guard.redo_target" if possible else "guard.redo_nowhere",
                {"possible": possible},
                cleared_by=attempt.actor.role,
                source=transition.citation,
            )
        return
    for item in attempt.items:
        if item.paper is not None and is_locked(attempt.kind, dossier, item.paper):
            yield Refusal(
                "guard.paper_locked",
                {"paper": attempt.kind.attachments[item.paper].label},
                cleared_by=attempt.actor.role,
                source=transition.citation,
                paper=item.paper,
            )


def is_locked(kind: DossierKind, dossier: Dossier, code: str) -> bool:
    """Whether a supplement can no longer reopen this paper: its locking step stands.

    A redo that makes the locking step again unlocks it; one that begins after that step does not.
    """
    rule = kind.attachments.get(code)
    if rule is None or rule.locked_by is None:
        return False
    locks = (t.target for t in kind.transitions if t.trigger == rule.locked_by and t.forward)
    above = min((floor_for(kind, dossier, target) for target in locks), default=0)
    return bool(dossier.made(rule.locked_by, above=above))


def mended(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """Before a supplement is handed in again every paper named in the newest open return has a newer version."""
    del params
    newest = attempt.dossier.newest_return
    if newest is None or newest.mode is ReturnMode.REDO:
        return
    for item in newest.items:
        rule = attempt.kind.attachments.get(item.paper or "")
        if rule is None or rule.by_act:
            continue
        if attempt.dossier.newest(rule.code, above=newest.seq) is None:
            yield Refusal(
                "guard.not_mended",
                {"paper": rule.label},
                cleared_by=next(iter(sorted(rule.filed_by))),
                until=newest.mend_by,
                source=item.source or rule.citation,
                paper=rule.code,
                path=item.path,
            )


def no_open_finding(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """Findings of visits are closed (S19): an open one stops the step."""
    source = str(params.get("source", ""))
    for code in attempt.dossier.open_findings:
        answered = attempt.dossier.findings[code] == "answered"
        next_paper = _paper_that(attempt.kind, "closes" if answered else "answers")
        yield Refusal(
            "guard.finding_answered" if answered else "guard.finding_open",
            {"finding": code},
            cleared_by=next(iter(sorted(next_paper.filed_by)), None) if next_paper is not None else None,
            until=attempt.until,
            source=source,
            paper=next_paper.code if next_paper is not None else None,
        )


def _paper_that(kind: DossierKind, does: str) -> AttachmentRule | None:
    """The paper of the kind that does this to a finding."""
    return next((rule for rule in kind.attachments.values() if rule.finding == does), None)


def scored(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """A score sheet is whole: every criterion scored, evidence where asked, each difference with its reason.

    ``paper`` names the sheet; ``meets`` demands that it reaches the sheet's threshold; ``quotes`` names the paper
    whose newest version it must be about. Facts were taken from the document when it was filed (``domain.filing``).
    """
    code = str(params["paper"])
    asked = any(use.code == code for use in attempt.transition.papers)
    filed = standing_paper(attempt, code) if asked else attempt.dossier.newest(code)
    if filed is None:
        return
    rule = attempt.kind.attachments[code]
    facts = filed.paper.facts
    doer = next(iter(sorted(rule.filed_by)))
    for fact, message in (
        ("unscored", "guard.unscored"),
        ("no_evidence", "guard.no_evidence"),
        ("unexplained", "guard.unexplained"),
    ):
        found = facts.get(fact)
        if isinstance(found, list | tuple) and found:
            yield Refusal(
                message,
                {"paper": rule.label, "criteria": tuple(found)},
                cleared_by=doer,
                until=attempt.until,
                source=str(params.get("source", rule.citation)),
                paper=code,
            )
    if params.get("meets") and facts.get("meets") is False:
        yield Refusal(
            "guard.below_threshold",
            {"paper": rule.label, "total": facts.get("total"), "maximum": facts.get("maximum")},
            cleared_by=doer,
            source=str(params.get("source", rule.citation)),
            paper=code,
        )


def quotes(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """A paper is about the newest version of another: the assessment about the last self-score, say."""
    code, of = str(params["paper"]), str(params["of"])
    filed, quoted = standing_paper(attempt, code), attempt.dossier.newest(of)
    if filed is None or quoted is None:
        return
    if filed.paper.facts.get("quotes") != quoted.paper.version:
        rule = attempt.kind.attachments[code]
        yield Refusal(
            "guard.quotes_old",
            {
                "paper": rule.label,
                "of": attempt.kind.attachments[of].label,
                "version": quoted.paper.version,
                "quoted": filed.paper.facts.get("quotes"),
            },
            cleared_by=next(iter(sorted(rule.filed_by))),
            until=attempt.until,
            source=rule.citation,
            paper=code,
        )


def opinion_stands(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The opinion was filed in this round and not voided; ``conclusion`` is what it must conclude."""
    code = str(params["paper"])
    above = max(attempt.dossier.opinion_seq, floor_for(attempt.kind, attempt.dossier, attempt.transition.target))
    filed = attempt.dossier.newest(code, above=above)
    rule = attempt.kind.attachments[code]
    if filed is None:
        if standing_paper(attempt, code) is not None:
            yield Refusal(
                "guard.opinion_void",
                {"paper": rule.label},
                cleared_by=next(iter(sorted(rule.filed_by))),
                until=attempt.until,
                source=rule.citation,
                paper=code,
            )
    elif filed.paper.facts.get("conclusion") != params["conclusion"]:
        yield Refusal(
            "guard.opinion_conclusion",
            {"paper": rule.label},
            cleared_by=next(iter(sorted(rule.filed_by))),
            source=rule.citation,
            paper=code,
        )


def paper_date(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The act's paper is dated neither in the future nor before the paper it rests on (``not_before``)."""
    supplied = attempt.supplied.get(str(params["paper"]))
    if supplied is None:
        return
    dated = _day(supplied.document.get("date"))
    if dated is None:
        return
    today = local_day(attempt.at)
    rule = attempt.kind.attachments[str(params["paper"])]
    if dated > today:
        yield Refusal(
            "guard.future_date",
            {"paper": rule.label, "date": dated, "today": today},
            cleared_by=attempt.actor.role,
            source=rule.citation,
            paper=rule.code,
            path="/date",
        )
    before = attempt.dossier.newest(str(params.get("not_before", "")))
    earliest = _day(before.paper.facts.get("date")) if before is not None else None
    if before is not None and earliest is not None and dated < earliest:
        yield Refusal(
            "guard.date_before",
            {
                "paper": rule.label,
                "date": dated,
                "earliest": earliest,
                "other": attempt.kind.attachments[before.paper.code].label,
            },
            cleared_by=attempt.actor.role,
            source=rule.citation,
            paper=rule.code,
            path="/date",
        )


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
