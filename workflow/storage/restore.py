"""Restoring a backup: proved whole in a place of its own first, then put in place at one stroke.

What the present database has and the backup does not is named by journal number. The present database is kept beside.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import select

from workflow.domain.errors import Conflict, Unavailable
from workflow.storage import schema
from workflow.storage.archive import DATABASE, ArchiveReader, Manifest, damaged, reading
from workflow.storage.backup import close_wal, proved_copy, sync_folder
from workflow.storage.checkpoint import Checkpoint
from workflow.storage.codec import instant
from workflow.storage.copying import copy_rows
from workflow.storage.database import Database
from workflow.storage.engines import PostgresEngine, SqliteEngine, engine_for
from workflow.storage.faults import DRIVER, code_of
from workflow.storage.files import FileStore
from workflow.storage.gate import WriterGate
from workflow.storage.statements import Statement
from workflow.storage.tables import JOURNAL
from workflow.storage.verification import heads_until, verify

RESTORING = "hoso_restoring"
"""PostgreSQL's schema in which a backup is proved before it takes the place of ``public``."""

_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'hoso' AND pid <> pg_backend_pid()
"""
_IN_PUBLIC = "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('public')"

_EVERYTHING = 2**62
_J = JOURNAL.c
_ROWS = Statement(select(_J.stream, _J.seq, _J.position, _J.event, _J.at).order_by(_J.stream, _J.seq))


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A journal row that the present database has and the backup does not."""

    position: int
    stream: str
    event: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    ``missing``: what happened since the backup, by journal number; None when the present database could not be read.
    ``unseen``: rows an outside checkpoint knows of and the backup does not. ``previous``: where the database that was
    replaced is kept (a file, or a schema of the same PostgreSQL database); None when there was none.
    """

    manifest: Manifest
    missing: tuple[MissingRow, ...] | None
    unseen: int
    previous: str | None


def restore(
    path: Path,
    database_url: str,
    files: FileStore,
    *,
    at: datetime,
    replace: bool = False,
    checkpoint: Checkpoint | None = None,
) -> Restored:
    """Put a backup in place. ``replace``: a database that stands there is set aside; without it nothing is replaced.

    Raises InvalidInput ``backup_damaged`` (nothing was touched), Conflict ``database_exists``, ``database_in_use``
    (stop hoso first), ``practice_over_real`` or ``checkpoint_differs`` (the backup contradicts the outside checkpoint).
    """
    engine = engine_for(database_url, wait_seconds=10)
    engine.close()
    beside = engine.path.absolute().parent if isinstance(engine, SqliteEngine) else None
    if beside is not None:
        beside.mkdir(parents=True, exist_ok=True)
    stands = schema.exists(database_url)
    if stands and not replace:
        raise Conflict("database_exists")
    previous: str | None = None
    with tempfile.TemporaryDirectory(prefix=".hoso-restore-", dir=beside) as folder, reading(path) as archive:
        with proved_copy(archive, Path(folder)) as copy:
            unseen = _compare_checkpoint(copy, archive.manifest, checkpoint)
            missing = _missing_since(database_url, copy, archive.manifest) if stands else ()
            _keep_files(archive, files)
            if isinstance(engine, PostgresEngine):
                previous = _replace_schema(database_url, engine, copy, at=at)
        if isinstance(engine, SqliteEngine):
            close_wal(Path(folder) / DATABASE)
            previous = _replace_file(engine.path, Path(folder) / DATABASE, at=at)
        return Restored(archive.manifest, missing, unseen, previous)


def _compare_checkpoint(copy: Database, manifest: Manifest, checkpoint: Checkpoint | None) -> int:
    """Rows the checkpoint knows and the backup does not. An older checkpoint must be contained in the backup."""
    if checkpoint is None:
        return 0
    if checkpoint.position > manifest.position:
        return max(checkpoint.rows - manifest.rows, 0)
    contradictions = [bad for bad in verify(copy, checkpoint=checkpoint).bad if bad.what == "checkpoint"]
    if contradictions:
        raise Conflict("checkpoint_differs", stream=contradictions[0].stream)
    return 0


def _keep_files(archive: ArchiveReader, files: FileStore) -> None:
    """Every file is proved before the first is kept; keeping more files than are needed does no harm."""
    for digest in archive.manifest.files:
        if archive.manifest.members[f"files/{digest}"].sha256 != digest:
            raise damaged("file", file=digest)
        archive.content(f"files/{digest}")
    for digest in archive.manifest.files:
        files.keep(digest, archive.content(f"files/{digest}"))


# --- what the present database has beyond the backup ---------------------------------------------


def _missing_since(url: str, copy: Database, manifest: Manifest) -> tuple[MissingRow, ...] | None:
    try:
        live = Database.open(url)
    except Unavailable:
        return None
    try:
        if manifest.practice and not live.practice:
            raise Conflict("practice_over_real")
        return tuple(sorted(rows_since(live, copy), key=lambda row: row.position))
    except Unavailable:
        return None
    finally:
        live.close()


def rows_since(live: Database, copy: Database) -> Iterator[MissingRow]:
    """Journal rows of ``live`` that stand beyond the end of their stream in ``copy``, by stream."""
    with live.snapshot() as present, copy.snapshot() as past:
        heads = heads_until(past, _EVERYTHING)
        head = next(heads, None)
        for stream, seq, position, event, at in present.stream(_ROWS):
            while head is not None and head.stream < stream:
                head = next(heads, None)
            if head is None or head.stream != stream or seq > head.seq:
                yield MissingRow(position, stream, event, instant(at))


# --- SQLite --------------------------------------------------------------------------------------


def _replace_file(live: Path, copy: Path, *, at: datetime) -> str | None:
    """Put the copy where the live file is, in one step; the live file keeps another name."""
    with copy.open("rb") as written:
        os.fsync(written.fileno())
    gate = WriterGate(live.with_name(live.name + ".lock"), wait_seconds=10)
    gate.enter()
    try:
        previous = None
        if live.exists():
            previous = live.with_name(f"{live.name}.before-{at:%Y%m%dT%H%M%S}")
            _take_out_of_use(live, previous)
            previous.unlink(missing_ok=True)
            os.link(live, previous)
        copy.chmod(0o600)
        copy.replace(live)
        sync_folder(live.parent)
    finally:
        gate.leave()
        gate.close()
    return None if previous is None else str(previous)


def _take_out_of_use(live: Path, previous: Path) -> None:
    """Write the WAL back into the file; this succeeds only when nobody else has it open.

    A damaged file cannot do that: its WAL is set aside with it.
    """
    connection = sqlite3.connect(live, isolation_level=None, timeout=2)
    try:
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        if mode != "delete":
            raise Conflict("database_in_use")
    except sqlite3.DatabaseError as error:
        if code_of(error) != "database_damaged":
            raise Conflict("database_in_use") from error
        for ending in ("-wal", "-shm"):
            part = live.with_name(live.name + ending)
            if part.exists():
                part.replace(previous.with_name(previous.name + ending))
    finally:
        connection.close()


# --- PostgreSQL ----------------------------------------------------------------------------------


def _replace_schema(url: str, engine: PostgresEngine, copy: Database, *, at: datetime) -> str | None:
    """Fill a schema beside ``public`` and prove it, then let it take the name, in one transaction."""
    connection = engine.connect()
    try:
        _wait_until_alone(connection)
        connection.execute(f"DROP SCHEMA IF EXISTS {RESTORING} CASCADE")
        connection.execute(f"CREATE SCHEMA {RESTORING}")
        _fill(engine, copy)
        stands = schema.exists(url)
        previous = f"hoso_before_{at:%Y%m%dt%H%M%S}"
        with connection.transaction():
            in_public = connection.execute(_IN_PUBLIC).fetchone()
            if in_public is not None and in_public[0]:
                connection.execute(f'ALTER SCHEMA public RENAME TO "{previous}"')
            else:
                connection.execute("DROP SCHEMA IF EXISTS public")
            connection.execute(f"ALTER SCHEMA {RESTORING} RENAME TO public")
    finally:
        connection.close()
    return previous if stands else None


def _wait_until_alone(connection: psycopg.Connection[Any]) -> None:
    """A connection just closed takes a moment to end. Raises Conflict ``database_in_use`` when others stay."""
    for _ in range(20):
        others = connection.execute(_OTHERS).fetchone()
        if others is not None and not others[0]:
            return
        time.sleep(0.1)
    raise Conflict("database_in_use")


def _fill(engine: PostgresEngine, copy: Database) -> None:
    options = {"options": f"-csearch_path={RESTORING}"}
    url = engine.url.update_query_dict(options).render_as_string(hide_password=False)
    schema.upgrade(url)
    with _opened(url) as target:
        with copy.snapshot() as source:
            connection = target.begin()
            try:
                copy_rows(source, connection)
            except DRIVER:
                target.end(connection, "ROLLBACK", broken=True)
                raise
            target.end(connection, "COMMIT")
        if verify(target) != verify(copy):
            raise damaged("copy")


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database.open(url)
    try:
        yield database
    finally:
        database.close()
