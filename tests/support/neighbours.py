"""The story with neighbours: two more communes that live part of it, and one where nobody registers.

In Tan Hoa Dong two units hand in their scores and the police let the date pass; in Binh An they are assessed and the
committee lets it pass. Every step is the story's own, with other names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workflow.seeding.script import STORY, Script, read_script

TAN_HOA_DONG, BINH_AN, AN_KHANH_HA = "tan-hoa-dong", "binh-an", "an-khanh-ha"
NAMES = {TAN_HOA_DONG: "Tân Hòa Đông", BINH_AN: "Bình An", AN_KHANH_HA: "An Khánh Hạ"}
UNITS = ("doan", "thcs")
SUBJECTS = {"doan": "doan-vinh-phong", "thcs": "thcs-vinh-phong"}
PEOPLE = ("cax-1", "cax-3", "ubnd-1", "doan", "thcs")
OFFICES = ("vinh-phong", "cax-vinh-phong", "ubnd-vinh-phong")
OWN_NAMES = {"id", "login", "as", "of", "name", "dossier", "dossiers"}
"""Where a script writes names of its own: of persons, dossiers, results."""

LAST = {TAN_HOA_DONG: "2026-11-07", BINH_AN: "2026-11-14"}


def with_neighbours(folder: Path, *, until: str = "2026-12-31") -> Path:
    """A script file of the story and its neighbours, its steps in the order of time."""
    script = dict(read_script(STORY))
    for code, name in NAMES.items():
        script["organisations"] = [*script["organisations"], *_organisations(script, code, name)]
        script["people"] = [*script["people"], *_people(script, code)]
    steps = [*script["steps"], *(step for code in LAST for step in _steps(script, code))]
    script["steps"] = sorted((step for step in steps if step["at"] < until), key=lambda step: step["at"])
    file = folder / "neighbours.json"
    file.write_text(json.dumps(script, ensure_ascii=False), encoding="utf-8")
    return file


def _organisations(script: Script, code: str, name: str) -> Iterator[Any]:
    wanted = {*OFFICES, *(SUBJECTS.values() if code in LAST else ())}
    for row in script["organisations"]:
        if row["id"] in wanted:
            yield _renamed(row, code, name)


def _people(script: Script, code: str) -> Iterator[Any]:
    for person in script["people"]:
        if person["id"] in PEOPLE and (code in LAST or person["role"] != "unit"):
            yield _renamed(person, code, NAMES[code])


def _steps(script: Script, code: str) -> Iterator[Any]:
    for step in script["steps"]:
        kept = _kept(step) if step["at"] < LAST[code] else None
        if kept is not None:
            yield _renamed(kept, code, NAMES[code])


def _kept(step: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The step as far as it concerns the two units; None for one that does not, or is refused."""
    plain = {key: value for key, value in step.items() if key not in {"expect", "tell"}}
    if step.get("expect", {}).keys() & {"error", "refused"}:
        return None
    if step["do"] == "enter_results" and step["as"] == "cax-1":
        return {**plain, "rows": [row for row in step["rows"] if row["subject_id"] in SUBJECTS.values()]}
    if step["do"] == "confirm" and step["as"] == "cax-3":
        return plain
    if step["do"] == "act" and step["trigger"] == "select" and "doan" in step["dossiers"]:
        papers = {name: {**paper, "items": _items(paper)} for name, paper in step["papers"].items()}
        return {**plain, "dossiers": list(UNITS), "papers": papers}
    if step.get("dossier") in UNITS and step["do"] in {"open", "file", "move"}:
        made = step.get("trigger", "register")
        return plain if made in {"register", "assess"} else None
    return None


def _items(paper: Mapping[str, Any]) -> list[Any]:
    return [row for row in paper["items"] if row["dossier"] in {f"$number:{unit}" for unit in UNITS}]


def _renamed(value: Any, code: str, name: str, key: str = "") -> Any:
    """The same with the neighbour's ids and names."""
    if isinstance(value, Mapping):
        return {inner: _renamed(item, code, name, inner) for inner, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, code, name, key) for item in value]
    if not isinstance(value, str):
        return value
    if value in OFFICES or value in SUBJECTS.values():
        return value.replace("vinh-phong", code)
    named = key in OWN_NAMES and value in {*PEOPLE, "results-commune"}
    if named or value.startswith("$number:"):
        return f"{value}@{code}"
    return value.replace("Vĩnh Phong", name)
