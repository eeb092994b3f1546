"""What the two drivers raise, in our words. An error that is none of these is a mistake of ours and stays as it is."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg

from workflow.domain.errors import HosoError, Unavailable

INTEGRITY: tuple[type[Exception], ...] = (sqlite3.IntegrityError, psycopg.IntegrityError)
"""A unique or foreign key, or a trigger, refused the row."""

DRIVER: tuple[type[Exception], ...] = (sqlite3.Error, psycopg.Error)

_SQLITE = {
    sqlite3.SQLITE_BUSY: "database_busy",
    sqlite3.SQLITE_LOCKED: "database_busy",
    sqlite3.SQLITE_FULL: "storage_full",
    sqlite3.SQLITE_IOERR: "storage_failed",
    sqlite3.SQLITE_READONLY: "storage_failed",
    sqlite3.SQLITE_CANTOPEN: "storage_failed",
    sqlite3.SQLITE_CORRUPT: "database_damaged",
    sqlite3.SQLITE_NOTADB: "database_damaged",
}

_POSTGRESQL: tuple[tuple[type[Exception], str], ...] = (
    (pg.DeadlockDetected, "try_again"),
    (pg.SerializationFailure, "try_again"),
    (pg.LockNotAvailable, "database_busy"),
    (pg.QueryCanceled, "database_busy"),
    (pg.TooManyConnections, "database_busy"),
    (pg.DiskFull, "storage_full"),
    (pg.IoError, "storage_failed"),
    (pg.ReadOnlySqlTransaction, "storage_failed"),
    (pg.DataCorrupted, "database_damaged"),
    (psycopg.OperationalError, "database_gone"),
)


def code_of(error: BaseException) -> str | None:
    """The stable code of a driver's error that is no mistake of ours; None for all others.

    ``try_again``: nothing happened, the whole transaction may be repeated.
    """
    if isinstance(error, sqlite3.Error):
        number = getattr(error, "sqlite_errorcode", None)
        return None if number is None else _SQLITE.get(number & 0xFF)
    return next((code for kind, code in _POSTGRESQL if isinstance(error, kind)), None)


def unavailable(error: BaseException) -> Unavailable | None:
    """The error as ``Unavailable``, or None."""
    code = code_of(error)
    return None if code is None else Unavailable(code, driver=type(error).__name__)


def of_system(error: OSError, **facts: object) -> Unavailable:
    """An error of the operating system while storing: ``storage_full`` or ``storage_failed``."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return Unavailable("storage_full" if full else "storage_failed", why=error.strerror or "", **facts)


def is_duplicate(error: BaseException) -> bool:
    """Whether a unique key refused the row."""
    if isinstance(error, sqlite3.IntegrityError):
        return error.sqlite_errorcode in {sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE}
    return isinstance(error, pg.UniqueViolation)


def table_of(error: BaseException) -> str:
    """The table whose key refused the row; empty when the driver does not say."""
    if isinstance(error, sqlite3.Error):
        return str(error).partition(": ")[2].partition(".")[0]  # "UNIQUE constraint failed: journal.stream, ..."
    return (error.diag.table_name or "") if isinstance(error, psycopg.Error) else ""


@contextmanager
def refusing_duplicates(refusal: HosoError) -> Iterator[None]:
    """Raise ``refusal`` where a unique key refuses the row. On PostgreSQL the transaction is then spent."""
    try:
        yield
    except INTEGRITY as error:
        if is_duplicate(error):
            raise refusal from error
        raise
