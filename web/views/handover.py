"""Handing over when somebody moves: what the person leaves, who goes on and from when, then it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, only
from web.context import house, idempotency_key, new_key, today
from web.errors import sentence, status_of
from web.formatting import day
from web.forms.typed import UnreadableError, read_day, read_text, typed_day
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.calendars import ONE_DAY
from workflow.domain.errors import HosoError, NotAllowed, NotFound
from workflow.queries.tree import Holder, branch
from workflow.services.handover import HandoverPreview, Successor

Answer = str | Response | tuple[str, int]

handover = Blueprint("handover", __name__, url_prefix="/nguoi-va-vai/ban-giao/<person_id>")

NEW = "moi"
"""The choice that the successor is not among the people of the office yet."""


@dataclass(slots=True)
class Typed:
    """The form as typed, and what of it could be read."""

    who: str = ""
    person: str = ""
    office: str = ""
    last: str = ""
    reason: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    day: date | None = None

    @property
    def successor(self) -> Successor:
        """Who goes on."""
        return Successor(self.person, self.office) if self.who == NEW else Successor(self.who)

    @property
    def lines(self) -> list[dict[str, str]]:
        """For the error summary."""
        return [{"sentence": words, "target": name} for name, all_of in self.errors.items() for words in all_of]


@handover.get("/")
@only(Role.ADMIN)
def begin(person_id: str) -> Answer:
    """What the person holds and leaves, and the form: who goes on, from when, why."""
    return _form(person_id, Typed(last=typed_day(today().isoformat())))


@handover.post("/")
@only(Role.ADMIN)
def hand_over(person_id: str) -> Answer:
    """First a look at what will be; then it is done."""
    look = house().handovers.preview(actor(), person_id)
    colleagues = _colleagues(look)
    typed = _read(colleagues)
    if typed.errors or typed.day is None:
        return _form(person_id, typed), 422
    if request.form.get("viec") == "sua":
        return _form(person_id, typed)
    if request.form.get("viec") != "ghi":
        return render_template(
            "handover/check.html",
            look=look,
            typed=typed,
            new=NEW,
            office=typed.office if typed.who == NEW else colleagues[typed.who].office,
            first=typed.day + ONE_DAY,
            at_once=typed.day < today(),
            speak=house().wording.speak,
            key=new_key(),
        )
    try:
        house().handovers.hand_over(
            actor(), person_id, typed.successor, last_day=typed.day, reason=typed.reason, key=idempotency_key()
        )
    except HosoError as error:
        if isinstance(error, NotFound | NotAllowed):
            raise
        typed.errors = {"ai": [sentence(error)]}
        return _form(person_id, typed), status_of(error)
    return redirect(
        url_for("people.of", organisation_id=look.posts[0].holding.organisation_id, ban_giao=day(typed.day))
    )


def _form(person_id: str, typed: Typed) -> str:
    look = house().handovers.preview(actor(), person_id)
    people = [(one.person_id, one.office, house().wording.speak(one.role)) for one in _colleagues(look).values()]
    return render_template(
        "handover/begin.html",
        look=look,
        typed=typed,
        choices=[*people, (NEW, say("handover.new"), say("handover.new_hint"))],
        speak=house().wording.speak,
    )


def _colleagues(look: HandoverPreview) -> dict[str, Holder]:
    """The other people of the organisations in which the person holds roles."""
    found: dict[str, Holder] = {}
    for post in look.posts:
        here = branch(house().database, actor(), post.holding.organisation_id, on=today())
        found |= {one.person_id: one for one in here.people if one.valid_to is None or one.valid_to >= today()}
    return {person: one for person, one in found.items() if person != look.person_id}


def _read(colleagues: dict[str, Holder]) -> Typed:
    form = request.form
    typed = Typed(
        who=form.get("ai", ""),
        person=form.get("ma", "").strip(),
        office=form.get("chuc-vu", "").strip(),
        last=form.get("ngay", ""),
        reason=form.get("ly-do", ""),
    )
    if typed.who != NEW and typed.who not in colleagues:
        typed.errors["ai"] = [say("handover.who_missing")]
    if typed.who == NEW and not typed.person:
        typed.errors["ma"] = [say("handover.person_missing")]
    if typed.who == NEW and not typed.office:
        typed.errors["chuc-vu"] = [say("handover.office_missing")]
    try:
        typed.day = date.fromisoformat(read_day(typed.last))
        typed.reason = read_text(typed.reason)
    except UnreadableError as error:
        name = "ngay" if typed.day is None else "ly-do"
        typed.errors[name] = [say(error.code, **error.facts) if typed.last.strip() else say("handover.day_missing")]
    if not typed.reason.strip():
        typed.errors["ly-do"] = [say("handover.reason_missing")]
    return typed
