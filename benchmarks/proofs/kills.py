"""Kill -9 under load, again and again: what was acknowledged stays, nothing is half done, the service comes back.

Several processes work without rest and write down what they asked for and what was acknowledged. At a random moment all
of them are killed; on a PostgreSQL of the proof's own every second kill meets a process of the server first, which
then throws everybody out and recovers. After each kill: every acknowledged event is in the journal; the chain and the
state are proved; what was asked for without an answer is asked again with its key and has one effect; and the time
until the next acknowledged write is taken, the start of new processes included.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import psycopg
from sqlalchemy import bindparam, select

from benchmarks.proofs.figures import Found, Server, empty_database
from benchmarks.proofs.load import Acknowledged, Asked, patiently, read_diary, work
from benchmarks.proofs.processes import Plant, clean_context
from benchmarks.proofs.races import proved
from benchmarks.proofs.town import Town, found_town
from tests.support.postgres import driver_url
from workflow.domain.errors import HosoError
from workflow.storage.chain import dossier_stream
from workflow.storage.statements import Statement
from workflow.storage.tables import JOURNAL

WORKERS, UNITS_EACH = 3, 3
KILLS_A_DATABASE = 25
"""Then a new database, so that proving it all after every kill stays cheap."""

WAIT_SECONDS = 60.0
LONGEST_LOAD = 0.4
_SEQ = Statement(
    select(JOURNAL.c.seq).where(JOURNAL.c.stream == bindparam("stream"), JOURNAL.c.seq == bindparam("seq"))
)


@dataclass
class Tally:
    """What the kills of one run add up to."""

    wrong: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    acknowledged: int = 0
    unanswered: int = 0
    unanswered_but_done: int = 0
    server_kills: int = 0
    ready: list[float] = field(default_factory=list)


def kills(
    server: Server | None,
    folder: Path,
    count: int,
    *,
    workers: int = WORKERS,
    seed: int = 0,
    plant: Plant | None = None,
) -> Found:
    """So many kills on SQLite (no server) or on that PostgreSQL; ``plant`` spoils the processes that are killed."""
    dice, tally = Random(seed), Tally()
    for first in range(0, count, KILLS_A_DATABASE):
        with empty_database(server, folder) as url:
            town = found_town(folder, url, 2 * workers * UNITS_EACH)
            killing = _Killing(town, folder, url, workers, dice, tally, plant)
            for number in range(first, min(first + KILLS_A_DATABASE, count)):
                killing.kill(number, at_server=server is not None and server.own and number % 2 == 1)
            killing.prove()
            town.house.close()
    found = Found(count, tally.wrong, tally.untold)
    if server is not None and not server.own:
        found.not_run.append("kills of the server: it is not the proof's own")
    found.figures = {
        "acknowledged": tally.acknowledged,
        "kills_of_the_server": tally.server_kills,
        "unanswered": tally.unanswered,
        "unanswered_but_done": tally.unanswered_but_done,
        "ready_seconds_median": round(statistics.median(tally.ready), 2) if tally.ready else None,
        "ready_seconds_most": round(max(tally.ready), 2) if tally.ready else None,
    }
    return found


@dataclass
class _Killing:
    """One database and its kills. While the next processes begin, the last kill is proved; units change in turn."""

    town: Town
    folder: Path
    url: str
    many: int
    dice: Random
    tally: Tally
    plant: Plant | None
    number: int = 0
    killed: float | None = None
    diaries: list[Path] = field(default_factory=list)

    def kill(self, number: int, *, at_server: bool) -> None:
        """Begin the load, prove the kill before, wait until all work, kill."""
        diaries = [self.folder / f"{number}-{place}.diary" for place in range(self.many)]
        workers = [self._start(diary, number % 2 * self.many + place) for place, diary in enumerate(diaries)]
        self.prove()
        self.number, self.diaries = number, diaries
        begun = self._wait(0.0, all_of_them=True)
        if begun is None:
            self._wrong(f"no write for {WAIT_SECONDS:.0f} s")
        elif self.killed is not None:
            self.tally.ready.append(begun - self.killed)
        time.sleep(self.dice.uniform(0, LONGEST_LOAD))
        self.killed = time.monotonic()
        if at_server:
            self._kill_server()
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.join()

    def _start(self, diary: Path, place: int) -> BaseProcess:
        units = range(place * UNITS_EACH, (place + 1) * UNITS_EACH)
        arguments = (self.url, self.folder, diary, units, self.dice.randrange(10**9), self.plant)
        worker: BaseProcess = clean_context().Process(target=work, args=arguments, daemon=True)
        worker.start()
        return worker

    def _wait(self, since: float, *, all_of_them: bool) -> float | None:
        """The first write acknowledged after that instant, once one of the diaries or all have one; None: never."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            came = [[one.at for one in read_diary(diary).acknowledged if one.at > since] for diary in self.diaries]
            if all(came) if all_of_them else any(came):
                return min(at for each in came for at in each)
            time.sleep(0.01)
        return None

    def _kill_server(self) -> None:
        """Kill a process of the server; from when it has thrown everybody out, wait for the next write."""
        self.tally.server_kills += 1
        with suppress(psycopg.OperationalError), psycopg.connect(driver_url(self.url), autocommit=True) as watching:
            found = watching.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'hoso'"
            ).fetchall()
            self.killed = time.monotonic()
            os.kill(self.dice.choice(found)[0], signal.SIGKILL)
            while time.monotonic() < self.killed + WAIT_SECONDS:
                watching.execute("SELECT 1")
        came = self._wait(time.monotonic(), all_of_them=False)
        if came is None or self.killed is None:
            self._wrong(f"no write for {WAIT_SECONDS:.0f} s after the server was killed")
        else:
            self.tally.ready.append(came - self.killed)
        self.killed = None

    def prove(self) -> None:
        """Everything about the last kill."""
        read = [read_diary(diary) for diary in self.diaries]
        for each in read:
            self.tally.acknowledged += len(each.acknowledged)
            self.tally.untold += [f"kill {self.number}: {one.error}" for one in each.failed]
            for one in each.acknowledged:
                if not self._stands(one):
                    self._wrong(f"acknowledged but lost: {one}")
        for fault in proved(self.town):
            self._wrong(fault)
        for each in read:
            if each.waiting is not None:
                self._repeat(each.waiting)
        for diary in self.diaries:
            diary.unlink()
        self.diaries = []

    def _stands(self, one: Acknowledged) -> bool:
        with self.town.house.database.read() as reader:
            return reader.one(_SEQ, stream=dossier_stream(one.dossier_id), seq=one.version) is not None

    def _repeat(self, asked: Asked) -> None:
        """What was not answered, once more with its key: it has one effect, whether it was done before or not."""
        self.tally.unanswered += 1
        before = self._version(asked)
        self.tally.unanswered_but_done += before == asked.seen + 1
        try:
            receipt = patiently(lambda: asked.run(self.town))
        except HosoError as error:
            self._wrong(f"{asked} asked again: {error!r}")
            return
        after = self._version(asked)
        if (before not in (asked.seen, asked.seen + 1)) or (receipt.version, after) != (asked.seen + 1, asked.seen + 1):
            self._wrong(f"{asked} asked again: from {before} to {after}, told {receipt.version}")

    def _version(self, asked: Asked) -> int:
        dossier_id = asked.dossier_id or self.town.dossier_of(asked.subject)
        return 0 if dossier_id is None else self.town.dossier(dossier_id).version

    def _wrong(self, what: str) -> None:
        self.tally.wrong.append(f"kill {self.number}: {what}")
