"""The sheet in which organisations are brought in: its columns, its template, its rows as organisations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from workflow.domain.books import KEPT_BY_PROVINCE, Organisation
from workflow.papers.table_template import Cell, table_template
from workflow.papers.tables_in import Column, Row, choices_of, read_table
from workflow.wording import Wording

_KIND = Column("kind", form="choice", choices="organisation_kind")
_LEVEL = Column("managing_level", form="choice", required=False, choices="managing_level")

COLUMNS = (
    Column("id"),
    Column("name"),
    _KIND,
    Column("parent", required=False),
    Column("commune", required=False),
    _LEVEL,
    Column("valid_from", form="day", required=False),
    Column("valid_to", form="day", required=False),
    Column("successor", required=False),
)

PLACES = {"id": "id", "parent_id": "parent", "commune_id": "commune", "successor_id": "successor"}
"""Field of an organisation -> the column it stands in, where the two are called differently."""


Known = Callable[[list[str]], Mapping[str, Organisation]]
"""Organisations by id, those that there are."""

_FIELDS = ("parent_id", "commune_id", "valid_from", "valid_to", "successor_id")


def read_organisations(
    content: bytes, name: str, wording: Wording, *, province_id: str, commune_id: str | None, known: Known
) -> list[tuple[Row, Organisation]]:
    """The rows of a sheet as organisations; where it leaves the commune open, it is ``commune_id``.

    A column that the sheet lacks leaves what is there, as ``known`` tells it. Raises WorkbookRefused with every fault
    at its cell.
    """
    rows = read_table(content, name, COLUMNS, wording)
    there = known([row.text("id") or "" for row in rows])
    return [(row, _organisation(row, province_id, commune_id, there.get(row.text("id") or ""))) for row in rows]


def _organisation(row: Row, province_id: str, commune_id: str | None, there: Organisation | None) -> Organisation:
    kind = row.text("kind") or ""
    commune = row.text("commune") or (None if kind in KEPT_BY_PROVINCE else commune_id)
    made = Organisation(
        id=row.text("id") or "",
        name=row.text("name") or "",
        kind=kind,
        parent_id=row.text("parent") or commune,
        commune_id=commune,
        province_id=province_id,
        valid_from=row.day("valid_from"),
        valid_to=row.day("valid_to"),
        successor_id=row.text("successor"),
        managing_level=row.text("managing_level") or (there.managing_level if there else "commune"),
    )
    if there is None:
        return made
    lacking = [field for field in _FIELDS if PLACES.get(field, field) not in row.places]
    return replace(made, **{field: getattr(there, field) for field in lacking})


def organisation_template(wording: Wording, organisations: Iterable[Organisation] = ()) -> bytes:
    """The workbook to fill in, holding the organisations that are there, or none."""
    rows = list(_cells(wording, organisations))
    return table_template(wording.say("sheet.title.organisations"), COLUMNS, wording, rows=rows)


def organisation_rows(
    wording: Wording, organisations: Iterable[Organisation]
) -> tuple[list[str], Iterator[list[Cell]]]:
    """Heads and rows of the same table, for a file that is only read."""
    heads = [wording.say(f"sheet.{column.code}") for column in COLUMNS]
    return heads, ([row[column.code] for column in COLUMNS] for row in _cells(wording, organisations))


def _cells(wording: Wording, organisations: Iterable[Organisation]) -> Iterator[dict[str, Cell]]:
    kinds, levels = choices_of(_KIND, wording), choices_of(_LEVEL, wording)
    for one in organisations:
        yield {
            "id": one.id,
            "name": one.name,
            "kind": kinds.get(one.kind, one.kind),
            "parent": one.parent_id,
            "commune": one.commune_id,
            "managing_level": levels.get(one.managing_level, one.managing_level),
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "successor": one.successor_id,
        }
