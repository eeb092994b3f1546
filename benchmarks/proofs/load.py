"""Somebody who works without rest until killed, and writes down what was asked for and what was acknowledged."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import TypeVar

from benchmarks.proofs.processes import Plant
from benchmarks.proofs.town import Town, moves_from, unit
from workflow.domain.actors import Role
from workflow.domain.errors import Unavailable
from workflow.services.engine import Receipt

RETRY_SECONDS = 0.02
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """One command under its key: to open the dossier of a unit (``move`` empty), or to move it."""

    key: str
    move: str
    role: str
    person: str
    subject: str
    dossier_id: str
    seen: int

    def run(self, town: Town) -> Receipt:
        """Do it; done before under this key, the same receipt again."""
        if not self.move:
            return town.open(self.subject, self.person, key=self.key)
        role = Role(self.role)
        return town.make(self.move, role, self.person, self.subject, self.dossier_id, self.seen, key=self.key)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A receipt, as its asker was given it; ``at`` by ``time.monotonic``."""

    key: str
    dossier_id: str
    version: int
    at: float


@dataclass(frozen=True, slots=True)
class Failed:
    """A command came back with an error that no door knows."""

    key: str
    error: str


@dataclass(slots=True)
class Read:
    """A diary: what was acknowledged, what failed, and what was asked for last without an answer."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    waiting: Asked | None = None


class Diary:
    """A file of lines that outlives its writer's death; each line is one write of the system."""

    def __init__(self, file: Path) -> None:
        self._handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, entry: Asked | Acknowledged | Failed) -> None:
        """One line."""
        line = json.dumps({"what": type(entry).__name__, **asdict(entry)}) + "\n"
        os.write(self._handle, line.encode())


def read_diary(file: Path) -> Read:
    """Everything in a diary; empty when it was not begun."""
    read = Read()
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        entry = json.loads(line)
        what = entry.pop("what")
        if what == Asked.__name__:
            read.waiting = Asked(**entry)
        elif what == Failed.__name__:
            read.failed.append(Failed(**entry))
        else:
            read.acknowledged.append(Acknowledged(**entry))
            read.waiting = None
    return read


def work(url: str, folder: Path, diary: Path, units: range, seed: int, plant: Plant | None) -> None:
    """Open and move the dossiers of these units, nobody else's, without end."""
    if plant is not None:
        plant()
    town, writing = Town.at(folder, url), Diary(diary)
    name = f"{diary.stem}-{os.getpid()}"
    for asked in _life(town, units, seed, name, lambda error: writing.write(Failed(name, repr(error)))):
        writing.write(asked)
        acknowledge(writing, asked, town)


def acknowledge(writing: Diary, asked: Asked, town: Town) -> None:
    """Run the command, then write down its receipt: the one place that says "done"."""
    receipt = patiently(lambda: asked.run(town), failed=lambda error: writing.write(Failed(asked.key, repr(error))))
    writing.write(Acknowledged(asked.key, receipt.dossier_id, receipt.version, time.monotonic()))


def patiently(run: Callable[[], T], *, failed: Callable[[Exception], None] | None = None) -> T:
    """Ask again while the database is away, as a door tells its people to.

    ``failed`` is told what else came out, a mistake of the engine's, and it is asked again too; without it, raised.
    """
    while True:
        try:
            return run()
        except Unavailable:
            time.sleep(RETRY_SECONDS)
        except Exception as error:
            if failed is None:
                raise
            failed(error)
            time.sleep(RETRY_SECONDS)


def _life(town: Town, units: range, seed: int, name: str, failed: Callable[[Exception], None]) -> Iterator[Asked]:
    """Commands without end, each lawful when it is asked for; ``failed`` is told of reads that came back broken."""
    dice, ids = Random(seed), dict[str, str]()
    for number in count():
        key = f"{name}-{number}"
        subject = unit(dice.choice(units))
        known = ids.get(subject) or patiently(partial(town.dossier_of, subject), failed=failed)
        if known is None:
            yield Asked(key, "", Role.UNIT.value, key, subject, "", 0)
            continue
        ids[subject] = known
        dossier = patiently(partial(town.dossier, known), failed=failed)
        moves = moves_from(dossier)
        move = dice.choice(sorted(moves))
        role = dice.choice(list(moves[move]))
        yield Asked(key, move, role.value, key, subject, dossier.id, dossier.version)
