"""The rolls: what papers said of their dossiers, one value a row, beside the journal."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from workflow.storage.tables.columns import KEYED, NUMBER, TEXT, Row, table_of


class RollRow(Row, table=True):
    """A value of a dossier under a column of its kind's roll; ``place``: the version, where papers are kept many times.

    ``folded``: the text as words are looked for; ``amount``: a whole number, to be added up.
    """

    __tablename__: ClassVar[str] = "roll"
    __table_args__ = (Index(None, "code", "text"), KEYED)
    dossier_id: str = Field(primary_key=True, sa_type=TEXT, foreign_key="dossier.id")
    code: str = Field(primary_key=True, sa_type=TEXT)
    place: int = Field(primary_key=True, sa_type=NUMBER)
    text: str = Field(sa_type=TEXT)
    folded: str = Field(sa_type=TEXT)
    amount: int | None = Field(default=None, sa_type=NUMBER)


ROLL = table_of(RollRow)
