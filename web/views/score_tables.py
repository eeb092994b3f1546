"""A score sheet filled in as a table: taken along, brought back into the paper's draft, which is then filed as ever."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import actor, signed_in
from web.context import house
from web.dossier.attached import Kept
from web.dossier.desk import open_desk
from web.dossier.filings import may_file
from web.dossier.paper_forms import criteria_of, scored_list
from web.dossier.paper_page import closed_page, option_of, rule_of
from web.dossier.sight import see
from web.downloads import file_answer
from web.errors import sentence, status_of
from web.sheets import MOST_TOLD, Told, is_marked, sent, upload_of_request, waiting
from web.words import say
from workflow.domain.errors import HosoError
from workflow.papers.score_table import read_scores, score_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from web.dossier.desk import Desk
    from web.sheets import Sheet
    from workflow.domain.criteria import Criterion

Answer = str | AnyResponse | tuple[str, int]

score_tables = Blueprint("score_tables", __name__, url_prefix="/ho-so/<dossier_id>/giay-to/<code>/bang")


@score_tables.get("/mau.xlsx")
@signed_in
def template(dossier_id: str, code: str) -> Response:
    """The table of the criteria, holding what the draft or the newest version says."""
    desk = _desk(dossier_id, code)
    rows = _document(desk).get(_list(desk), [])
    body = score_table(desk.rule.label, _criteria(desk), _fields(desk), rows, house().wording)
    return file_answer(body, f"{desk.sight.dossier.number}-{code.replace('_', '-')}.xlsx")


@score_tables.route("", methods=["GET", "POST"])
@signed_in
def fill(dossier_id: str, code: str) -> Answer:
    """The table to take along, and the one that was filled in: it becomes the draft of the paper."""
    desk = _desk(dossier_id, code)
    option = option_of(desk.sight, desk.rule)
    if option is None or not may_file(option):
        return closed_page(desk.sight, desk.rule, option)
    upload = upload_of_request()
    if upload is None:
        return _page(desk, [])
    digest, faults = sent(upload, lambda sheet: _read(desk, sheet))
    if faults:
        return _page(desk, faults), 422
    if not desk.may_draft:
        return _page(desk, [Told(say("sheets.whole"), say("papers.other_draft"))]), 409
    document = {**_document(desk), _list(desk): _read(desk, waiting(digest))}
    try:
        house().dossiers.save_draft(actor(), dossier_id, code, json.dumps(document, ensure_ascii=False).encode())
    except HosoError as error:
        return _page(desk, [Told(say("sheets.whole"), sentence(error))]), status_of(error)
    return redirect(url_for("papers.edit", dossier_id=dossier_id, code=code, luu="co"))


def _page(desk: Desk, faults: Sequence[Told]) -> str:
    return render_template(
        "papers/score_table.html",
        sight=desk.sight,
        rule=desk.rule,
        told=faults[:MOST_TOLD],
        more=max(0, len(faults) - MOST_TOLD),
        marked=bool(faults) and is_marked(),
    )


def _desk(dossier_id: str, code: str) -> Desk:
    """The desk of a scored paper; any other paper has no table."""
    sight = see(dossier_id)
    rule = rule_of(sight, code)
    newest = sight.dossier.newest(rule.code)
    before = house().looks.document(actor(), dossier_id, newest.paper.id) if newest is not None else None
    desk = open_desk(sight, rule, before, kept=Kept())  # the table is no file of the paper
    if not rule.scored or criteria_of(sight) is None or scored_list(desk.form) is None:
        abort(404)
    return desk


def _list(desk: Desk) -> str:
    return scored_list(desk.form) or ""


def _criteria(desk: Desk) -> Sequence[Criterion]:
    found = criteria_of(desk.sight)
    return found.criteria if found is not None else ()


def _fields(desk: Desk) -> frozenset[str]:
    """What a row of the paper holds."""
    rows = house().schemas.plain(desk.rule.schema_id)["properties"][_list(desk)]
    return frozenset(rows["items"]["properties"])


def _document(desk: Desk) -> Mapping[str, Any]:
    """What the paper says so far: the reader's own draft, else where it begins."""
    return desk.draft.document if desk.draft is not None and desk.may_draft else desk.base


def _read(desk: Desk, sheet: Sheet) -> list[dict[str, Any]]:
    before = _document(desk).get(_list(desk), [])
    return read_scores(sheet.content, sheet.name, _criteria(desk), _fields(desk), before, house().wording)
