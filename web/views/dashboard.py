"""The dashboard of the year, and the years side by side: counts with the dossiers and results behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template

from web.access import OFFICERS, only
from web.context import cycle, house
from web.lists.dashboard import beside, cells, heads, kind_lines, result_lines
from web.lists.present import present
from web.results.years import asked, choices, told, year_cells, year_heads
from web.words import say
from workflow.domain.actors import COMMUNE_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workflow.papers.tables_out import Cell

dashboard = Blueprint("dashboard", __name__, url_prefix="/bang-dieu-hanh")

READERS = (*sorted(COMMUNE_ROLES), Role.PROVINCE_POLICE)
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dashboard.get("/")
@only(*READERS)
def board() -> str:
    """Every kind of dossier in one view: how many, where, what is late; what the ledger says of the year."""
    lines = kind_lines(present())
    return render_template(
        "dashboard/board.html",
        lines=[line for line in lines if not line.is_empty],
        silent=[line.kind.short_label for line in lines if line.is_empty],
        late=sum(line.late.count for line in lines),
        results=result_lines(),
        beside=beside(present()),
        year=cycle(),
        at=present().at,
    )


@dashboard.get("/tai/<ending>")
@only(*READERS)
def board_file(ending: str) -> Response:
    """The same lines as CSV or XLSX."""
    title = say("dashboard.title", cycle=cycle())
    return _file(ending, title, f"bang-dieu-hanh-{cycle()}", heads(), cells(kind_lines(present())))


@dashboard.get("/nhieu-nam")
@only(*OFFICERS)
def years() -> str:
    """Results over several years: counts and how they changed, by result, kind of subject and commune."""
    found = asked()
    return render_template("dashboard/years.html", found=found, parts=told(found), kinds=choices(found))


@dashboard.get("/nhieu-nam/tai/<ending>")
@only(*OFFICERS)
def years_file(ending: str) -> Response:
    """The same counts as CSV or XLSX."""
    found = asked()
    title = say("years.sheet", first=found.years[0], last=found.years[-1])
    return _file(ending, title, f"nhieu-nam-{found.kind}", year_heads(found), year_cells(found))


def _file(ending: str, title: str, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    body = house().table_file(ending, title, head, rows)
    disposition = f'attachment; filename="{name}.{ending}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return Response(body, mimetype=TYPES[ending], headers=headers)
