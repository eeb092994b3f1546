"""The sheet in which earlier results are brought in: its columns, its template."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.papers.table_template import table_template
from workflow.papers.tables_in import Column, Row, read_table
from workflow.wording import Wording

COLUMNS = (
    Column("subject"),
    Column("result"),
    Column("cycle", form="number"),
    Column("number"),
    Column("decided_on", form="day"),
    Column("authority"),
    Column("result_kind", required=False),
    Column("label", required=False),
)
"""A result is named by its words in the ledger, or by the codes of its kind and result with a label."""

_BY_WORDS = COLUMNS[:6]


def read_results(content: bytes, name: str, wording: Wording) -> list[Row]:
    """The rows of a sheet. Raises WorkbookRefused with every fault at its cell."""
    return read_table(content, name, COLUMNS, wording)


def result_template(wording: Wording, results: Sequence[str] = ()) -> bytes:
    """The workbook to fill in; ``results`` are the words to choose from."""
    choices = {"result": results} if results else {}
    return table_template(wording.say("sheet.title.results"), _BY_WORDS, wording, choices=choices)
