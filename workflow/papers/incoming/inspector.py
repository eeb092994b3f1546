"""What files of the store say of themselves: the services' ``Inspector``."""

from __future__ import annotations

from collections.abc import Callable

from workflow.domain.books import StoredFile
from workflow.domain.errors import NotFound
from workflow.domain.file_checks import FileChecks, FileReport
from workflow.papers.incoming.reader import FileReader


class FileInspector:
    """Reads a file once and keeps what it says. ``content``: the bytes of a digest."""

    def __init__(self, checks: FileChecks, reader: FileReader, content: Callable[[str], bytes]) -> None:
        self.checks, self._reader, self._content = checks, reader, content

    def report(self, file: StoredFile) -> FileReport:
        """What the file says; nothing for one that the store does not have: whoever fetches it is told."""
        known = self._reader.known(file.digest)
        if known is not None:
            return known
        try:
            content = self._content(file.digest)
        except NotFound:
            return FileReport()
        return self._reader.read(file.digest, content, file.type)
