"""Which dossiers an actor may see: the one WHERE every list obeys, and the SQL of ``domain.visibility.can_view``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, bindparam, false, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.kinds import Meaning
from workflow.storage.tables import DOSSIER, LEDGER

_D = DOSSIER.c
_L = LEDGER.c


class Beside(ColumnElement[str]):
    """A column that is compared but never searched by: SQLite would choose its index over the one that fits."""

    inherit_cache = True

    def __init__(self, column: Column[Any]) -> None:
        self.column = column
        self.type = column.type


@compiles(Beside)
def _beside(element: Beside, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.column, **options)


@compiles(Beside, "sqlite")
def _beside_sqlite(element: Beside, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.column, **options)}"


def visible_to(actor: Actor, *, leads: bool = True, drafts: bool = True) -> ColumnElement[bool]:
    """The condition on ``dossier`` that is true exactly where ``can_view`` is; ``me`` gives its parameters.

    ``leads`` False: another condition of the statement finds the rows, so none here is to be searched by. ``drafts``
    False: another one leaves out every draft, so nothing is asked about them.
    """
    return _visible(actor.role, actor.province_id == "", leads, drafts)


def me(actor: Actor) -> dict[str, str | None]:
    """The values of the parameters that conditions on what this actor may see bring along."""
    return {
        "me_province": actor.province_id,
        "me_commune": actor.commune_id,
        "me_unit": actor.organisation_id,
        "me_role": actor.role.value,
    }


def only_role(actor: Actor) -> Actor:
    """What of an actor decides the text of a statement, to be the key under which it is kept."""
    return Actor("", actor.role, "", "somewhere" if actor.province_id else "")


@lru_cache(maxsize=64)
def _visible(role: Role, everywhere: bool, leads: bool, drafts: bool) -> ColumnElement[bool]:
    within = _within(role, everywhere, _D.subject_id, _D.commune_id, _D.province_id, leads)
    if role in {Role.ADMIN, Role.UNIT, Role.SYSTEM}:
        return within
    if not drafts:
        return and_(within, _D.submitted == 1) if role is Role.PROVINCE_COMMITTEE else within
    opened_here = _D.opened_by_role == bindparam("me_role")
    if role in COMMUNE_ROLES:
        opened_here = or_(opened_here, _D.own == 1)
    draft = _D.meaning == Meaning.DRAFT.value
    if role is Role.PROVINCE_COMMITTEE:
        return and_(within, or_(and_(draft, opened_here), and_(~draft, _D.submitted == 1)))
    return and_(within, or_(~draft, opened_here))


@lru_cache(maxsize=64)
def _within(
    role: Role,
    everywhere: bool,
    subject: Column[Any],
    commune: Column[Any],
    province: Column[Any],
    leads: bool,
) -> ColumnElement[bool]:
    """Jurisdiction, as ``Actor.covers`` says it."""
    if role is Role.ADMIN:
        return false()
    if role is Role.SYSTEM and everywhere:
        return true()
    led = (lambda column: column) if leads else Beside
    if role is Role.UNIT:
        return and_(led(subject) == bindparam("me_unit"), Beside(province) == bindparam("me_province"))
    if role in COMMUNE_ROLES:
        return and_(led(commune) == bindparam("me_commune"), Beside(province) == bindparam("me_province"))
    condition: ColumnElement[bool] = led(province) == bindparam("me_province")
    return condition


def ledger_of(actor: Actor, *, leads: bool = True) -> ColumnElement[bool]:
    """The condition on ``ledger``: a unit sees its own confirmed results, officers those of their jurisdiction."""
    within = _within(actor.role, actor.province_id == "", _L.subject_id, _L.commune_id, _L.province_id, leads)
    return and_(within, _L.confirmed_by.is_not(None)) if actor.role is Role.UNIT else within
