"""The roll of a kind: which fields of its papers are kept beside every dossier, to be listed, filtered and summed.

A roll is data of the kind. Its values are written when a paper is filed and never enter the journal: words typed by
people are no facts (decision 3). A column chosen from a list may also narrow what a step asks for (``Where``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.domain.dossier import Dossier

TITLE = "@title"
"""The column under which a dossier's own title is kept, whichever column of its kind gives it."""


class Holds(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    DOSSIER = "dossier"


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a paper, kept in the roll.

    ``tally``: dossiers are counted by its values; ``sums``: its whole numbers are added up. ``link``: the kind of
    dossier whose number it holds. ``expires``: so many days before its date the dossier is said to run out.
    ``counted``: the papers filed are counted (those of a year by this date), instead of being shown.
    """

    code: str
    label: str
    paper: str
    field: str
    holds: Holds = Holds.TEXT
    tally: bool = False
    sums: bool = False
    link: str = ""
    expires: int | None = None
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """Only on dossiers of whose newest ``paper`` the ``field`` says one of ``any_of``."""

    paper: str
    field: str
    any_of: tuple[str, ...]

    def holds(self, dossier: Dossier) -> bool:
        """Whether the dossier's paper says so; a paper that is not filed says nothing."""
        filed = dossier.newest(self.paper)
        said = filed.paper.facts.get("said") if filed is not None else None
        return isinstance(said, Mapping) and plain(said.get(self.field)) in self.any_of


@dataclass(frozen=True, slots=True)
class Said:
    """Dossiers of which the column ``column`` says one of ``any_of``."""

    column: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a unit must have done in the year: a date of the year under one of ``columns``.

    ``earlier``: asked only of units that have a dossier of an earlier year.
    """

    label: str
    columns: tuple[str, ...]
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of every unit of some kinds in a year: each of ``parts``, at least once.

    ``per_dossier`` names instead a counted column that must reach ``least`` in the year on every dossier that is
    open, or on those of which ``where`` is said.
    """

    code: str
    label: str
    source: str
    verified: bool
    subject_kinds: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    per_dossier: str = ""
    least: int = 1
    where: Said | None = None


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll of a kind: its name, the column that gives each dossier its title (empty: none), columns and demands."""

    label: str
    title: str
    columns: tuple[Column, ...]
    demands: tuple[Demand, ...] = ()

    def column(self, code: str) -> Column | None:
        """The column of that code."""
        return next((column for column in self.columns if column.code == code), None)

    @property
    def tallied(self) -> tuple[Column, ...]:
        """Columns by whose values dossiers are counted."""
        return tuple(column for column in self.columns if column.tally)

    @property
    def summed(self) -> tuple[Column, ...]:
        """Columns that are added up."""
        return tuple(column for column in self.columns if column.sums)

    @property
    def expiring(self) -> Column | None:
        """The column whose date ends what the dossier is about."""
        return next((column for column in self.columns if column.expires is not None), None)

    def said_in(self, paper: str) -> tuple[str, ...]:
        """Fields of a paper that are chosen from a list: what a step may be narrowed by."""
        return tuple(column.field for column in self.columns if column.paper == paper and column.holds is Holds.CHOICE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One value in a roll: its column, its text, and for a number its amount."""

    column: str
    text: str
    amount: int | None = None


def entries_of(roll: Roll, paper: str, document: Mapping[str, object]) -> Iterator[Entry]:
    """What a paper says for the roll, the dossier's title among it."""
    for column in roll.columns:
        text = plain(document.get(column.field)) if column.paper == paper else None
        if text is None:
            continue
        value = document[column.field]
        number = column.holds is Holds.NUMBER and isinstance(value, int)
        yield Entry(column.code, text, int(str(value)) if number else None)
        if column.code == roll.title:  # never for a roll without one
            yield Entry(TITLE, text)


def columns_of(roll: Roll, paper: str) -> tuple[str, ...]:
    """Every column that a newer version of a paper writes anew."""
    found = tuple(column.code for column in roll.columns if column.paper == paper)
    return (*found, TITLE) if roll.title in found else found


def plain(value: object) -> str | None:
    """A value as the roll keeps it; None for what has no plain text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value).strip() or None
    return None


def runs_out(until: str, today: date, days: int) -> bool:
    """Whether a date (ISO) is passed, or at most so many days ahead."""
    return date.fromisoformat(until) <= today + timedelta(days=days)
