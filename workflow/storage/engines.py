"""How a connection is opened on each make of database, with which settings, and what they turn out to be."""

from __future__ import annotations

import select
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import URL, make_url

from workflow.domain.errors import InvalidInput
from workflow.storage.gate import WriterGate
from workflow.storage.statements import POSTGRESQL, SQLITE

APPLICATION_ID = int.from_bytes(b"hoso")
"""Stands in the header of a SQLite file of ours."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as the database reports it. ``required``: hoso does not start unless ``ok``."""

    name: str
    value: str
    wanted: str
    required: bool = True

    @property
    def ok(self) -> bool:
        """Whether it is as wanted."""
        return self.value == self.wanted


class Engine(Protocol):
    """A make of database at one address."""

    make: str
    url: URL

    def connect(self) -> Any:
        """A connection with our settings, in autocommit."""

    def is_alive(self, connection: Any) -> bool:
        """Whether an idle connection can be used."""

    def settings(self, connection: Any) -> list[Setting]:
        """Every setting that matters, as the connection reports it."""

    def begin(self, connection: Any) -> None:
        """Begin a writing transaction."""

    def ended(self) -> None:
        """A writing transaction begun here has ended."""

    def close(self) -> None:
        """Give back what is held beside connections."""


class SqliteEngine:
    """One file on a local disk: WAL, every commit synced, one writer at a time."""

    make = SQLITE
    snapshot = "BEGIN"

    def __init__(self, url: URL, *, wait_seconds: float) -> None:
        if not url.database or url.database == ":memory:":
            raise InvalidInput("database_url", url=str(url), why="a file is needed")
        self.url = url
        self.path = Path(url.database)
        self._wait = wait_seconds
        self._gate = WriterGate(self.path.with_name(self.path.name + ".lock"), wait_seconds=wait_seconds)

    def connect(self) -> sqlite3.Connection:
        """A connection; the file must exist (``schema.create`` makes it)."""
        connection = sqlite3.connect(
            f"file:{_quoted(self.path)}?mode=rw",
            uri=True,
            timeout=self._wait,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
            connection.execute(f"PRAGMA {pragma}").fetchone()
        return connection

    def is_alive(self, connection: sqlite3.Connection) -> bool:
        """A file does not go away by itself."""
        return bool(connection)

    def settings(self, connection: sqlite3.Connection) -> list[Setting]:
        """The pragmas, read back."""
        wanted = {
            "journal_mode": "wal",
            "synchronous": "2",
            "foreign_keys": "1",
            "trusted_schema": "0",
            "busy_timeout": str(int(self._wait * 1000)),
            "application_id": str(APPLICATION_ID),
        }
        return [
            Setting(name, str(connection.execute(f"PRAGMA {name}").fetchone()[0]), value)
            for name, value in wanted.items()
        ]

    def begin(self, connection: sqlite3.Connection) -> None:
        """BEGIN IMMEDIATE, once it is this writer's turn."""
        self._gate.enter()
        try:
            connection.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._gate.leave()
            raise

    def ended(self) -> None:
        """The next writer may come."""
        self._gate.leave()

    def close(self) -> None:
        """Close the gate's file."""
        self._gate.close()


class PostgresEngine:
    """A PostgreSQL server: commits synced, no waiting without end."""

    make = POSTGRESQL
    snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def __init__(self, url: URL, *, wait_seconds: float) -> None:
        self.url = url
        milliseconds = int(wait_seconds * 1000)
        self._wanted = {
            "synchronous_commit": "on",
            "default_transaction_isolation": "read committed",
            "lock_timeout": str(milliseconds),
            "statement_timeout": str(6 * milliseconds),
            "idle_in_transaction_session_timeout": str(6 * milliseconds),
            "TimeZone": "UTC",
            "client_min_messages": "warning",
        }

    def connect(self) -> psycopg.Connection[Any]:
        """A connection; every statement is prepared at its second use."""
        ours = " ".join(f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in self._wanted.items())
        given = self.url.normalized_query.get("options", ())
        address = self.url.difference_update_query(["options"]).set(drivername=POSTGRESQL)
        return psycopg.connect(
            address.render_as_string(hide_password=False),
            autocommit=True,
            prepare_threshold=1,
            options=" ".join([*given, ours]),
            connect_timeout=10,
            application_name="hoso",
        )

    def is_alive(self, connection: psycopg.Connection[Any]) -> bool:
        """An idle server says nothing: whatever can be read is its farewell."""
        if connection.closed:
            return False
        return not _has_something(connection.pgconn.socket)

    def settings(self, connection: psycopg.Connection[Any]) -> list[Setting]:
        """The session's settings; ``fsync`` belongs to the server and is reported only."""
        found = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [[*self._wanted, "fsync"]]
            ).fetchall()
        )
        rows = [Setting(name, found.get(name, ""), wanted) for name, wanted in self._wanted.items()]
        encoding = connection.info.encoding
        rows.append(Setting("client_encoding", encoding, "utf-8"))
        return [*rows, Setting("fsync", found.get("fsync", ""), "on", required=False)]

    def begin(self, connection: psycopg.Connection[Any]) -> None:
        """BEGIN; rows are guarded by their versions and by unique keys."""
        connection.execute("BEGIN")

    def ended(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is held."""


def _has_something(socket: int) -> bool:
    """Whether a socket can be read now."""
    if not hasattr(select, "poll"):  # not a POSIX system
        return bool(select.select([socket], [], [], 0)[0])
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return bool(waiting.poll(0))


def _quoted(path: Path) -> str:
    """A path inside a file: URI."""
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def engine_for(url: str, *, wait_seconds: float) -> SqliteEngine | PostgresEngine:
    """The engine behind a URL. Raises InvalidInput ``database_url`` for one that is neither make."""
    try:
        parsed = make_url(url)
    except Exception as error:
        raise InvalidInput("database_url", why="not a URL") from error
    name = parsed.get_backend_name() if parsed.drivername else ""
    if name == SQLITE:
        return SqliteEngine(parsed, wait_seconds=wait_seconds)
    if name == POSTGRESQL:
        return PostgresEngine(parsed, wait_seconds=wait_seconds)
    raise InvalidInput("database_url", why="neither sqlite:/// nor postgresql://")
