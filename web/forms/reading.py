"""From a document to what its fields show, and from what was typed back to a typed document.

*Raw* is what fields hold: name of the field -> texts, as a browser posts them. It can be kept as JSON, so nothing typed
is lost when it cannot be read. Rows carry their number (`d/members/#`) and, each, the row of the stored document they
came from (`@`), so that values only the server sets stay with their row.

Empty is absent: a blank optional text, group or list is left out of the document; a blank required group or list is
kept empty, so that the validator names the fields inside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from web.formatting import as_moment
from web.forms.paths import NAME_PREFIX, Path, name_of
from web.forms.setting import GivenRows, Opening, Setting
from web.forms.shapes import Group, Leaf, Rows, Shape
from web.forms.typed import (
    UnreadableError,
    read_day,
    read_integer,
    read_moment,
    read_number,
    read_text,
    typed_day,
    typed_moment,
    typed_number,
)
from web.words import say

Raw: TypeAlias = dict[str, list[str]]
Document: TypeAlias = dict[str, Any]

MOST_ROWS = 2000
_DIGEST = re.compile(r"[0-9a-f]{64}")
YES, NO = "co", "khong"
DAY_PART, HOUR_PART, REMOVED_PART, JOINED_PART = "~ngay", "~gio", "~bo", "~ghep"


class _Absent:
    """Nothing stands here: not even null."""

    def __bool__(self) -> bool:
        return False


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place of a document, said in one sentence."""

    path: Path
    sentence: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a POST says: the document, the problems of reading it, and the raw texts with blank rows left out."""

    document: Document
    problems: tuple[Problem, ...]
    raw: Raw


def raw_of_post(posted: Mapping[str, Sequence[str]], uploads: Mapping[str, Sequence[str]] | None = None) -> Raw:
    """The fields of a paper among everything posted (`request.form.to_dict(flat=False)`).

    `uploads`: name of a file field -> digests of the files just stored for it; files ticked for removal are taken out.
    """
    typed = (name for name in posted if name.startswith(f"{NAME_PREFIX}/") and not name.endswith(JOINED_PART))
    raw = {name: list(posted[name]) for name in typed}
    for name, digests in (uploads or {}).items():
        if name.startswith(f"{NAME_PREFIX}/"):
            raw[name] = [*raw.get(name, ()), *digests]
    for name in [name for name in raw if name.endswith(REMOVED_PART)]:
        removed = set(raw.pop(name))
        kept = name.removesuffix(REMOVED_PART)
        raw[kept] = [digest for digest in raw.get(kept, ()) if digest not in removed]
    return raw


def count_of(raw: Raw, path: Path) -> int:
    """How many rows a list has in `raw`; never more than MOST_ROWS, whatever was posted."""
    said = raw.get(f"{name_of(path)}/#", ["0"])[0]
    return min(int(said), MOST_ROWS) if said.isascii() and said.isdecimal() else 0


def rows_by_key(given: GivenRows, stored: object) -> Iterator[tuple[int, object]]:
    """For each given row, in order: its number and the stored row that belongs to it (or ABSENT)."""
    found = {row.get(given.key): row for row in stored if isinstance(row, Mapping)} if isinstance(stored, list) else {}
    for index, row in enumerate(given.rows):
        yield index, found.get(row.value, ABSENT)


def field_path(path: Path, document: Mapping[str, Any], setting: Setting) -> Path:
    """The place of a field for a place of a document: they differ only in given rows, where the key tells the row."""
    given = setting.rows_given(path[:1])
    if given is None or len(path) < 2:
        return path
    stored = document.get(str(path[0]))
    row = stored[path[1]] if isinstance(stored, list) and isinstance(path[1], int) and path[1] < len(stored) else None
    value = row.get(given.key) if isinstance(row, Mapping) else None
    index = next((n for n, one in enumerate(given.rows) if one.value == value), path[1])
    return (path[0], index, *path[2:])


# --- document -> raw --------------------------------------------------------------------------------------------------


def fill(shape: Group, document: Mapping[str, Any], setting: Setting | None = None) -> Raw:
    """What the fields of a paper show for a document; values the server sets are not among them."""
    raw: Raw = {}
    _fill(shape, document, (), raw, setting or Setting())
    return raw


def _fill(shape: Shape, value: object, path: Path, raw: Raw, setting: Setting) -> None:
    match shape:
        case Group():
            inside = value if isinstance(value, Mapping) else {}
            for child in shape.children:
                _fill(child, inside.get(child.key, ABSENT), (*path, child.key), raw, setting)
        case Rows():
            given = setting.rows_given(path)
            rows = (
                list(rows_by_key(given, value)) if given else list(enumerate(value if isinstance(value, list) else []))
            )
            raw[f"{name_of(path)}/#"] = [str(len(rows))]
            for index, row in rows:
                raw[f"{name_of((*path, index))}/@"] = [str(index)]
                _fill(shape.item, row, (*path, index), raw, setting)
        case Leaf():
            if value is not ABSENT and value is not None and shape.kind != "hidden":
                _fill_leaf(shape, value, name_of(path), raw)


def _fill_leaf(leaf: Leaf, value: object, name: str, raw: Raw) -> None:
    match leaf.kind, value:
        case (("many" | "file"), list()):
            raw[name] = [str(one) for one in value]
        case (("tick" | "yes_no"), bool()):
            if value or leaf.kind == "yes_no":
                raw[name] = [YES if value else NO]
        case "moment", str():
            raw[name + DAY_PART], raw[name + HOUR_PART] = ([part] for part in typed_moment(value))
        case "day", str():
            raw[name] = [typed_day(value)]
        case (("integer" | "number"), (int() | float())):
            raw[name] = [typed_number(value)]
        case _:
            raw[name] = [str(value)]


# --- raw -> document --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    raw: Raw
    setting: Setting
    opening: Opening
    problems: list[Problem] = field(default_factory=list)
    kept: Raw = field(default_factory=dict)

    def read(self, shape: Shape, base: object, here: Path, there: Path) -> object:
        """The value at `here` in the POST; `there` is its place once blank rows are left out."""
        if not self.opening.reaches(there) or self.setting.hides(there, shape.group):
            return base
        match shape:
            case Group():
                return self.group(shape, base, here, there)
            case Rows():
                given = self.setting.rows_given(there)
                return self.given(shape, given, base, here) if given else self.rows(shape, base, here, there)
            case Leaf():
                return self.leaf(shape, base, here, there)
        raise TypeError(type(shape).__name__)

    def group(self, shape: Group, base: object, here: Path, there: Path) -> object:
        stored = base if isinstance(base, Mapping) else {}
        found: Document = {}
        for child in shape.children:
            value = self.read(child, stored.get(child.key, ABSENT), (*here, child.key), (*there, child.key))
            if value is not ABSENT:
                found[child.key] = value
        return found if found or shape.is_required else _blank_as_stored(base)

    def given(self, shape: Rows, given: GivenRows, base: object, path: Path) -> object:
        """Rows that the server gives: told by their key, in their order, never added or removed here.

        Fields are named by the given row, the document counts only the rows it keeps: problems are moved to those.
        """
        found: list[object] = []
        self.kept[f"{name_of(path)}/#"] = [str(len(given.rows))]
        for index, stored in rows_by_key(given, base):
            before = len(self.problems)
            value = self.read(shape.item, stored, (*path, index), (*path, index))
            typed = {name: one for name, one in value.items() if name != given.key} if isinstance(value, dict) else {}
            if not typed and not given.keeps_blank and len(self.problems) == before:
                continue
            for at in range(before, len(self.problems)):
                problem = self.problems[at]
                self.problems[at] = replace(problem, path=(*path, len(found), *problem.path[len(path) + 1 :]))
            found.append({given.key: given.rows[index].value, **typed})
        return found if found or shape.is_required else ABSENT

    def rows(self, shape: Rows, base: object, here: Path, there: Path) -> object:
        stored = base if isinstance(base, list) else []
        is_open = self.opening.opens(there)
        found: list[object] = []
        for index in range(count_of(self.raw, here) if is_open else len(stored)):
            if is_open and is_blank(shape.item, self.raw, (*here, index)):
                continue
            came_from = self.raw.get(f"{name_of((*here, index))}/@", [""])[0] if is_open else str(index)
            is_stored = came_from.isascii() and came_from.isdecimal() and int(came_from) < len(stored)
            place = (*there, len(found))
            if is_stored:
                self.kept[f"{name_of(place)}/@"] = [came_from]
            value = self.read(shape.item, stored[int(came_from)] if is_stored else ABSENT, (*here, index), place)
            found.append("" if value is ABSENT else value)
        self.kept[f"{name_of(there)}/#"] = [str(len(found))]
        return found if found or shape.is_required else _blank_as_stored(base)

    def leaf(self, leaf: Leaf, base: object, here: Path, there: Path) -> object:
        if leaf.kind == "hidden":
            return base
        for part in (DAY_PART, HOUR_PART) if leaf.kind == "moment" else ("",):
            if name_of(here) + part in self.raw:
                self.kept[name_of(there) + part] = self.raw[name_of(here) + part]
        try:
            is_file = leaf.kind == "file"
            value = self.files(leaf, here, there) if is_file else _read_leaf(leaf, self.raw, name_of(here), base)
            return _blank_as_stored(base) if value is ABSENT and leaf.kind != "yes_no" else value
        except UnreadableError as error:
            self.problems.append(Problem(there, say(error.code, **error.facts), error.code))
            return ABSENT

    def files(self, leaf: Leaf, here: Path, there: Path) -> object:
        """Digests of files that belong to this dossier; any other digest is ignored, whoever sent it."""
        digests = list(dict.fromkeys(d for d in self.raw.get(name_of(here), ()) if d in self.setting.files))
        self.kept[name_of(there)] = digests
        return digests if digests or leaf.is_required else ABSENT


def _blank_as_stored(base: object) -> object:
    """Nothing was typed: an empty text, list, group or unticked box that was stored stays; anything else is gone."""
    return base if base is False or (isinstance(base, str | list | dict) and not base) else ABSENT


def _read_leaf(leaf: Leaf, raw: Raw, name: str, base: object) -> object:
    if leaf.kind == "moment":
        return _read_moment(raw, name, base)
    texts = [text for text in raw.get(name, ()) if text.strip()]
    if leaf.kind == "tick":
        return True if texts else (False if leaf.is_required else ABSENT)
    if leaf.kind == "many":
        return _read_many(leaf, texts)
    if not texts:
        return ABSENT
    return _READERS[leaf.kind](leaf, texts[0])


def _read_moment(raw: Raw, name: str, base: object) -> object:
    day, hour = (raw.get(name + part, [""])[0] for part in (DAY_PART, HOUR_PART))
    if not day.strip() and not hour.strip():
        return ABSENT
    value = read_moment(day, hour)
    try:
        is_same = isinstance(base, str) and as_moment(base) == as_moment(value)
    except ValueError:
        is_same = False
    return base if is_same else value


def _read_many(leaf: Leaf, texts: Sequence[str]) -> object:
    known = [option.value for option in leaf.options]
    if set(texts) - set(known):
        raise UnreadableError("form.choice")
    chosen = [value for value in known if value in texts]
    return chosen if chosen or leaf.is_required else ABSENT


def _read_choice(leaf: Leaf, text: str) -> str:
    if text not in {option.value for option in leaf.options}:
        raise UnreadableError("form.choice")
    return text


def _read_yes_no(_leaf: Leaf, text: str) -> bool:
    if text not in {YES, NO}:
        raise UnreadableError("form.choice")
    return text == YES


_READERS: Final[dict[str, Callable[[Leaf, str], object]]] = {
    "text": lambda _leaf, text: read_text(text),
    "area": lambda _leaf, text: read_text(text),
    "integer": lambda _leaf, text: read_integer(text),
    "number": lambda _leaf, text: read_number(text),
    "day": lambda _leaf, text: read_day(text),
    "choice": _read_choice,
    "yes_no": _read_yes_no,
}


def is_blank(shape: Shape, raw: Raw, path: Path) -> bool:
    """Whether nothing was typed, chosen or ticked anywhere under `path`."""
    match shape:
        case Group():
            return all(is_blank(child, raw, (*path, child.key)) for child in shape.children)
        case Rows():
            return all(is_blank(shape.item, raw, (*path, index)) for index in range(count_of(raw, path)))
    name = name_of(path)
    if isinstance(shape, Leaf) and shape.kind == "file":  # htmx names a file that was only chosen "[object File]"
        return not any(_DIGEST.fullmatch(text) for text in raw.get(name, ()))
    return not any(text.strip() for part in ("", DAY_PART, HOUR_PART) for text in raw.get(name + part, ()))


def read(shape: Group, raw: Raw, base: Mapping[str, Any], setting: Setting | None = None) -> Reading:
    """The document that `raw` says; what the server sets and what is not open comes from the stored one, `base`."""
    setting = setting or Setting()
    reader = _Reader(raw, setting, setting.opening.moved(lambda path: field_path(path, base, setting)))
    document = reader.group(shape, base, (), ())
    return Reading(document if isinstance(document, dict) else {}, tuple(reader.problems), reader.kept)
