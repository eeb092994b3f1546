"""What a person was told, newest first, and how much of it is unread: only of what it may see now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, and_, bindparam, case, exists, func, or_, select, union_all
from sqlalchemy.sql.selectable import Subquery

from workflow.domain.actors import Actor
from workflow.domain.calendars import day_start
from workflow.domain.telling import audiences_of
from workflow.queries.names import names_of
from workflow.queries.paging import LIMIT, Bounded, Page, key_of, mark, page_size
from workflow.queries.scope import me, only_role, visible_to
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement
from workflow.storage.tables import ASSIGNMENT, DOSSIER, NOTICE_READ, NOTICE_SEEN, OUTBOX

COUNTED = 99
"""Unread notices are counted up to here; more are "99+"."""

_B, _D, _R, _S, _A = OUTBOX.c, DOSSIER.c, NOTICE_READ.c, NOTICE_SEEN.c, ASSIGNMENT.c
_LAST = 2**62
_MOST = bindparam("most", type_=Integer())
_THROUGH = Statement(select(_S.through).where(_S.person_id == bindparam("person")))
_SINCE = Statement(
    select(func.min(func.coalesce(_A.valid_from, ""))).where(
        _A.person_id == bindparam("person"), _A.role == bindparam("role"), _A.organisation_id == bindparam("office")
    )
)


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """A notice as a list shows it; ``code`` and ``facts`` make its sentence, ``subject`` names the unit."""

    position: int
    at: datetime
    code: str
    facts: Mapping[str, object]
    dossier_id: str | None
    subject: str
    is_unread: bool


def inbox(
    db: Database, actor: Actor, *, unread: bool = False, after: str | None = None, limit: int = LIMIT
) -> Page[NoticeItem]:
    """One page of what the actor was told, newest first. Raises InvalidInput ``page_mark`` or ``page_size``."""
    before = _LAST if after is None else key_of(after, int)[0]
    with db.snapshot() as connection:
        values = _values(connection, actor) | {"before": before, "most": page_size(limit) + 1}
        rows = connection.all(_page(only_role(actor), len(audiences_of(actor)), unread), **values)
        names = names_of(connection, [row[5] for row in rows if row[5]])
    items = tuple(
        NoticeItem(
            position=position,
            at=codec.instant(at),
            code=code,
            facts=codec.object_from(facts),
            dossier_id=dossier_id,
            subject=names.get(subject_id, "") if subject_id else "",
            is_unread=new == 1,
        )
        for position, at, code, facts, dossier_id, subject_id, new in rows[:limit]
    )
    return Page(items, mark(items[-1].position) if len(rows) > limit else None)


def unread_count(db: Database, actor: Actor) -> Bounded:
    """How many notices the actor has not read, up to ``COUNTED``."""
    with db.snapshot() as connection:
        values = _values(connection, actor) | {"before": _LAST, "most": COUNTED + 1}
        row = connection.one(_count(only_role(actor), len(audiences_of(actor))), **values)
    n = 0 if row is None else row[0]
    return Bounded(min(n, COUNTED), more=n > COUNTED)


def _values(connection: SqlConnection, actor: Actor) -> dict[str, Any]:
    """The parameters; what was told before the actor came to its office was told to somebody else."""
    seen = connection.one(_THROUGH, person=actor.person_id)
    since = connection.one(_SINCE, person=actor.person_id, role=actor.role.value, office=actor.organisation_id)
    begins = codec.day_of(since[0]) if since is not None and since[0] else None
    return {
        **me(actor),
        "person": actor.person_id,
        "through": 0 if seen is None else seen[0],
        "since": 0 if begins is None else codec.micros(day_start(begins)),
        **{f"office{n}": office for n, (_role, office) in enumerate(audiences_of(actor))},
    }


@lru_cache(maxsize=32)
def _page(actor: Actor, offices: int, unread: bool) -> Statement:
    found = _found(actor, offices, unread=unread)
    return Statement(select(found).order_by(found.c.position.desc()).limit(_MOST))


@lru_cache(maxsize=16)
def _count(actor: Actor, offices: int) -> Statement:
    found = _found(actor, offices, unread=True)
    return Statement(select(func.count()).select_from(select(found.c.position).limit(_MOST).subquery()))


def _found(actor: Actor, offices: int, *, unread: bool) -> Subquery:
    """The newest of each audience, each found by one index and cut at the page's size."""
    read = exists().where(_R.person_id == bindparam("person"), _R.position == _B.position)
    new = and_(_B.position > bindparam("through"), _B.at >= bindparam("since"), ~read)
    seen = or_(_B.dossier_id.is_(None), exists().where(_D.id == _B.dossier_id, visible_to(actor, leads=False)))
    subject = select(_D.subject_id).where(_D.id == _B.dossier_id).scalar_subquery().label("subject_id")
    columns = (_B.position, _B.at, _B.code, _B.facts, _B.dossier_id, subject, case((new, 1), else_=0).label("is_new"))
    parts = []
    for n in range(offices):
        where = [
            _B.organisation_id == bindparam(f"office{n}"),
            _B.audience == bindparam("me_role"),
            _B.position < bindparam("before", type_=_B.position.type),
            seen,
            *([new] if unread else []),
        ]
        parts.append(select(*columns).where(*where).order_by(_B.position.desc()).limit(_MOST).subquery())
    if len(parts) == 1:
        return parts[0]
    return union_all(*(select(part) for part in parts)).subquery()
