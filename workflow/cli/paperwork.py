"""Papers on the command line: JSON documents with their files, and the signed paper that a step is entered from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from pathlib import Path

import click

from workflow.cli.door import Body, Door
from workflow.cli.speech import Usage
from workflow.cli.values import CODED_FILE, DAY, END, EXISTING_FILE, INSTANT, TEXT, Choice, once_each
from workflow.domain.books import StoredFile
from workflow.domain.errors import InvalidDocument
from workflow.domain.events import SignedPaper
from workflow.domain.kinds import ReturnMode
from workflow.services.inputs import ItemInput, PaperInput

MODES = tuple(mode.value for mode in ReturnMode)
Pairs = Sequence[tuple[str, Path]]

MOST_JSON = 8 * 1024 * 1024
"""Bytes of a document that are read at all; how large one may be is the schemas' own limit."""


def with_papers(function: Body) -> Body:
    """Options ``--paper code=file.json`` and ``--file code=scan.pdf``, both repeatable: the body's ``papers``."""

    @click.option("--paper", "paper_paths", type=CODED_FILE, multiple=True)
    @click.option("--file", "file_paths", type=CODED_FILE, multiple=True)
    @wraps(function)
    def called(door: Door, *, paper_paths: Pairs, file_paths: Pairs, **given: object) -> int | None:
        return function(door, papers=read_papers(door, paper_paths, file_paths), **given)

    return called


def with_signed(function: Body) -> Body:
    """Options that describe a signed paper (number, date, issuing office, signer's office, scans): ``signed``."""

    @click.option("--number", type=TEXT)
    @click.option("--signed-on", type=DAY)
    @click.option("--issuer", type=TEXT)
    @click.option("--signer", type=TEXT)
    @click.option("--scan", "scans", type=EXISTING_FILE, multiple=True)
    @wraps(function)
    def called(
        door: Door,
        *,
        number: str | None,
        signed_on: date | None,
        issuer: str | None,
        signer: str | None,
        scans: Sequence[Path],
        **given: object,
    ) -> int | None:
        signed = read_signed(door, number=number, signed_on=signed_on, issuer=issuer, signer=signer, scans=scans)
        return function(door, signed=signed, **given)

    return called


@dataclass(frozen=True, slots=True)
class Said:
    """What a move brings along in words: its reason, things to mend, how a return goes on, when it was sent."""

    reason: str | None
    items: tuple[ItemInput, ...]
    mode: ReturnMode | None
    redo_to: str | None
    mend_by: datetime | None
    sent_at: datetime | None


def with_words(function: Body) -> Body:
    """Options of a move's words, a return's among them: the body's ``said``."""

    @click.option("--reason", type=TEXT)
    @click.option("--item", "items", type=TEXT, multiple=True)
    @click.option("--item-of", "items_of", type=TEXT, multiple=True)
    @click.option("--mode", type=Choice(MODES))
    @click.option("--redo-to", type=TEXT)
    @click.option("--mend-by", type=END)
    @click.option("--sent-at", type=INSTANT)
    @wraps(function)
    def called(
        door: Door,
        *,
        reason: str | None,
        items: Sequence[str],
        items_of: Sequence[str],
        mode: str | None,
        redo_to: str | None,
        mend_by: datetime | None,
        sent_at: datetime | None,
        **given: object,
    ) -> int | None:
        listed = (*map(ItemInput, items), *map(read_item, items_of))
        said = Said(reason, listed, ReturnMode(mode) if mode else None, redo_to, mend_by, sent_at)
        return function(door, said=said, **given)

    return called


def read_item(text: str) -> ItemInput:
    """``paper=what to mend``, or ``paper/rows/3=what to mend`` with the place in the paper. Raises Usage."""
    place, equals, words = text.partition("=")
    if not equals:
        raise Usage("cli.usage.item_of", value=text)
    paper, _, path = place.strip().partition("/")
    return ItemInput(words.strip(), paper=paper, path=f"/{path}" if path else None)


def read_papers(door: Door, papers: Pairs, files_of: Pairs) -> dict[str, PaperInput]:
    """The papers by code, their files kept. Raises Usage, InvalidDocument (a file too large or of a wrong type)."""
    documents = once_each(papers, "--paper")
    for code, _ in files_of:
        if code not in documents:
            raise Usage("cli.usage.file_without_paper", paper=code)
    return {
        code: PaperInput(read_document(path), tuple(keep(door, file) for owner, file in files_of if owner == code))
        for code, path in documents.items()
    }


def read_document(path: Path) -> bytes:
    """The bytes of a document; of one far too large only so many that it is refused as such."""
    with path.open("rb") as file:
        return file.read(MOST_JSON + 1)


def keep(door: Door, path: Path) -> StoredFile:
    """A file put into the store under its digest. Raises InvalidDocument ``file_too_large`` before reading it."""
    size, limit = path.stat().st_size, door.settings.max_file_bytes
    if size > limit:
        raise InvalidDocument("file_too_large", file=path.name, size=size, limit=limit)
    return door.house.files.put(path.read_bytes(), name=path.name)


def read_signed(
    door: Door,
    *,
    number: str | None,
    signed_on: date | None,
    issuer: str | None,
    signer: str | None,
    scans: Sequence[Path],
) -> SignedPaper | None:
    """The signed paper as described; None when nothing of it was given. Raises Usage when it is incomplete."""
    given = {"--number": number, "--signed-on": signed_on, "--issuer": issuer, "--signer": signer}
    if not any(given.values()) and not scans:
        return None
    missing = tuple(name for name, value in given.items() if value is None)
    if number is None or signed_on is None or issuer is None or signer is None:
        raise Usage("cli.usage.signed_incomplete", missing=missing)
    return SignedPaper(number, signed_on.isoformat(), issuer, signer, tuple(keep(door, scan).digest for scan in scans))
