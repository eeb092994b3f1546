"""What the services need from the outside, as protocols; ``bootstrap`` joins them to their makers.

All instants are aware datetimes. All ids are opaque strings. Stores obtained from one ``UnitOfWork`` share its
transaction; nothing is written before ``commit``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from workflow.domain.accounts import Account, WebSession
from workflow.domain.actors import Actor, Role
from workflow.domain.books import (
    ActRecord,
    BooksEvent,
    CycleRow,
    LedgerEntry,
    Note,
    Notice,
    Organisation,
    ProvinceSettings,
    Request,
    StoredFile,
)
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.deadlines import Deadline, Grant
from workflow.domain.dossier import Dossier
from workflow.domain.events import Event, PaperRef, TextRef
from workflow.domain.filed_report import FiledReport
from workflow.domain.guards import LedgerFact
from workflow.domain.guards.attempt import OtherDossier
from workflow.domain.kinds import DossierKind
from workflow.domain.scoring import CriteriaSet
from workflow.domain.yearly_report import Recognition, ReportFacts


class DossierStore(Protocol):
    """Dossiers of one transaction."""

    def get(self, dossier_id: str) -> Dossier:
        """The dossier, or ``NotFound``."""

    def get_many(self, dossier_ids: Iterable[str]) -> dict[str, Dossier]:
        """Dossiers by id, locked in one order; ids that do not exist are left out."""

    def id_of(self, number: str, *, province_id: str) -> str | None:
        """The id behind a number such as 2026-DH-0117."""

    def next_number(self, *, province_id: str, kind: DossierKind, cycle: int) -> str:
        """The next free number ``<cycle>-<abbreviation>-<4+ digits>`` of the province."""

    def add(self, dossier: Dossier, kind: DossierKind, calendar: WorkingCalendar) -> None:
        """A new dossier with its first events applied (not yet appended to the journal)."""

    def save(self, dossier: Dossier, kind: DossierKind, calendar: WorkingCalendar, *, seen_version: int) -> None:
        """Write the changed dossier where its version is still ``seen_version``; else ``StaleDossier``."""

    def others(self, *, subject_id: str, kind: str, cycle: int, void: frozenset[str]) -> tuple[OtherDossier, ...]:
        """Dossiers of the subject, kind and cycle that stand: not in one of the ``void`` states."""

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

    def append(self, dossier: Dossier, events: Sequence[Event], actor: Actor) -> int:
        """Append the newest events of a dossier (already applied); the journal number of the last one."""

    def hold_books(self, province_id: str) -> None:
        """Be the only writer of the province's books until this transaction ends; later reads see what others wrote."""

    def append_books(self, province_id: str, events: Sequence[BooksEvent], actor: Actor, at: datetime) -> int:
        """Append to the books of a province."""

    def events_of(self, dossier_id: str, *, as_of: datetime | None = None) -> list[Event]:
        """The dossier's events in order, up to an instant (inclusive)."""


class LedgerStore(Protocol):
    """The one ledger of results."""

    def add(self, entry: LedgerEntry) -> None:
        """Enter a result; ``Conflict`` when the same subject, kind, cycle and number stands already."""

    def get(self, entry_id: str) -> LedgerEntry:
        """The entry, or ``NotFound``."""

    def replace(self, entry: LedgerEntry) -> None:
        """Write back an entry whose confirmation or standing changed."""

    def facts(self, subject_id: str) -> tuple[LedgerFact, ...]:
        """Confirmed results of a subject and of its predecessors, newest cycle first."""

    def standing(self, *, province_id: str, kind: str, commune_id: str | None = None) -> list[LedgerEntry]:
        """Confirmed entries of a kind that stand."""

    def of_dossier(self, dossier_id: str) -> LedgerEntry | None:
        """The entry a dossier made, or None."""


class Books(Protocol):
    """Dates, cycles, grants, settings and published definitions of a province."""

    def cycle(self, province_id: str, kind: str, cycle: int) -> CycleRow | None:
        """The cycle's row, or None when it was never opened."""

    def cycles(self, province_id: str) -> list[CycleRow]:
        """All cycles of the province."""

    def put_cycle(self, row: CycleRow) -> None:
        """Open or close a cycle."""

    def deadlines(self, province_id: str, kind: str, cycle: int) -> dict[str, Deadline]:
        """The province's dates of that cycle by code."""

    def put_deadline(self, province_id: str, kind: str, cycle: int, deadline: Deadline) -> None:
        """Set one date."""

    def grants(self, province_id: str, kind: str, cycle: int) -> tuple[Grant, ...]:
        """Extensions and late openings of that cycle."""

    def put_grant(self, province_id: str, kind: str, cycle: int, grant: Grant) -> None:
        """Keep an extension or late opening."""

    def settings(self, province_id: str) -> ProvinceSettings:
        """The province's settings; defaults where nothing was set."""

    def put_settings(self, province_id: str, settings: ProvinceSettings) -> None:
        """Replace the settings."""

    def working_days(self, province_id: str, kind: str) -> dict[str, int]:
        """Working days of officer steps by state, where the province set them."""

    def put_working_days(self, province_id: str, kind: str, state: str, days: int) -> None:
        """Set the working days of one officer step."""

    def calendar_overlay(self) -> list[dict[str, object]]:
        """Holidays and make-up days entered by administrators, over the shipped tables."""

    def put_calendar_row(self, row: Mapping[str, object]) -> None:
        """Add or replace one day of the overlay."""

    def published(self, province_id: str) -> list[dict[str, object]]:
        """Definitions the province published: rows with what (kind|criteria), key, body, digest, approver."""

    def publish(self, province_id: str, row: Mapping[str, object]) -> None:
        """Keep a published definition; ``Conflict`` when that key exists with another digest."""


class OrganisationStore(Protocol):
    """The dated tree of organisations."""

    def get(self, organisation_id: str) -> Organisation:
        """The organisation, or ``NotFound``."""

    def add(self, organisation: Organisation) -> None:
        """A new organisation; ``Conflict`` when the id is taken."""

    def replace(self, organisation: Organisation) -> None:
        """Write back a changed organisation."""

    def find(self, *, province_id: str, name: str, commune_id: str | None = None) -> list[Organisation]:
        """By folded name (no diacritics, no case)."""

    def children(self, parent_id: str) -> list[Organisation]:
        """Direct children in the tree."""

    def offices_of(self, commune_id: str) -> list[Organisation]:
        """The offices that hold a commune role (cong_an_xa, ubnd_xa, ban_chi_dao)."""


class People(Protocol):
    """Persons by office, their roles, tokens."""

    def actor(self, person_id: str, *, at: datetime, role: Role | None = None) -> Actor:
        """The person in the (only, or named) role it holds at that instant; ``NotFound`` when none."""

    def add_person(self, person_id: str, *, office: str) -> None:
        """A person, shown by office only."""

    def assign(
        self,
        person_id: str,
        role: Role,
        organisation_id: str,
        *,
        commune_id: str | None,
        province_id: str,
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> None:
        """Give a person a role from a day, until a day."""

    def offices(self, person_ids: Iterable[str]) -> dict[str, str]:
        """Office label by person id."""

    def token_owner(self, token_digest: str, *, at: datetime) -> str | None:
        """The person behind a personal token that is neither expired nor revoked."""

    def add_token(self, token_digest: str, *, person_id: str, label: str, expires: datetime) -> None:
        """Keep a personal token by its digest."""


class Accounts(Protocol):
    """Accounts and server-side sessions."""

    def by_login(self, login: str) -> Account | None:
        """The account of a login as people type it (folded before comparing)."""

    def by_person(self, person_id: str) -> Account | None:
        """The account of a person."""

    def put(self, account: Account) -> None:
        """Add or replace an account; ``Conflict`` when another person has the login."""

    def add_session(self, session: WebSession) -> None:
        """Keep a new session."""

    def session(self, digest: str) -> WebSession | None:
        """The session of a token's digest."""

    def put_session(self, session: WebSession) -> None:
        """Write back a session that was seen, confirmed or revoked."""

    def sessions_of(self, person_id: str) -> list[WebSession]:
        """Sessions of a person that were not revoked, newest first."""


class Outbox(Protocol):
    """Notices written in the transaction, delivered afterwards."""

    def put(self, notices: Iterable[Notice], *, at: datetime) -> None:
        """Keep notices to deliver."""


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


class Reports(Protocol):
    """Yearly reports of communes; a filed one never changes."""

    def facts(self, kind: DossierKind, *, province_id: str, commune_id: str, cycle: int) -> ReportFacts:
        """What the books say for one commune's report of a kind in a cycle."""

    def new_in(
        self, kind: DossierKind, recognition: Recognition, *, province_id: str, commune_id: str, cycle: int
    ) -> int:
        """The cycle in whose report a recognition is new, as the province's dates around ``cycle`` say."""

    def get(self, *, province_id: str, kind: str, cycle: int, commune_id: str) -> FiledReport | None:
        """The report the commune filed, or None."""

    def add(self, filed: FiledReport, *, document: bytes) -> None:
        """Keep a filed report with its document; ``Conflict`` when the commune has filed already."""


class UnitOfWork(Protocol):
    """One transaction over all stores. Leaving it without ``commit`` rolls everything back."""

    @property
    def dossiers(self) -> DossierStore:
        """Dossiers."""

    @property
    def papers(self) -> PaperStore:
        """Papers and drafts."""

    @property
    def texts(self) -> TextStore:
        """Free texts."""

    @property
    def journal(self) -> Journal:
        """The journal."""

    @property
    def ledger(self) -> LedgerStore:
        """The ledger of results."""

    @property
    def books(self) -> Books:
        """The books of provinces."""

    @property
    def organisations(self) -> OrganisationStore:
        """The tree of organisations."""

    @property
    def people(self) -> People:
        """People by office."""

    @property
    def accounts(self) -> Accounts:
        """Accounts and sessions."""

    @property
    def outbox(self) -> Outbox:
        """Notices to deliver."""

    @property
    def keys(self) -> Keys:
        """Idempotency keys."""

    @property
    def acts(self) -> Acts:
        """Acts on many dossiers."""

    @property
    def notes(self) -> Notes:
        """Notes of dossiers."""

    @property
    def requests(self) -> Requests:
        """Requests and reminders."""

    @property
    def reports(self) -> Reports:
        """Yearly reports."""

    def __enter__(self) -> Self:
        """Begin (SQLite: BEGIN IMMEDIATE behind the writers' gate)."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Roll back unless committed."""

    def commit(self) -> None:
        """Make it durable. An error here means the effect is unknown: repeat with the same idempotency key."""


class UnitOfWorkFactory(Protocol):
    """Makes a fresh unit of work."""

    def __call__(self) -> UnitOfWork:
        """A unit of work that has not begun."""


class FileStore(Protocol):
    """Content-addressed files: written and synced before the transaction that names them."""

    def put(self, content: bytes, *, name: str) -> StoredFile:
        """Keep the bytes under their SHA-256; the same content is kept once."""

    def get(self, digest: str) -> bytes:
        """The bytes, or ``NotFound``."""


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
