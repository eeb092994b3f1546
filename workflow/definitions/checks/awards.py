"""Awards: forms that steps and the ledger name, conditions whose fields and results exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.schemas import PaperSchemas
from workflow.domain.awards import AwardRules
from workflow.domain.guards.attempt import codes
from workflow.domain.kinds import DossierKind

TABLE = "conditions_met"
_PICKS = frozenset({"form_is"})


def award_findings(kind: DossierKind, schemas: PaperSchemas) -> tuple[Finding, ...]:
    """Every form, field and value of a kind's awards that refers to nothing; nothing for a kind without awards."""
    rules = kind.awards
    if rules is None:
        return ()
    return (*_forms(kind, rules), *_fields(kind, rules, schemas))


def _forms(kind: DossierKind, rules: AwardRules) -> Iterator[Finding]:
    known = {form.code for form in rules.forms}
    named = {
        (move.label, code)
        for move in kind.transitions
        for use in move.guards
        if use.name in _PICKS
        for code in codes(use.params, "any_of")
    }
    named |= {(kind.ledger.label, code) for code, _ in kind.ledger.every()} if kind.ledger is not None else set()
    for part, code in sorted(named):
        if code not in known:
            yield found("award_form_unknown", code, part=part, name=code)
    given = {code for code, _ in kind.ledger.every()} if kind.ledger is not None else set()
    for form in rules.forms:
        if form.code not in given:
            yield found("award_form_unentered", form.code, form=form.label)


def _fields(kind: DossierKind, rules: AwardRules, schemas: PaperSchemas) -> Iterator[Finding]:
    """Every field that conditions and preferences read is one of the report's, every value one it can have."""
    used = next((use for move in kind.transitions for use in move.guards if use.name == TABLE), None)
    report = kind.attachments.get(str(used.params["paper"])) if used is not None else None
    if report is None or report.schema_id not in schemas:
        return
    fields: Mapping[str, Any] = schemas.plain(report.schema_id).get("properties", {})
    asked = [(row.row, field, values) for row in rules.conditions for field, values in row.when]
    asked += [(row.row, row.field, ()) for row in rules.conditions if row.field]
    asked += [(item.code, item.field, item.any_of) for item in rules.preferences]
    for part, field, values in asked:
        if field not in fields:
            yield found("award_field_unknown", f"{part}:{field}", part=part, field=field, paper=report.label)
            continue
        for value in values:
            if value not in _values(fields[field]):
                yield found("award_value_unknown", f"{part}:{field}:{value}", part=part, name=value, paper=report.label)


def _values(field: Mapping[str, Any]) -> frozenset[str]:
    if field.get("type") == "boolean":
        return frozenset({"true", "false"})
    return frozenset(str(item.get("const")) for item in field.get("oneOf", ()))


def result_findings(kind: DossierKind, others: Mapping[str, DossierKind]) -> tuple[Finding, ...]:
    """Results that conditions ask of the ledger are results that the other kind gives, where that kind is known."""
    told = []
    for row in kind.awards.conditions if kind.awards is not None else ():
        other = others.get(row.result.kind) if row.result is not None else None
        if row.result is None or other is None:
            continue
        given = {code for code, _ in other.ledger.every()} if other.ledger is not None else set()
        if not given & set(row.result.any_of):
            told.append(found("award_result_unknown", f"{row.row}:{other.code}", part=row.row, kind=other.short_label))
    return tuple(told)
