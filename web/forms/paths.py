"""Where a value stands in a document: a tuple of property names and row numbers, and how a form writes it.

The same place has three spellings: a JSON path in an error (`$.members[0].office`), a field name in a POST
(`d/members/0/office`) and an element id (`f-members-0-office`). Property names are `[a-z][a-z0-9_]*`
(`dossier_schemas/meta/paper.schema.json`), so none of the three is ambiguous.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

NAME_PREFIX = "d"
ID_PREFIX = "f"

_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]|\['([^']*)'\]")


def name_of(path: Path) -> str:
    """The name of the field in a POST."""
    return "/".join((NAME_PREFIX, *map(str, path)))


def id_of(path: Path) -> str:
    """The id of the field's element; the whole form for the empty path."""
    return "-".join((ID_PREFIX, *map(str, path)))


def parse_path(text: str) -> Path:
    """A path from a JSON path (`$.a[0].b`) or a JSON pointer (`/a/0/b`); ValueError for anything else."""
    if text in {"", "$"}:
        return ()
    if text.startswith("/"):
        return tuple(_part(part.replace("~1", "/").replace("~0", "~")) for part in text[1:].split("/"))
    path: list[str | int] = []
    at = 1 if text.startswith("$") else 0
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            msg = f"not a JSON path: {text!r}"
            raise ValueError(msg)
        name, index, quoted = step.groups()
        path.append(int(index) if index is not None else name or quoted)
        at = step.end()
    return tuple(path)


def _part(part: str) -> str | int:
    return int(part) if part.isdecimal() and part.isascii() else part
