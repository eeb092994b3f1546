"""What stands around a page of a signed-in person: office, menu by role, year, the band of a practice site.

A menu names only pages that exist and are open to the role; the rest of what a role may read stands in the foot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, request, session, url_for

from web.access import access_of, actor, person
from web.context import cycle, house, today
from web.face import Frame, InTurn, MenuItem
from web.words import has, say
from workflow.domain.actors import Role
from workflow.queries.inbox import unread_count

if TYPE_CHECKING:
    from collections.abc import Iterable

IN_TURN = "in_turn"
"""Under which name the session keeps the dossiers that are looked at one after another."""

_MENUS: dict[Role, tuple[str, ...]] = {
    Role.UNIT: ("worklist", "deadlines", "ledger", "rolls"),
    Role.COMMUNE_POLICE: ("worklist", "dossiers", "chase", "acts", "deadlines", "ledger", "reports"),
    Role.COMMUNE_COMMITTEE: ("worklist", "dossiers", "chase", "acts", "deadlines", "ledger", "reports"),
    Role.PROVINCE_POLICE: ("worklist", "province", "dossiers", "acts", "deadlines", "ledger", "reports"),
    Role.PROVINCE_COMMITTEE: ("worklist", "dossiers", "acts", "deadlines", "ledger", "reports", "rolls"),
    Role.ADMIN: ("organisations", "people", "kinds", "criteria", "calendar"),
}
_FOOT = (
    "dashboard",
    "awards",
    "rolls",
    "chase",
    "obligations",
    "targets",
    "at_risk",
    "incoming",
    "numbers",
    "organisations",
    "people",
    "kinds",
    "criteria",
    "calendar",
    "guides",
    "sources",
    "letters",
    "account",
)
_ENDPOINTS = {
    "worklist": "worklist.mine",
    "dossiers": "dossiers_list.listing",
    "province": "province.matrix",
    "dashboard": "dashboard.board",
    "awards": "awards.overview",
    "chase": "chase.owed",
    "incoming": "incoming.register",
    "numbers": "numbers.register",
    "acts": "acts.choose",
    "deadlines": "deadlines.year",
    "ledger": "ledger.listing",
    "reports": "reports.results",
    "rolls": "rolls.overview",
    "obligations": "obligations.listing",
    "targets": "targets.sheet",
    "at_risk": "at_risk.listing",
    "organisations": "organisations.tree",
    "people": "people.listing",
    "kinds": "kinds.listing",
    "criteria": "criteria.listing",
    "calendar": "calendar.days",
    "guides": "guides.listing",
    "sources": "sources.listing",
    "letters": "letters.unsent",
    "account": "account.overview",
}
_CHOOSE_YEAR = "deadlines.choose_year"
_PARTS = {
    **dict.fromkeys(("dossiers", "papers", "moves", "returns", "desk", "registrations", "uploads"), "dossiers"),
    "cycles": "deadlines",
}
"""Pages inside another: under which entry of the menu they stand."""


def home_of(role: Role) -> str:
    """The endpoint a person lands on after signing in: the first entry of the menu; without any, the own account."""
    return next((_ENDPOINTS[name] for name in _open(_MENUS[role], role)), _ENDPOINTS["account"])


def frame_of_request() -> Frame:
    """The frame for this request; without menu or person before sign-in."""
    database = house().database
    practice = say("practice.band", today=today()) if database.practice else ""
    who = person()
    if who is None:
        return Frame(practice=practice, today=today())
    role = who.actor.role
    entries = _open(_MENUS[role], role)
    return Frame(
        menu=tuple(_item(name, role, _entry_of_request(entries)) for name in entries),
        links=tuple(_item(name, role) for name in _open(_FOOT, role) if name not in entries),
        in_turn=_in_turn(),
        office=who.organisation,
        role=who.office,
        account_url=url_for(_ENDPOINTS["account"]),
        notices_url=url_for("notices.listing"),
        notices=_notices(),
        sign_out_url=url_for("sign_in.out"),
        home_url=url_for(home_of(role)),
        year=cycle(),
        year_url=url_for("deadlines.choose_year") if role is not Role.ADMIN else "",
        practice=practice,
        foot=say("foot.practice") if database.practice else "",
        today=today(),
    )


def _notices() -> str:
    """The words of the link to the reader's notices."""
    unread = unread_count(house().database, actor())
    return say("notices.menu_unread", count=f"{unread.n}{'+' * unread.more}") if unread.n else say("notices.menu")


def _in_turn() -> InTurn | None:
    """On the pages of a dossier that is one of those looked at in a row (``worklist.in_turn`` keeps them)."""
    row, this = session.get(IN_TURN, ()), (request.view_args or {}).get("dossier_id")
    if this not in row:
        return None
    place = row.index(this) + 1
    return InTurn(
        words=say("in_turn.place", place=place, count=len(row)),
        next_url=url_for("worklist.in_turn", sau=this),
        next_label=say("in_turn.next" if place < len(row) else "in_turn.end"),
        stop_url=url_for("worklist.in_turn", thoi="co"),
    )


def _open(names: Iterable[str], role: Role) -> tuple[str, ...]:
    """The names whose pages exist and are open to the role."""
    return tuple(name for name in names if _is_open(_ENDPOINTS[name], role))


def _is_open(endpoint: str, role: Role) -> bool:
    allowed = access_of(current_app, endpoint) if endpoint in current_app.view_functions else None
    return allowed is not None and (not allowed or role in allowed)


def _item(name: str, role: Role, current: str = "") -> MenuItem:
    own = f"menu.{name}.{role}"
    return MenuItem(say(own if has(own) else f"menu.{name}"), url_for(_ENDPOINTS[name]), name == current)


def _entry_of_request(entries: tuple[str, ...]) -> str:
    """The entry that this request's page belongs to; a unit's own dossier belongs to its worklist."""
    blueprint = request.blueprint or ""
    by_blueprint = {_ENDPOINTS[name].partition(".")[0]: name for name in entries}
    name = by_blueprint.get(blueprint) or _PARTS.get(blueprint, "")
    return "worklist" if name == "dossiers" and name not in entries else name
