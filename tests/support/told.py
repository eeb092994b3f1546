"""The whole story of Vinh Phong in a database of either make: real dossiers, for tests of what is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workflow import installation
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role
from workflow.domain.dossier import Dossier
from workflow.domain.kinds import DossierKind
from workflow.seeding.player import Player
from workflow.seeding.script import STORY, moment, read_script
from workflow.settings import Settings

PROVINCE = "tinh"
COMMUNE = "vinh-phong"


@dataclass(frozen=True, slots=True)
class ToldHouse:
    """A house in which a story was played, and the dossiers it names."""

    house: House
    ids: Mapping[str, str]
    numbers: Mapping[str, str]

    def actor(self, person_id: str, role: Role | None = None) -> Actor:
        """A person of the story, as it stands at the story's end."""
        return self.house.people.actor(person_id, role=role)

    def dossier(self, name: str) -> Dossier:
        """The aggregate of a dossier of the story."""
        with self.house.engine.reading() as stores:
            return stores.dossiers.get(self.ids[name])

    def kind(self, code: str, version: int | None = None) -> DossierKind:
        """A kind: a pinned version, or the newest."""
        if version is None:
            return next(kind for kind in self.house.catalogue.kinds() if kind.code == code)
        return self.house.catalogue.version(code, version)


@contextmanager
def told_in(url: str, folder: Path, *, until: str | None = None) -> Iterator[ToldHouse]:
    """Play the story in an empty database at ``url``, files of papers in ``folder``."""
    script = read_script(STORY)
    settings = Settings(database=url, files=f"file:{folder}", province=PROVINCE, _env_file=None)  # type: ignore[call-arg]
    installation.make(settings, at=moment(script["begins"]), practice=True)
    house = House(settings)
    try:
        player = Player(house, script)
        played = list(player.play(until=None if until is None else moment(until)))
        done = zip(script["steps"], played, strict=False)
        names = [step["dossier"] for step, told in done if "dossier" in step and told.error is None]
        ids = {name: player.stage.id_of(name) for name in dict.fromkeys(names)}
        numbers = {name: player.stage.number_of(name) for name in ids}
        yield ToldHouse(house, ids, numbers)
    finally:
        house.close()


def as_unit_of(told: ToldHouse, name: str) -> Actor:
    """The representative of the unit a dossier of the story is about."""
    return Actor(f"unit-of-{name}", Role.UNIT, told.dossier(name).subject_id, PROVINCE, COMMUNE)
