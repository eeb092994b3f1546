"""SQLAlchemy Core statements, compiled once for each make of database and run on the driver's own connection.

A ``Statement`` is written once, over the tables; its SQL text is the same for every call, so the driver's cache of
prepared statements serves it. Values are plain: text, whole numbers, bytes, None; a list for ``among``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Integer, String, Table, bindparam, insert
from sqlalchemy import Text as PlainText
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import Boolean

Tuple = tuple[Any, ...]

ROWS_AT_ONCE = 5_000
_CURSORS = count()

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"

_DIALECTS: dict[str, Dialect] = {
    SQLITE: sqlite_dialect.dialect(paramstyle="qmark"),
    POSTGRESQL: PGDialect_psycopg(paramstyle="format"),  # type: ignore[no-untyped-call]
}


class Compiled:
    """SQL text of one make, the order of its parameters, and the values the statement itself brings."""

    __slots__ = ("_pick", "columns", "fixed", "has_lists", "names", "tables", "text")

    def __init__(self, clause: Executable, make: str) -> None:
        compiled = clause.compile(dialect=_DIALECTS[make])  # type: ignore[attr-defined]
        self.tables = frozenset(part.name for part in iterate(clause) if isinstance(part, Table))  # type: ignore[arg-type]
        self.text: str = str(compiled)
        self.has_lists = "json_each(" in self.text
        self.names: tuple[str, ...] = tuple(compiled.positiontup or ())
        self.fixed: dict[str, Any] = {k: v for k, v in compiled.params.items() if v is not None}
        self.columns: tuple[str, ...] = tuple(entry.keyname for entry in compiled._result_columns)  # noqa: SLF001
        plain = len(self.names) > 1 and not self.fixed
        self._pick: Callable[[Mapping[str, Any]], Any] | None = itemgetter(*self.names) if plain else None

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """The parameters in order. KeyError for one that was not given."""
        if self._pick is not None:
            picked: tuple[Any, ...] = self._pick(given)
            return picked
        fixed = self.fixed
        return tuple([given[name] if name in given else fixed[name] for name in self.names])


class Statement:
    """One statement: a Core clause, or a function that makes the clause for a make of database.

    ``locks``: a SELECT that waits for other writers of its rows (FOR UPDATE).
    """

    __slots__ = ("_clause", "_compiled", "locks")

    def __init__(self, clause: Executable | Callable[[str], Executable]) -> None:
        self._clause = clause
        self.locks: bool = getattr(clause, "_for_update_arg", None) is not None
        self._compiled: dict[str, Compiled] = {}

    def clause_for(self, make: str) -> Executable:
        """The Core clause, to be built upon."""
        clause = self._clause
        return clause if isinstance(clause, Executable) else clause(make)

    def on(self, make: str) -> Compiled:
        """The statement as that make of database reads it; compiled at the first call."""
        found = self._compiled.get(make)
        if found is None:
            found = self._compiled[make] = Compiled(self.clause_for(make), make)
        return found


# --- clauses -------------------------------------------------------------------------------------


class Among(ColumnElement[bool]):
    """``column IN (the list bound under a name)``, with one SQL text whatever the list's length."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.name = name

    def self_group(self, against: OperatorType | None = None) -> Among:  # noqa: ARG002 - asked by every clause
        """Itself: SQLAlchemy would write ``= 1`` behind it for SQLite, and no index would be searched."""
        return self


def among(column: ColumnElement[Any], name: str) -> Among:
    """Whether the column holds one of the values of the list given as ``name``."""
    return Among(column, name)


@compiles(Among, SQLITE)
def _among_sqlite(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    bind = compiler.process(bindparam(element.name, type_=PlainText()), **options)
    column = compiler.process(element.column, **options)
    return f"{column} IN (SELECT value FROM json_each({bind}))"  # noqa: S608 - both parts are compiled clauses


@compiles(Among, POSTGRESQL)
def _among_postgresql(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    item = Integer() if isinstance(element.column.type, Integer) else String()
    bind = compiler.process(bindparam(element.name, type_=postgresql.ARRAY(item)), **options)
    return f"{compiler.process(element.column, **options)} = ANY({bind})"


def _marks(names: Iterable[str], rows: int) -> list[dict[str, Any]]:
    return [{name: bindparam(f"{name}_{row}") for name in names} for row in range(rows)]


@lru_cache(maxsize=256)
def insert_rows(table: Table, names: tuple[str, ...], rows: int) -> Statement:
    """INSERT of several rows; the value of a column in row 2 is given as ``<column>_2``, counted from 0."""
    return Statement(insert(table).values(_marks(names, rows)))


def insert_into(table: Table, *names: str) -> Statement:
    """INSERT of the named columns, of all when none is named."""
    return Statement(insert(table).values({name: bindparam(name) for name in names or table.c.keys()}))


def upsert(
    table: Table, *, update: Sequence[str] | None = None, add: str | None = None, rows: int | None = None
) -> Statement:
    """INSERT, or on the same primary key UPDATE of ``update`` (default: every other column).

    ``add``: this column is added to instead of replaced. ``rows``: so many rows, values named as in ``insert_rows``.
    """
    keys = [column.name for column in table.primary_key]
    names = table.c.keys()

    def clause(make: str) -> Executable:
        dialect = sqlite_dialect if make == SQLITE else postgresql
        if rows is None:
            start: Any = dialect.insert(table).values({name: bindparam(name) for name in names})
        else:
            start = dialect.insert(table).values(_marks(names, rows))
        if add is not None:
            changes = {add: table.c[add] + start.excluded[add]}
        else:
            changed = [name for name in names if name not in keys] if update is None else update
            changes = {name: start.excluded[name] for name in changed}
        done: Executable = start.on_conflict_do_update(index_elements=keys, set_=changes)
        return done

    return Statement(clause)


def numbered(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The values of several rows under the names that ``insert_rows`` and ``upsert`` give them."""
    return {f"{name}_{place}": value for place, row in enumerate(rows) for name, value in row.items()}


# --- running -------------------------------------------------------------------------------------


class Write(NamedTuple):
    """A statement that changes rows of one table, with its values."""

    statement: Statement
    values: Mapping[str, Any]


_CASTS = re.compile(r'%s::[A-Z]+(?: COLLATE "C")?')


class Joined:
    """Several writes of PostgreSQL as one statement: one way to the server and back instead of one for each.

    Each is of another table, for their order is not settled there. The columns say of what type a value is, so casts
    are left out: psycopg remembers how it read a text only up to 4 KB and 50 values (0.2 ms a move otherwise).
    """

    __slots__ = ("has_lists", "parts", "text")

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.parts = [statement.on(POSTGRESQL) for statement in statements]
        self.has_lists = False
        steps, found = [], []
        for place, part in enumerate(self.parts):
            body, column = (
                (part.text, part.columns[0]) if part.columns else (f"{part.text} RETURNING 1 AS done", "done")
            )
            steps.append(f"w{place} AS ({body})")
            found.append(f"(SELECT max({column}) FROM w{place})")  # noqa: S608 - names of our own
        self.text = _CASTS.sub("%s", f"WITH {', '.join(steps)} SELECT {', '.join(found)}")

    def on(self, _make: str) -> Joined:
        """Itself: there is no other make of it."""
        return self

    def values(self, given: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
        """The parameters of all, in order."""
        return tuple(chain.from_iterable([part.values(its) for part, its in zip(self.parts, given, strict=True)]))


@lru_cache(maxsize=256)
def _joined(statements: tuple[Statement, ...]) -> Joined:
    return Joined(statements)


class SqlConnection:
    """A driver's connection that runs statements. Rows are tuples in the order of the selected columns."""

    __slots__ = ("_execute", "driver", "make")

    def __init__(self, driver: Any, make: str) -> None:
        self.driver = driver
        self.make = make
        # psycopg takes 5 µs to make a cursor; results are fetched before the next statement, so one will do
        self._execute: Callable[..., Any] = driver.execute if make == SQLITE else driver.cursor().execute

    def cursor(self, statement: Statement | Joined, values: Any) -> Any:
        """The driver's cursor after executing. Errors are the driver's own."""
        compiled = statement.on(self.make)
        parameters = compiled.values(values)
        if compiled.has_lists:
            parameters = tuple([json.dumps(v) if isinstance(v, list) else v for v in parameters])
        return self._execute(compiled.text, parameters)

    def run(self, statement: Statement, **values: Any) -> int:
        """Execute; how many rows it touched."""
        touched: int = self.cursor(statement, values).rowcount
        return touched

    def write(self, writes: Sequence[Write]) -> list[Any]:
        """Execute them all; of each what it returns (its first column, else 1), None where it touched no row."""
        if self.make == SQLITE or len(writes) == 1:
            return [self._write(*write) for write in writes]
        joined = _joined(tuple([write.statement for write in writes]))
        return list(self.cursor(joined, [write.values for write in writes]).fetchone())

    def _write(self, statement: Statement, values: Mapping[str, Any]) -> Any:
        cursor = self.cursor(statement, values)
        if cursor.description is None:
            return 1 if cursor.rowcount else None
        row = cursor.fetchone()
        return None if row is None else row[0]

    def fill(self, table: Table, rows: Iterable[Tuple]) -> None:
        """INSERT many rows, each a tuple in the order of the table's columns."""
        compiled = insert_into(table).on(self.make)
        if compiled.names != tuple(table.c.keys()):
            raise RuntimeError("the columns stand in another order")
        self.driver.cursor().executemany(compiled.text, rows)

    def one(self, statement: Statement, **values: Any) -> Tuple | None:
        """The first row, or None."""
        found: Tuple | None = self.cursor(statement, values).fetchone()
        return found

    def all(self, statement: Statement, **values: Any) -> list[Tuple]:
        """Every row."""
        found: list[Tuple] = self.cursor(statement, values).fetchall()
        return found

    def dicts(self, statement: Statement, **values: Any) -> list[dict[str, Any]]:
        """Every row as a dict by column name."""
        names = statement.on(self.make).columns
        return [dict(zip(names, row, strict=True)) for row in self.cursor(statement, values).fetchall()]

    def stream(self, statement: Statement, **values: Any) -> Iterator[Tuple]:
        """Every row, fetched as it is asked for, in constant memory. PostgreSQL: only within a transaction."""
        if self.make == SQLITE:
            yield from self.cursor(statement, values)
            return
        compiled = statement.on(self.make)
        with self.driver.cursor(name=f"hoso_{next(_CURSORS)}") as cursor:
            cursor.itersize = ROWS_AT_ONCE
            yield from cursor.execute(compiled.text, compiled.values(values))

    def raw(self, text: str) -> Any:
        """Execute SQL text of our own: BEGIN, COMMIT, PRAGMA. Never with text from outside."""
        return self.driver.execute(text)
