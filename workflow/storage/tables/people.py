"""People by office, what they may do, and how they come in. No table holds a person's name."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from workflow.storage.tables.columns import (
    DAY,
    DIGEST,
    FLAG,
    INSTANT,
    NUMBER,
    STRICT,
    TEXT,
    Row,
    table_of,
)


class PersonRow(Row, table=True):
    """A person, shown by office only."""

    __tablename__: ClassVar[str] = "person"
    __table_args__ = STRICT
    id: str = Field(primary_key=True, sa_type=TEXT)
    office: str = Field(sa_type=TEXT)


class AssignmentRow(Row, table=True):
    """A role of a person for an organisation, from a day to a day, both included."""

    __tablename__: ClassVar[str] = "assignment"
    __table_args__ = (
        Index(None, "person_id"),
        Index(None, "organisation_id", "role"),
        Index(None, "commune_id", "role"),
        Index(None, "province_id", "role"),
        STRICT,
    )
    id: str = Field(primary_key=True, sa_type=TEXT)
    person_id: str = Field(sa_type=TEXT, foreign_key="person.id")
    role: str = Field(sa_type=TEXT)
    organisation_id: str = Field(sa_type=TEXT)
    commune_id: str | None = Field(default=None, sa_type=TEXT)
    province_id: str = Field(sa_type=TEXT)
    valid_from: str | None = Field(default=None, sa_type=DAY)
    valid_to: str | None = Field(default=None, sa_type=DAY)


class TokenRow(Row, table=True):
    """A personal token of a program, or a link to a calendar (no scopes), known by its digest only."""

    __tablename__: ClassVar[str] = "token"
    __table_args__ = (Index(None, "person_id"), STRICT)
    digest: str = Field(primary_key=True, sa_type=DIGEST)
    person_id: str = Field(sa_type=TEXT, foreign_key="person.id")
    label: str = Field(sa_type=TEXT)
    scopes: str = Field(sa_type=TEXT)
    networks: str = Field(sa_type=TEXT)
    made: int = Field(sa_type=INSTANT)
    expires: int = Field(sa_type=INSTANT)
    last_used: int | None = Field(default=None, sa_type=INSTANT)
    revoked_at: int | None = Field(default=None, sa_type=INSTANT)


class AccountRow(Row, table=True):
    """How a person signs in. ``login`` is folded; ``totp_used`` the last time step accepted, so a code counts once.

    ``changed_at``: when password, second factor or state last changed; sessions begun earlier end.
    """

    __tablename__: ClassVar[str] = "account"
    __table_args__ = (Index(None, "login", unique=True), STRICT)
    person_id: str = Field(primary_key=True, sa_type=TEXT, foreign_key="person.id")
    login: str = Field(sa_type=TEXT)
    password_hash: str | None = Field(default=None, sa_type=TEXT)
    totp_secret: str | None = Field(default=None, sa_type=TEXT)
    totp_used: int | None = Field(default=None, sa_type=NUMBER)
    failed_logins: int = Field(sa_type=NUMBER)
    locked_until: int | None = Field(default=None, sa_type=INSTANT)
    disabled: int = Field(sa_type=FLAG)
    changed_at: int = Field(sa_type=INSTANT)


class WebSessionRow(Row, table=True):
    """A signed-in browser, known by the digest of its token; ended by ``revoked_at`` or ``expires``."""

    __tablename__: ClassVar[str] = "web_session"
    __table_args__ = (Index(None, "person_id", "created"), STRICT)
    digest: str = Field(primary_key=True, sa_type=DIGEST)
    person_id: str = Field(sa_type=TEXT, foreign_key="person.id")
    assignment_id: str | None = Field(default=None, sa_type=TEXT)
    created: int = Field(sa_type=INSTANT)
    last_seen: int = Field(sa_type=INSTANT)
    expires: int = Field(sa_type=INSTANT)
    second_factor_at: int | None = Field(default=None, sa_type=INSTANT)
    revoked_at: int | None = Field(default=None, sa_type=INSTANT)
    agent_digest: str = Field(sa_type=DIGEST)


PERSON = table_of(PersonRow)
ASSIGNMENT = table_of(AssignmentRow)
TOKEN = table_of(TokenRow)
ACCOUNT = table_of(AccountRow)
WEB_SESSION = table_of(WebSessionRow)
