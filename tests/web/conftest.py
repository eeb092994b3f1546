"""What page tests share: a practice house in the middle of the story, and browsers signed in by role.

A test file says how far the story is told: ``STORY_UNTIL = "2026-01-15T08:30:00"``; without it, ``UNTIL``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.houses import Told, tell_story
from tests.support.neighbours import with_neighbours
from tests.support.sites import Site, open_site
from web import create_app
from workflow.bootstrap import House
from workflow.seeding.script import moment

UNTIL = "2026-11-11T10:05:00"
"""A school's assessment is filed but refused: one finding is open, one difference has no reason."""

ClientAs = Callable[[str], FlaskClient]


@pytest.fixture(scope="session")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """The story up to an instant; each instant is played once in a run."""
    told: dict[str, Told] = {}

    def tell(until: str) -> Told:
        if until not in told:
            told[until] = tell_story(tmp_path_factory.mktemp("story"), moment(until))
        return told[until]

    return tell


@pytest.fixture(scope="session")
def neighbours(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story with three more communes, on 2 December: two of them have let their dates pass."""
    folder = tmp_path_factory.mktemp("neighbours")
    return tell_story(folder, moment("2026-12-02T09:00:00"), script=with_neighbours(folder))


@pytest.fixture
def site_at(stories: Callable[[str], Told], tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    """The application at an instant of the story; a person then enters it."""
    opened: list[Site] = []

    def open_at(until: str) -> Site:
        folder = tmp_path / f"site-{len(opened)}"
        folder.mkdir()
        opened.append(open_site(stories(until), folder))
        return opened[-1]

    yield open_at
    for site in opened:
        site.house.close()


@pytest.fixture
def province_site(neighbours: Told, tmp_path: Path) -> Iterator[Site]:
    """The application over the story with its neighbours."""
    site = open_site(neighbours, tmp_path)
    yield site
    site.house.close()


@pytest.fixture(scope="module")
def story(request: pytest.FixtureRequest, stories: Callable[[str], Told]) -> Told:
    """The story as far as the test file wants it told."""
    return stories(getattr(request.module, "STORY_UNTIL", UNTIL))


@pytest.fixture
def house(story: Told, tmp_path: Path) -> Iterator[House]:
    """A house of the test's own, its clock where the story stopped."""
    house = story.copy(tmp_path)
    yield house
    house.close()


@pytest.fixture
def ids(story: Told) -> Mapping[str, str]:
    """Ids of dossiers by the story's names for them."""
    return story.ids


@pytest.fixture
def app(house: House, story: Told) -> Flask:
    """The application over the test's house; every person of the story may sign in by role."""
    people = [{"id": one["id"], "label": one["id"], "office": one["office"]} for one in story.script["people"]]
    config = {
        "TESTING": True,
        "DEMO": True,
        "DEMO_PEOPLE": people,
        "SECRET_KEY": "k" * 40,
        "WTF_CSRF_ENABLED": False,
        "PAGES_PER_MINUTE": 0,
    }
    return create_app(house, config)


@pytest.fixture
def client_as(app: Flask) -> ClientAs:
    """A browser in which a person of the story is signed in."""

    def enter(person_id: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/dang-nhap/vao-thu", data={"person": person_id})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client

    return enter
