"""Houses for tests: the story of Vinh Phong played once up to an instant, then copied for every test."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from workflow import installation
from workflow.bootstrap import House
from workflow.seeding.player import Player
from workflow.seeding.script import STORY, Script, ScriptBroken, moment, read_script
from workflow.seeding.stage import Stage
from workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class Told:
    """A story as far as it was played: its file, its script, and the dossiers it names by id and number."""

    folder: Path
    script: Script
    ids: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """Where the played file lies; its files of papers are shared by all copies, they never change."""
        return _settings(self.folder / "story.sqlite", self.folder / "files")

    def copy(self, folder: Path) -> House:
        """A house of one's own on a copy of the file, its clock where the story stopped."""
        file = folder / "house.sqlite"
        shutil.copyfile(self.folder / "story.sqlite", file)
        return House(_settings(file, self.folder / "files"))


def tell_story(folder: Path, until: datetime | None = None, *, script: Path = STORY) -> Told:
    """Play the story in an empty folder up to an instant (all of it without one)."""
    read = read_script(script)
    settings = _settings(folder / "story.sqlite", folder / "files")
    installation.make(settings, at=moment(read["begins"]), practice=True)
    house = House(settings)
    try:
        player = Player(house, read)
        played = list(player.play(until=until))
        done = zip(read["steps"], played, strict=False)
        names = [step["dossier"] for step, told in done if "dossier" in step and told.error is None]
        names += [name for step in read["steps"] if (name := _owed(step)) and _is_there(player.stage, name)]
        known = {name: (player.stage.id_of(name), player.stage.number_of(name)) for name in dict.fromkeys(names)}
        house.keep_present()
    finally:
        house.close()
    return Told(folder, read, {n: one[0] for n, one in known.items()}, {n: one[1] for n, one in known.items()})


def _owed(step: Mapping[str, Any]) -> str:
    """The owed dossier a step is about; it was opened with its cycle, not by a step of its own."""
    name = str(step.get("dossier", ""))
    return name if "/" in name else ""


def _is_there(stage: Stage, name: str) -> bool:
    with suppress(ScriptBroken):
        return bool(stage.id_of(name))
    return False


def _settings(file: Path, files: Path) -> Settings:
    return Settings(database=f"sqlite:///{file}", files=f"file:{files}", province="tinh", _env_file=None)  # type: ignore[call-arg]
