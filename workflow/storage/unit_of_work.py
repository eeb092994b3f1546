"""One transaction over all stores: rolled back unless committed, and committed here alone."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from workflow.domain.errors import Unavailable
from workflow.storage.acts import Acts
from workflow.storage.books import Books
from workflow.storage.database import Database
from workflow.storage.dossiers import DossierStore
from workflow.storage.faults import DRIVER, unavailable
from workflow.storage.journal import Journal
from workflow.storage.keys import Keys
from workflow.storage.ledger import LedgerStore
from workflow.storage.organisations import OrganisationStore
from workflow.storage.outbox import Outbox
from workflow.storage.papers import PaperStore
from workflow.storage.people import People
from workflow.storage.statements import SqlConnection
from workflow.storage.texts import TextStore
from workflow.storage.transaction import Transaction


class SqlUnitOfWork:
    """See ``services.ports.UnitOfWork``. ``read_only``: reads one moment, waits for no writer, cannot commit."""

    def __init__(self, database: Database, *, read_only: bool = False) -> None:
        self._database = database
        self._tx = transaction = Transaction(read_only=read_only)
        self.dossiers = DossierStore(transaction)
        self.papers = PaperStore(transaction)
        self.texts = TextStore(transaction)
        self.journal = Journal(transaction)
        self.ledger = LedgerStore(transaction)
        self.books = Books(transaction)
        self.organisations = OrganisationStore(transaction)
        self.people = People(transaction)
        self.outbox = Outbox(transaction)
        self.keys = Keys(transaction)
        self.acts = Acts(transaction)

    def __enter__(self) -> Self:
        """Begin (SQLite: BEGIN IMMEDIATE behind the writers' gate). Raises Unavailable when that cannot be."""
        if self._tx.is_open:
            raise RuntimeError("the unit of work has already begun")
        database = self._database
        connection = database.take()
        try:
            if self._tx.read_only:
                connection.execute(database.engine.snapshot)
            else:
                database.engine.begin(connection)
        except BaseException as error:
            database.drop(connection)
            known = unavailable(error)
            if known is not None:
                raise known from error
            raise
        self._tx.connection = SqlConnection(connection, database.make)
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
        if self._tx.read_only:
            raise RuntimeError("a reading unit of work cannot commit")
        self._tx.settle()
        try:
            self._end("COMMIT")
        except DRIVER as error:
            raise Unavailable("commit_unknown", driver=type(error).__name__) from error

    def _end(self, how: str, *, broken: bool = False) -> None:
        """COMMIT or ROLLBACK, then give the connection and the turn to others."""
        database, connection = self._database, self._tx.connection.driver
        usable = False
        try:
            if not broken:
                connection.execute(how)
                usable = True
        finally:
            self._tx.close()
            (database.give if usable else database.drop)(connection)
            if not self._tx.read_only:
                database.engine.ended()
