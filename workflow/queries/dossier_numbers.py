"""Whose dossiers some numbers are: the units of those that the reader sees."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import bindparam, select

from workflow.domain.actors import Actor
from workflow.queries.scope import me, only_role, visible_to
from workflow.storage.database import Database
from workflow.storage.statements import Statement, among
from workflow.storage.tables import DOSSIER, ORGANISATION

_D = DOSSIER.c


def units_by_number(db: Database, actor: Actor, province_id: str, numbers: Iterable[str]) -> dict[str, str]:
    """Names of units by number of their dossier, within one province; numbers out of sight are left out."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    with db.read() as connection:
        rows = connection.all(_named(only_role(actor)), numbers=wanted, province=province_id, **me(actor))
    return dict(map(tuple, rows))


@lru_cache(maxsize=16)
def _named(actor: Actor) -> Statement:
    return Statement(
        select(_D.number, ORGANISATION.c.name)
        .select_from(DOSSIER.join(ORGANISATION, ORGANISATION.c.id == _D.subject_id))
        .where(
            among(_D.number, "numbers"),
            _D.province_id == bindparam("province"),
            visible_to(actor, leads=False),
        )
    )
