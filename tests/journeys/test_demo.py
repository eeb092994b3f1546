"""The sample province as the demo opens it: twelve communes' work, at every state, for every role that signs in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from workflow.bootstrap import House
from workflow.domain.actors import Role
from workflow.seeding.demo import DEMO_SCRIPT, build_demo
from workflow.seeding.script import moment
from workflow.settings import Settings


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house of the sample province."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(database=f"sqlite:///{folder / 'demo.sqlite'}", files=f"file:{folder / 'files'}")
    build_demo(settings)
    house = House(settings)
    yield house
    house.close()


def test_it_opens_on_the_morning_it_says(province: House) -> None:
    assert province.clock.now() == moment(DEMO_SCRIPT["until"])


def test_every_state_stands_somewhere_before_the_decision(province: House) -> None:
    with province.engine.reading() as stores:
        ids = stores.dossiers.ids_where(province_id=DEMO_SCRIPT["province"])
        states = Counter(stores.dossiers.get(dossier_id).state for dossier_id in ids)
        communes = {stores.dossiers.get(dossier_id).commune_id for dossier_id in ids}
    assert len(communes) == 10, "one commune has no dossier at all, as some do"
    assert states.keys() >= {
        "draft",
        "registered",
        "selected",
        "not_selected",
        "assessed",
        "commune_meeting",
        "declined",
        "province_appraisal",
        "awaiting_decision",
        "owed",
        "maintained",
        "not_maintained",
    }
    assert states["province_appraisal"] >= 10, "the province office has a queue to work on"


def test_one_person_of_every_role_signs_in(province: House) -> None:
    roles = [person["role"] for person in DEMO_SCRIPT["people"] if person["on_sign_in"]]
    assert sorted(roles) == sorted(role.value for role in Role if role is not Role.SYSTEM)
    for person in DEMO_SCRIPT["people"]:
        if person["on_sign_in"]:
            assert province.people.actor(person["id"]).role == person["role"]
