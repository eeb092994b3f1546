"""Publishing definitions for a province: a criteria set (from PV01's spreadsheet) or a kind, as a new version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from workflow.domain.actors import Actor, Role
from workflow.domain.books import BooksEvent
from workflow.domain.criteria import CriteriaSet
from workflow.domain.errors import InvalidInput, NotAllowed
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Checked:
    """A body that passed its checks: its key ``code@version``, its digest, and the criteria set where it is one."""

    key: str
    digest: str
    criteria: CriteriaSet | None = None


Checker = Callable[[Mapping[str, object]], Checked]
"""Checks a body whole and answers with its key and digest; raises ``DefinitionInvalid`` with every fault."""


class DefinitionService:
    """A published version never changes; what is wrong with a body is said whole, and nothing is kept."""

    def __init__(self, engine: Engine, *, criteria: Checker, kind: Checker) -> None:
        self._engine = engine
        self._checkers: Mapping[str, Checker] = {"criteria": criteria, "kind": kind}

    def publish(
        self, actor: Actor, what: str, body: Mapping[str, object], *, reason: str, key: str | None = None
    ) -> Checked:
        """Publish a ``criteria`` set or ``kind`` for the actor's province.

        Raises ``DefinitionInvalid``, ``NotAllowed`` (not PV01), ``Conflict`` (the version exists otherwise).
        """
        checked = self.check(actor, what, body)

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            if not reason.strip():
                raise InvalidInput("reason_missing")
            text = uow.texts.put(reason.strip(), dossier_id=None)
            uow.books.publish(
                actor.province_id,
                {
                    "what": what,
                    "key": checked.key,
                    "body": dict(body),
                    "digest": checked.digest,
                    "approver": actor.person_id,
                    "at": at.isoformat(),
                },
            )
            payload = {"what": what, "key": checked.key, "digest": checked.digest, "reason": text.digest}
            uow.journal.append_books(actor.province_id, [BooksEvent("DefinitionPublished", payload)], actor, at)
            return {}

        self._engine.once(actor, key, ["publish", what, checked.key, checked.digest], work, books=actor.province_id)
        return checked

    def check(self, actor: Actor, what: str, body: Mapping[str, object]) -> Checked:
        """What publishing a body would keep; nothing is. Raises ``DefinitionInvalid``, ``NotAllowed`` (not PV01)."""
        if actor.role is not Role.PROVINCE_POLICE:
            raise NotAllowed("publish_role", role=actor.role)
        if what not in self._checkers:
            raise InvalidInput("unknown_definition", what=what)
        return self._checkers[what](body)

    def confirm_thresholds(self, actor: Actor, sheet: str, *, reason: str, key: str | None = None) -> None:
        """Confirm the unverified thresholds of a criteria set, once per sheet, before any class becomes final."""
        if actor.role is not Role.PROVINCE_POLICE:
            raise NotAllowed("publish_role", role=actor.role)

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            self._engine.catalogue.criteria(sheet, province_id=actor.province_id)
            settings = uow.books.settings(actor.province_id)
            text = uow.texts.put(reason.strip() or sheet, dossier_id=None)
            uow.books.put_settings(
                actor.province_id, replace(settings, confirmed_sheets=settings.confirmed_sheets | {sheet})
            )
            payload = {"sheet": sheet, "reason": text.digest}
            uow.journal.append_books(actor.province_id, [BooksEvent("ThresholdsConfirmed", payload)], actor, at)
            return {}

        self._engine.once(actor, key, ["confirm-thresholds", sheet], work, books=actor.province_id)
