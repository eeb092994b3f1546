"""Lists as files to take along: the whole list as it is narrowed, as XLSX or CSV; no cell of it computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import Response

from web.context import house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from workflow.papers.tables_out import Cell
    from workflow.queries.paging import Page

Item = TypeVar("Item")

TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_ROWS = 50_000
"""A file holds no more rows of a list."""


def table_answer(ending: str, title: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A list as a file called ``name``. Raises ``NotFound`` for an ending that is neither csv nor xlsx."""
    body = house().table_file(ending, title, heads, rows)
    headers = {"Content-Disposition": f"attachment; filename={name}.{ending}", "Cache-Control": "private, no-store"}
    return Response(body, mimetype=TYPES[ending], headers=headers)


def file_answer(body: bytes, name: str) -> Response:
    """A workbook that was made, as a file of that name."""
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-store"}
    return Response(body, mimetype=TYPES["xlsx"], headers=headers)


def every(page: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    """The items of all pages of a list; ``page`` gives the one that begins after a mark."""
    after, told = None, 0
    while True:
        found = page(after)
        yield from found.items
        told, after = told + len(found.items), found.after
        if after is None or told >= MOST_ROWS:
            return
