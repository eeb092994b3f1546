"""Adding and removing rows without a script: what a named submit button does to the raw texts.

The button is `_dong`, its value says the deed: `add:d/members`, `drop:d/members/2`, `undo`. The whole page comes back
with everything typed still in it; a removed row stands in a hidden field (`_bo`) until the next save, so that it can be
brought back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from web.forms.paths import NAME_PREFIX, Path, name_of
from web.forms.reading import Raw, count_of
from web.forms.shapes import Group, Rows, Shape

COMMAND_FIELD = "_dong"
REMOVED_FIELD = "_bo"
MOST_REMOVED = 100_000


@dataclass(frozen=True, slots=True)
class Removed:
    """A row that was just removed: its list, its number (from 0) and what was typed into it, named from the row on."""

    rows: Path
    index: int
    texts: Raw

    @property
    def name(self) -> str:
        """The name of its list."""
        return name_of(self.rows)

    def as_text(self) -> str:
        """What the hidden field holds."""
        return json.dumps([name_of(self.rows), self.index, self.texts], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """What a row button did: the new raw texts, where the focus goes, and the row that can be brought back."""

    raw: Raw
    focus: Path
    removed: Removed | None = None


def command_of(posted: Mapping[str, Sequence[str]]) -> str:
    """The deed of the row button that was pressed; "" when the form was sent in another way."""
    return (posted.get(COMMAND_FIELD) or [""])[0]


def change_rows(shape: Group, raw: Raw, posted: Mapping[str, Sequence[str]]) -> RowsChanged | None:
    """Do what the pressed row button says; None when none was pressed or it names no list of this paper."""
    deed, _, name = command_of(posted).partition(":")
    if deed == "undo":
        removed = _removed_of(posted, shape)
        return _bring_back(raw, removed) if removed else None
    path = _path_of(name)
    if deed == "add":
        return _add(shape, raw, path)
    if deed == "drop" and path and isinstance(path[-1], int):
        return _drop(shape, raw, path[:-1], path[-1])
    return None


def _path_of(name: str) -> Path:
    parts = name.split("/")
    if parts[0] != NAME_PREFIX:
        return ()
    return tuple(int(part) if part.isascii() and part.isdecimal() else part for part in parts[1:])


def rows_at(shape: Shape, path: Path) -> Rows | None:
    """The list at `path` of a paper, or None."""
    for part in path:
        if isinstance(shape, Group):
            found = next((child for child in shape.children if child.key == part), None)
            if found is None:
                return None
            shape = found
        elif isinstance(shape, Rows) and isinstance(part, int):
            shape = shape.item
        else:
            return None
    return shape if isinstance(shape, Rows) else None


def _add(shape: Group, raw: Raw, path: Path) -> RowsChanged | None:
    rows = rows_at(shape, path)
    if rows is None:
        return None
    count = count_of(raw, path)
    if count >= rows.most:
        return RowsChanged(raw, path)
    return RowsChanged({**raw, f"{name_of(path)}/#": [str(count + 1)]}, (*path, count))


def _drop(shape: Group, raw: Raw, path: Path, index: int) -> RowsChanged | None:
    count = count_of(raw, path)
    if rows_at(shape, path) is None or index >= count:
        return None
    inside, outside = _split(raw, path)
    removed = Removed(path, index, {name: texts for name, texts in inside.get(index, {}).items() if name != "/@"})
    left = [inside.get(number, {}) for number in range(count) if number != index]
    return RowsChanged(_joined(outside, path, left), (*path, min(index, max(len(left) - 1, 0))), removed)


def _bring_back(raw: Raw, removed: Removed) -> RowsChanged:
    count = count_of(raw, removed.rows)
    inside, outside = _split(raw, removed.rows)
    rows = [inside.get(number, {}) for number in range(count)]
    index = min(removed.index, count)
    rows.insert(index, removed.texts)
    return RowsChanged(_joined(outside, removed.rows, rows), (*removed.rows, index))


def _split(raw: Raw, path: Path) -> tuple[dict[int, Raw], Raw]:
    """The texts of each row, named from the row on ("/office"), and all others without the count."""
    prefix = f"{name_of(path)}/"
    inside: dict[int, Raw] = {}
    outside: Raw = {}
    for name, texts in raw.items():
        number, slash, rest = name.removeprefix(prefix).partition("/")
        if not name.startswith(prefix):
            outside[name] = texts
        elif number.isascii() and number.partition("~")[0].isdecimal():
            digits, tilde, part = number.partition("~")
            inside.setdefault(int(digits), {})[slash + rest if slash else tilde + part] = texts
    return inside, outside


def _joined(outside: Raw, path: Path, rows: Sequence[Raw]) -> Raw:
    raw = dict(outside)
    raw[f"{name_of(path)}/#"] = [str(len(rows))]
    for index, row in enumerate(rows):
        raw.update({f"{name_of((*path, index))}{rest}": texts for rest, texts in row.items()})
    return raw


def _removed_of(posted: Mapping[str, Sequence[str]], shape: Group) -> Removed | None:
    """The row in the hidden field; None for anything that this application did not write there."""
    text = (posted.get(REMOVED_FIELD) or [""])[0]
    if not text or len(text) > MOST_REMOVED:
        return None
    try:
        name, index, texts = json.loads(text)
        path = _path_of(name)
        row = {str(rest): [str(one) for one in values] for rest, values in texts.items()}
        is_ours = rows_at(shape, path) is not None and isinstance(index, int) and index >= 0
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return Removed(path, index, row) if is_ours else None
