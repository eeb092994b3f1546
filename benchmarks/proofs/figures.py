"""What a proof tells: one line of figures for each database it ran on, or why it could not run."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.postgres import fresh_database, server_named_outside, shared_server
from workflow.storage.statements import POSTGRESQL

NAMED = 5
"""So many are spelt out in a line of figures."""


@dataclass
class Found:
    """What a proof found: how often it tried, what was wrong, and other figures by name.

    ``untold``: nothing wrong was done, but somebody was refused without being told why.
    """

    tries: int = 0
    wrong: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict)
    not_run: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Something was tried, nothing was wrong and everything ran."""
        return self.tries > 0 and not (self.wrong or self.untold or self.not_run)


def line(proof: str, database: str, found: Found, began: float, command: str) -> Mapping[str, object]:
    """The figures of one proof on one database; ``began`` by ``time.perf_counter``."""
    return {
        "proof": proof,
        "database": database,
        "tries": found.tries,
        "failures": len(found.wrong),
        "first_failures": found.wrong[:NAMED],
        "untold": len(found.untold),
        "first_untold": found.untold[:NAMED],
        **found.figures,
        "not_run": found.not_run,
        "seconds": round(time.perf_counter() - began, 1),
        "command": command,
    }


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL; ``own``: it was started for the proof and may be killed."""

    url: str
    own: bool


@contextmanager
def server(make: str, folder: Path) -> Iterator[Server | None]:
    """None for SQLite; HOSO_TEST_PG_URL's, else a throw-away PostgreSQL. RuntimeError when it does not start."""
    outside = server_named_outside(os.environ)
    if make != POSTGRESQL:
        yield None
    elif outside is not None:
        yield Server(outside, own=False)
    else:
        (folder / "server").mkdir()
        with shared_server(folder / "server") as running:
            yield Server(running.url, own=True)


@contextmanager
def empty_database(server: Server | None, folder: Path) -> Iterator[str]:
    """The URL of a database that nothing is in: on that server, or a SQLite file in the folder."""
    if server is None:
        with tempfile.TemporaryDirectory(dir=folder) as own:
            yield f"sqlite:///{Path(own) / 'proof.sqlite'}"
        return
    with fresh_database(server.url) as url:
        yield url
