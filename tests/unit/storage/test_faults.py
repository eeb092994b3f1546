"""Errors of the drivers in our words; mistakes of our own stay what they are."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from psycopg import errors as pg

from workflow.domain.errors import Conflict
from workflow.storage.faults import code_of, is_duplicate, of_system, refusing_duplicates, unavailable


def sqlite_error(number: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = number
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (sqlite_error(sqlite3.SQLITE_BUSY), "database_busy"),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), "database_busy"),
        (sqlite_error(sqlite3.SQLITE_FULL), "storage_full"),
        (sqlite_error(sqlite3.SQLITE_IOERR_FSYNC), "storage_failed"),
        (sqlite_error(sqlite3.SQLITE_CORRUPT), "database_damaged"),
        (sqlite_error(sqlite3.SQLITE_ERROR), None),
        (sqlite3.ProgrammingError("wrong number of values"), None),
        (pg.DeadlockDetected(), "try_again"),
        (pg.SerializationFailure(), "try_again"),
        (pg.LockNotAvailable(), "database_busy"),
        (pg.QueryCanceled(), "database_busy"),
        (pg.DiskFull(), "storage_full"),
        (pg.AdminShutdown(), "database_gone"),
        (psycopg.OperationalError("connection refused"), "database_gone"),
        (pg.UndefinedColumn(), None),
        (pg.UniqueViolation(), None),
        (ValueError("x"), None),
    ],
)
def test_each_error_has_its_code(error: Exception, code: str | None) -> None:
    assert code_of(error) == code
    known = unavailable(error)
    assert (None if known is None else known.code) == code


def test_a_full_disk_is_told_from_a_failing_one() -> None:
    assert of_system(OSError(28, "No space left on device")).code == "storage_full"
    assert of_system(OSError(5, "Input/output error"), file="x").facts == {"why": "Input/output error", "file": "x"}


def test_only_duplicates_become_the_refusal() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE one (id TEXT PRIMARY KEY, n INTEGER CHECK (n > 0))")
    connection.execute("INSERT INTO one VALUES ('a', 1)")
    with pytest.raises(Conflict) as caught, refusing_duplicates(Conflict("taken")):
        connection.execute("INSERT INTO one VALUES ('a', 1)")
    assert caught.value.code == "taken"
    with pytest.raises(sqlite3.IntegrityError) as kept, refusing_duplicates(Conflict("taken")):
        connection.execute("INSERT INTO one VALUES ('b', 0)")
    assert not is_duplicate(kept.value)
    assert is_duplicate(pg.UniqueViolation())
    connection.close()
