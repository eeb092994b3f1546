"""Whether a page and a move cost the same in a small house and in a large one.

    python -m benchmarks.growth [--sizes 10000 100000] [--database sqlite postgresql] [--repeats 60]

A practice database of each size is filled in bulk, the larger ones from copies of the smaller: each row, its journal
rows, its claim and the counts by state are what the engine writes (papers aside). The engine lives two lives, one that
waits with the commune's police and one that was recognised; every filled dossier is a copy of one of them under another
number, three of the first to one of the second, and one in a hundred began so early that it is late.

All sizes stand side by side and are timed in turn, so that a busy moment of the machine meets all of them; a cost is a
median, its ratio the median of the ratios to the smallest size in the same turn. One JSON line a size.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.life import AT, KIND, MOVES, PROVINCE, REGISTRATION, SHEET, Site, minutes
from tests.support.postgres import driver_url, fresh_database, shared_server
from workflow.bootstrap import House
from workflow.domain import events as ev
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Organisation
from workflow.domain.dossier import Dossier
from workflow.domain.kinds import DossierKind
from workflow.queries.filters import Filters
from workflow.queries.moment import Moment
from workflow.queries.province import matrix
from workflow.queries.worklist import counts, worklist
from workflow.services.inputs import MoveInput, PaperInput
from workflow.settings import Settings
from workflow.storage.schema import create
from workflow.storage.statements import POSTGRESQL, SQLITE
from workflow.storage.unit_of_work import SqlUnitOfWork

CYCLE, COMMUNES, BATCH, WARM = 2026, 100, 2_000, 3
EARLIER = timedelta(days=60)
"""So much before the others began what is late."""

LIVES = 2
"""The first units live the lives that are copied."""


def commune(number: int) -> str:
    """The id of a commune."""
    return f"xa-{number % COMMUNES}"


def open_house(folder: Path, url: str, movers: int) -> Site:
    """A province of 100 communes with an open cycle, and some units whose dossiers the engine itself opens."""
    create(url, at=AT, practice=True, now=AT).close()
    house = house_at(folder, url)
    rows = [Organisation(PROVINCE, "Tỉnh", "province", None, None, PROVINCE)]
    rows += [Organisation(commune(i), f"Xã {i}", "xa", PROVINCE, commune(i), PROVINCE) for i in range(COMMUNES)]
    rows += [
        Organisation(f"mover-{i}", f"Đơn vị {i}", "co_so_giao_duc", commune(i), commune(i), PROVINCE)
        for i in range(LIVES + movers)
    ]
    house.organisations.import_rows(system_actor(PROVINCE), rows)
    keeper = Actor("pv01", Role.PROVINCE_POLICE, PROVINCE, PROVINCE)
    house.definitions.publish(keeper, "kind", KIND, reason="benchmark")
    house.cycles.open(keeper, kind_code=KIND["code"], cycle=CYCLE)
    site = Site(house, url)
    for i in range(LIVES + movers):
        opened = house.dossiers.open(mover(i), kind_code=KIND["code"], subject_id=f"mover-{i}", cycle=CYCLE)
        site.ids.append((opened.dossier_id, opened.number))
    live(site, 0, moves=1)
    live(site, 1, moves=len(MOVES))
    return site


def house_at(folder: Path, url: str) -> House:
    """The house over a database that is there."""
    return House(Settings(database=url, files=f"file:{folder / 'files'}"))


def mover(number: int) -> Actor:
    """The person of a unit."""
    return Actor(f"unit-{number}", Role.UNIT, f"mover-{number}", PROVINCE, commune(number))


def live(site: Site, number: int, *, moves: int) -> None:
    """The first moves of a life, each by another person."""
    dossier_id, dossier_number = site.ids[number]
    papers = {"registration": REGISTRATION, "sheet": SHEET, "minutes": minutes(dossier_number)}
    for version, (trigger, role, paper) in enumerate(MOVES[:moves], start=1):
        place = commune(number) if role in (Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE) else None
        actor = mover(number) if role is Role.UNIT else Actor(role.value, role, PROVINCE, PROVINCE, place)
        brought = {} if paper is None else {paper: PaperInput(papers[paper])}
        site.house.dossiers.perform(actor, dossier_id, MoveInput(trigger, version, papers=brought))


def filled(site: Site, first: int, many: int) -> None:
    """Dossiers like those the engine moved, through the stores, in large transactions."""
    with site.house.engine.reading() as stores:
        waiting, recognized = (list(stores.journal.events_of(site.ids[n][0])) for n in range(LIVES))
    late = [earlier(event) for event in waiting]
    kind = site.house.catalogue.version(KIND["code"], KIND["version"], province_id=PROVINCE)
    calendar = site.house.calendar()
    for start in range(first, first + many, BATCH):
        with SqlUnitOfWork(site.house.database) as uow:
            for number in range(start, min(start + BATCH, first + many)):
                block = number // COMMUNES  # every commune has its share of each life
                pattern = late if block % 100 == 0 else recognized if block % 4 == 3 else waiting
                keep(uow, kind, calendar, likewise(pattern, number, len(site.ids)))
            uow.commit()
    tidy(site.url)


def tidy(url: str) -> None:
    """What the database does by itself on a quiet night: statistics, and room for the next."""
    if url.startswith(POSTGRESQL):
        with psycopg.connect(driver_url(url), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")


def keep(uow: SqlUnitOfWork, kind: DossierKind, calendar: Any, events: list[ev.Event]) -> None:
    """A dossier with its journal, its claim and its place in the counts."""
    dossier = Dossier.replay(events)
    actor = Actor(f"unit-{dossier.id}", Role.UNIT, dossier.subject_id, PROVINCE, dossier.commune_id)
    uow.journal.append(dossier, events, actor)
    uow.dossiers.add(dossier, kind, calendar)


def likewise(pattern: list[ev.Event], number: int, taken: int) -> list[ev.Event]:
    """The same life of another unit, with a number that is not taken."""
    opened, *later = pattern
    assert isinstance(opened, ev.DossierOpened)
    first = replace(
        opened,
        dossier_id=f"filled-{number}",
        number=f"{CYCLE}-{KIND['abbreviation']}-{taken + 1 + number:07d}",
        subject_id=f"filled-{number}",
        commune_id=commune(number),
    )
    return [first, *later]


def earlier(event: ev.Event) -> ev.Event:
    """The same event some time ago, with the clock that it started."""
    clock = event.clock if isinstance(event, ev.Moved) else None
    if isinstance(event, ev.Moved) and clock is not None:
        event = replace(event, clock=replace(clock, started_at=clock.started_at - EARLIER))
    return replace(event, at=event.at - EARLIER)


@dataclass(frozen=True, slots=True)
class Standing:
    """A filled database of one size."""

    size: int
    site: Site
    fill_seconds: float
    stored_bytes: int

    def works(self) -> dict[str, Callable[[int], object]]:
        """What is timed, by name; each is given the number of its turn."""
        house = self.site.house
        kind = house.catalogue.version(KIND["code"], KIND["version"], province_id=PROVINCE)
        police = Actor("cax", Role.COMMUNE_POLICE, commune(1), PROVINCE, commune(1))
        keeper = Actor("pv01", Role.PROVINCE_POLICE, PROVINCE, PROVINCE)
        now = Moment.of(AT, house.calendar())
        before = replace(now, at=AT - 2 * EARLIER)
        return {
            "worklist": lambda _: worklist(house.database, police, Filters(), now),
            "worklist_none_match": lambda _: worklist(house.database, police, Filters(cycle=CYCLE + 1), now),
            "tab_counts": lambda _: counts(house.database, police, Filters(), now),
            "province": lambda _: matrix(house.database, keeper, kind, CYCLE, before),
            "province_late": lambda _: matrix(house.database, keeper, kind, CYCLE, now),
            "move": lambda turn: live(self.site, LIVES + turn, moves=1),
        }


@contextmanager
def standing(make: str, folder: Path, sizes: list[int], movers: int) -> Iterator[list[Standing]]:
    """A filled database of every size, smallest first, each begun as a copy of the one before."""
    with ExitStack() as stack:
        server = None
        if make == POSTGRESQL:
            (folder / "server").mkdir()
            server = stack.enter_context(shared_server(folder / "server")).url
        done: list[Standing] = []
        ids: list[tuple[str, str]] = []
        for number, size in enumerate(sizes):
            url = stack.enter_context(_copied(server, folder, number, done[-1].site if done else None))
            began = time.perf_counter()
            site = Site(house_at(folder, url), url, ids) if done else open_house(folder, url, movers)
            ids = site.ids
            filled(site, done[-1].size if done else 0, size - (done[-1].size if done else 0))
            site.house.close()
            done.append(Standing(size, site, time.perf_counter() - began, _bytes(url)))
        for one in done:
            one.site.house = house_at(folder, one.site.url)
            stack.callback(one.site.house.close)
        yield done


@contextmanager
def _copied(server: str | None, folder: Path, number: int, before: Site | None) -> Iterator[str]:
    """A database to be filled further: a copy of the one before, or an empty one."""
    if server is not None:
        template = before.url.rpartition("/")[2] if before is not None else "template0"
        with fresh_database(server, template=template) as url:
            yield url
        return
    file = folder / f"growth-{number}.sqlite"
    if before is not None:
        shutil.copyfile(before.url.removeprefix("sqlite:///"), file)
    yield f"sqlite:///{file}"


def _bytes(url: str) -> int:
    if url.startswith(SQLITE):
        return Path(url.removeprefix("sqlite:///")).stat().st_size
    with psycopg.connect(driver_url(url)) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


Times = dict[str, list[float]]


def timed(sizes: list[Standing], repeats: int) -> list[Times]:
    """Seconds of every work, by size: one turn after the other, every turn all sizes; the first turns warm up."""
    works = [one.works() for one in sizes]
    times: list[Times] = [{name: [] for name in work} for work in works]
    for turn in range(repeats + WARM):
        for name in works[0]:
            for work, found in zip(works, times, strict=True):
                began = time.perf_counter()
                work[name](turn)
                found[name].append(time.perf_counter() - began)
    return [{name: taken[WARM:] for name, taken in found.items()} for found in times]


def measure(make: str, folder: Path, sizes: list[int], repeats: int) -> Iterator[dict[str, Any]]:
    """One line a size, smallest first."""
    with standing(make, folder, sorted(sizes), repeats + WARM) as all_sizes:
        times = timed(all_sizes, repeats)
        for one, found in zip(all_sizes, times, strict=True):
            line: dict[str, Any] = {
                "database": make,
                "dossiers": one.size,
                "fill_seconds": round(one.fill_seconds, 1),
                "bytes_per_dossier": round(one.stored_bytes / one.size),
            }
            for name, taken in found.items():
                ratios = [mine / least for mine, least in zip(taken, times[0][name], strict=True)]
                line[f"{name}_us"] = round(statistics.median(taken) * 1e6)
                line[f"{name}_ratio"] = round(statistics.median(ratios), 2)
            yield line


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000])
    parser.add_argument("--repeats", type=int, default=60)
    parser.add_argument("--database", nargs="+", default=[SQLITE, POSTGRESQL], choices=[SQLITE, POSTGRESQL])
    wish = parser.parse_args()
    for make in wish.database:
        with tempfile.TemporaryDirectory(prefix="hoso-growth-") as folder:
            for line in measure(make, Path(folder), wish.sizes, wish.repeats):
                print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
