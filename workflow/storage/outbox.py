"""Notices, written in the transaction that causes them and delivered afterwards, at least once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, update

from workflow.domain.actors import Role
from workflow.domain.books import Notice
from workflow.storage import codec
from workflow.storage.statements import Statement, Tuple, among, insert_rows, numbered
from workflow.storage.tables import OUTBOX
from workflow.storage.transaction import Store

MOST_AT_ONCE = 8
"""Notices written by one statement."""

_B = OUTBOX.c
_COLUMNS = ("at", "dossier_id", "audience", "organisation_id", "code", "facts")
_WAITING = Statement(
    select(_B.position, _B.at, _B.dossier_id, _B.audience, _B.organisation_id, _B.code, _B.facts)
    .where(_B.delivered_at.is_(None))
    .order_by(_B.position)
    .limit(bindparam("most"))
)
_DELIVERED = Statement(update(OUTBOX).where(among(_B.position, "positions")).values(delivered_at=bindparam("moment")))


def notice_of(row: Tuple) -> Notice:
    """A notice of its columns: dossier, audience, organisation, code, facts."""
    dossier_id, audience, organisation_id, code, facts = row
    return Notice(dossier_id, Role(audience), organisation_id, code, codec.object_from(facts))


class Outbox(Store):
    """See ``services.ports.Outbox``."""

    __slots__ = ()

    def put(self, notices: Iterable[Notice], *, at: datetime) -> None:
        """Keep notices to deliver."""
        rows = [
            {
                "at": codec.micros(at),
                "dossier_id": notice.dossier_id,
                "audience": notice.audience.value,
                "organisation_id": notice.organisation_id,
                "code": notice.code,
                "facts": codec.to_json(dict(notice.facts)),
            }
            for notice in notices
        ]
        for start in range(0, len(rows), MOST_AT_ONCE):
            part = rows[start : start + MOST_AT_ONCE]
            self._tx.put(OUTBOX, insert_rows(OUTBOX, _COLUMNS, len(part)), numbered(part))

    def waiting(self, *, most: int = 100) -> list[tuple[int, datetime, Notice]]:
        """The oldest notices not yet delivered, each with its number and when it was written."""
        return [(row[0], codec.instant(row[1]), notice_of(row[2:])) for row in self._tx.all(_WAITING, most=most)]

    def delivered(self, positions: Iterable[int], *, at: datetime) -> None:
        """Note that these were delivered."""
        self._tx.run(_DELIVERED, positions=sorted(positions), moment=codec.micros(at))
