"""Official papers: every shipped schema prints, the frame is that of the decree, gaps are visible, both files agree."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from tests.support import papers
from tests.support.printed import PrintedPdf
from workflow.definitions.prints import load_prints
from workflow.definitions.sources import Sources
from workflow.domain.prints import Prints
from workflow.papers.official.compose import Sheet, compose
from workflow.papers.official.docx import docx_file
from workflow.papers.official.model import OfficialPaper
from workflow.papers.official.pdf import pdf_file
from workflow.papers.official.values import Known
from workflow.wording import Wording

DAY = date(2026, 12, 2)
LETTER = "hoso:kinds/dien_hinh/v1/attachments/submission_letter"
KNOWN = {
    "subject": Known("Trường THPT Vĩnh Thuận", "sổ tổ chức"),
    "dossier": Known("2026-DH-0001", "hồ sơ"),
    "kind": Known("điển hình", "hồ sơ"),
    "cycle": Known("2026", "hồ sơ"),
    "paper": Known("Văn bản", "hồ sơ"),
    "place": Known("Xã Vĩnh Phong", "sổ tổ chức"),
    "issuer": Known("UBND xã Vĩnh Phong", "sổ tổ chức"),
}


@cache
def prints() -> Prints:
    return load_prints(papers.SCHEMAS)


@cache
def wording() -> Wording:
    return Wording()


def laid(schema_id: str, document: dict[str, Any], **more: Any) -> OfficialPaper:
    schema = papers.shipped().plain(schema_id)
    named = str(papers.shipped().document(schema_id).get("x-print", ""))
    sheet = Sheet(
        layout=prints().layout(
            named,
            official={"number", "issuer"} <= set(schema["required"]),
            title=papers.shipped().title(schema_id),
        ),
        schema=schema,
        document=document,
        name=papers.shipped().title(schema_id),
        origin="bản 1",
        **{"known": KNOWN, **more},
    )
    return compose(sheet, prints().words, wording())


def letter(**changed: Any) -> OfficialPaper:
    document = json.loads((papers.FIXTURES / "dien_hinh/valid/submission_letter.json").read_text(encoding="utf-8"))
    numbers = dict.fromkeys(document["dossiers"], "Trường THPT Vĩnh Thuận")
    return laid(LETTER, {**document, **changed}, dossiers=numbers)


@cache
def letter_pdf() -> bytes:
    return pdf_file(letter(), made_on=DAY)


def test_every_layout_that_a_schema_names_is_there() -> None:
    named = {str(papers.shipped().document(one).get("x-print", "")) for one in papers.shipped().ids} - {""}
    assert named - set(prints().layouts) == set()
    assert {"to_trinh", "bien_ban", "quyet_dinh", "phieu_tham_dinh", "bao_cao"} <= named


@pytest.mark.parametrize("path", papers.files("valid"), ids=papers.name_of)
def test_every_valid_document_is_laid_out_with_nothing_lost(path: Path) -> None:
    """Whatever stands in a document stands on its sheet, in words."""
    document = json.loads(path.read_text(encoding="utf-8"))
    printed = laid(papers.schema_of(path), document)
    told = json.dumps(printed.as_data(), ensure_ascii=False)
    for name, value in document.items():
        if isinstance(value, str) and name not in {
            "date",
            "place",
            "issuer",
            "signer_office",
            "sent_at",
            "criteria_set",
        }:
            field = papers.shipped().plain(papers.schema_of(path))["properties"][name]
            if "oneOf" not in field and "format" not in field:
                first = next((line for line in value.splitlines() if line.strip()), "")
                assert json.dumps(first, ensure_ascii=False)[1:-1].rstrip(". ;") in told, name
    assert printed.title or printed.is_letter


def test_pdf_is_a4_within_the_margins_of_the_decree() -> None:
    read = PrintedPdf(letter_pdf())
    assert read.sizes == [(210, 297)]
    margins = read.margins[0]
    assert 29.5 <= margins.left <= 32
    assert margins.right >= 14.5
    assert 19.5 <= margins.top <= 23
    assert margins.bottom >= 19.5


def test_pdf_holds_every_required_part_and_its_text_extracts() -> None:
    text = PrintedPdf(letter_pdf()).text
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN XÃ VĨNH PHONG",
        "Số: 103/TTr-UBND",
        "TỜ TRÌNH",
        "Kính gửi:",
        "Trường THPT Vĩnh Thuận",
        "Nơi nhận:",
        "Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
    ):
        assert part in text, part
    assert "……" not in text


def test_pdf_is_tagged_archival_and_the_same_again() -> None:
    content = letter_pdf()
    assert pdf_file(letter(), made_on=DAY) == content
    assert b"/StructTreeRoot" in content
    assert b"pdfaid:part" in content


def test_docx_has_the_same_words_margins_and_font_for_every_script() -> None:
    content = docx_file(letter(), made_on=DAY)
    assert docx_file(letter(), made_on=DAY) == content
    document = docx.Document(BytesIO(content))
    section = document.sections[0]
    sides = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert [round(side / Mm(1)) for side in sides if side] == [30, 15, 20, 20]
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert {fonts.get(qn(name)) for name in ("w:ascii", "w:hAnsi", "w:eastAsia")} == {"Times New Roman"}
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = " ".join(" ".join([*(line.text for line in document.paragraphs), *cells]).split())
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "TỜ TRÌNH",
        "Số: 103/TTr-UBND",
        "Trường THPT Vĩnh Thuận",
        "CHỦ TỊCH",
    ):
        assert part in words, part


def test_what_is_missing_is_a_gap_and_is_listed_never_made_up() -> None:
    printed = laid(LETTER, {"dossiers": ["2026-DH-0009"]}, draft=True, known={})
    assert printed.draft == "DỰ THẢO"
    assert printed.number == "Số: ……/TTr-……"
    assert printed.place_date == "……, ngày …… tháng …… năm ……"
    missing = (
        "Cơ quan ban hành",
        "Số, ký hiệu văn bản",
        "Địa danh",
        "Ngày ban hành",
        "Chức vụ người ký",
        "Kính gửi",
        "Qua",
    )
    assert set(missing) <= set(printed.missing)
    table = next(block for block in printed.blocks if block.kind == "table")
    assert table.rows == (("1", "2026-DH-0009", "……"),)
    text = PrintedPdf(pdf_file(printed, made_on=DAY)).pages[-1]
    assert "NỘI DUNG CÒN THIẾU".casefold() in text.casefold()
    assert "Địa danh" in text


def test_every_value_says_where_it_comes_from() -> None:
    traces = {one.field: (one.value, one.origin) for one in letter().traces}
    assert traces["number"] == ("103/TTr-UBND", "bản 1")
    assert traces["kind"] == ("điển hình", "hồ sơ")
    assert traces["issuer"][1] == "bản 1"


@pytest.mark.parametrize(
    ("office", "lines"),
    [
        ("Chủ tịch UBND xã", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        ("Phó Chủ tịch UBND xã", ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
    ],
)
def test_signature_names_the_office_and_on_whose_behalf(office: str, lines: tuple[str, ...]) -> None:
    assert letter(signer_office=office).signatures[0].lines == lines


def test_days_are_written_as_the_decree_says() -> None:
    assert letter(date="2026-02-05").place_date.endswith("ngày 05 tháng 02 năm 2026")
    assert letter(date="2026-11-30").place_date.endswith("ngày 30 tháng 11 năm 2026")


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    """Data never becomes a program: neither for the typesetter nor for the word processor."""
    request = '#panic("x") $a_b$ *sao* `lệnh` <w:p/> {{ x }} @nhan \\ "'
    printed = letter(request=request)
    assert request in PrintedPdf(pdf_file(printed, made_on=DAY)).text
    paragraphs = docx.Document(BytesIO(docx_file(printed, made_on=DAY))).paragraphs
    assert any(request in line.text for line in paragraphs)


def test_every_layout_says_where_it_comes_from() -> None:
    sources = Sources.load(papers.SCHEMAS / "sources.json")
    assert [one.code for one in prints().layouts.values() if not sources.cite(one.source).label] == []


def test_a_paper_of_a_new_kind_prints_by_how_its_title_begins() -> None:
    """A new programme names no layout: an official paper gets one by its title, a form the form's."""
    titles = {
        "Biên bản họp Hội đồng": "bien_ban",
        "Quyết định khen thưởng": "quyet_dinh_khac",
        "Quyết định công nhận": "quyet_dinh",
        "Tờ trình đề nghị khen thưởng": "to_trinh_chung",
        "Báo cáo sáu tháng": "bao_cao",
        "Văn bản khác": "van_ban",
    }
    assert {title: prints().layout("", official=True, title=title).code for title in titles} == titles
    assert prints().layout("", official=False, title="Báo cáo").code == "bieu_mau"


def test_every_layout_that_is_taken_by_default_is_there() -> None:
    assert {code for _, code in prints().by_title} | {prints().usual, prints().usual_form} <= set(prints().layouts)


def test_minutes_without_a_secretary_are_signed_by_the_one_who_signs() -> None:
    schema_id = "hoso:kinds/binh_xet_thi_dua/v1/attachments/block_minutes"
    document = {"number": "5/BB-KTD", "date": "2026-11-20", "issuer": "Khối thi đua", "signer_office": "Khối trưởng"}
    printed = laid(schema_id, {**document, "conclusion": "Thống nhất."})
    assert printed.title == "BIÊN BẢN"
    assert [one.lines for one in printed.signatures] == [("CHỦ TRÌ", "Khối trưởng")]


def test_what_a_paper_does_not_have_is_not_named_on_it() -> None:
    schema_id = "hoso:kinds/chuong_trinh_phoi_hop/v1/attachments/joint_programme"
    path = papers.FIXTURES / "chuong_trinh_phoi_hop/valid/joint_programme.json"
    printed = laid(schema_id, json.loads(path.read_text(encoding="utf-8")))
    assert (printed.addressees, printed.recipients) == ((), ("Lưu: VT.",))
    assert printed.signatures[0].lines == ("TRƯỞNG CÔNG AN XÃ",)
