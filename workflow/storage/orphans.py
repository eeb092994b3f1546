"""Files that nobody names: left by an upload that was never filed, or by a crash. They are removed after a day.

A digest may stand in many places (papers, scans of signed papers, results, drafts, the books' journal), so whatever
looks like one counts as named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.files import FileStore
from workflow.storage.statements import POSTGRESQL, SqlConnection, Statement, among
from workflow.storage.tables import DRAFT, JOURNAL, LEDGER, PAPER_FILE, REQUEST

KEPT_FOR = timedelta(hours=24)
MOST_AT_ONCE = 500
_DIGEST = re.compile(r"[0-9a-f]{64}")

_PAYLOADS = Statement(select(JOURNAL.c.payload))
_DRAFTS = Statement(select(DRAFT.c.body))
_FACTS = Statement(select(REQUEST.c.facts))
_OF_PAPERS = Statement(select(PAPER_FILE.c.digest).where(among(PAPER_FILE.c.digest, "digests")))
_OF_RESULTS = Statement(select(LEDGER.c.paper_digest).where(among(LEDGER.c.paper_digest, "digests")))
_NEWER = Statement(select(JOURNAL.c.payload).where(JOURNAL.c.position > bindparam("position")))
_LAST = Statement(select(JOURNAL.c.position).order_by(JOURNAL.c.position.desc()).limit(1))


def remove_orphans(database: Database, files: FileStore, *, at: datetime) -> list[str]:
    """Remove files older than a day that nobody names; their digests.

    Each is looked for again while nobody else can write, just before it goes; an upload of the same content makes its
    file young again.
    """
    old = {kept.digest for kept in files.listing() if kept.modified <= at - KEPT_FOR}
    with database.snapshot() as connection:
        last = connection.one(_LAST)
        candidates = _unnamed(connection, old, connection.stream(_PAYLOADS))
    removed: list[str] = []
    for start in range(0, len(candidates), MOST_AT_ONCE):
        part = set(candidates[start : start + MOST_AT_ONCE])
        removed += _remove(database, files, part, 0 if last is None else last[0], at)
    return removed


def _remove(database: Database, files: FileStore, part: set[str], position: int, at: datetime) -> list[str]:
    connection = database.begin()
    try:
        if database.make == POSTGRESQL:
            connection.raw("LOCK TABLE journal, paper_file, draft, ledger IN SHARE MODE")
        gone = _unnamed(connection, part, connection.stream(_NEWER, position=position))
        young = {kept.digest for kept in files.listing() if kept.modified > at - KEPT_FOR}
        gone = [digest for digest in gone if digest not in young]
        for digest in gone:
            files.remove(digest)
    except BaseException:
        database.end(connection, "ROLLBACK", broken=True)
        raise
    database.end(connection, "ROLLBACK")
    return gone


def _unnamed(connection: SqlConnection, digests: set[str], payloads: Iterator[tuple[str, ...]]) -> list[str]:
    """Those that stand nowhere, in order."""
    left = set(digests)
    wanted = sorted(left)
    left.difference_update(row[0] for row in connection.all(_OF_PAPERS, digests=wanted))
    left.difference_update(row[0] for row in connection.all(_OF_RESULTS, digests=wanted))
    for (payload,) in payloads:
        left.difference_update(_DIGEST.findall(payload))
    for (body,) in connection.stream(_DRAFTS):
        left.difference_update(_DIGEST.findall(codec.unpack(body).decode()))
    for (facts,) in connection.stream(_FACTS):
        left.difference_update(_DIGEST.findall(facts))
    return sorted(left)
