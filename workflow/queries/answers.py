"""What an idempotency key of a person already brought: for a form that is sent again after its move was made."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from workflow.domain.actors import Actor
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import IDEMPOTENCY

_K = IDEMPOTENCY.c
_ANSWER = Statement(select(_K.answer).where(_K.person_id == bindparam("person"), _K.key == bindparam("key")))


def answer_of(db: Database, actor: Actor, key: str | None) -> dict[str, object] | None:
    """The answer kept under this key of this very person; None when the key is new."""
    if key is None:
        return None
    with db.read() as connection:
        row = connection.one(_ANSWER, person=actor.person_id, key=key)
    return None if row is None else codec.object_from(row[0])
