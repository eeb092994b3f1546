"""Checkpoints: how far the journal had come and what it said, kept outside the database by somebody else.

A checkpoint is a small JSON file, short enough to be printed and signed; the heads of all streams stand beside it in
``<name>.heads.gz``, so that the first stream that changed can be named.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import orjson

from workflow.domain.errors import InvalidInput

FORMAT = 1
NOTHING = "0" * 64


class Head(NamedTuple):
    """Where a stream ends: the number of its newest row and that row's hash."""

    stream: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The journal up to the row numbered ``position``.

    ``rows`` of them in ``streams`` streams; ``digest``: SHA-256 over the heads of the streams at that moment, by name.
    ``heads_file`` holds those heads; None when only the small file is at hand.
    """

    at: datetime
    position: int
    rows: int
    streams: int
    digest: str
    heads_file: Path | None = None

    def heads(self) -> Iterator[Head]:
        """The heads of all streams, by name; nothing when the list is not at hand."""
        if self.heads_file is not None:
            with gzip.open(self.heads_file, "rt", encoding="utf-8") as lines:
                for line in lines:
                    seq, digest, stream = line.rstrip("\n").split(" ", 2)
                    yield Head(stream, int(seq), digest)


def line_of(head: Head) -> bytes:
    """A head as it is digested and listed."""
    return f"{head.seq} {head.hash} {head.stream}\n".encode()


def write_files(path: Path, heads: Iterator[Head], *, at: datetime, position: int) -> Checkpoint:
    """Write both files from the heads of all streams in order; rows are counted from the heads."""
    digest, rows, streams = hashlib.sha256(), 0, 0
    heads_file = heads_file_of(path)
    with heads_file.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        for head in heads:
            line = line_of(head)
            digest.update(line)
            packed.write(line)
            rows, streams = rows + head.seq, streams + 1
    checkpoint = Checkpoint(at, position, rows, streams, digest.hexdigest(), heads_file)
    path.write_bytes(to_bytes(checkpoint))
    return checkpoint


def to_bytes(checkpoint: Checkpoint) -> bytes:
    """The small file."""
    body = {
        "format": FORMAT,
        "at": checkpoint.at.isoformat(),
        "position": checkpoint.position,
        "rows": checkpoint.rows,
        "streams": checkpoint.streams,
        "digest": checkpoint.digest,
    }
    return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read(path: Path) -> Checkpoint:
    """The checkpoint of a file, with its list of heads when that lies beside it.

    Raises InvalidInput ``checkpoint_invalid`` when it cannot be read, or when the list does not fit the digest.
    """
    try:
        body = orjson.loads(path.read_bytes())
        if body["format"] != FORMAT:
            raise _invalid(path, "another format")
        checkpoint = Checkpoint(
            at=datetime.fromisoformat(body["at"]),
            position=int(body["position"]),
            rows=int(body["rows"]),
            streams=int(body["streams"]),
            digest=str(body["digest"]),
        )
        heads_file = heads_file_of(path)
        if not heads_file.exists():
            return checkpoint
        if _digest_of(heads_file) != checkpoint.digest:
            raise _invalid(path, "the list of heads is not the one that was digested")
        return replace(checkpoint, heads_file=heads_file)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise _invalid(path, str(error)) from error


def _invalid(path: Path, why: str) -> InvalidInput:
    return InvalidInput("checkpoint_invalid", file=path.name, why=why)


def heads_file_of(path: Path) -> Path:
    """Where the list of heads of a checkpoint lies."""
    return path.with_name(path.name + ".heads.gz")


def _digest_of(heads_file: Path) -> str:
    digest = hashlib.sha256()
    with gzip.open(heads_file, "rb") as lines:
        while block := lines.read(io.DEFAULT_BUFFER_SIZE * 8):
            digest.update(block)
    return digest.hexdigest()
