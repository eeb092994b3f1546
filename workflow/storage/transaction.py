"""What the stores of one unit of work share: its connection, and what must be settled before the commit."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from sqlalchemy import bindparam, update

from workflow.storage.database import Database
from workflow.storage.province_page import ProvincePage
from workflow.storage.statements import SqlConnection, Statement, Tuple, numbered, upsert
from workflow.storage.tables import DOSSIER, TALLY

PageKey = tuple[str, str, int]
"""province, kind, cycle"""

TallyKey = tuple[str, str, int, str, str]
"""province, kind, cycle, commune, state"""

_ADD_TO_TALLY = upsert(TALLY, add="dossiers")
_ADD_TWO_TO_TALLY = upsert(TALLY, add="dossiers", rows=2)
_TALLY_COLUMNS = TALLY.c.keys()
_SET_HEAD = Statement(
    update(DOSSIER).where(DOSSIER.c.id == bindparam("dossier")).values(journal_head=bindparam("head"))
)


class Transaction:
    """One transaction.

    ``heads``: newest journal hash by dossier, as loaded or appended. ``page``: the page of the books that was read
    last; a read that waits for other writers makes it old.
    """

    __slots__ = ("_connection", "appended", "database", "heads", "page", "saved", "tally")

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

    def run(self, statement: Statement, **values: Any) -> int:
        """Execute; how many rows it touched."""
        return self.connection.run(statement, **values)

    def one(self, statement: Statement, **values: Any) -> Tuple | None:
        """The first row, or None."""
        if statement.locks:
            self.page = None
        return self.connection.one(statement, **values)

    def all(self, statement: Statement, **values: Any) -> list[Tuple]:
        """Every row."""
        if statement.locks:
            self.page = None
        return self.connection.all(statement, **values)

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
        self._write_tally()

    def _write_tally(self) -> None:
        """Mostly one state less and one more: one statement for two."""
        rows = [dict(zip(_TALLY_COLUMNS, (*key, change), strict=True)) for key, change in sorted(self.tally.items())]
        rows = [row for row in rows if row["dossiers"]]
        for first, second in zip_longest(rows[::2], rows[1::2]):
            if second is None:
                self.run(_ADD_TO_TALLY, **first)
            else:
                self.run(_ADD_TWO_TO_TALLY, **numbered([first, second]))


class Store:
    """Base of the stores of one unit of work."""

    __slots__ = ("_tx",)

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
