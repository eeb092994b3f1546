"""The story of Vinh Phong played up to an instant, and then a test acts in it as this or that person."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.conftest import RUN_FOLDER
from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.actors import Actor
from workflow.domain.dossier import Dossier
from workflow.seeding.player import Player
from workflow.seeding.script import STORY, moment, read_script
from workflow.seeding.stage import Stage
from workflow.seeding.steps import VERBS, Done
from workflow.settings import Settings
from workflow.storage.statements import Statement
from workflow.storage.tables import METADATA


@dataclass
class Played:
    """A house in which part of the story has happened."""

    player: Player

    @property
    def house(self) -> House:
        """The house."""
        return self.player.house

    @property
    def stage(self) -> Stage:
        """The script's names."""
        return self.player.stage

    def actor(self, person: str) -> Actor:
        """A person of the story, now."""
        return self.house.people.actor(person)

    def dossier(self, name: str) -> Dossier:
        """A dossier of the story as it stands."""
        return self.stage.dossier(self.stage.id_of(name))

    def at(self, text: str) -> None:
        """Move the clock on."""
        clock = self.house.clock
        assert isinstance(clock, PracticeClock)
        clock.advance_to(moment(text))

    def step(self, when: str, /, **changed: Any) -> Mapping[str, Any]:
        """The step the script takes at that instant, with some of it changed."""
        found: dict[str, Any] = next(step for step in self.player.script["steps"] if step["at"] == when)
        return {**found, **changed}

    def do(self, step: Mapping[str, Any]) -> Done:
        """Take a step at its instant; what is refused is raised."""
        self.at(step["at"])
        return VERBS[step["do"]](self.stage, step, self.actor(step["as"]))

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the database: to prove that something changed nothing."""
        with self.house.database.read() as reader:
            return {
                table.name: sorted((tuple(row) for row in reader.all(Statement(sa.select(table)))), key=repr)
                for table in METADATA.sorted_tables
            }


_SQLITE = "sqlite:///"
_NAMES: dict[str, tuple[Path, datetime, Stage]] = {}


@contextmanager
def played(url: str, until: str | None = None) -> Iterator[Played]:
    """The story played up to an instant (all of it without one) in a database that has the schema.

    On SQLite a part that was played before is copied; on PostgreSQL it is played again.
    """
    script, begun = read_script(STORY), until in _NAMES and url.startswith(_SQLITE)
    if begun:
        shutil.copyfile(_NAMES[str(until)][0], url.removeprefix(_SQLITE))
    now = _NAMES[str(until)][1] if begun else moment(script["begins"])
    house = House(Settings(database=url, files="memory:", province=script["province"]), clock=PracticeClock(now))
    try:
        player = Player(house, script)
        if begun:
            player.stage.remember(_NAMES[str(until)][2])
        else:
            for _ in player.play(until=moment(until) if until else None):
                pass
            if url.startswith(_SQLITE):
                _keep(url, str(until), player)
        yield Played(player)
    finally:
        house.close()


def _keep(url: str, until: str, player: Player) -> None:
    """Keep a copy of a SQLite file as it stands."""
    kept = Path(tempfile.mkdtemp(prefix="played-", dir=os.environ[RUN_FOLDER])) / "hoso.sqlite"
    with closing(sqlite3.connect(url.removeprefix(_SQLITE))) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)
    _NAMES[until] = kept, player.house.clock.now(), player.stage
