"""Somebody with full rights over the database who changes what was written. Triggers do not stop them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from random import Random
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
        self.execute("BEGIN")
        self.execute("DELETE FROM journal")
        for row in rows:
            marks = ", ".join("?" * len(row))
            self.execute(f"INSERT INTO journal ({', '.join(row)}) VALUES ({marks})", *row.values())
        self.execute("COMMIT")

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
Place = tuple[str, int]
"""A stream and a number in it."""


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


CHANGES: dict[str, Change] = {change.__name__: change for change in (edit, delete, insert, swap, cut_tail, rewrite)}


def named_place(change: str, rows: list[Row], place: int) -> Place:
    """Where a change must be named first: at the row itself, or where its chain no longer fits.

    A row that was put in, and two that changed places, carry hashes that fit: the row behind them does not. What was
    cut off, or written anew to the end, shows at the end of its stream alone.
    """
    row = rows[place]
    stream, seq = row["stream"], row["seq"]
    last = max(other["seq"] for other in rows if other["stream"] == stream)
    if change == "swap" and seq == last:
        change = "delete"
    if change == "delete":
        change = "cut_tail" if seq == last else change
    named = {
        "edit": seq,
        "delete": seq + 1,
        "insert": seq if seq == last else seq + 2,
        "swap": seq + 1,
        "cut_tail": max(seq - 1, 1),
        "rewrite": last,
    }
    return stream, named[change]


STORED = {
    "dossier": ("id", ("state", "holder", "commune_id", "number", "due_at", "version", "journal_head")),
    "paper": ("id", ("code", "version", "schema_id", "digest", "body")),
    "free_text": ("id", ("body", "salt", "digest")),
    "tally": ("state", ("dossiers",)),
    "claim": ("dossier_id", ("subject_id", "kind", "cycle")),
}
"""Beside the journal: tables, the column that names a row, and what is changed in it."""


def change_stored(tamperer: Tamperer, dice: Random) -> tuple[str, str, Callable[[], None]]:
    """Change one value beside the journal: what was changed, the name of its row, and how to undo it."""
    table = dice.choice(sorted(STORED))
    key, columns = STORED[table]
    column = dice.choice(columns)
    rows = tamperer.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key}").fetchall()
    name, value = dice.choice(rows)
    other = _flipped(value, dice) if isinstance(value, bytes) else 1 if value is None else other_value(value)

    def put(now: object) -> None:
        tamperer.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", now, name)

    put(other)
    return f"{table}.{column} of {name}", name, lambda: put(value)


def _flipped(value: bytes, dice: Random) -> bytes:
    """The same bytes but for one bit."""
    changed = bytearray(value)
    changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)
