"""Results over several years in words: which years and kind are asked for, and the lines of each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from web.access import actor
from web.context import cycle, house
from web.results.asked import listing_url
from web.results.kinds import enterable, kind_labels, ledger_kind, subject_words
from web.words import say
from workflow.domain.actors import COMMUNE_ROLES
from workflow.domain.errors import NotFound
from workflow.queries.ledger_filters import LedgerFilters
from workflow.queries.review import Review, YearsLine, review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USUAL_YEARS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One line in words. ``cells``: per year the count, and where its results are listed (empty for none)."""

    name: str
    cells: tuple[tuple[int, str], ...]
    change: str


@dataclass(frozen=True, slots=True)
class Part:
    """One way of dividing the results: its heading, the head of its first column, its lines."""

    code: str
    title: str
    head: str
    lines: tuple[Line, ...]


def asked() -> Review:
    """The review of the address (``loai``, ``tu``, ``den``), else the last five years of the kind the ledger is about.

    Raises ``NotFound`` for a kind that has no place in the ledger, ``InvalidInput`` for years that cannot be.
    """
    kind = request.args.get("loai") or ledger_kind().code
    if kind not in kind_labels():
        raise NotFound("kind_not_found", kind=kind)
    last = _year("den", cycle())
    return review(house().database, actor(), kind, first=_year("tu", last - USUAL_YEARS + 1), last=last)


def _year(name: str, otherwise: int) -> int:
    given = request.args.get(name, "")
    return int(given) if given.isdecimal() and 2000 <= int(given) <= 2100 else otherwise


def choices(found: Review) -> list[tuple[str, str, bool]]:
    """The kinds to choose from: code, words, whether it is the one shown."""
    return [(code, label, code == found.kind) for code, label in kind_labels().items()]


def told(found: Review) -> tuple[Part, ...]:
    """The parts of the page. A commune sees no part by communes: it is the one."""
    results = {code: words for kind, code, words, _ in enterable().values() if kind == found.kind}
    parts = [
        _part("result", found, found.by_result, lambda line: results.get(line.code, line.code), "result"),
        _part("subject", found, found.by_subject, _subject, "subject_kind"),
    ]
    if actor().role not in COMMUNE_ROLES:
        parts.append(_part("commune", found, found.by_commune, lambda line: line.name or line.code, "commune"))
    return tuple(parts)


def _subject(line: YearsLine) -> str:
    words = subject_words(line.code)
    return words[:1].upper() + words[1:]


def _part(code: str, found: Review, lines: tuple[YearsLine, ...], name: Callable[[YearsLine], str], field: str) -> Part:
    rows = tuple(_line(found, line, name(line), {field: line.code}) for line in lines)
    whole = _line(found, found.whole, say("years.whole"), {})
    return Part(code, say(f"years.by_{code}"), say(f"years.head_{code}"), (*rows, whole))


def _line(found: Review, line: YearsLine, name: str, narrowed: dict[str, str]) -> Line:
    cells = tuple(
        (count, listing_url(LedgerFilters(kind=found.kind, cycle=year, **narrowed)) if count else "")  # type: ignore[arg-type]
        for year, count in zip(found.years, line.counts, strict=True)
    )
    return Line(name, cells, change_words(line))


def change_words(line: YearsLine) -> str:
    """How the last year differs from the one before it."""
    if line.change == 0:
        return say("years.same")
    return say("years.more" if line.change > 0 else "years.fewer", count=abs(line.change))


def year_heads(found: Review) -> list[str]:
    """Column heads of the sheet."""
    return [say("years.part"), say("years.name"), *(str(year) for year in found.years), say("years.change")]


def year_cells(found: Review) -> Iterator[list[str | int]]:
    """The rows of the sheet, part by part."""
    for part in told(found):
        for line in part.lines:
            yield [part.title, line.name, *(count for count, _ in line.cells), line.change]
