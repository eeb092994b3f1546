"""One transaction over all stores."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from workflow.services.ports.awards import AwardStore
from workflow.services.ports.books import Books, LedgerStore, Merging, OrganisationStore, Reports, UnitStore
from workflow.services.ports.dossiers import DossierStore, Journal, PaperStore, TextStore
from workflow.services.ports.exchange import Grafts
from workflow.services.ports.people import Accounts, Feeds, Holders, People, Tokens
from workflow.services.ports.records import Acts, Keys, Notes, Numbers, Outbox, Requests, Rolls
from workflow.services.ports.telling import Inbox, Letters, Reminders


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
    def tokens(self) -> Tokens:
        """Personal tokens of programs."""

    @property
    def feeds(self) -> Feeds:
        """Private links to calendars."""

    @property
    def holders(self) -> Holders:
        """Who holds which role where."""

    @property
    def merging(self) -> Merging:
        """What stands under a unit."""

    @property
    def outbox(self) -> Outbox:
        """Notices to deliver."""

    @property
    def inbox(self) -> Inbox:
        """What people have read of them."""

    @property
    def post(self) -> Letters:
        """Addresses and letters."""

    @property
    def reminders(self) -> Reminders:
        """What falls due, and what was said of it."""

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

    @property
    def numbers(self) -> Numbers:
        """Registers of numbers."""

    @property
    def rolls(self) -> Rolls:
        """Rolls of kinds."""

    @property
    def grafts(self) -> Grafts:
        """What another installation wrote."""

    @property
    def units(self) -> UnitStore:
        """Units of communes."""

    @property
    def awards(self) -> AwardStore:
        """Rounds of awards and quotas."""

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
