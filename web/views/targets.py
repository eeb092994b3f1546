"""The quantitative targets of a year as of a day: numerator, denominator, met or not, and what stands behind each."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request

from web.access import OFFICERS, actor, only
from web.context import cycle, house, now, today
from web.forms.typed import UnreadableError, read_day
from web.lists.filters import communes_seen
from web.lists.present import present
from web.refusals import source
from web.targets import cells, heads, rows_of
from web.words import say
from workflow.queries.targets import TargetSheet, target_sheet

TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

targets = Blueprint("targets", __name__, url_prefix="/chi-tieu")


@targets.get("/")
@only(*OFFICERS)
def sheet() -> str:
    """Every target of the year, for the own commune, the commune asked for, or the whole province."""
    typed = request.args.get("ngay", "").strip()
    on, problem = _day(typed)
    made = _sheet(on)
    communes = communes_seen(present())
    return render_template(
        "targets/sheet.html",
        sheet=made,
        rows=rows_of(made),
        cited={one.target.code: source(one.target.source) for one in made.targets},
        communes=[(one.id, one.name) for one in communes],
        place=next((one.name for one in communes if one.id == made.commune_id), ""),
        commune=request.args.get("xa", ""),
        typed=typed,
        problem=problem,
        at=now(),
    )


@targets.get("/tai/<ending>")
@only(*OFFICERS)
def download(ending: str) -> Response:
    """The targets as CSV or XLSX, a row for each and one for everything behind it."""
    on, _ = _day(request.args.get("ngay", "").strip())
    made = _sheet(on)
    body = house().table_file(ending, say("targets.book", cycle=made.cycle), heads(), cells(made))
    name = f"{say('targets.file', cycle=made.cycle)}.{ending}"
    return Response(
        body,
        mimetype=TYPES[ending],
        headers={"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-store"},
    )


def _sheet(on: date) -> TargetSheet:
    place, who = house(), actor()
    return target_sheet(
        place.database,
        who,
        place.reporting.targets(),
        {one.code: one for one in place.catalogue.kinds()},
        place.reporting.kind(province_id=who.province_id, on=today()),
        present().moment,
        cycle=cycle(),
        on=on,
        commune_id=request.args.get("xa") or None,
    )


def _day(typed: str) -> tuple[date, str]:
    """The day asked for, else today; and what is wrong with what was typed."""
    if not typed:
        return today(), ""
    try:
        found = date.fromisoformat(read_day(typed))
    except UnreadableError:
        return today(), say("targets.day_wrong")
    return (found, "") if found <= today() else (today(), say("targets.day_later"))
