"""Filed yearly reports: frozen figures of one commune, kind and cycle."""

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
    NUMBER,
    STRICT,
    TEXT,
    Row,
    table_of,
)


class ReportRow(Row, table=True):
    """A commune's filed report, never changed. ``body``: its figures (JSON, compressed).

    ``signed``: the signed paper it was filed from, as JSON, where there was one.
    """

    __tablename__: ClassVar[str] = "report"
    __table_args__ = (
        Index(None, "province_id", "kind", "cycle", "commune_id", unique=True),
        Index(None, "commune_id", "kind", "cycle"),
        STRICT,
    )
    id: str = Field(primary_key=True, sa_type=TEXT)
    province_id: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    cycle: int = Field(sa_type=NUMBER)
    commune_id: str = Field(sa_type=TEXT)
    filed_at: int = Field(sa_type=INSTANT)
    filed_by: str = Field(sa_type=TEXT)
    role: str = Field(sa_type=TEXT)
    late: int = Field(sa_type=FLAG)
    grant_id: str | None = Field(default=None, sa_type=TEXT)
    signed: str | None = Field(default=None, sa_type=JSON)
    digest: str = Field(sa_type=DIGEST)
    body: bytes = Field(sa_type=BYTES)


REPORT = table_of(ReportRow)
