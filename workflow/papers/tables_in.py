"""Tables that people bring (.xlsx or .csv): headings found by their Vietnamese or English name, faults at their cells.

All rows are read before anything is done with them; one fault and nothing is taken over. What a column is called, what
may be chosen in it and how it is filled in stands in ``messages/vi/sheets.json``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from workflow.papers.workbook import (
    DEFAULT_LIMITS,
    CellFault,
    Value,
    WorkbookRefused,
    cell_name,
    read_workbook,
)
from workflow.wording import Wording, fold, read_day

_DELIMITERS = ";\t,"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its code: heading ``sheet.<code>``, hint ``sheet.hint.<code>``, unless it brings its own.

    ``form`` is ``text``, ``day``, ``number``, ``decimal``, ``flag`` or ``choice``. ``choices``: the list
    ``sheet.choice.<choices>.<value>`` of a choice, or ``words``: its own values and words; a cell holds either.
    """

    code: str
    form: str = "text"
    required: bool = True
    choices: str = ""
    heading: str = ""
    hint: str = ""
    words: tuple[tuple[str, str], ...] = ()

    def title(self, wording: Wording) -> str:
        """What stands at its head."""
        return self.heading or wording.say(f"sheet.{self.code}")

    def told(self, wording: Wording) -> str:
        """How it is filled in."""
        return self.hint if self.heading else wording.say(f"sheet.hint.{self.code}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values by column, and where it stands."""

    values: Mapping[str, str | date | int | Decimal]
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

    def cell(self, code: str) -> str:
        """The name of a column's cell; the row's first where the table lacks the column."""
        return cell_name(self.line, self.places.get(code, 0))

    def fault(self, code: str, message: str, **facts: object) -> CellFault:
        """A fault at the cell of a column."""
        return CellFault(message, self.sheet, self.cell(code), facts)


def choices_of(column: Column, wording: Wording) -> dict[str, str]:
    """Value -> words of a column that is a choice, by value; of a flag yes and no."""
    if column.words:
        return dict(column.words)
    if column.form == "flag":
        return {"yes": wording.say("time.yes"), "no": wording.say("time.no")}
    start = f"sheet.choice.{column.choices}."
    codes = sorted(code for code in wording.codes() if code.startswith(start)) if column.choices else ()
    return {code.removeprefix(start): wording.say(code) for code in codes}


def read_table(content: bytes, name: str, columns: Sequence[Column], wording: Wording) -> list[Row]:
    """The rows of the first sheet; ``name`` is the file's. Raises WorkbookRefused with every fault at its cell."""
    return _Reader(columns, wording).read(*_lines(content, name))


class _Reader:
    """Reads one table; its faults gather on the way."""

    def __init__(self, columns: Sequence[Column], wording: Wording) -> None:
        self._columns, self._wording = columns, wording
        offered = {column.code: choices_of(column, wording) for column in columns}
        self._choices = {code: _by_word(words) for code, words in offered.items() if words}
        self._faults: list[CellFault] = []

    def read(self, name: str, lines: Sequence[Sequence[Value]]) -> list[Row]:
        """The rows of these cells."""
        heads = [fold(str(cell)) for cell in lines[0]] if lines else []
        places = {col.code: at for col in self._columns for at, head in enumerate(heads) if head in self._names(col)}
        missing = [column for column in self._columns if column.required and column.code not in places]
        if missing:
            named = [{"column": self._heading(column)} for column in missing]
            raise WorkbookRefused([CellFault("sheet.no_column", name, "", facts) for facts in named])
        numbered = list(enumerate(lines))[1:]
        rows = [self._row(name, line, cells, places) for line, cells in numbered if any(cell != "" for cell in cells)]
        if not rows:
            self._faults.append(CellFault("sheet.empty", name))
        if self._faults:
            raise WorkbookRefused(self._faults)
        return rows

    def _heading(self, column: Column) -> str:
        return column.title(self._wording)

    def _names(self, column: Column) -> set[str]:
        return {column.code, column.code.replace("_", " "), fold(self._heading(column))}

    def _row(self, name: str, line: int, cells: Sequence[Value], places: Mapping[str, int]) -> Row:
        values: dict[str, str | date | int | Decimal] = {}
        for column in self._columns:
            at = places.get(column.code)
            cell = cells[at] if at is not None and at < len(cells) else ""
            if cell == "":
                if column.required:
                    self._fault("sheet.blank", name, line, at, column=self._heading(column))
                continue
            value = self._value(cell, column)
            if value is not None:
                values[column.code] = value
            elif column.code in self._choices:
                allowed = tuple(choices_of(column, self._wording).values())
                self._fault("workbook.unknown_choice", name, line, at, value=str(cell)[:80], allowed=allowed)
            else:
                self._fault(f"sheet.not_{column.form}", name, line, at, value=str(cell)[:80])
        return Row(values, name, line, places)

    def _fault(self, code: str, name: str, line: int, at: int | None, **facts: object) -> None:
        self._faults.append(CellFault(code, name, cell_name(line, at or 0), facts))

    def _value(self, cell: Value, column: Column) -> str | date | int | Decimal | None:
        if column.code in self._choices:
            said = ("yes" if cell else "no") if isinstance(cell, bool) else str(cell)
            return self._choices[column.code].get(fold(said.strip()))
        read = _FORMS.get(column.form)
        if read is not None:
            return read(cell)
        if isinstance(cell, datetime | date | Decimal | bool):
            return self._wording.speak(cell)
        return str(cell)


def _day(cell: Value) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else read_day(str(cell))


def _number(cell: Value) -> int | None:
    text = str(cell).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _decimal(cell: Value) -> Decimal | None:
    """A number as people type it, with a decimal comma or point."""
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return Decimal(cell)
    text = str(cell).strip().replace(",", ".")
    return Decimal(text) if re.fullmatch(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?", text, re.ASCII) else None


_FORMS: Mapping[str, Callable[[Value], date | int | Decimal | None]] = {
    "day": _day,
    "decimal": _decimal,
    "number": _number,
}


def _by_word(choices: Mapping[str, str]) -> dict[str, str]:
    """The value by its folded words, and by itself."""
    return {fold(words): value for value, words in choices.items()} | {fold(value): value for value in choices}


def _lines(content: bytes, name: str) -> tuple[str, list[Sequence[Value]]]:
    """The name and cells of the first sheet; of a text file, the file's."""
    limits = DEFAULT_LIMITS
    if len(content) > limits.max_bytes:
        facts = {"limit": limits.max_bytes, "unpacked": limits.max_unpacked}
        raise WorkbookRefused([CellFault("workbook.too_large", facts=facts)])
    if content.startswith(b"PK"):
        sheets = read_workbook(content)
        if not sheets:
            raise WorkbookRefused([CellFault("workbook.damaged")])
        return sheets[0].name, list(sheets[0].rows)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WorkbookRefused([CellFault("sheet.not_utf8", name)]) from None
    if "\0" in text:
        raise WorkbookRefused([CellFault("workbook.damaged")])
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    try:
        cells = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [[cell.strip() for cell in row] for row in cells]
    except csv.Error:
        raise WorkbookRefused([CellFault("workbook.damaged")]) from None
    if len(rows) > limits.max_rows:
        facts = {"rows": limits.max_rows, "columns": limits.max_columns}
        raise WorkbookRefused([CellFault("workbook.too_wide", name, cell_name(limits.max_rows, 0), facts)])
    return name, [*rows]
