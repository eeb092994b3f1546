"""The journal as rows to read: of one dossier, of the books of a province. Newest first, by key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, select

from workflow.domain.actors import OFFICER_ROLES, PROVINCE_ROLES, Actor, Role
from workflow.domain.errors import NotAllowed, NotFound
from workflow.queries.names import names_of, offices_of
from workflow.queries.paging import LIMIT, Page, key_of, mark, page_size
from workflow.queries.scope import me, only_role, visible_to
from workflow.storage import codec
from workflow.storage.chain import books_stream, dossier_stream
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, Tuple
from workflow.storage.tables import DOSSIER, JOURNAL

_J, _D = JOURNAL.c, DOSSIER.c
_COLUMNS = (
    "position",
    "seq",
    "at",
    "person_id",
    "role",
    "organisation_id",
    "door",
    "os_user",
    "event",
    "payload",
    "prev",
    "hash",
)
_ROWS = Statement(
    select(*(_J[name] for name in _COLUMNS))
    .where(_J.stream == bindparam("stream"), _J.seq < bindparam("before", type_=_J.seq.type))
    .order_by(_J.seq.desc())
    .limit(bindparam("most", type_=Integer()))
)
_LAST = 2**62


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One row: its number (``position``), its place in its stream, who acted for which office, through which door.

    ``payload`` holds codes, ids, digests and instants, no personal values. ``os_user`` is told to officers only.
    """

    position: int
    seq: int
    at: datetime
    office: str
    role: Role
    organisation: str
    door: str
    os_user: str | None
    event: str
    payload: Mapping[str, object]
    prev: str
    hash: str


def dossier_journal(
    db: Database,
    actor: Actor,
    dossier_id: str,
    *,
    after: str | None = None,
    limit: int = LIMIT,
    hidden: Collection[str] = (),
) -> Page[JournalLine]:
    """The journal of a dossier the actor may see. ``hidden``: codes of papers whose filing this actor does not see.

    Raises NotFound ``dossier_not_found``, InvalidInput ``page_mark`` or ``page_size``.
    """
    with db.snapshot() as connection:
        seen = _seen(only_role(actor))
        if connection.one(seen, **me(actor), id=dossier_id) is None:
            raise NotFound("dossier_not_found")
        page = _page(connection, dossier_stream(dossier_id), after, limit, officer=actor.role in OFFICER_ROLES)
    return Page(tuple(line for line in page.items if not _is_hidden(line, hidden)), page.after)


def books_journal(
    db: Database, actor: Actor, *, after: str | None = None, limit: int = LIMIT, connected: bool = True
) -> Page[JournalLine]:
    """The journal of the books of the actor's province: for its keepers and the administrator.

    ``connected`` False: the commune police keep the books (law.md, recorders). Raises NotAllowed ``journal_role``.
    """
    keepers = {*PROVINCE_ROLES, Role.ADMIN, *(() if connected else (Role.COMMUNE_POLICE,))}
    if actor.role not in keepers:
        raise NotAllowed("journal_role", role=actor.role)
    with db.snapshot() as connection:
        return _page(connection, books_stream(actor.province_id), after, limit, officer=True)


@lru_cache(maxsize=16)
def _seen(actor: Actor) -> Statement:
    return Statement(select(_D.id).where(_D.id == bindparam("id"), visible_to(actor, leads=False)))


def _is_hidden(line: JournalLine, hidden: Collection[str]) -> bool:
    paper = line.payload.get("paper")
    return isinstance(paper, Mapping) and paper.get("code") in hidden


def _page(connection: SqlConnection, stream: str, after: str | None, limit: int, *, officer: bool) -> Page[JournalLine]:
    before: Any = _LAST if after is None else key_of(after, int)[0]
    rows = connection.all(_ROWS, stream=stream, before=before, most=page_size(limit) + 1)
    shown = rows[:limit]
    offices = offices_of(connection, (row[3] for row in shown))
    names = names_of(connection, (row[5] for row in shown))
    lines = tuple(_line(row, offices, names, officer=officer) for row in shown)
    return Page(lines, mark(lines[-1].seq) if len(rows) > limit else None)


def _line(row: Tuple, offices: Mapping[str, str], names: Mapping[str, str], *, officer: bool) -> JournalLine:
    position, seq, at, person, role, organisation, door, os_user, event, payload, prev, digest = row
    return JournalLine(
        position=position,
        seq=seq,
        at=codec.instant(at),
        office=offices.get(person, ""),
        role=Role(role),
        organisation=names.get(organisation, ""),
        door=door,
        os_user=os_user if officer else None,
        event=event,
        payload=codec.object_from(payload),
        prev=prev,
        hash=digest,
    )
