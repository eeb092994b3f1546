"""Dossiers, their papers and texts, and the journal of their events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from workflow.domain.actors import Actor
from workflow.domain.books import (
    Answering,
    BooksEvent,
    StoredFile,
)
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.dossier import Dossier
from workflow.domain.events import Event, PaperRef, TextRef
from workflow.domain.guards.attempt import OtherDossier
from workflow.domain.kinds import DossierKind


class DossierStore(Protocol):
    """Dossiers of one transaction."""

    def get(self, dossier_id: str) -> Dossier:
        """The dossier, or ``NotFound``."""

    def get_many(self, dossier_ids: Iterable[str]) -> dict[str, Dossier]:
        """Dossiers by id, locked in one order; ids that do not exist are left out."""

    def id_of(self, number: str, *, province_id: str) -> str | None:
        """The id behind a number such as 2026-DH-0117."""

    def next_number(self, *, province_id: str, kind: DossierKind, cycle: int, block: int = 0) -> str:
        """The next free number ``<cycle>-<abbreviation>-<4+ digits>`` of the province, in this block of 10,000."""

    def add(self, dossier: Dossier, kind: DossierKind, calendar: WorkingCalendar) -> None:
        """A new dossier with its first events applied (not yet appended to the journal)."""

    def save(self, dossier: Dossier, kind: DossierKind, calendar: WorkingCalendar, *, seen_version: int) -> None:
        """Write the changed dossier where its version is still ``seen_version``; else ``StaleDossier``."""

    def others(
        self, *, subject_id: str, kind: str, cycle: int, void: frozenset[str], origin_id: str | None = None
    ) -> tuple[OtherDossier, ...]:
        """Dossiers of the subject, kind, cycle and origin that stand: not in one of the ``void`` states."""

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
        """Ids by key columns, ordered by number; for sweeps, closing a cycle, owed entries."""

    def answering(self, *, province_id: str, kind: str, cycle: int) -> list[Answering]:
        """Every dossier of a kind and cycle with what it answers, ended ones too."""


class PaperStore(Protocol):
    """Filed documents, content-addressed; a filed version is never overwritten."""

    def add(
        self,
        ref: PaperRef,
        *,
        dossier_id: str | None,
        document: bytes,
        files: Sequence[StoredFile],
        at: datetime,
    ) -> None:
        """Keep one filed version (canonical JSON bytes) and its files."""

    def document(self, paper_id: str) -> dict[str, object]:
        """The parsed document of a filed version."""

    def save_draft(self, *, dossier_id: str, code: str, person_id: str, document: bytes, at: datetime) -> None:
        """Keep an unfinished paper; a draft may be incomplete and is not part of the dossier."""

    def draft(self, *, dossier_id: str, code: str) -> tuple[dict[str, object], datetime] | None:
        """The unfinished paper and when it was saved, or None."""

    def drop_draft(self, *, dossier_id: str, code: str) -> None:
        """Forget the unfinished paper (after filing)."""

    def used_elsewhere(self, file_digest: str, *, dossier_id: str) -> tuple[str, ...]:
        """Numbers of other dossiers that hold the same file."""


class TextStore(Protocol):
    """Free texts outside the journal, each under a salted digest."""

    def put(self, body: str, *, dossier_id: str | None) -> TextRef:
        """Keep a text (NFC) and answer with its reference."""

    def get(self, text_id: str) -> str:
        """The body; empty when it was anonymised."""


class Journal(Protocol):
    """Append-only, hash-chained per stream (``dossier:<id>``, ``books:<province>``)."""

    def append(self, dossier: Dossier, events: Sequence[Event], actor: Actor) -> None:
        """Append the newest events of a dossier (already applied); they are written together with the dossier."""

    def number_of(self, dossier: Dossier) -> int:
        """The journal number of the newest event appended to the dossier in this transaction."""

    def hold_books(self, province_id: str) -> None:
        """Be the only writer of the province's books until this transaction ends; later reads see what others wrote."""

    def append_books(self, province_id: str, events: Sequence[BooksEvent], actor: Actor, at: datetime) -> int:
        """Append to the books of a province."""

    def events_of(self, dossier_id: str, *, as_of: datetime | None = None) -> list[Event]:
        """The dossier's events in order, up to an instant (inclusive)."""
