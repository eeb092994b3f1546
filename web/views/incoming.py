"""Papers as they reached one's office: number and day of arrival beside each, and the book of them all."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import OFFICERS, actor, only
from web.context import house, idempotency_key, new_key, today
from web.dossier.arrival import DAY, NUMBER, typed_arrival
from web.dossier.paper_page import rule_of
from web.dossier.sight import see
from web.downloads import every, table_answer
from web.errors import sentence, status_of
from web.forms.typed import typed_day
from web.words import say
from workflow.domain.errors import HosoError
from workflow.queries.paging import LIMIT, MOST
from workflow.queries.receiving import Arrival, arrivals

Answer = str | AnyResponse | tuple[str, int]

incoming = Blueprint("incoming", __name__, url_prefix="/van-ban-den")


@incoming.get("/")
@only(*OFFICERS)
def register() -> str:
    """The book of arrivals of the reader's office, the newest note first."""
    page = arrivals(house().database, actor(), after=request.args.get("after") or None)
    return render_template(
        "incoming/register.html",
        rows=[(one, _label(one)) for one in page.items],
        after=page.after,
        limit=LIMIT,
        first="after" not in request.args,
    )


@incoming.get("/tai/<ending>")
@only(*OFFICERS)
def download(ending: str) -> Response:
    """The whole book as CSV or XLSX; no cell of it computes."""
    heads = [say(f"incoming.{name}") for name in ("number", "day", "from", "paper", "dossier", "office")]
    found = every(lambda after: arrivals(house().database, actor(), after=after, limit=MOST))
    rows = ((one.number, one.day, one.subject_name, _label(one), one.dossier_number, one.office) for one in found)
    return table_answer(ending, say("incoming.book"), say("incoming.file"), heads, rows)


@incoming.route("/<dossier_id>/<code>/<int:version>", methods=["GET", "POST"])
@only(*OFFICERS)
def note(dossier_id: str, code: str, version: int) -> Answer:
    """Number and day of arrival of one filed paper, as its stamp says."""
    sight = see(dossier_id)
    rule = rule_of(sight, code)
    filed = next((one for one in sight.dossier.versions(code) if one.paper.version == version), None)
    if filed is None:
        abort(404)
    known = house().receiving.of(actor(), dossier_id).get((code, version))
    typed = {
        NUMBER: known.number if known is not None else "",
        DAY: typed_day((known.day if known is not None else today()).isoformat()),
    }
    errors: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        read = typed_arrival()
        typed, errors = read.values, read.errors
        status = 422
        if not errors and read.day is not None:
            try:
                house().receiving.note(
                    actor(), dossier_id, code, version, number=read.number, day=read.day, key=idempotency_key()
                )
                return redirect(url_for("papers.view", dossier_id=dossier_id, code=code, ban=version))
            except HosoError as error:
                errors, status = {NUMBER: [sentence(error)]}, status_of(error)
    page = render_template(
        "incoming/note.html",
        sight=sight,
        rule=rule,
        version=version,
        filed=filed,
        known=known,
        typed=typed,
        errors=errors,
        lines=[{"sentence": words, "target": name} for name, all_of in errors.items() for words in all_of],
        key=new_key(),
    )
    return (page, status) if status != 200 else page


def _label(one: Arrival) -> str:
    """The paper in the kind's words, with its version."""
    rule = house().catalogue.version(one.kind, one.kind_version).attachments.get(one.paper)
    return say("incoming.version", paper=rule.label if rule is not None else one.paper, version=one.version)
