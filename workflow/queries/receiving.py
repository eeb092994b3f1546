"""The book of papers that reached an office: newest note first, by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Integer, bindparam, select, tuple_

from workflow.domain.actors import COMMUNE_ROLES, OFFICER_ROLES, Actor
from workflow.domain.errors import NotAllowed
from workflow.queries.names import names_of, offices_of
from workflow.queries.paging import LIMIT, Page, key_of, mark, page_size
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import DOSSIER, REQUEST

_R, _D = REQUEST.c, DOSSIER.c
_RECEIVED = "received"
"""What ``services.receiving`` calls a note among the requests."""

_PLACE = tuple_(bindparam("after_at", type_=_R.answered_at.type), bindparam("after_id", type_=_R.id.type))


@lru_cache(maxsize=4)
def _page(in_commune: bool, after: bool) -> Statement:
    query = (
        select(_R.id, _R.answered_at, _R.subject_id, _R.person_id, _R.facts, _D.id, _D.number, _D.kind, _D.kind_version)
        .select_from(REQUEST.join(DOSSIER, _D.id == _R.dossier_id))
        .where(_R.province_id == bindparam("province"), _R.what == _RECEIVED, _R.role == bindparam("role"))
    )
    if in_commune:
        query = query.where(_R.commune_id == bindparam("commune"))
    if after:
        query = query.where(tuple_(_R.answered_at, _R.id) < _PLACE)
    newest = (_R.answered_at.desc(), _R.id.desc())
    return Statement(query.order_by(*newest).limit(bindparam("most", type_=Integer())))


@dataclass(frozen=True, slots=True)
class Arrival:
    """One paper as it reached the office. ``paper``: its code, whose words are the kind's; ``noted_at``: when told."""

    number: str
    day: date
    subject_name: str
    dossier_id: str
    dossier_number: str
    kind: str
    kind_version: int
    paper: str
    version: int
    office: str
    noted_at: datetime


def arrivals(db: Database, actor: Actor, *, after: str | None = None, limit: int = LIMIT) -> Page[Arrival]:
    """What the actor's office noted, newest first. Raises NotAllowed, InvalidInput ``page_mark``, ``page_size``."""
    if actor.role not in OFFICER_ROLES:
        raise NotAllowed("receiving_role", role=actor.role)
    place = (None, None) if after is None else key_of(after, int, str)
    values = {
        "province": actor.province_id,
        "role": actor.role.value,
        "commune": actor.commune_id,
        "after_at": place[0],
        "after_id": place[1],
        "most": page_size(limit) + 1,
    }
    statement = _page(actor.role in COMMUNE_ROLES, after is not None)
    with db.snapshot() as connection:
        rows = connection.all(statement, **values)
        names = names_of(connection, (row[2] for row in rows))
        offices = offices_of(connection, (row[3] for row in rows))
    items = []
    for _, at, subject, person, body, dossier, number, kind, kind_version in rows[:limit]:
        facts = codec.object_from(body)
        items.append(
            Arrival(
                number=str(facts["number"]),
                day=date.fromisoformat(str(facts["day"])),
                subject_name=names.get(subject) or subject,
                dossier_id=dossier,
                dossier_number=number,
                kind=kind,
                kind_version=kind_version,
                paper=str(facts["paper"]),
                version=int(str(facts["version"])),
                office=offices.get(person, ""),
                noted_at=codec.instant(at),
            )
        )
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(tuple(items), mark(last[1], last[0]) if last is not None else None)
