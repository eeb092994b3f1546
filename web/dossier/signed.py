"""The signed paper a step is entered from: number, date, office, signer's office, scan; typed without a schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from flask import request

from web.dossier.paper_forms import file_hint
from web.formatting import day
from web.forms.binding import Summary
from web.forms.typed import UnreadableError, read_day, read_text, typed_day
from web.words import say
from workflow.domain.events import SignedPaper
from workflow.domain.file_checks import FileRule

if TYPE_CHECKING:
    from workflow.domain.books import StoredFile

PREFIX = "vb"
SCAN = "vb_scan"
FIELDS = ("number", "date", "issuer", "signer_office")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class TypedPaper:
    """What was typed: the paper when it is whole, else what is wrong at which field."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    scan_errors: tuple[str, ...] = ()
    paper: SignedPaper | None = None

    def summary(self, *, fields: str = PREFIX, scan: str = f"{PREFIX}-scan") -> list[Summary]:
        """Its lines of the error summary. ``fields``: what their ids begin with; ``scan``: the id of the scan's."""
        lines = [Summary(words, f"{fields}-{name}") for name in FIELDS for words in self.errors.get(name, ())]
        return [*lines, *(Summary(words, scan) for words in self.scan_errors)]


SCANS = FileRule(max_files=5)
"""The scans of a signed paper that is no paper of the kind."""


def scan_hint() -> str:
    """What may be sent as the scan of a signed paper."""
    return file_hint(SCANS)


def read_signed(
    scans: Sequence[StoredFile], today: date, refused: Sequence[str] = (), *, keeps: Sequence[str] = ()
) -> TypedPaper:
    """The signed paper of the posted form. Every field is asked for, and a scan unless some are kept from before."""
    typed = {name: request.form.get(f"{PREFIX}_{name}", "") for name in FIELDS}
    return check_signed(typed, scans, today, refused, keeps=keeps)


def check_signed(
    typed: Mapping[str, str],
    scans: Sequence[StoredFile],
    today: date,
    refused: Sequence[str] = (),
    *,
    keeps: Sequence[str] = (),
) -> TypedPaper:
    """The signed paper that these texts spell, with everything that is wrong with it."""
    errors: dict[str, list[str]] = {}
    read: dict[str, str] = {}
    for name in FIELDS:
        try:
            read[name] = read_day(typed[name]) if name == "date" and typed[name].strip() else read_text(typed[name])
        except UnreadableError as error:
            errors[name] = [say(error.code, **error.facts)]
            continue
        if not read[name]:
            errors[name] = [say(f"signed.{name}")]
        elif len(read[name]) > LONGEST:
            errors[name] = [say("signed.too_long", most=LONGEST)]
        elif name == "date" and date.fromisoformat(read[name]) > today:
            errors[name] = [say("signed.future", today=day(today))]
    missing = () if scans or keeps or refused else (say("signed.scan"),)
    if errors or missing or refused:
        return TypedPaper(typed, errors, (*refused, *missing))
    paper = SignedPaper(**read, scans=tuple(file.digest for file in scans) or tuple(keeps))
    return TypedPaper(typed, paper=paper)


def values_of(paper: SignedPaper | None) -> dict[str, str]:
    """What the fields show for a paper that stands."""
    if paper is None:
        return {}
    return {
        "number": paper.number,
        "date": typed_day(paper.date),
        "issuer": paper.issuer,
        "signer_office": paper.signer_office,
    }
