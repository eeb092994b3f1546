"""Faults planted into a process of its own, where a test cannot reach with its patches."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.proofs import load
from benchmarks.proofs.load import Acknowledged, Asked, Diary
from benchmarks.proofs.town import Town
from workflow.domain import desk, filing, lifecycle
from workflow.domain.actors import Role
from workflow.services.engine import Receipt
from workflow.storage.statements import SqlConnection

BEHIND, LONG = 0.1, 0.4
"""Seconds: by which the second officer comes later; longer than a move needs beside."""


def forget_versions() -> None:
    """Nobody asks any more which version the actor saw; the second officer comes when the first has ended."""
    make = Town.make

    def late(self: Town, move: str, role: Role, person: str, *where: Any, **key: Any) -> Receipt:
        time.sleep(BEHIND if person.endswith("-1") else 0)
        return make(self, move, role, person, *where, **key)

    Town.make = late  # type: ignore[method-assign]
    for module in (desk, filing, lifecycle):
        module.check_fresh = lambda _dossier, _seen: None  # type: ignore[attr-defined]


def acknowledge_early() -> None:
    """A move is acknowledged before it is committed."""

    def early(writing: Diary, asked: Asked, town: Town) -> None:
        if asked.move:
            writing.write(Acknowledged(asked.key, asked.dossier_id, asked.seen + 1, time.monotonic()))
        receipt = asked.run(town)
        writing.write(Acknowledged(asked.key, receipt.dossier_id, receipt.version, time.monotonic()))

    load.acknowledge = early


def commit_each() -> None:
    """Every write is committed by itself, as if there were no transaction; a dossier's journal comes a while later."""
    execute, raw = SqlConnection.cursor, SqlConnection.raw

    def committing(self: SqlConnection, statement: Any, values: Any) -> Any:
        done = execute(self, statement, values)
        if done.description is None:
            raw(self, "COMMIT")
            time.sleep(LONG if statement.on(self.make).text.startswith("UPDATE dossier") else 0)
            raw(self, "BEGIN")
        return done

    SqlConnection.cursor = committing  # type: ignore[method-assign]
