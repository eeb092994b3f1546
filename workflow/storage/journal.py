"""The journal: append-only, hash-chained per stream, written in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from workflow.domain.actors import Actor
from workflow.domain.books import BooksEvent
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound, Unavailable
from workflow.domain.events import Event
from workflow.storage import codec
from workflow.storage.chain import HASHED, books_stream, dossier_stream, genesis, row_hash
from workflow.storage.staleness import stale_dossier
from workflow.storage.statements import Statement, Write, upsert
from workflow.storage.tables import DOSSIER, JOURNAL, STREAM_HEAD
from workflow.storage.transaction import Store, Transaction

_J = JOURNAL.c
_APPEND = Statement(
    insert(JOURNAL)
    .values({column.name: bindparam(column.name) for column in _J if column.name != "position"})
    .returning(_J.position)
)
_EVENTS = (
    select(_J.event, _J.payload, _J.at, _J.person_id, _J.role).where(_J.stream == bindparam("stream")).order_by(_J.seq)
)
_ALL_EVENTS = Statement(_EVENTS)
_EVENTS_UNTIL = Statement(_EVENTS.where(_J.at <= bindparam("as_of")))
_DOSSIER_HEAD = Statement(select(DOSSIER.c.journal_head).where(DOSSIER.c.id == bindparam("dossier")))
_BOOKS_HEAD = Statement(
    select(STREAM_HEAD.c.seq, STREAM_HEAD.c.head).where(STREAM_HEAD.c.stream == bindparam("stream")).with_for_update()
)
_SET_BOOKS_HEAD = upsert(STREAM_HEAD)


class Journal(Store):
    """See ``services.ports.Journal``. Appending before saving the dossier spares a statement."""

    __slots__ = ("_numbers",)

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._numbers: dict[str, int] = {}

    def append(self, dossier: Dossier, events: Sequence[Event], actor: Actor) -> None:
        """Append the newest events of a dossier (already applied); they are written together with the dossier.

        Raises StaleDossier, then, when another transaction has appended since the dossier was read.
        """
        stream = dossier_stream(dossier.id)
        seq = dossier.version - len(events)
        prev = self._head_of(dossier, seq)
        for event in events:
            seq += 1
            prev = self._write(
                stream,
                seq,
                prev,
                actor,
                at=codec.micros(event.at),
                person_id=event.person_id,
                role=event.role.value,
                event=type(event).__name__,
                payload=codec.payload_of(event),
            )
        self._tx.heads[dossier.id] = prev
        self._tx.appended[dossier.id] = (seq, prev)

    def number_of(self, dossier: Dossier) -> int:
        """The journal number of the newest event that was appended to the dossier in this transaction."""
        self._tx.flush()
        return self._numbers[dossier_stream(dossier.id)]

    def hold_books(self, province_id: str) -> None:
        """Wait for whoever is writing the books of a province; until this transaction ends nobody else writes there.

        What is read afterwards is as the others left it. On SQLite a writer is alone from its beginning.
        """
        self._tx.one(_BOOKS_HEAD, stream=books_stream(province_id))

    def append_books(self, province_id: str, events: Sequence[BooksEvent], actor: Actor, at: datetime) -> int:
        """Append to the books of a province; the journal number of the last one."""
        stream = books_stream(province_id)
        row = self._tx.one(_BOOKS_HEAD, stream=stream)
        seq, prev = row or (0, genesis(stream))
        for event in events:
            seq += 1
            prev = self._write(
                stream,
                seq,
                prev,
                actor,
                at=codec.micros(at),
                person_id=actor.person_id,
                role=actor.role.value,
                event=event.name,
                payload=codec.to_json(dict(event.payload)),
            )
        if events:
            self._tx.flush(Write(_SET_BOOKS_HEAD, {"stream": stream, "seq": seq, "head": prev}))
        return self._numbers.get(stream, 0)

    def events_of(self, dossier_id: str, *, as_of: datetime | None = None) -> list[Event]:
        """The dossier's events in order, up to an instant (inclusive)."""
        stream = dossier_stream(dossier_id)
        if as_of is None:
            rows = self._tx.all(_ALL_EVENTS, stream=stream)
        else:
            rows = self._tx.all(_EVENTS_UNTIL, stream=stream, as_of=codec.micros(as_of))
        return [codec.event_from(name, body, at=at, person_id=p, role=r) for name, body, at, p, r in rows]

    def _head_of(self, dossier: Dossier, seq: int) -> str:
        if seq == 0:
            return genesis(dossier_stream(dossier.id))
        known = self._tx.heads.get(dossier.id)
        if known is not None:
            return known
        row = self._tx.one(_DOSSIER_HEAD, dossier=dossier.id)
        if row is None:
            raise NotFound(dossier=dossier.id)
        head: str = row[0]
        return head

    def _write(self, stream: str, seq: int, prev: str, actor: Actor, **row: Any) -> str:
        row.update(
            stream=stream,
            seq=seq,
            organisation_id=actor.organisation_id,
            door=actor.door,
            os_user=actor.os_user,
            prev=prev,
        )
        digest = row["hash"] = row_hash([row[name] for name in HASHED])

        def note(position: int) -> None:
            self._numbers[stream] = position

        self._tx.put(JOURNAL, _APPEND, row, refused=lambda: self._overtaken(stream, seq - 1), done=note)
        return digest

    def _overtaken(self, stream: str, seen: int) -> Exception:
        """Another transaction wrote this place of the stream first; what it wrote is read beside this, spent, one."""
        kind, _, name = stream.partition(":")
        if kind != "dossier":
            return Unavailable("try_again", stream=stream)
        with self._tx.database.read() as reader:
            return stale_dossier(reader, name, seen)
