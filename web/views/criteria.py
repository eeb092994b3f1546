"""Criteria sets: what a subject is scored by, which dossiers follow a version, and how PV01 publishes the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import actor, only, signed_in
from web.comparing import changes_of
from web.context import cycle, house, idempotency_key, new_key
from web.errors import sentence, status_of
from web.refusals import source
from web.results.kinds import subject_words
from web.sheets import MOST_TOLD, XLSX, is_marked, sent, upload_of_request, waiting
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.errors import DefinitionInvalid, HosoError, NotFound
from workflow.papers.criteria_workbook import blank_criteria_workbook, criteria_workbook, read_criteria_workbook
from workflow.papers.workbook import CellFault, WorkbookRefused
from workflow.queries.criteria import scored_by

if TYPE_CHECKING:
    from web.sheets import Sheet
    from workflow.domain.criteria import CriteriaSet, Criterion, Group
    from workflow.queries.criteria import Scored
    from workflow.services.definitions import Checked

Answer = str | AnyResponse | tuple[str, int]

criteria = Blueprint("criteria", __name__, url_prefix="/bo-tieu-chi")


@criteria.get("/")
@signed_in
def listing() -> str:
    """Every set with its versions, newest first."""
    known = sorted(_sets().values(), key=lambda item: (item.code, -item.version))
    newest = _newest()
    rows = [(one, [subject_words(kind) for kind in one.subject_kinds], newest[one.code] is one) for one in known]
    return render_template("criteria/listing.html", rows=rows, publishes=_publishes())


@criteria.get("/<code>/<int:version>")
@signed_in
def one(code: str, version: int) -> str:
    """One version: groups, criteria, thresholds, what is a sample, the dossiers that follow it."""
    return _one(_found(code, version))


@criteria.post("/<code>/<int:version>/xac-nhan-muc-dat")
@only(Role.PROVINCE_POLICE)
def confirm(code: str, version: int) -> Answer:
    """Confirm the thresholds that nobody verified, once, before a result by them becomes final."""
    found, reason = _found(code, version), request.form.get("ly-do", "").strip()
    if not reason:
        return _one(found, problem=say("criteria.reason_missing")), 422
    try:
        house().definitions.confirm_thresholds(actor(), found.key, reason=reason, key=idempotency_key())
    except HosoError as error:
        return _one(found, problem=sentence(error), reason=reason), status_of(error)
    return redirect(url_for("criteria.one", code=code, version=version, da="xac-nhan"))


@criteria.get("/<code>/<int:version>/bang.xlsx")
@signed_in
def workbook(code: str, version: int) -> Response:
    """The set as a workbook, to be read or to become the next version."""
    found = _found(code, version)
    return _file(criteria_workbook(found, house().wording), f"{code}-{version}.xlsx")


@criteria.get("/mau.xlsx")
@only(Role.PROVINCE_POLICE)
def template() -> Response:
    """The workbook with nothing filled in."""
    return _file(blank_criteria_workbook(house().wording), "bo-tieu-chi.xlsx")


# --- publishing -----------------------------------------------------------------------------------


@criteria.route("/cong-bo", methods=["GET", "POST"])
@only(Role.PROVINCE_POLICE)
def publish() -> Answer:
    """Choose the workbook of a set."""
    if request.method == "GET":
        return render_template("criteria/publish.html", told=[], more=0, sets=_newest().values())
    digest, faults = sent(upload_of_request(), _checked)
    if faults:
        more = max(0, len(faults) - MOST_TOLD)
        return render_template(
            "criteria/publish.html",
            told=faults[:MOST_TOLD],
            more=more,
            sets=_newest().values(),
            marked=is_marked(),
        ), 422
    return redirect(url_for("criteria.preview", digest=digest))


@criteria.route("/cong-bo/<digest>", methods=["GET", "POST"])
@only(Role.PROVINCE_POLICE)
def preview(digest: str) -> Answer:
    """What publishing would change against the version in use; then publish, with the reason."""
    sheet = waiting(digest)
    body, checked = _checked(sheet)
    if request.method == "GET":
        return _preview(checked, sheet)
    reason = request.form.get("ly-do", "").strip()
    if not reason:
        return _preview(checked, sheet, problem=say("criteria.reason_missing")), 422
    try:
        house().definitions.publish(actor(), "criteria", body, reason=reason, key=idempotency_key())
    except HosoError as error:
        return _preview(checked, sheet, problem=sentence(error), reason=reason), status_of(error)
    code, _, version = checked.key.partition("@")
    return redirect(url_for("criteria.one", code=code, version=version, da="cong-bo"))


def _checked(sheet: Sheet) -> tuple[dict[str, object], Checked]:
    """The body of a workbook, checked whole. Raises ``WorkbookRefused`` with every fault at its cell."""
    reading = read_criteria_workbook(sheet.content, house().wording)
    try:
        checked = house().definitions.check(actor(), "criteria", reading.body)
    except DefinitionInvalid as error:
        raise WorkbookRefused(reading.place(error.faults)) from None  # type: ignore[arg-type]  # faults of a body
    known = _sets().get(checked.key)
    if known is not None and known.digest != checked.digest:
        place = reading.cells.get("/version", ("", ""))
        facts = {"version": known.version, "next": _next_version(known.code)}
        raise WorkbookRefused([CellFault("criteria.version_taken", *place, facts)])
    return reading.body, checked


def _preview(checked: Checked, sheet: Sheet, *, problem: str = "", reason: str = "") -> str:
    fresh = checked.criteria
    if fresh is None:
        abort(404)
    newest = _newest().get(fresh.code)
    return render_template(
        "criteria/preview.html",
        fresh=fresh,
        newest=newest,
        same=fresh.key in _sets(),
        keep=len(_scored(newest)) if newest is not None else 0,
        older=newest is not None and fresh.version < newest.version,
        changes=changes_of(newest, fresh) if newest is not None else [],
        groups=_groups(fresh),
        source=source,
        name=sheet.name,
        digest=sheet.digest,
        problem=problem,
        reason=reason,
        key=new_key(),
    )


# --- what the pages share -------------------------------------------------------------------------


def _one(found: CriteriaSet, *, problem: str = "", reason: str = "") -> str:
    newest = house().catalogue.newest_criteria(found.code, province_id=actor().province_id)
    with house().engine.reading() as stores:
        confirmed = found.key in stores.books.settings(actor().province_id).confirmed_sheets
    uses = [kind for kind in house().catalogue.kinds() if found.code in kind.criteria.values()]
    return render_template(
        "criteria/one.html",
        criteria=found,
        newest=newest,
        versions=sorted(one.version for one in _sets().values() if one.code == found.code),
        groups=_groups(found),
        subjects=[(kind, subject_words(kind), _worth(found, kind)) for kind in found.subject_kinds],
        uses=uses,
        scored=_scored(found),
        confidence=say(f"criteria.confidence.{found.thresholds.confidence}"),
        sources=[source(one) for one in found.sources],
        source=source,
        confirmed=confirmed,
        may_confirm=_publishes() and found.needs_confirmation and not confirmed,
        publishes=_publishes(),
        said=say(f"criteria.said.{request.args['da']}") if request.args.get("da") in ("cong-bo", "xac-nhan") else "",
        problem=problem,
        reason=reason,
        key=new_key(),
    )


def _scored(found: CriteriaSet) -> tuple[Scored, ...]:
    """The dossiers of the year that is looked at which follow this version."""
    return scored_by(house().database, actor(), found.key, subject_kinds=found.subject_kinds, cycle=cycle())


def _worth(found: CriteriaSet, kind: str) -> dict[str, object]:
    """What a subject of a kind can reach: criteria in number, points in all."""
    own = found.for_subject(kind).criteria
    return {"count": len(own), "points": sum(one.maximum for one in own if one.maximum is not None)}


def _groups(found: CriteriaSet) -> list[tuple[Group, list[tuple[Criterion, str]]]]:
    """Groups with their criteria, each with the kinds of subjects it is for, in words; none: for all."""
    return [(group, [(item, _for_whom(item)) for item in found.in_group(group.code)]) for group in found.groups]


def _for_whom(item: Criterion) -> str:
    return ", ".join(subject_words(kind) for kind in item.applies_to)


def _sets() -> dict[str, CriteriaSet]:
    return house().catalogue.criteria_sets(actor().province_id)


def _newest() -> dict[str, CriteriaSet]:
    """The version in use of every set, by its code."""
    newest: dict[str, CriteriaSet] = {}
    for one in sorted(_sets().values(), key=lambda item: (item.code, item.version)):
        newest[one.code] = one
    return newest


def _next_version(code: str) -> int:
    return max(one.version for one in _sets().values() if one.code == code) + 1


def _found(code: str, version: int) -> CriteriaSet:
    try:
        return house().catalogue.criteria(f"{code}@{version}", province_id=actor().province_id)
    except NotFound:
        abort(404)


def _publishes() -> bool:
    return actor().role is Role.PROVINCE_POLICE


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-store"}
    return Response(content, mimetype=XLSX, headers=headers)
