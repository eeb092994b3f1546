"""What surrounds one drawing of a paper: which fields are open, which rows are given, which files are known.

The schema says what a paper is; a `Setting` says what of it this reader may type on this page, and gives the words that
stand outside the document (the name of a dossier voted on, the text of a criterion, the name of a file).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from web.forms.paths import Path

Answer: TypeAlias = "float | bool | None"


class Opening:
    """Which places may be changed: all of them, or only the named ones and what is under them (after a return)."""

    def __init__(self, paths: Iterable[Path] | None = None) -> None:
        self._paths = None if paths is None else frozenset(paths)

    def moved(self, move: Callable[[Path], Path]) -> Opening:
        """The same opening with every named place moved."""
        return self if self._paths is None else Opening(map(move, self._paths))

    def opens(self, path: Path) -> bool:
        """Whether the value at `path` may be changed as a whole."""
        return self._paths is None or any(path[: len(one)] == one for one in self._paths)

    def reaches(self, path: Path) -> bool:
        """Whether anything at `path` or under it may be changed."""
        return self.opens(path) or any(one[: len(path)] == path for one in self._paths or ())


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that belongs to this dossier and may therefore stand in its papers; `size` in bytes."""

    name: str
    size: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class GivenRow:
    """One row that the server gives: the value of the key field, and how the row is called."""

    value: str
    title: str
    hint: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class GivenRows:
    """A list whose rows are given (dossiers of an act): `key` names the field that tells the row.

    `keeps_blank`: a row nobody filled in stays in the document, so that the validator asks for it.
    """

    key: str
    rows: tuple[GivenRow, ...]
    keeps_blank: bool = True


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One criterion. asks: points or met; `most`: highest points; `others`: what the other columns say of it."""

    code: str
    title: str
    asks: str = "points"
    most: float | None = None
    others: Mapping[str, Answer] = field(default_factory=dict)
    hint: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """A numbered group of criteria."""

    title: str
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """A column of the sheet: the unit itself, the commune police, PV01."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """A criteria set as a page shows it. `mine`: the typed column; `against`: the one a difference is told from."""

    groups: tuple[ScoreGroup, ...]
    columns: tuple[ScoreColumn, ...]
    mine: str
    against: str = ""

    @property
    def lines(self) -> tuple[ScoreLine, ...]:
        """Every criterion, in the order of the sheet."""
        return tuple(line for group in self.groups for line in group.lines)

    def as_given(self) -> GivenRows:
        """Its criteria as the rows of a document; a criterion nobody scored yet is left out of it."""
        return GivenRows("criterion", tuple(GivenRow(line.code, line.title) for line in self.lines), keeps_blank=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything around one drawing; the default is a paper wholly open and drawn from its schema alone.

    hidden_fields, hidden_groups: names (and x-ui groups) at the top of the paper that the server sets here; their
    values come from the stored document. given: list name -> its rows. scores: list name -> its criteria. files:
    digest -> file. asks: place -> what the one who returned the paper wants mended there.
    """

    opening: Opening = field(default_factory=Opening)
    hidden_fields: frozenset[str] = frozenset()
    hidden_groups: frozenset[str] = frozenset()
    given: Mapping[str, GivenRows] = field(default_factory=dict)
    scores: Mapping[str, ScoreTable] = field(default_factory=dict)
    files: Mapping[str, KnownFile] = field(default_factory=dict)
    asks: Mapping[Path, str] = field(default_factory=dict)
    file_hint: str = ""
    file_types: str = ".pdf,.jpg,.jpeg,.png,.docx"

    def rows_given(self, path: Path) -> GivenRows | None:
        """The given rows of the list at `path` (only lists at the top of a paper are given)."""
        name = path[0] if len(path) == 1 else None
        if name in self.scores:
            return self.scores[str(name)].as_given()
        return self.given.get(str(name)) if name is not None else None

    def hides(self, path: Path, group: str) -> bool:
        """Whether the top-level field is set by the server on this page."""
        return len(path) == 1 and (path[0] in self.hidden_fields or group in self.hidden_groups)
