"""Awards: rounds of a form in a year, and how many of it each organisation may propose."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index, text
from sqlmodel import Field

from workflow.storage.tables.columns import FLAG, INSTANT, KEYED, NUMBER, STRICT, TEXT, Row, table_of


class AwardRoundRow(Row, table=True):
    """A round of one form in one year; see ``domain.awards.AwardRound``. Its proposals name it as their origin."""

    __tablename__: ClassVar[str] = "award_round"
    __table_args__ = (
        Index(
            "uq_award_round_yearly",
            "province_id",
            "form",
            "cycle",
            "organisation_id",
            unique=True,
            sqlite_where=text("special = 0"),
            postgresql_where=text("special = 0"),
        ),
        STRICT,
    )
    id: str = Field(primary_key=True, sa_type=TEXT)
    province_id: str = Field(sa_type=TEXT)
    form: str = Field(sa_type=TEXT)
    cycle: int = Field(sa_type=NUMBER)
    organisation_id: str = Field(sa_type=TEXT)
    special: int = Field(sa_type=FLAG)
    opened_at: int = Field(sa_type=INSTANT)
    closed_at: int | None = Field(default=None, sa_type=INSTANT)


class QuotaRow(Row, table=True):
    """How many awards of a form an organisation may propose in the year's end round."""

    __tablename__: ClassVar[str] = "quota"
    __table_args__ = KEYED
    province_id: str = Field(primary_key=True, sa_type=TEXT)
    form: str = Field(primary_key=True, sa_type=TEXT)
    cycle: int = Field(primary_key=True, sa_type=NUMBER)
    organisation_id: str = Field(primary_key=True, sa_type=TEXT)
    number: int = Field(sa_type=NUMBER)


AWARD_ROUND = table_of(AwardRoundRow)
QUOTA = table_of(QuotaRow)
