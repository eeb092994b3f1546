"""What the templates draw: a paper bound to its texts, its problems and its setting. Plain values, no logic left.

Every node has `look`, by which `templates/macros/form.html` chooses its drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from web.forms.paths import Path
from web.forms.setting import KnownFile


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a field as it stands now."""

    value: str
    title: str
    description: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """Why a field is not simply required. kind: optional, either, when, only, given, ticked.

    `label` and `values` name the sibling that decides: "write this when Kind is Enterprise".
    """

    kind: str
    label: str = ""
    values: tuple[str, ...] = ()


@dataclass(slots=True)
class FieldNode:
    """One field. look: text, area, day, moment, select, radio, checks, tick, file, said."""

    look: str
    id: str
    name: str
    label: str
    hint: str = ""
    need: Need | None = None
    value: str = ""
    hour: str = ""
    choices: tuple[Choice, ...] = ()
    files: tuple[tuple[str, KnownFile], ...] = ()
    file_types: str = ""
    width: str = ""
    numeric: str = ""
    off_when: str = ""
    ask: str = ""
    errors: list[str] = field(default_factory=list)
    is_focused: bool = False

    @property
    def is_filled(self) -> bool:
        """Whether something was typed, chosen or attached."""
        return bool(self.value or self.hour or self.files or any(c.is_chosen and c.value for c in self.choices))

    @property
    def described_by(self) -> str:
        """Ids of what is said of the field, for `aria-describedby`."""
        said = [self.id + "-h"] if self.hint else []
        said += [self.id + "-y"] if self.ask else []
        said += [self.id + "-e"] if self.errors else []
        return " ".join(said)


@dataclass(slots=True)
class GroupNode:
    """Fields under one heading. look: set, doc (an official paper) or group (inside another).

    `shared`: the need that most of its fields have in common, said once at the head.
    """

    look: str
    id: str
    label: str
    hint: str = ""
    need: Need | None = None
    either: tuple[str, ...] = ()
    shared: Need | None = None
    children: list[Node] = field(default_factory=list)
    off_when: str = ""
    ask: str = ""
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of rows."""

    id: str
    label: str
    hint: str = ""
    is_number: bool = False
    is_tick: bool = False
    need: Need | None = None


@dataclass(slots=True)
class RowNode:
    """One repeated row. `cells` stand in the table, `more` under it (or, in blocks, everything stands in `cells`)."""

    id: str
    name: str
    number: int
    title: str = ""
    hint: str = ""
    url: str = ""
    came_from: str = ""
    cells: list[Node] = field(default_factory=list)
    more: list[Node] = field(default_factory=list)
    ask: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def is_more_open(self) -> bool:
        """Whether what stands under the row is shown at once: something is in it, or wrong in it."""
        return any(has_content(node) for node in self.more)


@dataclass(slots=True)
class RowsNode:
    """A list of rows. look: table or blocks."""

    look: str
    id: str
    name: str
    label: str
    item_label: str
    hint: str = ""
    need: Need | None = None
    either: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: list[RowNode] = field(default_factory=list)
    is_given: bool = False
    can_change: bool = True
    can_add: bool = True
    most: int = 0
    off_when: str = ""
    ask: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def is_filled(self) -> bool:
        """Whether it has any row."""
        return bool(self.rows)


@dataclass(slots=True)
class ScoreCell:
    """What one column says of one criterion; the column that is typed has the field instead."""

    title: str
    text: str
    is_mine: bool = False
    is_against: bool = False


@dataclass(slots=True)
class ScoreRowNode:
    """One criterion with its field, the reason of a difference, and its evidence and note."""

    id: str
    code: str
    title: str
    most: str
    hint: str
    url: str
    cells: list[ScoreCell]
    score: FieldNode | None
    highest: str = ""
    against: str = ""
    difference: str = ""
    amount: str = ""
    reason: FieldNode | None = None
    more: list[Node] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def shows_reason(self) -> bool:
        """Whether the reason is asked for now: the scores differ, or something stands or is wrong in it."""
        return self.reason is not None and bool(self.difference or self.reason.value or self.reason.errors)

    @property
    def is_more_open(self) -> bool:
        """Whether evidence and note are unfolded at once: only when something in them is wrong or asked for."""
        return any(has_trouble(node) for node in self.more)


@dataclass(slots=True)
class ScoreGroupNode:
    """A group of criteria; `most`: its highest points in words of a number."""

    title: str
    most: str
    rows: list[ScoreRowNode]


@dataclass(frozen=True, slots=True)
class ScoreSum:
    """The sum of one column: "67" of "100", or how many criteria are met."""

    code: str
    title: str
    text: str
    of: str
    is_mine: bool


@dataclass(slots=True)
class ScoresNode:
    """A score sheet with its columns side by side. `filled` of `total` criteria have something in the typed column."""

    look: str
    id: str
    name: str
    label: str
    hint: str
    columns: tuple[tuple[str, str, bool], ...]
    groups: list[ScoreGroupNode]
    sums: tuple[ScoreSum, ...]
    filled: int
    total: int
    is_typed: bool
    need: Need | None = None
    off_when: str = ""
    errors: list[str] = field(default_factory=list)


Node: TypeAlias = FieldNode | GroupNode | RowsNode | ScoresNode


def has_trouble(node: Node) -> bool:
    """Whether something in or under a node is wrong, asked for, or holds the focus."""
    if node.errors or (isinstance(node, FieldNode) and (node.ask or node.is_focused)):
        return True
    match node:
        case GroupNode():
            return any(map(has_trouble, node.children))
        case RowsNode():
            return any(row.errors or any(map(has_trouble, (*row.cells, *row.more))) for row in node.rows)
    return False


def has_content(node: Node) -> bool:
    """Whether something was typed into a node, or is wrong in it."""
    return has_trouble(node) or (isinstance(node, FieldNode | RowsNode) and node.is_filled)


def ask_at(made: Mapping[Path, Any], asks: Mapping[Path, str]) -> None:
    """Say what a return asks of a group, a list or a row at its head; a field says its own."""
    for place, text in asks.items():
        node = made.get(place)
        if isinstance(node, GroupNode | RowNode | RowsNode):
            node.ask = text


def focus_on(made: Mapping[Path, Any], path: Path) -> None:
    """Put the focus on the first field at or under `path`."""
    for place, node in made.items():
        if place[: len(path)] == path and isinstance(node, FieldNode) and node.look != "said":
            node.is_focused = True
            return
