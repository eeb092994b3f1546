"""Writing a package as it is read from: one dossier after another, each part under its digest, the manifest last.

Nothing but one dossier and one file is in memory at a time; the same dossiers at the same instant give the same bytes.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from workflow.domain.books import StoredFile
from workflow.domain.calendars import HCM
from workflow.domain.errors import NotFound, Unavailable
from workflow.domain.packages import Bundle
from workflow.papers.package_form import MANIFEST, Head, Manifest, Member
from workflow.papers.package_pages import Telling, dossier_page, index_page, journal_rows
from workflow.papers.tables_out import csv_file
from workflow.wording import Wording

_BUNDLE = TypeAdapter(Bundle)
_TYPES = ((b"%PDF", "pdf"), (b"\x89PNG", "png"), (b"\xff\xd8", "jpg"), (b"PK", "docx"))
_UNKNOWN = "bin"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who makes a package and when. ``copy``: it is to be read only; ``key``, ``secret``: by which it is signed."""

    made_by: str
    made_at: datetime
    copy: bool = False
    key: str = ""
    secret: str = ""


class _Sink:
    """Takes what the archive writes, until it is fetched."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        """Keep a part."""
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


class _Writer:
    """Adds members and remembers their digests."""

    def __init__(self, made_at: datetime) -> None:
        self.sink, self.members = _Sink(), dict[str, Member]()
        self.files: dict[str, str] = {}
        self._archive = zipfile.ZipFile(self.sink, "w", allowZip64=True)
        local = made_at.astimezone(HCM)
        self._stamp = (local.year, local.month, local.day, local.hour, local.minute, local.second)

    def add(self, name: str, content: bytes, *, packed: bool = True) -> bytes:
        """One member; the bytes of the archive so far."""
        entry = zipfile.ZipInfo(name, self._stamp)
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        entry.external_attr = 0o600 << 16
        self._archive.writestr(entry, content)
        if name != MANIFEST:
            self.members[name] = Member(hashlib.sha256(content).hexdigest(), len(content))
        return self.sink.take()

    def close(self) -> bytes:
        """The end of the archive."""
        self._archive.close()
        return self.sink.take()


def package_stream(
    tellings: Iterable[Telling], sender: Sender, *, file: Callable[[str], bytes], wording: Wording
) -> Iterator[bytes]:
    """The bytes of a package. ``file`` gives a file by digest; what it does not find is named in the manifest."""
    writer = _Writer(sender.made_at)
    heads: list[Head] = []
    shown: list[Telling] = []
    missing: list[str] = []
    for telling in tellings:
        names: dict[str, str] = {}
        for stored in telling.bundle.files:
            yield _add_file(writer, stored, file, names, missing)
        for name, content in _members(telling, names, wording, copy=sender.copy):
            yield writer.add(name, content)
        bundle = telling.bundle
        heads.append(Head(bundle.dossier_id, bundle.number, bundle.commune_id, len(bundle.rows), bundle.head))
        shown.append(telling.brief())
    yield writer.add("index.html", index_page(shown, sender.made_by, sender.made_at, wording).encode())
    manifest = Manifest(
        made_at=sender.made_at,
        made_by=sender.made_by,
        copy=sender.copy,
        dossiers=tuple(heads),
        members=writer.members,
        missing=tuple(sorted(set(missing))),
        key=sender.key if sender.secret else "",
    )
    yield writer.add(MANIFEST, manifest.sealed(sender.secret))
    yield writer.close()


def _add_file(
    writer: _Writer, stored: StoredFile, file: Callable[[str], bytes], names: dict[str, str], missing: list[str]
) -> bytes:
    """A file, once in a package; ``names`` learns where it lies."""
    if stored.digest in writer.files:
        names[stored.digest] = writer.files[stored.digest]
        return b""
    try:
        content = file(stored.digest)
    except (NotFound, Unavailable):
        missing.append(stored.digest)
        return b""
    ending = stored.type or next((ending for start, ending in _TYPES if content.startswith(start)), _UNKNOWN)
    name = names[stored.digest] = writer.files[stored.digest] = f"files/{stored.digest}.{ending}"
    return writer.add(name, content, packed=False)


def _members(telling: Telling, names: dict[str, str], wording: Wording, *, copy: bool) -> Iterator[tuple[str, bytes]]:
    bundle = telling.bundle
    folder = f"dossiers/{bundle.number}/"
    for paper in bundle.papers:
        yield f"{folder}papers/{paper.code}-{paper.id}.json", paper.document.encode()
    yield f"{folder}index.html", dossier_page(telling, names, wording).encode()
    yield f"{folder}journal.csv", csv_file(*journal_rows(telling, wording))
    if not copy:
        scans = tuple(
            replace(scan, name=f"scan.{names[scan.digest].rpartition('.')[2]}")
            for scan in bundle.scans
            if scan.digest in names
        )
        papers = tuple(replace(paper, document="") for paper in bundle.papers)
        yield f"{folder}record.json", _BUNDLE.dump_json(replace(bundle, scans=scans, papers=papers))
