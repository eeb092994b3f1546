"""What is wrong with a paper: which document, which place, which rule, and the sentence that says so.

Faults are made from what a validator reports; they name fields by place. ``explain`` turns a fault into the code and
the named fields of a Vietnamese sentence (``dossier_schemas/messages/vi/papers.json``): labels come from the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from workflow.definitions.schema_subset import Schema
from workflow.domain.errors import InvalidDocument

MOST_FAULTS = 100
_SEPARATED = 10_000  # from here on a number is a quantity, written with dots between thousands
_SHOWN = 80  # characters of a wrong value that a sentence repeats


@dataclass(frozen=True, slots=True)
class PaperFault:
    """One broken rule of a paper.

    ``document`` is the schema's id, ``path`` a JSON pointer ("/rows/3/points"; a missing field is named where it
    should stand), ``rule`` the keyword that was broken, ``message_code`` the code of the sentence.
    """

    document: str
    path: str
    rule: str
    message_code: str
    facts: Mapping[str, object] = field(default_factory=dict)


class PaperInvalid(InvalidDocument):
    """A paper its schema rejects. ``errors`` has at most 100 faults, in the order of the form."""

    def __init__(self, errors: tuple[PaperFault, ...]) -> None:
        super().__init__(faults=errors, document=errors[0].document, count=len(errors))
        self.errors = errors


class Rejection(Protocol):
    """What a validator says of one broken rule (the attributes of ``jsonschema.ValidationError`` that we read)."""

    validator: Any
    validator_value: Any
    instance: Any
    schema: Any

    @property
    def absolute_path(self) -> Sequence[str | int]:
        """Where in the document, from the root."""
        ...


class Plain(Protocol):
    """Whoever knows the schemas without references (``schemas.PaperSchemas``)."""

    def plain(self, schema_id: str) -> Schema:
        """The schema of that id without references."""
        ...


def faults_of(document: str, plain: Schema, rejections: Iterable[Rejection]) -> tuple[PaperFault, ...]:
    """The faults of one paper: each place and sentence once, in the order of the form, at most 100."""
    found: dict[tuple[str, str], PaperFault] = {}
    for rejection in rejections:
        for fault in _translate(document, rejection):
            found.setdefault((fault.path, fault.message_code), fault)
    mistyped = {fault.path for fault in found.values() if fault.rule == "type"}
    kept = [fault for fault in found.values() if fault.rule == "type" or fault.path not in mistyped]
    return tuple(sorted(kept, key=lambda fault: _place_in_form(plain, fault.path)))[:MOST_FAULTS]


def explain(fault: PaperFault, schemas: Plain) -> tuple[str, dict[str, object]]:
    """The code of the sentence for a fault and its named fields.

    Always there: ``label`` of the field and ``document`` (the paper's title). Inside rows the code ends in ``.row``
    and there are ``table`` and ``row`` (from 1; "4.2" is the second row within row 4).
    """
    plain = schemas.plain(fault.document)
    label, table, rows = _words(plain, fault.path)
    fields: dict[str, object] = {"document": plain["title"], "label": label}
    for name, value in fault.facts.items():
        fields[name] = _shown(value)
    if "fields" in fault.facts:
        here = _node(plain, _tokens(fault.path))
        fields["fields"] = _joined(_title(here, name) for name in _texts(fault.facts["fields"]))
    if fault.rule == "json" or not rows:
        return fault.message_code, fields
    return f"{fault.message_code}.row", {**fields, "table": table, "row": ".".join(str(row + 1) for row in rows)}


def pointer(tokens: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901) from its parts."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


# --- from a validator's report to faults -----------------------------------------------------------------------------


def _translate(document: str, rejection: Rejection) -> Iterator[PaperFault]:
    place = list(rejection.absolute_path)
    rule, wanted, value = rejection.validator, rejection.validator_value, rejection.instance
    if rule == "required":
        for name in wanted:
            if name not in value:
                yield PaperFault(document, pointer([*place, name]), rule, "paper.required")
    elif rule == "dependentRequired":
        for owner, names in wanted.items():
            for name in names:
                if owner in value and name not in value:
                    yield PaperFault(document, pointer([*place, name]), rule, "paper.required")
    elif rule == "additionalProperties":
        known = rejection.schema["properties"]
        for name in [name for name in value if name not in known][:MOST_FAULTS]:
            yield PaperFault(document, pointer([*place, name]), rule, "paper.unknown_field", {"name": name[:_SHOWN]})
    else:
        code, facts = _code_and_facts(rule, wanted, value, rejection.schema)
        yield PaperFault(document, pointer(place), rule, code, facts)


Told = tuple[str, dict[str, object]]  # the code of a sentence, and its facts


def _code_and_facts(rule: str, wanted: Any, value: Any, schema: Any) -> Told:
    if rule in ("minLength", "pattern") and not value.strip():
        return "paper.required", {}
    tell = _TELLERS.get(rule)
    return tell(wanted, value, schema) if tell else (f"paper.{rule}", {"limit": wanted, "value": _short(value)})


def _type(wanted: Any, value: Any, _schema: Any) -> Told:
    return ("paper.required", {}) if value is None else (f"paper.type.{wanted}", {"value": _short(value)})


def _one_of(wanted: Any, value: Any, _schema: Any) -> Told:
    if "const" in wanted[0]:
        chosen = {"value": _short(value), "choices": tuple(choice["title"] for choice in wanted)}
        return ("paper.required", {}) if value == "" else ("paper.choice", chosen)
    names = tuple(dict.fromkeys(name for demand in wanted for name in demand["required"]))
    given = isinstance(value, dict) and any(name in value for name in names)
    return ("paper.only_one" if given else "paper.one_of_fields"), {"fields": names}


def _counted(rule: str) -> Callable[[Any, Any, Any], Told]:
    return lambda wanted, value, _schema: (f"paper.{rule}", {"limit": wanted, "count": len(value)})


def _pattern(_wanted: Any, value: str, schema: Any) -> Told:
    facts: dict[str, object] = {"value": _short(value)}
    if "format" in schema:
        return f"paper.format.{schema['format']}", facts
    if "\n" in value or "\t" in value:
        return "paper.one_line", facts
    if "examples" in schema:
        return "paper.pattern", {**facts, "example": schema["examples"][0]}
    return "paper.pattern_plain", facts


_TELLERS: dict[str, Callable[[Any, Any, Any], Told]] = {
    "anyOf": _one_of,
    "false": lambda _wanted, _value, _schema: ("paper.not_asked", {}),
    "format": lambda wanted, value, _schema: (f"paper.format.{wanted}", {"value": _short(value)}),
    "maxItems": _counted("maxItems"),
    "maxLength": _counted("maxLength"),
    "minItems": _counted("minItems"),
    "minLength": _counted("minLength"),
    "oneOf": _one_of,
    "pattern": _pattern,
    "type": _type,
    "x-unique": lambda first, value, _schema: ("paper.doubled", {"value": _short(value), "first": first}),
}


def _short(value: Any) -> object:
    """A wrong value as a sentence may repeat it: short, and never a whole table."""
    if isinstance(value, str):
        return value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    return value if isinstance(value, bool | int | float) else type(value).__name__


# --- places, labels, order -------------------------------------------------------------------------------------------


def _tokens(path: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")[1:]]


def _step(node: Schema, token: str) -> Schema:
    if "items" in node:
        found: Schema = node["items"]
        return found
    below: Schema = node.get("properties", {}).get(token, {})
    return below


def _node(plain: Schema, tokens: Sequence[str]) -> Schema:
    for token in tokens:
        plain = _step(plain, token)
    return plain


def _title(node: Schema, name: str) -> str:
    title: str = _step(node, name).get("title", name)
    return title


def _words(plain: Schema, path: str) -> tuple[str, str, list[int]]:
    """The label of a place; the title of the innermost table it is in, or ""; the rows that lead there."""
    label: str = plain["title"]
    table, node = "", plain
    rows: list[int] = []
    for token in _tokens(path):
        if "items" in node and token.isdigit():
            table = node.get("title", label)
            rows.append(int(token))
            label = node["items"].get("title", table)
        else:
            label = _title(node, token)
        node = _step(node, token)
    return label, table, rows


def _place_in_form(plain: Schema, path: str) -> list[tuple[int, str]]:
    key, node = [], plain
    for token in _tokens(path):
        names = list(node.get("properties", ()))
        if "items" in node and token.isdigit():
            key.append((int(token), ""))
        else:
            key.append((names.index(token) if token in names else len(names), token))
        node = _step(node, token)
    return key


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def _joined(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _shown(value: object) -> object:
    """A fact as ``Wording`` writes it: fractions as Decimal; small whole numbers as text, since 2026 may be a year."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _SEPARATED:
        return str(value)
    if isinstance(value, list | tuple):
        return _joined(str(item) for item in value)
    return value
