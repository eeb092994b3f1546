"""Papers of an act on many dossiers, printed: drafts to sign before it is recorded, papers and list after it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from web.access import OFFICERS, actor, only
from web.acts.carried import Carried
from web.context import house
from web.views.prints import sent
from workflow.printing.acts import act_draft, act_list, act_paper

act_prints = Blueprint("act_prints", __name__, url_prefix="/viec-chung/in")

MOST = 200
"""Dossiers that one page of an act shows."""


@act_prints.post("/du-thao/<code>.<ending>")
@only(*OFFICERS)
def draft(code: str, ending: str) -> Response:
    """A paper of the act for the dossiers that were chosen, as far as it was typed; nothing is recorded."""
    chosen, typed = request.form.getlist("ho-so"), {}
    if not chosen and request.form.get("carried"):
        try:
            carried = Carried.from_text(request.form["carried"])
        except ValueError:
            abort(400)
        chosen = [one for one in carried.seen if one not in carried.left_out]
        typed = dict(carried.papers[code].document) if code in carried.papers else {}
    if len(chosen) > MOST:
        abort(413)
    return sent(act_draft(house(), actor(), chosen, code, typed), ending)


@act_prints.get("/<act_id>/giay-to/<code>.<ending>")
@only(*OFFICERS)
def paper(act_id: str, code: str, ending: str) -> Response:
    """A shared paper of a recorded act."""
    return sent(act_paper(house(), actor(), act_id, code), ending)


@act_prints.get("/<act_id>/danh-sach.<ending>")
@only(*OFFICERS)
def listing(act_id: str, ending: str) -> Response:
    """The dossiers of a recorded act as a list to send along."""
    return sent(act_list(house(), actor(), act_id), ending)
