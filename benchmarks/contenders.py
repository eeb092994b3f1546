"""Processes that contend for dossiers, and processes that are killed at work; see ``benchmarks.proofs``.

Everybody is a process of its own with a house of its own over one database, and works through the services.
"""

from __future__ import annotations

import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.engine import AT, MOVES, REGISTRATION, SHEET, Site, minutes, open_site
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role
from workflow.domain.dossier import Dossier
from workflow.domain.errors import HosoError, StaleDossier, Unavailable
from workflow.domain.events import SignedPaper
from workflow.services.inputs import MoveInput, PaperInput
from workflow.settings import Settings
from workflow.storage.state_proof import verify_state
from workflow.storage.verification import verify

__all__ = ["AT", "kills", "races"]

SPAWN = get_context("spawn")
WORKERS, READY_SECONDS = 2, 10.0
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
Found = tuple[int, list[str]]


def contend(url: str, folder: str, name: int, pipe: Connection) -> None:
    """A contender: makes each move it is sent at the instant that is named, and tells how it went."""
    site = Site(House(Settings(database=url, files=f"file:{folder}/files")), url)
    pipe.send("ready")
    for index, dossier, what, at in iter(pipe.recv, None):
        time.sleep(max(0.0, at - time.time()))
        try:
            act(site, index, dossier, what, name)
            pipe.send("made")
        except StaleDossier:
            pipe.send("stale")
        except Unavailable:
            pipe.send("busy")
        except HosoError as error:
            pipe.send(f"refused: {error.code}")
    site.house.close()


def act(site: Site, index: int, dossier: tuple[str, str, int, int], what: str, name: int) -> None:
    """One command on a dossier (id, number, version, place in the straight life) by one of two persons of the role."""
    dossier_id, number, version, place = dossier
    if what == "forward":
        trigger, role, code = MOVES[place]
        raw = {"registration": REGISTRATION, "sheet": SHEET}.get(code or "") or minutes(number)
        papers = {code: PaperInput(raw)} if code else {}
        actor = person(site, role, index, name)
        site.house.dossiers.perform(actor, dossier_id, MoveInput(trigger, version, papers=papers))
        return
    police = person(site, Role.COMMUNE_POLICE, index, name)
    if what == "hold":
        site.house.dossiers.hold(police, dossier_id, reason="Có đơn.", seen_version=version)
        return
    scan = site.house.files.put(PDF, name="scan.pdf").digest
    signed = SignedPaper("1/KL", "2026-03-02", "UBND xã", "Chủ tịch", (scan,))
    site.house.dossiers.lift(police, dossier_id, signed=signed, seen_version=version)


def person(site: Site, role: Role, index: int, name: int) -> Actor:
    """One of two persons of a role."""
    one = site.actor(role, f"unit-{index}")
    return Actor(f"{one.person_id}/{name}", role, one.organisation_id, one.province_id, one.commune_id)


def standing(site: Site, index: int) -> Dossier:
    """The dossier as it is kept."""
    with site.house.engine.reading() as stores:
        return stores.dossiers.get(site.ids[index][0])


def races(url: str, folder: Path, count: int, seed: int) -> Found:
    """Two processes at one dossier each time: exactly one makes its move, the other is told, one version is added."""
    dice, wrong, done, index = Random(seed), [], 0, 0
    site = open_site(folder, url, count // 3 + 2)
    pipes, workers = [], []
    for name in range(WORKERS):
        here, there = SPAWN.Pipe()
        worker = SPAWN.Process(target=contend, args=(url, str(folder), name, there), daemon=True)
        worker.start()
        pipes.append(here)
        workers.append(worker)
    for pipe in pipes:
        pipe.recv()
    while done < count:
        before = standing(site, index)
        place = len([step for step in before.steps if step.trigger in {move[0] for move in MOVES}])
        if place == len(MOVES):
            index += 1
            continue
        choices = [("forward", "forward")] if place == 0 else [("forward", "forward"), ("forward", "hold")]
        pair = ("lift", "lift") if before.hold is not None else dice.choice(choices)
        facts, at = (*site.ids[index], before.version, place), time.time() + 0.01
        for pipe, what in zip(pipes, dice.sample(pair, 2), strict=True):
            pipe.send((index, facts, what, at))
        answers = sorted(pipe.recv() for pipe in pipes)
        done += 1
        if answers not in (["made", "stale"], ["busy", "made"]) or standing(site, index).version != before.version + 1:
            wrong.append(f"{pair} on {facts}: {answers}")
            index += 1
    for pipe in pipes:
        pipe.send(None)
    for worker in workers:
        worker.join(10)
    wrong += whole(site)
    site.house.close()
    return done, wrong


def work_on(url: str, folder: str, ids: list[tuple[str, str]], name: int, told: Any) -> None:
    """Whole lives of every second dossier, each move told once it is acknowledged; goes on where a life stands."""
    site = Site(House(Settings(database=url, files=f"file:{folder}/files")), url, ids)
    told.send((-1, 0))
    for index in range(name, len(ids), WORKERS):
        for place in range(standing(site, index).version - 1, len(MOVES)):
            act(site, index, (*ids[index], place + 1, place), "forward", 0)
            told.send((index, place + 2))


def kills(url: str, folder: Path, count: int, seed: int) -> Found:
    """Kill -9 two processes at work; then the chain is whole, what was acknowledged stands, and writing goes on."""
    dice, wrong = Random(seed), []
    site = open_site(folder, url, count * 20)
    acknowledged: dict[int, int] = {}
    begin = 0
    for number in range(count):
        pipes, workers, asked = [], [], time.perf_counter()
        for name in range(WORKERS):
            here, there = SPAWN.Pipe(duplex=False)
            part = site.ids[begin : begin + 400]
            worker = SPAWN.Process(target=work_on, args=(url, str(folder), part, name, there), daemon=True)
            worker.start()
            there.close()
            pipes.append(here)
            workers.append(worker)
        for pipe in pipes:
            index, version = pipe.recv()  # at work
            index, version = pipe.recv()  # wrote: ready again
            acknowledged[begin + index] = version
        ready = time.perf_counter() - asked
        time.sleep(dice.uniform(0.0, 0.15))
        for worker in workers:
            if worker.pid is not None:
                os.kill(worker.pid, signal.SIGKILL)
        for pipe, worker in zip(pipes, workers, strict=True):
            worker.join()
            drain(pipe, begin, acknowledged)
        lost = [index for index, version in acknowledged.items() if standing(site, index).version < version]
        wrong += [f"kill {number}: acknowledged and lost: {index}" for index in lost]
        if ready > READY_SECONDS:
            wrong.append(f"kill {number}: ready after {ready:.1f} s")
        if not verify(site.house.database).ok:
            wrong.append(f"kill {number}: the chain is broken")
        begin = min(i for i in range(begin, len(site.ids)) if acknowledged.get(i, 0) <= len(MOVES))
    wrong += whole(site)
    site.house.close()
    return count, wrong


def drain(pipe: Connection, begin: int, acknowledged: dict[int, int]) -> None:
    """What a killed process had told before its end."""
    try:
        while True:
            index, version = pipe.recv()
            acknowledged[begin + index] = version
    except (EOFError, OSError):
        pipe.close()


def whole(site: Site) -> list[str]:
    """What is half done: chain, and every row beside what the journal tells."""
    house = site.house

    def kind_of(dossier: Dossier) -> Any:
        return house.engine.kind_of(dossier, AT)

    proof = verify_state(house.database, files=house.files, kind_of=kind_of, calendar=house.calendar())
    broken = [] if verify(house.database).ok else ["the chain is broken"]
    return broken + [f"{fault.where}: {fault.what} {fault.detail}" for fault in proof.faults]
