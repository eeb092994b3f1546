"""What another installation wrote, put in beside one's own exactly as it was: rows of a stream, papers, texts, acts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select

from workflow.domain.dossier import Dossier
from workflow.domain.errors import Conflict, InvalidInput
from workflow.domain.events import Event
from workflow.domain.packages import PackedAct, PackedPaper, PackedText, StreamRow
from workflow.storage import codec
from workflow.storage.chain import dossier_stream, genesis, row_hash
from workflow.storage.statements import Statement, among, insert_into
from workflow.storage.tables import ACT, ACT_ITEM, FREE_TEXT, JOURNAL, PAPER, PAPER_FILE, PERSON
from workflow.storage.texts import text_digest
from workflow.storage.transaction import Store

_J = JOURNAL.c
_HASHES = Statement(select(_J.hash).where(_J.stream == bindparam("stream")).order_by(_J.seq))
_APPEND = Statement(
    insert(JOURNAL).values({column.name: bindparam(column.name) for column in _J if column.name != "position"})
)
_KNOWN_PAPERS = Statement(select(PAPER.c.id, PAPER.c.digest).where(among(PAPER.c.id, "ids")))
_KNOWN_TEXTS = Statement(select(FREE_TEXT.c.id, FREE_TEXT.c.digest).where(among(FREE_TEXT.c.id, "ids")))
_ACT = Statement(select(ACT.c.trigger, ACT.c.at, ACT.c.papers).where(ACT.c.id == bindparam("act")))
_ACT_ITEM = Statement(
    select(ACT_ITEM.c.dossier_id).where(ACT_ITEM.c.act_id == bindparam("act"), ACT_ITEM.c.place == bindparam("place"))
)
_ADD_PAPER, _ADD_FILE, _ADD_TEXT = insert_into(PAPER), insert_into(PAPER_FILE), insert_into(FREE_TEXT)
_ADD_ACT, _ADD_ITEM, _ADD_PERSON = insert_into(ACT), insert_into(ACT_ITEM), insert_into(PERSON)


def damaged(why: str, **facts: object) -> InvalidInput:
    """The refusal of what is not as it was written. Code ``package_damaged``."""
    return InvalidInput("package_damaged", why=why, **facts)


class Grafts(Store):
    """See ``services.ports.Grafts``."""

    __slots__ = ()

    def hashes(self, dossier_id: str) -> list[str]:
        """The hashes of the dossier's stream, oldest first; none when there is no such dossier here."""
        return [row[0] for row in self._tx.all(_HASHES, stream=dossier_stream(dossier_id))]

    def read_stream(self, dossier_id: str, rows: Sequence[StreamRow]) -> list[Event]:
        """The events of a stream that is whole from its beginning. Raises InvalidInput ``package_damaged``."""
        stream = dossier_stream(dossier_id)
        prev = genesis(stream)
        for seq, row in enumerate(rows, start=1):
            if row.seq != seq or row.prev != prev or _hash_of(stream, row) != row.hash:
                raise damaged("chain", seq=row.seq)
            prev = row.hash
        try:
            return [
                codec.event_from(row.event, row.payload, at=row.at, person_id=row.person_id, role=row.role)
                for row in rows
            ]
        except (KeyError, ValueError, TypeError) as error:
            raise damaged("event") from error

    def append(self, dossier: Dossier, rows: Sequence[StreamRow]) -> None:
        """Append the newest rows of a stream, read and found whole; they are written together with the dossier."""
        stream = dossier_stream(dossier.id)
        for row in rows:
            values = {name: getattr(row, name) for name in StreamRow.__slots__}
            self._tx.put(JOURNAL, _APPEND, {**values, "stream": stream})
        self._tx.heads[dossier.id] = rows[-1].hash
        self._tx.appended[dossier.id] = (rows[-1].seq, rows[-1].hash)

    def add_papers(self, dossier_id: str, papers: Sequence[PackedPaper]) -> None:
        """Keep the papers that are not here yet. Raises InvalidInput ``package_damaged`` for another content."""
        known = self._digests(_KNOWN_PAPERS, [paper.id for paper in papers])
        for paper in papers:
            document = paper.document.encode()
            if (
                hashlib.sha256(document).hexdigest() != paper.digest
                or known.get(paper.id, paper.digest) != paper.digest
            ):
                raise damaged("paper", paper=paper.code)
            if paper.id not in known:
                self._add_paper(dossier_id if paper.act_id is None else None, paper, document)

    def _digests(self, statement: Statement, ids: list[str]) -> dict[str, str]:
        return {row[0]: row[1] for row in self._tx.all(statement, ids=sorted(ids))}

    def _add_paper(self, dossier_id: str | None, paper: PackedPaper, document: bytes) -> None:
        self._tx.run(
            _ADD_PAPER,
            id=paper.id,
            dossier_id=dossier_id,
            act_id=paper.act_id,
            code=paper.code,
            version=paper.version,
            schema_id=paper.schema_id,
            digest=paper.digest,
            at=codec.micros(paper.at),
            body=codec.pack(document),
        )
        for place, stored in enumerate(paper.files):
            self._tx.run(
                _ADD_FILE,
                paper_id=paper.id,
                place=place,
                dossier_id=dossier_id,
                digest=stored.digest,
                name=stored.name,
                media_type=stored.media_type,
                size=stored.size,
            )

    def add_texts(self, dossier_id: str, texts: Sequence[PackedText]) -> None:
        """Keep the texts that are not here yet. Raises InvalidInput ``package_damaged`` for another content."""
        known = self._digests(_KNOWN_TEXTS, [text.id for text in texts])
        for text in texts:
            is_its = text.anonymised_at is not None or text_digest(text.salt, text.body) == text.digest
            if not is_its or known.get(text.id, text.digest) != text.digest:
                raise damaged("text")
            if text.id not in known:
                values = {name: getattr(text, name) for name in PackedText.__slots__}
                self._tx.run(_ADD_TEXT, **values, dossier_id=dossier_id)

    def add_act(self, act: PackedAct) -> None:
        """Keep an act, or its item for one more dossier. Raises Conflict ``act_exists`` for another one of its id."""
        record, ((dossier_id, choice),) = act.record, act.record.items
        papers = codec.to_json(list(record.paper_ids))
        row = self._tx.one(_ACT, act=record.id)
        if row is not None and tuple(row) != (record.trigger, codec.micros(record.at), papers):
            raise Conflict("act_exists", act=record.id)
        if row is None:
            self._tx.run(
                _ADD_ACT,
                id=record.id,
                trigger=record.trigger,
                commune_id=record.commune_id,
                province_id=record.province_id,
                at=codec.micros(record.at),
                person_id=record.person_id,
                role=record.role.value,
                papers=papers,
            )
        item = self._tx.one(_ACT_ITEM, act=record.id, place=act.place)
        if item is None:
            self._tx.run(_ADD_ITEM, act_id=record.id, place=act.place, dossier_id=dossier_id, choice=choice)
        elif item[0] != dossier_id:
            raise Conflict("act_exists", act=record.id)

    def add_person(self, person_id: str, office: str) -> None:
        """Somebody who acted elsewhere, shown by office; no role and no account here."""
        self._tx.run(_ADD_PERSON, id=person_id, office=office)


def _hash_of(stream: str, row: StreamRow) -> str:
    rest = ("seq", "at", "person_id", "role", "organisation_id", "door", "os_user", "event", "payload", "prev")
    return row_hash([stream, *(getattr(row, name) for name in rest)])
