"""Bringing in many at once from a table: organisations, earlier results. Upload, preview per row, confirm, result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import actor, only, signed_in
from web.context import house, idempotency_key, new_key, now
from web.errors import sentence, status_of
from web.importing import (
    ReadResult,
    faults_in,
    organisation_groups,
    organisations_in,
    result_groups,
    result_words,
    results_in,
)
from web.sheets import MOST_TOLD, XLSX, is_marked, keep_marked, marked, sent, upload_of_request, waiting
from web.uploads import keep_files
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.errors import HosoError, NotFound
from workflow.papers.organisation_sheet import organisation_template
from workflow.papers.result_sheet import result_template
from workflow.queries.organisations import kept_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.importing import Group
    from web.sheets import Told

Answer = str | AnyResponse | tuple[str, int]

ORGANISATION_KEEPERS = (Role.ADMIN, Role.PROVINCE_POLICE, Role.COMMUNE_POLICE)
RESULT_KEEPERS = (Role.PROVINCE_POLICE, Role.COMMUNE_POLICE)
_DONE, _SCAN = "imported", "import_scan"

imports = Blueprint("imports", __name__, url_prefix="/nhap-bang")


# --- organisations --------------------------------------------------------------------------------


@imports.route("/to-chuc", methods=["GET", "POST"])
@only(*ORGANISATION_KEEPERS)
def organisations() -> Answer:
    """Choose a table of organisations."""
    if request.method == "GET":
        return render_template("imports/organisations.html", told=[], more=0)
    digest, faults = sent(upload_of_request(), organisations_in)
    if faults:
        return _refused("imports/organisations.html", faults)
    return redirect(url_for("imports.organisations_preview", digest=digest))


@imports.get("/to-chuc/mau.xlsx")
@only(*ORGANISATION_KEEPERS)
def organisations_template() -> Response:
    """The table to fill in; ``dang-co``: holding what this person keeps."""
    filled = request.args.get("dang-co") == "co"
    rows = kept_by(house().database, actor()) if filled else ()
    return _file(organisation_template(house().wording, rows), "to-chuc.xlsx")


@imports.route("/to-chuc/<digest>", methods=["GET", "POST"])
@only(*ORGANISATION_KEEPERS)
def organisations_preview(digest: str) -> Answer:
    """What the table would do, row by row; then all of it, or nothing."""
    sheet = waiting(digest)
    read = organisations_in(sheet)
    rows, found = [row for row, _ in read], [organisation for _, organisation in read]
    groups = organisation_groups(rows, house().organisations.preview(actor(), found))
    if request.method == "GET":
        return _preview("organisations", groups, sheet.name, digest)
    if _came_before():
        return redirect(url_for("imports.done"))
    different = frozenset(request.form.getlist("khac"))
    if request.form.get("thay") != _seen(groups):
        problem = say("import.changed_meanwhile")
        return _preview("organisations", groups, sheet.name, digest, problem=problem, picked=different), 409
    left = {line.pick for group in groups for line in group.lines if line.pick and line.pick not in different}
    chosen = [one for one in found if one.id not in left]
    try:
        lines = house().organisations.import_rows(actor(), chosen, key=idempotency_key())
    except HosoError as error:
        page = _preview("organisations", groups, sheet.name, digest, problem=sentence(error), picked=different)
        return page, status_of(error)
    _note("organisations", lines=_counted([line.what for line in lines]), left=len(left))
    return redirect(url_for("imports.done"))


# --- earlier results ------------------------------------------------------------------------------


@imports.route("/ket-qua", methods=["GET", "POST"])
@only(*RESULT_KEEPERS)
def results() -> Answer:
    """Choose a table of earlier results, with the scan of their decision where there is one for all."""
    if request.method == "GET":
        return render_template("imports/results.html", told=[], more=0)
    digest, faults = sent(upload_of_request(), results_in)
    if faults:
        return _refused("imports/results.html", faults)
    return redirect(url_for("imports.results_preview", digest=digest))


@imports.get("/ket-qua/mau.xlsx")
@only(*RESULT_KEEPERS)
def results_template() -> Response:
    """The table to fill in, with the results to choose from."""
    return _file(result_template(house().wording, result_words()), "ket-qua.xlsx")


@imports.route("/ket-qua/<digest>", methods=["GET", "POST"])
@only(*RESULT_KEEPERS)
def results_preview(digest: str) -> Answer:
    """What the table would enter, row by row; it counts once a second person has confirmed it."""
    sheet = waiting(digest)
    read = results_in(sheet)
    groups = _weighed(read)
    if request.method == "GET":
        return _preview("results", groups, sheet.name, digest)
    if _came_before():
        return redirect(url_for("imports.done"))
    if request.form.get("thay") != _seen(groups):
        return _preview("results", groups, sheet.name, digest, problem=say("import.changed_meanwhile")), 409
    try:
        scan = _scan(digest)
        found = [replace(one.result, paper_digest=scan) for one in read if one.result is not None]
        entered = house().ledger.import_rows(actor(), found, key=idempotency_key())
    except HosoError as error:
        return _preview("results", groups, sheet.name, digest, problem=sentence(error)), status_of(error)
    same = len(found) - len(entered)
    _note("results", lines={"add": len(entered), "same": same}, left=0)
    return redirect(url_for("imports.done"))


def _scan(digest: str) -> str | None:
    """The scan of the decision that goes with every result of a table; one sent before is kept for the same table.

    Raises ``InvalidDocument`` for a file that may not be kept.
    """
    kept = keep_files(request.files.getlist("quyet-dinh"))
    if kept:
        session[_SCAN] = [digest, kept[0].digest]
    of_table, scan = session.get(_SCAN, ("", None))
    return scan if of_table == digest else None


def _weighed(read: Sequence[ReadResult]) -> list[Group]:
    found = [one.result for one in read if one.result is not None]
    return result_groups(read, house().ledger.preview(actor(), found))


@imports.get("/danh-dau.xlsx")
@signed_in
def marked_table() -> Response:
    """The last table of this session that was refused, every fault at its cell."""
    body = marked()
    if body is None:
        raise NotFound("file_not_found")
    return _file(body, "bang-danh-dau.xlsx")


# --- what both share ------------------------------------------------------------------------------


@imports.get("/xong")
@only(*ORGANISATION_KEEPERS)
def done() -> Answer:
    """What the last table of this session did."""
    kept = session.get(_DONE)
    if kept is None:
        return redirect(url_for("imports.organisations"))
    return render_template("imports/done.html", **kept)


def _refused(page: str, faults: list[Told]) -> tuple[str, int]:
    more = max(0, len(faults) - MOST_TOLD)
    shown = render_template(page, told=faults[:MOST_TOLD], more=more, marked=is_marked())
    return shown, 422


def _preview(
    what: str,
    groups: list[Group],
    name: str,
    digest: str,
    *,
    problem: str = "",
    picked: frozenset[str] = frozenset(),
) -> str:
    counts = {group.what: len(group.lines) for group in groups}
    is_wrong = bool(counts.get("wrong")) and keep_marked(waiting(digest), faults_in(groups))
    return render_template(
        "imports/preview.html",
        what=what,
        groups=groups,
        counts=counts,
        writes=sum(counts.get(one, 0) for one in ("add", "change", "near")),
        name=name,
        digest=digest,
        seen=_seen(groups),
        problem=problem,
        marked=is_wrong,
        scanned=session.get(_SCAN, [""])[0] == digest,
        picked=picked,
        key=new_key(),
    )


def _seen(groups: list[Group]) -> str:
    """What a preview said of how many rows, to notice that it is no longer so."""
    return " ".join(f"{group.what}:{len(group.lines)}" for group in groups)


def _counted(what: list[str]) -> dict[str, int]:
    return {one: what.count(one) for one in dict.fromkeys(what)}


def _note(what: str, *, lines: dict[str, int], left: int) -> None:
    kept = {"what": what, "counts": lines, "left": left, "at": now().isoformat(), "key": idempotency_key()}
    session[_DONE] = kept


def _came_before() -> bool:
    """Whether this very form was sent before and has had its effect."""
    key = idempotency_key()
    return key is not None and session.get(_DONE, {}).get("key") == key


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-store"}
    return Response(content, mimetype=XLSX, headers=headers)
