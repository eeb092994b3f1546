"""Awards by program: the form is named where a proposal begins, and the list of proposals is explained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.houses import Told, tell_story
from tests.support.programs import problem, program_of
from web import create_app
from workflow.bootstrap import House
from workflow.domain.tokens import TokenScope
from workflow.settings import FIXTURES

FORM = "giay_khen_ubnd_xa"
PROPOSAL = {"kind": "khen_thuong_tap_the", "subject": "mttq", "cycle": 2026, "draft_only": True}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A commune's awards of a year."""
    return tell_story(tmp_path_factory.mktemp("awards"), script=FIXTURES / "story" / "awards_2026.json")


@pytest.fixture
def house(year: Told, tmp_path: Path) -> Iterator[House]:
    """A house of the test's own."""
    house = year.copy(tmp_path)
    yield house
    house.close()


@pytest.fixture
def app(house: House) -> Flask:
    """The application over it."""
    return create_app(house, {"TESTING": True, "SECRET_KEY": "k" * 40, "PAGES_PER_MINUTE": 0})


def test_proposal_begins_in_the_round_of_its_form(app: Flask, house: House) -> None:
    unit = program_of(app, house, "mttq")
    assert problem(unit.post("/dossiers", PROPOSAL)) == (422, "award_form_missing")
    assert problem(unit.post("/dossiers", {**PROPOSAL, "award": {"form": "huan_chuong"}})) == (404, "not_found")
    assert problem(unit.post("/dossiers", {**PROPOSAL, "award": {}})) == (422, "invalid_input")
    made = unit.post("/dossiers", {**PROPOSAL, "award": {"form": FORM}})
    assert made.status_code == 201, made.get_data(as_text=True)
    again = unit.post("/dossiers", {**PROPOSAL, "award": {"form": FORM}})
    assert problem(again) == (409, "transition_refused")
    assert [one["code"] for one in again.get_json()["refusals"]] == ["guard.other_dossier"]
    unexpected = unit.post("/dossiers", {**PROPOSAL, "award": {"form": FORM, "special": True}})
    assert unexpected.status_code == 201


def test_list_of_proposals_says_who_is_on_it_and_why_not(app: Flask, house: House) -> None:
    police = program_of(app, house, "cax-1", TokenScope.READ)
    told = police.get("/awards/proposals", form=FORM, cycle=2026).get_json()
    assert {one["place"] for one in told["proposals"]} == {"listed", "ready", "waiting"}
    waiting = [one for one in told["proposals"] if one["place"] == "waiting"]
    assert all(refusal["sentence"] and refusal["source"] for one in waiting for refusal in one["against"])
    assert [(quota["number"], quota["used"], quota["ready"]) for quota in told["quotas"]] == [(1, 1, 1)]
    assert problem(police.get("/awards/proposals", form="huan_chuong", cycle=2026)) == (404, "not_found")
    unit = program_of(app, house, "mttq", TokenScope.READ)
    assert problem(unit.get("/awards/proposals", form=FORM, cycle=2026)) == (403, "http_403")
