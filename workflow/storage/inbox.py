"""How far people have read: everything up to a number, and single notices after it."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, select

from workflow.domain.actors import Role
from workflow.domain.telling import Audience
from workflow.storage.statements import Statement, upsert
from workflow.storage.tables import NOTICE_READ, NOTICE_SEEN, OUTBOX
from workflow.storage.transaction import Store

_S, _R, _B = NOTICE_SEEN.c, NOTICE_READ.c, OUTBOX.c
_AUDIENCE = Statement(select(_B.audience, _B.organisation_id).where(_B.position == bindparam("position")))
_NEWEST = Statement(select(func.max(_B.position)))
_THROUGH = Statement(select(_S.through).where(_S.person_id == bindparam("person")))
_READ = upsert(NOTICE_READ, update=("position",))
_SEEN = upsert(NOTICE_SEEN)
_FORGET = Statement(
    delete(NOTICE_READ).where(_R.person_id == bindparam("person"), _R.position <= bindparam("position"))
)


class Inbox(Store):
    """See ``services.ports.Inbox``."""

    __slots__ = ()

    def audience(self, position: int) -> Audience | None:
        """Who was told a notice."""
        row = self._tx.one(_AUDIENCE, position=position)
        return None if row is None else (Role(row[0]), row[1])

    def newest(self) -> int:
        """The number of the newest notice of all."""
        row = self._tx.one(_NEWEST)
        return 0 if row is None or row[0] is None else int(row[0])

    def seen_through(self, person_id: str) -> int:
        """Up to which number the person has read everything."""
        row = self._tx.one(_THROUGH, person=person_id)
        return 0 if row is None else int(row[0])

    def read(self, person_id: str, position: int) -> None:
        """The person has read this one."""
        self._tx.run(_READ, person_id=person_id, position=position)

    def read_through(self, person_id: str, position: int) -> None:
        """The person has read everything up to this one; single ones before it need not be kept."""
        self._tx.run(_SEEN, person_id=person_id, through=position)
        self._tx.run(_FORGET, person=person_id, position=position)
