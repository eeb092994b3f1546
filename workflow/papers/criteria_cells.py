"""Reading the cells of the criteria workbook: each by its form, faults at their cells, places kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta

from workflow.domain.citations import is_citation
from workflow.domain.scoring import points_of
from workflow.papers.criteria_layout import INFO, SEPARATOR, TABLES, Column, Form, Table, Words, same
from workflow.papers.workbook import CellFault, Sheet, Value, cell_name

_DECIMAL_COMMA = re.compile(r"[0-9]{1,6},[0-9]{1,2}", re.ASCII)


class CellReader:
    """Reads the sheets of one workbook; ``faults`` and ``cells`` (JSON pointer -> sheet, cell) gather on the
    way.
    """

    def __init__(self, sheets: tuple[Sheet, ...], words: Words) -> None:
        self._words = words
        self.faults: list[CellFault] = []
        self.cells: dict[str, tuple[str, str]] = {}
        self._sheets: dict[str, Sheet] = {}
        names = ["guide", "info", *(table.name for table in TABLES)]
        known = {same(words.sheet(name)): name for name in names}
        for sheet in sheets:
            name = known.get(same(sheet.name))
            if name is None:
                self.faults.append(CellFault("workbook.unknown_sheet", sheet.name))
            elif name in self._sheets:
                self.faults.append(CellFault("workbook.repeated_sheet", sheet.name))
            else:
                self._sheets[name] = sheet
        self.faults.extend(
            CellFault("workbook.missing_sheet", words.sheet(name))
            for name in names
            if name not in self._sheets and name != "guide"
        )

    def info(self) -> dict[str, object]:
        """The fields of the information sheet that are filled in."""
        sheet = self._sheets.get("info")
        if sheet is None:
            return {}
        self.cells[""] = (sheet.name, "")
        fields = {same(self._words.field(column)): column for column in INFO}
        values: dict[str, object] = {}
        seen: set[str] = set()
        for index, row in enumerate(sheet.rows[1:], 1):
            name = str(row[0])
            column = fields.get(same(name))
            if column is None or column.name in seen:
                if any(value != "" for value in row):
                    code = "workbook.unknown_info" if column is None else "workbook.repeated_info"
                    self._fault(code, sheet, index, 0, {"field": name})
                continue
            seen.add(column.name)
            value = row[1] if len(row) > 1 else ""
            self._put(values, column, value, sheet, (index, 1), f"/{_INFO_PATHS.get(column.name, column.name)}")
        for column in INFO:
            if column.name not in seen:
                self._fault("workbook.missing_info", sheet, None, 0, {"field": self._words.field(column)})
        return values

    def table(self, table: Table) -> list[dict[str, object]]:
        """The rows of a table sheet, empty ones left out."""
        sheet = self._sheets.get(table.name)
        if sheet is None:
            return []
        place = "/thresholds/classes" if table.may_be_empty else f"/{table.name}"
        self.cells[place] = (sheet.name, "")
        columns = self._columns(table, sheet)
        rows: list[dict[str, object]] = []
        for index, row in enumerate(sheet.rows[1:], 1):
            if all(value == "" for value in row):
                continue
            values: dict[str, object] = {}
            path = f"{place}/{len(rows)}"
            self.cells[path] = (sheet.name, cell_name(index, 0))
            for number, value in enumerate(row):
                column = columns.get(number)
                if column is not None:
                    self._put(values, column, value, sheet, (index, number), f"{path}/{column.name}")
                elif value != "":
                    self._fault("workbook.stray_value", sheet, index, number)
            rows.append(values)
        return rows

    def _columns(self, table: Table, sheet: Sheet) -> dict[int, Column]:
        """The columns by their number, whatever their order."""
        known = {same(self._words.heading(column)): column for column in table.columns}
        found: dict[int, Column] = {}
        for number, heading in enumerate(sheet.rows[0] if sheet.rows else ()):
            column = known.get(same(str(heading)))
            if column is None and heading != "":
                self._fault("workbook.unknown_column", sheet, 0, number, {"column": str(heading)})
            elif column is not None and column in found.values():
                self._fault("workbook.repeated_column", sheet, 0, number, {"column": str(heading)})
            elif column is not None:
                found[number] = column
        for column in table.columns:
            if column not in found.values():
                self._fault("workbook.missing_column", sheet, None, 0, {"column": self._words.heading(column)})
        return found

    def _fault(
        self, code: str, sheet: Sheet, row: int | None, number: int, facts: Mapping[str, object] | None = None
    ) -> None:
        cell = "" if row is None else cell_name(row, number)
        self.faults.append(CellFault(code, sheet.name, cell, facts or {}))

    def _put(
        self,
        values: dict[str, object],
        column: Column,
        value: Value,
        sheet: Sheet,
        place: tuple[int, int],
        path: str,
    ) -> None:
        """Read one cell into ``values``; an empty optional one is left out."""
        self.cells[path] = (sheet.name, cell_name(*place))
        if value == "":
            if not column.optional:
                self._fault("workbook.empty", sheet, *place)
            return
        try:
            values[column.name] = _READERS[column.form](column, value, self._words)
        except _Unreadable as wrong:
            self._fault(wrong.code, sheet, *place, wrong.facts)


_INFO_PATHS = {
    "pass_total": "thresholds/pass_mark/total",
    "pass_met": "thresholds/pass_mark/met",
    "thresholds_source": "thresholds/source",
    "thresholds_confidence": "thresholds/confidence",
    "thresholds_verified": "thresholds/verified",
}


# --- one cell ------------------------------------------------------------------------------------


class _Unreadable(Exception):
    """A cell that does not hold what its column asks for."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def _text(column: Column, value: Value, words: Words) -> str:
    del column, words
    if isinstance(value, str):
        return value
    if isinstance(value, bool | date | time | timedelta):
        raise _Unreadable("workbook.not_text")
    return str(value)


def _code(column: Column, value: Value, words: Words) -> str:
    """A code as text; a number only where no digit can have been lost (2, but not 2.1, which may have been
    2.10).
    """
    del column, words
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _Unreadable("workbook.code_not_text", value=str(value))


def _whole(column: Column, value: Value, words: Words) -> int:
    del column, words
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 7:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise _Unreadable("workbook.not_whole", value=str(value), least=0)


def _points(column: Column, value: Value, words: Words) -> int | str:
    """Points as a body has them: a whole number, or text where there is a fraction."""
    del column, words
    if isinstance(value, str) and _DECIMAL_COMMA.fullmatch(value):
        value = value.replace(",", ".")
    try:
        points = points_of(value)
    except ValueError:
        raise _Unreadable("workbook.not_points", value=str(value)) from None
    if points < 0:
        raise _Unreadable("workbook.not_points", value=str(value))
    return int(points) if points == points.to_integral_value() else str(points.normalize())


def _yes_no(column: Column, value: Value, words: Words) -> bool:
    del column
    return value if isinstance(value, bool) else _chosen(str(value), "yes_no", words) == "yes"


def _choice(column: Column, value: Value, words: Words) -> str:
    return _chosen(str(value), column.choices, words)


def _choices(column: Column, value: Value, words: Words) -> list[str]:
    return [_chosen(part, column.choices, words) for part in _parts(str(value))]


def _citations(column: Column, value: Value, words: Words) -> list[str]:
    citations = _parts(_code(column, value, words))
    wrong = [citation for citation in citations if not is_citation(citation)]
    if wrong:
        raise _Unreadable("body.malformed_citation", value=wrong[0])
    return citations


def _chosen(written: str, name: str, words: Words) -> str:
    known = words.choices(name)
    for code, word in known.items():
        if same(written) == same(word):
            return code
    allowed = f"{SEPARATOR} ".join(known.values())
    raise _Unreadable("workbook.unknown_choice", value=written, allowed=allowed)


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in text.replace("\n", SEPARATOR).split(SEPARATOR)]
    return [part for part in parts if part] or [""]


_READERS: dict[Form, Callable[[Column, Value, Words], object]] = {
    Form.CODE: _code,
    Form.TEXT: _text,
    Form.WHOLE: _whole,
    Form.POINTS: _points,
    Form.YES_NO: _yes_no,
    Form.CHOICE: _choice,
    Form.CHOICES: _choices,
    Form.CITATION: _code,
    Form.CITATIONS: _citations,
}
