"""Several use cases in one transaction, all or none: each believes it is its own, the outermost commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Self

from workflow.domain.books import Answering
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.dossier import Dossier
from workflow.domain.guards.attempt import OtherDossier
from workflow.domain.kinds import DossierKind
from workflow.services.engine import Engine
from workflow.services.ports import DossierStore, UnitOfWork


def together(engine: Engine, uow: UnitOfWork, at: datetime) -> Engine:
    """The engine for use cases that are parts of ``uow``; they all happen at ``at``, the one time of receipt."""
    joined = _Joined(uow)
    return replace(engine, uow=lambda: joined, reading=lambda: joined, clock=_Stopped(at))


@dataclass(frozen=True, slots=True)
class _Stopped:
    """A clock that shows the instant of the transaction."""

    at: datetime

    def now(self) -> datetime:
        """That instant."""
        return self.at


class _Remembered:
    """The dossiers of the transaction; one that was touched before is handed out as it stands now."""

    def __init__(self, store: DossierStore) -> None:
        self._store = store
        self._touched: dict[str, Dossier] = {}

    def get(self, dossier_id: str) -> Dossier:
        """The dossier, or ``NotFound``."""
        if dossier_id not in self._touched:
            self._touched[dossier_id] = self._store.get(dossier_id)
        return self._touched[dossier_id]

    def get_many(self, dossier_ids: Iterable[str]) -> dict[str, Dossier]:
        """Dossiers by id; ids that do not exist are left out."""
        wanted = list(dossier_ids)
        fresh = self._store.get_many(item for item in wanted if item not in self._touched)
        self._touched.update(fresh)
        return {item: self._touched[item] for item in wanted if item in self._touched}

    def id_of(self, number: str, *, province_id: str) -> str | None:
        """The id behind a number."""
        return self._store.id_of(number, province_id=province_id)

    def next_number(self, *, province_id: str, kind: DossierKind, cycle: int, block: int = 0) -> str:
        """The next free number."""
        return self._store.next_number(province_id=province_id, kind=kind, cycle=cycle, block=block)

    def add(self, dossier: Dossier, kind: DossierKind, calendar: WorkingCalendar) -> None:
        """A new dossier."""
        self._store.add(dossier, kind, calendar)
        self._touched[dossier.id] = dossier

    def save(self, dossier: Dossier, kind: DossierKind, calendar: WorkingCalendar, *, seen_version: int) -> None:
        """Write the changed dossier, or ``StaleDossier``."""
        self._store.save(dossier, kind, calendar, seen_version=seen_version)
        self._touched[dossier.id] = dossier

    def others(
        self, *, subject_id: str, kind: str, cycle: int, void: frozenset[str], origin_id: str | None = None
    ) -> tuple[OtherDossier, ...]:
        """Dossiers of the subject, kind, cycle and origin that stand."""
        return self._store.others(subject_id=subject_id, kind=kind, cycle=cycle, void=void, origin_id=origin_id)

    def ids_where(
        self,
        *,
        province_id: str,
        kind: str | None = None,
        cycle: int | None = None,
        states: frozenset[str] | None = None,
        commune_id: str | None = None,
        origin_id: str | None = None,
    ) -> list[str]:
        """Ids by key columns, ordered by number."""
        return self._store.ids_where(
            province_id=province_id,
            kind=kind,
            cycle=cycle,
            states=states,
            commune_id=commune_id,
            origin_id=origin_id,
        )

    def answering(self, *, province_id: str, kind: str, cycle: int) -> list[Answering]:
        """Every dossier of a kind and cycle with what it answers."""
        return self._store.answering(province_id=province_id, kind=kind, cycle=cycle)


class _Joined:
    """A part of a larger transaction: it neither begins, commits nor rolls back; whoever began it does."""

    def __init__(self, outer: UnitOfWork) -> None:
        self.dossiers: DossierStore = _Remembered(outer.dossiers)
        self.papers = outer.papers
        self.texts = outer.texts
        self.journal = outer.journal
        self.ledger = outer.ledger
        self.books = outer.books
        self.organisations = outer.organisations
        self.people = outer.people
        self.outbox = outer.outbox
        self.inbox = outer.inbox
        self.post = outer.post
        self.reminders = outer.reminders
        self.keys = outer.keys
        self.acts = outer.acts
        self.accounts = outer.accounts
        self.feeds = outer.feeds
        self.tokens = outer.tokens
        self.holders = outer.holders
        self.merging = outer.merging
        self.notes = outer.notes
        self.requests = outer.requests
        self.reports = outer.reports
        self.numbers = outer.numbers
        self.rolls = outer.rolls
        self.units = outer.units
        self.grafts = outer.grafts
        self.awards = outer.awards

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing: an error goes on to whoever began the transaction."""

    def commit(self) -> None:
        """Nothing: the whole is committed at the end."""
