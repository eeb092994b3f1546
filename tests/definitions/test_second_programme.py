"""A second programme is files only: the model ward police (S74) is laid beside the shipped kinds and lives its life.

Its folder holds a kind with states, moves, papers, dates and criteria of its own, and its stories; no Python knows it.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.definitions import shipped
from tests.support import tree
from workflow.definitions.catalogue import Catalogue
from workflow.definitions.examiner import Examiner
from workflow.definitions.scenarios import load_scenarios, run_scenario
from workflow.definitions.schemas import PaperSchemas

FILES = tree.ROOT / "tests" / "definitions" / "second_programme"
CODE = "cong_an_phuong"


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped definitions with the second programme's files laid over them."""
    folder = tmp_path_factory.mktemp("programme") / "law"
    shutil.copytree(shipped.LAW, folder)
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    return folder


def test_the_second_programme_is_data_only() -> None:
    assert {path.suffix for path in FILES.rglob("*") if path.is_file()} == {".json"}


def test_nothing_stands_against_it_or_against_the_others_beside_it(law: Path) -> None:
    examiner = Examiner.from_folder(law)
    examiner.seal()
    report = examiner.shipped()
    assert f"{CODE}/v1" in report
    assert [item for findings in report.values() for item in findings if item.stands] == []


def test_it_is_found_by_the_catalogue_like_any_other(law: Path) -> None:
    catalogue = Catalogue(law, PaperSchemas.from_folder(law))
    kind = catalogue.newest(CODE, province_id="p", on=date(2026, 1, 1))
    assert kind.key == f"{CODE}@1"
    assert kind in catalogue.kinds()
    assert catalogue.newest_criteria(kind.criteria[CODE], province_id="p").sample


def test_it_shares_no_state_or_step_with_the_shipped_kinds(law: Path) -> None:
    """Else a rule of a shipped kind, hidden in code, could have carried it."""
    kind = Catalogue(law, PaperSchemas.from_folder(law)).version(CODE, 1)
    others = [shipped.kind(code) for code in shipped.KINDS]
    states, triggers = set(kind.states), {move.trigger for move in kind.transitions}
    assert not states & {state for other in others for state in other.states}
    assert not triggers & {move.trigger for other in others for move in other.transitions}


def test_its_whole_life_is_lived(law: Path) -> None:
    examiner = Examiner.from_folder(law)
    kind = Catalogue(law, examiner.grounds.schemas).version(CODE, 1)
    stories = load_scenarios(law / "kinds" / CODE / "v1" / "scenarios", examiner.scenario_meta)
    reached = {
        step["expect"]["state"] for story in stories for step in story.steps if "state" in step.get("expect", {})
    }
    grounds = examiner.grounds
    for story in stories:
        found = run_scenario(kind, story, schemas=grounds.schemas, criteria=grounds.criteria, calendar=grounds.calendar)
        assert found == (), story.title
    assert {"model", "refused", "expired", "sent_home"} <= reached
