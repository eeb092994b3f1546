"""What files of the store say of themselves: the services' ``Inspector``."""

from __future__ import annotations

from collections.abc import Callable

from workflow.domain.books import StoredFile
from workflow.domain.errors import NotFound
from workflow.domain.file_checks import FileChecks, FileReport
from workflow.papers.incoming.reader import FileReader

_STARTS = {b"%PDF": "pdf", b"PK": "docx"}


class FileInspector:
    """Reads a file once and keeps what it says. ``content``: the bytes of a digest."""

    def __init__(self, checks: FileChecks, reader: FileReader, content: Callable[[str], bytes]) -> None:
        self.checks, self._reader, self._content = checks, reader, content

    def scan_report(self, digest: str) -> FileReport:
        """What a scan says of which only the digest is known; its first bytes tell what it is."""
        known = self._reader.known(digest)
        if known is not None:
            return known
        try:
            content = self._content(digest)
        except NotFound:
            return FileReport()
        kind = next((kind for start, kind in _STARTS.items() if content.startswith(start)), "")
        return self._reader.read(digest, content, kind)

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
