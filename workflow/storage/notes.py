"""Notes on dossiers, and requests that wait for somebody's answer."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from workflow.domain.actors import Role
from workflow.domain.books import Note, Request
from workflow.domain.errors import Conflict, NotFound
from workflow.storage import codec
from workflow.storage.statements import Statement, Tuple, insert_into
from workflow.storage.tables import NOTE, REQUEST
from workflow.storage.transaction import Store

_NOTE_NAMES = tuple(field.name for field in fields(Note))
_ADD_NOTE = insert_into(NOTE)
_NOTES = Statement(
    select(*(NOTE.c[name] for name in _NOTE_NAMES))
    .where(NOTE.c.dossier_id == bindparam("dossier"), NOTE.c.internal <= bindparam("internal"))
    .order_by(NOTE.c.at, NOTE.c.id)
)

_R = REQUEST.c
_REQUEST_NAMES = tuple(field.name for field in fields(Request))
_REQUEST = select(*(_R[name] for name in _REQUEST_NAMES))
_ADD_REQUEST = insert_into(REQUEST)
_ITS = Statement(_REQUEST.where(_R.id == bindparam("request")))
_OF_DOSSIER = Statement(_REQUEST.where(_R.dossier_id == bindparam("dossier")).order_by(_R.at, _R.id))
_OPEN = Statement(
    _REQUEST.where(_R.province_id == bindparam("province"), _R.answered_at.is_(None)).order_by(_R.at, _R.id)
)
_ANSWER = Statement(
    update(REQUEST)
    .where(_R.id == bindparam("request"), _R.answered_at.is_(None))
    .values(answer=bindparam("answer"), answered_at=bindparam("at"), answered_by=bindparam("person"))
)


class Notes(Store):
    """Notes of dossiers, oldest first."""

    __slots__ = ()

    def add(self, note: Note) -> None:
        """Keep a note; it never changes."""
        row: dict[str, Any] = {name: getattr(note, name) for name in _NOTE_NAMES}
        row |= {"at": codec.micros(note.at), "role": note.role.value, "internal": int(note.internal)}
        self._tx.run(_ADD_NOTE, **row)

    def of(self, dossier_id: str, *, internal: bool) -> list[Note]:
        """Notes of a dossier, with the internal ones or without."""
        rows = self._tx.all(_NOTES, dossier=dossier_id, internal=int(internal))
        return [_note(row) for row in rows]


class Requests(Store):
    """Requests, oldest first."""

    __slots__ = ()

    def add(self, request: Request) -> None:
        """Keep a request."""
        row: dict[str, Any] = {name: getattr(request, name) for name in _REQUEST_NAMES}
        row |= {"at": codec.micros(request.at), "role": request.role.value, "facts": codec.to_json(dict(request.facts))}
        row["answered_at"] = codec.micros_or_none(request.answered_at)
        self._tx.run(_ADD_REQUEST, **row)

    def get(self, request_id: str) -> Request:
        """The request, or ``NotFound``."""
        row = self._tx.one(_ITS, request=request_id)
        if row is None:
            raise NotFound(request=request_id)
        return _request(row)

    def of_dossier(self, dossier_id: str) -> list[Request]:
        """Everything asked about a dossier."""
        return [_request(row) for row in self._tx.all(_OF_DOSSIER, dossier=dossier_id)]

    def waiting(self, province_id: str) -> list[Request]:
        """Requests of a province that nobody answered yet."""
        return [_request(row) for row in self._tx.all(_OPEN, province=province_id)]

    def answer(self, request_id: str, answer: str, *, at: datetime, person_id: str) -> None:
        """Answer a request, once. Raises NotFound, or Conflict ``request_answered``."""
        if self._tx.run(_ANSWER, request=request_id, answer=answer, at=codec.micros(at), person=person_id) != 1:
            self.get(request_id)
            raise Conflict("request_answered", request=request_id)


def _note(row: Tuple) -> Note:
    values = dict(zip(_NOTE_NAMES, row, strict=True))
    values |= {"at": codec.instant(values["at"]), "role": Role(values["role"]), "internal": bool(values["internal"])}
    return Note(**values)


def _request(row: Tuple) -> Request:
    values = dict(zip(_REQUEST_NAMES, row, strict=True))
    values |= {"at": codec.instant(values["at"]), "role": Role(values["role"])}
    values |= {"facts": codec.object_from(values["facts"]), "answered_at": codec.instant_or_none(values["answered_at"])}
    return Request(**values)
