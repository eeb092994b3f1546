"""Whether a page and a move cost the same in a small house and in a large one.

    python -m benchmarks.growth [--sizes 10000 100000] [--database sqlite postgresql] [--repeats 30]

A practice database is filled with dossiers in bulk: each row, its journal rows, its claim and the counts by state are
what the engine writes for a dossier that was opened and registered (papers aside; the engine lives one such life, and
every filled row is a copy of it under another number). Then a commune's worklist, the province's matrix and one move
are timed; one JSON line per size, with ratios to the smallest.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.engine import AT, KIND, PROVINCE, REGISTRATION, Site
from tests.support.postgres import fresh_database, shared_server
from workflow.bootstrap import House
from workflow.domain import events as ev
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Organisation
from workflow.domain.dossier import Dossier
from workflow.domain.kinds import DossierKind
from workflow.queries.filters import Filters
from workflow.queries.moment import Moment
from workflow.queries.province import matrix
from workflow.queries.worklist import worklist
from workflow.services.inputs import MoveInput, PaperInput
from workflow.settings import Settings
from workflow.storage.schema import create
from workflow.storage.statements import POSTGRESQL, SQLITE
from workflow.storage.unit_of_work import SqlUnitOfWork

CYCLE, COMMUNES, BATCH, MOVERS = 2026, 100, 2_000, 200


def commune(number: int) -> str:
    """The id of a commune."""
    return f"xa-{number % COMMUNES}"


def open_house(folder: Path, url: str) -> Site:
    """A province of 100 communes with an open cycle, and some units whose dossiers the engine itself opens."""
    create(url, at=AT, practice=True, now=AT).close()
    house = House(Settings(database=url, files=f"file:{folder / 'files'}"))
    rows = [Organisation(PROVINCE, "Tỉnh", "province", None, None, PROVINCE)]
    rows += [Organisation(commune(i), f"Xã {i}", "xa", PROVINCE, commune(i), PROVINCE) for i in range(COMMUNES)]
    rows += [
        Organisation(f"mover-{i}", f"Đơn vị {i}", "co_so_giao_duc", commune(i), commune(i), PROVINCE)
        for i in range(MOVERS)
    ]
    house.organisations.import_rows(system_actor(PROVINCE), rows)
    keeper = Actor("pv01", Role.PROVINCE_POLICE, PROVINCE, PROVINCE)
    house.definitions.publish(keeper, "kind", KIND, reason="benchmark")
    house.cycles.open(keeper, kind_code=KIND["code"], cycle=CYCLE)
    site = Site(house, url)
    for i in range(MOVERS):
        opened = house.dossiers.open(mover(i), kind_code=KIND["code"], subject_id=f"mover-{i}", cycle=CYCLE)
        site.ids.append((opened.dossier_id, opened.number))
    return site


def mover(number: int) -> Actor:
    """The person of a unit."""
    return Actor(f"unit-{number}", Role.UNIT, f"mover-{number}", PROVINCE, commune(number))


def register(site: Site, number: int) -> None:
    """One move with one paper."""
    move = MoveInput("register", 1, papers={"registration": PaperInput(REGISTRATION)})
    site.house.dossiers.perform(mover(number), site.ids[number][0], move)


def filled(site: Site, first: int, many: int) -> None:
    """Dossiers like the one that the engine opened and registered, through the stores, in large transactions."""
    with site.house.engine.reading() as stores:
        pattern = list(stores.journal.events_of(site.ids[0][0]))
    kind = site.house.catalogue.version(KIND["code"], KIND["version"], province_id=PROVINCE)
    calendar = site.house.calendar()
    for start in range(first, first + many, BATCH):
        with SqlUnitOfWork(site.house.database) as uow:
            for number in range(start, min(start + BATCH, first + many)):
                keep(uow, kind, calendar, likewise(pattern, number))
            uow.commit()
    if site.house.database.make == POSTGRESQL:
        connection = site.house.database.engine.connect()
        connection.execute("ANALYZE")
        connection.close()


def keep(uow: SqlUnitOfWork, kind: DossierKind, calendar: Any, events: list[ev.Event]) -> None:
    """A dossier with its journal, its claim and its place in the counts."""
    dossier = Dossier.replay(events)
    actor = Actor(f"unit-{dossier.id}", Role.UNIT, dossier.subject_id, PROVINCE, dossier.commune_id)
    uow.journal.append(dossier, events, actor)
    uow.dossiers.add(dossier, kind, calendar)


def likewise(pattern: list[ev.Event], number: int) -> list[ev.Event]:
    """The same life of another unit."""
    opened, *later = pattern
    assert isinstance(opened, ev.DossierOpened)
    subject = f"filled-{number}"
    first = replace(
        opened,
        dossier_id=f"filled-{number}",
        number=f"{CYCLE}-{KIND['abbreviation']}-{MOVERS + 1 + number:07d}",
        subject_id=subject,
        commune_id=commune(number),
    )
    return [first, *later]


def timed(work: Callable[[int], object], repeats: int) -> float:
    """Median microseconds of a call; the first three warm up."""
    times = []
    for turn in range(repeats + 3):
        began = time.perf_counter()
        work(turn)
        times.append(time.perf_counter() - began)
    return statistics.median(times[3:]) * 1e6


def measure(make: str, folder: Path, url: str, sizes: list[int], repeats: int) -> Iterator[dict[str, Any]]:
    """One line a size, smallest first; the database grows."""
    site = open_house(folder, url)
    register(site, 0)
    house, standing, moved, smallest = site.house, 0, 1, {}
    kind = house.catalogue.version(KIND["code"], KIND["version"], province_id=PROVINCE)
    police = Actor("cax", Role.COMMUNE_POLICE, commune(1), PROVINCE, commune(1))
    keeper = Actor("pv01", Role.PROVINCE_POLICE, PROVINCE, PROVINCE)
    moment = Moment.of(AT, house.calendar())
    try:
        for size in sorted(sizes):
            began = time.perf_counter()
            filled(site, standing, size - standing)
            seconds, standing = time.perf_counter() - began, size
            base = moved
            costs = {
                "worklist_us": timed(lambda _: worklist(house.database, police, Filters(), moment), repeats),
                "matrix_us": timed(lambda _: matrix(house.database, keeper, kind, CYCLE, moment), repeats),
                "move_us": timed(lambda turn, base=base: register(site, base + turn), repeats),  # type: ignore[misc]
            }
            moved += repeats + 3
            smallest = smallest or costs
            line: dict[str, Any] = {"database": make, "dossiers": size, "fill_seconds": round(seconds, 1)}
            for name, cost in costs.items():
                line |= {name: round(cost), name.replace("_us", "_ratio"): round(cost / smallest[name], 2)}
            yield line | {"command": f"python -m benchmarks.growth --sizes {size} --database {make}"}
    finally:
        house.close()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000])
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--database", nargs="+", default=[SQLITE, POSTGRESQL], choices=[SQLITE, POSTGRESQL])
    wish = parser.parse_args()
    if (wish.repeats + 3) * len(wish.sizes) >= MOVERS:
        parser.error("too many repeats for the units that move")
    for make in wish.database:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hoso-growth-")))
            url = f"sqlite:///{folder / 'growth.sqlite'}"
            if make == POSTGRESQL:
                (folder / "server").mkdir()
                url = stack.enter_context(fresh_database(stack.enter_context(shared_server(folder / "server")).url))
            for line in measure(make, folder, url, wish.sizes, wish.repeats):
                print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
