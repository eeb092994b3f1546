"""What is written once and read again: notices to send, kept answers, acts, notes, requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from workflow.domain.books import (
    ActRecord,
    Note,
    Notice,
    Request,
)
from workflow.domain.numbers import IssuedNumber
from workflow.domain.rolls import Entry


class Outbox(Protocol):
    """Notices written in the transaction, delivered afterwards."""

    def put(self, notices: Iterable[Notice], *, at: datetime) -> None:
        """Keep notices to deliver."""

    def waiting(self, *, most: int = 100) -> list[tuple[int, datetime, Notice]]:
        """The oldest notices not yet delivered, each with its number and when it was written."""

    def delivered(self, positions: Iterable[int], *, at: datetime) -> None:
        """Note that these were handed on."""


class Keys(Protocol):
    """Idempotency keys: one effect per key and person."""

    def seen(self, key: str, *, person_id: str, request_digest: str) -> dict[str, object] | None:
        """The stored answer of an earlier identical request; ``IdempotencyMismatch`` for another content."""

    def keep(
        self, key: str, *, person_id: str, request_digest: str, answer: Mapping[str, object], at: datetime
    ) -> None:
        """Remember the answer with the effect."""


class Acts(Protocol):
    """Acts on many dossiers."""

    def add(self, act: ActRecord) -> None:
        """Keep an act."""

    def get(self, act_id: str) -> ActRecord:
        """The act, or ``NotFound``."""


class Notes(Protocol):
    """Notes kept with dossiers, beside the journal."""

    def add(self, note: Note) -> None:
        """Keep a note; it never changes."""

    def of(self, dossier_id: str, *, internal: bool) -> list[Note]:
        """Notes of a dossier, oldest first, with the internal ones or without."""


class Numbers(Protocol):
    """Numbers given to papers: one body, year and series never gives a number twice."""

    def taken(self, organisation_id: str, *, year: int, series: str) -> list[int]:
        """Every number of the series, cancelled ones included."""

    def add(self, number: IssuedNumber) -> None:
        """Keep a number; ``Conflict`` for one that was given, at the latest at the commit."""

    def get(self, number_id: str) -> IssuedNumber:
        """The number, or ``NotFound``."""

    def void(self, number_id: str, *, at: datetime, reason: str) -> None:
        """Cancel a number, once; ``Conflict`` for one that was cancelled."""


class Requests(Protocol):
    """What people asked for that is not theirs to do, and reminders that were noted."""

    def add(self, request: Request) -> None:
        """Keep a request."""

    def get(self, request_id: str) -> Request:
        """The request, or ``NotFound``."""

    def of_dossier(self, dossier_id: str) -> list[Request]:
        """Everything asked about a dossier, oldest first."""

    def waiting(self, province_id: str) -> list[Request]:
        """Requests of a province that nobody answered yet."""

    def answer(self, request_id: str, answer: str, *, at: datetime, person_id: str) -> None:
        """Answer a request, once; ``Conflict`` when it was answered before."""


class Rolls(Protocol):
    """What papers said of their dossiers, kept to be listed and summed, beside the journal."""

    def put(self, dossier_id: str, columns: Sequence[str], entries: Iterable[Entry], *, place: int) -> None:
        """Keep the entries of a paper in the place of whatever stood under these columns."""

    def title_of(self, dossier_id: str) -> str:
        """A dossier's own title; empty where it has none."""
