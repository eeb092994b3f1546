"""A workbook given back: every value still there, every fault at its cell as a comment, and it can be sent again."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from workflow.papers.marked_workbook import marked_workbook
from workflow.papers.organisation_sheet import COLUMNS
from workflow.papers.tables_in import read_table
from workflow.papers.workbook import CellFault, WorkbookRefused, read_workbook
from workflow.wording import Wording

WORDING = Wording()
HEADS = ("Mã", "Tên", "Loại", "Từ ngày")


def book(*rows: tuple[object, ...]) -> bytes:
    """A workbook whose cells hold what a person typed, formulas too."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        page = made.add_worksheet("Tổ chức")
        for line, row in enumerate((HEADS, *rows)):
            for at, value in enumerate(row):
                page.write(line, at, value)
    return out.getvalue()


def faults_of(content: bytes, name: str = "bang.xlsx") -> list[CellFault]:
    """What reading the table finds."""
    with pytest.raises(WorkbookRefused) as refused:
        read_table(content, name, COLUMNS, WORDING)
    return [fault for fault in refused.value.faults if isinstance(fault, CellFault)]


def comments_of(content: bytes) -> str:
    """The text of the comments of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/comments1.xml").decode()


def test_faults_stand_at_their_cells_and_values_stay() -> None:
    sent = book(("thcs-a", "Trường A", "trường học", "32/13/2026"), ("thcs-b", "", "cơ quan, tổ chức", ""))
    faults = faults_of(sent)
    assert [fault.cell for fault in faults] == ["C2", "D2", "B3"]
    marked = marked_workbook(sent, "bang.xlsx", faults, WORDING)
    assert marked is not None
    (sheet,) = read_workbook(marked)
    assert sheet.rows[1] == ("thcs-a", "Trường A", "trường học", "32/13/2026")
    said = comments_of(marked)
    assert ['ref="C2"' in said, 'ref="D2"' in said, 'ref="B3"' in said] == [True] * 3
    assert "Ô “Tên” còn trống." in said
    assert "Đang ghi “32/13/2026”" in said
    assert [fault.cell for fault in faults_of(marked)] == ["C2", "D2", "B3"], "it can be mended and sent again"


def test_formula_is_shown_at_its_cell_and_never_computed() -> None:
    sent = book(("thcs-a", "=1+1", "cơ quan, tổ chức", ""))
    marked = marked_workbook(sent, "bang.xlsx", faults_of(sent), WORDING)
    assert marked is not None
    assert 'ref="B2"' in comments_of(marked)
    assert "=1+1" not in read_workbook(marked)[0].rows[1]


def test_csv_comes_back_as_a_workbook() -> None:
    sent = "Mã;Tên;Loại\nthcs-a;;cơ quan, tổ chức\n".encode()
    marked = marked_workbook(sent, "bang.csv", faults_of(sent, "bang.csv"), WORDING)
    assert marked is not None
    assert 'ref="B2"' in comments_of(marked)


@pytest.mark.parametrize("content", [b"PK nothing", b"\xff\xfe", b""])
def test_what_cannot_be_read_is_not_given_back(content: bytes) -> None:
    assert marked_workbook(content, "x.xlsx", [CellFault("workbook.damaged")], WORDING) is None


def test_hostile_text_stays_text() -> None:
    sent = book(("thcs-a", "", "=cmd|' /C calc'!A0", "-1+1"))
    with_text = marked_workbook(sent, "b.xlsx", [CellFault("sheet.blank", "Tổ chức", "B2", {"column": "Tên"})], WORDING)
    assert with_text is not None
    with zipfile.ZipFile(io.BytesIO(with_text)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
