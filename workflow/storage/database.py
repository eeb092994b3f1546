"""The database: one door for SQLite and PostgreSQL. Opened once, used by every thread and forked process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select

from workflow.domain.errors import Unavailable
from workflow.storage.codec import instant, micros
from workflow.storage.engines import Setting, engine_for
from workflow.storage.faults import DRIVER, unavailable
from workflow.storage.pool import Pool
from workflow.storage.schema_version import check_version
from workflow.storage.statements import SqlConnection, Statement, upsert
from workflow.storage.tables import META

WAIT_SECONDS = 10.0
CONNECTIONS = 8

_META = Statement(select(META.c.value).where(META.c.key == bindparam("key")))
_PUT_META = upsert(META)


class Database:
    """A database of hoso at one address. Made by ``Database.open``; ``schema.create`` makes a new one."""

    def __init__(self, url: str, *, connections: int = CONNECTIONS, wait_seconds: float = WAIT_SECONDS) -> None:
        self.engine = engine_for(url, wait_seconds=wait_seconds)
        self.make = self.engine.make
        self.url = url
        self._writers = self._pool(connections, wait_seconds)
        self._readers = self._pool(connections, wait_seconds)

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

    @cached_property
    def practice(self) -> bool:
        """Whether this is a practice file, whose clock and persons may be chosen freely; settled when it is made."""
        return self.meta("practice") == "1"

    def practice_now(self) -> datetime | None:
        """What a practice file's clock shows; None for a real one."""
        kept = self.meta("now") if self.practice else None
        return None if kept is None else instant(int(kept))

    def set_practice_now(self, at: datetime) -> None:
        """Remember what the clock of a practice file shows. RuntimeError for a real one."""
        if not self.practice:
            raise RuntimeError("only a practice file has a clock of its own")
        self.put_meta({"now": str(micros(at))})

    def meta(self, key: str) -> str | None:
        """A fact about the database itself, or None."""
        with self.read() as reader:
            row = reader.one(_META, key=key)
        return None if row is None else str(row[0])

    def put_meta(self, facts: Mapping[str, str]) -> None:
        """Write facts about the database itself, in one transaction."""
        connection = self.begin()
        try:
            for key, value in facts.items():
                connection.run(_PUT_META, key=key, value=value)
        except BaseException:
            self.end(connection, "ROLLBACK", broken=True)
            raise
        self.end(connection, "COMMIT")

    def settings_report(self) -> list[Setting]:
        """Every setting that matters, as it stands."""
        with self.read() as reader:
            return self.engine.settings(reader.driver)

    @contextmanager
    def read(self) -> Iterator[SqlConnection]:
        """A connection for reading, each statement for itself. Driver errors come out as ``Unavailable``."""
        connection = self._take(self._readers)
        try:
            yield SqlConnection(connection, self.make)
        except DRIVER as error:
            self._readers.drop(connection)
            known = unavailable(error)
            if known is not None:
                raise known from error
            raise
        except Exception:
            self._readers.give(connection)
            raise
        except BaseException:
            self._readers.drop(connection)
            raise
        else:
            self._readers.give(connection)

    @contextmanager
    def snapshot(self) -> Iterator[SqlConnection]:
        """A connection on which all statements see the same moment; ``stream`` works here on both makes."""
        with self.read() as reader:
            reader.raw(self.engine.snapshot)
            try:
                yield reader
            finally:
                reader.raw("ROLLBACK")

    def begin(self, *, read_only: bool = False) -> SqlConnection:
        """A connection in a transaction, to be given back by ``end``. Raises Unavailable when none can be had.

        Writers and readers are counted apart, so that one who waits for its turn to write never keeps another, who is
        writing, from reading.
        """
        pool = self._readers if read_only else self._writers
        connection = self._take(pool)
        try:
            if read_only:
                connection.execute(self.engine.snapshot)
            else:
                self.engine.begin(connection)
        except BaseException as error:
            pool.drop(connection)
            known = unavailable(error)
            if known is not None:
                raise known from error
            raise
        return SqlConnection(connection, self.make)

    def end(self, connection: SqlConnection, how: str, *, read_only: bool = False, broken: bool = False) -> None:
        """COMMIT or ROLLBACK, then give the connection and the turn to others; ``broken``: close it instead.

        Errors are the driver's own; the connection is closed then.
        """
        pool = self._readers if read_only else self._writers
        usable = False
        try:
            if not broken:
                connection.raw(how)
                usable = True
        finally:
            (pool.give if usable else pool.drop)(connection.driver)
            if not read_only:
                self.engine.ended()

    def close(self) -> None:
        """Close every idle connection."""
        self._readers.close()
        self._writers.close()
        self.engine.close()

    def _pool(self, size: int, wait_seconds: float) -> Pool:
        return Pool(self.engine.connect, size=size, wait_seconds=wait_seconds, is_alive=self.engine.is_alive)

    @staticmethod
    def _take(pool: Pool) -> Any:
        try:
            return pool.take()
        except DRIVER as error:
            raise (unavailable(error) or Unavailable("database_gone")) from error


def check_settings(settings: Iterable[Setting]) -> None:
    """Raises Unavailable ``database_settings`` unless every required setting is as wanted."""
    wrong = {setting.name: setting.value for setting in settings if setting.required and not setting.ok}
    if wrong:
        raise Unavailable("database_settings", settings=wrong)
