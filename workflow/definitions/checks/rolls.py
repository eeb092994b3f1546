"""Whether a roll can be kept: its fields stand in their papers, its answers can be given, what lasts has no year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.definitions.checks.finding import Finding, found
from workflow.definitions.schemas import PaperSchemas
from workflow.domain.kinds import DossierKind
from workflow.domain.rolls import Column, Holds, Roll, Where

_YEARLY = frozenset({"cycle_ended", "cycle_open"})
_TYPES = {Holds.NUMBER: "integer", Holds.CHOICE: "string", Holds.DATE: "string", Holds.DOSSIER: "string"}


def roll_findings(kind: DossierKind, schemas: PaperSchemas) -> tuple[Finding, ...]:
    """Everything wrong with the roll, with what is narrowed by it, with links, and with a kind that knows no year."""
    roll = kind.roll
    if roll is None:
        return (*_links(kind, schemas), *_years(kind))
    columns = (item for one in roll.columns for item in _column(kind, one, _field(kind, one, schemas)))
    return (*columns, *_answers(kind, roll, schemas), *_links(kind, schemas), *_years(kind))


def _fields(kind: DossierKind, paper: str, schemas: PaperSchemas) -> Mapping[str, Any]:
    schema = kind.attachments[paper].schema_id
    found_in: Mapping[str, Any] = schemas.plain(schema).get("properties", {}) if schema in schemas else {}
    return found_in


def _field(kind: DossierKind, column: Column, schemas: PaperSchemas) -> Mapping[str, Any] | None:
    return _fields(kind, column.paper, schemas).get(column.field)


def _column(kind: DossierKind, column: Column, field: Mapping[str, Any] | None) -> Iterator[Finding]:
    facts = {"part": column.label, "field": column.field, "paper": kind.attachments[column.paper].label}
    if field is None:
        yield found("column_reads_nothing", column.code, **facts)
        return
    type_ = field.get("type")
    wanted = _TYPES.get(column.holds)
    chosen = "oneOf" in field or type_ == "boolean"
    unfit = (wanted is not None and type_ != wanted and not (column.holds is Holds.CHOICE and type_ == "boolean")) or (
        column.holds is Holds.CHOICE and not chosen
    )
    day = field.get("format") == "date"
    if unfit or (column.holds is Holds.DATE and not day) or type_ in ("array", "object"):
        yield found("column_unfit", column.code, **facts)
    senseless = (
        (column.tally and column.holds is not Holds.CHOICE)
        or (column.sums and column.holds is not Holds.NUMBER)
        or ((column.counted or column.expires is not None) and column.holds is not Holds.DATE)
        or (bool(column.link) is not (column.holds is Holds.DOSSIER))
    )
    if senseless:
        yield found("column_senseless", column.code, **facts)


def _answers(kind: DossierKind, roll: Roll, schemas: PaperSchemas) -> Iterator[Finding]:
    """What a demand or a narrowed step waits for can be said."""
    for demand in roll.demands:
        dated = [roll.column(code) for part in demand.parts for code in part.columns]
        for column in (*dated, *([roll.column(demand.per_dossier)] if demand.per_dossier else [])):
            if column is not None and column.holds is not Holds.DATE:
                yield found("demand_undated", f"{demand.code}:{column.code}", part=demand.label, field=column.label)
        asked = roll.column(demand.where.column) if demand.where is not None else None
        if asked is not None and demand.where is not None:
            yield from _said(asked, demand.where.any_of, _field(kind, asked, schemas), demand.label, demand.code)
    narrowed: list[tuple[str, str, Where | None]] = [
        *((move.id, move.label, use.where) for move in kind.transitions for use in move.guards),
        *((rule.code, rule.label, rule.where) for rule in kind.attachments.values()),
    ]
    for about, label, where in narrowed:
        if where is not None:
            column = next(one for one in roll.columns if (one.paper, one.field) == (where.paper, where.field))
            if kind.attachments[column.paper].by_act:  # its answers are no facts of the dossier (``paper_facts``)
                paper = kind.attachments[column.paper].label
                yield found("column_too_late", f"{about}:{column.code}", part=column.label, paper=paper)
            yield from _said(column, where.any_of, _field(kind, column, schemas), label, about)


def _said(
    column: Column, any_of: tuple[str, ...], field: Mapping[str, Any] | None, part: str, about: str
) -> Iterator[Finding]:
    given = {"true", "false"} if field and field.get("type") == "boolean" else set()
    given |= {str(item.get("const")) for item in (field or {}).get("oneOf", ())}
    for word in any_of:
        if column.holds is not Holds.CHOICE or word not in given:
            yield found("column_never_says", f"{about}:{column.code}:{word}", part=part, word=word, field=column.label)


def _links(kind: DossierKind, schemas: PaperSchemas) -> Iterator[Finding]:
    for rule in kind.attachments.values():
        for field, _ in rule.links:
            if field not in _fields(kind, rule.code, schemas):
                facts = {"part": rule.label, "field": field, "paper": rule.label}
                yield found("column_reads_nothing", f"{rule.code}:{field}", **facts)


def _years(kind: DossierKind) -> Iterator[Finding]:
    if not kind.lasting:
        return
    asks = any(use.name in _YEARLY for move in kind.transitions for use in move.guards)
    if kind.deadlines or kind.owes is not None or asks:
        yield found("lasting_with_years", kind.code, part=kind.label)


def link_findings(kind: DossierKind, kinds: Mapping[str, DossierKind]) -> Iterator[Finding]:
    """Links lead to kinds that are there."""
    columns = kind.roll.columns if kind.roll is not None else ()
    for code in {column.link for column in columns if column.link} | {
        other for rule in kind.attachments.values() for _, other in rule.links
    }:
        if code not in kinds:
            yield found("link_unknown", code, part=kind.label, other=code)
