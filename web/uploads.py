"""Files that came with a form: kept by content at once, so that an error elsewhere on the page loses none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.context import house
from web.photos import joined
from workflow.papers.photo_pages import Photo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.datastructures import FileStorage

    from workflow.domain.books import StoredFile


def keep_files(uploads: Iterable[FileStorage]) -> tuple[StoredFile, ...]:
    """Keep what was chosen in one field; an empty field keeps nothing.

    Pictures that are the pages of one paper become one PDF. Raises ``InvalidDocument`` for what may not be kept.
    """
    chosen = [one for one in uploads if one.filename]
    field = next((one.name for one in chosen if one.name), "")
    files = [Photo(str(one.filename), one.read()) for one in chosen]
    kept = joined(field, files, most_bytes=house().settings.max_file_bytes)
    return tuple(house().files.put(one.content, name=one.name) for one in kept)
