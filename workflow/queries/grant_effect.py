"""What more time would change: the dossiers that stand before a step bound to that date, seen before it is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Integer, bindparam, func, select

from workflow.domain.actors import COMMUNE_ROLES, Actor
from workflow.domain.deadlines import Scope
from workflow.domain.kinds import DossierKind
from workflow.queries.scope import Beside, me, only_role, visible_to
from workflow.storage.database import Database
from workflow.storage.statements import Statement, among
from workflow.storage.tables import DOSSIER, ORGANISATION

_D = DOSSIER.c
_COLUMN = {Scope.SUBJECT: _D.subject_id, Scope.COMMUNE: _D.commune_id, Scope.PROVINCE: _D.province_id}
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Touched:
    """A dossier that would have more time."""

    id: str
    number: str
    subject_name: str
    state: str


@dataclass(frozen=True, slots=True)
class Effect:
    """``count`` dossiers in all, the first of them by number; ``opens``: who has none yet could still begin one."""

    count: int
    shown: tuple[Touched, ...]
    opens: bool


def effect_of(
    db: Database, actor: Actor, kind: DossierKind, cycle: int, *, deadline: str, scope: Scope, scope_id: str
) -> Effect:
    """Whose dossiers an extension or late opening of this date would reach, within the actor's sight."""
    states = sorted({step.source for step in kind.transitions if step.deadline == deadline})
    opens = kind.initial in states
    if not states:
        return Effect(0, (), opens)
    values = {
        **me(actor),
        "kind": kind.code,
        "cycle": cycle,
        "states": states,
        "scope_id": scope_id,
        "most": SHOWN,
    }
    role = only_role(actor)
    with db.snapshot() as connection:
        counted = connection.one(_count(role, scope), **values)
        rows = connection.all(_shown(role, scope), **values)
    return Effect(int(counted[0]) if counted else 0, tuple(Touched(*row) for row in rows), opens)


def _its(actor: Actor, scope: Scope) -> tuple[object, ...]:
    leads = scope is Scope.PROVINCE and actor.role not in COMMUNE_ROLES
    column = _COLUMN[scope]
    return (
        visible_to(actor, leads=leads),
        column == bindparam("scope_id", type_=column.type),
        Beside(_D.kind) == bindparam("kind"),
        Beside(_D.cycle) == bindparam("cycle", type_=Integer()),
        among(_D.state, "states"),
    )


@lru_cache(maxsize=16)
def _count(actor: Actor, scope: Scope) -> Statement:
    return Statement(select(func.count()).select_from(DOSSIER).where(*_its(actor, scope)))  # type: ignore[arg-type]


@lru_cache(maxsize=16)
def _shown(actor: Actor, scope: Scope) -> Statement:
    named = DOSSIER.outerjoin(ORGANISATION, ORGANISATION.c.id == _D.subject_id)
    query = select(_D.id, _D.number, ORGANISATION.c.name, _D.state).select_from(named)
    most = bindparam("most", type_=Integer())
    return Statement(query.where(*_its(actor, scope)).order_by(_D.number, _D.id).limit(most))  # type: ignore[arg-type]
