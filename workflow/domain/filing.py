"""Filing papers: who may file which paper now, and what filing it brings about.

A filed version is never overwritten: filing again makes the next version (or, for papers kept many times over the
year, a further paper). What guards must know of a document is taken from it once, here, as ``facts``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime

from workflow.domain import events as ev
from workflow.domain.actors import PROVINCE_ROLES, REPRESENTS_COMMUNE, Actor, Role
from workflow.domain.award_table import report_facts
from workflow.domain.dossier import Dossier
from workflow.domain.errors import InvalidDocument, TransitionRefused
from workflow.domain.guards import Books, Refusal
from workflow.domain.guards.papers import is_locked
from workflow.domain.kinds import OFFICER, UNIT_SIDE, AttachmentRule, DossierKind, Meaning
from workflow.domain.lifecycle import check_fresh
from workflow.domain.obligations import with_own_date
from workflow.domain.scoring import (
    CriteriaSet,
    ScoreRow,
    ScoreSheet,
    class_earned,
    differences,
    faults,
    meets,
    points_of,
    sheet_from_document,
    total,
    unexplained,
)
from workflow.domain.turn import clock_for, holder_in

QUOTING_FIELDS = ("self_score_version", "assessment_version")
"""Fields by which a paper says about which version of another it is (guard ``quotes``)."""


def file_paper(
    kind: DossierKind,
    dossier: Dossier,
    rule: AttachmentRule,
    ref: ev.PaperRef,
    document: Mapping[str, object],
    *,
    actor: Actor,
    seen_version: int,
    at: datetime,
    books: Books,
    from_paper: ev.SignedPaper | None = None,
) -> list[ev.Event]:
    """File one version of a paper.

    Raises ``StaleDossier``, ``TransitionRefused`` with every reason against it, or ``InvalidDocument`` when a score
    sheet does not fit its criteria set.
    """
    check_fresh(dossier, seen_version)
    refusals = filing_refusals(kind, dossier, rule, actor, books=books, from_paper=from_paper, files=ref.files)
    if refusals:
        raise TransitionRefused(refusals, trigger="attach", step=rule.label)
    _check_about(rule, document, dossier)
    criteria = books.criteria if rule.scored else None
    facts = paper_facts(rule, document, dossier, criteria, said_in(kind, rule.code))
    ref = replace(ref, facts=facts | (report_facts(kind.awards, document) if kind.awards is not None else {}))
    findings = _finding_changes(kind, rule, document, dossier)
    filed = ev.PaperFiled(
        at=at,
        person_id=actor.person_id,
        role=actor.role,
        paper=ref,
        from_paper=from_paper,
        criteria=criteria.key if criteria is not None and dossier.criteria is None else None,
        findings=findings,
    )
    return [_with_turn(kind, dossier, filed, books)]


def filing_refusals(
    kind: DossierKind,
    dossier: Dossier,
    rule: AttachmentRule,
    actor: Actor,
    *,
    books: Books,
    from_paper: ev.SignedPaper | None = None,
    files: tuple[str, ...] = (),
) -> tuple[Refusal, ...]:
    """Everything that stands against this actor filing this paper now."""
    found: list[Refusal] = []
    if not actor.covers(subject_id=dossier.subject_id, commune_id=dossier.commune_id, province_id=dossier.province_id):
        found.append(Refusal("guard.out_of_scope", source="hoso#people", paper=rule.code))
    for_unit = Role.UNIT in rule.filed_by
    doers = rule.filed_by | ({REPRESENTS_COMMUNE} if dossier.own and for_unit else frozenset())
    allowed = doers | rule.recorders
    if not books.connected and rule.filed_by & PROVINCE_ROLES:
        allowed |= {Role.COMMUNE_POLICE}
    if rule.by_act or actor.role not in allowed:
        found.append(
            Refusal(
                "filing.role",
                {"paper": rule.label, "role": actor.role},
                cleared_by=next(iter(sorted(rule.filed_by)), None),
                source=rule.citation,
                paper=rule.code,
            )
        )
    elif actor.role not in doers and (from_paper is None or not from_paper.scans):
        found.append(
            Refusal(
                "guard.signed_paper",
                {"authority": next(iter(sorted(doers))), "missing": ("scan",)},
                cleared_by=actor.role,
                source="hoso#people",
                paper=rule.code,
            )
        )
    if not rule.belongs_to(dossier) or not _takes(kind, dossier, rule):
        found.append(
            Refusal(
                "filing.not_now",
                {"paper": rule.label, "state": kind.state(dossier.state).label},
                source=rule.citation,
                paper=rule.code,
            )
        )
    if (
        for_unit
        and not dossier.self_judged
        and actor.role is not Role.UNIT
        and _made_separated_step(kind, dossier, actor, books)
    ):
        found.append(Refusal("filing.separation", {"paper": rule.label}, source="hoso#people", paper=rule.code))
    if rule.files.required and not files:
        found.append(Refusal("filing.file_required", {"paper": rule.label}, source=rule.citation, paper=rule.code))
    return tuple(found)


def _check_about(rule: AttachmentRule, document: Mapping[str, object], dossier: Dossier) -> None:
    """A paper that says of what kind its subject is, or of which year it is, says so of its own dossier."""
    if document.get("subject_kind", dossier.subject_kind) != dossier.subject_kind:
        raise InvalidDocument("paper_other_subject", paper=rule.label)
    if document.get("cycle", dossier.cycle) != dossier.cycle:
        raise InvalidDocument("paper_other_year", paper=rule.label, said=document["cycle"], cycle=dossier.cycle)


def _takes(kind: DossierKind, dossier: Dossier, rule: AttachmentRule) -> bool:
    """Whether the present state takes the paper; in a returned state, when an open reason names it unlocked."""
    if dossier.state in rule.filed_in:
        return True
    if kind.state(dossier.state).meaning is not Meaning.RETURNED or is_locked(kind, dossier, rule.code):
        return False
    return any(item.paper == rule.code for opened in dossier.open_returns for item in opened.items)


def _made_separated_step(kind: DossierKind, dossier: Dossier, actor: Actor, books: Books) -> bool:
    """Whether this person made a step that the kind separates from the unit's side, and not from a signed paper."""
    return any(
        step.person_id == actor.person_id
        and step.role == step.authority
        and not step.unit_side
        and step.trigger in _separated_from_unit(kind, books.lifted)
        for step in dossier.steps
    )


def _separated_from_unit(kind: DossierKind, lifted: frozenset[str]) -> frozenset[str]:
    """Triggers of the steps that whoever stands for the unit may not make, less those the province lifted."""
    officer = {t.trigger for t in kind.transitions if kind.is_officer_step(t)}
    found: set[str] = set()
    for pair in kind.separations:
        if pair.first == UNIT_SIDE and not (pair.liftable and pair.code in lifted):
            found |= officer.difference(pair.excepted) if pair.second == OFFICER else {pair.second}
    return frozenset(found)


def _with_turn(kind: DossierKind, dossier: Dossier, filed: ev.PaperFiled, books: Books) -> ev.PaperFiled:
    """Filing may pass the turn within a state, and pass it anew with a newer version (decision 7).

    Then the event carries the holder and the clock that begins. A paper that calls for something dates the turn.
    """
    state = kind.state(dossier.state)
    called = kind.obliges is not None and filed.paper.code == kind.obliges.call
    if not called and (state.hands_over is None or filed.paper.code not in state.hands_over.papers):
        return filed
    after = copy(dossier)
    after.papers, after.findings = list(dossier.papers), dict(dossier.findings)
    after.apply(filed)
    if called:
        dates = with_own_date(kind, after, books.deadlines, books.managing_level, books.calendar)
        clock = clock_for(kind, after, state, replace(books, deadlines=dates), filed.at)
        return replace(filed, holder=dossier.holder, clock=clock)
    holder = holder_in(kind, after, state)
    if state.hands_over is None or (holder == dossier.holder and holder != state.hands_over.to):
        return filed
    clock = clock_for(kind, after, state, books, filed.at)
    if clock is not None and dossier.hold is not None:
        clock = clock.stop(filed.at, books.calendar)
    return replace(filed, holder=holder, clock=clock)


def said_in(kind: DossierKind, paper: str) -> tuple[str, ...]:
    """Fields whose answers a kind asks about: those that leave a subject out, and the choices kept in its roll."""
    excluding = tuple(item.field for item in kind.excludes)
    return (*excluding, *(kind.roll.said_in(paper) if kind.roll is not None else ()))


_CODED = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
"""A conclusion chosen from a list; one written in words is no fact: the journal keeps no free text."""


def paper_facts(
    rule: AttachmentRule,
    document: Mapping[str, object],
    dossier: Dossier,
    criteria: CriteriaSet | None,
    said: tuple[str, ...] = (),
) -> dict[str, object]:
    """What guards and pages must know of a document: its dates, conclusion, what it quotes, its scores, whom it is of.

    ``said``: fields of which the answer is kept, where it was chosen from a list.
    Raises ``InvalidDocument`` when a score sheet names another set, an unknown criterion or impossible points.
    """
    facts: dict[str, object] = {}
    for name in ("date", "due", "number"):
        if isinstance(document.get(name), str):
            facts[name] = document[name]
    if is_coded(document.get("conclusion")):
        facts["conclusion"] = document["conclusion"]
    for name in QUOTING_FIELDS:
        if isinstance(document.get(name), int):
            facts["quotes"] = document[name]
    answers = {name: document[name] for name in said if is_coded(document.get(name))}
    if answers:
        facts["said"] = answers
    if criteria is not None:
        facts |= _score_facts(rule, document, dossier, criteria)
    return facts


def is_coded(value: object) -> bool:
    """Whether a value was chosen from a list, or ticked; words written freely are no fact."""
    return isinstance(value, bool) or (isinstance(value, str) and _CODED.fullmatch(value) is not None)


_INCOMPLETE = {"missing_criterion": "unscored", "missing_evidence": "no_evidence"}
"""Faults that only the step asks about: an unfinished sheet may be filed, many times over the year (S18)."""


def _score_facts(
    rule: AttachmentRule, document: Mapping[str, object], dossier: Dossier, criteria: CriteriaSet
) -> dict[str, object]:
    sheet = sheet_from_document(document)
    found = faults(sheet, criteria, evidence=rule.compares is None)
    wrong = tuple(fault for fault in found if fault.code not in _INCOMPLETE)
    if wrong:
        raise InvalidDocument("score_sheet", faults=wrong, paper=rule.label)
    score = total(sheet, criteria)
    facts: dict[str, object] = {
        "set": criteria.key,
        "total": str(score.total),
        "maximum": str(score.maximum),
        "met": score.met_count,
        "meets": meets(score, criteria),
        **({"class": earned} if (earned := class_earned(score, criteria)) is not None else {}),
        "answers": {row.criterion: _plain(row) for row in sheet.rows},
    }
    for code, name in _INCOMPLETE.items():
        facts[name] = [fault.criterion for fault in found if fault.code == code]
    compared = dossier.newest(rule.compares) if rule.compares else None
    if compared is not None:
        departures = differences(_sheet_of(compared.paper.facts), sheet, criteria)
        facts["unexplained"] = [difference.criterion for difference in unexplained(departures)]
    return facts


def _plain(row: ScoreRow) -> str | bool | None:
    return row.met if row.points is None else str(row.points)


def _sheet_of(facts: Mapping[str, object]) -> ScoreSheet:
    """The sheet whose answers were kept as facts."""
    answers = facts.get("answers")
    rows = tuple(
        ScoreRow(code, met=value) if isinstance(value, bool) else ScoreRow(code, points_of(value))
        for code, value in (answers.items() if isinstance(answers, Mapping) else ())
        if value is not None
    )
    return ScoreSheet(str(facts.get("set")), rows)


def _finding_changes(
    kind: DossierKind, rule: AttachmentRule, document: Mapping[str, object], dossier: Dossier
) -> tuple[tuple[str, str], ...]:
    """What the paper does to findings; their codes are made unique over the dossier as ``<note>.<code>``."""
    del kind
    if rule.finding == "opens":
        version = len(dossier.versions(rule.code)) + 1
        rows = document.get("findings")
        return tuple(
            (f"{version}.{row['code']}", "open")
            for row in (rows if isinstance(rows, list | tuple) else ())
            if isinstance(row, Mapping)
        )
    if rule.finding in ("answers", "closes"):
        code = f"{document.get('visit_note_version')}.{document.get('finding')}"
        if code not in dossier.findings:
            raise InvalidDocument("unknown_finding", finding=code)
        return ((code, "answered" if rule.finding == "answers" else "closed"),)
    return ()
