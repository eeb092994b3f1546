"""The register of numbers given to papers."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from workflow.storage.tables.columns import DAY, INSTANT, NUMBER, STRICT, TEXT, Row, table_of


class IssuedNumberRow(Row, table=True):
    """A number that a body gave to a paper; ``symbol`` as it stands there. A cancelled one stays taken."""

    __tablename__: ClassVar[str] = "issued_number"
    __table_args__ = (Index(None, "organisation_id", "year", "series", "number", unique=True), STRICT)
    id: str = Field(primary_key=True, sa_type=TEXT)
    organisation_id: str = Field(sa_type=TEXT)
    province_id: str = Field(sa_type=TEXT)
    year: int = Field(sa_type=NUMBER)
    series: str = Field(sa_type=TEXT)
    number: int = Field(sa_type=NUMBER)
    symbol: str = Field(sa_type=TEXT)
    day: str = Field(sa_type=DAY)
    about: str = Field(sa_type=TEXT)
    at: int = Field(sa_type=INSTANT)
    person_id: str = Field(sa_type=TEXT)
    role: str = Field(sa_type=TEXT)
    voided_at: int | None = Field(default=None, sa_type=INSTANT)
    void_reason: str = Field(sa_type=TEXT)


ISSUED_NUMBER = table_of(IssuedNumberRow)
