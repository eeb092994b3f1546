"""One value of a document in the words of its schema: days, choices, yes and no, numbers, lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workflow.wording import Wording

Node = Mapping[str, Any]

HIDDEN = "hidden"
_YEARS = ("cycle", "year")


@dataclass(frozen=True, slots=True)
class Known:
    """A value that the paper itself does not hold, with its origin in words."""

    value: str
    origin: str
    label: str = ""


def widget(node: Node) -> str:
    """How the form shows the field ("" where it does not say)."""
    return str(node.get("x-ui", {}).get("widget", ""))


def fields_in_order(schema: Node) -> Iterator[tuple[str, Node]]:
    """The fields of an object as its form has them."""
    fields = schema.get("properties", {})
    yield from sorted(fields.items(), key=lambda pair: pair[1].get("x-ui", {}).get("order", 500))


def tell(  # noqa: PLR0911 - one line a type
    node: Node, value: object, wording: Wording, *, key: str = "", files: Mapping[str, str] | None = None
) -> str:
    """The words for a value; "" for none. What does not fit its schema is written as it is."""
    match value:
        case None:
            return ""
        case list():
            items = node.get("items", {})
            return ", ".join(filter(None, (tell(items, one, wording, files=files) for one in value)))
        case dict():
            fields = node.get("properties", {})
            told = (
                (field, tell(field, value.get(name), wording, key=name, files=files))
                for name, field in fields_in_order({"properties": fields})
            )
            return "; ".join(f"{field.get('title', '')}: {text}" for field, text in told if text)
        case bool():
            return wording.speak(value)
        case int() | float():
            return str(value) if key.endswith(_YEARS) else wording.speak(_exact(value))
        case str():
            return _text(node, value, wording, files or {})
    return str(value)


def _exact(value: float) -> object:

    return value if isinstance(value, int) else Decimal(str(value))


def _text(node: Node, value: str, wording: Wording, files: Mapping[str, str]) -> str:
    for option in node.get("oneOf", ()):
        if option.get("const") == value:
            return str(option["title"])
    try:
        if node.get("format") == "date":
            return wording.speak(date.fromisoformat(value))
        if node.get("format") == "date-time":
            return wording.moment(datetime.fromisoformat(value))
    except ValueError:
        return value
    return files.get(value, wording.speak(value))
