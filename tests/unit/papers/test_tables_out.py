"""Lists as files: nothing in a cell computes, Vietnamese and days survive, the same rows give the same bytes."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from workflow.papers.tables_out import csv_file, is_formula, xlsx_file

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HEADS = ("Đơn vị", "Số", "Ngày")
DANGEROUS = (
    "=1+1",
    "+84",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1+1",
    "\u00a0=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
)


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("text", DANGEROUS)
def test_formula_is_seen(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize("text", ["", "Trường THPT Vĩnh Thuận", "26/KH-CAT-PV01", "10-2026", "a=b"])
def test_plain_text_is_no_formula(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize("text", DANGEROUS)
def test_csv_keeps_a_formula_as_text(text: str) -> None:
    assert lines_of(csv_file(HEADS, [(text, 1, None)]))[1] == [f"'{text}", "1", ""]


@pytest.mark.parametrize("text", DANGEROUS)
def test_xlsx_keeps_a_formula_as_text(text: str) -> None:
    content = xlsx_file("Sổ", (text, *HEADS[1:]), [(text, 1, None)], made_at=AT)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count('t="s"') == 4, "every text is a shared string"


def test_csv_has_the_mark_of_utf8_days_and_crlf() -> None:
    content = csv_file(HEADS, [("Trạm Y tế", 12, date(2026, 12, 7))])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 2
    assert lines_of(content) == [list(HEADS), ["Trạm Y tế", "12", "07/12/2026"]]


def test_csv_keeps_quotes_separators_and_line_breaks_in_one_cell() -> None:
    text = 'a;"b"\nc'
    assert lines_of(csv_file(("x",), [(text,)]))[1] == [text]


def test_xlsx_holds_text_numbers_and_days() -> None:
    content = xlsx_file("Sổ điển hình", HEADS, [("Trạm Y tế", 12, date(2026, 12, 7)), ("=x", None, None)], made_at=AT)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Sổ điển hình"]
    assert book.get_sheet_by_index(0).to_python() == [
        list(HEADS),
        ["Trạm Y tế", 12.0, date(2026, 12, 7)],
        ["=x", "", ""],
    ]


def test_xlsx_links_nothing() -> None:
    content = xlsx_file("Sổ", ("x",), [("http://example.invalid/",)], made_at=AT)
    assert not [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if "rels" in name and "sheet1" in name]


def test_xlsx_of_the_same_rows_is_the_same_bytes() -> None:
    one, two = (xlsx_file("Sổ", HEADS, [("a", 1, None)], made_at=AT) for _ in range(2))
    assert one == two


def test_xlsx_takes_any_title_and_no_rows() -> None:
    content = xlsx_file("Sổ [2026]: kết quả / duy trì của một tên rất dài", HEADS, [], made_at=AT)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert len(book.sheet_names[0]) <= 31
    assert book.get_sheet_by_index(0).to_python() == [list(HEADS)]
