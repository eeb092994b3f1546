"""The floor beneath the engine: what it ran, noted statement by statement, and run again on the bare driver."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import orjson

from benchmarks.life import Site
from workflow.definitions.strict_json import canonical
from workflow.storage.chain import row_hash
from workflow.storage.statements import SQLITE, Joined, SqlConnection, Statement


class Ran(NamedTuple):
    """A statement that the engine ran; ``values`` None: COMMIT or ROLLBACK. ``names``: what each value is."""

    text: str
    names: tuple[str, ...] = ()
    values: tuple[Any, ...] | None = None


class Spy:
    """Notes every statement an engine runs while it is looked at, and how often it called the driver."""

    def __init__(self) -> None:
        self.log: list[Ran] = []
        self.calls = 0

    def note(self, make: str, statement: Statement | Joined, values: Any) -> None:
        """One call of the driver: of writes that go together, each is noted by itself, as bare SQL would have it."""
        self.calls += 1
        compiled = statement.on(make)
        if isinstance(compiled, Joined):
            parts = zip(compiled.parts, values, strict=True)
            self.log.extend(Ran(part.text, part.names, part.values(its)) for part, its in parts)
            return
        parameters = compiled.values(values)
        if make == SQLITE:
            parameters = tuple(json.dumps(v) if isinstance(v, list) else v for v in parameters)
        self.log.append(Ran(compiled.text, compiled.names, parameters))

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look at every connection of this process."""
        spy, cursor, raw = self, SqlConnection.cursor, SqlConnection.raw

        def spy_cursor(self: SqlConnection, statement: Statement | Joined, values: Any) -> Any:
            spy.note(self.make, statement, values)
            return cursor(self, statement, values)

        def spy_raw(self: SqlConnection, text: str) -> Any:
            spy.calls += 2  # and the BEGIN before it
            spy.log.append(Ran(text))
            return raw(self, text)

        SqlConnection.cursor, SqlConnection.raw = spy_cursor, spy_raw  # type: ignore[method-assign]
        try:
            yield
        finally:
            SqlConnection.cursor, SqlConnection.raw = cursor, raw  # type: ignore[method-assign]


Work = Callable[[Any], object]
"""What is done for a statement beside running it; it is given the rows that were found."""


class Floor:
    """Bare SQL for one life: the same validator, the same statements one after the other, in the same transactions.

    ``making``: the values are made before they are written, and read when they are found, as any program must that
    keeps these rows: documents spelled, digested and packed, aggregates packed and unpacked, rows chained.
    """

    def __init__(self, site: Site, log: Sequence[Ran], papers: Sequence[tuple[str, bytes]], *, making: bool) -> None:
        self._validate = site.house.schemas.validate
        self._begin = "BEGIN IMMEDIATE" if site.house.database.make == SQLITE else "BEGIN"
        self._papers = papers
        self._steps = [(ran.text, ran.values, _work_of(ran) if making and ran.values else None) for ran in log]

    def run(self, connection: Any) -> None:
        """All of it."""
        for schema_id, raw in self._papers:
            self._validate(schema_id, raw)
        execute = connection.execute
        inside = False
        for text, values, work in self._steps:
            if values is None:
                execute(text)
                inside = False
                continue
            if not inside:
                execute(self._begin)
                inside = True
            found = execute(text, values)
            rows = found.fetchall() if found.description is not None else ()
            if work is not None:
                work(rows)


def _work_of(ran: Ran) -> Work | None:
    """What making the values of a statement takes, or reading what it finds."""
    given = dict(zip(ran.names, ran.values or (), strict=True))
    if ran.text.startswith("INSERT INTO paper "):
        document = orjson.loads(zlib.decompress(given["body"]))
        return lambda _: _keep(canonical(document))
    if ran.text.startswith("UPDATE dossier"):
        aggregate = orjson.loads(zlib.decompress(given["body"]))
        return lambda _: zlib.compress(orjson.dumps(aggregate), 1)
    if ran.text.startswith("INSERT INTO journal"):
        payload, row = orjson.loads(given["payload"]), list(ran.values or ())[:-1]
        return lambda _: (orjson.dumps(payload), row_hash(row))
    if ran.text.startswith("SELECT dossier.id, dossier.body"):
        return lambda rows: orjson.loads(zlib.decompress(rows[0][1]))
    return None


def _keep(content: bytes) -> tuple[str, bytes]:
    return hashlib.sha256(content).hexdigest(), zlib.compress(content, 1)
