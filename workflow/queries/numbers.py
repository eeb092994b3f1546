"""The register of numbers of the reader's own body: by series, newest first, with what comes next and the gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from workflow.domain.actors import OFFICER_ROLES, Actor
from workflow.domain.errors import NotAllowed
from workflow.domain.numbers import IssuedNumber, gaps, next_number
from workflow.queries.names import offices_of
from workflow.storage.database import Database
from workflow.storage.number_rows import NAMES, issued
from workflow.storage.statements import Statement
from workflow.storage.tables import ISSUED_NUMBER

_N = ISSUED_NUMBER.c
_BOOK = Statement(
    select(*(_N[name] for name in NAMES))
    .where(_N.organisation_id == bindparam("organisation"), _N.year == bindparam("year"))
    .order_by(_N.series, _N.number.desc())
)


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a year: its numbers, the next one, runs that nobody was given. ``offices`` by person."""

    code: str
    rows: tuple[IssuedNumber, ...]
    next: int
    gaps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class NumberBook:
    """The register of one body and year. ``offices``: who gave a number, by person."""

    year: int
    series: tuple[Series, ...]
    offices: dict[str, str]

    def next_of(self, code: str) -> int:
        """The next number of a series, 1 for one that has not begun."""
        return next((one.next for one in self.series if one.code == code), 1)


def number_book(db: Database, actor: Actor, year: int) -> NumberBook:
    """The register of the actor's body. Raises ``NotAllowed`` ``number_role``."""
    if actor.role not in OFFICER_ROLES:
        raise NotAllowed("number_role", role=actor.role)
    with db.snapshot() as connection:
        rows = [issued(row) for row in connection.all(_BOOK, organisation=actor.organisation_id, year=year)]
        offices = offices_of(connection, (row.person_id for row in rows))
    codes = list(dict.fromkeys(row.series for row in rows))
    return NumberBook(
        year, tuple(_series(code, [row for row in rows if row.series == code]) for code in codes), offices
    )


def _series(code: str, rows: Sequence[IssuedNumber]) -> Series:
    taken = [row.number for row in rows]
    return Series(code, tuple(rows), next_number(taken), gaps(taken))
