"""The application over a house of a story: browsers signed in by role, at any instant that was told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from tests.support.houses import Told
from tests.support.pages import Page
from web import create_app
from workflow.bootstrap import House


@dataclass
class Site:
    """One house with its application."""

    told: Told
    house: House
    app: Flask

    def enter(self, person_id: str) -> Visitor:
        """A browser in which that person is signed in."""
        client = self.app.test_client()
        answer = client.post("/dang-nhap/vao-thu", data={"person": person_id})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return Visitor(client)


@dataclass
class Visitor:
    """A signed-in browser that reads pages."""

    client: FlaskClient

    def get(self, url: str) -> Page:
        """The page at an address."""
        return Page(self.client.get(url))

    def send(self, url: str, **fields: object) -> Page:
        """The answer to a form; a field with a hyphen in its name is written with an underscore."""
        return Page(self.client.post(url, data={name.replace("_", "-"): value for name, value in fields.items()}))


def open_site(told: Told, folder: Path) -> Site:
    """A site of one's own on a copy of the told house."""
    house = told.copy(folder)
    people = [{"id": one["id"], "label": one["id"], "office": one["office"]} for one in told.script["people"]]
    config = {
        "TESTING": True,
        "DEMO": True,
        "DEMO_PEOPLE": people,
        "SECRET_KEY": "k" * 40,
        "WTF_CSRF_ENABLED": False,
        "PAGES_PER_MINUTE": 0,
    }
    return Site(told, house, create_app(house, config))
