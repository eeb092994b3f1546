"""Returning a dossier with itemised reasons; on the other side what to mend, item by item, and the way into each."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import OFFICERS, actor, only, signed_in
from web.context import house, idempotency_key, new_key
from web.dossier.choices import next_step
from web.dossier.mending import Mending, items_of, mending_of
from web.dossier.returning import (
    ReadReturn,
    TypedReturn,
    first_form,
    place_groups,
    proposed_day,
    read_form,
    redo_choices,
    typed_form,
)
from web.dossier.sight import Sight, see, seen_version
from web.dossier.steps import Step, step_of
from web.dossier.trouble import Trouble, catching, gone_page, version_for, version_made_before
from workflow.domain.errors import TransitionNotAvailable
from workflow.domain.kinds import Effect
from workflow.services.acts import ActInput, ActItem
from workflow.services.inputs import MoveInput

Answer = str | Response | tuple[str, int]

returns = Blueprint("returns", __name__, url_prefix="/ho-so/<dossier_id>/tra-lai")

SEND = "tra-lai"


@returns.get("/")
@signed_in
def mend(dossier_id: str) -> str:
    """What is to be mended now."""
    sight = see(dossier_id)
    mending = mending_of(sight)
    if mending is None:
        return render_template("returns/none.html", sight=sight)
    return render_template("returns/one.html", sight=sight, mending=mending, step=next_step(sight), is_open=True)


@returns.get("/lan/<int:seq>")
@signed_in
def one(dossier_id: str, seq: int) -> str:
    """One return, answered or not: its items as they were given, and what became of each."""
    sight = see(dossier_id)
    found = next((item for item in sight.dossier.returns if item.seq == seq), None)
    if found is None:
        abort(404)
    newest = sight.dossier.newest_return
    is_open = sight.is_returned and newest is not None and newest.seq == seq
    mending = Mending(seq, sight.name_of(found.role), items_of(sight, found), is_open and sight.is_mine)
    step = next_step(sight) if is_open else None
    return render_template("returns/one.html", sight=sight, mending=mending, step=step, is_open=is_open, opened=found)


@returns.get("/<trigger>")
@only(*OFFICERS)
def begin(dossier_id: str, trigger: str) -> Answer:
    """The form of a return, begun with what the unit still owes; what is missing when it is not possible."""
    sight = see(dossier_id)
    try:
        step = _step(sight, trigger)
    except TransitionNotAvailable:
        return gone_page(sight)
    return _page(sight, step, first_form(sight), Trouble())


@returns.post("/<trigger>")
@only(*OFFICERS)
def make(dossier_id: str, trigger: str) -> Answer:
    """Return the dossier; rows come and go without loss, and whatever is wrong comes back with everything typed."""
    sight = see(dossier_id)
    try:
        step = _step(sight, trigger)
    except TransitionNotAvailable:
        made = version_made_before(dossier_id)
        if made is None:
            return gone_page(sight)
        return _done(dossier_id, made)
    typed, trouble = typed_form(), Trouble()
    if request.form.get("viec") != SEND:
        return _page(sight, step, typed, trouble)
    read = read_form(sight, step, typed, trouble)
    if not trouble.is_there:
        with catching(sight, trouble, place="loi-1"):
            return _done(dossier_id, _return(sight, step, read, typed.reason))
    return _page(sight, step, typed, trouble)


def _return(sight: Sight, step: Step, read: ReadReturn, reason: str) -> int:
    """Make it: by the act of one dossier where the kind makes it an act, else by a single move; the new version."""
    dossier_id, seen = sight.dossier.id, seen_version()
    if step.transition.act:
        act = ActInput(
            trigger=step.trigger,
            items=(ActItem(dossier_id, seen),),
            reason=reason.strip() or None,
            returns=read.items,
            mode=read.mode,
            redo_to=read.redo_to,
            mend_by=read.mend_by,
        )
        return house().acts.record(actor(), act, key=idempotency_key()).receipts[0].version
    move = MoveInput(
        trigger=step.trigger,
        seen_version=seen,
        reason=reason.strip() or None,
        items=read.items,
        mode=read.mode,
        redo_to=read.redo_to,
        mend_by=read.mend_by,
    )
    return house().dossiers.perform(actor(), dossier_id, move, key=idempotency_key()).version


def _step(sight: Sight, trigger: str) -> Step:
    """The return of that trigger. Raises ``TransitionNotAvailable`` for a move that is none."""
    step = step_of(sight, trigger)
    if Effect.OPEN_RETURN not in step.transition.effects:
        abort(404)
    return step


def _page(sight: Sight, step: Step, typed: TypedReturn, trouble: Trouble) -> Answer:
    html = render_template(
        "returns/begin.html",
        sight=sight,
        step=step,
        typed=typed,
        trouble=trouble,
        groups=place_groups(sight, step),
        redo=redo_choices(sight, step),
        proposed=proposed_day(sight),
        key=new_key(),
        version=version_for(sight, trouble),
        send=SEND,
    )
    return (html, trouble.status) if trouble.status != 200 else html


def _done(dossier_id: str, version: int) -> Response:
    return redirect(url_for("dossiers.done", dossier_id=dossier_id, seq=version))
