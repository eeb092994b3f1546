"""How the command line prints: plain aligned tables, JSON with stable English keys, a progress bar on a terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click

from workflow.telling.values import plain

__all__ = ["as_json", "columns_of", "complain", "facts", "plain", "progress", "table", "tell", "working"]

Item = TypeVar("Item")
_GAP = "  "


def as_json(data: object) -> str:
    """The JSON text that ``--json`` prints."""
    return json.dumps(plain(data), ensure_ascii=False, indent=2)


def columns_of(text: str) -> int:
    """How many columns a terminal gives a text; letters with marks take one."""
    composed = unicodedata.normalize("NFC", text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in {"W", "F"} else 1 for c in composed
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """An aligned table: head, a rule, rows; the last column is not padded."""
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(columns_of(line[i]) for line in [list(heads), *texts]) for i in range(len(heads))]
    yield _line(heads, widths)
    yield _GAP.join("-" * width for width in widths)
    for row in texts:
        yield _line(row, widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - columns_of(cell)) for cell, width in zip(cells, widths, strict=True)]
    return _GAP.join(padded).rstrip()


def facts(pairs: Iterable[tuple[str, object]]) -> Iterator[str]:
    """Aligned lines "label: value"; empty values are left out."""
    shown = [(f"{label}:", str(value)) for label, value in pairs if value not in (None, "")]
    width = max((columns_of(label) for label, _ in shown), default=0)
    for label, value in shown:
        yield f"{label}{' ' * (width - columns_of(label))} {value}"


def tell(*lines: str) -> None:
    """Lines on standard output."""
    for line in lines:
        click.echo(line)


def complain(*lines: str) -> None:
    """Lines on standard error."""
    for line in lines:
        click.echo(line, err=True)


@contextmanager
def progress(items: Sequence[Item], label: str) -> Iterator[Iterable[Item]]:
    """The items, with a bar on standard error while they are gone through; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield items
        return
    with click.progressbar(items, label=label, file=sys.stderr) as bar:
        yield bar


@contextmanager
def working(label: str) -> Iterator[None]:
    """Says on a terminal what is being done while it lasts; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield
        return
    click.echo(f"{label} …", err=True, nl=False)
    try:
        yield
    finally:
        click.echo("\r" + " " * (columns_of(label) + 2) + "\r", err=True, nl=False)
