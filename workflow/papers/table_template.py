"""The spreadsheet in which people bring a table: headings, lists to choose from, how each column is filled in.

What ``tables_in`` reads is the first sheet; the second one explains it and holds the lists.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workflow.papers.tables_in import Column, choices_of
from workflow.wording import Wording

MOST_ROWS = 1000
"""Rows prepared with their lists of choices."""

Cell = str | date | None

_MADE = datetime(2026, 1, 1)  # noqa: DTZ001  # a fixed mark in the file, so that equal content gives equal bytes
_WIDE = {"name": 46, "subject": 46, "authority": 34, "result": 40, "kind": 20, "number": 20}
_FIRST_LIST = 2
"""The column of the guide in which the first list stands."""


def table_template(
    title: str,
    columns: Sequence[Column],
    wording: Wording,
    *,
    rows: Sequence[Mapping[str, Cell]] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """The workbook with these columns; ``rows`` fill it, by column. ``choices``: further lists, by column."""
    lists = {column.code: tuple(choices_of(column, wording).values()) for column in columns}
    lists = {code: words for code, words in lists.items() if words}
    lists |= {code: tuple(words) for code, words in (choices or {}).items()}
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": title, "created": _MADE})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        sheet, guide = book.add_worksheet(title), book.add_worksheet(wording.say("sheet.guide"))
        for at, column in enumerate(columns):
            plain = {"day": day, "number": None, "decimal": None}.get(column.form, text)
            sheet.set_column(at, at, _WIDE.get(column.code, 16), plain)
            sheet.write_string(0, at, column.title(wording), head)
        sheet.freeze_panes(1, 0)
        _fill(sheet, columns, rows, text, day)
        guide.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        for line, words in enumerate(_guide(title, columns, wording)):
            guide.write_string(line, 0, words)
        for number, (code, offered) in enumerate(lists.items(), _FIRST_LIST):
            _offer(sheet, guide, number, [one.code for one in columns].index(code), offered, len(rows))
    return content.getvalue()


def _fill(
    sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Mapping[str, Cell]], text: Format, day: Format
) -> None:
    for line, row in enumerate(rows, 1):
        for at, column in enumerate(columns):
            value = row.get(column.code)
            if isinstance(value, date):
                sheet.write_datetime(line, at, value, day)
            elif value:
                sheet.write_string(line, at, value, text)


def _guide(title: str, columns: Sequence[Column], wording: Wording) -> list[str]:
    """How the table is filled in, line by line."""
    told = [wording.say("sheet.guide.rows", sheet=title), wording.say("sheet.guide.whole")]
    for column in columns:
        code = "sheet.guide.required" if column.required else "sheet.guide.column"
        told.append(wording.say(code, column=column.title(wording), hint=column.told(wording)))
    return told


def _offer(sheet: Worksheet, guide: Worksheet, number: int, at: int, words: Sequence[str], filled: int) -> None:
    """A list to choose from in a column; it stands beside the guide, for its words may hold commas."""
    for line, word in enumerate(words):
        guide.write_string(line, number, word)
    letter = chr(ord("A") + number)
    source = f"='{guide.get_name()}'!${letter}$1:${letter}${len(words)}"
    sheet.data_validation(1, at, max(MOST_ROWS, filled), at, {"validate": "list", "source": source})
