"""What stands beside an officer's list: whom to ask next, and where in the province work is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.lists.chasing import ChaseLine, lines_of
from web.lists.places import listing_url, place
from web.years.asked import asked_row
from workflow.domain.actors import COMMUNE_ROLES, Role
from workflow.domain.step_clock import LatenessKind
from workflow.queries.filters import Filters
from workflow.queries.requests import MORE_TIME, waiting
from workflow.queries.worklist import HOLDERS, worklist

if TYPE_CHECKING:
    from web.lists.present import Present

SHOWN = 5
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class ChaseBox:
    """The units that owe longest; ``more``: how many others."""

    lines: tuple[ChaseLine, ...]
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class LatePlace:
    """A commune where dossiers are late."""

    name: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ProvinceBox:
    """The communes with most late dossiers, and the page of the whole province."""

    places: tuple[LatePlace, ...]
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class AskedBox:
    """Requests for more time that wait for the reader's answer, of every year, oldest first; ``count``: of all."""

    rows: tuple[dict[str, object], ...]
    count: int
    url: str


def asked_box(now: Present) -> AskedBox | None:
    """For whoever keeps the province's dates; None when nobody waits."""
    role = actor().role
    if role is not Role.PROVINCE_POLICE and (role is not Role.COMMUNE_POLICE or now.connected):
        return None
    found = [one for one in waiting(house().database, actor()) if one.what == MORE_TIME]
    rows = tuple(asked_row(one) for one in found[:SHOWN])
    return AskedBox(rows, len(found), place("deadlines.year")) if rows else None


def chase_box(now: Present) -> ChaseBox | None:
    """For a commune: the dossiers others owe something to; None when nobody does."""
    if actor().role not in COMMUNE_ROLES:
        return None
    items = worklist(
        house().database, actor(), Filters(), now.moment, limit=_LOOKED_AT, held_by=frozenset(HOLDERS)
    ).items
    lines = lines_of(items, now, reminders=False)
    if not lines:
        return None
    longest = sorted(lines, key=lambda line: (-(line.days or 0), line.subject))
    return ChaseBox(tuple(longest[:SHOWN]), len(lines), place("chase.owed"))


def province_box(now: Present) -> ProvinceBox | None:
    """For PV01: the communes whose offices are late, most first; None when none is."""
    if actor().role is not Role.PROVINCE_POLICE:
        return None
    late = Filters(lateness=LatenessKind.LATE)
    items = worklist(
        house().database,
        actor(),
        late,
        now.moment,
        limit=_LOOKED_AT,
        held_by=frozenset({Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE}),
    ).items
    if not items:
        return None
    by_commune: dict[tuple[str, str], int] = {}
    for item in items:
        key = (item.commune_name, item.commune_id)
        by_commune[key] = by_commune.get(key, 0) + 1
    ranked = sorted(by_commune.items(), key=lambda one: (-one[1], one[0]))
    places = tuple(
        LatePlace(name, count, listing_url(Filters(commune=commune_id, lateness=LatenessKind.LATE)))
        for (name, commune_id), count in ranked[:SHOWN]
    )
    return ProvinceBox(places, len(by_commune), place("province.matrix"))
