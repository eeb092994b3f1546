"""Tables that people send in: uploaded, looked at in a preview, then kept. One way for every kind of table.

What was uploaded waits in the file store, and only for the session that sent it: nothing is written into the books
before the preview is confirmed, and a file that is never confirmed goes with the others that nobody names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request, session

from web.context import house
from web.words import say
from workflow.domain.errors import InvalidDocument, NotFound
from workflow.papers.marked_workbook import marked_workbook
from workflow.papers.workbook import DEFAULT_LIMITS, CellFault, WorkbookRefused, fault_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from werkzeug.datastructures import FileStorage

    Read = TypeVar("Read")

_MINE, _MARKED = "sheets", "marked"
_MOST_KEPT, _LONGEST_NAME = 3, 40
"""What the session remembers travels with every request: few tables, by short names."""

MOST_TOLD = 60
"""So many faults are told one by one; a table with more is wrong as a whole."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it was sent: its bytes, what its sender calls it, its digest."""

    content: bytes
    name: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One fault: sheet and cell in words, and what is wrong there."""

    place: str
    what: str


def told(faults: Iterable[object]) -> list[Told]:
    """Faults in words, in the order of the table."""
    return [_told(fault) for fault in faults if isinstance(fault, CellFault)]


def _told(fault: CellFault) -> Told:
    what = fault_sentence(CellFault(fault.code, facts=_said(fault)), house().wording)
    if not fault.sheet:
        return Told(say("sheets.whole"), what)
    place = say("sheets.cell" if fault.cell else "sheets.sheet", sheet=fault.sheet, cell=fault.cell)
    return Told(place, what)


def _said(fault: CellFault) -> dict[str, object]:
    """The facts of a fault; a size in bytes as people say it."""
    sizes = {"limit": say("sheets.limit"), "unpacked": say("sheets.unpacked")} if "unpacked" in fault.facts else {}
    return {**fault.facts, **sizes}


def sent(upload: FileStorage | None, read: Callable[[Sheet], Read]) -> tuple[str, list[Told]]:
    """Take an upload that ``read`` can read: its digest; or what is wrong with it, and nothing is kept."""
    if upload is None or not upload.filename:
        return "", [Told(say("sheets.whole"), say("sheets.none"))]
    sheet = Sheet(upload.read(DEFAULT_LIMITS.max_bytes + 1), upload.filename)
    upload.close()
    try:
        _check_kind(sheet)
        read(sheet)
        kept = house().files.put(sheet.content, name="bang.xlsx", types=("xlsx",), max_bytes=DEFAULT_LIMITS.max_bytes)
    except WorkbookRefused as error:
        keep_marked(sheet, error.faults)
        return "", told(error.faults)
    except InvalidDocument:
        return "", told([CellFault("workbook.not_xlsx")])
    mine = [one for one in session.get(_MINE, []) if one[0] != kept.digest]
    session[_MINE] = [*mine, [kept.digest, upload.filename[:_LONGEST_NAME]]][-_MOST_KEPT:]
    return kept.digest, []


def keep_marked(sheet: Sheet, faults: Iterable[object]) -> bool:
    """Keep the table with its faults at their cells, for this session to fetch; whether there is such a table."""
    placed = [fault for fault in faults if isinstance(fault, CellFault)]
    body = marked_workbook(sheet.content, sheet.name, placed, house().wording)
    session.pop(_MARKED, None)
    if body is None:
        return False
    session[_MARKED] = house().files.put(body, name="bang.xlsx", types=("xlsx",)).digest
    return True


def marked() -> bytes | None:
    """The table that was last given back with its faults marked; None when there is none."""
    digest = session.get(_MARKED)
    return house().files.get(digest) if digest else None


def is_marked() -> bool:
    """Whether such a table waits."""
    return _MARKED in session


def _check_kind(sheet: Sheet) -> None:
    """What is too large or no workbook is not looked into. Raises ``WorkbookRefused``."""
    limits = DEFAULT_LIMITS
    if len(sheet.content) > limits.max_bytes:
        facts = {"limit": limits.max_bytes, "unpacked": limits.max_unpacked}
        raise WorkbookRefused([CellFault("workbook.too_large", facts=facts)])
    if not sheet.content.startswith(b"PK"):
        raise WorkbookRefused([CellFault("workbook.not_xlsx")])


def waiting(digest: str) -> Sheet:
    """The table that this session sent before. Raises ``NotFound`` for every other."""
    name = dict(session.get(_MINE, [])).get(digest)
    if name is None:
        raise NotFound("file_not_found")
    return Sheet(house().files.get(digest), name, digest)


def upload_of_request() -> FileStorage | None:
    """The file that came with the form."""
    return request.files.get("bang")
