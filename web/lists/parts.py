"""The tabs of a worklist by role: my turn, with others, ended; what PV01 sent back, what waits for the province."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.lists.filters import split_stage
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.errors import InvalidInput
from workflow.queries.filters import Filters, Tab
from workflow.queries.worklist import how_many, worklist

if TYPE_CHECKING:
    from web.lists.present import Present
    from workflow.queries.paging import Bounded, Page
    from workflow.queries.worklist import WorkItem

_BELOW = frozenset({Role.UNIT, Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE})


@dataclass(frozen=True, slots=True)
class Part:
    """One tab. ``slug`` stands in the address, empty for the first; ``held_by``, ``submitted`` as in ``worklist``."""

    name: str
    slug: str
    tab: Tab = Tab.MINE
    held_by: frozenset[Role] | None = None
    submitted: bool | None = None

    @property
    def has_tasks(self) -> bool:
        """Whether its rows are steps that the reader takes."""
        return self.held_by is None and self.tab is Tab.MINE

    @property
    def is_mine(self) -> bool:
        """Whether it is what waits for the reader."""
        return not self.slug

    @property
    def label(self) -> str:
        """What the tab is called by this reader."""
        return say(f"part.{self.name}")

    def items(self, filters: Filters, now: Present, *, after: str | None, limit: int) -> Page[WorkItem]:
        """A page of it. Raises InvalidInput ``page_mark``."""
        query, states = split_stage(replace(filters, tab=self.tab))
        return worklist(
            house().database,
            actor(),
            query,
            now.moment,
            after=after,
            limit=limit,
            connected=now.connected,
            held_by=self.held_by,
            states=states,
            submitted=self.submitted,
        )

    def count(self, filters: Filters, now: Present) -> Bounded:
        """How many it has under the filters."""
        query, states = split_stage(replace(filters, tab=self.tab))
        return how_many(
            house().database,
            actor(),
            query,
            now.moment,
            connected=now.connected,
            held_by=self.held_by,
            states=states,
            submitted=self.submitted,
        )


_MINE = Part("mine", "")
_DONE = Part("done", "da-xong", Tab.DONE)
_ELSEWHERE = Part("elsewhere", "noi-khac", Tab.ELSEWHERE)
_PARTS: dict[Role, tuple[Part, ...]] = {
    Role.COMMUNE_POLICE: (_MINE, _ELSEWHERE, _DONE),
    Role.COMMUNE_COMMITTEE: (_MINE, _ELSEWHERE, _DONE),
    Role.PROVINCE_POLICE: (
        Part("to_appraise", "", submitted=True),
        Part("sent_back", "tra-lai", held_by=_BELOW, submitted=True),
        Part("with_committee", "cho-tinh", held_by=frozenset({Role.PROVINCE_COMMITTEE})),
        Part("own_work", "viec-khac", submitted=False),
        _DONE,
    ),
    Role.PROVINCE_COMMITTEE: (Part("to_decide", ""), _ELSEWHERE, _DONE),
}


def parts() -> tuple[Part, ...]:
    """The tabs of the reader."""
    return _PARTS[actor().role]


def part_of(slug: str) -> Part:
    """The tab of that name. Raises InvalidInput ``filter_invalid``."""
    found = next((part for part in parts() if part.slug == slug), None)
    if found is None:
        raise InvalidInput("filter_invalid", name="phan", value=slug[:80])
    return found
