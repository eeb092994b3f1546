"""Reading a spreadsheet somebody sent: values only, and nothing before it is known to be harmless."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from workflow.papers.workbook import (
    CellFault,
    Limits,
    Sheet,
    WorkbookRefused,
    cell_name,
    fault_sentence,
    read_workbook,
)
from workflow.wording import Wording


def workbook(fill: Callable[[Worksheet], object], name: str = "Trang một") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        fill(book.add_worksheet(name))
    return content.getvalue()


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if entry.filename == part else data)
    return made.getvalue()


def added(content: bytes, part: str, data: bytes) -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, data)
    return made.getvalue()


def faults_of(content: bytes, limits: Limits | None = None) -> tuple[CellFault, ...]:
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(content, limits or Limits())
    assert refused.value.code == "workbook_refused"
    return tuple(fault for fault in refused.value.faults if isinstance(fault, CellFault))


def answer(content: bytes) -> object:
    """What reading gives: the sheets, or the faults of the refusal."""
    try:
        return read_workbook(content)
    except WorkbookRefused as refused:
        return refused.faults


SHEET = "xl/worksheets/sheet1.xml"
PLAIN = workbook(lambda sheet: sheet.write(0, 0, "x"))


# --- values --------------------------------------------------------------------------------------


def test_values_come_with_their_types_and_their_true_places() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.write_string(1, 2, "  Trường THPT\u00a0")
        sheet.write_number(2, 2, 2.1)
        sheet.write_number(3, 2, 10)
        sheet.write_boolean(4, 2, True)  # noqa: FBT003  # the library's own signature
        sheet.write_string(5, 2, "=1+1")

    assert read_workbook(workbook(fill)) == (
        Sheet(
            "Trang một",
            (
                ("", "", ""),
                ("", "", "Trường THPT"),
                ("", "", Decimal("2.1")),
                ("", "", 10),
                ("", "", True),
                ("", "", "=1+1"),
            ),
        ),
    )


def test_text_is_nfc_and_dates_are_dates() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "Tie\u0302\u0301ng")
        sheet.write_datetime(0, 1, date(2026, 1, 18), book.add_format({"num_format": "dd/mm/yyyy"}))
    assert read_workbook(content.getvalue())[0].rows == (("Ti\u1ebfng", date(2026, 1, 18)),)


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(0, 0, "A1"), (6, 2, "C7"), (0, 25, "Z1"), (9, 26, "AA10"), (0, 701, "ZZ1"), (0, 702, "AAA1")],
)
def test_cells_are_named_as_people_see_them(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name


texts = st.text("aăâđ =+-@\t0123456789.,", max_size=8)
cells = st.one_of(texts, st.integers(-(10**9), 10**9))


@given(st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=5))
def test_what_is_written_as_a_value_is_read_as_it_was(rows: list[list[str | int]]) -> None:
    def fill(sheet: Worksheet) -> None:
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write_string(r, c, value) if isinstance(value, str) else sheet.write_number(r, c, value)

    (read,) = read_workbook(workbook(fill))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            there = read.rows[r][c] if r < len(read.rows) and c < len(read.rows[r]) else ""
            assert there == (value.strip() if isinstance(value, str) else value)


# --- what must not be there ----------------------------------------------------------------------


def test_every_formula_and_error_value_is_named_at_its_cell() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.write_formula("B2", "=1+1", None, 2)
        sheet.write_formula("C7", "=SUM(A1:A9)")
        sheet.write_array_formula("D1:D2", "{=A1:A2}")
        sheet.write_formula("E5", "=1/0", None, "#DIV/0!")

    assert [(f.code, f.sheet, f.cell) for f in faults_of(workbook(fill))] == [
        ("workbook.formula", "Trang một", "D1"),
        ("workbook.formula", "Trang một", "B2"),
        ("workbook.error_value", "Trang một", "E5"),
        ("workbook.formula", "Trang một", "E5"),
        ("workbook.formula", "Trang một", "C7"),
    ]


def test_a_formula_under_another_prefix_is_found_too() -> None:
    def prefixed(part: bytes) -> bytes:
        space = b'xmlns:q="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        cell = b"<q:c " + space + b' r="A1"><q:f>1+1</q:f><q:v>2</q:v></q:c>'
        head, tail = part.split(b"<c ", 1)
        return head + cell + tail.split(b"</c>", 1)[1]

    assert [f.code for f in faults_of(changed(PLAIN, SHEET, prefixed))] == ["workbook.formula"]


def test_a_cell_far_away_is_refused_before_the_sheet_is_laid_out() -> None:
    far = workbook(lambda sheet: sheet.write(1_048_575, 16_383, "x"))
    (fault,) = faults_of(far)
    assert (fault.code, fault.cell) == ("workbook.too_wide", "XFD1048576")


def test_a_text_named_in_very_many_cells_does_not_unfold() -> None:
    def fill(sheet: Worksheet) -> None:
        for row in range(100):
            sheet.write_string(row, 0, "x" * 30_000)

    assert [f.code for f in faults_of(workbook(fill), Limits(max_unpacked=2_000_000))] == ["workbook.too_large"]
    assert len(read_workbook(workbook(fill))[0].rows) == 100


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "workbook.not_xlsx"),
        (b"PK\x03\x04", "workbook.not_xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook.not_xlsx"),
        (PLAIN[:-80], "workbook.not_xlsx"),
        (changed(PLAIN, SHEET, lambda part: part.decode().encode("utf-16")), "workbook.damaged"),
        (added(PLAIN, "xl/vbaProject.bin", b"x"), "workbook.macros"),
        (added(PLAIN, "docprops/APP.xml", b"<x/>"), "workbook.damaged"),
        (changed(PLAIN, SHEET, lambda part: part[:-30]), "workbook.damaged"),
        (changed(PLAIN, SHEET, lambda part: part.replace(b'r="A1"', b"")), "workbook.damaged"),
        (changed(PLAIN, SHEET, lambda part: part.replace(b"<v>0</v>", b"<v>99</v>")), "workbook.damaged"),
        (changed(PLAIN, SHEET, lambda part: part.replace(b"<v>0", b"<v>" + b"9" * 5000)), "workbook.damaged"),
        (
            changed(PLAIN, SHEET, lambda part: part.replace(b"?>", b'?><!DOCTYPE w [<!ENTITY a "b">]>', 1)),
            "workbook.damaged",
        ),
        (
            changed(
                added(PLAIN, "xl/other/sheet9.xml", b"<worksheet/>"),
                "xl/_rels/workbook.xml.rels",
                lambda part: part.replace(b"worksheets/sheet1.xml", b"other/sheet9.xml"),
            ),
            "workbook.damaged",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plain_workbook_is_refused(content: bytes, code: str) -> None:
    assert {fault.code for fault in faults_of(content)} == {code}


def test_sizes_are_bounded_before_anything_is_unpacked() -> None:
    bomb = added(PLAIN, "xl/worksheets/sheet2.xml", bytes(3_000_000))
    assert len(bomb) < 20_000
    assert [f.code for f in faults_of(bomb, Limits(max_unpacked=1_000_000))] == ["workbook.too_large"]
    assert [f.code for f in faults_of(PLAIN, Limits(max_bytes=100))] == ["workbook.too_large"]
    assert [f.code for f in faults_of(PLAIN, Limits(max_parts=3))] == ["workbook.too_large"]


def test_what_a_workbook_carries_beside_its_values_stays_behind() -> None:
    carrying = added(added(PLAIN, "xl/externalLinks/externalLink1.xml", b"not even xml"), "docProps/x.bin", b"\0")
    assert read_workbook(carrying) == read_workbook(PLAIN)


@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 255))
def test_a_flipped_byte_is_read_or_refused_but_never_breaks(place: int, byte: int) -> None:
    broken = PLAIN[:place] + bytes([byte]) + PLAIN[place + 1 :]
    assert answer(broken)


@given(st.integers(0, 1100), st.sampled_from([b"<", b">", b'"', b"0", b"s", b"<c/>", b"<f/>", b"&#0;", b"\xff"]))
def test_a_changed_sheet_is_read_or_refused_but_never_breaks(place: int, piece: bytes) -> None:
    broken = changed(PLAIN, SHEET, lambda part: part[:place] + piece + part[place:])
    assert answer(broken)


# --- words ---------------------------------------------------------------------------------------


def test_a_fault_says_sheet_and_cell() -> None:
    wording = Wording()
    (fault,) = faults_of(workbook(lambda sheet: sheet.write_formula("C7", "=1")))
    assert fault_sentence(fault, wording) == "Trang “Trang một”, ô C7: Ô có công thức. Thay bằng giá trị."
    assert fault_sentence(CellFault("workbook.unknown_sheet", "Nháp"), wording).startswith("Trang “Nháp”: ")
    assert fault_sentence(CellFault("workbook.macros"), wording).startswith("Bảng tính có macro.")
