"""Tables that people bring (.xlsx or .csv): headings found by their Vietnamese or English name, faults at their cells.

All rows are read before anything is done with them; one fault and nothing is taken over.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from workflow.cli.output import progress
from workflow.cli.speech import WORDING, say
from workflow.cli.values import read_day
from workflow.papers.workbook import (
    DEFAULT_LIMITS,
    CellFault,
    Value,
    WorkbookRefused,
    cell_name,
    read_workbook,
)
from workflow.wording import fold

_DELIMITERS = ";\t,"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its code: its heading is ``cli.sheet.<code>``; ``form`` is ``text``, ``day`` or ``number``."""

    code: str
    form: str = "text"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values by column, and where it stands."""

    values: Mapping[str, str | date | int]
    sheet: str
    line: int
    places: Mapping[str, int]

    def text(self, code: str) -> str | None:
        """The text of a column; None when the cell is empty."""
        value = self.values.get(code)
        return None if value is None else str(value)

    def day(self, code: str) -> date | None:
        """The day of a column; None when the cell is empty."""
        value = self.values.get(code)
        return value if isinstance(value, date) else None

    def number(self, code: str) -> int:
        """The number of a required column."""
        value = self.values[code]
        return value if isinstance(value, int) else int(str(value))

    def fault(self, code: str, message: str, **facts: object) -> CellFault:
        """A fault at the cell of a column."""
        return CellFault(message, self.sheet, cell_name(self.line, self.places.get(code, 0)), facts)


def read_table(path: Path, columns: Sequence[Column]) -> list[Row]:
    """The rows of the first sheet. Raises WorkbookRefused with every fault at its cell."""
    name, lines = _lines(path)
    heads = [fold(str(cell)) for cell in lines[0]] if lines else []
    places = {column.code: at for column in columns for at, head in enumerate(heads) if head in _names(column)}
    missing = [column for column in columns if column.required and column.code not in places]
    if missing:
        raise WorkbookRefused(
            [CellFault("cli.sheet.no_column", name, "", {"column": say(f"cli.sheet.{c.code}")}) for c in missing]
        )
    faults: list[CellFault] = []
    rows: list[Row] = []
    with progress(list(enumerate(lines))[1:], say("cli.progress.reading")) as numbered:
        for line, cells in numbered:
            if any(cell != "" for cell in cells):
                rows.append(_row(name, line, cells, columns, places, faults))
    if not rows and not faults:
        faults.append(CellFault("cli.sheet.empty", name))
    if faults:
        raise WorkbookRefused(faults)
    return rows


def _names(column: Column) -> set[str]:
    return {column.code, column.code.replace("_", " "), fold(say(f"cli.sheet.{column.code}"))}


def _row(
    name: str,
    line: int,
    cells: Sequence[Value],
    columns: Sequence[Column],
    places: Mapping[str, int],
    faults: list[CellFault],
) -> Row:
    values: dict[str, str | date | int] = {}
    for column in columns:
        at = places.get(column.code)
        cell = cells[at] if at is not None and at < len(cells) else ""
        where = cell_name(line, at or 0)
        if cell == "":
            if column.required:
                heading = say(f"cli.sheet.{column.code}")
                faults.append(CellFault("cli.sheet.blank", name, where, {"column": heading}))
            continue
        value = _value(cell, column.form)
        if value is None:
            faults.append(CellFault(f"cli.sheet.not_{column.form}", name, where, {"value": str(cell)[:80]}))
        else:
            values[column.code] = value
    return Row(values, name, line, places)


def _value(cell: Value, form: str) -> str | date | int | None:
    if form == "day":
        if isinstance(cell, datetime):
            return cell.date()
        return cell if isinstance(cell, date) else read_day(str(cell))
    if form == "number":
        text = str(cell).strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
    if isinstance(cell, datetime | date | Decimal | bool):
        return WORDING.speak(cell)
    return str(cell)


def _lines(path: Path) -> tuple[str, list[Sequence[Value]]]:
    """The name and cells of the first sheet; of a text file, the file's."""
    content = _content(path)
    if content.startswith(b"PK"):
        sheet = read_workbook(content)[0]
        return sheet.name, list(sheet.rows)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WorkbookRefused([CellFault("cli.sheet.not_utf8", path.name)]) from None
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    try:
        rows = [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error:
        raise WorkbookRefused([CellFault("workbook.damaged")]) from None
    return path.name, [*rows]


def _content(path: Path) -> bytes:
    limits = DEFAULT_LIMITS
    if path.stat().st_size > limits.max_bytes:
        facts = {"limit": limits.max_bytes, "unpacked": limits.max_unpacked}
        raise WorkbookRefused([CellFault("workbook.too_large", facts=facts)])
    return path.read_bytes()
