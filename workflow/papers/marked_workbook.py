"""The workbook that somebody sent, given back with every fault at its cell: coloured, its sentence as a comment."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workflow.papers.tables_out import sheet_name
from workflow.papers.workbook import CellFault, Sheet, Value, WorkbookRefused, fault_sentence, read_values
from workflow.wording import Wording

_WIDE = 24
_MOST_COMMENTS = 2000
_BAD = {"bg_color": "#fbebe7", "border": 1, "border_color": "#a6261b", "valign": "top", "text_wrap": True}


def marked_workbook(content: bytes, name: str, faults: Iterable[CellFault], wording: Wording) -> bytes | None:
    """The same values with the faults in them; None when nothing of it can be read or no fault has a place."""
    placed: dict[str, dict[str, list[str]]] = {}
    for fault in faults:
        words = fault_sentence(CellFault(fault.code, facts=fault.facts), wording)
        placed.setdefault(fault.sheet, {}).setdefault(fault.cell or "A1", []).append(words)
    sheets = _sheets(content, name) if placed else ()
    if not any(sheet.name in placed for sheet in sheets):
        return None
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001  # a fixed mark, so that equal content gives equal bytes
        plain, bad = book.add_format({"valign": "top", "text_wrap": True}), book.add_format(_BAD)
        days = {
            False: book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
            True: book.add_format({**_BAD, "num_format": "dd/mm/yyyy"}),
        }
        for sheet in sheets:
            page = book.add_worksheet(sheet_name(sheet.name))
            _fill(page, sheet, placed.get(sheet.name, {}), {False: plain, True: bad}, days)
    return out.getvalue()


def _fill(
    page: Worksheet,
    sheet: Sheet,
    faults: Mapping[str, Sequence[str]],
    forms: Mapping[bool, Format],
    days: Mapping[bool, Format],
) -> None:
    places = {_place(cell): words for cell, words in list(faults.items())[:_MOST_COMMENTS]}
    page.set_column(0, max((len(row) for row in sheet.rows), default=1), _WIDE)
    page.freeze_panes(1, 0)
    for line, row in enumerate(sheet.rows):
        for at, value in enumerate(row):
            is_bad = (line, at) in places
            if value != "" or is_bad:
                _write(page, line, at, value, (days if isinstance(value, date) else forms)[is_bad])
    for (line, at), words in places.items():
        if line >= len(sheet.rows) or at >= len(sheet.rows[line]):
            page.write_blank(line, at, None, forms[True])
        page.write_comment(line, at, "\n".join(words), {"x_scale": 2, "y_scale": 1.5})


def _write(page: Worksheet, line: int, at: int, value: Value, form: Format) -> None:
    if value == "":
        page.write_blank(line, at, None, form)
    elif isinstance(value, bool):
        page.write_boolean(line, at, value, form)
    elif isinstance(value, datetime | date):
        page.write_datetime(line, at, value, form)
    elif isinstance(value, int | Decimal):
        page.write_number(line, at, float(value), form)
    elif isinstance(value, time | timedelta):
        page.write_string(line, at, str(value), form)
    else:
        page.write_string(line, at, value, form)


def _place(cell: str) -> tuple[int, int]:
    """Indexes from 0 of a cell's name: C7 is (6, 2)."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(cell[len(letters) :]) - 1, column - 1


def _sheets(content: bytes, name: str) -> tuple[Sheet, ...]:
    try:
        if content.startswith(b"PK"):
            return read_values(content)
        text = content.decode("utf-8-sig")
        delimiter = max(";\t,", key=text.partition("\n")[0].count)
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except (WorkbookRefused, UnicodeDecodeError, csv.Error):
        return ()
    return (Sheet(name, tuple(rows)),)
