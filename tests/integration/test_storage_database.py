"""The database as a place: connections that die, processes that fork, errors that come out in our words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres
from tests.support.dossiers import keep_new
from workflow.domain.errors import NotFound, Unavailable
from workflow.storage.database import Database
from workflow.storage.unit_of_work import SqlUnitOfWork
from workflow.storage.verification import verify

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def served(postgres_url: str, postgres_template: str) -> Iterator[Database]:
    """A PostgreSQL database, opened."""
    with postgres.fresh_database(postgres_url, template=postgres_template) as url:
        database = Database.open(url)
        yield database
        database.close()


def end_all_connections(database: Database) -> None:
    """What a restart of the server does to those who are connected."""
    with psycopg.connect(postgres.driver_url(database.url), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'hoso'"
        )


def test_connections_that_died_while_idle_are_not_noticed(served: Database) -> None:
    for number in (1, 2):
        end_all_connections(served)
        with SqlUnitOfWork(served) as uow:
            keep_new(uow, number, subject_id=f"org-{number}")
            uow.commit()
        with SqlUnitOfWork(served, read_only=True) as reader:
            assert len(reader.dossiers.ids_where(province_id="tinh")) == number


def test_a_connection_that_dies_within_a_transaction_is_said_so(served: Database) -> None:
    def work() -> None:
        with SqlUnitOfWork(served) as uow:
            keep_new(uow)
            end_all_connections(served)
            uow.dossiers.get("d-1")

    with pytest.raises(Unavailable) as caught:
        work()
    assert caught.value.code == "database_gone"
    with SqlUnitOfWork(served) as uow, pytest.raises(NotFound):
        uow.dossiers.get("d-1")


def test_a_connection_that_dies_at_the_commit_leaves_the_answer_open(served: Database) -> None:
    def work() -> None:
        with SqlUnitOfWork(served) as uow:
            keep_new(uow)
            uow._tx.settle()
            uow._tx.forget()
            end_all_connections(served)
            uow.commit()

    with pytest.raises(Unavailable) as caught:
        work()
    assert caught.value.code == "commit_unknown"


def test_forked_processes_work_on_connections_of_their_own(storage_url: str) -> None:
    command = [sys.executable, "-m", "tests.support.forking", storage_url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("[0, 0, 0] 50\n", "")
    database = Database.open(storage_url)
    assert verify(database).ok
    database.close()


def test_an_error_of_ours_while_reading_keeps_the_connection(database: Database) -> None:
    used = []

    def work() -> None:
        with database.snapshot() as reader:
            used.append(reader.driver)
            raise KeyError

    with pytest.raises(KeyError):
        work()
    with database.read() as reader:
        assert reader.driver is used[0]
        assert reader.raw("SELECT 1").fetchone() == (1,)


def test_a_mistake_in_a_statement_stays_a_mistake(database: Database) -> None:
    with pytest.raises(Exception, match=r"nowhere") as caught, database.read() as reader:
        reader.raw("SELECT * FROM nowhere")
    assert not isinstance(caught.value, Unavailable)
    with database.read() as reader:
        assert reader.raw("SELECT 1").fetchone() == (1,)


def test_readers_are_not_kept_waiting_by_writers_that_wait(storage_url: str) -> None:
    """Each of two writers holds one connection; what they read beside it comes from the readers' own."""
    database = Database.open(storage_url, connections=1)
    with SqlUnitOfWork(database) as uow:
        keep_new(uow)
        with database.read() as reader:
            assert reader.raw("SELECT count(*) FROM dossier").fetchone() == (0,)
        uow.commit()
    database.close()
