"""What is no store: files, readers of papers, the catalogue of kinds, the working calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from workflow.domain.books import (
    StoredFile,
)
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.file_checks import FileChecks, FileReport
from workflow.domain.kinds import DossierKind
from workflow.domain.scoring import CriteriaSet
from workflow.services.ports.work import UnitOfWork


class FileStore(Protocol):
    """Content-addressed files: written and synced before the transaction that names them."""

    def put(self, content: bytes, *, name: str) -> StoredFile:
        """Keep the bytes under their SHA-256; the same content is kept once."""

    def check(self, content: bytes, *, name: str) -> str:
        """The type of bytes that may be kept under that name; raises ``InvalidDocument`` as ``put`` does."""

    def get(self, digest: str) -> bytes:
        """The bytes, or ``NotFound``."""


class Inspector(Protocol):
    """What files say of themselves; reading one is slow the first time."""

    checks: FileChecks

    def report(self, file: StoredFile) -> FileReport:
        """What the file says; nothing for one that the store does not have."""

    def scan_report(self, digest: str) -> FileReport:
        """The same for a scan of which only the digest is known."""


class Papers(Protocol):
    """Schemas of papers: strict reading, validation, canonical form."""

    def validate(self, schema_id: str, raw: bytes) -> dict[str, object]:
        """The parsed document; raises an ``InvalidDocument`` that lists every fault."""

    def canonical(self, document: Mapping[str, object]) -> bytes:
        """Canonical JSON, the form that is digested and kept."""

    def digest(self, document: Mapping[str, object]) -> str:
        """SHA-256 (hex) of the canonical JSON."""


class Catalogue(Protocol):
    """Kinds and criteria sets by version: shipped files, then what the province published."""

    def newest(self, kind: str, *, province_id: str, on: date) -> DossierKind:
        """The version in force; ``NotFound`` for an unknown kind."""

    def version(self, kind: str, version: int, *, province_id: str = "") -> DossierKind:
        """A pinned version, shipped or published by the province; ``NotFound`` when unknown."""

    def kinds(self) -> tuple[DossierKind, ...]:
        """The newest version of every kind."""

    def criteria(self, key: str, *, province_id: str) -> CriteriaSet:
        """A criteria set ``code@version``; ``NotFound`` when unknown."""

    def newest_criteria(self, code: str, *, province_id: str) -> CriteriaSet:
        """The newest version of a criteria set."""


class CalendarSource(Protocol):
    """The working calendar with the administrators' overlay."""

    def __call__(self, uow: UnitOfWork | None = None) -> WorkingCalendar:
        """The calendar as it stands, as this transaction sees it."""
