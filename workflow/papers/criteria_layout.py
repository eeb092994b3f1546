"""The layout of the criteria workbook: its sheets, fields and columns, and what each cell holds.

One description serves writing and reading, so neither can know a column the other does not. Words are in the
messages (``workbook.criteria.*``, ``workbook.choice.*``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from workflow.wording import Wording, fold


class Form(Enum):
    """What a cell holds."""

    CODE = auto()
    TEXT = auto()
    WHOLE = auto()
    POINTS = auto()
    YES_NO = auto()
    CHOICE = auto()
    CHOICES = auto()
    CITATION = auto()
    CITATIONS = auto()


TEXTUAL = frozenset({Form.CODE, Form.CITATION, Form.CITATIONS})
"""Forms that a spreadsheet would turn into numbers or dates; their cells are formatted as text."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or a field of the information sheet. ``name`` is the body's member, ``word`` its heading's
    key.

    ``choices`` names the list of words to choose from (``workbook.choice.<choices>.*``); ``width`` in
    characters.
    """

    name: str
    form: Form
    word: str = ""
    choices: str = ""
    optional: bool = False
    width: int = 14


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with one heading row and one row per item; ``name`` is the body's member. ``may_be_empty``: no
    rows.
    """

    name: str
    columns: tuple[Column, ...]
    may_be_empty: bool = False


INFO = (
    Column("code", Form.CODE),
    Column("version", Form.WHOLE),
    Column("label", Form.TEXT),
    Column("sample", Form.YES_NO),
    Column("verified", Form.YES_NO),
    Column("confidence", Form.CHOICE, choices="confidence"),
    Column("subject_kinds", Form.CHOICES, choices="subject_kind"),
    Column("scale", Form.POINTS, optional=True),
    Column("sources", Form.CITATIONS),
    Column("note", Form.TEXT, optional=True),
    Column("pass_total", Form.POINTS, optional=True),
    Column("pass_met", Form.WHOLE, optional=True),
    Column("thresholds_source", Form.CITATION, optional=True),
    Column("thresholds_confidence", Form.CHOICE, choices="confidence", optional=True),
    Column("thresholds_verified", Form.YES_NO),
)

GROUPS = Table(
    "groups",
    (
        Column("code", Form.CODE),
        Column("label", Form.TEXT, width=60),
        Column("minimum", Form.POINTS, optional=True),
    ),
)
CRITERIA = Table(
    "criteria",
    (
        Column("code", Form.CODE, width=8),
        Column("group", Form.CODE, width=8),
        Column("label", Form.TEXT, width=70),
        Column("guidance", Form.TEXT, optional=True, width=50),
        Column("kind", Form.CHOICE, choices="kind"),
        Column("maximum", Form.POINTS, optional=True),
        Column("minimum", Form.POINTS, optional=True),
        Column("required", Form.YES_NO, optional=True),
        Column("evidence_required", Form.YES_NO, optional=True),
        Column("source", Form.CITATION, optional=True, width=26),
        Column("confidence", Form.CHOICE, choices="confidence", optional=True, width=20),
        Column("verified", Form.YES_NO, optional=True),
        Column("applies_to", Form.CHOICES, choices="subject_kind", optional=True, width=24),
    ),
)
CLASSES = Table(
    "classes",
    (
        Column("code", Form.CODE),
        Column("label", Form.TEXT, word="class_label", width=40),
        Column("at_least", Form.POINTS),
    ),
    may_be_empty=True,
)
TABLES = (GROUPS, CRITERIA, CLASSES)
GUIDE_LINES = 7
SEPARATOR = ";"


class Words:
    """The words of the workbook, out and in; compared without case, marks or doubled spaces."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._choices: dict[str, Mapping[str, str]] = {}

    def sheet(self, name: str) -> str:
        """The name of a sheet."""
        return self._wording.say(f"workbook.criteria.sheet.{name}")

    def guide(self) -> tuple[str, ...]:
        """The lines of the guide sheet."""
        return tuple(self._wording.say(f"workbook.criteria.guide.{n + 1}") for n in range(GUIDE_LINES))

    def field(self, column: Column) -> str:
        """The name of a field of the information sheet."""
        return self._wording.say(f"workbook.criteria.info.{column.name}")

    def hint(self, column: Column) -> str:
        """How a field of the information sheet is filled in."""
        return self._wording.say(f"workbook.criteria.hint.{column.name}")

    def info_heading(self) -> tuple[str, ...]:
        """The headings of the information sheet."""
        return tuple(self._wording.say(f"workbook.criteria.info.heading.{n}") for n in ("field", "value", "hint"))

    def heading(self, column: Column) -> str:
        """The heading of a column."""
        return self._wording.say(f"workbook.criteria.column.{column.word or column.name}")

    def choices(self, name: str) -> Mapping[str, str]:
        """Code -> word of a list of choices, in the order of the codes; ``yes_no`` for yes and no."""
        if name not in self._choices:
            prefix = "workbook.choice." if name == "yes_no" else f"workbook.choice.{name}."
            codes = ("yes", "no") if name == "yes_no" else self._codes(prefix)
            self._choices[name] = {code: self._wording.say(prefix + code) for code in codes}
        return self._choices[name]

    def _codes(self, prefix: str) -> tuple[str, ...]:
        return tuple(sorted(code.removeprefix(prefix) for code in self._wording.codes() if code.startswith(prefix)))


def same(text: str) -> str:
    """A word as it is compared."""
    return " ".join(fold(text).split())
