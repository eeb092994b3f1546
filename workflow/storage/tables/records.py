"""What happened and what is still to be told: the journal, the heads of its streams, the outbox, keys, meta."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from workflow.storage.tables.columns import (
    DIGEST,
    INSTANT,
    JSON,
    KEYED,
    NUMBER,
    STRICT,
    TEXT,
    Row,
    table_of,
)


class MetaRow(Row, table=True):
    """Facts about the database itself: ``created_at``, ``practice`` and, for a practice file, its clock's ``now``."""

    __tablename__: ClassVar[str] = "meta"
    __table_args__ = KEYED
    key: str = Field(primary_key=True, sa_type=TEXT)
    value: str = Field(sa_type=TEXT)


class JournalRow(Row, table=True):
    """One event, append-only. ``hash`` covers every column but ``position`` and itself; ``prev`` is the one before.

    Triggers made in the first migration refuse any change or removal.
    """

    __tablename__: ClassVar[str] = "journal"
    __table_args__ = (Index(None, "stream", "seq", unique=True), {**STRICT, "sqlite_autoincrement": True})
    position: int = Field(primary_key=True, sa_type=NUMBER)
    stream: str = Field(sa_type=TEXT)
    seq: int = Field(sa_type=NUMBER)
    at: int = Field(sa_type=INSTANT)
    person_id: str = Field(sa_type=TEXT)
    role: str = Field(sa_type=TEXT)
    organisation_id: str = Field(sa_type=TEXT)
    door: str = Field(sa_type=TEXT)
    os_user: str | None = Field(default=None, sa_type=TEXT)
    event: str = Field(sa_type=TEXT)
    payload: str = Field(sa_type=JSON)
    prev: str = Field(sa_type=DIGEST)
    hash: str = Field(sa_type=DIGEST)


class StreamHeadRow(Row, table=True):
    """The newest row of a stream of books; a dossier keeps its own in its row."""

    __tablename__: ClassVar[str] = "stream_head"
    __table_args__ = KEYED
    stream: str = Field(primary_key=True, sa_type=TEXT)
    seq: int = Field(sa_type=NUMBER)
    head: str = Field(sa_type=DIGEST)


class OutboxRow(Row, table=True):
    """A notice to deliver, at least once; ``delivered_at`` None until it was."""

    __tablename__: ClassVar[str] = "outbox"
    __table_args__ = (
        Index(None, "delivered_at", "position"),
        Index(None, "organisation_id", "audience", "position"),
        Index(None, "dossier_id"),
        {**STRICT, "sqlite_autoincrement": True},
    )
    position: int = Field(primary_key=True, sa_type=NUMBER)
    at: int = Field(sa_type=INSTANT)
    dossier_id: str | None = Field(default=None, sa_type=TEXT)
    audience: str = Field(sa_type=TEXT)
    organisation_id: str = Field(sa_type=TEXT)
    code: str = Field(sa_type=TEXT)
    facts: str = Field(sa_type=JSON)
    delivered_at: int | None = Field(default=None, sa_type=INSTANT)


class IdempotencyRow(Row, table=True):
    """The answer that a person's key brought, so that repeating it brings the same and nothing more."""

    __tablename__: ClassVar[str] = "idempotency"
    __table_args__ = (Index(None, "at"), STRICT)
    person_id: str = Field(primary_key=True, sa_type=TEXT)
    key: str = Field(primary_key=True, sa_type=TEXT)
    request_digest: str = Field(sa_type=DIGEST)
    answer: str = Field(sa_type=JSON)
    at: int = Field(sa_type=INSTANT)


META = table_of(MetaRow)
JOURNAL = table_of(JournalRow)
STREAM_HEAD = table_of(StreamHeadRow)
OUTBOX = table_of(OutboxRow)
IDEMPOTENCY = table_of(IdempotencyRow)
