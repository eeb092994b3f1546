"""The papers of a dossier: their versions, and whether each counts, is to be filed again, is missing or comes later."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain.dossier import Dossier, Filed
from workflow.domain.guards.papers import floor_for, is_locked
from workflow.domain.kinds import AttachmentRule, DossierKind, Meaning, ReturnMode, Transition
from workflow.domain.turn import before_returns
from workflow.queries.dossier_record import Record
from workflow.queries.dossier_view import Doer, PaperStatus, PaperView, VersionView
from workflow.queries.story import Teller


def papers_of(teller: Teller, dossier: Dossier, hidden: frozenset[str]) -> tuple[PaperView, ...]:
    """Every paper of the kind that concerns the dossier and that the reader sees, in the kind's order."""
    kind = teller.kind
    path = tuple(_way_on(kind, dossier))
    return tuple(
        PaperView(
            code=rule.code,
            label=rule.label,
            status=_status(kind, dossier, rule, path),
            versions=tuple(_version(teller, rule, filed) for filed in dossier.versions(rule.code)),
            filed_by=rule.filed_by,
            needed_for=next((step.label for step in path if _asks(step, rule, dossier)), None),
            locked=is_locked(kind, dossier, rule.code),
            with_act=rule.by_act,
            internal=rule.internal,
            many=rule.many,
            citation=rule.citation,
            verified=rule.verified,
        )
        for rule in kind.attachments.values()
        if rule.code not in hidden and rule.applies.to(own=dossier.own)
    )


def _way_on(kind: DossierKind, dossier: Dossier) -> Iterator[Transition]:
    """The steps of the straight path from here; for a returned dossier from where it was returned."""
    state = dossier.state
    newest = dossier.newest_return
    if kind.state(state).meaning is Meaning.RETURNED and newest is not None:
        redo = newest.mode is ReturnMode.REDO and newest.redo_to is not None
        state = newest.redo_to or state if redo else before_returns(kind, dossier, newest.origin)
    seen: set[str] = set()
    while state not in seen:
        seen.add(state)
        step = next((t for t in kind.from_state(state) if t.forward and t.applies.to(own=dossier.own)), None)
        if step is None:
            return
        yield step
        state = step.target


def _asks(step: Transition, rule: AttachmentRule, dossier: Dossier) -> bool:
    return any(use.code == rule.code and use.applies.to(own=dossier.own) for use in step.papers)


def _status(kind: DossierKind, dossier: Dossier, rule: AttachmentRule, path: tuple[Transition, ...]) -> PaperStatus:
    asking = next((step for step in path if _asks(step, rule, dossier)), None)
    above = _counts_above(kind, dossier, rule, asking)
    if _to_mend(dossier, rule):
        return PaperStatus.AGAIN
    if dossier.newest(rule.code, above=above) is not None:
        return PaperStatus.COUNTS
    if dossier.versions(rule.code) and asking is not None and not rule.by_act:
        return PaperStatus.AGAIN
    is_next = asking is not None and path[0] is asking
    return PaperStatus.MISSING if is_next and not rule.by_act else PaperStatus.LATER


def _counts_above(kind: DossierKind, dossier: Dossier, rule: AttachmentRule, asking: Transition | None) -> int:
    """The event number above which the paper counts for the step that asks for it next."""
    if asking is None:
        return 0
    above = floor_for(kind, dossier, asking.target)
    voided = any(use.name == "opinion_stands" and use.params.get("paper") == rule.code for use in asking.guards)
    return max(above, dossier.opinion_seq) if voided else above


def _to_mend(dossier: Dossier, rule: AttachmentRule) -> bool:
    """Whether an open return names the paper and no newer version has been filed since."""
    return not rule.by_act and any(
        item.paper == rule.code and dossier.newest(rule.code, above=opened.seq) is None
        for opened in dossier.open_returns
        if opened.mode is ReturnMode.SUPPLEMENT
        for item in opened.items
    )


def _version(teller: Teller, rule: AttachmentRule, filed: Filed) -> VersionView:
    record: Record = teller.record
    paper = filed.paper
    office = record.offices.get(filed.person_id, "")
    authority = filed.role if rule.by_act else teller.filer(rule, filed.role)
    return VersionView(
        paper_id=paper.id,
        version=paper.version,
        digest=paper.digest,
        schema_id=paper.schema_id,
        seq=filed.seq,
        at=filed.at,
        by=Doer(filed.role, office, authority, filed.from_paper),
        files=record.files.get(paper.id, ()),
        facts=dict(paper.facts),
        act_id=paper.act_id,
        stale=filed.stale,
    )
