"""The criteria workbook: what is written is read back, and each fault is said at its cell, all at once."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.support.tree import ROOT
from workflow.definitions.criteria import CriteriaInvalid, criteria_from_body, load_criteria
from workflow.domain.citations import Confidence
from workflow.domain.scoring import (
    ClassThreshold,
    CriteriaSet,
    Criterion,
    CriterionKind,
    Group,
    PassMark,
    Thresholds,
)
from workflow.papers.criteria_layout import INFO, TABLES, Words
from workflow.papers.criteria_workbook import (
    CriteriaReading,
    blank_criteria_workbook,
    criteria_workbook,
    read_criteria_workbook,
)
from workflow.papers.workbook import CellFault, WorkbookRefused, fault_sentence, read_workbook
from workflow.wording import Wording

WORDING = Wording()
FIXTURES = ROOT / "fixtures" / "criteria"
SHIPPED = list(load_criteria(ROOT / "dossier_schemas").values())
FIXED = [
    criteria_from_body(json.loads(path.read_text(encoding="utf-8"))) for path in sorted((FIXTURES / "valid").glob("*"))
]
SAMPLE = next(criteria for criteria in FIXED if criteria.code == "thi_du")

TICKED = True
Grid = dict[str, list[list[Any]]]


def undigested(criteria: CriteriaSet) -> CriteriaSet:
    return replace(criteria, digest="")


def there_and_back(criteria: CriteriaSet) -> CriteriaSet:
    return criteria_from_body(read_criteria_workbook(criteria_workbook(criteria, WORDING), WORDING).body)


def grid(criteria: CriteriaSet = SAMPLE) -> Grid:
    """The values of a filled workbook by sheet, to be spoilt."""
    sheets = read_workbook(criteria_workbook(criteria, WORDING))
    return {sheet.name: [list(row) for row in sheet.rows] for sheet in sheets}


def workbook(values: Mapping[str, list[list[Any]]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in values.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, Formula):
                        sheet.write_formula(r, c, value.text)
                    elif isinstance(value, Day):
                        sheet.write_number(r, c, value.serial, day)
                    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
                        sheet.write_number(r, c, float(value))
                    elif value != "":
                        sheet.write(r, c, value)
    return content.getvalue()


class Formula:
    def __init__(self, text: str) -> None:
        self.text = text


class Day:
    def __init__(self, serial: int) -> None:
        self.serial = serial


def refused(values: Mapping[str, list[list[Any]]]) -> list[tuple[str, str, str]]:
    with pytest.raises(WorkbookRefused) as caught:
        read_criteria_workbook(workbook(values), WORDING)
    faults = [fault for fault in caught.value.faults if isinstance(fault, CellFault)]
    assert all(fault_sentence(fault, WORDING) for fault in faults)
    return [(fault.code, fault.sheet, fault.cell) for fault in faults]


# --- out and in ----------------------------------------------------------------------------------


@pytest.mark.parametrize("criteria", [*SHIPPED, *FIXED], ids=lambda criteria: criteria.key)
def test_a_set_comes_back_from_its_workbook_as_it_was(criteria: CriteriaSet) -> None:
    assert undigested(there_and_back(criteria)) == undigested(criteria)


def test_equal_sets_give_equal_bytes() -> None:
    assert criteria_workbook(SAMPLE, WORDING) == criteria_workbook(SAMPLE, WORDING)
    assert blank_criteria_workbook(WORDING) == blank_criteria_workbook(WORDING)


def test_the_blank_template_has_every_sheet_heading_and_hint() -> None:
    words = Words(WORDING)
    guide, info, *tables = read_workbook(blank_criteria_workbook(WORDING))
    assert [sheet.name for sheet in (guide, info, *tables)] == [
        "Hướng dẫn",
        "Thông tin",
        "Nhóm",
        "Tiêu chí",
        "Xếp loại",
    ]
    assert [row[0] for row in guide.rows] == list(words.guide())
    assert [row[0] for row in info.rows] == ["Nội dung", *(words.field(column) for column in INFO)]
    assert [row[2] for row in info.rows] == ["Cách ghi", *(words.hint(column) for column in INFO)]
    for table, sheet in zip(TABLES, tables, strict=True):
        assert list(sheet.rows[0]) == [words.heading(column) for column in table.columns]


def test_the_blank_template_unfilled_is_refused_for_each_field_it_needs() -> None:
    values = {
        sheet.name: [list(row) for row in sheet.rows] for sheet in read_workbook(blank_criteria_workbook(WORDING))
    }
    needed = [number + 1 for number, column in enumerate(INFO, 1) if not column.optional]
    assert refused(values) == [("workbook.empty", "Thông tin", f"B{number}") for number in needed]


def test_codes_that_look_like_numbers_stay_text() -> None:
    assert [c.code for c in there_and_back(SAMPLE).criteria] == ["1.1", "1.2", "2.1", "2.2", "2.10"]


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "  ĐIỂM ", "required": "Có"},
        {"kind": "diem", "required": "co"},
        {"kind": "điểm", "required": True},
    ],
)
def test_words_are_taken_whatever_their_case_marks_and_spaces(written: dict[str, Any]) -> None:
    values = grid()
    headings = values["Tiêu chí"][0]
    values["Tiêu chí"][1][headings.index("Cách chấm")] = written["kind"]
    values["Tiêu chí"][1][headings.index("Bắt buộc")] = written["required"]
    body = read_criteria_workbook(workbook(values), WORDING).body
    assert undigested(criteria_from_body(body)) == undigested(SAMPLE)


@pytest.mark.parametrize("written", ["7,5", "7.5", Decimal("7.5")])
def test_points_may_have_a_decimal_comma(written: object) -> None:
    values = grid()
    values["Tiêu chí"][1][values["Tiêu chí"][0].index("Điểm tối đa")] = written
    assert criteria_from_body(read_criteria_workbook(workbook(values), WORDING).body).criteria[0].maximum == Decimal(
        "7.5"
    )


def test_columns_may_stand_in_another_order_and_rows_may_be_left_empty() -> None:
    values = grid()
    values["Tiêu chí"] = [list(reversed(row)) for row in values["Tiêu chí"]]
    values["Tiêu chí"].insert(2, [""] * 13)
    body = read_criteria_workbook(workbook(values), WORDING).body
    assert undigested(criteria_from_body(body)) == undigested(SAMPLE)


def test_a_row_without_its_own_marks_takes_those_of_the_set() -> None:
    values = grid()
    headings = values["Tiêu chí"][0]
    for name in ("Căn cứ", "Mức tin cậy", "Đã kiểm chứng"):
        values["Tiêu chí"][1][headings.index(name)] = ""
    first = criteria_from_body(read_criteria_workbook(workbook(values), WORDING).body).criteria[0]
    assert (first.source, first.confidence, first.verified) == ("hoso", Confidence.MEMORY, False)


def test_a_place_alone_is_in_the_first_source_and_another_source_is_written_whole() -> None:
    values = grid()
    column = values["Tiêu chí"][0].index("Căn cứ")
    values["Tiêu chí"][1][column], values["Tiêu chí"][2][column] = "II.3", "tt-124-2021#7"
    read = criteria_from_body(read_criteria_workbook(workbook(values), WORDING).body)
    assert [c.source for c in read.criteria[:2]] == ["hoso#II.3", "tt-124-2021#7"]


# --- faults at their cells -----------------------------------------------------------------------


def spoil(sheet: str, row: int, heading: str, value: Any) -> Callable[[Grid], None]:
    def change(values: Grid) -> None:
        column = 1 if sheet == "Thông tin" else values[sheet][0].index(heading)
        values[sheet][row][column] = value

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (spoil("Tiêu chí", 1, "Điểm tối đa", "mười"), ("workbook.not_points", "Tiêu chí", "F2")),
        (spoil("Tiêu chí", 1, "Điểm tối đa", -1), ("workbook.not_points", "Tiêu chí", "F2")),
        (spoil("Tiêu chí", 1, "Điểm tối đa", Decimal("7.555")), ("workbook.not_points", "Tiêu chí", "F2")),
        (spoil("Tiêu chí", 1, "Điểm tối đa", "1.000"), ("workbook.not_points", "Tiêu chí", "F2")),
        (spoil("Tiêu chí", 1, "Điểm tối đa", TICKED), ("workbook.not_points", "Tiêu chí", "F2")),
        (spoil("Tiêu chí", 1, "Điểm tối đa", Formula("=7.5")), ("workbook.formula", "Tiêu chí", "F2")),
        (spoil("Tiêu chí", 5, "Mã", Decimal("2.1")), ("workbook.code_not_text", "Tiêu chí", "A6")),
        (spoil("Tiêu chí", 5, "Mã", Day(46023)), ("workbook.code_not_text", "Tiêu chí", "A6")),
        (spoil("Tiêu chí", 5, "Mã", TICKED), ("workbook.code_not_text", "Tiêu chí", "A6")),
        (spoil("Tiêu chí", 3, "Nội dung", ""), ("workbook.empty", "Tiêu chí", "C4")),
        (spoil("Tiêu chí", 3, "Nội dung", Day(46023)), ("workbook.not_text", "Tiêu chí", "C4")),
        (spoil("Tiêu chí", 3, "Cách chấm", "sao"), ("workbook.unknown_choice", "Tiêu chí", "E4")),
        (spoil("Tiêu chí", 3, "Bắt buộc", "có lẽ"), ("workbook.unknown_choice", "Tiêu chí", "H4")),
        (spoil("Tiêu chí", 3, "Dành cho", "trường"), ("workbook.unknown_choice", "Tiêu chí", "M4")),
        (spoil("Thông tin", 2, "", "hai"), ("workbook.not_whole", "Thông tin", "B3")),
        (spoil("Thông tin", 2, "", Decimal("1.5")), ("workbook.not_whole", "Thông tin", "B3")),
        (spoil("Thông tin", 9, "", "Quyết định 3554"), ("body.malformed_citation", "Thông tin", "B10")),
        (spoil("Thông tin", 9, "", ";"), ("body.malformed_citation", "Thông tin", "B10")),
        (spoil("Thông tin", 6, "", "chắc chắn"), ("workbook.unknown_choice", "Thông tin", "B7")),
        (spoil("Thông tin", 7, "", "cơ quan, tổ chức; chùa"), ("workbook.unknown_choice", "Thông tin", "B8")),
        (spoil("Nhóm", 1, "Điểm tối thiểu", "4đ"), ("workbook.not_points", "Nhóm", "C2")),
        (spoil("Xếp loại", 1, "Từ mức", ""), ("workbook.empty", "Xếp loại", "C2")),
        (lambda v: v["Thông tin"].pop(3), ("workbook.missing_info", "Thông tin", "")),
        (lambda v: v["Thông tin"].append(["Người lập", "ai đó"]), ("workbook.unknown_info", "Thông tin", "A17")),
        (lambda v: v["Thông tin"].append(["Số bản", 2]), ("workbook.repeated_info", "Thông tin", "A17")),
        (lambda v: v["Tiêu chí"][0].append("Ghi thêm"), ("workbook.unknown_column", "Tiêu chí", "N1")),
        (lambda v: v["Tiêu chí"][0].append("Mã"), ("workbook.repeated_column", "Tiêu chí", "N1")),
        (lambda v: v["Tiêu chí"][2].append("lạc"), ("workbook.stray_value", "Tiêu chí", "N3")),
        (lambda v: [row.pop() for row in v["Nhóm"]], ("workbook.missing_column", "Nhóm", "")),
        (lambda v: v.pop("Xếp loại"), ("workbook.missing_sheet", "Xếp loại", "")),
        (lambda v: v.update(Nháp=[["x"]]), ("workbook.unknown_sheet", "Nháp", "")),
        (lambda v: v.update({"Nhom": [["x"]]}), ("workbook.repeated_sheet", "Nhom", "")),
    ],
)
def test_a_planted_fault_is_said_at_its_cell_alone(
    change: Callable[[Grid], object], fault: tuple[str, str, str]
) -> None:
    values = grid()
    change(values)
    assert refused(values) == [fault]


def test_all_faults_are_said_at_once_and_nothing_is_half_read() -> None:
    values = grid()
    for change in (
        spoil("Thông tin", 2, "", "hai"),
        spoil("Nhóm", 2, "Mã", ""),
        spoil("Tiêu chí", 1, "Điểm tối đa", "mười"),
        spoil("Tiêu chí", 4, "Mã", Decimal("2.1")),
        spoil("Xếp loại", 2, "Từ mức", "x"),
    ):
        change(values)
    assert refused(values) == [
        ("workbook.not_whole", "Thông tin", "B3"),
        ("workbook.empty", "Nhóm", "A3"),
        ("workbook.not_points", "Tiêu chí", "F2"),
        ("workbook.code_not_text", "Tiêu chí", "A5"),
        ("workbook.not_points", "Xếp loại", "C3"),
    ]


def test_merged_cells_do_not_fill_the_rows_below() -> None:
    values = grid()
    column = values["Tiêu chí"][0].index("Nhóm")
    values["Tiêu chí"][2][column] = ""
    assert refused(values) == [("workbook.empty", "Tiêu chí", "B3")]


# --- faults of the set, placed -------------------------------------------------------------------


def placed(values: Grid) -> list[tuple[str, str, str]]:
    reading: CriteriaReading = read_criteria_workbook(workbook(values), WORDING)
    with pytest.raises(CriteriaInvalid) as caught:
        criteria_from_body(reading.body)
    found = reading.place(caught.value.errors)
    assert all(fault_sentence(fault, WORDING) for fault in found)
    return [(fault.code, fault.sheet, fault.cell) for fault in found]


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (spoil("Thông tin", 8, "", 25), [("criteria.scale_differs", "Thông tin", "B9")]),
        (spoil("Thông tin", 1, "", "Bộ Mẫu"), [("body.malformed_code", "Thông tin", "B2")]),
        (spoil("Tiêu chí", 1, "Căn cứ", "Quyết định 5#2"), [("body.malformed_citation", "Tiêu chí", "J2")]),
        (spoil("Thông tin", 11, "", 99), [("criteria.threshold_out_of_reach", "Thông tin", "B12")]),
        (spoil("Tiêu chí", 1, "Điểm tối thiểu", 8), [("criteria.minimum_over_maximum", "Tiêu chí", "G2")]),
        (spoil("Tiêu chí", 2, "Nhóm", "9"), [("criteria.unknown_group", "Tiêu chí", "B3")]),
        (spoil("Tiêu chí", 5, "Mã", "2.1"), [("criteria.repeated_code", "Tiêu chí", "A4"),
                                             ("criteria.repeated_code", "Tiêu chí", "A6")]),
        (spoil("Xếp loại", 2, "Từ mức", 19), [("criteria.classes_not_descending", "Xếp loại", "C3")]),
        (lambda v: v["Nhóm"].append([3, "Nhóm ba", ""]), [("criteria.empty_group", "Nhóm", "A4")]),
        (lambda v: v["Nhóm"].__delitem__(slice(1, None)), [("body.list_length", "Nhóm", "")]),
    ],
)  # fmt: skip
def test_a_fault_of_the_set_is_said_at_its_cell(
    change: Callable[[Grid], object], faults: list[tuple[str, str, str]]
) -> None:
    values = grid()
    change(values)
    assert placed(values) == faults


def test_a_fault_of_no_single_cell_is_said_at_its_sheet() -> None:
    values = grid()
    values["Thông tin"][11][1] = values["Thông tin"][12][1] = ""
    del values["Xếp loại"][1:]
    assert placed(values) == [("criteria.no_threshold", "Thông tin", "")]


# --- properties ----------------------------------------------------------------------------------

labels = st.text("aăâđê ơư=+-@,.;0123456789", min_size=1, max_size=30).map(str.strip).filter(bool)
hundredths = st.integers(1, 5000).map(lambda n: Decimal(n) / 100)


@st.composite
def criteria_sets(draw: st.DrawFn) -> CriteriaSet:
    rows = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        maximum = draw(st.none() | hundredths)
        rows.append(
            Criterion(
                code=f"1.{number}",
                label=draw(labels),
                group="1",
                kind=CriterionKind.MET if maximum is None else CriterionKind.POINTS,
                maximum=maximum,
                minimum=maximum and draw(st.none() | st.just(maximum)),
                evidence_required=draw(st.booleans()),
                source=draw(st.sampled_from(["hoso", "hoso#II.1", "tt-124-2021#4.3", "qd-3554"])),
                confidence=draw(st.sampled_from(list(Confidence))),
                guidance=draw(st.just("") | labels),
            )
        )
    scale = sum((row.maximum for row in rows if row.maximum is not None), Decimal(0))
    classes = (ClassThreshold("kha", draw(labels), Decimal(0)),)
    return CriteriaSet(
        code="thu",
        version=draw(st.integers(1, 99)),
        label=draw(labels),
        sample=draw(st.booleans()),
        verified=False,
        subject_kinds=("xa",),
        scale=scale or None,
        groups=(Group("1", draw(labels)),),
        criteria=tuple(rows),
        thresholds=Thresholds(
            draw(st.none() | st.just(PassMark(scale) if scale else PassMark(met=1))),
            classes,
            "hoso#II",
            draw(st.sampled_from(list(Confidence))),
        ),
        sources=("hoso#II", "qd-3554"),
        note=draw(st.just("") | labels),
    )


@given(criteria_sets())
def test_any_set_comes_back_from_its_workbook(criteria: CriteriaSet) -> None:
    assert undigested(there_and_back(criteria)) == criteria


def test_no_cell_of_a_written_workbook_is_a_formula(tmp_path: Path) -> None:
    hostile = replace(SAMPLE, label='=HYPERLINK("http://x")', note="@SUM(A1)")
    assert there_and_back(hostile).label == '=HYPERLINK("http://x")'
