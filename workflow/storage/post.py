"""Where people want to be told by mail, and the letters that carry their notices.

A letter is taken by changing its row from the state it was found in: of two workers one does. It stays taken until the
end of the claim; then it counts as not sent, whatever became of the worker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Table, bindparam, null, or_, select, union_all, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.selectable import Select

from workflow.domain.actors import Actor, Role
from workflow.domain.books import Notice
from workflow.domain.telling import Audience, Contact, Due, LetterState, Reader, Rhythm, audiences_of
from workflow.storage import codec
from workflow.storage.outbox import notice_of
from workflow.storage.statements import SQLITE, Statement, Tuple, among, upsert
from workflow.storage.tables import ACCOUNT, ASSIGNMENT, CONTACT, LETTER, LETTER_ITEM, OUTBOX
from workflow.storage.transaction import Store

_C, _A, _L, _I, _B = CONTACT.c, ASSIGNMENT.c, LETTER.c, LETTER_ITEM.c, OUTBOX.c


def _new(table: Table) -> Statement:
    """INSERT of a row, or nothing where its key is taken."""

    def clause(make: str) -> Executable:
        dialect = sqlite_dialect if make == SQLITE else postgresql
        values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
        done: Executable = dialect.insert(table).values(values).on_conflict_do_nothing()
        return done

    return Statement(clause)


def _of(column: Column[str]) -> Select[tuple[str, str, str, str, str | None, str]]:
    """People of a role where a column of their assignment is the office told, with their rhythm."""
    day = bindparam("day", type_=_A.valid_to.type)
    return (
        select(_A.person_id, _A.role, _A.organisation_id, _A.province_id, _A.commune_id, _C.rhythm)
        .select_from(
            ASSIGNMENT.join(CONTACT, _C.person_id == _A.person_id).outerjoin(
                ACCOUNT, ACCOUNT.c.person_id == _A.person_id
            )
        )
        .where(
            column == bindparam("office"),
            _A.role == bindparam("role"),
            or_(_A.valid_from.is_(None), _A.valid_from <= day),
            or_(_A.valid_to.is_(None), _A.valid_to >= day),
            _C.email.is_not(None),
            _C.rhythm != Rhythm.NONE.value,
            or_(ACCOUNT.c.disabled.is_(None), ACCOUNT.c.disabled == 0),
        )
    )


_CONTACT = Statement(select(_C.email, _C.rhythm).where(_C.person_id == bindparam("person")))
_PUT_CONTACT = upsert(CONTACT)
_READERS = Statement(union_all(*(_of(column) for column in (_A.organisation_id, _A.commune_id, _A.province_id))))
_ADD = _new(LETTER)
_ADD_ITEM = _new(LETTER_ITEM)
_HAS = Statement(select(_I.position).where(_I.person_id == bindparam("person"), among(_I.position, "positions")))
_HOLD = Statement(
    update(LETTER)
    .where(_L.id == bindparam("letter"), _L.state == LetterState.WAITING.value, _L.tries == 0)
    .values(tries=0)
)
_DUE_COLUMNS = (_L.id, _L.person_id, _L.digest, _L.state, _L.next_at, _L.tries)
_DUE = Statement(
    union_all(
        *(
            select(
                select(*_DUE_COLUMNS)
                .where(_L.state == state.value, _L.next_at <= bindparam("at"))
                .order_by(_L.next_at, _L.id)
                .limit(bindparam("most"))
                .subquery()
            )
            for state in (LetterState.WAITING, LetterState.SENDING)
        )
    )
)
_CLAIM = Statement(
    update(LETTER)
    .where(_L.id == bindparam("letter"), _L.state == bindparam("seen_state"), _L.next_at == bindparam("seen_at"))
    .values(state=LetterState.SENDING.value, next_at=bindparam("until"), tries=_L.tries + 1)
)
_ITEMS = Statement(
    select(_B.at, _B.dossier_id, _B.audience, _B.organisation_id, _B.code, _B.facts)
    .select_from(LETTER_ITEM.join(OUTBOX, _B.position == _I.position))
    .where(_I.letter_id == bindparam("letter"))
    .order_by(_I.position)
)
_TAKEN = _L.state == LetterState.SENDING.value
_END = Statement(
    update(LETTER)
    .where(_L.id == bindparam("letter"), _TAKEN)
    .values(state=bindparam("new_state"), sent_at=bindparam("moment"), problem=null())
)
_PUT_OFF = Statement(
    update(LETTER)
    .where(_L.id == bindparam("letter"), _TAKEN)
    .values(state=bindparam("new_state"), problem=bindparam("why"), next_at=bindparam("later"))
)
_RETRY = Statement(
    update(LETTER)
    .where(
        among(_L.id, "letters"),
        _L.problem.is_not(None),
        or_(_L.state == LetterState.WAITING.value, _L.state == LetterState.FAILED.value),
    )
    .values(state=LetterState.WAITING.value, next_at=bindparam("now"))
)


class Post(Store):
    """See ``services.ports.Letters``."""

    __slots__ = ()

    # --- addresses

    def contact(self, person_id: str) -> Contact:
        """How a person is told."""
        row = self._tx.one(_CONTACT, person=person_id)
        return Contact(person_id) if row is None else Contact(person_id, row[0], Rhythm(row[1]))

    def put_contact(self, contact: Contact) -> None:
        """Keep where and how a person wants to be told."""
        self._tx.run(_PUT_CONTACT, person_id=contact.person_id, email=contact.email, rhythm=contact.rhythm.value)

    def readers(self, audience: Audience, *, on: date) -> list[Reader]:
        """People of the audience on that day, each once."""
        role, office = audience
        rows = self._tx.all(_READERS, role=role.value, office=office, day=codec.day_text(on))
        found = {row: Reader(Actor(row[0], Role(row[1]), row[2], row[3], row[4]), Rhythm(row[5])) for row in rows}
        return [reader for reader in found.values() if audience in audiences_of(reader.actor)]

    # --- letters

    def add(self, letter_id: str, person_id: str, positions: Iterable[int], *, at: datetime) -> None:
        """A letter of its own, to go at once."""
        new = self._untold(person_id, positions)
        if new:
            self._letter(letter_id, person_id, at=at, goes_at=at, digest=False)
            self._put_in(letter_id, person_id, new)

    def add_to_digest(self, person_id: str, positions: Iterable[int], *, at: datetime, goes_at: datetime) -> None:
        """Put notices into the person's letter of that moment; once that has been tried, into one that follows it."""
        new = self._untold(person_id, positions)
        turn = 0
        while new:
            letter_id = hashlib.sha256(f"{person_id}\n{codec.micros(goes_at)}\n{turn}".encode()).hexdigest()[:32]
            self._letter(letter_id, person_id, at=at, goes_at=goes_at, digest=True)
            if self._tx.run(_HOLD, letter=letter_id):
                self._put_in(letter_id, person_id, new)
                return
            turn += 1

    def _untold(self, person_id: str, positions: Iterable[int]) -> list[int]:
        wanted = sorted(set(positions))
        told = {row[0] for row in self._tx.all(_HAS, person=person_id, positions=wanted)}
        return [position for position in wanted if position not in told]

    def _letter(self, letter_id: str, person_id: str, *, at: datetime, goes_at: datetime, digest: bool) -> None:
        self._tx.run(
            _ADD,
            id=letter_id,
            person_id=person_id,
            digest=int(digest),
            at=codec.micros(at),
            state=LetterState.WAITING.value,
            next_at=codec.micros(goes_at),
            tries=0,
            problem=None,
            sent_at=None,
        )

    def _put_in(self, letter_id: str, person_id: str, positions: Iterable[int]) -> None:
        for position in positions:
            self._tx.run(_ADD_ITEM, person_id=person_id, position=position, letter_id=letter_id)

    def due(self, *, at: datetime, most: int) -> list[Due]:
        """Letters whose time has come, soonest first."""
        found = [_due(row) for row in self._tx.all(_DUE, at=codec.micros(at), most=most)]
        return sorted(found, key=lambda one: (one.next_at, one.id))[:most]

    def claim(self, due: Due, *, until: datetime) -> bool:
        """Take a letter for sending."""
        touched = self._tx.run(
            _CLAIM,
            letter=due.id,
            seen_state=due.state.value,
            seen_at=codec.micros(due.next_at),
            until=codec.micros(until),
        )
        return touched == 1

    def items(self, letter_id: str) -> list[tuple[datetime, Notice]]:
        """The notices of a letter."""
        return [(codec.instant(row[0]), notice_of(row[1:])) for row in self._tx.all(_ITEMS, letter=letter_id)]

    def end(self, letter_id: str, state: LetterState, *, at: datetime) -> None:
        """The letter was sent, or dropped."""
        self._tx.run(_END, letter=letter_id, new_state=state.value, moment=codec.micros(at))

    def put_off(self, letter_id: str, *, problem: str, next_at: datetime, failed: bool) -> None:
        """The letter was not taken."""
        state = LetterState.FAILED if failed else LetterState.WAITING
        self._tx.run(_PUT_OFF, letter=letter_id, new_state=state.value, why=problem, later=codec.micros(next_at))

    def retry(self, letter_ids: Iterable[str], *, at: datetime) -> int:
        """These are tried again now."""
        return self._tx.run(_RETRY, letters=sorted(set(letter_ids)), now=codec.micros(at))


def _due(row: Tuple) -> Due:
    letter_id, person_id, digest, state, next_at, tries = row
    return Due(letter_id, person_id, digest == 1, LetterState(state), codec.instant(next_at), tries)
