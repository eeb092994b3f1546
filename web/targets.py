"""Targets as their page shows them: rows in words, cells of the file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import url_for

from web.context import house
from web.formatting import number
from web.words import say
from workflow.domain.targets import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workflow.domain.targets import Behind, Measured, Reading
    from workflow.queries.targets import TargetSheet

MARKS = {Verdict.MET: "done", Verdict.UNMET: "no", Verdict.NOT_APPLICABLE: "void", Verdict.TOLD: "half"}


@dataclass(frozen=True, slots=True)
class Named:
    """Something behind a figure, with the page it stands on."""

    name: str
    value: int
    proof: str
    url: str


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target in words."""

    measured: Measured
    wanted: str
    said: tuple[str, ...]
    mark: str
    verdict: str
    behind: tuple[Named, ...]
    lacking: tuple[Named, ...]
    missing: tuple[Named, ...]


def rows_of(sheet: TargetSheet) -> list[TargetRow]:
    """Every target in its order."""
    return [_row(one) for one in sheet.targets]


def _row(one: Measured) -> TargetRow:
    return TargetRow(
        measured=one,
        wanted=say("targets.at_least", percent=percent_words(float(100 * one.target.share)))
        if one.target.share is not None
        else "",
        said=tuple(reading_words(reading) for reading in one.readings),
        mark=MARKS[one.verdict],
        verdict=verdict_words(one),
        behind=_named(one.reading.behind),
        lacking=_named(one.lacking),
        missing=_named(one.missing),
    )


def verdict_words(one: Measured) -> str:
    """Met, unmet, not applicable, or only told."""
    return house().wording.say(f"target.{one.verdict.value}")


def percent_words(value: float) -> str:
    """A percentage as people write it."""
    return number(int(value)) if value == int(value) else number(value)


def reading_words(reading: Reading) -> str:
    """Numerator and denominator with the percentage; without a denominator nothing was there to count."""
    words = house().wording
    if reading.percent is None:
        return words.say("target.nothing")
    percent = percent_words(reading.percent)
    return words.say("target.reached", numerator=reading.numerator, denominator=reading.denominator, percent=percent)


def _named(those: tuple[Behind, ...]) -> tuple[Named, ...]:
    return tuple(Named(one.name, one.value, one.proof, _url(one)) for one in those)


def _url(one: Behind) -> str:
    if one.dossier_id:
        return url_for("dossiers.page", dossier_id=one.dossier_id)
    return url_for("ledger.one", entry_id=one.entry_id) if one.entry_id else ""


def heads() -> tuple[str, ...]:
    """The heads of the file."""
    names = ("target", "wanted", "numerator", "denominator", "percent", "verdict", "as_of", "name", "value", "proof")
    return tuple(say(f"targets.col.{name}") for name in names)


def cells(sheet: TargetSheet) -> Iterator[tuple[str | int | Decimal | None, ...]]:
    """A row for every reading of every target, then one for each thing behind it; who is missing is named."""
    day = sheet.as_of.isoformat()
    for row in rows_of(sheet):
        label = row.measured.target.label
        for reading in row.measured.readings:
            share = Decimal(str(reading.percent)) if reading.percent is not None else None
            figures = (reading.numerator, reading.denominator, share)
            yield label, row.wanted, *figures, row.verdict, day, "", None, ""
        for one in row.behind:
            yield label, "", None, None, None, "", day, one.name, one.value, one.proof
        for one in row.missing:
            yield label, "", None, None, None, say("targets.no_report"), day, one.name, None, ""
