"""Officers of several processes on one dossier at the same instant: one wins, the others are told by whom.

The officers of a race saw the same version and ask for moves drawn from those that are lawful there, each another
person in a process of their own. After it the dossier must stand one version further, by the winner; the losers must
have been told the winner's person and the version that stands. In the end the journal and the state are proved.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from benchmarks.proofs.figures import Found
from benchmarks.proofs.processes import Plant, clean_context
from benchmarks.proofs.town import Town, found_town, moves_from, unit
from workflow.domain.actors import Role
from workflow.domain.errors import HosoError, StaleDossier
from workflow.installation import verify_journal, verify_state

UNITS = 24
HEAD_START = 0.002
"""Seconds until the common instant, so that every process has read what it is to do."""

ANSWER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What one officer of a race asks for, and when."""

    move: str
    role: Role
    person: str
    subject: str
    dossier_id: str
    seen: int
    at: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the version it made, or the error with the person and version it tells; from when to when."""

    person: str
    version: int | None
    error: str
    told: tuple[object, object]
    began: float
    ended: float


def races(
    url: str,
    folder: Path,
    count: int,
    *,
    officers: int = 2,
    processes: int = 4,
    seed: int = 0,
    units: int = UNITS,
    plant: Plant | None = None,
) -> Found:
    """So many races of so many officers, who are spread over the processes; ``plant`` spoils those."""
    dice, found, pairs = Random(seed), Found(count), Counter[str]()
    town = found_town(folder, url, units)
    ids = {unit(n): town.open(unit(n), f"begins-{n}").dossier_id for n in range(units)}
    overlapped = 0
    with _offices(url, folder, max(processes, officers), plant) as offices:
        for number in range(count):
            subject = dice.choice(sorted(ids))
            asked = _race(town, subject, ids[subject], number, officers, dice)
            answers = _run(dice.sample(offices, officers), asked)
            pairs[" / ".join(sorted(one.move for one in asked))] += 1
            overlapped += max(one.began for one in answers) < min(one.ended for one in answers)
            what = f"race {number} of {_words(asked)}"
            found.wrong += [f"{what}: {fault}" for fault in _faults(town, asked, answers)]
            found.untold += [f"{what}: {fault}" for fault in _untold(asked, answers)]
    found.wrong += proved(town)
    town.house.close()
    found.figures = {
        "officers": officers,
        "processes": max(processes, officers),
        "overlapping": overlapped,
        "kinds_of_races": len(pairs),
        "most_frequent": dict(pairs.most_common(5)),
    }
    return found


def proved(town: Town) -> list[str]:
    """What is wrong with the journal and with what is stored beside it."""
    chain, state = verify_journal(town.house, None), verify_state(town.house)
    return [str(bad) for bad in chain.bad] + [str(fault) for fault in state.faults]


def _race(town: Town, subject: str, dossier_id: str, number: int, officers: int, dice: Random) -> list[Asked]:
    dossier = town.dossier(dossier_id)
    moves = moves_from(dossier)
    at = time.monotonic() + HEAD_START
    asked = []
    for place in range(officers):
        move = dice.choice(sorted(moves))
        role = dice.choice(list(moves[move]))
        asked.append(Asked(move, role, f"{role.value}-{number}-{place}", subject, dossier_id, dossier.version, at))
    return asked


def _words(asked: Sequence[Asked]) -> str:
    return ", ".join(f"{one.move} by {one.person}" for one in asked)


def _faults(town: Town, asked: Sequence[Asked], answers: Sequence[Answer]) -> Iterator[str]:
    winners = [one for one in answers if one.version is not None]
    if len(winners) != 1:
        yield f"{len(winners)} winners, {sorted(one.error for one in answers)}"
        return
    winner, expected = winners[0], asked[0].seen + 1
    dossier = town.dossier(asked[0].dossier_id)
    if (winner.version, dossier.version, dossier.updated_by) != (expected, expected, winner.person):
        yield f"{winner.person} won with {winner.version}, it stands at {dossier.version} by {dossier.updated_by}"


def _untold(asked: Sequence[Asked], answers: Sequence[Answer]) -> Iterator[str]:
    """Losers who were not told by whom, and which version stands now."""
    winner = next((one for one in answers if one.version is not None), None)
    for one in answers:
        told = (StaleDossier.__name__, (winner.person, asked[0].seen + 1)) if winner is not None else None
        if one.version is None and (one.error, one.told) != told:
            yield f"{one.person} was told {one.error} {one.told}"


# --- the offices: one process each ---------------------------------------------------------------


@contextmanager
def _offices(url: str, folder: Path, many: int, plant: Plant | None) -> Iterator[list[Connection]]:
    """Processes with a house of their own; each does what it reads and answers."""
    context = clean_context()
    ends = [context.Pipe() for _ in range(many)]
    workers = [context.Process(target=_office, args=(url, folder, theirs, plant), daemon=True) for _, theirs in ends]
    for worker in workers:
        worker.start()
    try:
        for ours, theirs in ends:
            theirs.close()
            if not ours.poll(ANSWER_SECONDS) or ours.recv() != "open":
                raise RuntimeError("an office did not open")
        yield [ours for ours, _ in ends]
    finally:
        for ours, _ in ends:
            ours.close()
        for worker in workers:
            worker.join(ANSWER_SECONDS)


def _run(offices: Sequence[Connection], asked: Sequence[Asked]) -> list[Answer]:
    for office, one in zip(offices, asked, strict=True):
        office.send(one)
    answers = []
    for office in offices:
        if not office.poll(ANSWER_SECONDS):
            raise RuntimeError("an office does not answer")
        answers.append(office.recv())
    return answers


def _office(url: str, folder: Path, pipe: Connection, plant: Plant | None) -> None:
    if plant is not None:
        plant()
    town = Town.at(folder, url)
    pipe.send("open")
    while True:
        try:
            asked: Asked = pipe.recv()
        except EOFError:
            break
        pipe.send(_answer(town, asked))
    town.house.close()


def _answer(town: Town, asked: Asked) -> Answer:
    while time.monotonic() < asked.at:
        pass
    told: tuple[object, object] = (None, None)
    began, version, error = time.monotonic(), None, ""
    try:
        version = town.make(asked.move, asked.role, asked.person, asked.subject, asked.dossier_id, asked.seen).version
    except HosoError as refusal:
        error = type(refusal).__name__
        told = (refusal.facts.get("person"), refusal.facts.get("current"))
    return Answer(asked.person, version, error, told, began, time.monotonic())
