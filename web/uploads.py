"""Files that came with a form: kept by content at once, so that an error elsewhere on the page loses none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.context import house

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.datastructures import FileStorage

    from workflow.domain.books import StoredFile


def keep_files(uploads: Iterable[FileStorage]) -> tuple[StoredFile, ...]:
    """Keep what was chosen; an empty field keeps nothing. Raises ``InvalidDocument`` for what may not be kept."""
    return tuple(house().files.put(one.read(), name=one.filename) for one in uploads if one.filename)
