"""The stories beside each kind are lived exactly as they are told, and a story told wrong is noticed."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.definitions import shipped
from workflow.definitions.scenarios import Mismatch, Scenario, load_scenarios, run_scenario
from workflow.domain.errors import DefinitionInvalid

META: dict[str, Any] = json.loads(Path(shipped.LAW, "meta", "scenario.schema.json").read_text(encoding="utf-8"))
STORIES = [
    (code, story)
    for code in shipped.KINDS
    for story in load_scenarios(Path(shipped.LAW, "kinds", code, "v1", "scenarios"), META)
]
STRAIGHT = next((code, story) for code, story in STORIES if (code, story.name) == ("dien_hinh", "straight"))


def lived(code: str, story: Scenario) -> tuple[Mismatch, ...]:
    grounds = shipped.grounds()
    return run_scenario(
        shipped.kind(code), story, schemas=grounds.schemas, criteria=grounds.criteria, calendar=grounds.calendar
    )


@pytest.mark.parametrize(("code", "story"), STORIES, ids=lambda value: getattr(value, "name", value))
def test_a_story_is_lived_as_it_is_told(code: str, story: Scenario) -> None:
    assert lived(code, story) == ()


def test_every_move_of_a_shipped_kind_is_made_in_some_story() -> None:
    told = {(code, step["trigger"]) for code, story in STORIES for step in story.steps if step["do"] == "move"}
    moves = {(code, move.trigger) for code in shipped.KINDS for move in shipped.kind(code).transitions}
    assert sorted(moves - told) == []


def test_every_state_of_a_shipped_kind_is_reached_in_some_story() -> None:
    told = {
        (code, step["expect"]["state"])
        for code, story in STORIES
        for step in story.steps
        if "state" in step.get("expect", {})
    }
    assert sorted({(code, state) for code in shipped.KINDS for state in shipped.kind(code).states} - told) == []


def test_every_story_cites_a_known_source() -> None:
    cited = [story.story["source"] for _, story in STORIES]
    assert shipped.grounds().sources.unknown(cited) == ()


def test_every_default_document_is_of_a_paper_of_its_kind_and_is_used() -> None:
    for code in shipped.KINDS:
        stories = [story for kind, story in STORIES if kind == code]
        steps = [step for story in stories for step in story.steps]
        used = {
            paper
            for step in steps
            for paper in (*step.get("papers", {}), *([step["paper"]] if "paper" in step else []))
        }
        assert set(stories[0].documents) == used <= set(shipped.kind(code).attachments)


# --- a story told wrong ---------------------------------------------------------------------------


def told_wrong(step: int, **expect: object) -> tuple[Mismatch, ...]:
    """The straight story of a kind, with one step expecting something else."""
    code, story = STRAIGHT
    steps = copy.deepcopy(list(story.steps))
    steps[step - 1]["expect"] = {**steps[step - 1].get("expect", {}), **expect}
    return lived(code, Scenario(story.name, story.story, tuple(steps), story.documents))


@pytest.mark.parametrize(
    ("step", "expect", "came"),
    [
        (3, {"state": "selected"}, "registered"),
        (3, {"late": True}, False),
        (4, {"holder": "commune_police"}, "unit"),
        (11, {"refusals": []}, ["guard.finding_answered"]),
        (11, {"refusals": ["guard.finding_answered", "guard.reason"]}, ["guard.finding_answered"]),
        (17, {"last_day": "2026-12-25"}, "2026-12-24"),
        (20, {"standing": False}, True),
        (20, {"error": "stale_dossier"}, None),
    ],
)
def test_a_story_told_wrong_is_noticed(step: int, expect: dict[str, object], came: object) -> None:
    what, told = next(iter(expect.items()))
    assert told_wrong(step, **expect) == (Mismatch(step, what, told, came),)


def test_a_step_refused_without_being_told_so_is_noticed() -> None:
    code, story = STRAIGHT
    steps = [
        {**step, "as": "province_police"} if step.get("name") == "registered" else step for step in story.steps[:3]
    ]
    found = lived(code, Scenario(story.name, story.story, tuple(steps), story.documents))
    assert ("refusals", [], ["guard.role"]) in [(item.what, item.told, item.came) for item in found]


# --- files ----------------------------------------------------------------------------------------


def story_file(folder: Path, name: str, **fields: object) -> None:
    story = {
        "title": "T",
        "cycle": 2026,
        "subject_kind": "xa",
        "steps": [{"at": "2026-01-01T08:00", "do": "close_cycle"}],
    }
    Path(folder, f"{name}.json").write_text(json.dumps({**story, **fields}), encoding="utf-8")


def test_a_story_of_another_form_is_refused(tmp_path: Path) -> None:
    story_file(tmp_path, "wrong", steps=[{"at": "2026-01-01", "do": "dance"}])
    with pytest.raises(DefinitionInvalid) as caught:
        load_scenarios(tmp_path, META)
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    "begins", [{"story": "none", "through": "x"}, {"story": "a", "through": "x"}, {"story": "b", "through": "never"}]
)
def test_a_story_that_begins_like_none_is_refused(tmp_path: Path, begins: dict[str, str]) -> None:
    story_file(tmp_path, "a", begins=begins)
    story_file(tmp_path, "b")
    with pytest.raises(DefinitionInvalid):
        load_scenarios(tmp_path, META)


def test_a_kind_without_stories_has_none(tmp_path: Path) -> None:
    assert load_scenarios(tmp_path, META) == ()
