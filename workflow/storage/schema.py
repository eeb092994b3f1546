"""The schema of a database: made new, upgraded, compared with the tables. Alembic is loaded only here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import as_file, files
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.pool import NullPool

from workflow.domain.errors import Conflict, Unavailable
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.engines import APPLICATION_ID, SqliteEngine, engine_for
from workflow.storage.schema_version import REVISIONS, version_of
from workflow.storage.statements import SQLITE, SqlConnection, Statement
from workflow.storage.tables import METADATA

MIGRATION_LOCK = 0x686F736F
"""Key of PostgreSQL's advisory lock: one upgrade at a time."""

_COUNT_TABLES = Statement(sa.text("SELECT count(*) FROM sqlite_master WHERE type = 'table'"))


def create(url: str, *, at: datetime, practice: bool = False, now: datetime | None = None) -> Database:
    """A new database with the newest schema, opened. ``now``: where the clock of a practice file starts.

    Raises Conflict ``database_exists`` when there already is one of ours.
    """
    make_file(url)
    if current(url) is not None:
        raise Conflict("database_exists")
    upgrade(url)
    database = Database.open(url)
    facts = {"created_at": str(codec.micros(at)), "practice": str(int(practice))}
    if practice:
        facts["now"] = str(codec.micros(now or at))
    database.put_meta(facts)
    return database


def upgrade(url: str) -> list[str]:
    """Bring the schema to the newest revision, each in one transaction; the revisions that were applied.

    Raises Unavailable ``schema_unknown`` when the database was made by a newer hoso, or by something else.
    """
    before = current(url)
    if before is not None and before not in REVISIONS:
        raise Unavailable("schema_unknown", found=before, known=REVISIONS)
    with _connection(url) as connection, _config() as config:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return list(REVISIONS[0 if before is None else REVISIONS.index(before) + 1 :])


def current(url: str) -> str | None:
    """The revision of the database; None when it has no schema of ours."""
    engine = engine_for(url, wait_seconds=10)
    try:
        connection = engine.connect()
    finally:
        engine.close()
    try:
        return version_of(SqlConnection(connection, engine.make))
    finally:
        connection.close()


def exists(url: str) -> bool:
    """Whether a database stands there, sound or not; an empty PostgreSQL database is none."""
    engine = engine_for(url, wait_seconds=10)
    engine.close()
    if isinstance(engine, SqliteEngine):
        return engine.path.exists() and engine.path.stat().st_size > 0
    return current(url) is not None


def differences(url: str) -> list[Any]:
    """What alembic would change to make the database equal to the tables; empty when they are equal."""
    with _connection(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))


def revisions() -> tuple[str, ...]:
    """Every revision in ``migrations/versions``, oldest first."""
    with _config() as config:
        walked = ScriptDirectory.from_config(config).walk_revisions()
        return tuple(reversed([script.revision for script in walked]))


@contextmanager
def _config() -> Iterator[Config]:
    with as_file(files("workflow.storage").joinpath("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        yield config


@contextmanager
def _connection(url: str) -> Iterator[sa.Connection]:
    """A SQLAlchemy connection for alembic alone, holding the lock of upgrades."""
    ours = engine_for(url, wait_seconds=10)
    engine = sa.create_engine(ours.url.set(drivername=_driver(ours.make)), poolclass=NullPool)
    if ours.make == SQLITE:
        sa.event.listen(engine, "begin", _begin_immediate)
        sa.event.listen(engine, "connect", _leave_transactions_to_us)
    with engine.connect() as connection:
        if ours.make != SQLITE:
            connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
        yield connection
    engine.dispose()
    ours.close()


def _driver(make: str) -> str:
    return "sqlite" if make == SQLITE else "postgresql+psycopg"


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    """Python's sqlite3 would commit before DDL; SQLite itself can roll it back."""
    connection.isolation_level = None


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def make_file(url: str) -> None:
    """An empty SQLite file with our mark in its header, readable by its owner alone; PostgreSQL needs none."""
    engine = engine_for(url, wait_seconds=10)
    if not isinstance(engine, SqliteEngine):
        return
    engine.path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(engine.path, os.O_RDWR | os.O_CREAT, 0o600)
    os.close(handle)
    connection = engine.connect()
    try:
        if not SqlConnection(connection, SQLITE).all(_COUNT_TABLES)[0][0]:
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    finally:
        connection.close()
        engine.close()
