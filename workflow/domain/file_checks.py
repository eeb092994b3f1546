"""What is checked about an uploaded file, and how much each finding weighs. Pure: reading files is somebody else's.

The list of checks is closed; how much each weighs is data (``dossier_schemas/file_checks.json``), overridable for a
paper of a kind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Weight(StrEnum):
    """What a finding does: stops the filing, is said as a warning, is only said, or is not looked for."""

    BLOCKS = "blocks"
    WARNS = "warns"
    SAYS = "says"
    OFF = "off"


CHECKS = (
    "broken",
    "encrypted",
    "unread",
    "pages",
    "secret_mark",
    "number_not_found",
    "date_not_found",
    "used_elsewhere",
    "signed",
    "signature_changed",
    "signature_unknown",
)
"""Every check, in the order in which findings are told."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How far a file is read: seconds and mebibytes of the reading process, pages that are too many, text looked at.

    ``text_least``: letters below which a text layer is none (a scan with a stamp on it).
    """

    seconds: float = 20.0
    memory: int = 768
    pages: int = 300
    text_pages: int = 60
    text_letters: int = 200_000
    text_least: int = 200


@dataclass(frozen=True, slots=True)
class FileRule:
    """How many files of which types and sizes go with a paper. Sizes in bytes.

    ``checks``: findings about a file and how much they weigh for this paper.
    """

    required: bool = False
    max_files: int = 20
    max_bytes: int = 20 * 1024 * 1024
    types: tuple[str, ...] = ("pdf", "jpg", "png", "docx")
    checks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileChecks:
    """The weights where a paper says nothing, the marks of secret papers, the limits."""

    weights: Mapping[str, Weight] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    limits: FileLimits = field(default_factory=FileLimits)

    def weight(self, check: str, own: Iterable[tuple[str, str]] = ()) -> Weight:
        """How much a check weighs; ``own``: what the paper itself says."""
        said = dict(own).get(check)
        return Weight(said) if said is not None else self.weights.get(check, Weight.OFF)


@dataclass(frozen=True, slots=True)
class SignatureFound:
    """A digital signature in a PDF; ``organisation`` as its certificate says (people are never named)."""

    intact: bool
    trusted: bool
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a file says of itself. ``unread``: reading it took too long, too much memory, or broke the reader."""

    pages: int = 0
    text: str = ""
    broken: bool = False
    encrypted: bool = False
    unread: bool = False
    signatures: tuple[SignatureFound, ...] = ()


@dataclass(frozen=True, slots=True)
class FileFinding:
    """Something about one file: the check's code, the file's name, plain facts for the sentence, its weight."""

    code: str
    name: str
    weight: Weight
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The place in the document: none, it is about a file."""
        return ""

    @property
    def message(self) -> str:
        """The code of its sentence."""
        return f"file_check.{self.code}"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the metadata say and the text should hold, and dossiers (by number) in which the same file stands."""

    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


def judge(
    name: str, report: FileReport, expected: Expected, checks: FileChecks, own: Iterable[tuple[str, str]] = ()
) -> tuple[FileFinding, ...]:
    """Everything there is to say about a file, in the order of ``CHECKS``; what weighs nothing is left out."""
    own = tuple(own)
    found = dict(_found(report, expected, checks))
    return tuple(
        FileFinding(code, name, weight, {"name": name, **found[code]})
        for code in CHECKS
        if code in found and (weight := checks.weight(code, own)) is not Weight.OFF
    )


def _found(report: FileReport, expected: Expected, checks: FileChecks) -> Iterator[tuple[str, dict[str, object]]]:
    for code in ("broken", "encrypted", "unread"):
        if getattr(report, code):
            yield code, {}
    if report.pages > checks.limits.pages:
        yield "pages", {"count": report.pages, "limit": checks.limits.pages}
    mark = secret_mark(report.text, checks.marks)
    if mark:
        yield "secret_mark", {"mark": mark}
    yield from _metadata(report, expected, checks.limits.text_least)
    if expected.elsewhere:
        yield "used_elsewhere", {"dossiers": expected.elsewhere}
    yield from _signatures(report)


def _metadata(report: FileReport, expected: Expected, least: int) -> Iterator[tuple[str, dict[str, object]]]:
    """Number and date that the text does not hold; a file without a text layer says nothing about them."""
    if len(report.text.strip()) < least:
        return
    tight = _tight(report.text)
    if expected.numbers and not any(_tight(one) in tight for one in expected.numbers):
        yield "number_not_found", {"number": expected.numbers[0]}
    days = [day for one in expected.dates if (day := _day(one)) is not None]
    if days and not any(_says_day(tight, day) for day in days):
        yield "date_not_found", {"date": days[0]}


def _signatures(report: FileReport) -> Iterator[tuple[str, dict[str, object]]]:
    signatures = report.signatures
    if not signatures:
        return
    if any(not one.intact for one in signatures):
        yield "signature_changed", {}
    elif any(not one.trusted for one in signatures):
        yield "signature_unknown", {"count": len(signatures)}
    else:
        told = tuple(dict.fromkeys(one.organisation for one in signatures if one.organisation))
        yield "signed", {"count": len(signatures), "organisations": told or ("–",)}


def secret_mark(text: str, marks: Iterable[str]) -> str:
    """The mark of a secret paper: a line that holds nothing but one of the marks; "" where there is none.

    A sentence that speaks of secrets is no mark, nor is the word inside another.
    """
    lines = {_bare(line) for line in unicodedata.normalize("NFC", text).splitlines()}
    return next((mark for mark in marks if mark in lines), "")


def _bare(line: str) -> str:
    return " ".join(re.sub(r"[^\w\s]|_", " ", line).split())


def _tight(text: str) -> str:
    """Text without blanks, marks composed, case put aside: how a number is looked for."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text)).casefold()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _says_day(tight: str, day: date) -> bool:
    """Whether a text without blanks says the day in one of the ways papers write it."""
    pattern = rf"(?<!\d)0?{day.day}\D{{1,5}}0?{day.month}\D{{1,3}}{day.year}"
    return re.search(pattern, tight) is not None
