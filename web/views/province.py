"""The whole province: communes by stage with what is late, drilled down to lists; the same as a sheet."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from web.access import only
from web.downloads import table_answer
from web.lists.agenda import plan_dates
from web.lists.places import place
from web.lists.present import Present, present
from web.lists.province_matrix import Table, late_url, table
from web.words import say
from web.years.kinds import kind_asked, yearly_kinds
from workflow.domain.actors import Role
from workflow.domain.calendars import ONE_DAY, last_day
from workflow.papers.tables_out import Cell

province = Blueprint("province", __name__, url_prefix="/toan-tinh")

LONGEST_TEXT = 100


@province.get("/")
@only(Role.PROVINCE_POLICE)
def matrix() -> str:
    """Communes by stage; late ones first, those with nothing named too."""
    now, text, by_name = present(), _text(), request.args.get("xep") == "ten"
    shown = table(kind_asked(), now, text=text, by_name=by_name)
    return render_template(
        "province/matrix.html",
        shown=shown,
        kinds=yearly_kinds(),
        text=text,
        by_name=by_name,
        at=now.at,
        report=_report_due(shown, now),
        chase_url=place("chase.owed"),
        late_url=late_url(shown.kind),
    )


@province.get("/bang.<ending>")
@only(Role.PROVINCE_POLICE)
def sheet(ending: str) -> Response:
    """The same rows as a sheet, XLSX or CSV."""
    shown = table(kind_asked(), present(), text=_text(), by_name=True)
    heads = [say("matrix.commune"), *(column.label for column in shown.columns)]
    heads += [say("matrix.returned"), say("matrix.late"), say("matrix.holders")]
    rows: list[list[Cell]] = [
        [line.name, *(one.count for one in line.figures), line.returned.count, line.late, "; ".join(line.held)]
        for line in shown.lines
    ]
    title = say("matrix.title", kind=shown.kind.short_label, cycle=shown.cycle)
    return table_answer(ending, title, say("download.matrix_file", cycle=shown.cycle), heads, rows)


def _text() -> str:
    return " ".join(request.args.get("q", "").split())[:LONGEST_TEXT]


def _report_due(shown: Table, now: Present) -> dict[str, object] | None:
    """The last day of the yearly report while it is ahead and near, with the working days left, today included."""
    dates = (d for d in plan_dates(now) if d.kind is shown.kind and d.cycle == shown.cycle)
    due = next((d.verdict.due for d in dates if d.code == shown.kind.report), None)
    if due is None or due <= now.at or last_day(due) - now.today > 30 * ONE_DAY:
        return None
    return {"due": due, "days": now.calendar.working_days_between(now.today - ONE_DAY, last_day(due))}
