"""The yearly report in words: figures with what they are counted out of, the units behind each, what blocks it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import url_for

from web.access import actor
from web.context import house
from web.lists.places import act_url
from web.refusals import Go, Reason, reasons, sentence
from web.results.kinds import upkeep_trigger
from web.words import say
from workflow.domain.actors import COMMUNE_ROLES
from workflow.domain.yearly_report import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from workflow.domain.guards import Refusal
    from workflow.domain.yearly_report import Figure, ReportLine
    from workflow.queries.reports import ResultsReport


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure: its code, its name, numerator and denominator in words, how many units are behind it."""

    code: str
    label: str
    said: str
    count: int


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit behind a figure, with the commune whose report names it."""

    commune: str
    line: ReportLine


def figure_label(code: str) -> str:
    """What a figure is called."""
    return house().wording.say(f"report.figure.{code}")


def figure_rows(report: ResultsReport) -> list[FigureRow]:
    """Every figure of the report in the order they are told; an empty denominator is "not applicable"."""
    rows = []
    for code in LISTS:
        figure = report.figures.get(code)
        if figure is not None:
            rows.append(FigureRow(code, figure_label(code), _said(code, figure), figure.count))
        elif lines := units_of(report, code):
            rows.append(FigureRow(code, figure_label(code), str(len(lines)), len(lines)))
    return rows


def _said(code: str, figure: Figure) -> str:
    if not figure.is_applicable:
        return say("reports.not_applicable")
    words = "report.count_new" if code == "new" else "report.count_owed"
    return house().wording.say(words, count=figure.count, of=figure.of)


def units_of(report: ResultsReport, code: str) -> list[UnitLine]:
    """The units behind one figure, by commune as the report has them."""
    return [
        UnitLine(part.name, line)
        for part in report.parts
        if part.report is not None
        for line in getattr(part.report, code)
    ]


def blocking(refusals: Iterable[Refusal]) -> list[Reason]:
    """What somebody has to clear before the report is filed, each with the page where it is cleared."""
    given = [refusal for refusal in refusals if refusal.cleared_by is not None]
    told = {id(refusal): reasons([refusal], dossier_id="", anchors=False)[0] for refusal in given}
    found = [replace(told[id(refusal)], go=_go(refusal, own=told[id(refusal)].own)) for refusal in given]
    return sorted(found, key=lambda reason: not reason.own)


def not_yet(refusals: Iterable[Refusal]) -> str:
    """What nobody clears but time: the report's day has not come. Empty once it has."""
    return " ".join(sentence(refusal) for refusal in refusals if refusal.cleared_by is None)


def _go(refusal: Refusal, *, own: bool) -> Go | None:
    dossier_id = refusal.facts.get("dossier")
    if not isinstance(dossier_id, str):
        return None if refusal.facts.get("name") else Go(url_for("deadlines.year"), say("reports.go_year"))
    trigger = upkeep_trigger(actor().role)
    if own and trigger and refusal.cleared_by in COMMUNE_ROLES:
        return Go(act_url(trigger, [dossier_id]), say("reports.go_act"))
    return Go(url_for("dossiers.page", dossier_id=dossier_id), say("reports.go_dossier"))


def heads() -> tuple[str, ...]:
    """The heads of the file."""
    names = ("commune", "figure", "subject", "number", "decided_on", "reason", "note")
    return tuple(say(f"reports.col.{name}") for name in names)


def cells(report: ResultsReport) -> Iterator[tuple[str | date | None, ...]]:
    """Every unit of every list; then the communes that have not filed, named, without a figure."""
    for code in LISTS:
        for unit in units_of(report, code):
            note = house().wording.say("report.supplement") if unit.line.supplement else ""
            line = unit.line
            yield unit.commune, figure_label(code), line.name, line.number, line.decided_on, line.reason, note
    if report.commune_id is None:
        for part in report.missing:
            yield part.name, say("reports.missing_row"), "", "", None, "", ""
