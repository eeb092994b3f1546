"""Papers to sign, send or keep, printed into the official frame as PDF or DOCX, and where each value comes from."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from web.access import actor, signed_in
from web.context import house
from web.dossier.paper_page import rule_of
from web.dossier.sight import see
from workflow.papers.official.model import OfficialPaper
from workflow.printing.filed import draft_paper, filed_paper
from workflow.printing.files import TYPES, paper_file
from workflow.printing.happenings import receipt_paper, return_paper
from workflow.printing.surroundings import Surroundings

prints = Blueprint("prints", __name__, url_prefix="/ho-so/<dossier_id>/in")


@prints.get("/giay-to/<code>.<ending>")
@signed_in
def paper(dossier_id: str, code: str, ending: str) -> Response:
    """A filed version of a paper, the newest unless another is asked for."""
    return sent(filed_paper(_around(dossier_id), code, _version()), ending)


@prints.get("/du-thao/<code>.<ending>")
@signed_in
def draft(dossier_id: str, code: str, ending: str) -> Response:
    """A paper as far as it is written in its draft; gaps show what is missing."""
    around = _around(dossier_id)
    kept = around.look.drafts.get(code)
    return sent(draft_paper(around, code, kept.document if kept is not None else {}), ending)


@prints.get("/giay-tiep-nhan/<int:seq>.<ending>")
@signed_in
def receipt(dossier_id: str, seq: int, ending: str) -> Response:
    """The receipt for what was handed in, with its exact time."""
    return sent(receipt_paper(_around(dossier_id), seq), ending)


@prints.get("/tra-lai/<int:seq>.<ending>")
@signed_in
def returned(dossier_id: str, seq: int, ending: str) -> Response:
    """The notice of a return, with its reasons item by item."""
    return sent(return_paper(_around(dossier_id), seq), ending)


@prints.get("/nguon/<code>")
@signed_in
def origins(dossier_id: str, code: str) -> str:
    """Where each value of a filed paper comes from, and what is missing on the sheet."""
    sight = see(dossier_id)
    printed = filed_paper(_around(dossier_id), code, _version())
    return render_template(
        "prints/origins.html", sight=sight, rule=rule_of(sight, code), printed=printed, version=_version()
    )


def sent(printed: OfficialPaper, ending: str) -> Response:
    """A printed paper as a download."""
    body, name = paper_file(house(), printed, ending)
    return Response(
        body,
        mimetype=TYPES[ending],
        headers={"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-store"},
    )


def _around(dossier_id: str) -> Surroundings:
    return Surroundings.of(house(), actor(), dossier_id)


def _version() -> int | None:
    """The version asked for in the address; None for the newest."""
    asked = request.args.get("ban", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else None
