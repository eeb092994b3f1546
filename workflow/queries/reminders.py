"""Reminders that were given: the newest about each dossier, and those a person gave at one instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.sql.selectable import Select

from workflow.domain.actors import Actor, Role
from workflow.queries.names import names_of
from workflow.queries.scope import me, visible_to
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import Statement, Tuple, among
from workflow.storage.tables import DOSSIER, REQUEST

_R, _D = REQUEST.c, DOSSIER.c
_WHAT = "reminder"
"""What ``services.notes`` calls a reminder among the requests."""


@dataclass(frozen=True, slots=True)
class Given:
    """A reminder: about which dossier, by what means, of which paper (None: all of it), to whom, when and by whom."""

    dossier_id: str
    number: str
    subject_id: str
    subject_name: str
    commune_id: str
    commune_name: str
    at: datetime
    role: Role
    means: str
    paper: str | None
    to: Role


def newest_reminders(db: Database, actor: Actor, dossier_ids: Iterable[str]) -> dict[str, Given]:
    """The newest reminder about each of these dossiers that the actor may see; those never reminded are left out."""
    wanted = sorted(set(dossier_ids))
    if not wanted:
        return {}
    return {one.dossier_id: one for one in _given(db, actor, _of_dossiers(actor.role), dossiers=wanted)}


def reminders_at(db: Database, actor: Actor, at: datetime) -> tuple[Given, ...]:
    """What this very person gave at that instant, by commune and number."""
    given = _given(db, actor, _at(actor.role), at=codec.micros(at), person=actor.person_id)
    return tuple(sorted(given, key=lambda one: (one.commune_name, one.number)))


@lru_cache(maxsize=8)
def _of_dossiers(role: Role) -> Statement:
    """Reminders about the dossiers given, oldest first."""
    return Statement(_seen(role).where(among(_R.dossier_id, "dossiers")).order_by(_R.at, _R.id))


@lru_cache(maxsize=8)
def _at(role: Role) -> Statement:
    """Reminders of one person at one instant."""
    at = bindparam("at", type_=_R.at.type)
    return Statement(
        _seen(role).where(
            _R.province_id == bindparam("me_province"), _R.answered_at == at, _R.person_id == bindparam("person")
        )
    )


def _seen(role: Role) -> Select[Any]:
    columns = (_R.dossier_id, _D.number, _R.subject_id, _R.commune_id, _R.at, _R.role, _R.facts)
    seen = visible_to(Actor("", role, "", "somewhere"), leads=False)
    return select(*columns).join(DOSSIER, _D.id == _R.dossier_id).where(_R.what == _WHAT, seen)


def _given(db: Database, actor: Actor, statement: Statement, **values: object) -> list[Given]:
    with db.snapshot() as connection:
        rows = connection.all(statement, **values, **me(actor))
        names = names_of(connection, [item for row in rows for item in (row[2], row[3])])
    return [_one(row, names) for row in rows]


def _one(row: Tuple, names: dict[str, str]) -> Given:
    dossier_id, number, subject_id, commune_id, at, role, facts = row
    told = codec.object_from(facts)
    paper = told.get("paper")
    return Given(
        dossier_id=dossier_id,
        number=number,
        subject_id=subject_id,
        subject_name=names.get(subject_id) or str(subject_id),
        commune_id=commune_id,
        commune_name=names.get(commune_id) or str(commune_id),
        at=codec.instant(at),
        role=Role(role),
        means=str(told.get("means", "")),
        paper=None if paper is None else str(paper),
        to=Role(str(told.get("to", Role.UNIT.value))),
    )
