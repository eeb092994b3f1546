"""Lists written into a file instead of onto the terminal: every page of them, XLSX or CSV as the file is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from workflow.cli.door import Door
from workflow.cli.output import complain
from workflow.cli.speech import WORDING, Usage, say
from workflow.cli.values import NEW_FILE
from workflow.papers.marked_workbook import marked_workbook
from workflow.papers.workbook import CellFault, WorkbookRefused
from workflow.queries.paging import Page

Item = TypeVar("Item")

ENDINGS = ("xlsx", "csv")


marked_option = click.option("--marked", type=NEW_FILE)


@contextmanager
def marking(door: Door, file: Path, marked: Path | None) -> Iterator[None]:
    """A table that is refused meanwhile is written to ``marked``, every fault at its cell; the refusal goes on."""
    try:
        yield
    except WorkbookRefused as error:
        faults = [fault for fault in error.faults if isinstance(fault, CellFault)]
        body = marked_workbook(file.read_bytes(), file.name, faults, WORDING) if marked is not None else None
        if marked is not None and body is not None:
            marked.write_bytes(body)
            if not door.asked.as_json:
                complain(say("cli.marked", file=str(marked)))
        raise


def every(page: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    """The items of all pages of a list; ``page`` gives the one that begins after a mark."""
    after = None
    while True:
        found = page(after)
        yield from found.items
        after = found.after
        if after is None:
            return


def ending_of(output: Path) -> str:
    """What kind of table the file is called. Raises Usage for another one."""
    ending = output.suffix.removeprefix(".").lower()
    if ending not in ENDINGS:
        raise Usage("cli.usage.table_file", file=output.name)
    return ending


def write_list(door: Door, output: Path, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write the rows under their heads; no cell of the file computes. Raises Usage for another ending."""
    cells = [["" if cell is None else cell if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    body = door.house.table_file(ending_of(output), title, heads, cells)
    with output.open("xb") as file:
        file.write(body)
    data = {"file": str(output), "rows": len(cells)}
    door.tell(data, [say("cli.table.written", file=str(output), count=len(cells))])
