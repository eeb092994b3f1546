"""What the meta-schema cannot say of our schemas, and their plain form without references.

A schema is refused before it can do harm: every ``$ref`` leads to a schema of the same set (never to a file or the
network), no reference turns in a circle, every pattern takes linear time, every name in a rule is a declared field,
and every field has the title under which people will read of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.definitions.body import Fault
from workflow.definitions.patterns import PatternRefused, check_pattern

Schema = dict[str, Any]  # a JSON Schema as read: its shape is the meta-schema's business

_MOST_LEVELS = 16
_MOST_NODES = 5_000
_ROOT_ONLY = ("$schema", "$id", "$defs")


def schema_fault(document: str, path: str, code: str, detail: str) -> Fault:
    """One thing wrong in a schema: its id, where in it (JSON pointer), a stable code, and what, in plain English."""
    return Fault(code, path, {"detail": detail}, document)


def resolve(documents: Mapping[str, Schema]) -> tuple[dict[str, Schema], tuple[Fault, ...]]:
    """Every document with its references replaced by what they name, and all faults of the set.

    Beside ``$ref`` stand only words for people (title, hint, source; x-ui member by member), which replace those of
    the target; a title of its own also puts the target's hint aside. So the plain form judges as the original does.
    """
    resolver = _Resolver(documents)
    plain: dict[str, Schema] = {}
    for name, document in documents.items():
        resolver.begin(name, document)
        if resolver.sound:
            plain[name] = {"$schema": document["$schema"], "$id": name, **resolver.node(document, "", (name,))}
            resolver.faults.extend(_node_faults(name, plain[name], "", 1))
    return plain, tuple(resolver.faults)


def nodes(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Every node of a plain schema that describes a value, with its place in the schema, parents first."""
    yield path, schema
    for name, child in schema.get("properties", {}).items():
        yield from nodes(child, f"{path}/properties/{name}")
    if "items" in schema:
        yield from nodes(schema["items"], f"{path}/items")


class _Resolver:
    """Replaces references; collects faults instead of stopping at the first."""

    def __init__(self, documents: Mapping[str, Schema]) -> None:
        self._documents = documents
        self._document = ""
        self._left = _MOST_NODES
        self.faults: list[Fault] = []
        self.sound = True

    def begin(self, name: str, document: Schema) -> None:
        """Turn to the next document; it is unsound when its own name is not the one it is stored under."""
        self._document, self._left, self.sound = name, _MOST_NODES, document.get("$id") == name
        if not self.sound:
            self._blame("/$id", "schema.other_id", f"stored as {name}, but calls itself {document.get('$id')}")
        for definition, node in document.get("$defs", {}).items():
            self.node(node, f"/$defs/{definition}", (f"{name}#/$defs/{definition}",))

    def node(self, node: Schema, path: str, trail: tuple[str, ...]) -> Schema:
        """A copy of the node without references; ``trail`` holds the references followed to come here."""
        self._left -= 1
        if self._left < 0:
            if self._left == -1:
                self._blame(path, "schema.too_big", f"more than {_MOST_NODES} fields once references are replaced")
            return {}
        plain = {key: value for key, value in node.items() if key not in _ROOT_ONLY and key != "$ref"}
        if "$ref" in node:
            target = self._target(node["$ref"], path, trail)
            if "title" in plain:  # a field with a name of its own is not described by the words of its type
                target.pop("description", None)
            if "x-ui" in target and "x-ui" in plain:
                plain["x-ui"] = {**target["x-ui"], **plain["x-ui"]}
            return {**target, **plain}
        if "properties" in plain:
            fields = plain["properties"].items()
            plain["properties"] = {name: self.node(child, f"{path}/properties/{name}", trail) for name, child in fields}
        if "items" in plain:
            plain["items"] = self.node(plain["items"], f"{path}/items", trail)
        return plain

    def _target(self, reference: str, path: str, trail: tuple[str, ...]) -> Schema:
        name, _, fragment = reference.partition("#")
        name = name or trail[-1].partition("#")[0]
        full = f"{name}#{fragment}" if fragment else name
        if full in trail:
            self._blame(path, "schema.circle", f"the reference {reference} leads back to itself")
            return {}
        found = self._documents.get(name)
        if found is not None and fragment:
            found = found.get("$defs", {}).get(fragment.removeprefix("/$defs/"))
        if found is None:
            self._blame(path, "schema.unknown_reference", f"nothing here is called {reference}")
            return {}
        return self.node(found, path, (*trail, full))

    def _blame(self, path: str, code: str, detail: str) -> None:
        self.faults.append(schema_fault(self._document, path, code, detail))
        self.sound = False


def _node_faults(document: str, schema: Schema, path: str, level: int) -> Iterator[Fault]:
    if level > _MOST_LEVELS:
        yield schema_fault(document, path, "schema.too_deep", f"more than {_MOST_LEVELS} levels")
        return
    for below, code, detail in _value_faults(schema):
        yield schema_fault(document, path + below, code, detail)
    if "pattern" in schema:
        yield from _pattern_faults(document, schema["pattern"], f"{path}/pattern")
    for number, condition in enumerate(schema.get("allOf", ())):
        yield from _condition_patterns(document, condition, f"{path}/allOf/{number}")
    for name, child in schema.get("properties", {}).items():
        yield from _node_faults(document, child, f"{path}/properties/{name}", level + 1)
    if "items" in schema:
        yield from _node_faults(document, schema["items"], f"{path}/items", level + 1)


def _value_faults(schema: Schema) -> Iterator[tuple[str, str, str]]:
    """What is wrong in one node itself: place below it, code, detail."""
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        if schema.get(low, 0) > schema.get(high, float("inf")):
            yield f"/{low}", "schema.empty_range", f"{low} is above {high}"
    codes = [choice["const"] for choice in schema.get("oneOf", ()) if "const" in choice]
    if len(set(codes)) != len(codes):
        yield "/oneOf", "schema.doubled_choice", "two choices have the same code"
    if "properties" in schema:
        for below, detail in _unknown_fields(schema):
            yield below, "schema.unknown_field", detail
    for name, child in schema.get("properties", {}).items():
        if "title" not in child:
            yield f"/properties/{name}", "schema.no_title", f"the field {name} has no title"
    if "items" in schema and not _can_tell_apart(schema):
        yield "/x-unique", "schema.unique_by", "x-unique needs a required field of text or whole numbers in each row"


def _pattern_faults(document: str, pattern: str, path: str) -> Iterator[Fault]:
    try:
        check_pattern(pattern)
    except PatternRefused as error:
        yield schema_fault(document, path, "schema.pattern", str(error))


def _condition_patterns(document: str, condition: Schema, path: str) -> Iterator[Fault]:
    for name, demand in condition["then"].get("properties", {}).items():
        if demand is not False and "pattern" in demand:
            yield from _pattern_faults(document, demand["pattern"], f"{path}/then/properties/{name}/pattern")


def _unknown_fields(schema: Schema) -> Iterator[tuple[str, str]]:
    fields = set(schema["properties"])
    named: list[tuple[str, set[str]]] = [("/required", set(schema.get("required", ())))]
    for name, others in schema.get("dependentRequired", {}).items():
        named.append((f"/dependentRequired/{name}", {name, *others}))
    for word in ("oneOf", "anyOf"):
        named += [(f"/{word}/{place}", set(demand["required"])) for place, demand in enumerate(schema.get(word, ()))]
    for place, condition in enumerate(schema.get("allOf", ())):
        for part in ("if", "then"):
            half = condition[part]
            named.append((f"/allOf/{place}/{part}", {*half.get("required", ()), *half.get("properties", {})}))
    for path, names in named:
        for name in sorted(names - fields):
            yield path, f"{name} is not a declared field"


def _can_tell_apart(schema: Schema) -> bool:
    unique, items = schema.get("x-unique"), schema["items"]
    if unique is None:
        return True
    if unique is True:
        return items.get("type") in ("string", "integer")
    field = items.get("properties", {}).get(unique, {})
    return unique in items.get("required", ()) and field.get("type") in ("string", "integer")
