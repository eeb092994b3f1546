"""The format of a backup: one .zip whose every bit is under a digest, that proves itself before anything is taken out.

    manifest.json     what it is: see ``Manifest``; the SHA-256 and size of every other member
    database.sqlite   every table, whatever make of database it was taken from
    files/<sha256>    the files of papers

The last 64 bytes (the zip's comment) are the SHA-256 of all bytes before them.
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

import orjson

from workflow.domain.errors import InvalidInput, Unavailable

FORMAT = 1
DATABASE = "database.sqlite"
MANIFEST = "manifest.json"
SEAL_BYTES = 64
BLOCK = 1024 * 1024
_MEMBER = re.compile(r"database\.sqlite\Z|files/[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the archive."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    ``position``: the highest journal number in it; ``rows``, ``streams`` and ``digest`` as in a checkpoint of that
    moment. ``bad``: what was damaged before (``stream/seq/what`` of the journal, ``where/what/detail`` of the state);
    ``missing_files``: files that papers name and the store no longer had, or no longer whole.
    """

    at: datetime
    make: str
    schema: str
    practice: bool
    position: int
    rows: int
    streams: int
    digest: str
    dossiers: int
    bad: tuple[str, ...] = ()
    missing_files: tuple[str, ...] = ()
    members: dict[str, Member] = field(default_factory=dict)

    @property
    def files(self) -> list[str]:
        """Digests of the files in it."""
        return [name.removeprefix("files/") for name in self.members if name.startswith("files/")]

    @property
    def size(self) -> int:
        """Bytes of all members, unpacked."""
        return sum(member.size for member in self.members.values())


def damaged(why: str, **facts: object) -> InvalidInput:
    """The refusal of an archive that is not what was written. Code ``backup_damaged``."""
    return InvalidInput("backup_damaged", why=why, **facts)


# --- writing -------------------------------------------------------------------------------------


class ArchiveWriter:
    """Writes members one after another; ``close`` adds the manifest and the seal."""

    def __init__(self, path: Path) -> None:
        self.members: dict[str, Member] = {}
        self._path = path
        path.touch(mode=0o600, exist_ok=False)  # it holds everything: for its owner alone
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=1)

    def add_file(self, name: str, source: Path) -> None:
        """A member from a file on disk."""
        with source.open("rb") as stream:
            self._add(name, stream, packed=True)

    def add_bytes(self, name: str, content: bytes) -> None:
        """A member from memory; files of papers are compressed already."""
        with self._open(name, packed=False) as target:
            target.write(content)
        self.members[name] = Member(hashlib.sha256(content).hexdigest(), len(content))

    def close(self, manifest: Manifest) -> None:
        """Manifest, seal, and everything on the disk."""
        self._zip.writestr(MANIFEST, _manifest_bytes(manifest))
        self._zip.comment = b"0" * SEAL_BYTES
        self._zip.close()
        seal = _seal_of(self._path)
        with self._path.open("r+b") as archive:
            archive.seek(-SEAL_BYTES, os.SEEK_END)
            archive.write(seal.encode())
            archive.flush()
            os.fsync(archive.fileno())

    def abandon(self) -> None:
        """Close without finishing."""
        self._zip.close()

    def _add(self, name: str, stream: IO[bytes], *, packed: bool) -> None:
        digest, size = hashlib.sha256(), 0
        with self._open(name, packed=packed) as target:
            while block := stream.read(BLOCK):
                digest.update(block)
                size += len(block)
                target.write(block)
        self.members[name] = Member(digest.hexdigest(), size)

    def _open(self, name: str, *, packed: bool) -> IO[bytes]:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        return self._zip.open(info, "w", force_zip64=True)


def _manifest_bytes(manifest: Manifest) -> bytes:
    body = {"format": FORMAT, **asdict(manifest), "at": manifest.at.isoformat()}
    return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _seal_of(path: Path) -> str:
    """SHA-256 of everything but the last 64 bytes."""
    digest, left = hashlib.sha256(), path.stat().st_size - SEAL_BYTES
    with path.open("rb") as archive:
        while left > 0 and (block := archive.read(min(BLOCK, left))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()


# --- reading -------------------------------------------------------------------------------------


class ArchiveReader:
    """An archive whose seal and manifest have been checked."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = archive
        self.manifest = manifest

    def extract(self, name: str, target: Path) -> None:
        """Write a member to a file, checked and synced. Raises InvalidInput ``backup_damaged``."""
        with target.open("wb") as sink:
            for block in self._blocks(name):
                sink.write(block)
            sink.flush()
            os.fsync(sink.fileno())

    def content(self, name: str) -> bytes:
        """A member whole, checked. Raises InvalidInput ``backup_damaged``."""
        return b"".join(self._blocks(name))

    def _blocks(self, name: str) -> Iterator[bytes]:
        expected = self.manifest.members[name]
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as stream:
                while block := stream.read(BLOCK):
                    digest.update(block)
                    size += len(block)
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise damaged("member", member=name) from error
        if (digest.hexdigest(), size) != (expected.sha256, expected.size):
            raise damaged("member", member=name)


@contextmanager
def reading(path: Path) -> Iterator[ArchiveReader]:
    """The archive at ``path``, its seal and its manifest checked.

    Raises InvalidInput ``backup_damaged`` (facts: why) for anything that is not exactly what was written, Unavailable
    ``storage_failed`` when it cannot be read.
    """
    try:
        with path.open("rb") as archive:
            archive.seek(-SEAL_BYTES, os.SEEK_END)
            seal = archive.read(SEAL_BYTES)
        if seal != _seal_of(path).encode():
            raise damaged("seal", file=path.name)
        opened = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise Unavailable("storage_failed", file=path.name) from error
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise damaged("unreadable", file=path.name) from error
    with opened:
        yield ArchiveReader(opened, _manifest_of(opened))


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    """The manifest, if it speaks of exactly the members that are there."""
    try:
        body = orjson.loads(archive.read(MANIFEST))
        if body.pop("format") != FORMAT:
            raise damaged("format")
        members = {name: Member(**member) for name, member in body.pop("members").items()}
        at = datetime.fromisoformat(body.pop("at"))
        bad, missing = tuple(body.pop("bad")), tuple(body.pop("missing_files"))
        manifest = Manifest(at=at, members=members, bad=bad, missing_files=missing, **body)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise damaged("manifest") from error
    if sorted(archive.namelist()) != sorted([*members, MANIFEST]) or not all(map(_MEMBER.match, members)):
        raise damaged("members")
    if DATABASE not in members:
        raise damaged("members")
    return manifest
