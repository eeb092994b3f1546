"""The few Vietnamese words that Python itself has to put together for a page.

They stand in `templates/words.json` and, by page, in `templates/words/`, beside the templates: weekday names, the
pieces of a date, and the sentences by which a form says that something typed cannot be read. Sentences of the engine
come ready-made with its answers.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import cast

_FOLDER = Path(__file__).parent / "templates"


@cache
def _words() -> dict[str, str]:
    words: dict[str, str] = {}
    for file in (_FOLDER / "words.json", *sorted((_FOLDER / "words").glob("*.json"))):
        page = cast("dict[str, str]", json.loads(file.read_text(encoding="utf-8")))
        twice = words.keys() & page.keys()
        if twice:
            raise ValueError(f"{file.name}: said twice: {sorted(twice)}")
        words |= page
    return words


def say(code: str, **facts: object) -> str:
    """The words for `code` with its named fields filled in; KeyError for a code or a field that is missing."""
    return _words()[code].format(**facts)


def has(code: str) -> bool:
    """Whether there are words for `code` (the heading of a group that a schema names)."""
    return code in _words()
