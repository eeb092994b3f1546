"""The types of our columns and the base of all rows.

Text is compared byte by byte on both databases. SQLite tables are STRICT, so a value of another type is refused there
as PostgreSQL refuses it.
"""

from __future__ import annotations

from typing import Any, ClassVar, cast

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, Table
from sqlalchemy import Text as PlainText
from sqlmodel import SQLModel

TEXT = PlainText().with_variant(PlainText(collation="C"), "postgresql")
"""Text, ordered by code point."""

JSON = TEXT
"""JSON written by ``codec``, letters not escaped."""

DAY = TEXT
"""A day as ISO text, 2026-01-18."""

DIGEST = TEXT
"""A SHA-256 in lower-case hexadecimal digits."""

INSTANT = BigInteger().with_variant(Integer(), "sqlite")
"""An instant in whole microseconds since 1970-01-01T00:00Z."""

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number, up to 64 bits."""

FLAG = Integer()
"""0 or 1."""

BYTES = LargeBinary()
"""Bytes; papers are compressed (zlib, level 1)."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

STRICT = {"sqlite_strict": True}
KEYED = {"sqlite_strict": True, "sqlite_with_rowid": False}
"""For small rows that are found by their key: SQLite keeps them in the key's own tree."""


class Row(SQLModel):
    """Base of every table of hoso; its metadata is what alembic compares databases with."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


def table_of(row: type[Row]) -> Table:
    """The SQLAlchemy table behind a row class."""
    return cast("Table", cast("Any", row).__table__)
