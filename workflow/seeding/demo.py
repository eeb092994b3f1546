"""The sample province: the story of Vĩnh Phong and its neighbours, played to the morning it is opened.

Each neighbour lives a part of the story, under its own names: the units and the last day that
``fixtures/demo/neighbours.json`` gives it. So every state of a dossier stands somewhere in the province, and nothing
is written beside the services.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from workflow import installation
from workflow.bootstrap import House
from workflow.seeding.player import Player
from workflow.seeding.script import STORY, Script, Step, moment, read_script
from workflow.settings import FIXTURES, Settings

NEIGHBOURS = FIXTURES / "demo" / "neighbours.json"
"""Which communes live which part of the story."""

_NAME = "Vĩnh Phong"
_CODE = "vinh-phong"
_NAMED = frozenset({"as", "of", "name", "dossier", "dossiers", "leave_out", "id", "login"})
"""Where a script writes names of its own: of persons, dossiers, results."""
_NUMBER = "$number:"
_OPENS = frozenset({"open_cycle", "close_cycle", "file_report"})
"""What the province does once, for all its communes."""


def build_demo(settings: Settings) -> None:
    """Make a practice house in empty storage and play the sample province to its morning (some seconds).

    Raises ``ScriptBroken`` when a step does not end as the script says; Conflict when the storage is in use.
    """
    script = DEMO_SCRIPT
    installation.make(settings, at=moment(script["begins"]), practice=True)
    house = House(settings)
    try:
        player = Player(house, script)
        for _ in player.play(until=moment(script["until"])):
            pass
        player.advance(moment(script["until"]))
        installation.keep_present(house)
    finally:
        house.close()


def demo_script() -> Script:
    """The story and its neighbours as one script, its steps in the order of time; who stands on the sign-in page."""
    story = read_script(STORY)
    province = read_script(NEIGHBOURS)
    neighbours = [_Neighbour(story, row, number) for number, row in enumerate(province["communes"], start=1)]
    people = [*story["people"], *(row for one in neighbours for row in one.people())]
    steps = [*map(_uncounted, story["steps"]), *(step for one in neighbours for step in one.steps())]
    return {
        **story,
        "title": province["title"],
        "until": province["until"],
        "organisations": [*story["organisations"], *(row for one in neighbours for row in one.organisations())],
        "people": [{**row, "on_sign_in": row["id"] in province["on_sign_in"]} for row in people],
        "steps": sorted(steps, key=lambda step: moment(step["at"])),
    }


def _uncounted(step: Step) -> Step:
    """A step of the story without what it expects to count: with neighbours the province has more."""
    expected = {name: value for name, value in step.get("expect", {}).items() if name != "facts"}
    return {**step, "expect": expected}


@dataclass(frozen=True)
class _Neighbour:
    """One commune that lives a part of the story; its steps come ``number`` minutes after the story's."""

    story: Script
    row: Mapping[str, Any]
    number: int

    @cached_property
    def _own(self) -> Mapping[str, Mapping[str, Any]]:
        """Organisations of the commune, by id."""
        return {row["id"]: row for row in self.story["organisations"] if row.get("commune_id") == _CODE}

    @cached_property
    def _persons(self) -> Mapping[str, Mapping[str, Any]]:
        """People of the commune: its offices', and those of the units it has."""
        return {
            row["id"]: row
            for row in self.story["people"]
            if row["organisation"] in self._own and (row["role"] != "unit" or row["id"] in self.row["units"])
        }

    @cached_property
    def _subjects(self) -> Mapping[str, str]:
        """Subject of every unit it has, by the name the story gives the unit."""
        people = {row["id"]: row["organisation"] for row in self.story["people"]}
        return {unit: people[unit] for unit in self.row["units"]}

    @cached_property
    def _dossiers(self) -> Collection[str]:
        """The story's names of the dossiers of its units, those it owes too."""
        return {name for unit, subject in self._subjects.items() for name in (unit, f"duy_tri/2026/{subject}")}

    def organisations(self) -> Iterator[Any]:
        """The commune, its offices and its units."""
        units = {row["organisation"] for row in self.story["people"] if row["role"] == "unit"}
        for organisation_id, row in self._own.items():
            if organisation_id not in units or organisation_id in self._subjects.values():
                yield self._renamed(row)

    def people(self) -> Iterator[Any]:
        """Who works there."""
        return (self._renamed(row) for row in self._persons.values())

    def steps(self) -> Iterator[Step]:
        """Its part of the story."""
        for step in self.story["steps"]:
            at = moment(step["at"]) + timedelta(minutes=self.number)
            kept = self._kept(step) if step["at"] < self.row["until"] else None
            if kept is not None:
                yield {**self._renamed(kept), "at": at.isoformat()}

    def _kept(self, step: Step) -> Step | None:
        """The step as far as it concerns its units; None for one that does not, or that was refused."""
        plain = {key: value for key, value in step.items() if key not in {"expect", "tell"}}
        if step["do"] in _OPENS or step.get("expect", {}).keys() & {"error", "refused", "blocked"}:
            return None
        if step["as"] not in self._persons and not (self.row["appraised"] or step["do"] == "grant"):
            return None
        if "rows" in step:
            rows = [row for row in step["rows"] if row["subject_id"] in self._subjects.values()]
            return {**plain, "rows": rows} if rows else None
        if "of" in step:
            return plain if step["as"] in self._persons and self._subjects else None
        if "dossiers" in step:
            return self._act(plain)
        concerned = step.get("dossier") in self._dossiers or step.get("scope_id") in self._subjects.values()
        return plain if concerned else None

    def _act(self, step: dict[str, Any]) -> Step | None:
        dossiers = [name for name in step["dossiers"] if name in self._dossiers]
        if not dossiers:
            return None
        left = [name for name in step.get("leave_out", ()) if name in dossiers]
        papers = {code: self._items(document) for code, document in step.get("papers", {}).items()}
        return {**step, "dossiers": dossiers, "leave_out": left, "papers": papers}

    def _items(self, document: Any) -> Any:
        """A shared paper with the rows of its own dossiers."""
        if isinstance(document, str) and document.startswith("$shared:"):
            document = self.story["shared"][document.removeprefix("$shared:")]
        rows = [
            row
            for row in document.get("items", ())
            if not isinstance(row, Mapping) or str(row.get("dossier", "")).removeprefix(_NUMBER) in self._dossiers
        ]
        return {**document, "items": rows} if "items" in document else document

    def _renamed(self, value: Any, key: str = "") -> Any:
        """The same with the ids and names of the commune."""
        if isinstance(value, Mapping):
            return {inner: self._renamed(item, inner) for inner, item in value.items()}
        if isinstance(value, list):
            return [self._renamed(item, key) for item in value]
        return self._text(value, key) if isinstance(value, str) else value

    def _text(self, value: str, key: str) -> str:
        head, slash, last = value.rpartition("/")
        if last in self._own:
            return f"{head}{slash}{self._id(last)}"
        if value.startswith(_NUMBER):
            return f"{_NUMBER}{self._text(value.removeprefix(_NUMBER), 'dossier')}"
        if key in _NAMED and (value in self._persons or value in self._dossiers or value == "results-commune"):
            return f"{self.row['code']}-{value}"
        return value.replace(_NAME, self.row["name"])

    def _id(self, organisation_id: str) -> str:
        """The commune's own id for an organisation of the story."""
        if _CODE in organisation_id:
            return organisation_id.replace(_CODE, self.row["code"])
        return f"{organisation_id}-{self.row['code']}"


DEMO_SCRIPT: Script = demo_script()
"""The sample province as one script."""
