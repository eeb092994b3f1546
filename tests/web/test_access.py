"""The house as a whole: every view says who may open it, and every role meets exactly that."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.web.conftest import ClientAs
from web.access import API, access_of
from web.security import STATIC_ENDPOINTS
from workflow.domain.actors import Role

PEOPLE = {
    Role.UNIT: "thpt",
    Role.COMMUNE_POLICE: "cax-1",
    Role.COMMUNE_COMMITTEE: "ubnd-1",
    Role.PROVINCE_POLICE: "pv01-1",
    Role.PROVINCE_COMMITTEE: "ubnd-tinh-1",
    Role.ADMIN: "quan-tri",
}


def plain_pages(app: Flask) -> list[tuple[str, str]]:
    """Endpoint and address of every page that needs nothing in its address; programs' are ``test_api_door.py``'s."""
    return [
        (rule.endpoint, rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and rule.endpoint not in STATIC_ENDPOINTS
        and not rule.rule.startswith(API)
    ]


def unsaid(app: Flask) -> list[str]:
    """Endpoints that do not say who may open them."""
    every = {rule.endpoint for rule in app.url_map.iter_rules()} - STATIC_ENDPOINTS
    return sorted(endpoint for endpoint in every if access_of(app, endpoint) is None)


def test_every_view_says_who_may_open_it(app: Flask) -> None:
    assert unsaid(app) == []


def test_view_that_says_nothing_is_found_and_closed(app: Flask) -> None:
    app.add_url_rule("/quen-noi", "forgotten", lambda: "secret")
    assert unsaid(app) == ["forgotten"]
    answer = app.test_client().get("/quen-noi")
    assert answer.status_code == 403
    assert "secret" not in answer.get_data(as_text=True)


def test_pages_send_strangers_to_the_sign_in(app: Flask) -> None:
    client = app.test_client()
    for endpoint, address in plain_pages(app):
        answer = client.get(address)
        if access_of(app, endpoint):
            assert (answer.status_code, answer.location) == (302, "/dang-nhap"), address


CLOSED_WHILE_CONNECTED = {("deadlines.grant", Role.COMMUNE_POLICE), ("cycles.begin", Role.COMMUNE_POLICE)}
"""Open to a role only in a province that is not connected, and this one is."""


@pytest.mark.parametrize("role", list(PEOPLE))
def test_role_opens_its_pages_and_no_other(app: Flask, client_as: ClientAs, role: Role) -> None:
    client = client_as(PEOPLE[role])
    for endpoint, address in plain_pages(app):
        allowed = access_of(app, endpoint)
        status = client.get(address).status_code
        if allowed and role not in allowed:
            assert status == 403, address
        elif (endpoint, role) in CLOSED_WHILE_CONNECTED:
            assert status == 403, "the province keeps its own dates"
        else:
            assert status < 500, address
            assert status != 403, address


@pytest.mark.parametrize("role", list(PEOPLE))
def test_every_entry_of_the_menu_leads_to_a_page(client_as: ClientAs, role: Role) -> None:
    client = client_as(PEOPLE[role])
    home = client.get("/", follow_redirects=True)
    page = home.get_data(as_text=True)
    assert home.status_code == 200
    menu = page[page.find('id="danh-muc"') : page.find("</nav>", page.find('id="danh-muc"'))]
    links = [part.split('"')[0] for part in menu.split('href="')[1:] if part.startswith("/")]
    assert 1 <= len(links) <= 9  # seven entries, the notices, the year
    for address in links:
        assert client.get(address.replace("&amp;", "&"), follow_redirects=True).status_code == 200, address
