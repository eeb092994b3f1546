"""What a file is, by its content alone."""

from __future__ import annotations

import io
import zipfile

import pytest

from workflow.domain.books import FILE_TYPES, StoredFile
from workflow.domain.errors import InvalidDocument
from workflow.storage.file_types import check_type, media_type, type_of
from workflow.storage.folding import fold

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00"
EXIF = b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def package(*members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened:
        for member in members:
            opened.writestr(member, "<x/>")
    return content.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")
XLSX = package("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, "pdf"),
        (JPG, "jpg"),
        (EXIF, "jpg"),
        (PNG, "png"),
        (DOCX, "docx"),
        (XLSX, "xlsx"),
        (package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (package("word/document.xml"), None),
        (package("META-INF/MANIFEST.MF"), None),
        (b"PK\x05\x06" + b"\x00" * 18, None),
        (b"PK\x03\x04" + b"\x00" * 40, None),
        (b"MZ\x90\x00" + b"\x00" * 60, None),
        (b"<html><script>", None),
        (b"plain text", None),
        (b"", None),
    ],
)
def test_type_is_read_from_the_content(content: bytes, found: str | None) -> None:
    assert type_of(content) == found


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [(PDF, "Tờ trình.PDF", "pdf"), (JPG, "ảnh.jpeg", "jpg"), (JPG, "ảnh.jpg", "jpg"), (DOCX, "a.b.docx", "docx")],
)
def test_name_may_say_it_in_several_ways(content: bytes, name: str, found: str) -> None:
    assert check_type(content, name, FILE_TYPES) == found


@pytest.mark.parametrize(
    ("content", "name"),
    [(PDF, "a.jpg"), (PNG, "a.jpg"), (XLSX, "a.docx"), (PDF, "a.pdf.exe"), (PDF, "a"), (PDF, ""), (PDF, "pdf"),
     (b"x", "a.pdf")],
)  # fmt: skip
def test_name_that_says_otherwise_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        check_type(content, name, FILE_TYPES)
    assert caught.value.code == "file_type"


def test_media_types_and_short_names_belong_together() -> None:
    for name in FILE_TYPES:
        assert StoredFile("d", f"a.{name}", media_type(name), 1).type == name
    assert StoredFile("d", "a.exe", "application/x-msdownload", 1).type == ""


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Trường THPT Vĩnh Thuận", "truong thpt vinh thuan"),
        ("ĐẶNG  đức\tđường ", "dang duc duong"),
        ("Trường", "truong"),
        ("xã Ỷ Lan — số 2", "xa y lan — so 2"),
        ("", ""),
    ],
)
def test_vietnamese_is_folded_for_finding(text: str, folded: str) -> None:
    assert fold(text) == folded
