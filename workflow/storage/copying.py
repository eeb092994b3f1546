"""Every row of one database into another, of whatever makes, seen at one moment."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import select

from workflow.domain.errors import Unavailable
from workflow.storage.database import Database
from workflow.storage.statements import POSTGRESQL, SQLITE, SqlConnection, Statement
from workflow.storage.tables import METADATA

_NUMBERED = ("journal", "outbox")
"""Tables whose numbers the database gives out."""


def copy_rows(source: SqlConnection, target: SqlConnection) -> None:
    """Copy every table; both connections are in a transaction, the target's tables are empty."""
    for table in METADATA.sorted_tables:
        target.fill(table, source.stream(Statement(select(table))))
    if target.make == POSTGRESQL:
        for name in _NUMBERED:
            target.raw(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'position'), "  # noqa: S608 - a name of our own
                f"(SELECT coalesce(max(position), 0) + 1 FROM {name}), false)"
            )


def copy_sqlite_file(database: Database, target: Path) -> None:
    """A consistent copy of a SQLite database while others write, as one file without a WAL.

    Raises Unavailable ``database_damaged`` when the copy is not sound.
    """
    if database.make != SQLITE:
        raise ValueError("not a SQLite database")
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        with database.read() as reader:
            reader.driver.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE").fetchone()
        check_sound(copy)
    finally:
        copy.close()


def check_sound(connection: sqlite3.Connection) -> None:
    """Raises Unavailable ``database_damaged`` unless every page, index and foreign key is sound."""
    try:
        integrity = [row[0] for row in connection.execute("PRAGMA integrity_check(10)")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        raise Unavailable("database_damaged", why=str(error)) from error
    if integrity != ["ok"] or orphans:
        raise Unavailable("database_damaged", why="; ".join(integrity), orphans=len(orphans))
