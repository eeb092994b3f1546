"""From a shape, the texts in its fields and its problems to the nodes that the templates draw."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from web.forms.nodes import (
    Choice,
    Column,
    FieldNode,
    GroupNode,
    Need,
    Node,
    RowNode,
    RowsNode,
    ScoresNode,
    ask_at,
    focus_on,
)
from web.forms.paths import Path, id_of, name_of
from web.forms.reading import ABSENT, DAY_PART, HOUR_PART, NO, YES, Problem, Raw, count_of, field_path
from web.forms.rows import Removed
from web.forms.scores import bind_scores
from web.forms.setting import GivenRows, Opening, Setting
from web.forms.shapes import Condition, Group, Leaf, Rows, Shape
from web.forms.telling import tell
from web.words import has, say

FEW_CHOICES = 5
WIDTHS = ((6, "in-xs"), (16, "in-sm"), (60, "in-md"))
SHARED_FIELDS = 3
OFFICIAL_PAPER = "official_paper"


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of the error summary: the sentence and the id of the place it leads to."""

    sentence: str
    target: str


@dataclass(slots=True)
class BoundForm:
    """A paper ready to be drawn: `nodes` in order, `problems` in the order of the nodes."""

    title: str
    hint: str
    is_verified: bool
    nodes: list[Node]
    problems: tuple[Summary, ...]
    removed: Removed | None = None
    has_files: bool = False

    @property
    def scores(self) -> ScoresNode | None:
        """The paper's score sheet, for the bar that sums it up."""
        inside = [child for node in self.nodes if isinstance(node, GroupNode) for child in node.children]
        return next((node for node in (*self.nodes, *inside) if isinstance(node, ScoresNode)), None)


@dataclass(slots=True)
class Binder:
    """One binding: walks the shape and keeps every node it made by its path."""

    raw: Raw
    document: Mapping[str, Any]
    setting: Setting
    opening: Opening
    asks: Mapping[Path, str]
    focus: Path | None
    made: dict[Path, Any] = field(default_factory=dict)
    has_files: bool = False

    # --- groups ---

    def top(self, shape: Group) -> list[Node]:
        """The paper's own fields, gathered under the headings of their x-ui groups in order of first appearance."""
        gathered: dict[str, list[Node]] = {}
        for child in shape.children:
            node = self.child(shape, child, (), self.document)
            if node is not None:
                gathered.setdefault(child.group or child.key, []).append(node)
        return [self.gather(code, nodes) for code, nodes in gathered.items()]

    def gather(self, code: str, nodes: list[Node]) -> Node:
        """The fields of one x-ui group under its heading; a list alone is its own heading."""
        if len(nodes) == 1 and not isinstance(nodes[0], FieldNode):
            return nodes[0]
        label = say(f"group.{code}") if has(f"group.{code}") else ""
        look = "doc" if code == OFFICIAL_PAPER else "set"
        return GroupNode(look, f"g-{code}", label, shared=_share(nodes), children=nodes)

    def child(self, parent: Group, shape: Shape, path: Path, stored: object) -> Node | None:
        """The node of one property, or None when the server sets it."""
        place = (*path, shape.key)
        if self.setting.hides(place, shape.group) or (isinstance(shape, Leaf) and shape.kind == "hidden"):
            return None
        value = stored.get(shape.key, ABSENT) if isinstance(stored, Mapping) else ABSENT
        node = self.node(shape, place, value)
        node.need = need_of(parent, shape)
        node.off_when = _off_when(shape, path)
        return node

    def node(self, shape: Shape, path: Path, value: object) -> Node:
        """The node of whatever stands at `path`; `value` is what the stored document has there."""
        node: Node
        match shape:
            case Group():
                node = GroupNode("group", id_of(path), shape.title, shape.description, either=_either(shape))
                self.made[path] = node
                node.children = [n for c in shape.children if (n := self.child(shape, c, path, value)) is not None]
            case Rows() if len(path) == 1 and str(path[0]) in self.setting.scores:
                node = bind_scores(self, shape, path, value, self.setting.scores[str(path[0])])
            case Rows():
                node = self.rows(shape, path, value)
            case Leaf():
                node = self.field(shape, path, value)
            case _:
                raise TypeError(type(shape).__name__)
        self.made[path] = node
        return node

    # --- rows ---

    def rows(self, shape: Rows, path: Path, value: object) -> RowsNode:
        """A list: its given rows, or those typed so far; a required one starts with a blank row."""
        given = self.setting.rows_given(path)
        is_open = self.opening.opens(path)
        stored = value if isinstance(value, list) else []
        count = len(given.rows) if given else count_of(self.raw, path) if is_open else len(stored)
        if not count and is_open and (shape.is_required or shape.least):
            count = 1
        look = "table" if _in_table(shape, given) else "blocks"
        node = RowsNode(
            look,
            id_of(path),
            name_of(path),
            shape.title,
            shape.item.title or shape.title,
            shape.description,
            either=_either(shape.item) if isinstance(shape.item, Group) else (),
            columns=_columns(shape, path, given) if look == "table" else (),
            is_given=given is not None,
            can_change=is_open and given is None,
            can_add=is_open and given is None and count < shape.most,
            most=shape.most,
        )
        self.made[path] = node
        for index in range(count):
            node.rows.append(
                self.row(shape, (*path, index), self._stored_row(stored, given, path, index, is_open), given)
            )
        return node

    def _stored_row(
        self, stored: Sequence[object], given: GivenRows | None, path: Path, index: int, is_open: bool
    ) -> object:
        if given is not None:
            key = given.rows[index].value
            return next((row for row in stored if isinstance(row, Mapping) and row.get(given.key) == key), ABSENT)
        came_from = self.raw.get(f"{name_of((*path, index))}/@", [""])[0] if is_open else str(index)
        is_known = came_from.isascii() and came_from.isdecimal() and int(came_from) < len(stored)
        return stored[int(came_from)] if is_known else ABSENT

    def row(self, shape: Rows, path: Path, value: object, given: GivenRows | None) -> RowNode:
        """One row: short fields as its cells, long texts and lists under it."""
        number = int(path[-1])
        row = RowNode(id_of(path), name_of(path), number + 1)
        if given is not None:
            one = given.rows[number]
            row.title, row.hint, row.url = one.title, one.hint, one.url
        else:
            row.came_from = self.raw.get(f"{name_of(path)}/@", [""])[0]
        self.made[path] = row
        if not isinstance(shape.item, Group):
            node = self.node(shape.item, path, value)
            row.cells = [node]
            self.made[path] = node
            return row
        for child in shape.item.children:
            if given is not None and child.key == given.key:
                continue
            node_or_none = self.child(shape.item, child, path, value)
            if node_or_none is None:
                continue
            if not _is_cell(shape, given, child):
                row.more.append(node_or_none)
                continue
            if isinstance(node_or_none, FieldNode) and node_or_none.look == "radio" and _in_table(shape, given):
                node_or_none.look = "select"
            row.cells.append(node_or_none)
        return row

    # --- fields ---

    def field(self, leaf: Leaf, path: Path, value: object) -> FieldNode:
        """One field; only its words when it is not open."""
        if not self.opening.reaches(path):
            return FieldNode("said", id_of(path), "", leaf.title, value=tell(leaf, value, self.setting))
        name = name_of(path)
        node = FieldNode(
            leaf.kind,
            id_of(path),
            name,
            leaf.title,
            leaf.description,
            value=self.raw.get(name, [""])[0] if self.raw.get(name) else "",
            ask=self.asks.get(path, ""),
            is_focused=self.focus == path,
        )
        self.dress(node, leaf)
        return node

    def dress(self, node: FieldNode, leaf: Leaf) -> None:
        """What a field of this kind needs beyond its value."""
        chosen = set(self.raw.get(node.name, ()))
        match leaf.kind:
            case "choice" | "many":
                node.choices = tuple(Choice(o.value, o.title, o.description, o.value in chosen) for o in leaf.options)
                few = len(leaf.options) <= FEW_CHOICES and leaf.is_required
                look = leaf.look if leaf.look in {"select", "radio"} else "radio" if few else "select"
                node.look = "checks" if leaf.kind == "many" else look
            case "yes_no":
                words = ((YES, say("yes")), (NO, say("no")))
                node.look, node.choices = "radio", tuple(Choice(v, t, is_chosen=v in chosen) for v, t in words)
            case "tick":
                node.choices = (Choice(YES, leaf.title, is_chosen=bool(chosen)),)
            case "integer" | "number":
                node.look, node.width = "text", "in-sm"
                node.numeric = "numeric" if leaf.kind == "integer" else "decimal"
            case "day":
                node.width = "in-sm"
            case "moment":
                node.value, node.hour = (self.raw.get(node.name + part, [""])[0] for part in (DAY_PART, HOUR_PART))
            case "file":
                self.has_files = True
                node.file_types = self.setting.file_types
                node.hint = " ".join(filter(None, (node.hint, self.setting.file_hint)))
                digests = self.raw.get(node.name, ())
                node.files = tuple((d, self.setting.files[d]) for d in digests if d in self.setting.files)
            case "text":
                node.width = next((name for most, name in WIDTHS if (leaf.longest or 999) <= most), "")


def bind(
    shape: Group,
    document: Mapping[str, Any],
    raw: Raw,
    setting: Setting,
    *,
    problems: Iterable[Problem] = (),
    judged: Mapping[str, Any] | None = None,
    focus: Path | None = None,
    removed: Removed | None = None,
) -> BoundForm:
    """The nodes of a paper. `problems` speak of the document `judged` (the stored one when it is not given)."""
    asks = {field_path(path, document, setting): text for path, text in setting.asks.items()}
    binder = Binder(
        raw, document, setting, setting.opening.moved(lambda p: field_path(p, document, setting)), asks, None
    )
    binder.focus = focus
    nodes = binder.top(shape)
    ask_at(binder.made, asks)
    if focus is not None:
        focus_on(binder.made, focus)
    lines = _attach(binder.made, problems, document if judged is None else judged, setting)
    return BoundForm(shape.title, shape.description, shape.is_verified, nodes, lines, removed, binder.has_files)


def _attach(
    made: Mapping[Path, Any], problems: Iterable[Problem], judged: Mapping[str, Any], setting: Setting
) -> tuple[Summary, ...]:
    """Each problem at its field (or the nearest node around it), one a place; the summary in the order of the page."""
    order = {id(node): number for number, node in enumerate(made.values())}
    seen: set[Path] = set()
    lines: list[tuple[int, Summary]] = []
    for problem in problems:
        if problem.path in seen:
            continue
        seen.add(problem.path)
        place = field_path(problem.path, judged, setting)
        while place and place not in made:
            place = place[:-1]
        node = made.get(place)
        if node is not None:
            node.errors.append(problem.sentence)
        lines.append((order.get(id(node), -1), Summary(problem.sentence, _target(node))))
    return tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def _target(node: Any) -> str:
    if node is None:
        return id_of(())
    if isinstance(node, FieldNode) and node.look in {"radio", "checks"} and node.choices:
        return f"{node.id}-0"
    return str(node.id)


def _share(nodes: Iterable[Node]) -> Need | None:
    """The condition that three or more fields of a group have in common; it is then taken off each of them."""
    fields = [
        node
        for node in nodes
        if isinstance(node, FieldNode) and node.need and node.need.kind in {"when", "given", "ticked"}
    ]
    needs = {node.need for node in fields}
    if len(fields) < SHARED_FIELDS or len(needs) != 1:
        return None
    for node in fields:
        node.need = None
    return needs.pop()


# --- words about a field ----------------------------------------------------------------------------------------------


def need_of(parent: Group, shape: Shape) -> Need | None:
    """Why a field is not simply required, in a form the template can say; None when it is required."""
    if shape.is_required or (isinstance(shape, Leaf) and shape.kind == "tick"):
        return None
    if shape.is_either:
        return Need("either")
    siblings = {child.key: child for child in parent.children}
    for kind, conditions in (("when", shape.required_when), ("only", shape.off_when)):
        for condition in conditions:
            if (need := _said(kind, condition, siblings)) is not None:
                return need
    return Need("optional")


def _said(kind: str, condition: Condition, siblings: Mapping[str, Shape]) -> Need | None:
    if len(condition.tests) != 1:
        return None
    ((name, values),) = condition.tests
    sibling = siblings.get(name)
    if not isinstance(sibling, Leaf):
        return None
    if not values:
        return Need("given", sibling.title)
    if sibling.kind in {"tick", "yes_no"}:
        return Need("ticked" if (True in values) == (kind == "when") else "optional", sibling.title)
    wanted = [o.title for o in sibling.options if (o.value in values) == (kind == "when")]
    return Need(kind, sibling.title, tuple(wanted))


def _off_when(shape: Shape, path: Path) -> str:
    """For the script: under which values of its siblings the field is not asked, as JSON; "" when always asked."""
    rules = [
        {name_of((*path, name)): [_posted(value) for value in values] for name, values in condition.tests}
        for condition in shape.off_when
    ]
    return json.dumps(rules, ensure_ascii=False) if rules else ""


def _posted(value: str | bool) -> str:
    return (YES if value else NO) if isinstance(value, bool) else value


def _either(shape: Group) -> tuple[str, ...]:
    titles = {child.key: child.title for child in shape.children}
    names = dict.fromkeys(name for names in shape.either for name in names)
    return tuple(titles[name] for name in names if name in titles)


def _in_table(shape: Rows, given: GivenRows | None) -> bool:
    """Rows that the server gives are always a table; others when their fields are few and short."""
    return given is not None or shape.look in {"table", "votes", "score_sheet"}


def _is_cell(shape: Rows, given: GivenRows | None, child: Shape) -> bool:
    """Whether a child stands in its row of the table; long texts and lists stand under it."""
    if not _in_table(shape, given):
        return True
    return isinstance(child, Leaf) and child.kind not in {"area", "many", "file", "moment"}


def _columns(shape: Rows, path: Path, given: GivenRows | None) -> tuple[Column, ...]:
    item = shape.item
    if not isinstance(item, Group):
        return (Column(f"{id_of(path)}-c", item.title or shape.title, item.description),)
    return tuple(
        Column(
            f"{id_of(path)}-{child.key}",
            child.title,
            child.description,
            is_number=isinstance(child, Leaf) and child.kind in {"integer", "number"},
            is_tick=isinstance(child, Leaf) and child.kind == "tick",
            need=need_of(item, child),
        )
        for child in item.children
        if not (given is not None and child.key == given.key)
        and not (isinstance(child, Leaf) and child.kind == "hidden")
        and _is_cell(shape, given, child)
    )
