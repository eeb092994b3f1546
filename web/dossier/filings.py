"""The papers of a dossier as rows: what is there, in which version, what is wrong with it, what is still to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from web.dossier.turns import Mark
from web.formatting import day, moment
from web.words import say
from workflow.domain.guards.papers import floor_for
from workflow.domain.kinds import Transition

if TYPE_CHECKING:
    from datetime import datetime

    from web.dossier.sight import Sight
    from workflow.domain.dossier import Filed
    from workflow.domain.guards import Refusal
    from workflow.domain.kinds import AttachmentRule
    from workflow.services.dossiers import FilingOption


@dataclass(frozen=True, slots=True)
class Row:
    """One paper of the table. ``url`` leads to it; ``act_url`` to where the reader files it, ``act`` says how."""

    code: str
    title: str
    mark: Mark
    version: str = ""
    compare_url: str = ""
    compare: str = ""
    updated: str = ""
    url: str = ""
    act_url: str = ""
    act: str = ""
    is_later: bool = False


def rows_of(sight: Sight) -> list[Row]:
    """Every paper that is there, needed on the way, or the reader's to file now; in the order of the kind."""
    open_to = {option.rule.code: option for option in sight.look.papers}
    rows = []
    for rule in sight.kind.attachments.values():
        if rule.code in sight.look.hidden or not rule.belongs_to(sight.dossier):
            continue
        row = _row(sight, rule, open_to.get(rule.code))
        if row is not None:
            rows.append(row)
    return rows


def may_file(option: FilingOption | None) -> bool:
    """Whether the reader could file the paper now, if only with the signed paper that the form asks for."""
    return option is not None and not blocking(option.refusals)


def blocking(refusals: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """What stands against filing beside the signed copy, which comes with the form."""
    return tuple(refusal for refusal in refusals if refusal.code not in _WITH_FORM)


_WITH_FORM = frozenset({"guard.signed_paper", "filing.file_required"})


def _row(sight: Sight, rule: AttachmentRule, option: FilingOption | None) -> Row | None:
    dossier = sight.dossier
    versions = dossier.versions(rule.code)
    draft = sight.look.drafts.get(rule.code)
    needed = needed_for(sight, rule)
    fileable = may_file(option)
    wanted = draft is not None or (needed is not None and _is_next(sight, needed))
    if not versions and draft is None and needed is None and not fileable:
        return None
    act_url = url_for("papers.edit", dossier_id=dossier.id, code=rule.code) if fileable else ""
    act = _act_words(sight, rule, has_draft=draft is not None, has_version=bool(versions)) if fileable else ""
    if not versions:
        return Row(
            rule.code,
            rule.label,
            _missing_mark(needed, draft.at if draft else None, wanted=wanted),
            version=say("filing.draft") if draft else "",
            updated=moment(draft.at, sight.today) if draft else "",
            url=act_url,
            act_url=act_url,
            act=act,
            is_later=not wanted and draft is None,
        )
    newest = versions[-1]
    before = versions[-2] if len(versions) > 1 and not rule.many else None
    return Row(
        rule.code,
        rule.label,
        filed_mark(sight, rule, newest),
        version=_version_words(rule, versions, has_draft=draft is not None),
        compare=say("filing.compare", version=before.paper.version) if before else "",
        compare_url=url_for(
            "papers.compare",
            dossier_id=dossier.id,
            code=rule.code,
            cu=before.paper.version,
            moi=newest.paper.version,
        )
        if before
        else "",
        updated=moment(draft.at, sight.today) if draft else day(newest.at),
        url=url_for("papers.view", dossier_id=dossier.id, code=rule.code),
        act_url=act_url,
        act=act,
    )


def needed_for(sight: Sight, rule: AttachmentRule) -> Transition | None:
    """The first step on the way from here that asks for the paper, or None."""
    state, seen = sight.dossier.state, set[str]()
    while state not in seen:
        seen.add(state)
        onward = [t for t in sight.kind.from_state(state) if t.forward and t.applies.to(own=sight.dossier.own)]
        for step in onward:
            if any(use.code == rule.code and use.applies.to(own=sight.dossier.own) for use in step.papers):
                return step
        if not onward:
            newest = sight.dossier.newest_return
            state = newest.origin if newest is not None and state == sight.dossier.state else state
        else:
            state = onward[0].target
    return None


def _is_next(sight: Sight, step: Transition) -> bool:
    return step.source == sight.dossier.state


def _act_words(sight: Sight, rule: AttachmentRule, *, has_draft: bool, has_version: bool) -> str:
    if has_draft:
        return say("filing.continue")
    if not any(sight.stands_for(role) for role in rule.filed_by):
        return say("filing.for_another")
    if rule.many:
        return say("filing.another" if has_version else "filing.begin")
    return say("filing.again" if has_version else "filing.begin")


def _missing_mark(needed: Transition | None, drafted: datetime | None, *, wanted: bool) -> Mark:
    if drafted is not None:
        return Mark("half", say("filing.in_work"))
    if needed is None:
        return Mark("wait", say("filing.optional"))
    if wanted:
        return Mark("no", say("filing.missing"))
    return Mark("wait", say("filing.needed_at", step=needed.label))


def filed_mark(sight: Sight, rule: AttachmentRule, newest: Filed) -> Mark:
    """How a filed version stands: to be mended, filed before a redo, incomplete as a score sheet, or in order."""
    if _is_asked_back(sight, rule, newest):
        return Mark("back", say("filing.returned"))
    needed = needed_for(sight, rule)
    if newest.stale:
        return Mark("no", say("filing.stale"))
    if needed is not None and newest.seq <= floor_for(sight.kind, sight.dossier, needed.target):
        return Mark("no", say("filing.before_redo"))
    facts = newest.paper.facts
    for fact, one, many in _GAPS:
        found = facts.get(fact)
        if isinstance(found, list | tuple) and found:
            code = one if len(found) <= _NAMED else many
            return Mark("no", say(code, criteria=", ".join(map(str, found)), count=len(found)))
    return Mark("done", say("filing.valid"))


_NAMED = 3
_GAPS = (
    ("unscored", "filing.unscored", "filing.unscored_many"),
    ("no_evidence", "filing.no_evidence", "filing.no_evidence_many"),
    ("unexplained", "filing.unexplained", "filing.unexplained_many"),
)


def _is_asked_back(sight: Sight, rule: AttachmentRule, newest: Filed) -> bool:
    return any(
        item.paper == rule.code and newest.seq <= opened.seq
        for opened in sight.dossier.open_returns
        for item in opened.items
    )


def _version_words(rule: AttachmentRule, versions: list[Filed], *, has_draft: bool) -> str:
    if rule.many:
        return say("filing.times", count=len(versions))
    words = say("filing.version", version=versions[-1].paper.version)
    return say("filing.version_and_draft", version=words) if has_draft else words
