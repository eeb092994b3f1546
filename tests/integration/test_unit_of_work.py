"""All or nothing: rollback by default, one winner of a race, nothing half done after a kill; on both databases."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import bindparam, update

from tests.support.dossiers import KIND, START, UNIT, keep_move, keep_new, move
from tests.support.kinds import CALENDAR
from workflow.domain.errors import NotFound, StaleDossier, Unavailable
from workflow.storage import dossiers as dossiers_module
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import DOSSIER
from workflow.storage.unit_of_work import SqlUnitOfWork

Begin = Callable[[], SqlUnitOfWork]
RACES = 200
BEFORE = {"version": 1, "journal": 1, "papers": 0, "notices": 0, "keys": 0, "draft": 1}
AFTER = {"version": 2, "journal": 2, "papers": 1, "notices": 1, "keys": 1, "draft": 0}
ROOT = Path(__file__).resolve().parents[2]


def test_leaving_without_commit_rolls_back(begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow)
    with begin() as uow, pytest.raises(NotFound):
        uow.dossiers.get("d-1")


def test_an_error_rolls_back_and_goes_on(begin: Begin) -> None:
    def work() -> None:
        with begin() as uow:
            keep_new(uow)
            uow.dossiers.get("another")

    with pytest.raises(NotFound):
        work()
    with begin() as uow, pytest.raises(NotFound):
        uow.dossiers.get("d-1")


def test_nothing_is_seen_before_the_commit(database: Database, begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow)
        with SqlUnitOfWork(database, read_only=True) as reader, pytest.raises(NotFound):
            reader.dossiers.get("d-1")
        uow.commit()
    with SqlUnitOfWork(database, read_only=True) as reader:
        assert reader.dossiers.get("d-1").number == "2026-SM-0001"


def test_reading_sees_one_moment_while_others_write(database: Database, begin: Begin) -> None:
    with SqlUnitOfWork(database, read_only=True) as reader:
        assert reader.dossiers.ids_where(province_id="tinh") == []
        with begin() as uow:
            keep_new(uow)
            uow.commit()
        assert reader.dossiers.ids_where(province_id="tinh") == []
    with SqlUnitOfWork(database, read_only=True) as reader:
        assert reader.dossiers.ids_where(province_id="tinh") == ["d-1"]


def test_reading_cannot_commit_or_write(database: Database) -> None:
    with SqlUnitOfWork(database, read_only=True) as reader, pytest.raises(RuntimeError, match="cannot commit"):
        reader.commit()


def test_a_unit_of_work_is_used_inside_with_and_may_be_entered_again(database: Database) -> None:
    uow = SqlUnitOfWork(database)
    with pytest.raises(RuntimeError, match="has not begun"):
        uow.dossiers.get("d-1")
    for number in (1, 2):
        with uow:
            keep_new(uow, number, subject_id=f"org-{number}")
            with pytest.raises(RuntimeError, match="already begun"):
                uow.__enter__()
            uow.commit()
    with uow:
        assert uow.dossiers.ids_where(province_id="tinh") == ["d-1", "d-2"]
    with pytest.raises(RuntimeError, match="has not begun"):
        uow.dossiers.get("d-1")


def test_a_writer_that_cannot_have_its_turn_is_told_so(storage_url: str) -> None:
    first = Database.open(storage_url)
    second = Database.open(storage_url, wait_seconds=0.2)
    with SqlUnitOfWork(first) as uow:
        keep_new(uow)
        with pytest.raises(Unavailable) as caught:
            _write_once(second)
        assert caught.value.code == "database_busy"
    _write_once(second)
    first.close()
    second.close()


def _write_once(database: Database) -> None:
    with SqlUnitOfWork(database) as uow:
        keep_new(uow)
        uow.commit()


# --- races ---------------------------------------------------------------------------------------


def race(database: Database, number: int) -> tuple[int, int]:
    """Two officers who saw the same version save at once: (saves that succeeded, commits that succeeded)."""
    with SqlUnitOfWork(database) as uow:
        keep_new(uow, number, subject_id=f"org-{number}")
        uow.commit()
    barrier, saved, committed, refused = threading.Barrier(2, timeout=30), [], [], []

    def officer() -> None:
        with SqlUnitOfWork(database, read_only=True) as reader:
            dossier = reader.dossiers.get(f"d-{number}")
        events = move(dossier, "register")
        barrier.wait()
        try:
            with SqlUnitOfWork(database) as uow:
                uow.dossiers.save(dossier, KIND, CALENDAR, seen_version=1)
                saved.append(1)
                uow.journal.append(dossier, events, UNIT)
                uow.commit()
                committed.append(1)
        except StaleDossier as refusal:
            refused.append(refusal.facts["current"])

    threads = [threading.Thread(target=officer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [2]
    return len(saved), len(committed)


def test_of_two_officers_racing_exactly_one_wins(database: Database) -> None:
    assert {race(database, number) for number in range(1, RACES + 1)} == {(1, 1)}


def test_the_race_notices_when_the_version_is_not_asked_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault lets both saves through; even then the journal's own key lets one commit only."""
    careless = (
        update(DOSSIER)
        .where(DOSSIER.c.id == bindparam("dossier"), bindparam("seen") == bindparam("seen"))
        .values({name: bindparam(name) for name in dossiers_module._CHANGING})
    )
    monkeypatch.setattr(dossiers_module, "_UPDATE", Statement(careless))
    assert {race(database, number) for number in range(1, 11)} == {(2, 1)}


def test_writers_of_many_threads_lose_nothing(database: Database) -> None:
    def writer(first: int) -> None:
        for number in range(first, first + 10):
            with SqlUnitOfWork(database) as uow:
                keep_move(uow, keep_new(uow, number, subject_id=f"org-{number}"), "register")
                uow.commit()

    threads = [threading.Thread(target=writer, args=(100 * n,)) for n in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with SqlUnitOfWork(database, read_only=True) as reader:
        assert len(reader.dossiers.ids_where(province_id="tinh", states=frozenset({"registered"}))) == 60


# --- kills ---------------------------------------------------------------------------------------


def deaths(url: str, *options: str) -> list[dict[str, object]]:
    """What stood in the database each time a process was killed after its n-th statement."""
    command = [sys.executable, "-m", "tests.support.dying", url, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_process_killed_between_any_two_writes_leaves_nothing_half_done(storage_url: str) -> None:
    found = deaths(storage_url)
    assert [each["stands"] for each in found] == [BEFORE] * (len(found) - 1) + [AFTER]
    assert len(found) > 5
    assert all(each["killed"] for each in found), "the last one died after the commit, before its answer"


def test_the_kills_notice_writes_outside_the_transaction(storage_url: str) -> None:
    """The planted fault commits after every statement: then some kill must leave something half done."""
    assert deaths(storage_url, "--commit-each")[-1]["stands"] not in (BEFORE, AFTER)


def test_sqlite_gate_opens_when_its_holder_is_killed(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "hoso.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    holder = subprocess.Popen(
        [sys.executable, "-m", "tests.support.dying", f"sqlite:///{path}", "--hold"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holding\n"
        holder.kill()
    database = Database.open(f"sqlite:///{path}", wait_seconds=5)
    with SqlUnitOfWork(database) as uow:
        keep_new(uow)
        uow.commit()
    database.close()
    assert sqlite3.connect(path).execute("SELECT count(*) FROM dossier").fetchone() == (1,)


def test_start_time_is_kept_to_the_microsecond(begin: Begin) -> None:
    with begin() as uow:
        assert keep_new(uow).opened_at == START
