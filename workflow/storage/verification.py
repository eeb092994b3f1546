"""The proof that the journal is whole: every row's hash, every chain's links, every head, and an outside checkpoint.

A bare chain cannot show that its end was cut off and written anew; heads beside it make that harder, and a checkpoint
kept outside makes it certain. Rows are read once, in the order of streams, in constant memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from sqlalchemy import bindparam, func, select

from workflow.storage.chain import DOSSIERS, HASHED, dossier_stream, genesis
from workflow.storage.checkpoint import Checkpoint, Head, line_of, write_files
from workflow.storage.database import Database
from workflow.storage.faults import unavailable
from workflow.storage.statements import SQLITE, SqlConnection, Statement, Tuple, among
from workflow.storage.tables import DOSSIER, JOURNAL, STREAM_HEAD

MOST_NAMED = 100

_J = JOURNAL.c
_ROWS = select(*(_J[name] for name in HASHED), _J.hash, _J.position).order_by(_J.stream, _J.seq)
_ALL_ROWS = Statement(_ROWS)
_SOME_ROWS = Statement(_ROWS.where(among(_J.stream, "streams")))
_NEWEST = Statement(select(func.max(_J.position)))
_BOOKS_HEADS = Statement(
    select(STREAM_HEAD.c.stream, STREAM_HEAD.c.seq, STREAM_HEAD.c.head).order_by(STREAM_HEAD.c.stream)
)
_DOSSIER_HEADS = Statement(select(DOSSIER.c.id, DOSSIER.c.version, DOSSIER.c.journal_head).order_by(DOSSIER.c.id))
_BOOKS_HEAD = Statement(
    select(STREAM_HEAD.c.seq, STREAM_HEAD.c.head).where(STREAM_HEAD.c.stream == bindparam("stream"))
)
_DOSSIER_HEAD = Statement(select(DOSSIER.c.version, DOSSIER.c.journal_head).where(DOSSIER.c.id == bindparam("dossier")))


@dataclass(frozen=True, slots=True)
class BadRow:
    """A place where the journal is not what it was, by stream and number in it; ``position`` where there is a row.

    ``what`` is one of
    ``hash``: the row was edited; ``seq``: a row is missing, doubled or inserted before it; ``prev``: it does not follow
    the row before; ``order``: journal numbers do not rise; ``head``: the stream ends otherwise than its dossier or its
    books say (cut off or written anew); ``stream``: rows of a stream that nobody owns; ``checkpoint``: it contradicts
    the outside checkpoint (cut off or written anew since that was made).
    """

    stream: str
    seq: int
    what: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What was read, and the first hundred bad places in the order of streams; none: the journal is whole.

    ``checkpoint`` is the one it was compared with, None when there was none.
    """

    rows: int
    streams: int
    bad: tuple[BadRow, ...]
    checkpoint: Checkpoint | None = None

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.bad

    @property
    def first_bad(self) -> BadRow | None:
        """The first bad place, or None."""
        return self.bad[0] if self.bad else None


def verify(
    database: Database, *, checkpoint: Checkpoint | None = None, streams: Iterable[str] | None = None
) -> Verification:
    """Read the whole journal, or some streams of it, and say what is wrong.

    ``checkpoint`` is compared when the whole journal is read; ValueError when only some streams are.
    """
    if checkpoint is not None and streams is not None:
        raise ValueError("a checkpoint speaks of the whole journal")
    with database.snapshot() as connection:
        if streams is not None:
            return _verify_some(connection, sorted(set(streams)))
        walk = _Walk(checkpoint)
        walk.run(connection.stream(_ALL_ROWS), _heads(connection))
        return walk.verification()


def heads_until(connection: SqlConnection, position: int) -> Iterator[Head]:
    """The newest row of every stream among rows numbered up to ``position``, by stream."""
    newest: Head | None = None
    for stream, seq, *_rest, digest, number in connection.stream(_ALL_ROWS):
        if newest is not None and newest.stream != stream:
            yield newest
            newest = None
        if number <= position:
            newest = Head(stream, seq, digest)
    if newest is not None:
        yield newest


def _heads(connection: SqlConnection) -> Iterator[Head]:
    """Where every stream ends, as its books or its dossier say, by stream: books sort before dossiers."""
    for stream, seq, head in connection.stream(_BOOKS_HEADS):
        yield Head(stream, seq, head)
    for dossier_id, version, head in connection.stream(_DOSSIER_HEADS):
        yield Head(dossier_stream(dossier_id), version, head)


def _verify_some(connection: SqlConnection, streams: list[str]) -> Verification:
    heads = []
    for stream in streams:
        if stream.startswith(DOSSIERS):
            row = connection.one(_DOSSIER_HEAD, dossier=stream.removeprefix(DOSSIERS))
        else:
            row = connection.one(_BOOKS_HEAD, stream=stream)
        if row is not None:
            heads.append(Head(stream, *row))
    walk = _Walk(None)
    walk.run(iter(connection.all(_SOME_ROWS, streams=streams)), iter(heads))
    return walk.verification()


class _Walk:
    """One reading of the journal beside its heads and a checkpoint, all in the order of streams."""

    def __init__(self, checkpoint: Checkpoint | None) -> None:
        self._checkpoint = checkpoint
        self._until = -1 if checkpoint is None else checkpoint.position
        self._kept = hashlib.sha256()
        self._kept_heads = checkpoint.heads() if checkpoint is not None else iter(())
        self._kept_head = next(self._kept_heads, None)
        self._rows = self._rows_until = self._streams = 0
        self._bad: list[BadRow] = []

    def run(self, rows: Iterator[Tuple], heads: Iterator[Head]) -> None:
        """Read everything."""
        head = next(heads, None)
        row = next(rows, None)
        while row is not None or head is not None:
            stream = min(row[0] if row is not None else head.stream, head.stream if head is not None else row[0])  # type: ignore[union-attr, index]
            end: Head | None = None
            if row is not None and row[0] == stream:
                end, row = self._read_stream(stream, row, rows)
            if head is None or head.stream != stream:
                self._report(stream, 1, "stream")
                continue
            if end != head:
                self._report(stream, min(head.seq, end.seq) if end is not None else 1, "head")
            head = next(heads, None)
        self._missing_before(None)

    def _read_stream(self, stream: str, row: Tuple, rows: Iterator[Tuple]) -> tuple[Head | None, Tuple | None]:
        """Follow one chain to its end; the end, and the first row of the next stream."""
        self._streams += 1
        prev, seq, last_position, is_good = genesis(stream), 0, 0, True
        kept: Head | None = None
        following: Tuple | None = row
        dumps, sha256 = orjson.dumps, hashlib.sha256
        while following is not None and following[0] == stream:
            row = following
            self._rows += 1
            digest, position = row[11], row[12]
            if is_good and (
                row[1] != seq + 1
                or row[10] != prev
                or position <= last_position
                or sha256(dumps(row[:11])).hexdigest() != digest
            ):
                is_good = False
                self._report(stream, row[1], _what(row, seq, prev, last_position), position)
            seq, prev, last_position = row[1], digest, position
            if position <= self._until:
                self._rows_until += 1
                kept = Head(stream, seq, prev)
            following = next(rows, None)
        self._compare(stream, kept)
        return Head(stream, seq, prev), following

    def _compare(self, stream: str, kept: Head | None) -> None:
        """Beside the checkpoint: what it holds of earlier streams is missing, of this one it must be equal."""
        if self._checkpoint is None:
            return
        if kept is not None:
            self._kept.update(line_of(kept))
        self._missing_before(stream)
        if self._kept_head is not None and self._kept_head.stream == stream:
            if kept != self._kept_head:
                self._report(stream, self._kept_head.seq, "checkpoint")
            self._kept_head = next(self._kept_heads, None)

    def _missing_before(self, stream: str | None) -> None:
        """Report streams of the checkpoint that come before ``stream`` (None: all that are left)."""
        while self._kept_head is not None and (stream is None or self._kept_head.stream < stream):
            self._report(self._kept_head.stream, self._kept_head.seq, "checkpoint")
            self._kept_head = next(self._kept_heads, None)

    def _report(self, stream: str, seq: int, what: str, position: int | None = None) -> None:
        if len(self._bad) < MOST_NAMED:
            self._bad.append(BadRow(stream, seq, what, position))

    def verification(self) -> Verification:
        """What came of it; a checkpoint without its list of heads is compared as a whole, naming no stream."""
        checkpoint = self._checkpoint
        named = any(bad.what == "checkpoint" for bad in self._bad)
        found = (self._rows_until, self._kept.hexdigest())
        if checkpoint is not None and not named and found != (checkpoint.rows, checkpoint.digest):
            self._report("", 0, "checkpoint")
        return Verification(self._rows, self._streams, tuple(self._bad), checkpoint)


def _what(row: Tuple, seq: int, prev: str, last_position: int) -> str:
    """Why a row is bad: the first of the rules it breaks."""
    if row[1] != seq + 1:
        return "seq"
    if row[10] != prev:
        return "prev"
    return "order" if row[12] <= last_position else "hash"


def write_checkpoint(database: Database, path: Path, *, at: datetime) -> Checkpoint:
    """Write what the journal says now to ``path`` and ``<path>.heads.gz``, to be kept outside.

    Raises Unavailable ``database_busy`` when on PostgreSQL the writers do not pause for a moment.
    """
    position = settled_position(database)
    with database.snapshot() as connection:
        return write_files(path, heads_until(connection, position), at=at, position=position)


def settled_position(database: Database) -> int:
    """A journal number below which no row can appear any more; 0 for an empty journal.

    PostgreSQL gives numbers out before the commit, so the running writers are waited for.
    """
    if database.make == SQLITE:
        with database.read() as reader:
            return _newest(reader)
    connection = database.begin()
    try:
        connection.raw("LOCK TABLE journal IN SHARE MODE")
        position = _newest(connection)
    except BaseException as error:
        database.end(connection, "ROLLBACK", broken=True)
        known = unavailable(error)
        if known is not None:
            raise known from error
        raise
    database.end(connection, "ROLLBACK")
    return position


def _newest(connection: SqlConnection) -> int:
    row = connection.one(_NEWEST)
    return 0 if row is None or row[0] is None else int(row[0])
