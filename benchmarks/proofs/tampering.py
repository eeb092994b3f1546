"""Random tamperings of the raw database: every one is found, and the first bad row is named."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.proofs.figures import Found
from tests.support.tampered import fill, random_tamperings
from tests.support.tampering import Tamperer
from workflow.storage import schema
from workflow.storage.database import Database
from workflow.storage.files import FileStore
from workflow.storage.verification import verify

AT = datetime(2026, 1, 5, 2, tzinfo=UTC)
DOSSIERS = 8


def tampering(url: str, count: int, *, seed: int) -> Found:
    """So many tamperings of a small database, each undone before the next; none may be found when all are undone."""
    schema.create(url, at=AT).close()
    database = Database.open(url)
    fill(database, FileStore.open("memory:"), DOSSIERS)
    tamperer = Tamperer(database)
    try:
        wrong = random_tamperings(database, tamperer, count, seed=seed)
        if not verify(database).ok:
            wrong.append("something is found although everything was undone")
    finally:
        tamperer.close()
        database.close()
    return Found(count, wrong)
