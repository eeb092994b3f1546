"""Requests that nobody has answered yet: for more time, for a late opening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from workflow.domain.actors import COMMUNE_ROLES, OFFICER_ROLES, Actor, Role
from workflow.domain.errors import NotAllowed
from workflow.queries.names import names_of, offices_of, texts_of
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import REQUEST

_R = REQUEST.c
_WAITING = (
    select(
        _R.id, _R.what, _R.dossier_id, _R.subject_id, _R.commune_id, _R.at, _R.person_id, _R.role, _R.text_id, _R.facts
    )
    .where(_R.province_id == bindparam("province"), _R.answered_at.is_(None))
    .order_by(_R.at, _R.id)
)
_WAITING_IN_PROVINCE = Statement(_WAITING)
_WAITING_OF = Statement(
    _WAITING.where(or_(_R.commune_id == bindparam("commune"), _R.subject_id == bindparam("subject")))
)


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


def waiting(db: Database, actor: Actor) -> tuple[Waiting, ...]:
    """Requests that wait for an answer: a province's, a commune's or a unit's own, oldest first."""
    if actor.role not in {*OFFICER_ROLES, Role.UNIT}:
        raise NotAllowed("request_reader", role=actor.role)
    commune = actor.commune_id if actor.role in COMMUNE_ROLES else None
    subject = actor.organisation_id if actor.role is Role.UNIT else None
    narrow = commune is not None or subject is not None
    with db.snapshot() as connection:
        statement = _WAITING_OF if narrow else _WAITING_IN_PROVINCE
        rows = connection.all(statement, province=actor.province_id, commune=commune, subject=subject)
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
