"""Dossiers and what hangs on one: key columns for lists, the aggregate itself, papers, drafts, texts, notes, acts."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from workflow.storage.tables.columns import (
    BYTES,
    DIGEST,
    FLAG,
    INSTANT,
    JSON,
    KEYED,
    NUMBER,
    STRICT,
    TEXT,
    Row,
    table_of,
)


class DossierRow(Row, table=True):
    """One dossier. ``body`` is the whole aggregate (JSON, compressed); the other columns repeat what lists ask for.

    ``due_at``: exclusive end of the running clock, None while none runs. ``submitted``: it has been in a state that a
    role of the province holds. ``journal_head``: hash of its newest journal row, whose ``seq`` is ``version``.
    """

    __tablename__: ClassVar[str] = "dossier"
    __table_args__ = (
        Index(None, "province_id", "number", unique=True),
        Index(None, "province_id", "holder", "due_at", "id"),
        Index(None, "commune_id", "holder", "due_at", "id"),
        Index(None, "province_id", "meaning", "updated_at", "id"),
        Index(None, "commune_id", "meaning", "updated_at", "id"),
        Index(None, "subject_id", "kind", "cycle"),
        Index(None, "province_id", "kind", "cycle", "number"),
        Index(None, "origin_id"),
        STRICT,
    )
    id: str = Field(primary_key=True, sa_type=TEXT)
    number: str = Field(sa_type=TEXT)
    province_id: str = Field(sa_type=TEXT)
    commune_id: str = Field(sa_type=TEXT)
    subject_id: str = Field(sa_type=TEXT)
    subject_kind: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    kind_version: int = Field(sa_type=NUMBER)
    cycle: int = Field(sa_type=NUMBER)
    origin_id: str | None = Field(default=None, sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    stage: str = Field(sa_type=TEXT)
    meaning: str = Field(sa_type=TEXT)
    holder: str | None = Field(default=None, sa_type=TEXT)
    holder_since: int | None = Field(default=None, sa_type=INSTANT)
    due_at: int | None = Field(default=None, sa_type=INSTANT)
    own: int = Field(sa_type=FLAG)
    late: int = Field(sa_type=FLAG)
    on_hold: int = Field(sa_type=FLAG)
    submitted: int = Field(sa_type=FLAG)
    opened_at: int = Field(sa_type=INSTANT)
    opened_by_role: str = Field(sa_type=TEXT)
    updated_at: int = Field(sa_type=INSTANT)
    version: int = Field(sa_type=NUMBER)
    journal_head: str = Field(sa_type=DIGEST)
    body: bytes = Field(sa_type=BYTES)


class ClaimRow(Row, table=True):
    """The one dossier of a subject, kind and cycle that stands; ``origin_id`` is empty except for owed entries, and
    the dossier's own id where its kind lets a subject have many.

    Taken when a dossier opens, given back when it comes to a void end (law.md: withdrawn and lapsed do not count).
    """

    __tablename__: ClassVar[str] = "claim"
    __table_args__ = KEYED
    subject_id: str = Field(primary_key=True, sa_type=TEXT)
    kind: str = Field(primary_key=True, sa_type=TEXT)
    cycle: int = Field(primary_key=True, sa_type=NUMBER)
    origin_id: str = Field(primary_key=True, sa_type=TEXT)
    dossier_id: str = Field(sa_type=TEXT, foreign_key="dossier.id")


class TallyRow(Row, table=True):
    """How many dossiers of a commune stand in a state: kept in the transaction that moves them."""

    __tablename__: ClassVar[str] = "tally"
    __table_args__ = KEYED
    province_id: str = Field(primary_key=True, sa_type=TEXT)
    kind: str = Field(primary_key=True, sa_type=TEXT)
    cycle: int = Field(primary_key=True, sa_type=NUMBER)
    commune_id: str = Field(primary_key=True, sa_type=TEXT)
    state: str = Field(primary_key=True, sa_type=TEXT)
    dossiers: int = Field(sa_type=NUMBER)


class NumberingRow(Row, table=True):
    """The last number given out in a province for an abbreviation and cycle."""

    __tablename__: ClassVar[str] = "numbering"
    __table_args__ = KEYED
    province_id: str = Field(primary_key=True, sa_type=TEXT)
    abbreviation: str = Field(primary_key=True, sa_type=TEXT)
    cycle: int = Field(primary_key=True, sa_type=NUMBER)
    last: int = Field(sa_type=NUMBER)


class PaperRow(Row, table=True):
    """One filed version of a paper, never changed. ``dossier_id`` is None for a paper shared by an act."""

    __tablename__: ClassVar[str] = "paper"
    __table_args__ = STRICT
    id: str = Field(primary_key=True, sa_type=TEXT)
    dossier_id: str | None = Field(default=None, sa_type=TEXT, foreign_key="dossier.id")
    act_id: str | None = Field(default=None, sa_type=TEXT)
    code: str = Field(sa_type=TEXT)
    version: int = Field(sa_type=NUMBER)
    schema_id: str = Field(sa_type=TEXT)
    digest: str = Field(sa_type=DIGEST)
    at: int = Field(sa_type=INSTANT)
    body: bytes = Field(sa_type=BYTES)


class PaperFileRow(Row, table=True):
    """A file of a paper, in the order they were given. ``name`` is what the sender called it: data, never a path."""

    __tablename__: ClassVar[str] = "paper_file"
    __table_args__ = (Index(None, "digest", "dossier_id"), KEYED)
    paper_id: str = Field(primary_key=True, sa_type=TEXT, foreign_key="paper.id")
    place: int = Field(primary_key=True, sa_type=NUMBER)
    dossier_id: str | None = Field(default=None, sa_type=TEXT)
    digest: str = Field(sa_type=DIGEST)
    name: str = Field(sa_type=TEXT)
    media_type: str = Field(sa_type=TEXT)
    size: int = Field(sa_type=NUMBER)


class DraftRow(Row, table=True):
    """An unfinished paper: one per dossier and code; no part of the dossier."""

    __tablename__: ClassVar[str] = "draft"
    __table_args__ = STRICT
    dossier_id: str = Field(primary_key=True, sa_type=TEXT, foreign_key="dossier.id")
    code: str = Field(primary_key=True, sa_type=TEXT)
    person_id: str = Field(sa_type=TEXT)
    at: int = Field(sa_type=INSTANT)
    body: bytes = Field(sa_type=BYTES)


class FreeTextRow(Row, table=True):
    """A free text outside the journal. ``digest`` = SHA-256 of salt and body; both are emptied when anonymised."""

    __tablename__: ClassVar[str] = "free_text"
    __table_args__ = (Index(None, "dossier_id"), STRICT)
    id: str = Field(primary_key=True, sa_type=TEXT)
    dossier_id: str | None = Field(default=None, sa_type=TEXT)
    salt: str = Field(sa_type=TEXT)
    digest: str = Field(sa_type=DIGEST)
    body: str = Field(sa_type=TEXT)
    anonymised_at: int | None = Field(default=None, sa_type=INSTANT)


class NoteRow(Row, table=True):
    """A note on a dossier: part of the exchange with the unit, or internal among officers."""

    __tablename__: ClassVar[str] = "note"
    __table_args__ = (Index(None, "dossier_id", "at"), STRICT)
    id: str = Field(primary_key=True, sa_type=TEXT)
    dossier_id: str = Field(sa_type=TEXT, foreign_key="dossier.id")
    at: int = Field(sa_type=INSTANT)
    person_id: str = Field(sa_type=TEXT)
    role: str = Field(sa_type=TEXT)
    internal: int = Field(sa_type=FLAG)
    text_id: str = Field(sa_type=TEXT)


class RequestRow(Row, table=True):
    """Somebody asked for something that is not theirs to do: an extension, a late opening; or a reminder was noted.

    ``what``: a code; ``facts``: JSON. ``answer`` and ``answered_at`` once it was granted or declined.
    """

    __tablename__: ClassVar[str] = "request"
    __table_args__ = (
        Index(None, "province_id", "answered_at", "at"),
        Index(None, "dossier_id"),
        STRICT,
    )
    id: str = Field(primary_key=True, sa_type=TEXT)
    what: str = Field(sa_type=TEXT)
    dossier_id: str | None = Field(default=None, sa_type=TEXT)
    subject_id: str = Field(sa_type=TEXT)
    commune_id: str = Field(sa_type=TEXT)
    province_id: str = Field(sa_type=TEXT)
    at: int = Field(sa_type=INSTANT)
    person_id: str = Field(sa_type=TEXT)
    role: str = Field(sa_type=TEXT)
    text_id: str | None = Field(default=None, sa_type=TEXT)
    facts: str = Field(sa_type=JSON)
    answer: str | None = Field(default=None, sa_type=TEXT)
    answered_at: int | None = Field(default=None, sa_type=INSTANT)
    answered_by: str | None = Field(default=None, sa_type=TEXT)


class ActRow(Row, table=True):
    """One decision on many dossiers, with the ids of its shared papers as a JSON list."""

    __tablename__: ClassVar[str] = "act"
    __table_args__ = (Index(None, "province_id", "at"), STRICT)
    id: str = Field(primary_key=True, sa_type=TEXT)
    trigger: str = Field(sa_type=TEXT)
    commune_id: str | None = Field(default=None, sa_type=TEXT)
    province_id: str = Field(sa_type=TEXT)
    at: int = Field(sa_type=INSTANT)
    person_id: str = Field(sa_type=TEXT)
    role: str = Field(sa_type=TEXT)
    papers: str = Field(sa_type=JSON)


class ActItemRow(Row, table=True):
    """A dossier of an act, with the choice made for it."""

    __tablename__: ClassVar[str] = "act_item"
    __table_args__ = (Index(None, "dossier_id"), KEYED)
    act_id: str = Field(primary_key=True, sa_type=TEXT, foreign_key="act.id")
    place: int = Field(primary_key=True, sa_type=NUMBER)
    dossier_id: str = Field(sa_type=TEXT)
    choice: str | None = Field(default=None, sa_type=TEXT)


DOSSIER = table_of(DossierRow)
CLAIM = table_of(ClaimRow)
TALLY = table_of(TallyRow)
NUMBERING = table_of(NumberingRow)
PAPER = table_of(PaperRow)
PAPER_FILE = table_of(PaperFileRow)
DRAFT = table_of(DraftRow)
FREE_TEXT = table_of(FreeTextRow)
NOTE = table_of(NoteRow)
REQUEST = table_of(RequestRow)
ACT = table_of(ActRow)
ACT_ITEM = table_of(ActItemRow)
