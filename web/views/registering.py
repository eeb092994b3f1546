"""Registering many units of one kind from a table of its first paper: preview per row, then all or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import actor, only
from web.context import cycle, house, idempotency_key, new_key, now, today
from web.downloads import file_answer
from web.errors import sentence, status_of
from web.importing import Line, grouped
from web.refusals import sentence as refusal_sentence
from web.sheets import MOST_TOLD, is_marked, keep_marked, sent, upload_of_request, waiting
from web.uploads import keep_files
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.books import StoredFile
from workflow.domain.errors import HosoError, InvalidDocument, NotFound, TransitionRefused
from workflow.papers.registration_sheet import first_paper, read_registrations, registration_template
from workflow.papers.workbook import CellFault, WorkbookRefused
from workflow.services.many import EntriesRefused, Entry, EntryLine, ManyInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from web.sheets import Sheet
    from workflow.domain.kinds import AttachmentRule, DossierKind
    from workflow.papers.tables_in import Row

Answer = str | AnyResponse | tuple[str, int]
Read = list[tuple["Row", str, dict[str, object]]]

ENTERERS = (Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE, Role.PROVINCE_POLICE)
MOST_ROWS = 2_000
"""A page registers no more units at once; the command line does."""

TO_COME = StoredFile("", "", "", 0)
"""Stands for the scan of the signed list while the table is only looked at."""

_DONE, _SCAN = "registered_many", "many_scan"

registering = Blueprint("registering", __name__, url_prefix="/nhap-bang/dang-ky")


@registering.get("/")
@only(*ENTERERS)
def kinds() -> Answer:
    """Which kind of dossier the table is for."""
    return render_template("registering/kinds.html", kinds=_kinds(), year=cycle())


@registering.route("/<kind>", methods=["GET", "POST"])
@only(*ENTERERS)
def table(kind: str) -> Answer:
    """The table to fill in, and the one that was filled in."""
    found, rule = _kind(kind)
    if request.method == "GET":
        return render_template("registering/table.html", kind=found, rule=rule, year=cycle(), told=[], more=0)
    digest, faults = sent(upload_of_request(), lambda sheet: _read(sheet, rule))
    if faults:
        page = render_template(
            "registering/table.html",
            kind=found,
            rule=rule,
            year=cycle(),
            told=faults[:MOST_TOLD],
            more=max(0, len(faults) - MOST_TOLD),
            marked=is_marked(),
        )
        return page, 422
    return redirect(url_for("registering.preview", kind=kind, digest=digest, nam=cycle()))


@registering.get("/<kind>/mau.xlsx")
@only(*ENTERERS)
def template(kind: str) -> Response:
    """The table of the kind's first paper."""
    found, rule = _kind(kind)
    return file_answer(registration_template(found.short_label, _plain(rule), house().wording), f"dang-ky-{kind}.xlsx")


@registering.route("/<kind>/<digest>", methods=["GET", "POST"])
@only(*ENTERERS)
def preview(kind: str, digest: str) -> Answer:
    """What the table would register, row by row; then all of it, or nothing."""
    found, rule = _kind(kind)
    sheet = waiting(digest)
    read = _read(sheet, rule)
    if request.method == "GET":
        return _preview(found, sheet, read, _weighed(found, rule, read, _scans(digest)))
    try:
        scans = _scans(digest)
    except InvalidDocument as error:
        return _preview(found, sheet, read, _weighed(found, rule, read, ()), problem=sentence(error)), 422
    try:
        lines = house().many.register(actor(), _asked(found, rule, scans), _entries(read), key=idempotency_key())
    except EntriesRefused as error:
        return _preview(found, sheet, read, error.lines, problem=sentence(error)), 422
    except HosoError as error:
        lines = _weighed(found, rule, read, scans)
        return _preview(found, sheet, read, lines, problem=sentence(error)), status_of(error)
    session[_DONE] = {
        "at": now().isoformat(),
        "kind": found.short_label,
        "added": [[one.number, one.unit] for one in lines if one.what == "add"][:50],
        "count": sum(one.what == "add" for one in lines),
        "kept": sum(one.what != "add" for one in lines),
    }
    return redirect(url_for("registering.done"))


@registering.get("/xong")
@only(*ENTERERS)
def done() -> Answer:
    """What the last table of this session registered."""
    kept = session.get(_DONE)
    if kept is None:
        return redirect(url_for("registering.kinds"))
    return render_template("registering/done.html", **kept)


def _kinds() -> list[DossierKind]:
    role = actor().role
    return [kind for kind in house().catalogue.kinds() if role in kind.opened_by and first_paper(kind) is not None]


def _kind(code: str) -> tuple[DossierKind, AttachmentRule]:
    """The kind in force, if the reader's role may begin it, and its first paper."""
    kind = house().catalogue.newest(code, province_id=actor().province_id, on=today())
    rule = first_paper(kind)
    if actor().role not in kind.opened_by or rule is None:
        raise NotFound(kind=code)
    return kind, rule


def _plain(rule: AttachmentRule) -> Mapping[str, Any]:
    return house().schemas.plain(rule.schema_id)


def _read(sheet: Sheet, rule: AttachmentRule) -> Read:
    rows = read_registrations(sheet.content, sheet.name, _plain(rule), house().wording)
    if len(rows) > MOST_ROWS:
        raise WorkbookRefused([CellFault("sheet.too_many", facts={"most": MOST_ROWS, "count": len(rows)})])
    return rows


def _entries(read: Read) -> list[Entry]:
    return [Entry(unit, document) for _row, unit, document in read]


def _asked(kind: DossierKind, rule: AttachmentRule, scans: tuple[StoredFile, ...]) -> ManyInput:
    return ManyInput(kind.code, cycle(), rule.code, frozenset(_plain(rule)["properties"]), scans=scans)


def _weighed(
    kind: DossierKind, rule: AttachmentRule, read: Read, scans: tuple[StoredFile, ...]
) -> tuple[EntryLine, ...]:
    """What would happen; a scan that is still to come is taken as given."""
    return house().many.preview(actor(), _asked(kind, rule, scans or (TO_COME,)), _entries(read))


def _scans(digest: str) -> tuple[StoredFile, ...]:
    """The scans of the signed list that were sent now, or before for the same table. Raises InvalidDocument."""
    kept = keep_files(request.files.getlist("ban-quet")) if request.method == "POST" else ()
    if kept:
        session[_SCAN] = [digest, [[one.digest, one.name, one.media_type, one.size] for one in kept]]
    of_table, files = session.get(_SCAN, ("", []))
    return tuple(StoredFile(*one) for one in files) if of_table == digest else ()


def _preview(kind: DossierKind, sheet: Sheet, read: Read, lines: Sequence[EntryLine], *, problem: str = "") -> str:
    groups = grouped([(line.what, _line(row, line)) for (row, _, _), line in zip(read, lines, strict=True)])
    counts = {group.what: len(group.lines) for group in groups}
    return render_template(
        "registering/preview.html",
        kind=kind,
        groups=groups,
        counts=counts,
        sheet=sheet,
        year=cycle(),
        records=actor().role is Role.COMMUNE_POLICE and Role.UNIT in kind.opened_by,
        marked=bool(counts.get("wrong")) and keep_marked(sheet, _faults(read, lines)),
        problem=problem,
        key=new_key(),
    )


def _line(row: Row, line: EntryLine) -> Line:
    faults = list(_told(row, line))
    return Line(
        line.unit,
        (line.number,),
        tuple(words for _cell, words in faults),
        place=faults[0][0] if faults else row.cell("subject"),
        sheet=row.sheet,
    )


def _faults(read: Read, lines: Sequence[EntryLine]) -> list[CellFault]:
    return [
        CellFault("sheet.said", row.sheet, cell, {"what": words})
        for (row, _, _), line in zip(read, lines, strict=True)
        for cell, words in _told(row, line)
    ]


def _told(row: Row, line: EntryLine) -> Iterator[tuple[str, str]]:
    """What is wrong with a row: cells and sentences."""
    error = line.error
    if error is None:
        return
    if isinstance(error, InvalidDocument) and error.faults:
        for fault in error.faults:
            place, words = house().fault_told(fault)
            yield row.cell(place.strip("/").partition("/")[0] or "subject"), words
        return
    if isinstance(error, TransitionRefused):
        said = " ".join(refusal_sentence(refusal) for refusal in error.refusals)
    else:
        said = sentence(error)
    near = say("import.near_names", names=", ".join(line.near)) if line.near else ""
    yield row.cell("subject"), f"{said} {near}".strip()
