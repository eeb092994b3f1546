"""One transaction over all stores: rolled back unless committed, and committed here alone."""

from __future__ import annotations

from types import TracebackType
from typing import Generic, Self, TypeVar

from workflow.domain.errors import Unavailable
from workflow.storage.accounts import Accounts
from workflow.storage.acts import Acts
from workflow.storage.awards import AwardStore
from workflow.storage.books import Books
from workflow.storage.database import Database
from workflow.storage.dossiers import DossierStore
from workflow.storage.faults import DRIVER, unavailable
from workflow.storage.feeds import Feeds
from workflow.storage.grafting import Grafts
from workflow.storage.holders import Holders
from workflow.storage.inbox import Inbox
from workflow.storage.journal import Journal
from workflow.storage.keys import Keys
from workflow.storage.ledger import LedgerStore
from workflow.storage.merging import Merging
from workflow.storage.notes import Notes, Requests
from workflow.storage.numbers import Numbers
from workflow.storage.organisations import OrganisationStore
from workflow.storage.outbox import Outbox
from workflow.storage.papers import PaperStore
from workflow.storage.people import People
from workflow.storage.post import Post
from workflow.storage.reminders import Reminders
from workflow.storage.reports import Reports
from workflow.storage.rolls import Rolls
from workflow.storage.texts import TextStore
from workflow.storage.tokens import Tokens
from workflow.storage.transaction import Store, Transaction
from workflow.storage.units import UnitStore

S = TypeVar("S", bound=Store)


class _Its(Generic[S]):
    """A store of a unit of work, made when it is first asked for: a move needs five of them."""

    def __init__(self, make: type[S]) -> None:
        self._make = make

    def __set_name__(self, owner: type[Stores], name: str) -> None:
        self._name = name

    def __get__(self, stores: Stores, owner: type[Stores]) -> S:
        made = self._make(stores._tx)  # noqa: SLF001 - one module
        stores.__dict__[self._name] = made  # found there from now on, before this is asked again
        return made


class Stores:
    """All stores on one connection."""

    dossiers = _Its(DossierStore)
    papers = _Its(PaperStore)
    texts = _Its(TextStore)
    journal = _Its(Journal)
    ledger = _Its(LedgerStore)
    books = _Its(Books)
    organisations = _Its(OrganisationStore)
    people = _Its(People)
    accounts = _Its(Accounts)
    feeds = _Its(Feeds)
    tokens = _Its(Tokens)
    holders = _Its(Holders)
    merging = _Its(Merging)
    outbox = _Its(Outbox)
    inbox = _Its(Inbox)
    post = _Its(Post)
    reminders = _Its(Reminders)
    keys = _Its(Keys)
    acts = _Its(Acts)
    notes = _Its(Notes)
    numbers = _Its(Numbers)
    requests = _Its(Requests)
    reports = _Its(Reports)
    rolls = _Its(Rolls)
    units = _Its(UnitStore)
    grafts = _Its(Grafts)
    awards = _Its(AwardStore)

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction


class SqlUnitOfWork(Stores):
    """See ``services.ports.UnitOfWork``. It can be entered again once it has ended.

    ``read_only``: all reads see one moment, no writer is waited for, nothing can be committed.
    """

    def __init__(self, database: Database, *, read_only: bool = False) -> None:
        super().__init__(Transaction(database))
        self._database = database
        self._read_only = read_only

    def __enter__(self) -> Self:
        """Begin (SQLite: BEGIN IMMEDIATE behind the writers' gate). Raises Unavailable when that cannot be."""
        if self._tx.is_open:
            raise RuntimeError("the unit of work has already begun")
        self._tx.connection = self._database.begin(read_only=self._read_only)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Roll back unless committed. Errors of the driver that are no mistake of ours become ``Unavailable``."""
        if self._tx.is_open:
            self._end("ROLLBACK", broken=isinstance(error, DRIVER))
        known = None if error is None else unavailable(error)
        if known is not None:
            raise known from error

    def commit(self) -> None:
        """Make it durable and end the transaction.

        Raises Unavailable ``commit_unknown`` when the answer did not come: repeat with the same idempotency key.
        """
        if self._read_only:
            raise RuntimeError("a unit of work for reading cannot commit")
        self._tx.settle()
        try:
            self._end("COMMIT")
        except DRIVER as error:
            raise Unavailable("commit_unknown", driver=type(error).__name__) from error

    def _end(self, how: str, *, broken: bool = False) -> None:
        connection = self._tx.connection
        self._tx.close()
        self._database.end(connection, how, read_only=self._read_only, broken=broken)
