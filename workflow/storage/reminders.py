"""Dossiers by the end of their clocks, one index range a holder, and which reminders were written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, select, tuple_
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.sql.base import Executable

from workflow.domain.actors import Role
from workflow.domain.telling import Falling, Turn
from workflow.storage import codec
from workflow.storage.statements import SQLITE, Statement, upsert
from workflow.storage.tables import DOSSIER, REMINDER_TOLD, REMINDER_TURN
from workflow.storage.transaction import Store

_D, _T = DOSSIER.c, REMINDER_TURN.c
_FALLING = Statement(
    select(_D.id, _D.number, _D.kind, _D.subject_id, _D.commune_id, _D.due_at)
    .where(
        _D.province_id == bindparam("province"),
        _D.holder == bindparam("holder"),
        tuple_(_D.due_at, _D.id) > tuple_(bindparam("after_at", type_=_D.due_at.type), bindparam("after_id")),
        _D.due_at <= bindparam("until", type_=_D.due_at.type),
    )
    .order_by(_D.due_at, _D.id)
    .limit(bindparam("most", type_=Integer()))
)
_TURN = Statement(
    select(_T.due_at, _T.dossier_id).where(
        _T.province_id == bindparam("province"), _T.rule == bindparam("rule"), _T.holder == bindparam("holder")
    )
)
_PUT_TURN = upsert(REMINDER_TURN)


def _told(make: str) -> Executable:
    dialect = sqlite_dialect if make == SQLITE else postgresql
    values: dict[str, Any] = {"event": bindparam("event"), "at": bindparam("at")}
    done: Executable = dialect.insert(REMINDER_TOLD).values(values).on_conflict_do_nothing()
    return done


_IS_NEW = Statement(_told)


class Reminders(Store):
    """See ``services.ports.Reminders``."""

    __slots__ = ()

    def falling_due(self, province_id: str, holder: Role, *, after: Turn, until: datetime, most: int) -> list[Falling]:
        """Dossiers of a holder whose end comes after a turn, soonest first."""
        rows = self._tx.all(
            _FALLING,
            province=province_id,
            holder=holder.value,
            after_at=codec.micros(after.due_at),
            after_id=after.dossier_id,
            until=codec.micros(until),
            most=most,
        )
        return [
            Falling(dossier_id, number, kind, holder, subject, commune, province_id, codec.instant(due_at))
            for dossier_id, number, kind, subject, commune, due_at in rows
        ]

    def turn(self, province_id: str, rule: str, holder: Role) -> Turn | None:
        """How far the last round of a rule came."""
        row = self._tx.one(_TURN, province=province_id, rule=rule, holder=holder.value)
        return None if row is None else Turn(codec.instant(row[0]), row[1])

    def put_turn(self, province_id: str, rule: str, holder: Role, turn: Turn) -> None:
        """Keep how far this round came."""
        before = self.turn(province_id, rule, holder)
        if before is None or (before.due_at, before.dossier_id) < (turn.due_at, turn.dossier_id):
            self._tx.run(
                _PUT_TURN,
                province_id=province_id,
                rule=rule,
                holder=holder.value,
                due_at=codec.micros(turn.due_at),
                dossier_id=turn.dossier_id,
            )

    def is_new(self, event: str, *, at: datetime) -> bool:
        """Note that a reminder is being written."""
        return self._tx.run(_IS_NEW, event=event, at=codec.micros(at)) == 1
