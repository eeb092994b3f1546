"""Whether each guard can do its work: its paper comes with the act, its paper's schema says what the guard reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.checks.guard_forms import FORMS
from workflow.definitions.schemas import PaperSchemas
from workflow.domain.filing import QUOTING_FIELDS
from workflow.domain.guards.attempt import codes
from workflow.domain.guards.meeting import field_of
from workflow.domain.kinds import DossierKind, GuardUse, Transition

Schema = Mapping[str, Any]
_COUNTED = frozenset({"members_total", "attendance", "items"})


def guard_findings(kind: DossierKind, schemas: PaperSchemas) -> tuple[Finding, ...]:
    """Every attachment without schema, every guard that cannot be met or never speaks, as the kind uses it."""
    without = schema_findings(kind, schemas)
    missing = {item.about for item in without}
    uses = [(move, use) for move in kind.transitions for use in move.guards if move.mode is None and not move.to_left]
    told = (
        item
        for move, use in uses
        if str(use.params.get("paper")) not in missing
        for item in (*_paper_of(kind, move, use), *_reads(kind, move, use, schemas))
    )
    return (*without, *told)


def schema_findings(kind: DossierKind, schemas: PaperSchemas) -> tuple[Finding, ...]:
    """Every attachment whose schema is not there."""
    missing = (rule for rule in kind.attachments.values() if rule.schema_id not in schemas)
    return tuple(found("schema_missing", rule.code, paper=rule.label) for rule in missing)


def _paper_of(kind: DossierKind, move: Transition, use: GuardUse) -> Iterator[Finding]:
    what = FORMS[use.name].needs.get("paper")
    if what is None:
        return
    rule = kind.attachments[str(use.params["paper"])]
    facts = {"step": move.label, "paper": rule.label}
    if what == "act_paper" and move.trigger not in rule.with_acts:
        yield found("guard_never_speaks", f"{move.id}:{use.name}", **facts)
    if what == "scored" and not rule.scored:
        yield found("guard_paper_unscored", f"{move.id}:{use.name}", **facts)
    asked = {paper.code for paper in move.papers}
    if not FORMS[use.name].newest and not use.warns and rule.code not in asked:
        yield found("guard_paper_unasked", f"{move.id}:{use.name}:{rule.code}", **facts)


def _reads(kind: DossierKind, move: Transition, use: GuardUse, schemas: PaperSchemas) -> Iterator[Finding]:
    if "paper" not in use.params:
        return
    rule = kind.attachments[str(use.params["paper"])]
    fields: Schema = schemas.plain(rule.schema_id).get("properties", {})
    facts = {"step": move.label, "paper": rule.label}
    unread = tuple(name for name in _needed(use) if name not in fields)
    if use.name == "in_scope":
        unread += tuple(item.field for item in kind.excludes if item.field not in fields)
    if use.name == "quotes" and not any(name in fields for name in QUOTING_FIELDS):
        unread = (*unread, " / ".join(QUOTING_FIELDS))
    if unread:
        yield found("guard_reads_nothing", f"{move.id}:{use.name}", fields=", ".join(unread), **facts)
    for word, allowed in _answers(use, move, fields):
        if word not in allowed:
            yield found(
                "guard_never_holds", f"{move.id}:{use.name}:{word}", state=kind.state(move.source).label, **facts
            )


def _needed(use: GuardUse) -> tuple[str, ...]:
    if use.name == "listed":
        return (str(use.params.get("rows", "items")),)
    if use.name == "minutes_valid":
        return tuple(sorted(_COUNTED))
    return {"paper_date": ("date",), "opinion_stands": ("conclusion",)}.get(use.name, ())


def _answers(use: GuardUse, move: Transition, fields: Schema) -> Iterator[tuple[str, frozenset[str]]]:
    """Words that a guard waits for, with those its paper can say; nothing where the paper says it freely."""
    if use.name == "opinion_stands" and "conclusion" in fields:
        yield from _against({str(use.params["conclusion"])}, fields["conclusion"])
    if use.name == "result_matches":
        rows: Schema = fields["items"]["items"].get("properties", {}) if "items" in fields else fields
        wanted = {move.branch} if move.branch else {code for code, _ in move.choices}
        yield from _against({word for word in wanted if word}, rows.get(field_of(use.params), {"oneOf": []}))


def _against(words: set[str], field: Schema) -> Iterator[tuple[str, frozenset[str]]]:
    if "oneOf" in field:
        allowed = frozenset(str(item.get("const")) for item in field["oneOf"])
        yield from ((word, allowed) for word in sorted(words))


def meeting_findings(kind: DossierKind) -> tuple[Finding, ...]:
    """A kind whose minutes are weighed says what each of its results amounts to."""
    weighed = [move for move in kind.transitions if any(use.name == "minutes_valid" for use in move.guards)]
    results = kind.meeting.get("results")
    known = set(results) if isinstance(results, Mapping) else {"propose", "not_propose", "postpone"}
    said = {code: label for move in weighed for code, label in move.choices}
    return tuple(found("meeting_result_unknown", code, result=said[code]) for code in sorted(said.keys() - known))


def ledger_findings(kind: DossierKind, others: Mapping[str, DossierKind]) -> tuple[Finding, ...]:
    """Results asked of the ledger are results that the other kind can give, where that kind is known."""
    told = []
    for move in kind.transitions:
        for use in move.guards:
            other = others.get(str(use.params.get("kind"))) if use.name == "ledger_result" else None
            if other is not None:
                given = {code for code, _ in other.ledger.every()} if other.ledger is not None else set()
                given |= {code for t in other.transitions for code, _ in t.choices}
                if not given & set(codes(use.params, "any_of")):
                    facts = {"step": move.label, "state": kind.state(move.source).label}
                    told.append(found("guard_never_holds", f"{move.id}:{use.name}:{other.code}", **facts))
    return tuple(told)
