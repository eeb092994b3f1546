"""The spreadsheet in which PV01 publishes a criteria set: blank, filled from a set, and read back into a
body.

Reading says every fault at its cell and takes over nothing while one is left. What it returns is the body
that ``definitions.criteria`` checks; the faults found there are put at their cells by
`CriteriaReading.place`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from workflow.domain.citations import split_citation
from workflow.domain.scoring import CriteriaSet, Criterion
from workflow.papers.criteria_cells import CellReader
from workflow.papers.criteria_layout import (
    CLASSES,
    CRITERIA,
    GROUPS,
    INFO,
    SEPARATOR,
    TABLES,
    TEXTUAL,
    Column,
    Form,
    Table,
    Words,
)
from workflow.papers.workbook import CellFault, WorkbookRefused, read_workbook
from workflow.wording import Wording

MOST_ROWS = 200
"""Rows prepared in a blank table; a set has no more criteria."""

_MADE = datetime(2026, 1, 1)  # noqa: DTZ001  # a fixed mark in the file, so that equal content gives equal bytes


# --- out -----------------------------------------------------------------------------------------


def blank_criteria_workbook(wording: Wording) -> bytes:
    """The template: sheets, headings, hints, choices; nothing filled in."""
    return _write({}, {}, wording)


def criteria_workbook(criteria: CriteriaSet, wording: Wording) -> bytes:
    """A workbook filled from a set, to be changed and published as the next version."""
    shared = criteria.sources[0] if criteria.sources else ""
    thresholds = criteria.thresholds
    mark = thresholds.pass_mark
    info: dict[str, object] = {
        "code": criteria.code,
        "version": criteria.version,
        "label": criteria.label,
        "sample": criteria.sample,
        "verified": criteria.verified,
        "confidence": thresholds.confidence,
        "subject_kinds": criteria.subject_kinds,
        "scale": criteria.scale,
        "sources": criteria.sources,
        "note": criteria.note,
        "pass_total": mark and mark.total,
        "pass_met": mark and mark.met,
        "thresholds_source": _place(thresholds.source, shared),
        "thresholds_confidence": thresholds.confidence,
        "thresholds_verified": thresholds.verified,
    }
    rows: dict[str, list[dict[str, object]]] = {
        GROUPS.name: [{"code": g.code, "label": g.label, "minimum": g.minimum} for g in criteria.groups],
        CRITERIA.name: [_row(criterion, shared) for criterion in criteria.criteria],
        CLASSES.name: [{"code": c.code, "label": c.label, "at_least": c.at_least} for c in thresholds.classes],
    }
    return _write(info, rows, wording)


def _row(criterion: Criterion, shared: str) -> dict[str, object]:
    row: dict[str, object] = {column.name: getattr(criterion, column.name) for column in CRITERIA.columns}
    return row | {"source": _place(criterion.source, shared)}


def _place(citation: str, shared: str) -> str:
    """A citation as it is written in a cell: only its place when it is in the set's first source."""
    source, place = split_citation(citation)
    first, _ = split_citation(shared)
    return place if source == first else f"{source}#{place}"


def _write(info: Mapping[str, object], rows: Mapping[str, list[dict[str, object]]], wording: Wording) -> bytes:
    words, content = Words(wording), io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE})
        formats = {
            "heading": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}),
            "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
            "plain": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        guide = book.add_worksheet(words.sheet("guide"))
        guide.set_column(0, 0, 100, formats["plain"])
        for number, line in enumerate(words.guide()):
            guide.write_string(number, 0, line)
        sheet = book.add_worksheet(words.sheet("info"))
        _write_info(sheet, info, words, formats)
        for table in TABLES:
            _write_table(book.add_worksheet(words.sheet(table.name)), table, rows.get(table.name, []), words, formats)
    return content.getvalue()


def _write_info(sheet: Worksheet, info: Mapping[str, object], words: Words, formats: Mapping[str, object]) -> None:
    sheet.set_column(0, 0, 34, formats["plain"])
    sheet.set_column(1, 1, 60, formats["plain"])
    sheet.set_column(2, 2, 60, formats["plain"])
    for number, heading in enumerate(words.info_heading()):
        sheet.write_string(0, number, heading, formats["heading"])
    for number, column in enumerate(INFO, 1):
        sheet.write_string(number, 0, words.field(column))
        _write_cell(sheet, number, 1, column, info.get(column.name), words, formats)
        sheet.write_string(number, 2, words.hint(column))
        _offer(sheet, (number, 1, number, 1), column, words)
    sheet.freeze_panes(1, 0)


def _write_table(
    sheet: Worksheet,
    table: Table,
    rows: list[dict[str, object]],
    words: Words,
    formats: Mapping[str, object],
) -> None:
    for number, column in enumerate(table.columns):
        sheet.set_column(number, number, column.width, formats["text" if column.form in TEXTUAL else "plain"])
        sheet.write_string(0, number, words.heading(column), formats["heading"])
        _offer(sheet, (1, number, MOST_ROWS, number), column, words)
        for line, row in enumerate(rows, 1):
            _write_cell(sheet, line, number, column, row.get(column.name), words, formats)
    sheet.freeze_panes(1, 0)


def _offer(sheet: Worksheet, place: tuple[int, int, int, int], column: Column, words: Words) -> None:
    """A list to choose from, where the cell takes exactly one word."""
    name = "yes_no" if column.form is Form.YES_NO else column.choices
    if column.form in (Form.YES_NO, Form.CHOICE):
        sheet.data_validation(*place, {"validate": "list", "source": list(words.choices(name).values())})


def _write_cell(
    sheet: Worksheet,
    row: int,
    number: int,
    column: Column,
    value: object,
    words: Words,
    formats: Mapping[str, object],
) -> None:
    style = formats["text" if column.form in TEXTUAL else "plain"]
    if value is None or value in ("", ()):
        sheet.write_blank(row, number, None, style)
    elif isinstance(value, bool):
        sheet.write_string(row, number, words.choices("yes_no")["yes" if value else "no"], style)
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, number, float(value), style)
    elif isinstance(value, tuple):
        known = words.choices(column.choices) if column.choices else {}
        sheet.write_string(row, number, f"{SEPARATOR} ".join(known.get(v, v) for v in value), style)
    else:
        known = words.choices(column.choices) if column.choices else {}
        sheet.write_string(row, number, known.get(str(value), str(value)), style)


# --- in ------------------------------------------------------------------------------------------


class Placed(Protocol):
    """A fault with a JSON pointer, as ``definitions.body`` gives it."""

    @property
    def code(self) -> str:
        """Its message code."""

    @property
    def path(self) -> str:
        """Where in the body."""

    @property
    def facts(self) -> Mapping[str, object]:
        """The values for its sentence."""


@dataclass(frozen=True, slots=True)
class CriteriaReading:
    """What a workbook says: the body of a criteria set, and the cell each member came from."""

    body: dict[str, object]
    cells: Mapping[str, tuple[str, str]]

    def place(self, faults: Iterable[Placed]) -> tuple[CellFault, ...]:
        """Faults of the body at their cells; one about a whole row or sheet at its nearest cell."""
        return tuple(CellFault(fault.code, *self._cell(fault.path), fault.facts) for fault in faults)

    def _cell(self, path: str) -> tuple[str, str]:
        while path:
            if path in self.cells:
                return self.cells[path]
            path = path.rpartition("/")[0]
        return self.cells.get("", ("", ""))


def read_criteria_workbook(content: bytes, wording: Wording) -> CriteriaReading:
    """The body in a workbook of this layout. Raises WorkbookRefused with every fault at its cell."""
    words = Words(wording)
    reader = CellReader(read_workbook(content), words)
    info = reader.info()
    tables = {table.name: reader.table(table) for table in TABLES}
    if reader.faults:
        raise WorkbookRefused(reader.faults)
    return CriteriaReading(_body(info, tables), reader.cells)


def _body(info: dict[str, object], tables: Mapping[str, list[dict[str, object]]]) -> dict[str, object]:
    sources = info["sources"]
    shared = str(sources[0]) if isinstance(sources, list) else ""
    defaults = {"confidence": info["confidence"], "verified": info["verified"]}
    thresholds = {
        "source": _citation(info.get("thresholds_source"), shared),
        "confidence": info.get("thresholds_confidence", info["confidence"]),
        "verified": info["thresholds_verified"],
    }
    mark = {name: info[f"pass_{name}"] for name in ("total", "met") if f"pass_{name}" in info}
    plain = ("code", "version", "label", "sample", "verified", "subject_kinds", "scale", "note")
    return {name: info[name] for name in plain if name in info} | {
        "sources": sources,
        "groups": tables[GROUPS.name],
        "criteria": [
            {**defaults, **row, "source": _citation(row.get("source"), shared)} for row in tables[CRITERIA.name]
        ],
        "thresholds": thresholds
        | ({"pass_mark": mark} if mark else {})
        | ({"classes": tables[CLASSES.name]} if tables[CLASSES.name] else {}),
    }


def _citation(written: object, shared: str) -> str:
    """The full citation of what a cell says: nothing, a place in the first source, or source and place."""
    text = str(written or "")
    if not text:
        return split_citation(shared)[0]
    if "#" in text:
        return text.removesuffix("#")
    return f"{split_citation(shared)[0]}#{text}"
