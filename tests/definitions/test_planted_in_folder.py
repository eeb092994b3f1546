"""Defects of the folder of definitions, planted into a copy of it: each is found, and named in words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.definitions import shipped
from tests.definitions.planted import PLANTED
from workflow.definitions.examiner import SEALED, TOGETHER, Examiner
from workflow.wording import Wording

KIND = Path("kinds", "duy_tri", "v1", "kind.json")
OWING = Path("kinds", "dien_hinh", "v1", "kind.json")
VOID = Path("kinds", "duy_tri", "v1", "scenarios", "void.json")


@dataclass(frozen=True)
class Defect:
    """How the folder is spoilt; under which name of the report that is found, by which code, with which words."""

    spoil: Callable[[Path], None]
    place: str
    code: str
    says: str


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def pinned_version_edited(law: Path) -> None:
    _replace(law / KIND, "Thôi xét", "Không xét nữa")


def pinned_version_gone(law: Path) -> None:
    listed = json.loads((law / "published.json").read_text(encoding="utf-8"))
    listed["versions"]["duy_tri@9"] = "0" * 64
    (law / "published.json").write_text(json.dumps(listed), encoding="utf-8")


def version_never_sealed(law: Path) -> None:
    listed = json.loads((law / "published.json").read_text(encoding="utf-8"))
    del listed["versions"]["duy_tri@1"]
    (law / "published.json").write_text(json.dumps(listed), encoding="utf-8")


def kind_in_the_folder_of_another(law: Path) -> None:
    (law / "kinds" / "duy_tri" / "v2").mkdir()
    shutil.copy(law / KIND, law / "kinds" / "duy_tri" / "v2")


def name_written_twice(law: Path) -> None:
    _replace(law / KIND, '"version": 1,', '"version": 1, "version": 1,')


def file_cut_off(law: Path) -> None:
    text = (law / KIND).read_text(encoding="utf-8")
    (law / KIND).write_text(text[: len(text) // 2], encoding="utf-8")


def story_that_goes_otherwise(law: Path) -> None:
    _replace(law / VOID, '"void"', '"maintained"')


def owed_kind_that_is_not_there(law: Path) -> None:
    body = json.loads((law / OWING).read_text(encoding="utf-8"))
    body["owes"]["kind"] = "khong_co"
    (law / OWING).write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


DEFECTS = (
    Defect(pinned_version_edited, SEALED, "published_differs", "Bản duy_tri@1 đã công bố rồi mà nội dung bị sửa."),
    Defect(pinned_version_gone, SEALED, "published_gone", "Bản duy_tri@9 đã công bố nhưng không còn tệp."),
    Defect(version_never_sealed, SEALED, "published_unsealed", "Bản duy_tri@1 chưa được ghi vào danh sách"),
    Defect(kind_in_the_folder_of_another, "duy_tri/v2", "published_elsewhere", "bên trong ghi là duy_tri@1"),
    Defect(name_written_twice, "duy_tri/v1", "key_doubled", "mục “version” viết hai lần"),
    Defect(file_cut_off, "duy_tri/v1", "kind_unreadable", "không phải một bản quy định viết đúng dạng JSON"),
    Defect(story_that_goes_otherwise, "duy_tri/v1", "scenario_fails", "năm xét đóng mà chưa có kết quả"),
    Defect(owed_kind_that_is_not_there, TOGETHER, "owed_kind_unknown", "khong_co"),
)


def _other_stories(folder: str, names: list[str]) -> list[str]:
    """Stories of kinds that no defect is planted into: living them would prove nothing here."""
    return [name for name in names if name == "scenarios" and "duy_tri" not in folder]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.spoil.__name__)
def test_a_defect_of_the_folder_is_found_and_named(defect: Defect, tmp_path: Path) -> None:
    law = tmp_path / "law"
    shutil.copytree(shipped.LAW, law, ignore=_other_stories)
    defect.spoil(law)
    meta = json.loads((law / "meta" / "scenario.schema.json").read_text(encoding="utf-8"))
    found = [item for item in Examiner(law, shipped.grounds(), meta).shipped()[defect.place] if item.refuses]
    assert defect.code in {item.code for item in found}
    said = [Wording().say(item.message, **item.facts) for item in found if item.code == defect.code]
    assert any(defect.says in sentence for sentence in said)


CLASSES: dict[str, set[str]] = {
    "unreachable state": {"state_that_nothing_leads_to"},
    "dead end": {"state_without_a_way_out", "cycle_closes_over_an_open_state"},
    "role that cannot act": {
        "role_that_cannot_act",
        "holder_who_can_do_nothing",
        "step_that_separation_leaves_to_nobody",
    },
    "paper demanded where it cannot be filed": {
        "paper_demanded_before_it_can_be_filed",
        "paper_that_a_redo_loses",
        "paper_that_nobody_files",
        "paper_that_one_path_leaves_out",
    },
    "guard that can never hold": {"result_that_no_meeting_can_record", "conclusion_that_no_opinion_can_have"},
    "deadline past its follower": {"date_past_its_follower"},
    "return with no way back": {"return_without_a_way_back", "redo_without_a_way_back"},
    "label missing": {"label_of_a_state_left_out", "label_of_a_paper_empty", "choice_without_a_word"},
    "source missing": {"date_without_source", "guard_without_source", "source_that_nobody_has"},
    "duplicate code": {"move_written_twice", "stage_written_twice"},
    "effect without meaning": {"result_recorded_without_choices", "return_closed_where_none_is_open"},
}
"""The classes of defects that the checker is promised to find; edited pinned versions are among ``DEFECTS``."""


def test_every_class_of_defects_is_planted() -> None:
    assert set().union(*CLASSES.values()) <= {defect.name for defect in PLANTED}
