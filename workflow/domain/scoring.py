"""Scoring: totals, pass marks, classes, and the differences between two sheets that need a reason.

The criteria set itself is in ``criteria``, the filled sheet and its faults in ``score_sheets``; both are
named here too, for whoever needs the whole. Every sum is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflow.domain.criteria import (
    Answer,
    ClassThreshold,
    CriteriaSet,
    Criterion,
    CriterionKind,
    Group,
    PassMark,
    Thresholds,
)
from workflow.domain.score_sheets import (
    EMPTY_ROW,
    ScoreFault,
    ScoreRow,
    ScoreSheet,
    faults,
    points_of,
    sheet_from_document,
    value_fault,
)

__all__ = [
    "Answer",
    "ClassThreshold",
    "CriteriaSet",
    "Criterion",
    "CriterionKind",
    "Difference",
    "Group",
    "GroupScore",
    "PassMark",
    "Score",
    "ScoreFault",
    "ScoreRow",
    "ScoreSheet",
    "Thresholds",
    "class_earned",
    "differences",
    "faults",
    "meets",
    "points_of",
    "sheet_from_document",
    "total",
    "unexplained",
]


# --- totals, pass, class -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupScore:
    """What one group reached. ``total``, ``maximum`` and ``minimum`` in points; the counts are criteria."""

    code: str
    total: Decimal
    maximum: Decimal
    met_count: int
    met_maximum: int
    minimum: Decimal | None = None

    @property
    def short(self) -> bool:
        """Whether the group stays below its own mark."""
        return self.minimum is not None and self.total < self.minimum


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of a sheet. Answers that may not be counted (over the maximum, of another kind …) count as
    missing.

    ``unmet``: criteria below what they ask for by themselves; ``not_met``: every criterion answered "not met"
    or not answered, required or not; ``answered`` of ``count`` criteria have a lawful answer.
    """

    set_key: str
    total: Decimal
    maximum: Decimal
    by_group: tuple[GroupScore, ...]
    met_count: int
    met_maximum: int
    answered: int
    count: int
    unmet: tuple[str, ...]
    not_met: tuple[str, ...]

    @property
    def short_groups(self) -> tuple[str, ...]:
        """Codes of the groups below their mark."""
        return tuple(group.code for group in self.by_group if group.short)


def total(sheet: ScoreSheet, criteria: CriteriaSet) -> Score:
    """What a sheet adds up to, complete or not; a sheet of another set adds up to nothing."""
    answers = _lawful(sheet, criteria)
    groups = tuple(_group_score(group, criteria.in_group(group.code), answers) for group in criteria.groups)
    return Score(
        set_key=criteria.key,
        total=sum((group.total for group in groups), Decimal(0)),
        maximum=sum((group.maximum for group in groups), Decimal(0)),
        by_group=groups,
        met_count=sum(group.met_count for group in groups),
        met_maximum=sum(group.met_maximum for group in groups),
        answered=len(answers),
        count=len(criteria.criteria),
        unmet=tuple(c.code for c in criteria.criteria if c.falls_short(answers.get(c.code))),
        not_met=tuple(c.code for c in criteria.criteria if c.counts_met and answers.get(c.code) is not True),
    )


def _group_score(group: Group, members: tuple[Criterion, ...], answers: Mapping[str, Answer]) -> GroupScore:
    given = [answers.get(criterion.code) for criterion in members]
    return GroupScore(
        group.code,
        total=sum((answer for answer in given if isinstance(answer, Decimal)), Decimal(0)),
        maximum=sum((c.maximum for c in members if c.maximum is not None), Decimal(0)),
        met_count=sum(answer is True for answer in given),
        met_maximum=sum(c.counts_met for c in members),
        minimum=group.minimum,
    )


def _lawful(sheet: ScoreSheet, criteria: CriteriaSet) -> dict[str, Answer]:
    """Answers by criterion that may be counted: one row for the criterion, of its kind, within its bounds."""
    rows = Counter(row.criterion for row in sheet.rows)
    known = {criterion.code: criterion for criterion in criteria.criteria if sheet.set_key == criteria.key}
    answers: dict[str, Answer] = {}
    for row in sheet.rows:
        criterion, answer = known.get(row.criterion), row.answer
        if criterion is None or answer is None or rows[row.criterion] > 1:
            continue
        if value_fault(row, criterion) is None:
            answers[row.criterion] = answer
    return answers


def meets(score: Score, criteria: CriteriaSet) -> bool:
    """Whether a score passes: every required criterion, every group's mark, and the pass mark where there is
    one.

    Classes are another question (`class_earned`). A score of another set never passes.
    """
    if score.set_key != criteria.key or score.short_groups:
        return False
    if any(criterion.required and criterion.code in score.unmet for criterion in criteria.criteria):
        return False
    mark = criteria.thresholds.pass_mark
    return mark is None or mark.reached_by(score.total, score.met_count)


def class_earned(score: Score, criteria: CriteriaSet) -> str | None:
    """Code of the highest class the score earns by points (by criteria met in a set without points), else
    None.
    """
    if score.set_key != criteria.key:
        return None
    measure = Decimal(score.met_count) if criteria.scale is None else score.total
    earned = [c for c in criteria.thresholds.classes if measure >= c.at_least]
    return max(earned, key=lambda c: c.at_least).code if earned else None


# --- two sheets side by side ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A criterion that two sheets answer differently; None where a sheet does not answer. ``reason``: the
    second's.
    """

    criterion: str
    label: str
    own: Answer | None
    assessed: Answer | None
    reason: str = ""

    @property
    def gap(self) -> Decimal | None:
        """Assessed points minus own points; None unless both are points."""
        if isinstance(self.own, Decimal) and isinstance(self.assessed, Decimal):
            return self.assessed - self.own
        return None

    @property
    def message(self) -> str:
        """Key of the sentence that asks for the reason."""
        if self.own is None or self.assessed is None:
            return "score.reason_unanswered"
        if self.gap is None:
            return "score.reason_met"
        return "score.reason_lower" if self.gap < 0 else "score.reason_higher"

    @property
    def facts(self) -> dict[str, object]:
        """The values for that sentence; ``gap`` without its sign."""
        gap = self.gap
        return {"criterion": self.criterion, "label": self.label, "gap": None if gap is None else abs(gap)}


def differences(own: ScoreSheet, assessed: ScoreSheet, criteria: CriteriaSet) -> tuple[Difference, ...]:
    """Where the assessment departs from the self-score, in the order of the set (law.md, state ``assessed``).

    Also for PV01's column against the commune police's. A sheet of another set counts as unanswered
    throughout.
    """
    first, second = _given(own, criteria), _given(assessed, criteria)
    found: list[Difference] = []
    for criterion in criteria.criteria:
        mine, theirs = first.get(criterion.code, EMPTY_ROW), second.get(criterion.code, EMPTY_ROW)
        if type(mine.answer) is not type(theirs.answer) or mine.answer != theirs.answer:
            found.append(Difference(criterion.code, criterion.label, mine.answer, theirs.answer, theirs.reason))
    return tuple(found)


def _given(sheet: ScoreSheet, criteria: CriteriaSet) -> dict[str, ScoreRow]:
    """The first row of each criterion as it was written, lawful or not; nothing of a sheet of another set."""
    rows: dict[str, ScoreRow] = {}
    for row in sheet.rows if sheet.set_key == criteria.key else ():
        rows.setdefault(row.criterion, row)
    return rows


def unexplained(found: tuple[Difference, ...]) -> tuple[Difference, ...]:
    """The differences that still lack their reason (law.md: "assessment sheet with a reason for each
    difference").
    """
    return tuple(difference for difference in found if not difference.reason.strip())
