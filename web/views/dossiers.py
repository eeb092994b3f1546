"""The dossier itself: its page, the print, how it stood at an instant, its journal, notes, the page after an act."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import OFFICERS, actor, only, signed_in
from web.context import house, idempotency_key, new_key
from web.dossier.choices import next_step, other_acts
from web.dossier.filings import rows_of
from web.dossier.mending import mending_of
from web.dossier.past import at_instant, read_instant
from web.dossier.receipts import receipt_of
from web.dossier.sight import Sight, see
from web.dossier.stages import road_of
from web.dossier.story import handed_over_by, story_of
from web.dossier.summary import findings_of, summary_of
from web.dossier.turns import turn_of
from web.errors import sentence, status_of
from web.rolls.related import related_of
from web.words import say
from workflow.domain import events as ev
from workflow.domain.errors import HosoError, InvalidInput, NotAllowed
from workflow.domain.notes import LONGEST_NOTE
from workflow.services.notes import Means

Answer = str | Response | tuple[str, int]

dossiers = Blueprint("dossiers", __name__, url_prefix="/ho-so")

SHOWN = 8
"""Happenings on the page itself; the journal has them all."""


@dossiers.get("/<dossier_id>")
@signed_in
def page(dossier_id: str) -> str:
    """Whose turn, until when, what is missing; then papers, what happened, notes."""
    sight = see(dossier_id)
    story = story_of(sight)
    notes = house().notes.of(actor(), dossier_id)
    return render_template(
        "dossiers/page.html",
        sight=sight,
        road=road_of(sight),
        turn=turn_of(sight, handed_over_by(sight)),
        step=next_step(sight),
        others=other_acts(sight),
        mending=mending_of(sight),
        papers=rows_of(sight),
        findings=findings_of(sight),
        story=story[:SHOWN],
        happenings=len(story),
        summary=summary_of(sight),
        related=related_of(sight),
        notes=notes,
        reminders=house().notes.reminders(actor(), dossier_id),
        key=new_key(),
        said=say("notes.kept") if "gui" in request.args else "",
    )


@dossiers.get("/<dossier_id>/to-theo-doi")
@signed_in
def sheet(dossier_id: str) -> str:
    """The tracking sheet: everything on one print; internal notes only for officers who ask for them."""
    sight = see(dossier_id)
    internal = sight.keeps_internal and request.args.get("noi-bo") == "co"
    return render_template(
        "dossiers/sheet.html",
        sight=sight,
        road=road_of(sight),
        turn=turn_of(sight, handed_over_by(sight)),
        step=next_step(sight),
        mending=mending_of(sight),
        papers=rows_of(sight),
        findings=findings_of(sight),
        story=story_of(sight),
        summary=summary_of(sight),
        notes=[note for note in house().notes.of(actor(), dossier_id) if internal or not note.internal],
        internal=internal,
    )


@dossiers.get("/<dossier_id>/nhat-ky")
@signed_in
def journal(dossier_id: str) -> str:
    """The whole journal as a story, each entry with its number, office, door and digest."""
    sight = see(dossier_id)
    return render_template("dossiers/journal.html", sight=sight, story=story_of(sight))


@dossiers.get("/<dossier_id>/luc")
@signed_in
def past(dossier_id: str) -> Answer:
    """The dossier as it stood at an instant: rebuilt from the journal alone."""
    sight = see(dossier_id)
    asked = read_instant(request.args, sight.at)
    if asked.at is None:
        return render_template("dossiers/past.html", sight=sight, asked=asked, past=None), 422
    return render_template("dossiers/past.html", sight=sight, asked=asked, past=at_instant(sight, asked.at))


@dossiers.get("/<dossier_id>/da-ghi/<int:seq>")
@signed_in
def done(dossier_id: str, seq: int) -> str:
    """The page after an act, made from the journal: reloading it or sending twice shows the same."""
    sight = see(dossier_id)
    entry = sight.record.entry(seq)
    if entry is None:
        abort(404)
    is_newest = seq == sight.dossier.version
    return render_template(
        "dossiers/done.html",
        sight=sight,
        receipt=receipt_of(sight, entry),
        turn=turn_of(sight, handed_over_by(sight)) if is_newest else None,
        step=next_step(sight) if is_newest else None,
        seq=seq,
        prints_return=isinstance(entry.event, ev.Moved) and bool(entry.event.items),
        prints_receipt=isinstance(entry.event, ev.PaperFiled)
        or (isinstance(entry.event, ev.Moved) and not entry.event.items),
    )


@dossiers.get("/<dossier_id>/trao-doi")
@signed_in
def notes(dossier_id: str) -> str:
    """The whole exchange with the unit and, for officers, what they keep among themselves."""
    return _notes(see(dossier_id))


@dossiers.post("/<dossier_id>/trao-doi")
@signed_in
def write_note(dossier_id: str) -> Answer:
    """Keep a note; what was typed stays on the page when it cannot be kept."""
    text, internal = request.form.get("loi", ""), request.form.get("noi-bo") == "co"
    try:
        house().notes.write(actor(), dossier_id, text, internal=internal, key=idempotency_key())
    except (InvalidInput, NotAllowed) as error:
        return _notes(see(dossier_id), typed=text, internal=internal, problem=sentence(error)), status_of(error)
    return redirect(url_for("dossiers.page", dossier_id=dossier_id, gui="co", _anchor="trao-doi"))


def _notes(sight: Sight, *, typed: str = "", internal: bool = False, problem: str = "") -> str:
    return render_template(
        "dossiers/notes.html",
        sight=sight,
        notes=house().notes.of(actor(), sight.dossier.id),
        reminders=house().notes.reminders(actor(), sight.dossier.id),
        typed=typed,
        internal=internal,
        problem=problem,
        key=new_key(),
        longest=LONGEST_NOTE,
    )


@dossiers.get("/<dossier_id>/nhac")
@only(*OFFICERS)
def reminding(dossier_id: str) -> str:
    """The form to note that the unit was reminded: by a notice of hoso, a call, a visit, a letter."""
    return _reminding(see(dossier_id), paper=request.args.get("giay-to", ""))


@dossiers.post("/<dossier_id>/nhac")
@only(*OFFICERS)
def remind(dossier_id: str) -> Answer:
    """Note a reminder; from the button of a missing condition it is a notice about that paper."""
    paper, text = request.form.get("paper", ""), request.form.get("loi", "")
    means = request.form.get("cach", Means.NOTICE.value)
    try:
        if means not in list(Means):
            raise InvalidInput("invalid_input")
        house().notes.remind(
            actor(), dossier_id, paper=paper or None, means=Means(means), text=text, key=idempotency_key()
        )
    except HosoError as error:
        if not isinstance(error, InvalidInput | NotAllowed):
            raise
        page = _reminding(see(dossier_id), paper=paper, typed=text, means=means, problem=sentence(error))
        return page, status_of(error)
    return redirect(url_for("dossiers.page", dossier_id=dossier_id, gui="co", _anchor="nhac"))


def _reminding(sight: Sight, *, paper: str = "", typed: str = "", means: str = "", problem: str = "") -> str:
    return render_template(
        "dossiers/reminding.html",
        sight=sight,
        paper=paper,
        typed=typed,
        means=means or Means.CALL.value,
        ways=[(one.value, say(f"means.{one.value}"), "") for one in Means],
        papers=[(row.code, row.title) for row in rows_of(sight)],
        problem=problem,
        key=new_key(),
    )
