"""A score sheet as a table: every criterion of the set, what the unit claimed, what was given, and why they differ."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from workflow.domain.criteria import CriteriaSet, Criterion
from workflow.papers.official.model import Block, Column
from workflow.wording import Wording

Row = Mapping[str, object]


def score_blocks(
    rows: list[Row], criteria: CriteriaSet, compared: Mapping[str, Row] | None, wording: Wording, *, unverified: str
) -> tuple[Block, ...]:
    """The table, a note where the set is a sample, and a mark on every criterion that nobody has verified."""
    given = {str(row.get("criterion")): row for row in rows}
    heads = [Column(wording.say("print.score.code"), narrow=12), Column(wording.say("print.score.criterion"), 3)]
    heads.append(Column(wording.say("print.score.maximum"), is_number=True, narrow=16))
    if compared is not None:
        heads.append(Column(wording.say("print.score.claimed"), is_number=True, narrow=16))
    heads += [
        Column(wording.say("print.score.given"), is_number=True, narrow=16),
        Column(wording.say("print.score.note"), 2),
    ]
    lines = [_line(one, given, compared, wording, unverified) for one in criteria.criteria if _is_asked(one, given)]
    lines.append(_total(criteria, given, compared, wording))
    blocks = [Block("table", columns=tuple(heads), rows=tuple(lines), last_is_total=True)]
    note = criteria.note if criteria.sample or not criteria.verified else ""
    if note or criteria.sample:
        blocks.append(Block("note", note or wording.say("print.score.sample")))
    return tuple(blocks)


def _is_asked(one: Criterion, given: Mapping[str, Row]) -> bool:
    return not one.applies_to or one.code in given


def _line(
    one: Criterion,
    given: Mapping[str, Row],
    compared: Mapping[str, Row] | None,
    wording: Wording,
    unverified: str,
) -> tuple[str, ...]:
    row = given.get(one.code, {})
    label = one.label if one.verified else f"{one.label} ({unverified})"
    cells = [one.code, label, "" if one.maximum is None else wording.speak(one.maximum)]
    if compared is not None:
        cells.append(_answer(compared.get(one.code, {}), wording))
    why = "; ".join(str(row[name]) for name in ("reason", "note") if row.get(name))
    return (*cells, _answer(row, wording), why)


def _answer(row: Row, wording: Wording) -> str:
    if "points" in row:
        return wording.speak(_points(row))
    if "met" in row:
        return wording.say("print.score.met" if row["met"] else "print.score.unmet")
    return ""


def _points(row: Row) -> Decimal:
    return Decimal(str(row.get("points", 0)))


def _total(
    criteria: CriteriaSet, given: Mapping[str, Row], compared: Mapping[str, Row] | None, wording: Wording
) -> tuple[str, ...]:
    cells = ["", wording.say("print.score.total"), "" if criteria.scale is None else wording.speak(criteria.scale)]
    if compared is not None:
        cells.append(_sum(criteria, compared, wording))
    return (*cells, _sum(criteria, given, wording), "")


def _sum(criteria: CriteriaSet, rows: Mapping[str, Row], wording: Wording) -> str:
    if criteria.scale is None:
        met = sum(row.get("met") is True for row in rows.values())
        return wording.say("print.score.met_of", met=met, of=len(rows))
    return wording.speak(sum((_points(row) for row in rows.values()), Decimal(0)))
