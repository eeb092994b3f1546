"""All dossiers a person may see, narrowed by what stands in the address: also the page of search results."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, render_template, request

from web.access import OFFICERS, actor, only
from web.downloads import every, table_answer
from web.lists.files import dossier_cells, dossier_heads
from web.lists.filters import asked, choices, communes_seen, conditions
from web.lists.finding import bounded_words, count, find, way_out
from web.lists.places import listing_url, place
from web.lists.present import present
from web.lists.rows import register_row
from web.words import say
from workflow.domain.actors import PROVINCE_ROLES, Role
from workflow.queries.filters import Filters, Tab
from workflow.queries.paging import LIMIT, MOST

dossiers_list = Blueprint("dossiers_list", __name__)

TABS = (Tab.MINE, Tab.DONE)
"""What is open, whoever holds it, and what is done."""


@dossiers_list.get("/ho-so")
@only(*OFFICERS, Role.UNIT)
def listing() -> str:
    """A page of the list; what it is narrowed to is said in words, with the way out of each."""
    now = present()
    filters = asked()
    communes = communes_seen(now)
    said = conditions(filters, {commune.id: commune.name for commune in communes})
    after = request.args.get("after") or None
    page = find(filters, now, after)
    counts = {tab: count(replace(filters, tab=tab), now) for tab in TABS}
    return render_template(
        "dossiers_list/listing.html",
        filters=filters,
        done=filters.tab is Tab.DONE,
        total=bounded_words(counts[filters.tab]),
        tabs=[(tab.value, bounded_words(counts[tab]), listing_url(replace(filters, tab=tab))) for tab in TABS],
        rows=[register_row(item, now) for item in page.items],
        next_url=listing_url(filters, after=page.after) if page.after is not None else "",
        first_url=listing_url(filters) if after is not None else "",
        limit=LIMIT,
        conditions=[(one.words, listing_url(one.without)) for one in said],
        clear_url=listing_url(Filters(filters.tab)),
        way_out=way_out(said, now) if not page.items and after is None else None,
        choices=choices(filters, communes, now),
        packages_url=place("packages.begin"),
        has_communes=actor().role in PROVINCE_ROLES,
    )


@dossiers_list.get("/ho-so/tai/<ending>")
@only(*OFFICERS, Role.UNIT)
def download(ending: str) -> Response:
    """The whole list as it is narrowed, as CSV or XLSX; no cell of it computes."""
    now, filters = present(), asked()
    cells = dossier_cells(every(lambda after: find(filters, now, after, limit=MOST)), now)
    return table_answer(ending, say("download.dossiers_book"), say("download.dossiers_file"), dossier_heads(), cells)
