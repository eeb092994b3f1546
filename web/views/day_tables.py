"""Holidays and make-up days brought in as a table: looked at row by row, kept with their reason, all or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import actor, only
from web.context import cycle, house, idempotency_key, new_key
from web.downloads import file_answer
from web.errors import sentence, status_of
from web.formatting import day as day_words
from web.importing import Line, faults_in, grouped
from web.sheets import MOST_TOLD, is_marked, keep_marked, sent, upload_of_request, waiting
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.errors import HosoError
from workflow.papers.day_sheet import day_template, read_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.sheets import Sheet, Told
    from workflow.domain.calendars import CalendarDay
    from workflow.papers.tables_in import Row
    from workflow.services.days import DayLine

Answer = str | AnyResponse | tuple[str, int]

KEEPERS = (Role.ADMIN, Role.PROVINCE_POLICE)

day_tables = Blueprint("day_tables", __name__, url_prefix="/ngay-nghi/bang")


@day_tables.route("", methods=["GET", "POST"])
@only(*KEEPERS)
def table() -> Answer:
    """The table to fill in, and the one that was filled in."""
    if request.method == "GET":
        return _table([])
    digest, faults = sent(upload_of_request(), _read)
    if faults:
        return _table(faults), 422
    return redirect(url_for("day_tables.preview", digest=digest))


@day_tables.get("/mau.xlsx")
@only(*KEEPERS)
def template() -> Response:
    """The table, empty."""
    return file_answer(day_template(house().wording), "ngay-nghi.xlsx")


@day_tables.route("/<digest>", methods=["GET", "POST"])
@only(*KEEPERS)
def preview(digest: str) -> Answer:
    """What the table would change, day by day; then all of it, or nothing."""
    sheet = waiting(digest)
    read = _read(sheet)
    days = [day for _row, day in read]
    if request.method == "GET":
        return _preview(sheet, read, house().days.preview(actor(), days))
    try:
        house().days.keep(actor(), days, reason=request.form.get("ly-do", ""), key=idempotency_key())
    except HosoError as error:
        lines = house().days.preview(actor(), days)
        return _preview(sheet, read, lines, problem=sentence(error)), status_of(error)
    return redirect(url_for("calendar.days", nam=days[0].day.year))


def _read(sheet: Sheet) -> list[tuple[Row, CalendarDay]]:
    return read_days(sheet.content, sheet.name, house().wording)


def _table(faults: Sequence[Told]) -> str:
    return render_template(
        "calendar/table.html",
        told=faults[:MOST_TOLD],
        more=max(0, len(faults) - MOST_TOLD),
        marked=bool(faults) and is_marked(),
        year=cycle(),
    )


def _preview(
    sheet: Sheet, read: Sequence[tuple[Row, CalendarDay]], lines: Sequence[DayLine], *, problem: str = ""
) -> str:
    groups = grouped([(line.what, _line(row, line)) for (row, _), line in zip(read, lines, strict=True)])
    counts = {group.what: len(group.lines) for group in groups}
    return render_template(
        "calendar/preview.html",
        sheet=sheet,
        groups=groups,
        counts=counts,
        writes=counts.get("add", 0) + counts.get("change", 0),
        marked=bool(counts.get("wrong")) and keep_marked(sheet, faults_in(groups)),
        problem=problem,
        reason=request.form.get("ly-do", ""),
        key=new_key(),
    )


def _line(row: Row, line: DayLine) -> Line:
    notes = (sentence(line.error),) if line.error is not None else ()
    kind = say(f"calendar.{line.day.kind.value}")
    return Line(day_words(line.day.day), (line.day.name, kind), notes, place=row.cell("day"), sheet=row.sheet)
