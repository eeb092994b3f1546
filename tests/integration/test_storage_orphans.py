"""Files that nobody names go after a day; nothing that anybody names ever does; on both databases."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.dossiers import KIND, POLICE, START, UNIT, filed, keep_move, keep_new, paper_ref
from tests.support.kinds import CALENDAR
from workflow.domain.books import BooksEvent, LedgerEntry
from workflow.storage.database import Database
from workflow.storage.files import FileStore
from workflow.storage.orphans import remove_orphans
from workflow.storage.unit_of_work import SqlUnitOfWork


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def files(folder: Path) -> FileStore:
    return FileStore.open(f"file:{folder}")


def put(files: FileStore, name: str) -> str:
    return files.put(b"%PDF-1.7\n" + name.encode(), name=f"{name}.pdf").digest


def tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(hours=25)


def test_only_what_nobody_names_is_removed(database: Database, files: FileStore) -> None:
    names = ("scan", "result", "draft", "books", "orphan")
    digests = {name: put(files, name) for name in names}
    stored = files.put(b"%PDF-1.7\npaper", name="paper.pdf")
    with SqlUnitOfWork(database) as uow:
        dossier = keep_new(uow)
        document = b"{}"
        ref = paper_ref(document, files=(stored.digest,))
        uow.papers.add(ref, dossier_id="d-1", document=document, files=[stored], at=START)
        uow.journal.append(dossier, filed(dossier, ref), UNIT)
        uow.dossiers.save(dossier, KIND, CALENDAR, seen_version=1)
        keep_move(uow, keep_move(uow, dossier, "register"), "submit", scans=(digests["scan"],))
        draft = f'{{"files":["{digests["draft"]}"]}}'.encode()
        uow.papers.save_draft(dossier_id="d-1", code="plan", person_id="p", document=draft, at=START)
        uow.journal.append_books("tinh", [BooksEvent("Changed", {"scan": digests["books"]})], POLICE, START)
        uow.ledger.add(
            LedgerEntry("r", "tinh", "xa", "org-1", "co_quan", "small", 2025, "x", "x", "1", None, "UBND", "entered",
                        START, "p", paper_digest=digests["result"])
        )  # fmt: skip
        uow.commit()
    assert remove_orphans(database, files, at=tomorrow()) == [digests["orphan"]]
    assert {kept.digest for kept in files.listing()} == {*digests.values(), stored.digest} - {digests["orphan"]}


def test_young_files_stay(database: Database, files: FileStore) -> None:
    digest = put(files, "new")
    assert remove_orphans(database, files, at=datetime.now(UTC) + timedelta(hours=23)) == []
    assert [kept.digest for kept in files.listing()] == [digest]


def test_an_upload_of_the_same_content_makes_the_file_young_again(
    database: Database, files: FileStore, folder: Path
) -> None:
    digest = put(files, "again")
    place = folder / digest[:2] / digest[2:4] / digest
    long_ago = (datetime.now(UTC) - timedelta(days=9)).timestamp()
    os.utime(place, (long_ago, long_ago))
    put(files, "again")
    assert remove_orphans(database, files, at=datetime.now(UTC)) == []
    os.utime(place, (long_ago, long_ago))
    assert remove_orphans(database, files, at=datetime.now(UTC)) == [digest]
