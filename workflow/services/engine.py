"""What every service shares: its parts, one way to run a command, one way to keep what a dossier's events changed."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from workflow.domain.actors import Actor
from workflow.domain.calendars import local_day
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound
from workflow.domain.events import Event
from workflow.domain.guards import Refusal
from workflow.domain.guards.time import was_submitted
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.visibility import can_view
from workflow.services.kept import keep_refusal, refusal_of
from workflow.services.notices import notices_for
from workflow.services.ports import (
    CalendarSource,
    Catalogue,
    FileStore,
    Inspector,
    Papers,
    UnitOfWork,
    UnitOfWorkFactory,
)


class Clock(Protocol):
    """Where the receipt time comes from; it never goes back."""

    def now(self) -> datetime:
        """The present instant, aware."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command did to one dossier: the page after an act is made of it."""

    dossier_id: str
    number: str
    state: str
    version: int
    journal: int
    at: datetime
    late: bool = False
    act_id: str | None = None
    warnings: tuple[Refusal, ...] = ()

    def as_answer(self) -> dict[str, object]:
        """Plain values, to be kept under an idempotency key. Written out: ``asdict`` took a twentieth of a move."""
        return {
            "dossier_id": self.dossier_id,
            "number": self.number,
            "state": self.state,
            "version": self.version,
            "journal": self.journal,
            "at": self.at.isoformat(),
            "late": self.late,
            "act_id": self.act_id,
            "warnings": [keep_refusal(warning) for warning in self.warnings],
        }

    @classmethod
    def from_answer(cls, answer: Mapping[str, object]) -> Receipt:
        """The receipt that was kept."""
        plain = dict(answer)
        plain["at"] = datetime.fromisoformat(str(plain["at"]))
        kept = plain["warnings"]
        plain["warnings"] = tuple(refusal_of(item) for item in (kept if isinstance(kept, list) else ()))
        return cls(**plain)  # type: ignore[arg-type]  # the mapping is as_answer's own


@dataclass(frozen=True, slots=True)
class Engine:
    """The parts of the engine, joined by ``bootstrap``. Services take this and nothing else.

    ``uow`` begins a writing transaction, ``reading`` one that sees one moment, waits for no writer and cannot commit.
    ``inspector`` None: files are taken unread.
    """

    uow: UnitOfWorkFactory
    reading: UnitOfWorkFactory
    files: FileStore
    papers: Papers
    catalogue: Catalogue
    calendar: CalendarSource
    clock: Clock
    inspector: Inspector | None = None
    new_id: Callable[[], str] = field(default=lambda: secrets.token_hex(16))

    def once(
        self,
        actor: Actor,
        key: str | None,
        request: object,
        work: Callable[[UnitOfWork, datetime], dict[str, object]],
        *,
        books: str | None = None,
    ) -> dict[str, object]:
        """Run ``work`` in one transaction; with a key, at most once for this person, always with the same answer.

        ``books``: the province whose books the work reads to decide and then changes; one writer there at a time.
        Raises ``IdempotencyMismatch`` when the key came with another request before.
        """
        digest = "" if key is None else _digest(request)
        with self.uow() as uow:
            if key is not None:
                kept = uow.keys.seen(key, person_id=actor.person_id, request_digest=digest)
                if kept is not None:
                    return kept
            if books is not None:
                uow.journal.hold_books(books)
            at = self.clock.now()
            answer = work(uow, at)
            if key is not None:
                uow.keys.keep(key, person_id=actor.person_id, request_digest=digest, answer=answer, at=at)
            uow.commit()
            return answer

    def kind_of(self, dossier: Dossier, at: datetime) -> DossierKind:
        """The kind a dossier follows: pinned, or for a draft the newest in force (law.md, Versions)."""
        if dossier.pinned:
            return self.catalogue.version(dossier.kind, dossier.kind_version, province_id=dossier.province_id)
        return self.catalogue.newest(dossier.kind, province_id=dossier.province_id, on=local_day(at))

    def load(self, uow: UnitOfWork, actor: Actor, dossier_id: str, at: datetime) -> tuple[Dossier, DossierKind]:
        """A dossier within the actor's sight and its kind; else ``NotFound``, as if it did not exist."""
        dossier = uow.dossiers.get(dossier_id)
        kind = self.kind_of(dossier, at)
        self.check_view(actor, dossier, kind)
        return dossier, kind

    @staticmethod
    def check_view(actor: Actor, dossier: Dossier, kind: DossierKind) -> None:
        """Raises ``NotFound`` unless the actor may see the dossier."""
        draft = kind.state(dossier.state).meaning is Meaning.DRAFT
        if not can_view(actor, dossier, draft=draft, submitted=was_submitted(kind, dossier)):
            raise NotFound("dossier_not_found")

    def keep(
        self,
        uow: UnitOfWork,
        dossier: Dossier,
        kind: DossierKind,
        events: Sequence[Event],
        actor: Actor,
    ) -> int:
        """Apply events and keep dossier, journal and notices together; the journal number of the last event."""
        seen = dossier.version
        for event in events:
            dossier.apply(event)
        uow.journal.append(dossier, events, actor)
        uow.outbox.put(notices_for(kind, dossier, events), at=events[-1].at)
        uow.dossiers.save(dossier, kind, self.calendar(uow), seen_version=seen)  # last: it takes the others along
        return uow.journal.number_of(dossier)


def fresh_number(uow: UnitOfWork, province_id: str, kind: DossierKind, cycle: int) -> str:
    """The number of a dossier that is opened here, in this installation's own block."""
    block = uow.books.settings(province_id).number_block
    return uow.dossiers.next_number(province_id=province_id, kind=kind, cycle=cycle, block=block)


def _digest(request: object) -> str:
    """SHA-256 of a request, so that a key that comes again with another one is noticed."""
    return hashlib.sha256(json.dumps(request, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()
