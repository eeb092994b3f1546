"""The sheet in which holidays and make-up days are brought in: its columns, its template, its rows as days."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.domain.calendars import CalendarDay, DayKind
from workflow.papers.table_template import Cell, table_template
from workflow.papers.tables_in import Column, Row, choices_of, read_table
from workflow.wording import Wording

_KIND = Column("day_kind", form="choice", choices="day_kind")
_VERIFIED = Column("day_verified", form="flag", required=False)
COLUMNS = (Column("day", form="day"), Column("day_name"), _KIND, Column("day_source"), _VERIFIED)


def read_days(content: bytes, name: str, wording: Wording) -> list[tuple[Row, CalendarDay]]:
    """The rows of a sheet as days. Raises WorkbookRefused with every fault at its cell."""
    return [(row, _day(row)) for row in read_table(content, name, COLUMNS, wording)]


def _day(row: Row) -> CalendarDay:
    on = row.day("day")
    if on is None:
        raise TypeError("a row without its day was let through")
    return CalendarDay(
        day=on,
        name=row.text("day_name") or "",
        kind=DayKind(row.text("day_kind") or ""),
        source=row.text("day_source") or "",
        verified=row.text("day_verified") == "yes",
    )


def day_template(wording: Wording, days: Iterable[CalendarDay] = ()) -> bytes:
    """The workbook to fill in, holding these days."""
    kinds, flags = choices_of(_KIND, wording), choices_of(_VERIFIED, wording)
    rows: list[dict[str, Cell]] = [
        {
            "day": one.day,
            "day_name": one.name,
            "day_kind": kinds[one.kind.value],
            "day_source": one.source,
            "day_verified": flags["yes" if one.verified else "no"],
        }
        for one in days
    ]
    return table_template(wording.say("sheet.title.days"), COLUMNS, wording, rows=rows)
