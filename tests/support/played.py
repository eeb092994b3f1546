"""The story of Vinh Phong played up to an instant, and then a test acts in it as this or that person."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from tests.conftest import RUN_FOLDER
from tests.support import postgres
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


@dataclass(frozen=True, slots=True)
class _Kept:
    """A database as it stood when the story had been played: a SQLite file, or the name of a database."""

    copy: str
    now: datetime
    stage: Stage


_KEPT: dict[tuple[bool, str | None], _Kept] = {}
_COPIES = ExitStack()


@contextmanager
def played(url: str, until: str | None = None) -> Iterator[Played]:
    """The story played up to an instant (all of it without one) in a database that has the schema.

    Each part is played once in a run on each make of database, and copied after that.
    """
    script, key = read_script(STORY), (url.startswith(_SQLITE), until)
    if key in _KEPT:
        _put_back(url, _KEPT[key].copy)
    else:
        _KEPT[key] = _play(url, until)
    house = _house(url, _KEPT[key].now)
    try:
        player = Player(house, script)
        player.stage.remember(_KEPT[key].stage)
        yield Played(player)
    finally:
        house.close()


def forget() -> None:
    """Drop the copies that are databases of a server; one that is gone has taken them along."""
    with suppress(psycopg.OperationalError):
        _COPIES.close()
    _KEPT.clear()


def _house(url: str, now: datetime) -> House:
    settings = Settings(database=url, files="memory:", province=read_script(STORY)["province"])
    return House(settings, clock=PracticeClock(now))


def _play(url: str, until: str | None) -> _Kept:
    house = _house(url, moment(read_script(STORY)["begins"]))
    try:
        player = Player(house, read_script(STORY))
        for _ in player.play(until=moment(until) if until else None):
            pass
        now = house.clock.now()
    finally:
        house.close()
    if not url.startswith(_SQLITE):
        copy = _COPIES.enter_context(postgres.fresh_database(url, template=postgres.database_name(url)))
        return _Kept(postgres.database_name(copy), now, player.stage)
    file = Path(tempfile.mkdtemp(prefix="played-", dir=os.environ[RUN_FOLDER])) / "hoso.sqlite"
    shutil.copyfile(url.removeprefix(_SQLITE), file)
    return _Kept(str(file), now, player.stage)


def _put_back(url: str, copy: str) -> None:
    if url.startswith(_SQLITE):
        shutil.copyfile(copy, url.removeprefix(_SQLITE))
    else:
        postgres.replace_database(url, template=copy)
