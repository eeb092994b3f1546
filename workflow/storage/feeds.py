"""Private links to a person's calendar: rows of the tokens without any scope, one that works at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from workflow.storage import codec
from workflow.storage.statements import Statement, insert_into
from workflow.storage.tables import TOKEN
from workflow.storage.transaction import Store

LABEL = "calendar"
"""What such a token is called among a person's tokens."""

_T = TOKEN.c
_WORKS = (_T.scopes == "", _T.revoked_at.is_(None), _T.expires > bindparam("at"))
_OWNER = Statement(select(_T.person_id).where(_T.digest == bindparam("digest"), *_WORKS))
_UNTIL = Statement(select(_T.expires).where(_T.person_id == bindparam("person"), *_WORKS).order_by(_T.expires.desc()))
_ADD = insert_into(TOKEN)
_END = Statement(
    update(TOKEN)
    .where(_T.person_id == bindparam("person"), _T.scopes == "", _T.revoked_at.is_(None))
    .values(revoked_at=bindparam("at"))
)


class Feeds(Store):
    """See ``services.ports.Feeds``."""

    __slots__ = ()

    def owner(self, digest: str, *, at: datetime) -> str | None:
        """The person behind a link that works."""
        row = self._tx.one(_OWNER, digest=digest, at=codec.micros(at))
        return None if row is None else row[0]

    def until(self, person_id: str, *, at: datetime) -> datetime | None:
        """How long the person's link works (exclusive); None: there is none."""
        row = self._tx.one(_UNTIL, person=person_id, at=codec.micros(at))
        return None if row is None else codec.instant(row[0])

    def add(self, digest: str, *, person_id: str, at: datetime, expires: datetime) -> None:
        """Keep a link by its digest."""
        self._tx.run(
            _ADD,
            digest=digest,
            person_id=person_id,
            label=LABEL,
            scopes="",
            networks="",
            made=codec.micros(at),
            expires=codec.micros(expires),
            last_used=None,
            revoked_at=None,
        )

    def end(self, person_id: str, *, at: datetime) -> int:
        """End every link of the person; how many there were."""
        return self._tx.run(_END, person=person_id, at=codec.micros(at))
