"""A document said in words: to read, to check before sending, to print, and to compare two versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from web.formatting import day, moment, number
from web.forms.paths import Path
from web.forms.reading import ABSENT
from web.forms.setting import Setting
from web.forms.shapes import Group, Leaf, Rows, Shape
from web.words import say

_YEARS = ("cycle", "year")
"""Ends of names of fields that hold a year: written without dots."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a document in words; `label` names its row too ("Member 2, Office")."""

    path: Path
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two versions of a paper differ; `was` or `now` is empty where nothing stood."""

    path: Path
    label: str
    was: str
    now: str


def tell(leaf: Leaf, value: object, setting: Setting | None = None) -> str:
    """The words for one value; what does not fit its field is shown as it is."""
    if value is ABSENT or value is None:
        return ""
    try:
        return _told(leaf, value, setting)
    except ValueError:
        return str(value)


def _told(leaf: Leaf, value: object, setting: Setting | None) -> str:
    titles = {option.value: option.title for option in leaf.options}
    match leaf.kind, value:
        case (("tick" | "yes_no"), bool()):
            text = say("yes" if value else "no")
        case "day", str():
            text = day(value)
        case "moment", str():
            text = moment(value)
        case (("integer" | "number"), (int() | float())):
            text = str(value) if leaf.key.endswith(_YEARS) else number(value)
        case "choice", str():
            text = titles.get(value, value)
        case "many", list():
            text = ", ".join(titles.get(str(one), str(one)) for one in value)
        case "file", list():
            files = setting.files if setting else {}
            text = ", ".join(files[one].name if one in files else str(one) for one in value)
        case _:
            text = str(value)
    return text


def facts_of(shape: Group, document: Mapping[str, Any], setting: Setting | None = None) -> tuple[Fact, ...]:
    """Every value that stands in a document, in the order of the form; what the server sets is left out."""
    return tuple(_facts(shape, document, (), "", setting or Setting()))


def _facts(shape: Shape, value: object, path: Path, said: str, setting: Setting) -> Iterator[Fact]:
    match shape:
        case Group():
            inside = value if isinstance(value, Mapping) else {}
            for child in shape.children:
                label = f"{said}, {child.title}" if said else child.title
                if child.key in inside and not setting.hides((*path, child.key), child.group):
                    yield from _facts(child, inside[child.key], (*path, child.key), label, setting)
        case Rows():
            for index, row in enumerate(value if isinstance(value, list) else []):
                yield from _facts(
                    shape.item, row, (*path, index), _row_label(shape, row, index, said, setting), setting
                )
        case Leaf():
            text = tell(shape, value, setting)
            if shape.kind != "hidden" and text:
                yield Fact(path, said, text)


def _row_label(shape: Rows, row: object, index: int, said: str, setting: Setting) -> str:
    """A row by the words of its key (a criterion, a dossier), else by its number."""
    if isinstance(row, Mapping):
        for name in (name for name in (*setting.scores, *setting.given) if name == shape.key):
            given = setting.rows_given((name,))
            for one in given.rows if given else ():
                if row.get(given.key if given else "") == one.value:
                    return f"{one.value} {one.title}" if name in setting.scores else one.title
    return f"{shape.item.title or said} {index + 1}"


def changes_between(
    shape: Group, old: Mapping[str, Any], new: Mapping[str, Any], setting: Setting | None = None
) -> tuple[tuple[Change, ...], int]:
    """Where two versions differ, in the order of the form, and how many values are the same in both."""
    was = {fact.path: fact for fact in facts_of(shape, old, setting)}
    now = {fact.path: fact for fact in facts_of(shape, new, setting)}
    places = list(now) + [path for path in was if path not in now]
    changes = tuple(
        Change(path, (now.get(path) or was[path]).label, _text(was.get(path)), _text(now.get(path)))
        for path in places
        if _text(was.get(path)) != _text(now.get(path))
    )
    return changes, len(places) - len(changes)


def _text(fact: Fact | None) -> str:
    return fact.text if fact else ""
