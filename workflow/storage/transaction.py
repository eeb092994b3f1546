"""What the stores of one unit of work share: its connection, and what must be settled before the commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, update

from workflow.storage.database import Database
from workflow.storage.faults import INTEGRITY, is_duplicate, table_of
from workflow.storage.province_page import ProvincePage
from workflow.storage.statements import SqlConnection, Statement, Tuple, Write, numbered, upsert
from workflow.storage.tables import DOSSIER, TALLY

PageKey = tuple[str, str, int]
"""province, kind, cycle"""

TallyKey = tuple[str, str, int, str, str]
"""province, kind, cycle, commune, state"""

_ADD_TO_TALLY = {rows: upsert(TALLY, add="dossiers", rows=rows) for rows in (1, 2)}
_TALLY_COLUMNS = TALLY.c.keys()
_SET_HEAD = Statement(
    update(DOSSIER).where(DOSSIER.c.id == bindparam("dossier")).values(journal_head=bindparam("head"))
)


class Waiting(NamedTuple):
    """A row to be written: into which table, what to raise when a key refuses it, whom to tell what came of it."""

    table: str
    write: Write
    refused: Callable[[], Exception] | None
    done: Callable[[Any], None] | None


class Transaction:
    """One transaction.

    Rows that nobody asks for wait (``put``) until the next statement that changes or reads their tables, and are
    written with it: on PostgreSQL in one statement.

    ``heads``: newest journal hash by dossier, as loaded or appended. ``page``: the page of the books that was read
    last; a read that waits for other writers makes it old.
    """

    __slots__ = ("_connection", "_waiting", "appended", "database", "heads", "page", "saved", "tally")

    def __init__(self, database: Database) -> None:
        self.database = database
        self._connection: SqlConnection | None = None
        self.forget()

    def forget(self) -> None:
        """Nothing is loaded, nothing is pending."""
        self.page: tuple[PageKey, ProvincePage] | None = None
        self.heads: dict[str, str] = {}
        self.appended: dict[str, tuple[int, str]] = {}
        self.saved: dict[str, tuple[int, str]] = {}
        self.tally: dict[TallyKey, int] = {}
        self._waiting: list[Waiting] = []

    @property
    def is_open(self) -> bool:
        """Whether the transaction has begun and not ended."""
        return self._connection is not None

    def close(self) -> None:
        """The transaction has ended."""
        self._connection = None
        self.forget()

    @property
    def connection(self) -> SqlConnection:
        """The connection. RuntimeError outside ``with``."""
        if self._connection is None:
            raise RuntimeError("the unit of work has not begun")
        return self._connection

    @connection.setter
    def connection(self, value: SqlConnection | None) -> None:
        self._connection = value

    def put(
        self,
        table: Table,
        statement: Statement,
        values: Mapping[str, Any],
        *,
        refused: Callable[[], Exception] | None = None,
        done: Callable[[Any], None] | None = None,
    ) -> None:
        """Write a row of ``table`` with the next statement that has to do with it, at the latest before the commit.

        ``refused``: what is raised then when a unique key refuses it. ``done`` is told what the statement returns.
        """
        if any(waiting.table == table.name for waiting in self._waiting):
            self.flush()
        self._waiting.append(Waiting(table.name, Write(statement, values), refused, done))

    def flush(self, *first: Write) -> list[Any]:
        """Write what waits, after ``first``; what those returned (see ``SqlConnection.write``)."""
        waiting, self._waiting = self._waiting, []
        writes = [*first, *[item.write for item in waiting]]
        if not writes:
            return []
        try:
            found = self.connection.write(writes)
        except INTEGRITY as error:
            refused = {item.table: item.refused for item in waiting}.get(table_of(error))
            if refused is not None and is_duplicate(error):
                raise refused() from error
            raise
        for item, answer in zip(waiting, found[len(first) :], strict=True):
            if item.done is not None:
                item.done(answer)
        return found[: len(first)]

    def run(self, statement: Statement, **values: Any) -> int:
        """Execute; how many rows it touched."""
        if self._waiting:
            self.flush()
        return self.connection.run(statement, **values)

    def one(self, statement: Statement, **values: Any) -> Tuple | None:
        """The first row, or None."""
        self._before_reading(statement)
        return self.connection.one(statement, **values)

    def all(self, statement: Statement, **values: Any) -> list[Tuple]:
        """Every row."""
        self._before_reading(statement)
        return self.connection.all(statement, **values)

    def _before_reading(self, statement: Statement) -> None:
        if statement.locks:
            self.page = None
        if self._waiting:
            tables = statement.on(self.database.make).tables
            if any(waiting.table in tables for waiting in self._waiting):
                self.flush()

    def count(self, key: TallyKey, change: int) -> None:
        """One dossier more or less in a state; written once, at the end, in one order (no deadlocks)."""
        self.tally[key] = self.tally.get(key, 0) + change

    def settle(self) -> None:
        """Write what was put off. RuntimeError when a dossier was saved without its events, or the reverse."""
        for dossier_id, (version, written) in self.saved.items():
            seq, head = self.appended.get(dossier_id, (0, ""))
            if seq != version:
                raise RuntimeError(f"dossier {dossier_id} saved at {version}, its journal stands at {seq}")
            if written != head:
                self.run(_SET_HEAD, dossier=dossier_id, head=head)
        for dossier_id in self.appended:
            if dossier_id not in self.saved:
                raise RuntimeError(f"dossier {dossier_id} has events but was not saved")
        self._put_tally()
        self.flush()

    def _put_tally(self) -> None:
        """Mostly one state less and one more: one statement for two."""
        rows = [dict(zip(_TALLY_COLUMNS, (*key, change), strict=True)) for key, change in sorted(self.tally.items())]
        rows = [row for row in rows if row["dossiers"]]
        for start in range(0, len(rows), 2):
            pair = rows[start : start + 2]
            self.put(TALLY, _ADD_TO_TALLY[len(pair)], numbered(pair))


class Store:
    """Base of the stores of one unit of work."""

    __slots__ = ("_tx",)

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
