"""Requests for more time: those that nobody has answered yet, and those of a year with their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from workflow.domain.actors import COMMUNE_ROLES, OFFICER_ROLES, Actor, Role
from workflow.domain.errors import NotAllowed
from workflow.queries.names import names_of, offices_of, texts_of
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, Tuple
from workflow.storage.tables import REQUEST, TIME_GRANT

MORE_TIME = "more_time"
"""What ``services.requests`` calls a request for more time."""

_R, _G = REQUEST.c, TIME_GRANT.c
_ASKED = (
    _R.id, _R.what, _R.dossier_id, _R.subject_id, _R.commune_id, _R.at, _R.person_id, _R.role, _R.text_id, _R.facts,
)  # fmt: skip
_OWN = or_(_R.commune_id == bindparam("commune"), _R.subject_id == bindparam("subject"))
_WAITING = (
    select(*_ASKED).where(_R.province_id == bindparam("province"), _R.answered_at.is_(None)).order_by(_R.at, _R.id)
)
_WAITING_IN_PROVINCE = Statement(_WAITING)
_WAITING_OF = Statement(_WAITING.where(_OWN))
_ANSWERED = (
    select(*_ASKED, _R.answer, _R.answered_at, _R.answered_by, _G.until, _G.reason_id)
    .select_from(REQUEST.outerjoin(TIME_GRANT, _G.id == _R.answer))
    .where(_R.province_id == bindparam("province"), _R.what == MORE_TIME, _R.answered_at.is_not(None))
    .order_by(_R.answered_at.desc(), _R.id)
)
_ANSWERED_IN_PROVINCE = Statement(_ANSWERED)
_ANSWERED_OF = Statement(_ANSWERED.where(_OWN))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that nobody has answered yet: an extension, a late opening; ``facts`` by what it is."""

    id: str
    what: str
    dossier_id: str | None
    subject_id: str
    subject_name: str
    commune_id: str
    at: datetime
    role: Role
    office: str
    text: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answered:
    """A request for more time with its answer: ``until`` (exclusive) where it was given, None where it was declined.

    ``text``: the reason of the grant, or the words it was declined with; ``office``: who answered.
    """

    asked: Waiting
    at: datetime
    office: str
    until: datetime | None
    text: str


def waiting(db: Database, actor: Actor) -> tuple[Waiting, ...]:
    """Requests that wait for an answer: a province's, a commune's or a unit's own, oldest first."""
    values, narrow = _scope(actor)
    with db.snapshot() as connection:
        rows = connection.all(_WAITING_OF if narrow else _WAITING_IN_PROVINCE, **values)
        return _waiting(connection, rows)


def answered(db: Database, actor: Actor, *, cycle: int) -> tuple[Answered, ...]:
    """Requests for more time in one year that were answered, within the actor's sight, newest answer first."""
    values, narrow = _scope(actor)
    with db.snapshot() as connection:
        rows = connection.all(_ANSWERED_OF if narrow else _ANSWERED_IN_PROVINCE, **values)
        rows = [row for row in rows if codec.object_from(row[9]).get("cycle") == cycle]
        asked = _waiting(connection, [row[:10] for row in rows])
        offices = offices_of(connection, (row[12] for row in rows))
        reasons = texts_of(connection, (row[14] for row in rows))
    return tuple(
        Answered(
            asked=one,
            at=codec.instant(row[11]),
            office=offices.get(row[12], ""),
            until=codec.instant_or_none(row[13]),
            text=reasons.get(row[14], "") if row[13] is not None else row[10],
        )
        for one, row in zip(asked, rows, strict=True)
    )


def _scope(actor: Actor) -> tuple[dict[str, str | None], bool]:
    """Whose requests the actor sees, and whether these are not all of the province. Raises NotAllowed."""
    if actor.role not in {*OFFICER_ROLES, Role.UNIT}:
        raise NotAllowed("request_reader", role=actor.role)
    commune = actor.commune_id if actor.role in COMMUNE_ROLES else None
    subject = actor.organisation_id if actor.role is Role.UNIT else None
    values = {"province": actor.province_id, "commune": commune, "subject": subject}
    return values, commune is not None or subject is not None


def _waiting(connection: SqlConnection, rows: Sequence[Tuple]) -> tuple[Waiting, ...]:
    names = names_of(connection, (row[3] for row in rows))
    offices = offices_of(connection, (row[6] for row in rows))
    texts = texts_of(connection, (row[8] for row in rows))
    return tuple(
        Waiting(
            id=request,
            what=what,
            dossier_id=dossier,
            subject_id=subject_id,
            subject_name=names.get(subject_id) or subject_id,
            commune_id=commune_id,
            at=codec.instant(at),
            role=Role(role),
            office=offices.get(person, ""),
            text=texts.get(text, ""),
            facts=codec.object_from(facts),
        )
        for request, what, dossier, subject_id, commune_id, at, person, role, text, facts in rows
    )
