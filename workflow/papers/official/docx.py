"""An official paper as DOCX, from the same model as the PDF. The only room of python-docx.

Built without a template, so nothing of an office's own machine goes along. The font is named for every script
(``w:eastAsia`` too): word processors pick another one for Vietnamese capitals otherwise.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

from workflow.papers.official.model import Block, Column, OfficialPaper, Signature

if TYPE_CHECKING:
    from docx.document import Document as Doc
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
_CENTRE, _LEFT, _BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
_TEXT_WIDTH = 165.0
"""Millimetres between the margins of A4: 210 - 30 - 15."""

_HYPHEN = "- "


def docx_file(paper: OfficialPaper, *, made_on: date) -> bytes:
    """The DOCX; the same paper gives the same bytes. ``made_on`` dates it where the paper has no date yet."""
    document = Document()
    _set_up(document, paper, paper.day or made_on)
    _head(document, paper)
    _titles(document, paper)
    for block in paper.blocks:
        _block(document, block)
    _foot(document, paper)
    if paper.missing:
        _line(document, paper.missing_title, bold=True, align=_CENTRE).paragraph_format.page_break_before = True
        _line(document, paper.missing_note)
        for label in paper.missing:
            _line(document, _HYPHEN + label)
    out = BytesIO()
    document.save(out)
    return _dated(out.getvalue())


def _set_up(document: Doc, paper: OfficialPaper, day: date) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    for name in ("w:val", "w:eastAsia"):
        language.set(qn(name), "vi-VN")
    style.element.get_or_add_rPr().append(language)
    made = datetime.combine(day, time(), tzinfo=UTC).replace(tzinfo=None)
    core = document.core_properties
    core.title, core.language, core.author, core.comments = paper.name, "vi-VN", "", ""
    core.created = core.modified = made


def _page_number(paragraph: Paragraph) -> None:
    """The number of the page, in the middle over the text; the first page has none."""
    paragraph.alignment = _CENTRE
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run: Any = paragraph.add_run()
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)  # noqa: SLF001 - the library has no fields of its own


def _head(document: Doc, paper: OfficialPaper) -> None:
    left, right = _grid(document, (70.0, 95.0))
    for line in paper.superior:
        _line(left, line, size=13, align=_CENTRE, close=True)
    for line in paper.issuer:
        _line(left, line, size=13, bold=True, align=_CENTRE, close=True)
    if paper.issuer:
        _rule(_line(left, "", size=4, align=_CENTRE, close=True), 22)
    if paper.number:
        _line(left, paper.number, size=13, align=_CENTRE, close=True)
    if paper.is_letter:
        for line in paper.about:
            _line(left, line, size=12, align=_CENTRE, close=True)
    if paper.draft:
        _line(left, paper.draft, size=12, bold=True, align=_CENTRE, close=True)
    _line(right, paper.country, size=12, bold=True, align=_CENTRE, close=True)
    _line(right, paper.motto, size=13, bold=True, align=_CENTRE, close=True)
    _rule(_line(right, "", size=4, align=_CENTRE, close=True), 20)
    _line(right, paper.place_date, size=13, italic=True, align=_CENTRE, close=True)
    for cell in (left, right):
        _drop_first(cell)
    _line(document, "", close=True)


def _titles(document: Doc, paper: OfficialPaper) -> None:
    if paper.title:
        _line(document, paper.title, bold=True, align=_CENTRE, close=True)
        for line in () if paper.is_letter else paper.about:
            _line(document, line, bold=True, align=_CENTRE, close=True)
        _rule(_line(document, "", size=4, align=_CENTRE), 68)
    if len(paper.addressees) == 1:
        _line(document, f"{paper.to_word} {paper.addressees[0]}", align=_CENTRE)
    elif paper.addressees:
        _line(document, paper.to_word, align=_CENTRE, close=True)
        for line in paper.addressees:
            _line(document, _HYPHEN + line, align=_CENTRE, close=True)


def _block(document: Doc, block: Block) -> None:
    match block.kind:
        case "table":
            _table(document, block)
        case "centre":
            _line(document, block.text, bold=True, align=_CENTRE)
        case "heading":
            _line(document, block.text, bold=True, indent=True)
        case "fact":
            _line(document, f"{block.label}: {block.text}".rstrip(), indent=True, align=_BOTH)
        case "article":
            paragraph = _line(document, "", indent=True, align=_BOTH)
            paragraph.add_run(block.label).bold = True
            paragraph.add_run(f" {block.text}")
        case "bullet":
            _line(document, _HYPHEN + block.text, indent=True, align=_BOTH)
        case "note":
            _line(document, block.text, size=12, italic=True, indent=True)
        case _:
            _line(document, block.text, indent=True, align=_BOTH)


def _table(document: Doc, block: Block) -> None:
    table = document.add_table(rows=1, cols=len(block.columns))
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - a head that repeats has no other way
    for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
        _fill(cell, column.title, bold=True, centred=True)
    for place, row in enumerate(block.rows, start=1):
        total = block.last_is_total and place == len(block.rows)
        for cell, column, text in zip(table.add_row().cells, block.columns, row, strict=True):
            _fill(cell, text, bold=total, centred=column.is_number)
    for column, width in zip(table.columns, _widths(block.columns), strict=True):
        for cell in column.cells:
            cell.width = Mm(width)
    _line(document, "", size=6, close=True)


def _widths(columns: tuple[Column, ...]) -> list[float]:
    """Millimetres: narrow ones take what they need, the others share the rest."""
    left = _TEXT_WIDTH - sum(column.narrow for column in columns)
    shares = sum(column.wide for column in columns if not column.narrow) or 1
    return [column.narrow or left * column.wide / shares for column in columns]


def _foot(document: Doc, paper: OfficialPaper) -> None:
    _line(document, "", size=6, close=True)
    left, right = _grid(document, (78.0, 87.0))
    if len(paper.signatures) == 2:
        _signed(left, paper.signatures[0])
        _signed(right, paper.signatures[1])
        _drop_first(left)
        _recipients(document, paper)
    else:
        _recipients(left, paper)
        for one in paper.signatures:
            _signed(right, one)
        if paper.recipients:
            _drop_first(left)
    if paper.signatures:
        _drop_first(right)


def _recipients(place: Doc | _Cell, paper: OfficialPaper) -> None:
    if paper.recipients:
        _line(place, paper.recipients_word, size=12, bold=True, italic=True, close=True)
    for line in paper.recipients:
        _line(place, _HYPHEN + line, size=11, close=True)


def _signed(cell: _Cell, signature: Signature) -> None:
    for line in signature.lines:
        _line(cell, line, bold=True, align=_CENTRE, close=True)
    for _ in range(4):
        _line(cell, "", close=True)


def _grid(document: Doc, widths: tuple[float, float]) -> tuple[_Cell, _Cell]:
    """Two cells side by side without lines."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    cells = table.rows[0].cells
    for cell, width in zip(cells, widths, strict=True):
        cell.width = Mm(width)
    return cells[0], cells[1]


def _line(
    place: Doc | _Cell,
    text: str,
    *,
    size: int = 14,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = _LEFT,
    indent: bool = False,
    close: bool = False,
) -> Paragraph:
    """A paragraph. Sizes in points; ``indent``: its first line goes in; ``close``: no space after it."""
    paragraph = place.add_paragraph()
    paragraph.alignment = align
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(0), Pt(0 if close else 6)
    if indent:
        shape.first_line_indent = Cm(1.27)
    if text:
        run = paragraph.add_run(text)
        run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _fill(cell: _Cell, text: str, *, bold: bool, centred: bool) -> None:
    _line(cell, text, size=12, bold=bold, align=_CENTRE if centred else _LEFT, close=True)
    _drop_first(cell)


def _drop_first(cell: _Cell) -> None:
    """A cell begins with an empty paragraph of its own."""
    first = cell.paragraphs[0]
    if len(cell.paragraphs) > 1 and not first.text:
        first._p.getparent().remove(first._p)  # noqa: SLF001 - the library removes nothing


def _rule(paragraph: Paragraph, inset: int) -> None:
    """A line under the paragraph, so many millimetres in from both sides."""
    border = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("w:val", "single"), ("w:sz", "6"), ("w:space", "1"), ("w:color", "000000")):
        top.set(qn(name), value)
    border.append(top)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(inset)
    paragraph._p.get_or_add_pPr().append(border)  # noqa: SLF001 - the library draws no lines


def _dated(content: bytes) -> bytes:
    """The same package with the same dates inside, whenever it was made."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as read, ZipFile(out, "w", ZIP_DEFLATED) as written:
        for name in read.namelist():
            written.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), read.read(name), ZIP_DEFLATED)
    return out.getvalue()
