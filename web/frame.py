"""What stands around every page of a signed-in person: office, menu by role, year, the band of a practice site."""

from __future__ import annotations

from flask import current_app, request, url_for

from web.access import person
from web.context import cycle, house, today
from web.face import Frame, MenuItem
from web.words import say
from workflow.domain.actors import OFFICER_ROLES, Role

_OFFICER_MENU = ("worklist", "dossiers", "acts", "deadlines", "ledger", "reports")
_MENUS: dict[Role, tuple[str, ...]] = {
    Role.UNIT: ("worklist", "deadlines", "ledger"),
    Role.PROVINCE_POLICE: ("worklist", "province", "acts", "deadlines", "ledger", "reports"),
    Role.ADMIN: ("organisations", "people", "kinds", "calendar"),
    **{role: _OFFICER_MENU for role in OFFICER_ROLES - {Role.PROVINCE_POLICE}},
}
_ENDPOINTS = {
    "worklist": "worklist.mine",
    "dossiers": "dossiers.listing",
    "province": "province.matrix",
    "acts": "acts.choose",
    "deadlines": "deadlines.year",
    "ledger": "ledger.listing",
    "reports": "reports.results",
    "organisations": "organisations.tree",
    "people": "people.listing",
    "kinds": "kinds.listing",
    "calendar": "calendar.days",
}


def home_of(role: Role) -> str:
    """The endpoint a person lands on after signing in."""
    return _ENDPOINTS[_MENUS[role][0]]


def frame_of_request() -> Frame:
    """The frame for this request; without menu or person before sign-in."""
    database = house().database
    practice = say("practice.band", today=today()) if database.practice else ""
    who = person()
    if who is None:
        return Frame(practice=practice, today=today())
    menu = tuple(
        MenuItem(say(f"menu.{name}"), url_for(_ENDPOINTS[name]), _is_current(name))
        for name in _MENUS[who.actor.role]
        if _ENDPOINTS[name] in current_app.view_functions
    )
    return Frame(
        menu=menu,
        office=who.organisation,
        role=who.office,
        account_url=url_for("account.overview"),
        sign_out_url=url_for("sign_in.out"),
        home_url=url_for(home_of(who.actor.role)),
        year=cycle(),
        year_url=url_for("deadlines.choose_year") if "deadlines.choose_year" in current_app.view_functions else "",
        practice=practice,
        foot=say("foot.practice") if database.practice else "",
        today=today(),
    )


def _is_current(name: str) -> bool:
    return (request.blueprint or "") == _ENDPOINTS[name].partition(".")[0]
