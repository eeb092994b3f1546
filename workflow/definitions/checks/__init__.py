"""The definition checker: what must hold of a kind beyond its form, found without running anything.

``check_body`` judges a body from its form on; ``check_kind`` a kind that could be loaded; ``check_together`` kinds
beside each other. Every finding stands once, with the waiver that signs for it where there is one. Files, one
question each: ``form`` (the meta-schemas), ``names`` (does every name refer to something), ``lives`` and ``ways``
(can every life go on and end), ``paper_rules`` (can every paper be there), ``offices`` (has every move somebody),
``sense`` (effects, stages, forks), ``guards`` (can every guard do its work), ``dates``, ``texts``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.definitions.checks.awards import award_findings, result_findings
from workflow.definitions.checks.dates import date_findings
from workflow.definitions.checks.finding import (
    SIGNABLE,
    WARNINGS,
    Finding,
    KindInvalid,
    Severity,
    Waiver,
    found,
    signed,
)
from workflow.definitions.checks.form import MetaSchemas, form_findings
from workflow.definitions.checks.guards import guard_findings, ledger_findings, meeting_findings
from workflow.definitions.checks.lives import lives_of
from workflow.definitions.checks.names import name_findings
from workflow.definitions.checks.offices import office_findings
from workflow.definitions.checks.paper_rules import paper_findings
from workflow.definitions.checks.rolls import link_findings, roll_findings
from workflow.definitions.checks.sense import sense_findings
from workflow.definitions.checks.texts import text_findings
from workflow.definitions.checks.ways import way_findings
from workflow.definitions.loader import load_kind
from workflow.definitions.schemas import PaperSchemas
from workflow.definitions.sources import Sources
from workflow.domain.actors import Role
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.criteria import CriteriaSet
from workflow.domain.errors import DefinitionInvalid
from workflow.domain.kinds import DossierKind

__all__ = [
    "SIGNABLE",
    "WARNINGS",
    "Finding",
    "Grounds",
    "KindInvalid",
    "MetaSchemas",
    "Severity",
    "Waiver",
    "check_body",
    "check_kind",
    "check_together",
    "loadable",
]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a kind is checked against: schemas of papers, criteria sets by key, the register of sources, a calendar."""

    meta: MetaSchemas
    schemas: PaperSchemas
    criteria: Mapping[str, CriteriaSet]
    sources: Sources
    calendar: WorkingCalendar


def loadable(body: object, meta: MetaSchemas) -> DossierKind:
    """The kind of a body whose form and names are right. Raises KindInvalid with every finding against them."""
    findings = form_findings(body, meta)
    if findings or not isinstance(body, Mapping):
        raise KindInvalid(findings or (found("kind_unreadable", "kind.json", file="kind.json"),))
    findings = name_findings(body)
    if findings:
        raise KindInvalid(findings, kind=body["code"], version=body["version"])
    try:
        return load_kind(body)
    except DefinitionInvalid as invalid:
        doubled = (found("code_doubled", str(fault), name=str(fault)) for fault in invalid.faults)
        raise KindInvalid(doubled, kind=body["code"], version=body["version"]) from invalid


def check_body(body: object, grounds: Grounds) -> tuple[Finding, ...]:
    """Everything found in a body; what keeps it from being loaded is told first, alone."""
    try:
        kind = loadable(body, grounds.meta)
    except KindInvalid as invalid:
        return invalid.findings
    return check_kind(kind, body, grounds) if isinstance(body, Mapping) else ()


def check_kind(kind: DossierKind, body: Mapping[str, Any], grounds: Grounds) -> tuple[Finding, ...]:
    """Everything found in a kind that could be loaded, with the waivers that sign for it."""
    lives = lives_of(kind)
    findings = (
        *_vanished(kind, body),
        *way_findings(kind, lives),
        *paper_findings(kind, lives),
        *office_findings(kind, lives),
        *sense_findings(kind, lives),
        *guard_findings(kind, grounds.schemas),
        *meeting_findings(kind),
        *award_findings(kind, grounds.schemas),
        *date_findings(kind, grounds.calendar),
        *roll_findings(kind, grounds.schemas),
        *text_findings(kind, body, grounds.sources, grounds.criteria),
    )
    return signed(findings, kind.waivers)


def _vanished(kind: DossierKind, body: Mapping[str, Any]) -> Iterator[Finding]:
    """Moves written with ``@returned_from``, ``@redo`` or ``@left`` that stand for no move at all."""
    made = {(move.trigger, move.source) for move in kind.transitions}
    for data in body["transitions"]:
        for source in data["from"]:
            if (data["trigger"], source) not in made:
                about = f"{data['trigger']}:{source}>{data['to']}"
                yield found("move_never_possible", about, step=data["label"], state=kind.state(source).label)


def check_together(kinds: Mapping[str, DossierKind]) -> dict[str, tuple[Finding, ...]]:
    """What is wrong between kinds, by code of the kind: debts to nobody, results nobody gives, equal abbreviations.

    ``kinds``: the newest version of each kind by its code. Waivers do not reach here: nothing of this can be signed.
    """
    return {code: tuple(_beside(kind, kinds)) for code, kind in kinds.items()}


def _beside(kind: DossierKind, kinds: Mapping[str, DossierKind]) -> Iterator[Finding]:
    yield from ledger_findings(kind, kinds)
    yield from link_findings(kind, kinds)
    yield from result_findings(kind, kinds)
    for other in kinds.values():
        if other.abbreviation == kind.abbreviation and other.code != kind.code:
            yield found("abbreviation_doubled", kind.abbreviation, part=kind.label, other=other.label)
    if kind.obliges is not None:
        drawn = {code for one in kind.obliges.each for code in (*one.draws, one.yearly) if code}
        for code in sorted(drawn - kinds.keys()):
            yield found("obligation_kind_unknown", code, part=kind.label, other=code)
    if kind.owes is not None:
        owed = kinds.get(kind.owes.kind)
        if owed is None:
            yield found("owed_kind_unknown", kind.owes.kind, part=kind.label, other=kind.owes.kind)
        elif owed.opened_by != (Role.SYSTEM,) or not set(kind.subject_kinds) <= set(owed.subject_kinds):
            yield found("owed_kind_unfit", kind.owes.kind, part=kind.label, other=owed.label)
        if kind.ledger is None or kind.ledger.result != kind.owes.result:
            yield found("owed_result_unknown", kind.owes.result, part=kind.label)
