"""The hash chain of a stream: what a row's hash covers, and where a chain begins."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import orjson

DOSSIERS = "dossier:"
BOOKS = "books:"
"""How the names of streams begin; books sort before dossiers."""

HASHED = (
    "stream",
    "seq",
    "at",
    "person_id",
    "role",
    "organisation_id",
    "door",
    "os_user",
    "event",
    "payload",
    "prev",
)
"""What a row's hash covers: every column but ``position`` and ``hash``."""


def genesis(stream: str) -> str:
    """The ``prev`` of a stream's first row."""
    return hashlib.sha256(stream.encode()).hexdigest()


def row_hash(row: Sequence[object]) -> str:
    """SHA-256 of a canonical JSON array of the columns ``HASHED``, in that order."""
    return hashlib.sha256(orjson.dumps(row)).hexdigest()


def dossier_stream(dossier_id: str) -> str:
    """The stream of a dossier."""
    return f"{DOSSIERS}{dossier_id}"


def books_stream(province_id: str) -> str:
    """The stream of a province's books."""
    return f"{BOOKS}{province_id}"
