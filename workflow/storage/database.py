"""The database: one door for SQLite and PostgreSQL. Opened once, used by every thread and forked process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import bindparam, select

from workflow.domain.errors import Unavailable
from workflow.storage.engines import Setting, engine_for
from workflow.storage.faults import DRIVER, unavailable
from workflow.storage.pool import Pool
from workflow.storage.schema_version import check_version
from workflow.storage.statements import SqlConnection, Statement
from workflow.storage.tables import META

WAIT_SECONDS = 10.0
CONNECTIONS = 8

_META = Statement(select(META.c.value).where(META.c.key == bindparam("key")))


class Database:
    """A database of hoso at one address. Made by ``Database.open``; ``schema.create`` makes a new one."""

    def __init__(self, url: str, *, connections: int = CONNECTIONS, wait_seconds: float = WAIT_SECONDS) -> None:
        self.engine = engine_for(url, wait_seconds=wait_seconds)
        self.make = self.engine.make
        self.url = url
        self._pool = Pool(
            self.engine.connect, size=connections, wait_seconds=wait_seconds, is_alive=self.engine.is_alive
        )

    @classmethod
    def open(cls, url: str, *, connections: int = CONNECTIONS, wait_seconds: float = WAIT_SECONDS) -> Database:
        """The database at ``url``, with its settings and schema checked.

        Raises Unavailable: ``schema_missing``, ``schema_old`` (upgrade it), ``schema_unknown`` (made by a newer
        hoso, or not ours), ``database_settings`` (facts: which), ``storage_failed``, ``database_gone``.
        """
        database = cls(url, connections=connections, wait_seconds=wait_seconds)
        try:
            with database.read() as reader:
                check_version(reader)
                check_settings(database.engine.settings(reader.driver))
        except BaseException:
            database.close()
            raise
        return database

    @property
    def practice(self) -> bool:
        """Whether this is a practice file, whose clock and persons may be chosen freely."""
        return self.meta("practice") == "1"

    def meta(self, key: str) -> str | None:
        """A fact about the database itself, or None."""
        with self.read() as reader:
            row = reader.one(_META, key=key)
        return None if row is None else str(row[0])

    def settings_report(self) -> list[Setting]:
        """Every setting that matters, as it stands."""
        with self.read() as reader:
            return self.engine.settings(reader.driver)

    @contextmanager
    def read(self) -> Iterator[SqlConnection]:
        """A connection for reading, each statement for itself. Driver errors come out as ``Unavailable``."""
        connection = self.take()
        try:
            yield SqlConnection(connection, self.make)
        except DRIVER as error:
            self.drop(connection)
            known = unavailable(error)
            if known is not None:
                raise known from error
            raise
        except Exception:
            self.give(connection)
            raise
        except BaseException:
            self.drop(connection)
            raise
        else:
            self.give(connection)

    @contextmanager
    def snapshot(self) -> Iterator[SqlConnection]:
        """A connection on which all statements see the same moment; ``stream`` works here on both makes."""
        with self.read() as reader:
            reader.raw(self.engine.snapshot)
            try:
                yield reader
            finally:
                reader.raw("ROLLBACK")

    def take(self) -> Any:
        """A driver's connection for a unit of work. Raises Unavailable when none can be had."""
        try:
            return self._pool.take()
        except DRIVER as error:
            raise (unavailable(error) or Unavailable("database_gone")) from error

    def give(self, connection: Any) -> None:
        """Return a connection that is in no transaction."""
        self._pool.give(connection)

    def drop(self, connection: Any) -> None:
        """Close a connection that cannot be trusted; what it had begun is rolled back."""
        self._pool.drop(connection)

    def close(self) -> None:
        """Close every idle connection."""
        self._pool.close()
        self.engine.close()


def check_settings(settings: Iterable[Setting]) -> None:
    """Raises Unavailable ``database_settings`` unless every required setting is as wanted."""
    wrong = {setting.name: setting.value for setting in settings if setting.required and not setting.ok}
    if wrong:
        raise Unavailable("database_settings", settings=wrong)
