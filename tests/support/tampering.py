"""Somebody with full rights over the database who changes what was written. Triggers do not stop them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from workflow.storage.database import Database
from workflow.storage.statements import POSTGRESQL

COLUMNS = ("stream", "seq", "at", "person_id", "role", "organisation_id", "door", "os_user", "event", "payload", "prev")
Row = dict[str, Any]


class Tamperer:
    """Works on the driver's own connection, beside all rules. ``restore`` puts the journal back as it was."""

    def __init__(self, database: Database) -> None:
        self.make = database.make
        self.connection = database.engine.connect()
        for name in ("journal_never_changes", "journal_never_shrinks"):
            self.execute(f"DROP TRIGGER {name}" + (" ON journal" if self.make == POSTGRESQL else ""))
        self.original = self.rows()

    def execute(self, text: str, *values: object) -> Any:
        """Run SQL with ``?`` for values."""
        return self.connection.execute(text.replace("?", "%s") if self.make == POSTGRESQL else text, values)

    def rows(self) -> list[Row]:
        """The journal, in the order of streams."""
        names = ("position", *COLUMNS, "hash")
        found = self.execute(f"SELECT {', '.join(names)} FROM journal ORDER BY stream, seq").fetchall()
        return [dict(zip(names, row, strict=True)) for row in found]

    def write(self, rows: list[Row]) -> None:
        """Make the journal consist of these rows."""
        self.execute("DELETE FROM journal")
        for row in rows:
            marks = ", ".join("?" * len(row))
            self.execute(f"INSERT INTO journal ({', '.join(row)}) VALUES ({marks})", *row.values())

    def restore(self) -> None:
        """Undo everything done to the journal."""
        self.write(self.original)

    def close(self) -> None:
        """Leave."""
        self.connection.close()


def rehash(row: Row) -> Row:
    """The row with the hash it ought to have, computed beside the program."""
    text = json.dumps([row[name] for name in COLUMNS], ensure_ascii=False, separators=(",", ":"))
    return row | {"hash": hashlib.sha256(text.encode()).hexdigest()}


def rechain(rows: list[Row], stream: str, start: int) -> list[Row]:
    """The rows with the chain of one stream computed anew from a number on: prev and hash of every row fit again."""
    done: list[Row] = []
    prev: dict[str, str] = {}
    for old in rows:
        row = old
        if old["stream"] == stream and old["seq"] >= start:
            link = prev.get(stream) or hashlib.sha256(stream.encode()).hexdigest()
            row = rehash(old | {"prev": link})
        prev[row["stream"]] = row["hash"]
        done.append(row)
    return done


def other_value(value: object) -> object:
    """Another value of the same type."""
    if value is None:
        return "somebody"
    return value + 1_000 if isinstance(value, int) else f"{value} "


Change = Callable[[list[Row], int], list[Row]]


def edit(rows: list[Row], place: int, column: str = "payload") -> list[Row]:
    """One column of one row."""
    return [row | {column: other_value(row[column])} if i == place else row for i, row in enumerate(rows)]


def delete(rows: list[Row], place: int) -> list[Row]:
    """One row gone."""
    return rows[:place] + rows[place + 1 :]


def insert(rows: list[Row], place: int) -> list[Row]:
    """One row more behind another, well formed, later rows numbered on."""
    row = rows[place]
    forged = rehash(row | {"position": 10_000, "seq": row["seq"] + 1, "prev": row["hash"]})
    moved = [
        later | {"seq": later["seq"] + 1} if later["stream"] == row["stream"] and later["seq"] > row["seq"] else later
        for later in rows
    ]
    return [*moved[: place + 1], forged, *moved[place + 1 :]]


def swap(rows: list[Row], place: int) -> list[Row]:
    """The contents of a row and of the next one change places, each with a hash that fits its new place."""
    if place + 1 >= len(rows) or rows[place]["stream"] != rows[place + 1]["stream"]:
        return delete(rows, place)
    kept = ("position", "stream", "seq", "prev")
    first, second = rows[place], rows[place + 1]
    one = rehash(second | {name: first[name] for name in kept})
    two = rehash(first | {name: second[name] for name in kept})
    return [*rows[:place], one, two, *rows[place + 2 :]]


def cut_tail(rows: list[Row], place: int) -> list[Row]:
    """The row and everything after it in its stream gone."""
    row = rows[place]
    return [r for r in rows if r["stream"] != row["stream"] or r["seq"] < row["seq"]]


def rewrite(rows: list[Row], place: int) -> list[Row]:
    """The row says something else and the chain is computed anew from it on."""
    row = rows[place]
    return rechain(edit(rows, place), row["stream"], row["seq"])
