"""Lists as files for a spreadsheet program, CSV and XLSX: rows in, bytes out, and nothing in a cell ever computes.

A text that a program would read as a formula (it begins with = + - @, their full-width forms, a tab or a line break) is
kept as text: in CSV by an apostrophe before it, in XLSX by the type of the cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

Cell = str | int | Decimal | date | None
"""What a cell holds. A date is written as a day; a moment is not taken, say it in words."""

_DANGEROUS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_BEFORE = " \u00a0\ufeff\u200b"
"""What programs pass over before they look for a formula."""

_WIDEST = 60
_DAY = "dd/mm/yyyy"


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program could take the text for a formula."""
    bare = text.lstrip(_BEFORE)
    return text[:1] in _DANGEROUS or bare[:1] in _DANGEROUS


def csv_file(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark, so that office programs read Vietnamese; days as dd/mm/yyyy, decimal comma."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([_plain(head) for head in heads])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_file(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, made_at: datetime) -> bytes:
    """One sheet: heads that stay, a filter, days as days, text as text. The same rows give the same bytes."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None, microsecond=0)})
    sheet = book.add_worksheet(sheet_name(title))
    head, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": _DAY})
    kept = [list(row) for row in rows]
    for column, words in enumerate(heads):
        sheet.write_string(0, column, words, head)
        sheet.set_column(column, column, _width(words, (row[column] for row in kept)))
    for line, row in enumerate(kept, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 - a day of the sheet
            elif isinstance(cell, int | Decimal):
                sheet.write_number(line, column, float(cell))
            elif cell:
                sheet.write_string(line, column, cell)
    sheet.freeze_panes(1, 0)
    if kept and heads:
        sheet.autofilter(0, 0, len(kept), len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, int | Decimal):
        return format(cell, "f" if isinstance(cell, Decimal) else "d").replace(".", ",")
    return f"'{cell}" if is_formula(cell) else cell


def _width(head: str, cells: Iterable[Cell]) -> int:
    return min(_WIDEST, max(10, len(head), *(len(_plain(cell)) for cell in cells)) + 2)


def sheet_name(title: str) -> str:
    """At most 31 characters without those that a sheet's name may not have."""
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:31].strip() or "1"
