"""Backups: one archive of database and files, consistent while others work, that can be proved without restoring it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from workflow.domain.errors import Conflict, NotFound, Unavailable
from workflow.storage import schema
from workflow.storage.archive import DATABASE, ArchiveReader, ArchiveWriter, Manifest, damaged, reading
from workflow.storage.checkpoint import Checkpoint, write_files
from workflow.storage.copying import check_sound, copy_rows, copy_sqlite_file
from workflow.storage.database import Database
from workflow.storage.faults import of_system
from workflow.storage.files import FileStore
from workflow.storage.schema_version import HEAD
from workflow.storage.state_proof import verify_state
from workflow.storage.statements import SQLITE, Statement
from workflow.storage.tables import DOSSIER, PAPER_FILE
from workflow.storage.verification import heads_until, settled_position, verify

_FILES = Statement(select(PAPER_FILE.c.digest).distinct().order_by(PAPER_FILE.c.digest))
_DOSSIERS = Statement(select(func.count()).select_from(DOSSIER))


def create_backup(database: Database, files: FileStore, target: Path, *, at: datetime) -> Manifest:
    """Write one archive to ``target`` and prove it whole; what is in it.

    First the database is copied at one moment, then every file of the store: files are never changed, so both agree.
    Damage that was there before is noted in the manifest, it does not stop the backup.

    Raises Conflict ``backup_exists``, Unavailable ``storage_failed``, ``storage_full`` or ``database_damaged``.
    """
    if target.exists():
        raise Conflict("backup_exists", file=target.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with tempfile.TemporaryDirectory(prefix="hoso-backup-", dir=target.parent) as folder:
            copy = Path(folder) / DATABASE
            _copy_database(database, copy)
            unfinished.unlink(missing_ok=True)
            _write(unfinished, copy, files, at=at, make=database.make)
        verify_backup(unfinished)
        _name(unfinished, target)
    except FileExistsError as error:
        raise Conflict("backup_exists", file=target.name) from error
    except OSError as error:
        raise of_system(error) from error
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(target.parent)
    with reading(target) as archive:
        return archive.manifest


def _name(unfinished: Path, target: Path) -> None:
    """Give the proved archive its name, never over another file. A USB disk (FAT) knows no hard links."""
    try:
        os.link(unfinished, target)
    except FileExistsError:
        raise
    except OSError:
        target.touch(mode=0o600, exist_ok=False)
        unfinished.replace(target)


def verify_backup(path: Path) -> Manifest:
    """Prove the whole archive without restoring it: seal, members, database, chain, state, files; what is in it.

    Raises InvalidInput ``backup_damaged`` (facts: why) when anything is not what was written.
    """
    with tempfile.TemporaryDirectory(prefix="hoso-verify-", dir=path.parent) as folder, reading(path) as archive:
        with proved_copy(archive, Path(folder)):
            for digest in archive.manifest.files:
                if archive.manifest.members[f"files/{digest}"].sha256 != digest:
                    raise damaged("file", file=digest)
                archive.content(f"files/{digest}")
        return archive.manifest


@contextmanager
def proved_copy(archive: ArchiveReader, folder: Path) -> Iterator[Database]:
    """The database of an archive, taken out into ``folder``, opened and proved.

    Raises InvalidInput ``backup_damaged``, Unavailable ``schema_unknown`` when a newer hoso made it.
    """
    copy = folder / DATABASE
    archive.extract(DATABASE, copy)
    connection = sqlite3.connect(copy)
    try:
        check_sound(connection)
    except Unavailable as error:
        raise damaged("database") from error
    finally:
        connection.close()
    url = f"sqlite:///{copy}"
    schema.upgrade(url)
    database = Database.open(url)
    try:
        _compare(archive.manifest, database)
        yield database
    finally:
        database.close()


def sync_folder(folder: Path) -> None:
    """The names in a folder are on the disk."""
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def close_wal(path: Path) -> None:
    """One file again, without a WAL beside it."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    finally:
        connection.close()


def _copy_database(database: Database, copy: Path) -> None:
    """Any make into one SQLite file."""
    if database.make == SQLITE:
        copy_sqlite_file(database, copy)
        return
    url = f"sqlite:///{copy}"
    schema.make_file(url)
    schema.upgrade(url)
    target = Database.open(url)
    try:
        with database.snapshot() as source:
            connection = target.begin()
            try:
                copy_rows(source, connection)
            except BaseException:
                target.end(connection, "ROLLBACK", broken=True)
                raise
            target.end(connection, "COMMIT")
    finally:
        target.close()


def _write(path: Path, copy: Path, files: FileStore, *, at: datetime, make: str) -> None:
    """Manifest facts from the copy itself, then copy and files into the archive."""
    database = Database.open(f"sqlite:///{copy}")
    try:
        manifest = _describe(database, copy.parent, at=at, make=make)
        with database.read() as reader:
            named = {row[0] for row in reader.all(_FILES)}
    finally:
        database.close()
    close_wal(copy)
    writer = ArchiveWriter(path)
    missing = []
    try:
        writer.add_file(DATABASE, copy)
        for digest in sorted(named | {kept.digest for kept in files.listing()}):
            try:
                writer.add_bytes(f"files/{digest}", files.get(digest))
            except NotFound:
                missing.append(digest)
            except Unavailable as error:
                if error.code != "file_damaged":
                    raise
                missing.append(digest)
        writer.close(replace(manifest, missing_files=tuple(missing), members=writer.members))
    except BaseException:
        writer.abandon()
        raise


def _describe(database: Database, folder: Path, *, at: datetime, make: str) -> Manifest:
    chain, state = verify(database), verify_state(database)
    with database.read() as reader:
        row = reader.one(_DOSSIERS)
    heads = checkpoint_of(database, folder, at=at)
    return Manifest(
        at=at,
        make=make,
        schema=HEAD,
        practice=database.practice,
        position=heads.position,
        rows=heads.rows,
        streams=heads.streams,
        digest=heads.digest,
        dossiers=0 if row is None else row[0],
        bad=(
            *(f"{bad.stream}/{bad.seq}/{bad.what}" for bad in chain.bad),
            *(f"{fault.where}/{fault.what}/{fault.detail}" for fault in state.faults),
        ),
    )


def checkpoint_of(database: Database, folder: Path, *, at: datetime) -> Checkpoint:
    """A checkpoint of a database, written into a folder that is thrown away."""
    position = settled_position(database)
    with database.snapshot() as connection:
        return write_files(folder / "heads.json", heads_until(connection, position), at=at, position=position)


def _compare(manifest: Manifest, database: Database) -> None:
    """The database must say what the manifest says: journal, state, counts, files."""
    with tempfile.TemporaryDirectory(prefix="hoso-heads-") as folder:
        described = _describe(database, Path(folder), at=manifest.at, make=manifest.make)
    names = ("practice", "position", "rows", "streams", "digest", "dossiers", "bad")
    for name in names:
        if getattr(described, name) != getattr(manifest, name):
            raise damaged("manifest", fact=name)
    with database.read() as reader:
        named = {row[0] for row in reader.all(_FILES)}
    if not named <= {*manifest.files, *manifest.missing_files}:
        raise damaged("files")
