"""What people do with notices: how far each has read."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field

from workflow.storage.tables.columns import KEYED, NUMBER, TEXT, Row, table_of


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


NOTICE_SEEN = table_of(NoticeSeenRow)
NOTICE_READ = table_of(NoticeReadRow)
