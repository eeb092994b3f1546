"""Stories that a kind must tell: read from ``scenarios/*.json`` beside it and lived through the domain alone.

No database, no service: one dossier, the books as the story sets them, and the verbs of ``domain``. After every step
what the story expects is compared with what came; refusals must be exactly those named. Whatever the story, two
things hold at each step: ``explain`` says nothing exactly when the move is made, and the dossier's events rebuild it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflow.definitions import strict_json
from workflow.definitions.scenario_life import Life, Went
from workflow.definitions.schemas import PaperSchemas, definition_faults
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.criteria import CriteriaSet
from workflow.domain.errors import DefinitionInvalid
from workflow.domain.kinds import DossierKind

DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story as it was written. ``name`` is its file's; ``steps`` are all, those of the story it begins like too;
    ``documents`` the default documents of papers by code.
    """

    name: str
    story: Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...]
    documents: Mapping[str, Any]

    @property
    def title(self) -> str:
        """What the story is called."""
        return str(self.story["title"])


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A step that went otherwise than told: its number from 1, what was compared, what was told, what came."""

    step: int
    what: str
    told: object
    came: object


def load_scenarios(folder: Path, meta: Mapping[str, Any]) -> tuple[Scenario, ...]:
    """The stories of one kind version, by name. ``folder`` is its ``scenarios``; none when there is no such folder.

    Raises ``DefinitionInvalid`` with every fault of form, JsonRefused for a file that is no JSON.
    """
    files = {file.stem: file for file in sorted(folder.glob("*.json"))}
    documents = _read(files.pop(DOCUMENTS)) if DOCUMENTS in files else {}
    stories = {name: _read(file) for name, file in files.items()}
    faults = [fault for name, story in stories.items() for fault in definition_faults(dict(meta), story, name)]
    if faults:
        raise DefinitionInvalid(tuple(faults))
    return tuple(Scenario(name, story, _steps(name, stories), documents) for name, story in stories.items())


def _steps(
    name: str, stories: Mapping[str, Mapping[str, Any]], seen: tuple[str, ...] = ()
) -> tuple[Mapping[str, Any], ...]:
    """The steps of a story after those of the one it begins like. DefinitionInvalid when that one is not there."""
    own = tuple(stories[name]["steps"])
    begins = stories[name].get("begins")
    if begins is None:
        return own
    if begins["story"] not in stories or begins["story"] in (*seen, name):
        raise DefinitionInvalid((f"{name} begins like {begins['story']}, which is no story beside it",))
    before = _steps(begins["story"], stories, (*seen, name))
    places = [place for place, step in enumerate(before, 1) if step.get("name") == begins["through"]]
    if not places:
        raise DefinitionInvalid((f"{name} begins through {begins['through']}, which {begins['story']} never does",))
    return (*before[: places[0]], *own)


def _read(file: Path) -> dict[str, Any]:
    body = strict_json.read(file.read_bytes())
    if not isinstance(body, dict):
        raise DefinitionInvalid((f"{file.name} is no object",))
    return body


def run_scenario(
    kind: DossierKind,
    scenario: Scenario,
    *,
    schemas: PaperSchemas,
    criteria: Mapping[str, CriteriaSet],
    calendar: WorkingCalendar,
) -> tuple[Mismatch, ...]:
    """Live the story; every step that went otherwise than told. Later steps are lived all the same."""
    life = Life(kind, scenario.story, scenario.documents, schemas=schemas, criteria=criteria, calendar=calendar)
    found: list[Mismatch] = []
    for number, step in enumerate(scenario.steps, 1):
        went = life.live(step)
        found += (Mismatch(number, *difference) for difference in _differences(step.get("expect", {}), went, life))
    return tuple(found)


def _differences(told: Mapping[str, Any], went: Went, life: Life) -> Sequence[tuple[str, object, object]]:
    came = life.seen(went)
    asked = {"refusals": [], "error": None, **told}
    found = [(name, value, came[name]) for name, value in asked.items() if _plain(value) != _plain(came[name])]
    return found + [("sound", True, fault) for fault in went.unsound]


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, list | tuple) else value
