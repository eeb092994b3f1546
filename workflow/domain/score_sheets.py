"""Score sheets: what a unit, the commune police or PV01 filled in, and everything that is wrong with it.

Points are exact decimals of at most six digits before the point and two after it, so that no sum is ever
rounded. A fault's sentence stands under ``score.<code>`` in ``dossier_schemas/messages``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from workflow.domain.criteria import Answer, CriteriaSet, Criterion
from workflow.domain.errors import InvalidDocument

POINTS_PATTERN = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,2})?", re.ASCII)
SET_KEY_PATTERN = re.compile(r"[a-z][a-z0-9_]*@[1-9][0-9]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A row of a sheet, answered or still empty: points or met, evidence counted, reason, note."""

    criterion: str
    points: Decimal | None = None
    met: bool | None = None
    evidence_count: int = 0
    reason: str = ""
    note: str = ""

    @property
    def answer(self) -> Answer | None:
        """What the row says: points, met or not; None while it says nothing or both."""
        if self.points is not None and self.met is not None:
            return None
        return self.met if self.points is None else self.points


EMPTY_ROW = ScoreRow("")


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A filled sheet, bound to one criteria set by its key ``code@version``."""

    set_key: str
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True, slots=True)
class ScoreFault:
    """Something wrong in a sheet. ``row``: its index in the document, None for the sheet as a whole."""

    code: str
    criterion: str = ""
    row: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Key of the sentence that says it."""
        return f"score.{self.code}"

    @property
    def path(self) -> str:
        """Place in the document as a JSON pointer: the row, or all rows."""
        return "/rows" if self.row is None else f"/rows/{self.row}"


def points_of(value: object) -> Decimal:
    """Exact points from a JSON value: an integer, a Decimal, plain decimal text, or a float by its shortest
    text.

    Raises ValueError for everything else: NaN and infinities, exponents, more than two decimals, digits that
    are not ASCII, booleans.
    """
    is_number = isinstance(value, int | float | str | Decimal) and not isinstance(value, bool)
    text = repr(value) if isinstance(value, float) else str(value)
    if not is_number or POINTS_PATTERN.fullmatch(text) is None:
        raise ValueError("not points")
    points = Decimal(text)
    return points or Decimal(0)


def sheet_from_document(document: Mapping[str, object]) -> ScoreSheet:
    """The score sheet in a paper of the shape ``{"criteria_set": "code@1", "rows": [{…}]}``.

    A row is ``{"criterion", "points" | "met", "evidence": […], "reason", "note"}``; all but the first may be
    missing. Raises InvalidDocument (``score_sheet_malformed``) with every ScoreFault when the document has
    another shape; its JSON Schema says so first in ordinary use.
    """
    faults: list[ScoreFault] = []
    set_key = document.get("criteria_set")
    if not isinstance(set_key, str) or SET_KEY_PATTERN.fullmatch(set_key) is None:
        faults.append(ScoreFault("set_malformed"))
    rows = document.get("rows")
    if not isinstance(rows, list | tuple):
        raise InvalidDocument("score_sheet_malformed", faults=(*faults, ScoreFault("rows_malformed")))
    read = [_row(row, index, faults) for index, row in enumerate(rows)]
    if faults:
        raise InvalidDocument("score_sheet_malformed", faults=tuple(faults))
    return ScoreSheet(str(set_key), tuple(read))


def _row(row: object, index: int, faults: list[ScoreFault]) -> ScoreRow:
    if not isinstance(row, Mapping) or not isinstance(row.get("criterion"), str):
        faults.append(ScoreFault("row_malformed", row=index))
        return ScoreRow("")
    code = str(row["criterion"])
    points, met, evidence = row.get("points"), row.get("met"), row.get("evidence", ())
    exact: Decimal | None = None
    if points is not None:
        try:
            exact = points_of(points)
        except ValueError:
            faults.append(ScoreFault("not_points", code, index, {"criterion": code}))
    if met is not None and not isinstance(met, bool):
        faults.append(ScoreFault("not_met_value", code, index, {"criterion": code}))
    if not isinstance(evidence, list | tuple):
        faults.append(ScoreFault("row_malformed", code, index, {"criterion": code}))
        evidence = ()
    answered = met if isinstance(met, bool) else None
    return ScoreRow(code, exact, answered, len(evidence), _text(row, "reason"), _text(row, "note"))


def _text(row: Mapping[object, object], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


# --- what is wrong with a sheet ------------------------------------------------------------------


def faults(sheet: ScoreSheet, criteria: CriteriaSet, *, evidence: bool = True) -> tuple[ScoreFault, ...]:
    """Everything that keeps a sheet from being complete and lawful under ``criteria``, in row order.

    ``evidence=False`` leaves evidence aside: the assessment of an office refers to the unit's evidence and
    brings none of its own. A sheet of another set gets that one fault only; its rows mean something else.
    """
    if sheet.set_key != criteria.key:
        return (ScoreFault("wrong_set", facts={"found": sheet.set_key, "expected": criteria.key}),)
    found: list[ScoreFault] = []
    seen: set[str] = set()
    known = {criterion.code: criterion for criterion in criteria.criteria}
    for index, row in enumerate(sheet.rows):
        code, criterion = row.criterion, known.get(row.criterion)
        if criterion is None:
            found.append(ScoreFault("unknown_criterion", code, index, {"criterion": code}))
        elif row.criterion in seen:
            found.append(ScoreFault("duplicate_row", row.criterion, index, _about(criterion)))
        else:
            found.extend(_row_faults(row, criterion, index, evidence))
        seen.add(row.criterion)
    missing = (c for c in criteria.criteria if c.code not in seen)
    found.extend(ScoreFault("missing_criterion", c.code, None, _about(c)) for c in missing)
    return tuple(found)


def _row_faults(row: ScoreRow, criterion: Criterion, index: int, evidence: bool) -> Iterator[ScoreFault]:
    def fault(code: str, **facts: object) -> ScoreFault:
        return ScoreFault(code, criterion.code, index, {**_about(criterion), **facts})

    if row.points is None and row.met is None:
        yield fault("missing_criterion")
        return
    wrong = value_fault(row, criterion)
    if wrong is not None:
        yield fault(wrong, points=row.points, maximum=criterion.maximum)
    if evidence and criterion.evidence_required and not row.evidence_count and _claims(row):
        yield fault("missing_evidence")


def value_fault(row: ScoreRow, criterion: Criterion) -> str | None:
    """Why the row's answer may not be counted, or None when it may."""
    if criterion.counts_met:
        return "wrong_kind" if row.met is None or row.points is not None else None
    if row.points is None or row.met is not None:
        return "wrong_kind"
    if row.points < 0:
        return "below_zero"
    return "over_maximum" if criterion.maximum is None or row.points > criterion.maximum else None


def _claims(row: ScoreRow) -> bool:
    return row.met is True or (row.points is not None and row.points > 0)


def _about(criterion: Criterion) -> dict[str, object]:
    return {"criterion": criterion.code, "label": criterion.label}
