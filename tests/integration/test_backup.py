"""Backups that prove themselves, restores that replace nothing before they have; on both databases and across them."""

from __future__ import annotations

import errno
import os
import random
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support import postgres
from tests.support.dossiers import KIND, POLICE, START, UNIT, filed, keep_move, keep_new, paper_ref
from tests.support.kinds import CALENDAR
from workflow.domain.books import BooksEvent, StoredFile
from workflow.domain.errors import Conflict, InvalidInput, Unavailable
from workflow.storage import archive, schema
from workflow.storage.backup import create_backup, verify_backup
from workflow.storage.database import Database
from workflow.storage.files import FileStore
from workflow.storage.restore import restore
from workflow.storage.state_proof import verify_state
from workflow.storage.statements import Statement
from workflow.storage.tables import METADATA
from workflow.storage.unit_of_work import SqlUnitOfWork
from workflow.storage.verification import verify, write_checkpoint

AT = datetime(2026, 1, 20, 17, 0, tzinfo=UTC)
Change = Callable[[dict[str, bytes]], dict[str, bytes]]
DOCUMENT = '{"title":"Kế hoạch"}'.encode()


def pdf(number: int) -> bytes:
    return b"%PDF-1.7\n" + f"% file {number}\n".encode() + b"%%EOF\n"


def add_dossier(database: Database, files: FileStore, number: int) -> StoredFile:
    stored = files.put(pdf(number), name=f"scan {number}.pdf")
    with SqlUnitOfWork(database) as uow:
        dossier = keep_new(uow, number, subject_id=f"org-{number}")
        ref = paper_ref(DOCUMENT, paper_id=f"paper-{number}", files=(stored.digest,))
        uow.papers.add(ref, dossier_id=dossier.id, document=DOCUMENT, files=[stored], at=START)
        uow.journal.append(dossier, filed(dossier, ref), UNIT)
        uow.dossiers.save(dossier, KIND, CALENDAR, seen_version=1)
        keep_move(uow, dossier, "register")
        uow.journal.append_books("tinh", [BooksEvent("Changed", {"code": number})], POLICE, START)
        uow.commit()
    return stored


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore.open(f"file:{tmp_path / 'files'}")


@pytest.fixture
def filled(database: Database, files: FileStore) -> Database:
    for number in (1, 2, 3):
        add_dossier(database, files, number)
    return database


@pytest.fixture
def backup(filled: Database, files: FileStore, tmp_path: Path) -> Path:
    path = tmp_path / "usb" / "hoso.zip"
    create_backup(filled, files, path, at=AT)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where nothing stands yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'hoso.sqlite'}"
        return
    with postgres.fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with database.snapshot() as connection:
        return {
            table.name: sorted(connection.all(Statement(select(table))), key=repr) for table in METADATA.sorted_tables
        }


def test_backup_says_what_is_in_it(filled: Database, files: FileStore, tmp_path: Path) -> None:
    path = tmp_path / "usb" / "hoso.zip"
    manifest = create_backup(filled, files, path, at=AT)
    assert (manifest.position, manifest.rows, manifest.streams, manifest.dossiers) == (12, 12, 4, 3)
    assert (manifest.make, manifest.schema, manifest.practice) == (filled.make, schema.revisions()[-1], False)
    assert (manifest.bad, manifest.missing_files, len(manifest.files)) == ((), (), 3)
    assert verify_backup(path) == manifest
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
    assert [entry.name for entry in path.parent.iterdir()] == ["hoso.zip"]


def test_backup_never_overwrites(backup: Path, filled: Database, files: FileStore) -> None:
    before = backup.read_bytes()
    with pytest.raises(Conflict) as caught:
        create_backup(filled, files, backup, at=AT)
    assert caught.value.code == "backup_exists"
    assert backup.read_bytes() == before


def test_backup_is_for_its_owner_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_backup_goes_to_a_disk_that_knows_no_hard_links(
    filled: Database, files: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As FAT on a USB disk answers; nothing is overwritten there either."""

    def refuse(*_names: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "usb" / "hoso.zip"
    assert create_backup(filled, files, path, at=AT) == verify_backup(path)
    assert [entry.name for entry in path.parent.iterdir()] == ["hoso.zip"]
    with pytest.raises(Conflict, match="backup_exists"):
        create_backup(filled, files, path, at=AT)


def test_restored_database_is_equal_row_by_row(
    backup: Path, filled: Database, files: FileStore, empty_place: str, tmp_path: Path
) -> None:
    elsewhere = FileStore.open(f"file:{tmp_path / 'other files'}")
    done = restore(backup, empty_place, elsewhere, at=AT)
    assert (done.missing, done.unseen, done.previous) == ((), 0, None)
    restored = Database.open(empty_place)
    assert everything(restored) == everything(filled)
    assert verify(restored) == verify(filled)
    assert verify_state(restored, files=elsewhere, kind_of=lambda _d: KIND, calendar=CALENDAR).ok
    with SqlUnitOfWork(restored) as uow:
        keep_new(uow, 9, subject_id="org-9")
        uow.journal.append_books("tinh", [BooksEvent("Restored", {})], POLICE, AT)
        uow.commit()
    assert verify(restored).ok
    assert schema.differences(empty_place) == []
    restored.close()


def test_nothing_is_replaced_unless_asked(backup: Path, filled: Database, files: FileStore) -> None:
    before = everything(filled)
    with pytest.raises(Conflict) as caught:
        restore(backup, filled.url, files, at=AT)
    assert caught.value.code == "database_exists"
    assert everything(filled) == before


def test_a_database_in_use_is_not_replaced(backup: Path, filled: Database, files: FileStore) -> None:
    with filled.read() as reader:
        with pytest.raises(Conflict) as caught:
            restore(backup, filled.url, files, at=AT, replace=True)
        assert caught.value.code == "database_in_use"
        assert reader.raw("SELECT count(*) FROM dossier").fetchone() == (3,)


def test_restoring_over_a_database_names_what_is_missing_since(
    backup: Path, filled: Database, files: FileStore
) -> None:
    with SqlUnitOfWork(filled) as uow:
        keep_move(uow, uow.dossiers.get("d-2"), "return")
        uow.commit()
    add_dossier(filled, files, 4)
    present = everything(filled)
    filled.close()
    done = restore(backup, filled.url, files, at=AT, replace=True)
    assert done.missing is not None
    assert [(row.position, row.stream, row.event) for row in done.missing] == [
        (13, "dossier:d-2", "Moved"),
        (14, "dossier:d-4", "DossierOpened"),
        (15, "dossier:d-4", "PaperFiled"),
        (16, "dossier:d-4", "Moved"),
        (17, "books:tinh", "Changed"),
    ]
    restored = Database.open(filled.url)
    assert len(everything(restored)["dossier"]) == 3
    assert verify(restored).ok
    restored.close()
    assert done.previous is not None
    assert _previous(filled.url, done.previous) == present


def _previous(url: str, previous: str) -> dict[str, list[tuple[object, ...]]]:
    """The database that was replaced is kept, whole."""
    address = f"sqlite:///{previous}" if url.startswith("sqlite") else f"{url}?options=-csearch_path%3D{previous}"
    database = Database.open(address)
    found = everything(database)
    database.close()
    return found


def test_a_damaged_database_can_be_replaced(files: FileStore, tmp_path: Path, sqlite_template: Path) -> None:
    place = tmp_path / "hoso.sqlite"
    shutil.copy(sqlite_template, place)
    database = Database.open(f"sqlite:///{place}")
    add_dossier(database, files, 1)
    create_backup(database, files, tmp_path / "b.zip", at=AT)
    database.close()
    place.write_bytes(b"not a database at all" * 500)
    done = restore(tmp_path / "b.zip", f"sqlite:///{place}", files, at=AT, replace=True)
    assert done.missing is None
    assert done.previous is not None
    assert Path(done.previous).read_bytes().startswith(b"not a database")
    restored = Database.open(f"sqlite:///{place}")
    assert len(everything(restored)["dossier"]) == 1
    restored.close()


# --- damage --------------------------------------------------------------------------------------


def flip(content: bytes, bit: int) -> bytes:
    flipped = bytearray(content)
    flipped[bit // 8] ^= 1 << bit % 8
    return bytes(flipped)


def test_any_flipped_bit_is_refused(backup: Path, tmp_path: Path, files: FileStore) -> None:
    whole, chance = backup.read_bytes(), random.Random(20260120)  # noqa: S311 - the same bits every time
    place = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    edges = [0, 1, 8 * len(whole) - 1, 8 * (len(whole) - 70), 8 * (len(whole) - 64)]
    damaged, accepted = tmp_path / "damaged.zip", []
    for bit in [*edges, *(chance.randrange(8 * len(whole)) for _ in range(100))]:
        damaged.write_bytes(flip(whole, bit))
        with pytest.raises(InvalidInput) as caught:
            verify_backup(damaged)
        if caught.value.code != "backup_damaged":
            accepted.append(bit)
        with pytest.raises(InvalidInput):
            restore(damaged, place, files, at=AT)
    assert accepted == []
    assert not schema.exists(place)


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 500])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        verify_backup(path)
    assert caught.value.code == "backup_damaged"


def test_a_backup_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        verify_backup(tmp_path / "none.zip")
    assert caught.value.code == "storage_failed"


def rewrite(backup: Path, change: Change) -> None:
    """Write the archive anew, as somebody would who knows the format: members changed, seal computed again."""
    with archive.reading(backup) as opened:
        manifest = opened.manifest
        contents = {name: opened.content(name) for name in manifest.members}
    backup.unlink()
    writer = archive.ArchiveWriter(backup)
    for name, content in change(contents).items():
        writer.add_bytes(name, content)
    writer.close(replace(manifest, members=writer.members))


def edited_database(contents: dict[str, bytes], tmp_path: Path, *statements: str) -> dict[str, bytes]:
    place = tmp_path / "edited.sqlite"
    place.write_bytes(contents["database.sqlite"])
    connection = sqlite3.connect(place)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return contents | {"database.sqlite": place.read_bytes()}


@pytest.mark.parametrize(
    "statements",
    [
        ("DROP TRIGGER journal_never_changes", "UPDATE journal SET payload = '{}' WHERE seq = 1"),
        ("UPDATE dossier SET state = 'recognized'",),
        ("UPDATE paper SET body = x'00'",),
        ("DELETE FROM paper_file",),
        ("UPDATE tally SET dossiers = 9",),
        ("PRAGMA foreign_keys=OFF", "DELETE FROM dossier"),
    ],
)
def test_a_forged_database_under_a_good_seal_is_refused(
    backup: Path, tmp_path: Path, statements: tuple[str, ...]
) -> None:
    rewrite(backup, lambda contents: edited_database(contents, tmp_path, *statements))
    with pytest.raises(InvalidInput) as caught:
        verify_backup(backup)
    assert caught.value.code == "backup_damaged"


def test_a_forged_file_under_a_good_seal_is_refused(backup: Path) -> None:
    def change(contents: dict[str, bytes]) -> dict[str, bytes]:
        name = next(name for name in contents if name.startswith("files/"))
        return contents | {name: b"another"}

    rewrite(backup, change)
    with pytest.raises(InvalidInput) as caught:
        verify_backup(backup)
    assert caught.value.facts["why"] == "file"


def test_a_missing_or_strange_member_is_refused(backup: Path) -> None:
    rewrite(backup, lambda contents: {"database.sqlite": contents["database.sqlite"]})
    with pytest.raises(InvalidInput) as caught:
        verify_backup(backup)
    assert caught.value.facts["why"] == "files"
    rewrite(backup, lambda contents: contents | {"../outside": b"x"})
    with pytest.raises(InvalidInput) as caught:
        verify_backup(backup)
    assert caught.value.facts["why"] == "members"


def test_the_refusals_notice_a_verification_that_trusts(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault believes any database: the forged one is then accepted."""
    forged = ("UPDATE dossier SET state = 'recognized'",)
    rewrite(backup, lambda contents: edited_database(contents, tmp_path, *forged))
    monkeypatch.setattr("workflow.storage.backup._compare", lambda manifest, database: None)
    assert verify_backup(backup).dossiers == 3


def test_damage_from_before_is_noted_and_does_not_stop_the_backup(
    filled: Database, files: FileStore, tmp_path: Path
) -> None:
    (first, *_others) = sorted(files.listing(), key=lambda kept: kept.digest)
    files.remove(first.digest)
    with filled.read() as reader:
        reader.raw("UPDATE dossier SET late = 1 WHERE id = 'd-1'")
    manifest = create_backup(filled, files, tmp_path / "b.zip", at=AT)
    assert manifest.bad == ("d-1/column/late",)
    assert manifest.missing_files == (first.digest,)
    assert verify_backup(tmp_path / "b.zip") == manifest


# --- beside others -------------------------------------------------------------------------------


def test_backup_taken_while_others_write_is_consistent(filled: Database, files: FileStore, tmp_path: Path) -> None:
    stop = threading.Event()

    def writer() -> None:
        number = 100
        while not stop.is_set():
            number += 1
            add_dossier(filled, files, number)

    thread = threading.Thread(target=writer)
    thread.start()
    try:
        manifests = [create_backup(filled, files, tmp_path / f"b{n}.zip", at=AT) for n in range(3)]
    finally:
        stop.set()
        thread.join()
    assert all(manifest.bad == manifest.missing_files == () for manifest in manifests)
    assert manifests[0].rows < manifests[2].rows
    assert all(len(manifest.files) >= manifest.dossiers for manifest in manifests)


def test_a_restore_is_compared_with_the_outside_checkpoint(
    backup: Path, filled: Database, files: FileStore, tmp_path: Path
) -> None:
    older = write_checkpoint(filled, tmp_path / "older.json", at=AT)
    add_dossier(filled, files, 4)
    newer = write_checkpoint(filled, tmp_path / "newer.json", at=AT)
    place = f"sqlite:///{tmp_path / 'a.sqlite'}"
    assert restore(backup, place, files, at=AT, checkpoint=older).unseen == 0
    assert restore(backup, place, files, at=AT, checkpoint=newer, replace=True).unseen == 4
    other = Database.open(place)
    with SqlUnitOfWork(other) as uow:
        keep_move(uow, uow.dossiers.get("d-1"), "withdraw")
        uow.commit()
    foreign = write_checkpoint(other, tmp_path / "foreign.json", at=AT)
    other.close()
    create_backup(filled, files, tmp_path / "b2.zip", at=AT)
    with pytest.raises(Conflict) as caught:
        restore(tmp_path / "b2.zip", place, files, at=AT, checkpoint=foreign, replace=True)
    assert caught.value.code == "checkpoint_differs"


def test_a_practice_backup_never_replaces_a_real_database(filled: Database, files: FileStore, tmp_path: Path) -> None:
    practice = schema.create(f"sqlite:///{tmp_path / 'practice.sqlite'}", at=AT, practice=True)
    create_backup(practice, files, tmp_path / "p.zip", at=AT)
    practice.close()
    url = filled.url
    filled.close()
    with pytest.raises(Conflict) as caught:
        restore(tmp_path / "p.zip", url, files, at=AT, replace=True)
    assert caught.value.code == "practice_over_real"


def test_a_full_disk_leaves_no_half_archive(
    filled: Database, files: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, name: str, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.ArchiveWriter, "add_bytes", full)
    with pytest.raises(Unavailable) as caught:
        create_backup(filled, files, tmp_path / "usb" / "b.zip", at=AT)
    assert caught.value.code == "storage_full"
    assert list((tmp_path / "usb").iterdir()) == []
