"""Obligations and consolidated reports as pages show them: rows in words, cells of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request, url_for

from web.access import actor
from web.context import cycle, house, today
from web.formatting import day, until_short
from web.lists.present import Present, present
from web.words import say
from workflow.domain.errors import NotFound
from workflow.queries.consolidation import Consolidated, consolidated
from workflow.queries.obligations import ObligationLine, ObligationSum, obligation_lines, sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from web.dossier.turns import Mark
    from workflow.domain.kinds import DossierKind


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """One obligation of a list: what it is, where it stands, until when, its page."""

    line: ObligationLine
    what: str
    state: str
    until: str
    mark: Mark | None
    url: str


def obliging_kind() -> DossierKind:
    """The kind that obliges organisations to report. Raises ``NotFound`` where the province has none."""
    kind = house().reporting.kind(province_id=actor().province_id, on=today())
    if kind is None:
        raise NotFound("obligation_not_found", kind="")
    return kind


def asked_code(kind: DossierKind) -> str | None:
    """The obligation in the address (``viec``); None for all. Raises ``NotFound`` for one that is not there."""
    code = request.args.get("viec") or None
    if code is not None and (kind.obliges is None or kind.obliges.of(code) is None):
        raise NotFound("obligation_not_found", kind=kind.short_label)
    return code


def lines_asked(kind: DossierKind, code: str | None) -> tuple[tuple[ObligationLine, ...], tuple[ObligationSum, ...]]:
    """The lines of the obligation asked for, and the sums of all of them."""
    place = request.args.get("xa") or None
    every = obligation_lines(
        house().database, actor(), kind, present().moment, cycle=cycle(), code=None, commune_id=place
    )
    chosen = tuple(line for line in every if code is None or line.obligation.code == code)
    return chosen, sums(kind, every)


def rows_of(kind: DossierKind, lines: Sequence[ObligationLine], now: Present) -> list[ObligationRow]:
    """The lines in words."""
    return [_row(kind, line, now) for line in lines]


def _row(kind: DossierKind, line: ObligationLine, now: Present) -> ObligationRow:
    return ObligationRow(
        line=line,
        what=what_of(line),
        state=kind.states[line.state].label if line.state in kind.states else line.state,
        until=until_short(line.due) if line.due is not None and line.is_missing else "",
        mark=now.mark(line.due) if line.is_missing else None,
        url=url_for("dossiers.page", dossier_id=line.dossier_id),
    )


def what_of(line: ObligationLine) -> str:
    """What is owed, with the paper that called for it."""
    if not line.call:
        return line.obligation.label
    return say("obligations.called_by", label=line.obligation.label, number=line.call)


def put_together(kind: DossierKind, code: str) -> Consolidated:
    """One obligation put together for whoever reads: the own commune, the commune asked for, or the province."""
    return consolidated(
        house().database,
        actor(),
        kind,
        present().moment,
        house().reporting.figures(kind),
        {one.code: one for one in house().catalogue.kinds()},
        code=code,
        cycle=cycle(),
        on=today(),
        commune_id=request.args.get("xa") or None,
    )


def heads() -> tuple[str, ...]:
    """The heads of the file."""
    return tuple(say(f"obligations.col.{name}") for name in ("figure", "commune", "subject", "value", "proof", "note"))


def cells(made: Consolidated) -> Iterator[tuple[str | int | date | None, ...]]:
    """Every figure with its parts and its sum; what the ledger says; then who is missing, named, without a figure."""
    for one in made.figures:
        for part in one.parts:
            yield one.figure.title, part.line.commune, part.line.subject, part.value, part.proof, part.line.number
        yield one.figure.title, "", say("obligations.total"), one.total, "", ""
    for drawn in made.drawn:
        label = drawn.kind.short_label
        yield label, "", say("obligations.joined"), drawn.coverage.joined, "", say("obligations.from_ledger")
        names = dict(drawn.kind.ledger.every()) if drawn.kind.ledger is not None else {}
        for code, count in drawn.coverage.results:
            yield label, "", names[code], count, "", say("obligations.from_ledger")
    for happened in made.happenings:
        yield (
            say("obligations.happened"),
            happened.line.commune,
            happened.line.subject,
            None,
            day(happened.on),
            (happened.what),
        )
    for line in made.missing:
        yield made.obligation.label, line.commune, line.subject, None, "", say("obligations.missing_row")
