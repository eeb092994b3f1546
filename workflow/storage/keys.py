"""Idempotency keys: the same key and content of a person has one effect and always the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from workflow.domain.errors import IdempotencyMismatch, Unavailable
from workflow.storage import codec
from workflow.storage.faults import refusing_duplicates
from workflow.storage.statements import Statement, insert_into
from workflow.storage.tables import IDEMPOTENCY
from workflow.storage.transaction import Store

_K = IDEMPOTENCY.c
_SEEN = Statement(
    select(_K.request_digest, _K.answer).where(_K.person_id == bindparam("person"), _K.key == bindparam("key"))
)
_KEEP = insert_into(IDEMPOTENCY)
_FORGET = Statement(delete(IDEMPOTENCY).where(_K.at < bindparam("before")))


class Keys(Store):
    """See ``services.ports.Keys``."""

    __slots__ = ()

    def seen(self, key: str, *, person_id: str, request_digest: str) -> dict[str, object] | None:
        """The stored answer of an earlier identical request; ``IdempotencyMismatch`` for another content."""
        row = self._tx.one(_SEEN, person=person_id, key=key)
        if row is None:
            return None
        if row[0] != request_digest:
            raise IdempotencyMismatch(key=key)
        return codec.object_from(row[1])

    def keep(
        self, key: str, *, person_id: str, request_digest: str, answer: Mapping[str, object], at: datetime
    ) -> None:
        """Remember the answer with the effect.

        Raises Unavailable ``try_again`` when the same key was kept meanwhile: repeating brings its answer.
        """
        with refusing_duplicates(Unavailable("try_again", key=key)):
            self._tx.run(
                _KEEP,
                person_id=person_id,
                key=key,
                request_digest=request_digest,
                answer=codec.to_json(dict(answer)),
                at=codec.micros(at),
            )

    def forget(self, *, before: datetime) -> int:
        """Drop keys kept earlier than that; how many."""
        return self._tx.run(_FORGET, before=codec.micros(before))
