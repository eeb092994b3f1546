"""Files of papers, content-addressed: ``aa/bb/<sha256>``, on a local disk, in memory or in a bucket (S3).

A file is kept, on a local disk synced together with its folders, before the transaction that names it; a crash leaves
at most a file that nobody names.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from workflow.domain.books import FILE_TYPES, StoredFile
from workflow.domain.errors import InvalidDocument, InvalidInput, NotFound, Unavailable
from workflow.storage.faults import of_system
from workflow.storage.file_types import check_type, media_type

Scan = Callable[[bytes, str], None]
"""Looks at bytes and name of a file before it is kept; raises for one that must not be."""

MAX_BYTES = 20 * 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as the store lists it."""

    digest: str
    size: int
    modified: datetime


class FileStore:
    """See ``services.ports.FileStore``. Made by ``FileStore.open``."""

    def __init__(
        self, store: Any, *, folder: Path | None = None, max_bytes: int = MAX_BYTES, scan: Scan | None = None
    ) -> None:
        self._store = store
        self._scan = scan
        self._folder = folder
        self._max_bytes = max_bytes

    @classmethod
    def open(cls, where: str, *, max_bytes: int = MAX_BYTES, scan: Scan | None = None) -> FileStore:
        """The store at ``file:folder``, ``memory:`` or ``s3://bucket/prefix?endpoint=…&region=…``.

        ``scan`` sees every file before it is kept, and raises for one that must not be. Keys of a bucket come from the
        environment (AWS_ACCESS_KEY_ID …). Raises InvalidInput ``files_url``.
        """
        parts = urlsplit(where)
        if parts.scheme == "file":
            folder = Path(parts.netloc + parts.path).absolute()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(LocalStore(folder), folder=folder, max_bytes=max_bytes, scan=scan)
        if parts.scheme == "memory":
            return cls(MemoryStore(), max_bytes=max_bytes, scan=scan)
        if parts.scheme == "s3" and parts.netloc:
            bucket = _bucket(parts.netloc, parts.path.strip("/"), dict(parse_qsl(parts.query)))
            return cls(bucket, max_bytes=max_bytes, scan=scan)
        raise InvalidInput("files_url", value=where)

    def put(
        self,
        content: bytes,
        *,
        name: str,
        types: Collection[str] = tuple(FILE_TYPES),
        max_bytes: int | None = None,
    ) -> StoredFile:
        """Keep the bytes under their SHA-256; the same content is kept once.

        Raises InvalidDocument ``file_empty``, ``file_too_large`` or ``file_type`` (not allowed, or not what its
        name says), Unavailable ``storage_failed`` when the store does not take it.
        """
        kind = self.check(content, name=name, types=types, max_bytes=max_bytes)
        digest = hashlib.sha256(content).hexdigest()
        self.keep(digest, content)
        return StoredFile(digest, name, media_type(kind), len(content))

    def check(
        self,
        content: bytes,
        *,
        name: str,
        types: Collection[str] = tuple(FILE_TYPES),
        max_bytes: int | None = None,
    ) -> str:
        """The type of bytes that may be kept under that name. Raises InvalidDocument as ``put`` does."""
        limit = self._max_bytes if max_bytes is None else min(max_bytes, self._max_bytes)
        if not content:
            raise InvalidDocument("file_empty", name=name)
        if len(content) > limit:
            raise InvalidDocument("file_too_large", name=name, size=len(content), limit=limit)
        kind = check_type(content, name, types)
        if self._scan is not None:
            self._scan(content, name)
        return kind

    def keep(self, digest: str, content: bytes) -> None:
        """Keep bytes under a digest known to be theirs (restoring a backup); otherwise use ``put``."""
        path = _path(digest)
        try:
            try:
                obstore.put(self._store, path, content, mode="create")
            except AlreadyExistsError:
                kept = bytes(obstore.get(self._store, path).bytes())
                if kept != content or self._folder is None:  # cut off by a crash before it was synced; or made young
                    obstore.put(self._store, path, content)
            self._sync(path)
        except OSError as error:
            raise of_system(error, file=digest) from error
        except BaseError as error:
            raise Unavailable("storage_failed", file=digest) from error

    def get(self, digest: str) -> bytes:
        """The bytes, or ``NotFound``. Raises Unavailable ``file_damaged`` when they are no longer what they were."""
        try:
            content = bytes(obstore.get(self._store, _path(digest)).bytes())
        except FileNotFoundError as error:
            raise NotFound(file=digest) from error
        except (BaseError, OSError) as error:
            raise Unavailable("storage_failed", file=digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise Unavailable("file_damaged", file=digest)
        return content

    def listing(self) -> Iterator[KeptFile]:
        """Every file kept."""
        for batch in obstore.list(self._store):
            for entry in batch:
                digest = str(entry["path"]).rpartition("/")[2]
                if _DIGEST.match(digest):
                    yield KeptFile(digest, entry["size"], entry["last_modified"])

    def remove(self, digest: str) -> None:
        """Remove a file that nobody names; the caller has made sure. Nothing happens when it is gone."""
        try:
            obstore.delete(self._store, _path(digest))
        except FileNotFoundError:
            return

    def _sync(self, path: str) -> None:
        """Local disk: the file, then every folder up to the root, are on the disk."""
        if self._folder is None:
            return
        place = self._folder / path
        os.utime(place)
        _fsync(place)
        for folder in place.parents:
            if os.name != "nt":  # a folder cannot be opened there
                _fsync(folder)
            if folder == self._folder:
                break


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _path(digest: str) -> str:
    """Where a digest lies. NotFound for what is no digest, so that nothing else can ever be named."""
    if not _DIGEST.match(digest):
        raise NotFound(file=digest)
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def _bucket(name: str, prefix: str, options: dict[str, str]) -> S3Store:
    """A bucket; ``endpoint`` names a server of one's own, reached by path style."""
    endpoint = options.get("endpoint")
    settings: dict[str, Any] = {"region": options.get("region", "us-east-1")}
    if endpoint is not None:
        settings |= {"endpoint": endpoint, "virtual_hosted_style_request": False}
    allow_http = endpoint is not None and endpoint.startswith("http://")
    return S3Store(name, prefix=prefix or None, client_options={"allow_http": allow_http}, **settings)
