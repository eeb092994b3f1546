"""The practice databases of ``benchmarks.growth`` are what the engine would have written, and every work is timed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.growth import COMMUNES, measure, standing
from workflow.domain.actors import Actor, Role
from workflow.queries.filters import Filters
from workflow.queries.moment import Moment
from workflow.queries.worklist import counts
from workflow.storage.verification import verify

SIZES = [2 * COMMUNES, 5 * COMMUNES]
WORKS = ("worklist", "worklist_none_match", "tab_counts", "province", "province_late", "move")


def test_a_filled_database_is_whole_and_holds_what_was_asked_for(tmp_path: Path) -> None:
    with standing("sqlite", tmp_path, SIZES, 1) as filled:
        for one in filled:
            house = one.site.house
            assert verify(house.database).ok
            police = Actor("cax", Role.COMMUNE_POLICE, "xa-2", "tinh", "xa-2")
            found = counts(house.database, police, Filters(), Moment.of(house.clock.now(), house.calendar()))
            blocks = one.size // COMMUNES
            ended = sum(block % 4 == 3 for block in range(blocks))
            assert (found.mine.n, found.late.n, found.done.n) == (blocks - ended, 1, ended)


def test_every_work_is_timed_at_every_size(tmp_path: Path) -> None:
    lines = list(measure("sqlite", tmp_path, SIZES, 2))
    assert [line["dossiers"] for line in lines] == SIZES
    assert all(line[f"{work}_us"] > 0 for line in lines for work in WORKS)
    assert all(lines[0][f"{work}_ratio"] == 1 for work in WORKS)
