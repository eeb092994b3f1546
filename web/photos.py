"""Photos of a paper's pages that came in one field: one PDF, where the sender ticked it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from web.forms.reading import JOINED_PART
from web.words import say
from workflow.domain.errors import InvalidDocument
from workflow.papers.photo_pages import Photo, photo_pages

_PICTURES = (".jpg", ".jpeg", ".png")
_FEWEST = 2


def joined(field: str, files: Sequence[Photo], *, most_bytes: int) -> list[Photo]:
    """The files of a field with its pictures as one PDF in the place of the first; as they came without the tick.

    Raises InvalidDocument as ``photo_pages`` does.
    """
    pictures = [file for file in files if file.name.lower().endswith(_PICTURES)]
    if f"{field}{JOINED_PART}" not in request.form or len(pictures) < _FEWEST:
        return list(files)
    content = photo_pages(pictures, most_bytes=most_bytes)
    stem = pictures[0].name.rpartition(".")[0]
    pages = Photo(say("file.joined", name=stem, count=len(pictures)), content)
    first = next(place for place, file in enumerate(files) if file is pictures[0])
    others = [file for file in files if file not in pictures]
    return [*others[:first], pages, *others[first:]]


def usable(files: Sequence[Photo], error: InvalidDocument) -> list[Photo]:
    """What is kept one by one when the pictures could not be joined: all but those that cannot be used."""
    names = error.facts.get("names")
    if not isinstance(names, tuple):
        return [file for file in files if not file.name.lower().endswith(_PICTURES)]
    return [file for file in files if file.name not in names]
