"""The rolls: every kind that keeps one, its dossiers in one list, counted and summed, and files to take along."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from web.access import EVERY_ROLE, actor, only
from web.context import cycle, house, today
from web.downloads import table_answer
from web.refusals import source as source_of
from web.rolls.asked import EVERY_YEAR, filters_asked, narrowing, parameters, roll_url
from web.rolls.shown import (
    Words,
    line_of,
    shown_columns,
    table_heads,
    table_rows,
    tallies,
    tally_heads,
    tally_rows,
)
from web.views.registrations import may_begin
from web.words import say
from workflow.domain.actors import PROVINCE_ROLES, Role
from workflow.domain.errors import NotFound
from workflow.domain.kinds import DossierKind
from workflow.queries.communes import Commune, communes_of
from workflow.queries.paging import LIMIT
from workflow.queries.roll_demands import demand_figures, expiring
from workflow.queries.rolls import RollFilters, Totals, roll_page, roll_totals, whole_roll

READERS = tuple(EVERY_ROLE - {Role.ADMIN})

rolls = Blueprint("rolls", __name__, url_prefix="/so")


@rolls.get("/")
@only(*READERS)
def overview() -> str:
    """Every roll with how many dossiers it holds this year, what runs out soon, and what is still asked for."""
    year = cycle()
    rows = []
    for kind in _kinds():
        totals = roll_totals(house().database, actor(), kind, RollFilters(cycle=year))
        rows.append(
            {
                "kind": kind,
                "count": totals.dossiers,
                "url": roll_url(kind, {"nam": str(year)}),
                "begin": url_for("registrations.begin", kind=kind.code, nam=year) if may_begin(kind) else "",
                "ending": len(expiring(house().database, actor(), kind, today=today())),
                "lacking": sum(1 for one in demand_figures(house().database, actor(), kind, cycle=year) if one.lacking),
            }
        )
    return render_template("rolls/overview.html", rows=rows, year=year)


@rolls.get("/<kind>")
@only(*READERS)
def listing(kind: str) -> str:
    """One roll: its dossiers, narrowed by its columns; how they divide; who lacks what is asked for."""
    found, year = _kind(kind), cycle()
    filters, words = filters_asked(found, year), Words(found)
    params = parameters(filters)
    page = roll_page(house().database, actor(), found, filters, after=request.args.get("after") or None)
    totals = roll_totals(house().database, actor(), found, filters)
    plain = RollFilters(cycle=filters.cycle)
    return render_template(
        "rolls/listing.html",
        kind=found,
        filters=filters,
        year=year,
        every_year=EVERY_YEAR,
        total=totals.dossiers,
        columns=shown_columns(found),
        rows=[line_of(found, line, words, today()) for line in page.items],
        selects=[(one, words.options(one), filters.chosen.get(one.code, "")) for one in narrowing(found)],
        communes=[(one.id, one.name) for one in _communes()],
        narrowed=filters != plain,
        clear_url=roll_url(found, parameters(plain)),
        tallies=tallies(found, totals, words, _links(found, totals, params)),
        sums=[(one.label, totals.sums[one.code]) for one in (found.roll.summed if found.roll else ())],
        demands=[
            (one, source_of(one.demand.source)) for one in demand_figures(house().database, actor(), found, cycle=year)
        ],
        states=[(code, state.label) for code, state in found.states.items()],
        expiring=expiring(house().database, actor(), found, today=today()),
        next_url=roll_url(found, {**params, "after": page.after}) if page.after else "",
        limit=LIMIT,
        begin_url=url_for("registrations.begin", kind=found.code, nam=year) if may_begin(found) else "",
        params=params,
        has_communes=actor().role in PROVINCE_ROLES,
    )


@rolls.get("/<kind>/tai/<ending>")
@only(*READERS)
def download(kind: str, ending: str) -> Response:
    """The whole roll as it is narrowed, as CSV or XLSX; no cell of it computes."""
    found = _kind(kind)
    lines = whole_roll(house().database, actor(), found, filters_asked(found, cycle()))
    words = Words(found)
    return _file(found, "roll.file", ending, table_heads(found), list(table_rows(found, lines, words)))


@rolls.get("/<kind>/tong-hop/<ending>")
@only(*READERS)
def totals(kind: str, ending: str) -> Response:
    """Counts and sums by every column that is tallied, as CSV or XLSX."""
    found = _kind(kind)
    whole = roll_totals(house().database, actor(), found, filters_asked(found, cycle()))
    return _file(found, "roll.file_totals", ending, tally_heads(found), list(tally_rows(found, whole, Words(found))))


def _file(kind: DossierKind, name: str, ending: str, heads: list[str], rows: list[list[str | int | None]]) -> Response:
    file = say(name, kind=kind.code.replace("_", "-"), cycle=cycle())
    return table_answer(ending, kind.roll.label if kind.roll else kind.label, file, heads, rows)


def _links(kind: DossierKind, whole: Totals, params: dict[str, str]) -> dict[str, dict[str, str]]:
    """Where each counted value leads: the roll narrowed by it."""
    return {
        code: {one.value: roll_url(kind, {**params, code: one.value}) for one in counts}
        for code, counts in whole.tallies.items()
    }


def _kinds() -> list[DossierKind]:
    return [_newest(kind.code) for kind in house().catalogue.kinds() if kind.roll is not None]


def _newest(code: str) -> DossierKind:
    return house().catalogue.newest(code, province_id=actor().province_id, on=today())


def _kind(code: str) -> DossierKind:
    """The kind in force that keeps a roll. Raises ``NotFound`` for any other."""
    found = _newest(code)
    if found.roll is None:
        raise NotFound("kind_not_found", kind=code)
    return found


def _communes() -> tuple[Commune, ...]:
    if actor().role not in PROVINCE_ROLES:
        return ()
    with house().database.read() as connection:
        return communes_of(connection, actor().province_id, on=today())
