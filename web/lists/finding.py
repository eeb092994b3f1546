"""The list of all dossiers: a page of it, how many there are, and which condition to drop when there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.formatting import number
from web.lists.filters import split_stage
from web.lists.places import listing_url
from web.words import say
from workflow.domain.errors import InvalidInput
from workflow.queries.filters import Filters, Tab
from workflow.queries.paging import LIMIT
from workflow.queries.worklist import HOLDERS, how_many, worklist

if TYPE_CHECKING:
    from collections.abc import Iterable

    from web.lists.filters import Condition
    from web.lists.present import Present
    from workflow.queries.paging import Bounded, Page
    from workflow.queries.worklist import WorkItem

EVERY_HOLDER = frozenset(HOLDERS)


@dataclass(frozen=True, slots=True)
class WayOut:
    """A condition whose dropping finds something: its words, where that leads, how much is there, whose if one."""

    words: str
    url: str
    count: str
    name: str = ""


def find(filters: Filters, now: Present, after: str | None, *, limit: int = LIMIT) -> Page[WorkItem]:
    """A page of what is open (whoever holds it), or of what is done. Raises InvalidInput ``page_mark``."""
    query, states = split_stage(_open_or_done(filters))
    return worklist(
        house().database, actor(), query, now.moment, after=after, limit=limit, held_by=EVERY_HOLDER, states=states
    )


def count(filters: Filters, now: Present) -> Bounded:
    """How many there are on all pages."""
    query, states = split_stage(_open_or_done(filters))
    return how_many(house().database, actor(), query, now.moment, held_by=EVERY_HOLDER, states=states)


def way_out(conditions: Iterable[Condition], now: Present) -> WayOut | None:
    """The condition without which something is found, the last one said first; None when none helps alone."""
    for condition in reversed(tuple(conditions)):
        found = count(condition.without, now)
        if found.n:
            only = find(condition.without, now, None).items if found.n == 1 else ()
            name = only[0].subject_name if only else ""
            return WayOut(condition.words, listing_url(condition.without), bounded_words(found), name)
    return None


def bounded_words(found: Bounded) -> str:
    """A count that stops at a bound, in figures."""
    return say("count.more", n=number(found.n)) if found.more else number(found.n)


def _open_or_done(filters: Filters) -> Filters:
    """The list of all knows two tabs only: mine and elsewhere are one. Raises InvalidInput ``filter_invalid``."""
    if filters.tab is Tab.ELSEWHERE:
        raise InvalidInput("filter_invalid", name="tab", value=filters.tab.value)
    return filters
