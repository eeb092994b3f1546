"""Reading a spreadsheet (.xlsx) that somebody sent in: only its values, and nothing before it is known to be
harmless.

A workbook is an archive of XML. It is unpacked under limits, its sheets are scanned for what must not be
there (formulas, error values, cells far away), and only the parts that hold values are handed to the reader,
packed anew: macros, links and whatever else it carried stay behind. Every fault is said at its cell, all of
them at once.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from workflow.domain.errors import InvalidDocument
from workflow.wording import Wording

Value = str | int | Decimal | bool | date | datetime | time | timedelta
"""What a cell holds. Text is NFC without spaces at its ends; an empty cell is the empty text."""

_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?workbook\.xml(?:\.rels)?"
    r"|xl/(?:sharedStrings|styles)\.xml|xl/worksheets/[^/]+\.xml",
    re.IGNORECASE,
)
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)
_LONGEST_INDEX = 9
_SHOWN = frozenset({"workbook.error_value", "workbook.formula"})
"""What is wrong with a cell that a reader may still show beside the others."""
_SHEETS = "xl/worksheets/"
_WORKBOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may weigh: bytes as sent, bytes unpacked, parts, rows and columns of a sheet."""

    max_bytes: int = 5 * 1024 * 1024
    max_unpacked: int = 30 * 1024 * 1024
    max_parts: int = 400
    max_rows: int = 20_000
    max_columns: int = 60


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class CellFault:
    """Something wrong in a workbook: a message code, sheet and cell ("C7"; empty for the whole), facts."""

    code: str
    sheet: str = ""
    cell: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def fault_sentence(fault: CellFault, wording: Wording) -> str:
    """A fault in words, with its sheet and cell."""
    facts = {name: value for name, value in fault.facts.items() if value is not None}
    what = wording.say(fault.code, **facts)
    if not fault.sheet:
        return what
    code = "workbook.at" if fault.cell else "workbook.at_sheet"
    return wording.say(code, sheet=fault.sheet, cell=fault.cell, what=what)


class WorkbookRefused(InvalidDocument):
    """A workbook that cannot be used; ``faults`` are all its CellFaults, and nothing of it was taken over."""

    code = "workbook_refused"

    def __init__(self, faults: Iterable[CellFault]) -> None:
        super().__init__(None, faults=tuple(faults))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The values of one sheet, from cell A1 on; rows are equally long."""

    name: str
    rows: tuple[tuple[Value, ...], ...]


def cell_name(row: int, column: int) -> str:
    """The name of a cell by its indexes from 0: (6, 2) is C7."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def read_workbook(content: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Sheet, ...]:
    """All sheets with their values, in order. Raises WorkbookRefused."""
    parts = _unpack(content, limits)
    _scan(parts, limits)
    return _sheets(parts)


def read_values(content: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Sheet, ...]:
    """The same where cells hold formulas or errors: values to be shown with what is wrong, not to be used.

    Raises WorkbookRefused for what cannot be read at all.
    """
    parts = _unpack(content, limits)
    try:
        _scan(parts, limits)
    except WorkbookRefused as refused:
        if any(isinstance(fault, CellFault) and fault.code not in _SHOWN for fault in refused.faults):
            raise
    return _sheets(parts)


def _sheets(parts: Mapping[str, bytes]) -> tuple[Sheet, ...]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(_pack(parts)))
        return tuple(
            Sheet(name, tuple(tuple(map(_value, row)) for row in _rows(workbook, name)))
            for name in workbook.sheet_names
        )
    except CalamineError:
        raise WorkbookRefused([CellFault("workbook.damaged")]) from None


def _rows(workbook: CalamineWorkbook, name: str) -> list[list[object]]:
    # Without skip_empty_area=False leading empty columns are dropped and every cell has another name.
    return [list(row) for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]


def _value(value: object) -> Value:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\u00a0", " ")).strip()
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 10**15 else Decimal(repr(value))
    if isinstance(value, bool | int | date | time | timedelta):
        return value
    raise WorkbookRefused([CellFault("workbook.damaged")])


# --- unpacking -----------------------------------------------------------------------------------


def _unpack(content: bytes, limits: Limits) -> dict[str, bytes]:
    """The parts that hold values, unpacked under limits."""
    too_large = CellFault("workbook.too_large", facts={"limit": limits.max_bytes, "unpacked": limits.max_unpacked})
    if len(content) > limits.max_bytes:
        raise WorkbookRefused([too_large])
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            size = sum(entry.file_size for entry in entries)
            if len(names) > limits.max_parts or size > limits.max_unpacked:
                raise WorkbookRefused([_too_large(limits)])
            _check_names(names)
            return {entry.filename: archive.read(entry) for entry in entries if _KEPT.fullmatch(entry.filename)}
    except _BROKEN_ARCHIVE:
        raise WorkbookRefused([CellFault("workbook.not_xlsx")]) from None


def _too_large(limits: Limits) -> CellFault:
    return CellFault("workbook.too_large", facts={"limit": limits.max_bytes, "unpacked": limits.max_unpacked})


def _check_names(names: list[str]) -> None:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise WorkbookRefused([CellFault("workbook.macros")])
    if _WORKBOOK not in names or _LINKS not in names:
        raise WorkbookRefused([CellFault("workbook.not_xlsx")])
    if len({name.lower() for name in names}) != len(names):
        raise WorkbookRefused([CellFault("workbook.damaged")])


def _pack(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a new archive, so that what is read is exactly what was scanned."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return packed.getvalue()


# --- scanning ------------------------------------------------------------------------------------


def _scan(parts: Mapping[str, bytes], limits: Limits) -> None:
    """Raise WorkbookRefused for formulas, error values and cells out of range, all with their places."""
    titles = _sheet_titles(parts)
    strings = _SharedStrings()
    for name, part in parts.items():
        if not name.lower().startswith(_SHEETS):
            _walk(part, strings if name.lower() == "xl/sharedstrings.xml" else _Visitor())
    faults: list[CellFault] = []
    text = 0
    for name, part in parts.items():
        if name.lower().startswith(_SHEETS):
            sheet = _SheetScan(titles.get(name, name), strings.lengths, limits)
            _walk(part, sheet)
            faults.extend(sheet.faults)
            text += sheet.text_length
    if text > limits.max_unpacked:
        faults.append(_too_large(limits))
    if faults:
        raise WorkbookRefused(faults)


def _sheet_titles(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Part name of each sheet -> the name people see."""
    links, sheets = _Named("Relationship"), _Named("sheet")
    _walk(parts[_LINKS], links)
    _walk(parts[_WORKBOOK], sheets)
    targets = {
        found.get("Id", ""): posixpath.normpath(posixpath.join("/xl", found.get("Target", ""))).lstrip("/")
        for found in links.found
    }
    titles = {targets.get(found.get("id", ""), ""): found.get("name", "") for found in sheets.found}
    if not all(target in parts and target.lower().startswith(_SHEETS) for target in titles):
        raise WorkbookRefused([CellFault("workbook.damaged")])
    return titles


class _Visitor:
    """What is told of an XML part, piece by piece; names come without their namespaces."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def text(self, piece: str) -> None:
        """A piece of text."""

    def end(self, tag: str) -> None:
        """An element ends."""


class _Named(_Visitor):
    """The attributes of every element of one name."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self.found: list[dict[str, str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self._tag:
            self.found.append(attributes)


class _SharedStrings(_Visitor):
    """The length of each shared string: a short file may name one long text in very many cells."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        del attributes
        if tag == "si":
            self.lengths.append(0)

    def text(self, piece: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(piece)


class _SheetScan(_Visitor):
    """The faults of one sheet, and how much text its cells will unfold to."""

    def __init__(self, title: str, lengths: list[int], limits: Limits) -> None:
        self._title, self._lengths, self._limits = title, lengths, limits
        self._place = self._kind = self._value = ""
        self.faults: list[CellFault] = []
        self.text_length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._place, self._kind = attributes.get("r", ""), attributes.get("t", "")
            self._look_at_place()
            if self._kind == "e":
                self.faults.append(CellFault("workbook.error_value", self._title, self._place))
        elif tag == "f":
            self.faults.append(CellFault("workbook.formula", self._title, self._place))
        self._value = ""

    def text(self, piece: str) -> None:
        if len(self._value) <= _LONGEST_INDEX:
            self._value += piece

    def end(self, tag: str) -> None:
        if tag == "v" and self._kind == "s":
            digits = self._value.strip()
            readable = digits.isdecimal() and len(digits) <= _LONGEST_INDEX
            index = int(digits) if readable else len(self._lengths)
            if index >= len(self._lengths):
                self.faults.append(CellFault("workbook.damaged", self._title, self._place))
            else:
                self.text_length += self._lengths[index]
        self._value = ""

    def _look_at_place(self) -> None:
        named = _CELL.fullmatch(self._place)
        if named is None:
            self.faults.append(CellFault("workbook.damaged", self._title, self._place))
            return
        column = 0
        for letter in named[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        if int(named[2]) > self._limits.max_rows or column > self._limits.max_columns:
            facts = {"rows": self._limits.max_rows, "columns": self._limits.max_columns}
            self.faults.append(CellFault("workbook.too_wide", self._title, self._place, facts))


def _walk(part: bytes, visitor: _Visitor) -> None:
    """Tell the visitor an XML part. Raises WorkbookRefused when it is broken, or declares a document type."""

    def start(name: str, attributes: dict[str, str]) -> None:
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        visitor.start(name.rpartition(" ")[2], local)

    def end(name: str) -> None:
        visitor.end(name.rpartition(" ")[2])

    def doctype(*_parts: object) -> None:
        raise WorkbookRefused([CellFault("workbook.damaged")])

    # Always UTF-8, whatever the part declares: it must mean here what it means to the reader behind.
    parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = visitor.text
    parser.StartDoctypeDeclHandler = doctype
    try:
        part.decode("utf-8")
        parser.Parse(part, True)  # noqa: FBT003  # the parser's own signature: this is the last piece
    except (expat.ExpatError, UnicodeDecodeError):
        raise WorkbookRefused([CellFault("workbook.damaged")]) from None
