"""The engine beside its floor: whole lives, five persisted moves, three validated papers of about 4 KB each.

    python -m benchmarks.engine [--lives 30] [--repeats 7] [--database sqlite postgresql]

The floor is bare SQL: the very rows the engine wrote and the very reads it made, one statement after the other in the
same transactions on the bare driver, in a twin database, after the same validator has judged the same papers. It is
strict: every value of the floor is ready before the clock starts, while the engine still has to compress, digest, chain
and decide. Engine and floor take turns life by life; a ratio is that of the sums over a repeat. PostgreSQL is the
throw-away server of the tests unless HOSO_TEST_PG_URL names one.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.life import MOVES, Site, live, moves_of, open_site, papers_of
from tests.support.postgres import fresh_database, shared_server
from workflow.bootstrap import House
from workflow.settings import Settings
from workflow.storage.database import Database
from workflow.storage.statements import POSTGRESQL, SQLITE, Joined, SqlConnection, Statement

MIB = 2**20

Log = list[tuple[str, Any]]
"""Statements with their values, in order; values are None for BEGIN, COMMIT and ROLLBACK."""


class Spy:
    """Notes every statement an engine runs while it is looked at, and how often it called the driver."""

    def __init__(self) -> None:
        self.log: Log = []
        self.calls = 0

    def note(self, make: str, statement: Statement | Joined, values: Any) -> None:
        """One call of the driver: of writes that go together, each is noted by itself, as bare SQL would have it."""
        self.calls += 1
        compiled = statement.on(make)
        if isinstance(compiled, Joined):
            parts = zip(compiled.parts, values, strict=True)
            self.log.extend((part.text, part.values(its)) for part, its in parts)
            return
        parameters = compiled.values(values)
        if make == SQLITE:
            parameters = tuple(json.dumps(v) if isinstance(v, list) else v for v in parameters)
        self.log.append((compiled.text, parameters))

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look at every connection of this process."""
        spy, cursor, raw = self, SqlConnection.cursor, SqlConnection.raw

        def spy_cursor(self: SqlConnection, statement: Statement | Joined, values: Any) -> Any:
            spy.note(self.make, statement, values)
            return cursor(self, statement, values)

        def spy_raw(self: SqlConnection, text: str) -> Any:
            spy.calls += 2  # and the BEGIN before it
            spy.log.append((text, None))
            return raw(self, text)

        SqlConnection.cursor, SqlConnection.raw = spy_cursor, spy_raw  # type: ignore[method-assign]
        try:
            yield
        finally:
            SqlConnection.cursor, SqlConnection.raw = cursor, raw  # type: ignore[method-assign]


def replay(site: Site, connection: Any, log: Log, papers: Sequence[tuple[str, bytes]]) -> None:
    """The floor: the same validator on the same papers, the same statements on the bare driver."""
    for schema_id, raw in papers:
        site.house.schemas.validate(schema_id, raw)
    execute = connection.execute
    begin = "BEGIN IMMEDIATE" if site.house.database.make == SQLITE else "BEGIN"
    inside = False
    for text, parameters in log:
        if parameters is None:
            execute(text)
            inside = False
            continue
        if not inside:
            execute(begin)
            inside = True
        found = execute(text, parameters)
        if found.description is not None:
            found.fetchall()


@contextmanager
def three_sites(make: str, folder: Path, server: str | None, dossiers: int) -> Iterator[tuple[Site, Site, Site]]:
    """Three equal databases: one to record on, one for the engine, one for the floor."""
    names = ("recorder", "engine", "floor")
    with ExitStack() as stack:
        if make == SQLITE:
            first = f"sqlite:///{folder / 'first.sqlite'}"
            made = open_site(folder, first, dossiers)
            made.house.close()
            for name in names:
                shutil.copyfile(folder / "first.sqlite", folder / f"{name}.sqlite")
            urls = [f"sqlite:///{folder / name}.sqlite" for name in names]
        else:
            if server is None:
                raise ValueError("PostgreSQL needs a server")
            first = stack.enter_context(fresh_database(server))
            made = open_site(folder, first, dossiers)
            made.house.close()
            template = first.rpartition("/")[2]
            urls = [stack.enter_context(fresh_database(server, template=template)) for _ in names]
        sites = [
            Site(House(Settings(database=url, files=f"file:{folder / 'files'}")), url, list(made.ids)) for url in urls
        ]
        try:
            yield sites[0], sites[1], sites[2]
        finally:
            for site in sites:
                site.house.close()


@dataclass
class Times:
    """Seconds of every life, repeat by repeat, and how many statements and calls of the driver a move took."""

    engine: list[list[float]] = field(default_factory=list)
    floor: list[list[float]] = field(default_factory=list)
    statements: int = 0
    calls: int = 0
    moves: int = 0

    @property
    def ratios(self) -> list[float]:
        """Engine to floor, by repeat: the sums over its lives."""
        return [sum(mine) / sum(bare) for mine, bare in zip(self.engine, self.floor, strict=True)]

    @property
    def quiet_ratio(self) -> float:
        """Engine to floor, each by the life that a quarter of all were quicker than: what others run is left out."""
        return fast_quarter(self.engine) / fast_quarter(self.floor)


def fast_quarter(repeats: list[list[float]]) -> float:
    """The time that a quarter of all lives stayed below."""
    return statistics.quantiles(chain.from_iterable(repeats), n=4)[0]


def take_turns(sites: tuple[Site, Site, Site], *, lives: int, repeats: int) -> Times:
    """Engine and floor, life by life, changing who goes first; the first repeat warms up and is not kept."""
    recorder, engine, floor = sites
    times = Times()
    bare = floor.house.database.engine.connect()
    for repeat in range(repeats + 1):
        took: tuple[list[float], list[float]] = [], []
        for index in range(repeat * lives, (repeat + 1) * lives):
            moves, papers, spy = moves_of(engine, index), papers_of(engine.ids[index][1]), Spy()
            with spy.looking():
                live(recorder, moves)
            turns = [partial(live, engine, moves), partial(replay, floor, bare, spy.log, papers)]
            for turn in (0, 1) if index % 2 else (1, 0):
                began = time.perf_counter()
                turns[turn]()
                took[turn].append(time.perf_counter() - began)
            times.statements += sum(parameters is not None for _, parameters in spy.log)
            times.calls += spy.calls
            times.moves += len(moves)
        if repeat:
            times.engine.append(took[0])
            times.floor.append(took[1])
    bare.close()
    return times


def measure(make: str, folder: Path, server: str | None, *, lives: int, repeats: int) -> dict[str, Any]:
    """Ratios (median, lowest, highest over the repeats), statements, memory and bytes per dossier."""
    total = lives * (repeats + 1)
    with three_sites(make, folder, server, total + lives) as sites:
        before = bytes_of(sites[1].house.database)
        times = take_turns(sites, lives=lives, repeats=repeats)
        after = bytes_of(sites[1].house.database)
        rss = resident()
        for index in range(total, total + lives):
            live(sites[1], moves_of(sites[1], index))
        rss_grown = resident() - rss
        loaded = size_of_loaded(sites[1], [dossier_id for dossier_id, _ in sites[1].ids[:total]])
    return {
        "database": make,
        "lives": lives,
        "repeats": repeats,
        "ratio": round(statistics.median(times.ratios), 2),
        "ratio_lowest": round(min(times.ratios), 2),
        "ratio_highest": round(max(times.ratios), 2),
        "ratio_quiet": round(times.quiet_ratio, 2),
        "engine_us_per_move": round(fast_quarter(times.engine) / len(MOVES) * 1e6),
        "floor_us_per_move": round(fast_quarter(times.floor) / len(MOVES) * 1e6),
        "statements_per_move": round(times.statements / times.moves, 1),
        "driver_calls_per_move": round(times.calls / times.moves, 1),
        "rss_mb": round(resident() / MIB),
        "rss_growth_mb_per_10000_lives": round(rss_grown / MIB / lives * 10_000, 1),
        "mb_per_10000_loaded": round(loaded / MIB * 10_000, 1),
        "bytes_per_dossier": round((after if make == SQLITE else after - before) / total),
    }


def bytes_of(database: Database) -> int:
    """How large the database is on disk, its log brought in."""
    with database.read() as reader:
        if database.make == POSTGRESQL:
            return int(reader.raw("SELECT pg_database_size(current_database())").fetchone()[0])
        reader.raw("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return int(reader.raw("PRAGMA page_count").fetchone()[0]) * int(reader.raw("PRAGMA page_size").fetchone()[0])


def resident() -> int:
    """Bytes of memory this process holds now; its highest so far where the system does not say."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def size_of_loaded(site: Site, ids: Sequence[str]) -> float:
    """Bytes of memory that one loaded dossier takes."""
    tracemalloc.start()
    with site.house.engine.reading() as uow:
        before, _ = tracemalloc.get_traced_memory()
        loaded = [uow.dossiers.get(dossier_id) for dossier_id in ids]
        after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / len(loaded)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> int:
    """Measure and print one JSON line per database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lives", type=int, default=30)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--database", nargs="+", default=[SQLITE, POSTGRESQL], choices=[SQLITE, POSTGRESQL])
    wish = parser.parse_args()
    for make in wish.database:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hoso-bench-")))
            server = stack.enter_context(shared_server(_made(folder / "server"))).url if make == POSTGRESQL else None
            print(json.dumps(measure(make, folder, server, lives=wish.lives, repeats=wish.repeats)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
