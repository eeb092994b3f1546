"""Scoring: what a sheet may say, what it adds up to, whether it passes, and where two sheets differ."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.domain.errors import InvalidDocument
from workflow.domain.scoring import (
    ClassThreshold,
    CriteriaSet,
    Criterion,
    CriterionKind,
    Difference,
    Group,
    PassMark,
    ScoreFault,
    ScoreRow,
    ScoreSheet,
    Thresholds,
    class_earned,
    differences,
    faults,
    meets,
    points_of,
    sheet_from_document,
    total,
    unexplained,
)

D = Decimal
POINTS, MET = CriterionKind.POINTS, CriterionKind.MET


def points(code: str, maximum: str, **more: Any) -> Criterion:
    return Criterion(code, f"Tiêu chí {code}", code.split(".")[0], POINTS, D(maximum), **more)


def met(code: str, **more: Any) -> Criterion:
    return Criterion(code, f"Tiêu chí {code}", code.split(".")[0], MET, **more)


SET = CriteriaSet(
    code="mau",
    version=2,
    label="Bộ mẫu",
    sample=True,
    verified=False,
    subject_kinds=("co_quan", "xa"),
    scale=D(30),
    groups=(Group("1", "Nhóm 1", D(5)), Group("2", "Nhóm 2")),
    criteria=(
        points("1.1", "10", minimum=D(2), required=True, evidence_required=True),
        points("1.2", "7.5"),
        points("2.1", "12.5", minimum=D(1)),
        met("2.2", required=True, evidence_required=True),
        met("2.3"),
    ),
    thresholds=Thresholds(
        PassMark(D(20)),
        (
            ClassThreshold("xuat_sac", "Xuất sắc", D("27.5")),
            ClassThreshold("kha", "Khá", D(20)),
            ClassThreshold("yeu", "Yếu", D(0)),
        ),
    ),
)
COUNTED = replace(
    SET,
    scale=None,
    groups=(Group("1", "Nhóm 1"),),
    criteria=(met("1.1"), met("1.2", required=True), met("1.3")),
    thresholds=Thresholds(PassMark(met=2), (ClassThreshold("dat", "Đạt", D(2)),)),
)


def sheet(key: str = "mau@2", /, **rows: Any) -> ScoreSheet:
    """A sheet by keyword: ``c1_1=5`` is criterion 1.1 with five points and one piece of evidence."""
    made = []
    for name, value in rows.items():
        code = name.removeprefix("c").replace("_", ".")
        answer = {"met": value} if isinstance(value, bool) else {"points": D(str(value))}
        made.append(ScoreRow(code, **answer, evidence_count=1))
    return ScoreSheet(key, tuple(made))


FULL = sheet(c1_1=9, c1_2="7.5", c2_1=11, c2_2=True, c2_3=False)


# --- points --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "exact"),
    [(7, "7"), ("7.5", "7.5"), (D("7.25"), "7.25"), (7.1, "7.1"), (0.1, "0.1"), (-3, "-3"), (-0.0, "0")],
)
def test_points_are_exact_whatever_number_a_paper_holds(value: object, exact: str) -> None:
    assert str(points_of(value)) == exact


@pytest.mark.parametrize(
    "value",
    [
        math.nan, math.inf, D("NaN"), D("sNaN"), D("Infinity"), "NaN", "1e3", 1e-7, "1_0", " 5", "5 ", "+5", "٣",
        "５", "7,5", "7.555", 1234567, True, False, None, "", [], D("1E+2"), "5\n",
    ],
)  # fmt: skip
def test_points_refuse_everything_that_is_not_a_plain_decimal(value: object) -> None:
    with pytest.raises(ValueError, match="not points"):
        points_of(value)


# --- from a paper --------------------------------------------------------------------------------


def test_sheet_from_document_reads_points_met_evidence_reason_and_note() -> None:
    document = {
        "criteria_set": "mau@2",
        "rows": [
            {"criterion": "1.1", "points": 7.5, "evidence": [{}, {}], "reason": "  thiếu biên bản ", "note": "ghi"},
            {"criterion": "2.2", "met": False},
            {"criterion": "2.3"},
        ],
    }
    assert sheet_from_document(document) == ScoreSheet(
        "mau@2",
        (
            ScoreRow("1.1", D("7.5"), None, 2, "thiếu biên bản", "ghi"),
            ScoreRow("2.2", met=False),
            ScoreRow("2.3"),
        ),
    )


def test_sheet_from_document_reports_all_malformed_places_at_once() -> None:
    document = {
        "criteria_set": "mau",
        "rows": [
            7,
            {"points": 5},
            {"criterion": "1.1", "points": "mười"},
            {"criterion": "2.2", "met": "yes", "evidence": 3},
            {"criterion": "1.2", "points": 5},
        ],
    }
    with pytest.raises(InvalidDocument) as refused:
        sheet_from_document(document)
    assert refused.value.code == "score_sheet_malformed"
    assert [(f.code, f.row) for f in refused.value.faults if isinstance(f, ScoreFault)] == [
        ("set_malformed", None),
        ("row_malformed", 0),
        ("row_malformed", 1),
        ("not_points", 2),
        ("not_met_value", 3),
        ("row_malformed", 3),
    ]


@pytest.mark.parametrize("rows", [None, {}, "rows", 7])
def test_sheet_from_document_refuses_a_document_without_rows(rows: object) -> None:
    with pytest.raises(InvalidDocument) as refused:
        sheet_from_document({"criteria_set": "mau@2", "rows": rows})
    assert refused.value.faults == (ScoreFault("rows_malformed"),)


# --- faults --------------------------------------------------------------------------------------


def codes(found: tuple[ScoreFault, ...]) -> list[tuple[str, str, int | None]]:
    return [(fault.code, fault.criterion, fault.row) for fault in found]


def test_a_complete_lawful_sheet_has_no_fault() -> None:
    assert faults(FULL, SET) == ()


def test_every_fault_of_a_sheet_is_reported_at_once_in_row_order() -> None:
    rows = (
        ScoreRow("1.1", D(12), evidence_count=0),
        ScoreRow("9.9", D(1)),
        ScoreRow("1.2", D(-1)),
        ScoreRow("2.2", D(5), evidence_count=1),
        ScoreRow("1.2", D(5)),
        ScoreRow("2.3"),
    )
    assert codes(faults(ScoreSheet("mau@2", rows), SET)) == [
        ("over_maximum", "1.1", 0),
        ("missing_evidence", "1.1", 0),
        ("unknown_criterion", "9.9", 1),
        ("below_zero", "1.2", 2),
        ("wrong_kind", "2.2", 3),
        ("duplicate_row", "1.2", 4),
        ("missing_criterion", "2.3", 5),
        ("missing_criterion", "2.1", None),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ScoreRow("1.1", D(10), evidence_count=1), []),
        (ScoreRow("1.1", D("10.01"), evidence_count=1), ["over_maximum"]),
        (ScoreRow("1.1", D(0)), []),
        (ScoreRow("1.1", D("0.01")), ["missing_evidence"]),
        (ScoreRow("1.1", D("-0.01")), ["below_zero"]),
        (ScoreRow("1.1", met=True, evidence_count=1), ["wrong_kind"]),
        (ScoreRow("1.1", D(5), met=True, evidence_count=1), ["wrong_kind"]),
        (ScoreRow("1.1"), ["missing_criterion"]),
        (ScoreRow("2.2", met=True, evidence_count=1), []),
        (ScoreRow("2.2", met=True), ["missing_evidence"]),
        (ScoreRow("2.2", met=False), []),
        (ScoreRow("2.2", D(0)), ["wrong_kind"]),
        (ScoreRow("2.2", D(1), evidence_count=1), ["wrong_kind"]),
    ],
)
def test_each_row_is_judged_by_its_criterion(row: ScoreRow, expected: list[str]) -> None:
    found = faults(ScoreSheet("mau@2", (row,)), SET)
    assert [fault.code for fault in found if fault.row == 0] == expected


def test_a_sheet_of_another_set_has_that_fault_alone() -> None:
    (fault,) = faults(replace(FULL, set_key="mau@1"), SET)
    assert (fault.code, fault.facts) == ("wrong_set", {"found": "mau@1", "expected": "mau@2"})
    assert (fault.message, fault.path) == ("score.wrong_set", "/rows")


def test_an_office_brings_no_evidence_of_its_own() -> None:
    bare = ScoreSheet("mau@2", tuple(replace(row, evidence_count=0) for row in FULL.rows))
    assert codes(faults(bare, SET)) == [("missing_evidence", "1.1", 0), ("missing_evidence", "2.2", 3)]
    assert faults(bare, SET, evidence=False) == ()


# --- totals --------------------------------------------------------------------------------------


def test_total_adds_points_by_group_and_counts_criteria_met() -> None:
    score = total(FULL, SET)
    assert (score.total, score.maximum) == (D("27.5"), D(30))
    assert [(g.code, g.total, g.maximum, g.met_count, g.met_maximum, g.short) for g in score.by_group] == [
        ("1", D("16.5"), D("17.5"), 0, 0, False),
        ("2", D(11), D("12.5"), 1, 2, False),
    ]
    assert (score.met_count, score.met_maximum, score.answered, score.count) == (1, 2, 5, 5)
    assert (score.unmet, score.not_met, score.short_groups) == ((), ("2.3",), ())


def test_total_counts_no_answer_that_may_not_be_counted() -> None:
    rows = (
        ScoreRow("1.1", D(12)),
        ScoreRow("1.2", D(-1)),
        ScoreRow("2.1", D(5)),
        ScoreRow("2.1", D(6)),
        ScoreRow("2.2", D(1)),
        ScoreRow("2.3", met=True),
        ScoreRow("9.9", D(3)),
    )
    score = total(ScoreSheet("mau@2", rows), SET)
    assert (score.total, score.met_count, score.answered) == (D(0), 1, 1)


def test_total_of_another_sets_sheet_is_nothing() -> None:
    score = total(replace(FULL, set_key="mau@1"), SET)
    assert (score.total, score.answered, score.unmet) == (D(0), 0, ("1.1", "2.1", "2.2"))


def test_unmet_names_criteria_below_what_they_ask_for() -> None:
    score = total(sheet(c1_1="1.99", c1_2=7, c2_1="0.5", c2_2=False, c2_3=False), SET)
    assert score.unmet == ("1.1", "2.1", "2.2")


# --- pass and class ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "passes", "why"),
    [
        ({"c1_1": 9, "c1_2": 5, "c2_1": 6, "c2_2": True}, True, "20 points are the mark"),
        ({"c1_1": 9, "c1_2": 5, "c2_1": "5.99", "c2_2": True}, False, "19.99 points are not"),
        ({"c1_1": 9, "c1_2": 5, "c2_1": 12, "c2_2": False}, False, "a required criterion is not met"),
        ({"c1_1": 9, "c1_2": 5, "c2_1": 12}, False, "a required criterion is not answered"),
        ({"c1_1": "1.5", "c1_2": 7, "c2_1": "12.5", "c2_2": True}, False, "a required criterion below its minimum"),
        ({"c1_1": 10, "c1_2": "7.5", "c2_1": "0.5", "c2_2": True}, False, "too few points"),
        ({"c1_1": 10, "c1_2": "7.5", "c2_1": "2.5", "c2_2": True}, True, "exactly the mark"),
        ({"c1_1": 2, "c1_2": "7.5", "c2_1": "12.5", "c2_2": True}, True, "a minimum is enough"),
    ],
)
def test_meets_is_a_truth_table(rows: dict[str, Any], passes: bool, why: str) -> None:
    assert meets(total(sheet(**rows), SET), SET) is passes, why


@pytest.mark.parametrize(("second", "passes"), [("2.99", False), ("3", True)])
def test_a_group_below_its_mark_fails_the_sheet(second: str, passes: bool) -> None:
    easy = replace(SET, thresholds=Thresholds(PassMark(D(10))))
    score = total(sheet(c1_1=2, c1_2=second, c2_1="12.5", c2_2=True), easy)
    assert (meets(score, easy), score.short_groups) == (passes, () if passes else ("1",))


def test_a_minimum_that_is_not_required_decides_nothing() -> None:
    easy = replace(SET, thresholds=Thresholds(PassMark(D(10))))
    score = total(sheet(c1_1=9, c1_2=5, c2_1=0, c2_2=True), easy)
    assert (score.unmet, meets(score, easy)) == (("2.1",), True)


@pytest.mark.parametrize(
    ("rows", "passes", "earned"),
    [
        ({"c1_1": True, "c1_2": True, "c1_3": False}, True, "dat"),
        ({"c1_1": False, "c1_2": True, "c1_3": False}, False, None),
        ({"c1_1": True, "c1_2": False, "c1_3": True}, False, "dat"),
    ],
)
def test_a_set_of_met_and_not_met_counts_criteria(rows: dict[str, Any], passes: bool, earned: str | None) -> None:
    score = total(sheet(**rows), COUNTED)
    assert (meets(score, COUNTED), class_earned(score, COUNTED)) == (passes, earned)


@pytest.mark.parametrize(
    ("own", "earned"),
    [("30", "xuat_sac"), ("27.5", "xuat_sac"), ("27.49", "kha"), ("20", "kha"), ("19.99", "yeu"), ("0", "yeu")],
)
def test_classify_takes_the_highest_class_reached(own: str, earned: str) -> None:
    assert class_earned(replace(total(FULL, SET), total=D(own)), SET) == earned


def test_classify_gives_none_below_the_lowest_class_and_without_classes() -> None:
    bounded = replace(SET, thresholds=Thresholds(classes=(ClassThreshold("kha", "Khá", D(20)),)))
    assert class_earned(replace(total(FULL, SET), total=D("19.99")), bounded) is None
    assert class_earned(total(FULL, SET), replace(SET, thresholds=Thresholds(PassMark(D(20))))) is None


def test_a_score_of_another_set_neither_passes_nor_earns_a_class() -> None:
    other = replace(total(FULL, SET), set_key="mau@1")
    assert (meets(total(FULL, SET), SET), meets(other, SET), class_earned(other, SET)) == (True, False, None)


def test_unverified_thresholds_need_confirmation() -> None:
    assert SET.needs_confirmation
    assert not replace(SET, thresholds=replace(SET.thresholds, verified=True)).needs_confirmation


def test_for_subject_keeps_what_applies_and_drops_empty_groups() -> None:
    narrowed = replace(SET, criteria=(*SET.criteria[:2], replace(SET.criteria[2], applies_to=("xa",))))
    assert [c.code for c in narrowed.for_subject("xa").criteria] == ["1.1", "1.2", "2.1"]
    assert [g.code for g in narrowed.for_subject("co_quan").groups] == ["1"]


# --- differences ---------------------------------------------------------------------------------


def test_differences_are_named_with_gap_and_reason() -> None:
    assessed = ScoreSheet(
        "mau@2",
        (
            ScoreRow("1.1", D(7), reason="Chưa có biên bản"),
            ScoreRow("1.2", D("7.50")),
            ScoreRow("2.1", D(12), reason="   "),
            ScoreRow("2.2", met=False),
        ),
    )
    found = differences(FULL, assessed, SET)
    assert found == (
        Difference("1.1", "Tiêu chí 1.1", D(9), D(7), "Chưa có biên bản"),
        Difference("2.1", "Tiêu chí 2.1", D(11), D(12), "   "),
        Difference("2.2", "Tiêu chí 2.2", own=True, assessed=False),
        Difference("2.3", "Tiêu chí 2.3", own=False, assessed=None),
    )
    assert [(d.message, d.facts["gap"]) for d in found] == [
        ("score.reason_lower", D(2)),
        ("score.reason_higher", D(1)),
        ("score.reason_met", None),
        ("score.reason_unanswered", None),
    ]
    assert [d.criterion for d in unexplained(found)] == ["2.1", "2.2", "2.3"]


def test_one_point_is_not_the_same_as_met() -> None:
    """In Python ``Decimal(1) == True``; on a sheet they are two answers."""
    own, assessed = ScoreSheet("mau@2", (ScoreRow("2.2", met=True),)), ScoreSheet("mau@2", (ScoreRow("2.2", D(1)),))
    assert [d.criterion for d in differences(own, assessed, SET)] == ["2.2"]


def test_equal_sheets_have_no_difference_and_another_sets_sheet_differs_throughout() -> None:
    assert differences(FULL, FULL, SET) == ()
    assert len(differences(FULL, replace(FULL, set_key="mau@1"), SET)) == len(SET.criteria)


# --- properties ----------------------------------------------------------------------------------

amounts = st.integers(0, 1250).map(lambda n: D(n) / 100)


@st.composite
def lawful_sheets(draw: st.DrawFn) -> ScoreSheet:
    rows = []
    for criterion in SET.criteria:
        if draw(st.integers(0, 9)) == 0:
            continue
        if criterion.maximum is None:
            rows.append(ScoreRow(criterion.code, met=draw(st.booleans())))
        else:
            rows.append(ScoreRow(criterion.code, min(draw(amounts), criterion.maximum)))
    return ScoreSheet("mau@2", tuple(draw(st.permutations(rows))))


@given(lawful_sheets())
def test_groups_add_up_to_the_total(given_sheet: ScoreSheet) -> None:
    score = total(given_sheet, SET)
    assert score.total == sum((g.total for g in score.by_group), D(0))
    assert score.total == sum((row.points for row in given_sheet.rows if row.points is not None), D(0))
    assert score.met_count == sum(row.met is True for row in given_sheet.rows)
    assert 0 <= score.total <= score.maximum == SET.scale


@given(lawful_sheets(), st.data())
def test_a_better_answer_never_fails_a_sheet_nor_lowers_its_class(given_sheet: ScoreSheet, data: st.DataObject) -> None:
    if not given_sheet.rows:
        return
    index = data.draw(st.integers(0, len(given_sheet.rows) - 1))
    row = given_sheet.rows[index]
    criterion = SET.criterion(row.criterion)
    assert criterion is not None
    better = replace(row, met=True)
    if criterion.maximum is not None and row.points is not None:
        better = replace(row, points=min(criterion.maximum, row.points + data.draw(amounts)))
    rows = (*given_sheet.rows[:index], better, *given_sheet.rows[index + 1 :])
    before, after = total(given_sheet, SET), total(replace(given_sheet, rows=rows), SET)
    assert after.total >= before.total
    assert set(after.unmet) <= set(before.unmet)
    assert meets(after, SET) >= meets(before, SET)
    worth = {c.code: c.at_least for c in SET.thresholds.classes}
    assert worth[class_earned(after, SET) or ""] >= worth[class_earned(before, SET) or ""]


@given(lawful_sheets(), lawful_sheets())
def test_differences_are_the_same_seen_from_either_side(one: ScoreSheet, other: ScoreSheet) -> None:
    forth, back = differences(one, other, SET), differences(other, one, SET)
    assert [(d.criterion, d.own, d.assessed) for d in forth] == [(d.criterion, d.assessed, d.own) for d in back]
    assert forth == unexplained(forth)


@given(lawful_sheets())
def test_a_lawful_sheet_lacks_at_most_rows_and_evidence(given_sheet: ScoreSheet) -> None:
    assert {f.code for f in faults(given_sheet, SET)} <= {"missing_criterion", "missing_evidence"}
    assert {f.code for f in faults(given_sheet, SET, evidence=False)} <= {"missing_criterion"}
