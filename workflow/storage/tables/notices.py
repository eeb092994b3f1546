"""How far people have read their notices, where they want them by mail, and the letters that carry them."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from workflow.storage.tables.columns import FLAG, INSTANT, KEYED, NUMBER, STRICT, TEXT, Row, table_of


class NoticeSeenRow(Row, table=True):
    """Up to which number of the outbox, included, a person has read everything."""

    __tablename__: ClassVar[str] = "notice_seen"
    __table_args__ = KEYED
    person_id: str = Field(primary_key=True, sa_type=TEXT, foreign_key="person.id")
    through: int = Field(sa_type=NUMBER)


class NoticeReadRow(Row, table=True):
    """One notice after that number that a person has read."""

    __tablename__: ClassVar[str] = "notice_read"
    __table_args__ = KEYED
    person_id: str = Field(primary_key=True, sa_type=TEXT, foreign_key="person.id")
    position: int = Field(primary_key=True, sa_type=NUMBER)


class ContactRow(Row, table=True):
    """Where and how a person is told by mail; see ``domain.telling.Contact``."""

    __tablename__: ClassVar[str] = "contact"
    __table_args__ = KEYED
    person_id: str = Field(primary_key=True, sa_type=TEXT, foreign_key="person.id")
    email: str | None = Field(default=None, sa_type=TEXT)
    rhythm: str = Field(sa_type=TEXT)


class LetterRow(Row, table=True):
    """A letter to a person. ``next_at``: not to be touched before; while it is being sent, the end of the claim.

    ``problem``: why the last try failed, as a code.
    """

    __tablename__: ClassVar[str] = "letter"
    __table_args__ = (
        Index(None, "state", "next_at", "id"),
        Index(None, "person_id"),
        STRICT,
    )
    id: str = Field(primary_key=True, sa_type=TEXT)
    person_id: str = Field(sa_type=TEXT, foreign_key="person.id")
    digest: int = Field(sa_type=FLAG)
    at: int = Field(sa_type=INSTANT)
    state: str = Field(sa_type=TEXT)
    next_at: int = Field(sa_type=INSTANT)
    tries: int = Field(sa_type=NUMBER)
    problem: str | None = Field(default=None, sa_type=TEXT)
    sent_at: int | None = Field(default=None, sa_type=INSTANT)


class LetterItemRow(Row, table=True):
    """A notice in a letter. The key says it: no person is told of a notice by two letters."""

    __tablename__: ClassVar[str] = "letter_item"
    __table_args__ = (Index(None, "letter_id", "position"), KEYED)
    person_id: str = Field(primary_key=True, sa_type=TEXT)
    position: int = Field(primary_key=True, sa_type=NUMBER)
    letter_id: str = Field(sa_type=TEXT, foreign_key="letter.id")


class ReminderTurnRow(Row, table=True):
    """How far a round of reminding came among the dossiers that a role holds: everything due up to there is told."""

    __tablename__: ClassVar[str] = "reminder_turn"
    __table_args__ = KEYED
    province_id: str = Field(primary_key=True, sa_type=TEXT)
    rule: str = Field(primary_key=True, sa_type=TEXT)
    holder: str = Field(primary_key=True, sa_type=TEXT)
    due_at: int = Field(sa_type=INSTANT)
    dossier_id: str = Field(sa_type=TEXT)


class ReminderToldRow(Row, table=True):
    """A reminder that was written, by what it is about: never written again."""

    __tablename__: ClassVar[str] = "reminder_told"
    __table_args__ = KEYED
    event: str = Field(primary_key=True, sa_type=TEXT)
    at: int = Field(sa_type=INSTANT)


NOTICE_SEEN = table_of(NoticeSeenRow)
NOTICE_READ = table_of(NoticeReadRow)
CONTACT = table_of(ContactRow)
LETTER = table_of(LetterRow)
LETTER_ITEM = table_of(LetterItemRow)
REMINDER_TURN = table_of(ReminderTurnRow)
REMINDER_TOLD = table_of(ReminderToldRow)
