"""Letters in trouble, for the administrator: whose, since when, why, and when they are tried again. Never what of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, bindparam, exists, select, union_all

from workflow.domain.actors import Actor, Role
from workflow.domain.errors import NotAllowed
from workflow.domain.telling import LetterState
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import ASSIGNMENT, LETTER, OUTBOX, PERSON

SHOWN = 200
PATIENCE = timedelta(minutes=15)
"""Notices are handed out every minute."""

_L, _A = LETTER.c, ASSIGNMENT.c
_COLUMNS = (_L.id, PERSON.c.office, _L.at, _L.state, _L.next_at, _L.tries, _L.problem)
_TROUBLES = Statement(
    union_all(
        *(
            select(
                select(*_COLUMNS)
                .select_from(LETTER.join(PERSON, PERSON.c.id == _L.person_id))
                .where(
                    _L.state == state.value,
                    _L.problem.is_not(None),
                    exists().where(_A.person_id == _L.person_id, _A.province_id == bindparam("province")),
                )
                .order_by(_L.next_at, _L.id)
                .limit(bindparam("most", type_=Integer()))
                .subquery()
            )
            for state in (LetterState.FAILED, LetterState.WAITING)
        )
    )
)
_OLDEST = Statement(select(OUTBOX.c.at).where(OUTBOX.c.delivered_at.is_(None)).order_by(OUTBOX.c.position).limit(1))


@dataclass(frozen=True, slots=True)
class Trouble:
    """A letter that was not taken. ``failed``: it is not tried again by itself; ``next_at`` then says nothing."""

    id: str
    office: str
    at: datetime
    failed: bool
    next_at: datetime
    tries: int
    problem: str


def troubles(db: Database, actor: Actor) -> tuple[Trouble, ...]:
    """Letters to people of the administrator's province that no server took, up to ``SHOWN``.

    Raises NotAllowed for anybody else.
    """
    _check(actor)
    with db.snapshot() as connection:
        rows = connection.all(_TROUBLES, province=actor.province_id, most=SHOWN)
    return tuple(
        Trouble(
            id=letter_id,
            office=office,
            at=codec.instant(at),
            failed=state == LetterState.FAILED.value,
            next_at=codec.instant(next_at),
            tries=tries,
            problem=problem,
        )
        for letter_id, office, at, state, next_at, tries, problem in rows[:SHOWN]
    )


def stuck_since(db: Database, actor: Actor, at: datetime) -> datetime | None:
    """When the oldest notice was written that nobody handed out, if that is too long ago: no jobs are running.

    None while all is well. Raises NotAllowed for anybody but the administrator.
    """
    _check(actor)
    with db.read() as connection:
        row = connection.one(_OLDEST)
    since = None if row is None else codec.instant(row[0])
    return since if since is not None and at - since > PATIENCE else None


def _check(actor: Actor) -> None:
    if actor.role is not Role.ADMIN:
        raise NotAllowed("people_role", role=actor.role)
