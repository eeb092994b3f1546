"""The sheet in which one dossier is scored: a row a criterion of its set, out with what stands already, and in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from workflow.domain.criteria import Criterion
from workflow.papers.table_template import Cell, table_template
from workflow.papers.tables_in import Column, Row, choices_of, read_table
from workflow.papers.workbook import CellFault, WorkbookRefused
from workflow.wording import Wording

_CODE, _LABEL = Column("criterion"), Column("criterion_label", required=False)
_MOST = Column("maximum", form="decimal", required=False)
_POINTS, _MET = Column("points", form="decimal", required=False), Column("met", form="flag", required=False)
_WORDS = (Column("note", required=False), Column("reason", required=False))
LONGEST = 2000


def columns_of(criteria: Sequence[Criterion], fields: Iterable[str]) -> tuple[Column, ...]:
    """The columns of a set; ``fields``: what a row of the paper holds."""
    known = set(fields)
    points = [_MOST, _POINTS] if any(not one.counts_met for one in criteria) else []
    met = [_MET] if any(one.counts_met for one in criteria) else []
    return (_CODE, _LABEL, *points, *met, *(column for column in _WORDS if column.code in known))


def score_table(
    title: str,
    criteria: Sequence[Criterion],
    fields: Iterable[str],
    rows: Iterable[Mapping[str, Any]],
    wording: Wording,
) -> bytes:
    """The workbook to fill in, holding what the paper says already."""
    columns = columns_of(criteria, fields)
    yes_no = choices_of(_MET, wording)
    there = {str(row.get("criterion")): row for row in rows}
    filled: list[dict[str, Cell]] = []
    for one in criteria:
        row = there.get(one.code, {})
        met = row.get("met")
        filled.append(
            {
                "criterion": one.code,
                "criterion_label": one.label,
                "maximum": _spoken(one.maximum),
                "points": _spoken(row.get("points")),
                "met": None if met is None else yes_no["yes" if met else "no"],
                **{name: row.get(name) for name in ("note", "reason")},
            }
        )
    return table_template(title, columns, wording, rows=filled)


def _spoken(value: Any) -> str | None:
    return None if value is None else str(value).replace(".", ",")


def read_scores(
    content: bytes,
    name: str,
    criteria: Sequence[Criterion],
    fields: Iterable[str],
    before: Iterable[Mapping[str, Any]],
    wording: Wording,
) -> list[dict[str, Any]]:
    """The rows of the paper as the sheet has them, in the order of the set; evidence of ``before`` stays with its row.

    A criterion without an answer is left out: a sheet may come half filled. Raises WorkbookRefused with every fault.
    """
    by_code = {one.code: one for one in criteria}
    kept = {str(row.get("criterion")): dict(row) for row in before}
    answers: dict[str, dict[str, Any]] = {}
    faults: list[CellFault] = []
    for row in read_table(content, name, columns_of(criteria, fields), wording):
        code = row.text("criterion") or ""
        one = by_code.get(code)
        if one is None or code in answers:
            what = "sheet.criterion_twice" if one else "sheet.criterion_unknown"
            faults.append(row.fault("criterion", what, value=code))
            continue
        faults += _faults(row, one)
        answers[code] = _answer(row, one, kept.get(code, {}))
    if faults:
        raise WorkbookRefused(faults)
    found = [answers[one.code] for one in criteria if one.code in answers]
    return [answer for answer in found if answer.keys() & {"met", "points"}]


def _faults(row: Row, one: Criterion) -> list[CellFault]:
    points = row.values.get("points")
    found = []
    if one.counts_met and points is not None:
        found.append(row.fault("points", "sheet.criterion_met"))
    if not one.counts_met and "met" in row.values:
        found.append(row.fault("met", "sheet.criterion_points"))
    if isinstance(points, Decimal) and one.maximum is not None and not 0 <= points <= one.maximum:
        found.append(row.fault("points", "sheet.over_maximum", value=points, maximum=one.maximum))
    found += [
        row.fault(name, "sheet.too_long", most=LONGEST)
        for name in ("note", "reason")
        if len(row.text(name) or "") > LONGEST
    ]
    return found


def _answer(row: Row, one: Criterion, kept: Mapping[str, Any]) -> dict[str, Any]:
    answer = {name: value for name, value in kept.items() if name not in {"met", "note", "points", "reason"}}
    answer["criterion"] = one.code
    points, met = row.values.get("points"), row.values.get("met")
    if isinstance(points, Decimal) and not one.counts_met:
        answer["points"] = int(points) if points == points.to_integral_value() else float(points)
    if met is not None and one.counts_met:
        answer["met"] = met == "yes"
    return answer | {name: row.text(name) for name in ("note", "reason") if row.text(name)}
