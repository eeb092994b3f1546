"""More time asked for by its name: an extension before the closing, a late opening after it (law.md, Dates).

``DateService.grant`` lets the instant decide which of the two it is; here the officer has said which one is meant, and
the other is refused.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from workflow.domain.actors import Actor
from workflow.domain.deadlines import Grant, GrantKind
from workflow.domain.errors import InvalidInput
from workflow.services.dates import DateService, GrantInput
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork
from workflow.services.together import together


class MoreTimeService:
    """Extensions and late openings, each only when it is one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def give(self, actor: Actor, wanted: GrantKind, wish: GrantInput, *, key: str | None = None) -> Grant:
        """Give more time, where it is what was asked for.

        Raises ``InvalidInput`` (``extension_after_closing``, ``late_opening_before_closing``) where it would be the
        other, and what ``DateService.grant`` raises; then nothing was kept.
        """
        given: list[Grant] = []

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            grant = DateService(together(self._engine, uow, at)).grant(actor, wish)
            if grant.kind is not wanted:
                early = wanted is GrantKind.LATE_OPENING
                raise InvalidInput(
                    "late_opening_before_closing" if early else "extension_after_closing", until=wish.until
                )
            given.append(grant)
            return {"id": grant.id, "at": at.isoformat(), "reason": grant.reason_id}

        request = ["more-time", wanted.value, asdict(wish)]
        answer = self._engine.once(actor, key, request, work, books=actor.province_id)
        if given:
            return given[0]
        return Grant(
            id=str(answer["id"]),
            deadline_code=wish.deadline,
            kind=wanted,
            scope=wish.scope,
            scope_id=wish.scope_id,
            until=wish.until,
            granted_at=datetime.fromisoformat(str(answer["at"])),
            granted_by=actor.person_id,
            reason_id=str(answer["reason"]),
        )
