"""What a paper asks for: a JSON Schema of `dossier_schemas` read once into a tree of groups, rows and fields.

Only the subset of `dossier_schemas/meta/paper.schema.json` is understood; the validator of the engine stays the judge
of a document, this tree only says how to draw and to read it. References are closed: `resolve` answers a schema by its
`$id`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]
Resolve: TypeAlias = Callable[[str], Schema]

DEEPEST = 12
LONG_TEXT = 300
UNORDERED = 500
TABLE_WIDTH = 5
TABLE_TEXT = 200


class SchemaError(ValueError):
    """The schema cannot be drawn: an unknown reference, a node of no known kind, a reference to itself."""


@dataclass(frozen=True, slots=True)
class Condition:
    """True when every named sibling is given and, where values are listed, has one of them."""

    tests: tuple[tuple[str, tuple[str | bool, ...]], ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the value in the document, its words, and what they mean."""

    value: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What every asked thing has. `key` is its property name ("" for the whole paper and for the item of rows)."""

    key: str = ""
    title: str = ""
    description: str = ""
    is_required: bool = False
    required_when: tuple[Condition, ...] = ()
    off_when: tuple[Condition, ...] = ()
    is_either: bool = False
    is_verified: bool = True
    group: str = ""
    order: int = UNORDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf(Shape):
    """One field. kind: text, area, integer, number, day, moment, choice, many, yes_no, tick, file or hidden."""

    kind: str
    look: str = ""
    options: tuple[Option, ...] = ()
    example: str = ""
    longest: int | None = None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Shape):
    """Fields that belong together. `either`: sets of fields of which one has to be given."""

    children: tuple[Shape, ...]
    look: str = ""
    either: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Shape):
    """Repeated rows. look: table, blocks, score_sheet or votes."""

    item: Shape
    look: str
    least: int = 0
    most: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the builder stands: the document that `#/` refers to, the resolver, how deep it is."""

    root: Schema
    resolve: Resolve
    depth: int = 0


def build_shape(schema: Schema, resolve: Resolve) -> Group:
    """The tree of a paper; SchemaError when the schema is no object or holds what cannot be drawn."""
    shape = _shape(schema, "", is_required=True, place=_Place(schema, resolve))
    if not isinstance(shape, Group):
        msg = "a paper is an object"
        raise SchemaError(msg)
    return shape


def _shape(node: Schema, key: str, *, is_required: bool, place: _Place) -> Shape:
    if place.depth > DEEPEST:
        msg = f"{key}: deeper than {DEEPEST} levels, or a reference to itself"
        raise SchemaError(msg)
    node, place = _dereferenced(node, replace(place, depth=place.depth + 1))
    ui = node.get("x-ui", {})
    head: dict[str, Any] = {
        "key": key,
        "title": node.get("title", ""),
        "description": node.get("description", ""),
        "is_required": is_required,
        "is_verified": node.get("x-verified", True),
        "group": ui.get("group", ""),
        "order": ui.get("order", UNORDERED),
    }
    match node.get("type"):
        case "object":
            return _group(node, head, place)
        case "array":
            return _rows(node, head, place)
        case "string" | "number" | "integer" | "boolean":
            return _leaf(node, head)
    msg = f"{key}: no kind of node that can be drawn"
    raise SchemaError(msg)


def _dereferenced(node: Schema, place: _Place) -> tuple[Schema, _Place]:
    """The node behind its references; words and hints beside a reference win over those behind it."""
    for _ in range(DEEPEST):
        reference = node.get("$ref")
        if reference is None:
            return node, place
        target, place = _target(reference, place)
        beside = {name: value for name, value in node.items() if name != "$ref"}
        if "title" in beside:  # a field with a name of its own is not described by the words of its type
            target = {name: value for name, value in target.items() if name != "description"}
        ui = {**target.get("x-ui", {}), **beside.get("x-ui", {})}
        node = {**target, **beside, **({"x-ui": ui} if ui else {})}
    msg = f"{node.get('$ref')}: references in a circle"
    raise SchemaError(msg)


def _target(reference: str, place: _Place) -> tuple[Schema, _Place]:
    name, _, fragment = reference.partition("#")
    root = place.root
    if name:
        try:
            root = place.resolve(name)
        except LookupError:
            msg = f"{reference}: unknown"
            raise SchemaError(msg) from None
    target: Any = root
    for part in filter(None, fragment.split("/")):
        if not isinstance(target, Mapping) or part not in target:
            msg = f"{reference}: unknown"
            raise SchemaError(msg)
        target = target[part]
    return target, replace(place, root=root)


def _group(node: Schema, head: dict[str, Any], place: _Place) -> Group:
    required = set(node.get("required", ()))
    asked, off = _conditions(node)
    either = tuple(tuple(choice["required"]) for word in ("oneOf", "anyOf") for choice in node.get(word, ()))
    in_either = {name for names in either for name in names}
    children = []
    for name, child in node["properties"].items():
        shape = _shape(child, name, is_required=name in required, place=place)
        children.append(
            replace(
                shape,
                required_when=tuple(asked.get(name, ())),
                off_when=tuple(off.get(name, ())),
                is_either=name in in_either,
            )
        )
    children.sort(key=lambda shape: shape.order)
    return Group(**head, children=tuple(children), either=either, look=node.get("x-ui", {}).get("widget", ""))


def _conditions(node: Schema) -> tuple[dict[str, list[Condition]], dict[str, list[Condition]]]:
    """By field: when it is asked for, and when it is not wanted."""
    asked: dict[str, list[Condition]] = {}
    off: dict[str, list[Condition]] = {}
    for rule in node.get("allOf", ()):
        condition = Condition(tuple((name, _values(test)) for name, test in rule["if"]["properties"].items()))
        for name in rule["then"].get("required", ()):
            asked.setdefault(name, []).append(condition)
        for name, narrowed in rule["then"].get("properties", {}).items():
            if narrowed is False:
                off.setdefault(name, []).append(condition)
    for name, needed in node.get("dependentRequired", {}).items():
        for other in needed:
            asked.setdefault(other, []).append(Condition(((name, ()),)))
    return asked, off


def _values(test: Schema) -> tuple[str | bool, ...]:
    return (test["const"],) if "const" in test else tuple(test["enum"])


def _rows(node: Schema, head: dict[str, Any], place: _Place) -> Shape:
    item = _shape(node["items"], "", is_required=True, place=place)
    widget = node.get("x-ui", {}).get("widget", "")
    if isinstance(item, Leaf) and item.kind == "choice":
        return Leaf(**head, kind="hidden" if widget == "hidden" else "many", options=item.options)
    if widget in {"hidden", "file"}:
        return Leaf(**head, kind=widget, look="rows")
    look = widget if widget in {"score_sheet", "votes"} else "table" if _fits_a_table(item) else "blocks"
    return Rows(**head, item=item, look=look, least=node.get("minItems", 0), most=node["maxItems"])


def _fits_a_table(item: Shape) -> bool:
    """A few short fields and nothing under them: such rows are read as a table."""
    leaves = item.children if isinstance(item, Group) else (item,)
    seen = [leaf for leaf in leaves if not (isinstance(leaf, Leaf) and leaf.kind == "hidden")]
    return len(seen) <= TABLE_WIDTH and all(isinstance(leaf, Leaf) and _is_short(leaf) for leaf in seen)


def _is_short(leaf: Leaf) -> bool:
    if leaf.kind == "text":
        return (leaf.longest or 0) <= TABLE_TEXT
    return leaf.kind in {"integer", "number", "day", "tick", "yes_no", "choice"}


def _leaf(node: Schema, head: dict[str, Any]) -> Leaf:
    widget = node.get("x-ui", {}).get("widget", "")
    examples = node.get("examples", ())
    return Leaf(
        **head,
        kind=widget if widget in {"hidden", "file"} else _kind(node, widget),
        look=widget,
        options=tuple(_options(node)),
        example=str(examples[0]) if examples and isinstance(examples[0], str) else "",
        longest=node.get("maxLength"),
        least=node.get("minimum"),
        most=node.get("maximum"),
    )


def _kind(node: Schema, widget: str) -> str:
    match node["type"]:
        case "boolean":
            return "tick" if widget == "checkbox" else "yes_no"
        case "integer" | "number":
            return str(node["type"])
    if "oneOf" in node:
        return "choice"
    if (known := {"date": "day", "date-time": "moment"}.get(node.get("format", ""))) is not None:
        return known
    return "area" if widget == "textarea" or (not widget and node.get("maxLength", 0) > LONG_TEXT) else "text"


def _options(node: Schema) -> Iterable[Option]:
    for option in node.get("oneOf", ()):
        yield Option(option["const"], option["title"], option.get("description", ""))
