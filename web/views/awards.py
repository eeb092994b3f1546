"""Awards of a year: the rounds and quotas of each form, and the explained list of proposals."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, only
from web.awards.shown import allots, kinds_of_awards, proposal_rows
from web.context import cycle, house, idempotency_key, new_key, today
from web.errors import sentence, status_of
from web.words import say
from web.years.whom import name_of
from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Role
from workflow.domain.errors import HosoError
from workflow.services.awards import form_named, forms_of

Answer = str | Response | tuple[str, int]

awards = Blueprint("awards", __name__, url_prefix="/khen-thuong")

READERS = (*sorted(COMMUNE_ROLES), *sorted(PROVINCE_ROLES))
KEEPERS = (Role.COMMUNE_POLICE, Role.PROVINCE_POLICE)
"""Whoever allots a quota; which form is whose the engine says."""


@awards.get("/")
@only(*READERS)
def overview() -> str:
    """Every form of award with its round of the year."""
    year = cycle()
    rows = [(form, _round(form.code, year)) for form in forms_of(house().engine) if not form.ended_on(today())]
    return render_template("awards/overview.html", year=year, rows=rows, kinds=kinds_of_awards())


@awards.get("/<form>")
@only(*READERS)
def one(form: str) -> str:
    """Who is proposed for a form, who is not going on and why; its round and its quotas."""
    return _page(form)


@awards.post("/<form>/mo")
@only(*KEEPERS)
def begin(form: str) -> Answer:
    """Open the year's end round of a form."""
    try:
        house().awards.open(actor(), form=form, cycle=cycle(), key=idempotency_key())
    except HosoError as error:
        return _page(form, problem=sentence(error)), status_of(error)
    return redirect(url_for("awards.one", form=form, da="mo"))


@awards.route("/<form>/dong", methods=["GET", "POST"])
@only(*KEEPERS)
def close(form: str) -> Answer:
    """Close a round: every proposal that this ends is named first."""
    if request.method == "GET":
        return _closing(form)
    if not request.form.get("hieu"):
        return _closing(form, problem=say("cycles.not_ticked")), 422
    try:
        ended = house().awards.close(actor(), form=form, cycle=cycle(), key=idempotency_key())
    except HosoError as error:
        return _closing(form, problem=sentence(error)), status_of(error)
    return redirect(url_for("awards.one", form=form, da="dong", no=ended))


@awards.post("/<form>/chi-tieu")
@only(*KEEPERS)
def allot(form: str) -> Answer:
    """Allot the quota of a form to an organisation."""
    whom, typed = request.form.get("to_chuc", "").strip(), request.form.get("so", "").strip()
    if not whom:
        return _page(form, whom=whom, typed=typed, field="to_chuc", problem=say("awards.whom_missing")), 422
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 6):
        return _page(form, whom=whom, typed=typed, field="so", problem=say("awards.number_wrong")), 422
    try:
        place = house().organisations.named(actor(), whom)
        house().awards.allot(
            actor(), form=form, cycle=cycle(), organisation_id=place.id, number=int(typed), key=idempotency_key()
        )
    except HosoError as error:
        return _page(form, whom=whom, typed=typed, field="to_chuc", problem=sentence(error)), status_of(error)
    return redirect(url_for("awards.one", form=form, da="chi-tieu"))


def _page(form: str, *, whom: str = "", typed: str = "", field: str = "to_chuc", problem: str = "") -> str:
    told = house().award_lists.explained(actor(), form=form, cycle=cycle())
    count = request.args.get("no", "0")
    return render_template(
        "awards/one.html",
        told=told,
        groups=proposal_rows(told),
        round=told.rounds[0] if told.rounds else None,
        allots=allots(told.form) and not told.form.ended_on(today()),
        did=request.args.get("da", ""),
        count=int(count) if count.isascii() and count.isdecimal() and len(count) <= 6 else 0,
        whom=whom,
        typed=typed,
        field=field,
        problem=problem,
        key=new_key(),
    )


def _closing(form: str, *, problem: str = "") -> str:
    found = form_named(house().engine, form)
    ends = house().awards.closing(actor(), form=form, cycle=cycle())
    return render_template(
        "awards/close.html",
        form=found,
        year=cycle(),
        round=_round(form, cycle()),
        ends=[(item, name_of(item.subject_id)) for item in ends],
        problem=problem,
        key=new_key(),
    )


def _round(form: str, year: int) -> object:
    """The round of a form that the reader's commune or province has in a year, or None."""
    found = house().award_lists.rounds(actor(), form=form, cycle=year)
    return found[0] if found else None
