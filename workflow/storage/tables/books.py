"""The books of a province: the ledger of results, cycles, dates, grants, settings, calendar days, definitions."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index, text
from sqlmodel import Field

from workflow.storage.tables.columns import (
    DAY,
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


class LedgerRow(Row, table=True):
    """A row of the ledger of results; see ``domain.books.LedgerEntry``."""

    __tablename__: ClassVar[str] = "ledger"
    __table_args__ = (
        Index(
            "uq_ledger_standing",
            "subject_id",
            "kind",
            "cycle",
            "number",
            unique=True,
            sqlite_where=text("standing = 1"),
            postgresql_where=text("standing = 1"),
        ),
        Index(None, "province_id", "kind", "cycle", "id"),
        Index(None, "commune_id", "kind", "cycle", "id"),
        Index(None, "dossier_id"),
        Index(None, "subject_id", "kind", "cycle"),
        STRICT,
    )
    id: str = Field(primary_key=True, sa_type=TEXT)
    province_id: str = Field(sa_type=TEXT)
    commune_id: str = Field(sa_type=TEXT)
    subject_id: str = Field(sa_type=TEXT)
    subject_kind: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    cycle: int = Field(sa_type=NUMBER)
    result: str = Field(sa_type=TEXT)
    label: str = Field(sa_type=TEXT)
    number: str = Field(sa_type=TEXT)
    decided_on: str | None = Field(default=None, sa_type=DAY)
    authority: str = Field(sa_type=TEXT)
    source: str = Field(sa_type=TEXT)
    recorded_at: int = Field(sa_type=INSTANT)
    entered_by: str = Field(sa_type=TEXT)
    dossier_id: str | None = Field(default=None, sa_type=TEXT)
    paper_digest: str | None = Field(default=None, sa_type=DIGEST)
    confirmed_by: str | None = Field(default=None, sa_type=TEXT)
    confirmed_at: int | None = Field(default=None, sa_type=INSTANT)
    standing: int = Field(sa_type=FLAG)
    ended_on: str | None = Field(default=None, sa_type=DAY)
    ended_by: str | None = Field(default=None, sa_type=TEXT)


class CycleRow(Row, table=True):
    """A cycle of a kind in a province; open while ``closed_at`` is None."""

    __tablename__: ClassVar[str] = "cycle"
    __table_args__ = KEYED
    province_id: str = Field(primary_key=True, sa_type=TEXT)
    kind: str = Field(primary_key=True, sa_type=TEXT)
    cycle: int = Field(primary_key=True, sa_type=NUMBER)
    opened_at: int = Field(sa_type=INSTANT)
    closed_at: int | None = Field(default=None, sa_type=INSTANT)


class DeadlineRow(Row, table=True):
    """A date of a province in one cycle; the three faces are exclusive ends or None."""

    __tablename__: ClassVar[str] = "deadline"
    __table_args__ = KEYED
    province_id: str = Field(primary_key=True, sa_type=TEXT)
    kind: str = Field(primary_key=True, sa_type=TEXT)
    cycle: int = Field(primary_key=True, sa_type=NUMBER)
    code: str = Field(primary_key=True, sa_type=TEXT)
    opens: int | None = Field(default=None, sa_type=INSTANT)
    due: int | None = Field(default=None, sa_type=INSTANT)
    closes: int | None = Field(default=None, sa_type=INSTANT)
    opens_after: str | None = Field(default=None, sa_type=TEXT)


class TimeGrantRow(Row, table=True):
    """An extension or late opening, never changed once given."""

    __tablename__: ClassVar[str] = "time_grant"
    __table_args__ = (Index(None, "province_id", "kind", "cycle"), STRICT)
    id: str = Field(primary_key=True, sa_type=TEXT)
    province_id: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    cycle: int = Field(sa_type=NUMBER)
    deadline_code: str = Field(sa_type=TEXT)
    grant_kind: str = Field(sa_type=TEXT)
    scope: str = Field(sa_type=TEXT)
    scope_id: str = Field(sa_type=TEXT)
    until: int = Field(sa_type=INSTANT)
    granted_at: int = Field(sa_type=INSTANT)
    granted_by: str = Field(sa_type=TEXT)
    reason_id: str | None = Field(default=None, sa_type=TEXT)


class ProvinceSettingsRow(Row, table=True):
    """What a province decided for itself, as JSON of ``domain.books.ProvinceSettings``."""

    __tablename__: ClassVar[str] = "province_settings"
    __table_args__ = KEYED
    province_id: str = Field(primary_key=True, sa_type=TEXT)
    body: str = Field(sa_type=JSON)


class StepDaysRow(Row, table=True):
    """Working days of one officer step, where the province set them."""

    __tablename__: ClassVar[str] = "step_days"
    __table_args__ = KEYED
    province_id: str = Field(primary_key=True, sa_type=TEXT)
    kind: str = Field(primary_key=True, sa_type=TEXT)
    state: str = Field(primary_key=True, sa_type=TEXT)
    working_days: int = Field(sa_type=NUMBER)


class CalendarDayRow(Row, table=True):
    """A holiday or make-up day entered by an administrator, over the shipped tables; ``body`` is its JSON row."""

    __tablename__: ClassVar[str] = "calendar_day"
    __table_args__ = KEYED
    day: str = Field(primary_key=True, sa_type=DAY)
    body: str = Field(sa_type=JSON)


class PublishedRow(Row, table=True):
    """A definition that a province published: its body never changes."""

    __tablename__: ClassVar[str] = "published"
    __table_args__ = STRICT
    province_id: str = Field(primary_key=True, sa_type=TEXT)
    what: str = Field(primary_key=True, sa_type=TEXT)
    key: str = Field(primary_key=True, sa_type=TEXT)
    digest: str = Field(sa_type=DIGEST)
    approver: str = Field(sa_type=TEXT)
    place: int = Field(sa_type=NUMBER)
    body: str = Field(sa_type=JSON)
    extra: str = Field(sa_type=JSON)


class OrganisationRow(Row, table=True):
    """An organisation of the dated tree. ``name_folded``: without marks and case, for finding it."""

    __tablename__: ClassVar[str] = "organisation"
    __table_args__ = (
        Index(None, "province_id", "name_folded"),
        Index(None, "province_id", "kind"),
        Index(None, "commune_id", "kind"),
        Index(None, "parent_id"),
        Index(None, "successor_id"),
        STRICT,
    )
    id: str = Field(primary_key=True, sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    name_folded: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    parent_id: str | None = Field(default=None, sa_type=TEXT)
    commune_id: str | None = Field(default=None, sa_type=TEXT)
    province_id: str = Field(sa_type=TEXT)
    valid_from: str | None = Field(default=None, sa_type=DAY)
    valid_to: str | None = Field(default=None, sa_type=DAY)
    successor_id: str | None = Field(default=None, sa_type=TEXT)
    managing_level: str = Field(sa_type=TEXT)
    delegated: int = Field(sa_type=FLAG)
    attributes: str = Field(sa_type=JSON)


LEDGER = table_of(LedgerRow)
CYCLE = table_of(CycleRow)
DEADLINE = table_of(DeadlineRow)
TIME_GRANT = table_of(TimeGrantRow)
PROVINCE_SETTINGS = table_of(ProvinceSettingsRow)
STEP_DAYS = table_of(StepDaysRow)
CALENDAR_DAY = table_of(CalendarDayRow)
PUBLISHED = table_of(PublishedRow)
ORGANISATION = table_of(OrganisationRow)
