"""The engine beside its floor: whole lives, five persisted moves, three validated papers of about 4 KB each.

    python -m benchmarks.engine [--lives 30] [--repeats 7] [--database sqlite postgresql]

The floor is bare SQL: the very rows the engine wrote and the very reads it made, one statement after the other in the
same transactions on the bare driver, in a twin database, after the same validator has judged the same papers.

- ``ratio``: every value of the floor is ready before the clock starts; the strictest floor there is.
- ``ratio_made``: the floor spells, digests, packs and chains what it writes and unpacks what it reads, as whoever keeps
  these rows must. What is left is the engine's own: deciding, events, notices, counts.

Engine and floors take turns life by life; a ratio is that of the sums over a repeat, ``_quiet`` that of the lives which
a quarter of all were quicker than. PostgreSQL is the throw-away server of the tests unless HOSO_TEST_PG_URL names one.
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

from benchmarks.floor import Floor, Spy
from benchmarks.life import MOVES, Site, live, moves_of, open_site, papers_of
from tests.support.postgres import fresh_database, shared_server
from workflow.bootstrap import House
from workflow.settings import Settings
from workflow.storage.database import Database
from workflow.storage.statements import POSTGRESQL, SQLITE

MIB = 2**20

Sites = dict[str, Site]
ROLES = ("recorder", "engine", "floor", "maker")


@contextmanager
def twins(make: str, folder: Path, server: str | None, dossiers: int) -> Iterator[Sites]:
    """Equal databases: one to note on, one for the engine, one for each floor."""
    with ExitStack() as stack:
        if make == SQLITE:
            first = f"sqlite:///{folder / 'first.sqlite'}"
            made = open_site(folder, first, dossiers)
            made.house.close()
            for name in ROLES:
                shutil.copyfile(folder / "first.sqlite", folder / f"{name}.sqlite")
            urls = [f"sqlite:///{folder / name}.sqlite" for name in ROLES]
        else:
            if server is None:
                raise ValueError("PostgreSQL needs a server")
            first = stack.enter_context(fresh_database(server))
            made = open_site(folder, first, dossiers)
            made.house.close()
            template = first.rpartition("/")[2]
            urls = [stack.enter_context(fresh_database(server, template=template)) for _ in ROLES]
        sites = {
            role: Site(House(Settings(database=url, files=f"file:{folder / 'files'}")), url, list(made.ids))
            for role, url in zip(ROLES, urls, strict=True)
        }
        try:
            yield sites
        finally:
            for site in sites.values():
                site.house.close()


@dataclass
class Times:
    """Seconds of every life, repeat by repeat, and how many statements and calls of the driver the moves took."""

    took: dict[str, list[list[float]]] = field(default_factory=lambda: {role: [] for role in ROLES[1:]})
    statements: int = 0
    calls: int = 0
    moves: int = 0

    def ratios(self, floor: str) -> list[float]:
        """Engine to floor, by repeat: the sums over its lives."""
        return [sum(mine) / sum(bare) for mine, bare in zip(self.took["engine"], self.took[floor], strict=True)]

    def quiet(self, role: str) -> float:
        """The time that a quarter of all lives stayed below: what others run meanwhile is left out."""
        return statistics.quantiles(chain.from_iterable(self.took[role]), n=4)[0]


def take_turns(sites: Sites, *, lives: int, repeats: int) -> Times:
    """Engine and floors, life by life, changing who goes first; the first repeat warms up and is not kept."""
    times = Times()
    bare = {role: sites[role].house.database.engine.connect() for role in ("floor", "maker")}
    for repeat in range(repeats + 1):
        took: dict[str, list[float]] = {role: [] for role in times.took}
        for index in range(repeat * lives, (repeat + 1) * lives):
            moves, papers, spy = moves_of(sites["engine"], index), papers_of(sites["engine"].ids[index][1]), Spy()
            with spy.looking():
                live(sites["recorder"], moves)
            turns = [("engine", partial(live, sites["engine"], moves))]
            for role, connection in bare.items():
                floor = Floor(sites[role], spy.log, papers, making=role == "maker")
                turns.append((role, partial(floor.run, connection)))
            for role, work in turns[index % 3 :] + turns[: index % 3]:
                began = time.perf_counter()
                work()
                took[role].append(time.perf_counter() - began)
            times.statements += sum(ran.values is not None for ran in spy.log)
            times.calls += spy.calls
            times.moves += len(moves)
        if repeat:
            for role, lives_of in took.items():
                times.took[role].append(lives_of)
    for connection in bare.values():
        connection.close()
    return times


def measure(make: str, folder: Path, server: str | None, *, lives: int, repeats: int) -> dict[str, Any]:
    """Ratios (median, lowest, highest over the repeats), statements, memory and bytes per dossier."""
    total = lives * (repeats + 1)
    with twins(make, folder, server, total + lives) as sites:
        engine = sites["engine"]
        before = bytes_of(engine.house.database)
        times = take_turns(sites, lives=lives, repeats=repeats)
        after = bytes_of(engine.house.database)
        rss = resident()
        for index in range(total, total + lives):
            live(engine, moves_of(engine, index))
        rss_grown = resident() - rss
        loaded = size_of_loaded(engine, [dossier_id for dossier_id, _ in engine.ids[:total]])
    return {
        "database": make,
        "lives": lives,
        "repeats": repeats,
        **_ratios("ratio", times, "floor"),
        **_ratios("ratio_made", times, "maker"),
        **{f"{role}_us_per_move": round(times.quiet(role) / len(MOVES) * 1e6) for role in times.took},
        "statements_per_move": round(times.statements / times.moves, 1),
        "driver_calls_per_move": round(times.calls / times.moves, 1),
        "rss_mb": round(resident() / MIB),
        "rss_growth_mb_per_10000_lives": round(rss_grown / MIB / lives * 10_000, 1),
        "mb_per_10000_loaded": round(loaded / MIB * 10_000, 1),
        "bytes_per_dossier": round((after if make == SQLITE else after - before) / total),
    }


def _ratios(name: str, times: Times, floor: str) -> dict[str, float]:
    found = times.ratios(floor)
    return {
        name: round(statistics.median(found), 2),
        f"{name}_lowest": round(min(found), 2),
        f"{name}_highest": round(max(found), 2),
        f"{name}_quiet": round(times.quiet("engine") / times.quiet(floor), 2),
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
