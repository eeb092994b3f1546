"""The sheet in which many units are registered at once: a row a unit, a column a field of the kind's first paper.

Columns, lists and hints come from the paper's schema; what hoso knows of a unit by itself is not asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from workflow.domain.actors import Role
from workflow.domain.kinds import AttachmentRule, DossierKind
from workflow.papers.table_template import table_template
from workflow.papers.tables_in import Column, Row, read_table
from workflow.wording import Wording

KNOWN = frozenset({"commune", "cycle", "subject_kind", "subject_name"})
"""Fields that hoso fills in by itself from the unit and the year."""

DEFAULTED = frozenset({"issuer", "submitted_by_office"})
"""Fields that hoso fills in where the row leaves them open."""

ENTERED = "entered_for_unit"
_FORMS = {"string": "text", "integer": "number", "number": "decimal", "boolean": "flag"}
_SUBJECT = Column("subject")


def first_paper(kind: DossierKind) -> AttachmentRule | None:
    """The paper with which a dossier of the kind begins; None where there is none, or the system opens it."""
    if not set(kind.opened_by) - {Role.SYSTEM}:
        return None
    return next((rule for rule in kind.attachments.values() if kind.initial in rule.filed_in and not rule.scored), None)


def columns_of(plain: Mapping[str, Any]) -> tuple[Column, ...]:
    """The unit, then every plain field of the paper in the order of its form; rows of lists are typed on the page."""
    fields = sorted(plain["properties"].items(), key=lambda one: one[1].get("x-ui", {}).get("order", 0))
    required = set(plain.get("required", ()))
    found = [
        Column(
            name,
            form="choice" if field.get("oneOf") else "day" if field.get("format") == "date" else _FORMS[field["type"]],
            required=name in required - DEFAULTED,
            heading=str(field["title"]),
            hint=str(field.get("description", "")),
            words=tuple((str(one["const"]), str(one["title"])) for one in field.get("oneOf", ())),
        )
        for name, field in fields
        if name not in KNOWN | {ENTERED} and field.get("type") in _FORMS and not _is_hidden(field)
    ]
    return (_SUBJECT, *found)


def _is_hidden(field: Mapping[str, Any]) -> bool:
    return bool(field.get("x-ui", {}).get("widget") == "hidden")


def registration_template(title: str, plain: Mapping[str, Any], wording: Wording) -> bytes:
    """The workbook to fill in."""
    return table_template(title, columns_of(plain), wording)


def read_registrations(
    content: bytes, name: str, plain: Mapping[str, Any], wording: Wording
) -> list[tuple[Row, str, dict[str, object]]]:
    """Each row with the unit it names and what it says of the paper. Raises WorkbookRefused with every fault."""
    columns = columns_of(plain)
    rows = read_table(content, name, columns, wording)
    return [(row, row.text(_SUBJECT.code) or "", _document(row, columns)) for row in rows]


def _document(row: Row, columns: tuple[Column, ...]) -> dict[str, object]:
    return {column.code: _plain(row.values[column.code], column) for column in columns[1:] if column.code in row.values}


def _plain(value: str | date | int | Decimal, column: Column) -> object:
    if column.form == "flag":
        return value == "yes"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
