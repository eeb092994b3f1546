"""The worklist: what waits for the reader, soonest first; officers and units land here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from web.access import OFFICERS, actor, only
from web.context import cycle, house
from web.downloads import every, table_answer
from web.frame import IN_TURN
from web.lists.agenda import PlanDate, coming, plan_dates, step_dues
from web.lists.boxes import asked_box, chase_box, province_box
from web.lists.files import dossier_cells, dossier_heads
from web.lists.filters import asked, choices, communes_seen, conditions
from web.lists.finding import bounded_words
from web.lists.grouping import by_commune, by_holder, ended
from web.lists.parts import Part, part_of, parts
from web.lists.places import place
from web.lists.present import Present, present
from web.lists.tasks import Group, acts_only, tasks
from web.lists.unit_year import unit_year
from web.words import say
from workflow.domain.actors import COMMUNE_ROLES, Role
from workflow.domain.step_clock import LatenessKind
from workflow.queries.filters import Filters, Tab
from workflow.queries.paging import LIMIT, MOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflow.queries.worklist import WorkItem

worklist = Blueprint("worklist", __name__)

LONGEST_ROW = 40


@worklist.get("/viec-can-lam")
@only(*OFFICERS, Role.UNIT)
def mine() -> str:
    """The reader's own page: a unit's dossier of the year, an officer's list."""
    now = present()
    if actor().role is Role.UNIT:
        return render_template(
            "worklist/unit.html", year=unit_year(now), dates=coming(plan_dates(now), now), year_url=_year_url()
        )
    return _officer(now)


@worklist.get("/viec-can-lam/tai/<ending>")
@only(*OFFICERS)
def download(ending: str) -> Response:
    """All dossiers of a tab as it is narrowed, as CSV or XLSX."""
    now, filters, part = present(), replace(asked(), tab=Tab.MINE), part_of(request.args.get("phan", ""))
    found = every(lambda after: part.items(filters, now, after=after, limit=MOST))
    book = say("download.worklist_book", part=part.label)
    return table_answer(ending, book, say("download.worklist_file"), dossier_heads(), dossier_cells(found, now))


@worklist.get("/viec-can-lam/lan-luot")
@only(*OFFICERS)
def in_turn() -> Response:
    """What waits for the reader, one dossier after another: the first, the one after ``sau``, or no more (``thoi``)."""
    if "thoi" in request.args:
        session.pop(IN_TURN, None)
        return redirect(url_for("worklist.mine"))
    after = request.args.get("sau")
    row: list[str] = session.get(IN_TURN, []) if after else _row_of_mine()
    following = row[row.index(after) + 1 :] if after in row else row if after is None else []
    if not following:
        session.pop(IN_TURN, None)
        return redirect(url_for("worklist.mine"))
    session[IN_TURN] = row
    return redirect(url_for("dossiers.page", dossier_id=following[0]))


def _row_of_mine() -> list[str]:
    """The dossiers of the first tab, as far as a cookie holds them."""
    return [item.id for item in parts()[0].items(Filters(), present(), after=None, limit=LONGEST_ROW).items]


def _officer(now: Present) -> str:
    filters, part, role = replace(asked(), tab=Tab.MINE), part_of(request.args.get("phan", "")), actor().role
    after = request.args.get("after") or None
    limit = MOST if role in COMMUNE_ROLES and part.is_mine else LIMIT
    page = part.items(filters, now, after=after, limit=limit)
    dates = plan_dates(now)
    communes = communes_seen(now)
    said = conditions(filters, {commune.id: commune.name for commune in communes})
    late = replace(filters, lateness=LatenessKind.LATE)
    return render_template(
        "worklist/officer.html",
        role=role,
        part=part,
        entry_url=place("registrations.choose") if role is Role.COMMUNE_POLICE else "",
        tabs=[(one.label, bounded_words(one.count(filters, now)), _url(filters, one), one is part) for one in parts()],
        total=bounded_words(part.count(filters, now)),
        late=part.count(late, now).n if part.is_mine else 0,
        groups=_groups(part, page.items, dates, now),
        next_url=_url(filters, part, after=page.after) if page.after is not None else "",
        first_url=_url(filters, part) if after is not None else "",
        limit=limit,
        filters=filters,
        conditions=[(one.words, _url(one.without, part)) for one in said],
        clear_url=_url(Filters(), part),
        choices=choices(filters, communes, now),
        dates=coming(dates, now),
        year_url=_year_url(),
        asked=asked_box(now) if part.is_mine else None,
        chase=chase_box(now) if part.is_mine else None,
        province=province_box(now) if part.is_mine else None,
    )


def _groups(part: Part, items: Sequence[WorkItem], dates: tuple[PlanDate, ...], now: Present) -> tuple[Group, ...]:
    """The rows of a tab under the headings that suit it."""
    if part.tab is Tab.DONE:
        return ended(items)
    if not part.has_tasks:
        return by_holder(items, now)
    outlooks = house().outlooks.of(actor(), [item.id for item in items])
    if actor().role in COMMUNE_ROLES or not part.is_mine:
        return tasks(items, now, outlooks, step_dues(dates))
    return (*acts_only(items, now, outlooks, step_dues(dates)), *by_commune(items, now, outlooks))


def _year_url() -> str:
    """The page of the year's dates."""
    return place("deadlines.year", nam=cycle())


def _url(filters: Filters, part: Part, **more: str) -> str:
    """The worklist's address with these filters in that tab."""
    values = {**filters.to_query(), **({"phan": part.slug} if part.slug else {}), **more}
    return url_for("worklist.mine", **values)  # type: ignore[arg-type]
