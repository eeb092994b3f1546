"""How the reader wants to be told beyond the page: an address of mail, at once or in a digest."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, signed_in
from web.context import house
from web.errors import sentence
from web.words import say
from workflow.domain.errors import InvalidInput
from workflow.domain.telling import Rhythm

contacts = Blueprint("contacts", __name__, url_prefix="/thong-bao/cach-nhan")


@contacts.get("/")
@signed_in
def mine() -> str:
    """The reader's address and rhythm, to be changed."""
    known = house().contacts.of(actor())
    done = say("contacts.kept") if request.args.get("da") == "xong" else ""
    return _form(known.email or "", known.rhythm.value, done=done)


@contacts.post("/")
@signed_in
def keep() -> str | Response | tuple[str, int]:
    """Keep them."""
    email, rhythm = request.form.get("email", ""), request.form.get("nhip", "")
    if rhythm not in set(Rhythm):
        return _form(email, Rhythm.AT_ONCE.value, errors={"nhip": [say("contacts.rhythm_missing")]}), 422
    try:
        house().contacts.set(actor(), email=email, rhythm=Rhythm(rhythm))
    except InvalidInput as error:
        return _form(email, rhythm, errors={"email": [sentence(error)]}), 422
    return redirect(url_for("contacts.mine", da="xong"))


def _form(email: str, rhythm: str, *, errors: dict[str, list[str]] | None = None, done: str = "") -> str:
    found = errors or {}
    return render_template(
        "contacts/mine.html",
        email=email,
        rhythm=rhythm,
        rhythms=[(one.value, house().wording.say(f"rhythm.{one.value}"), "") for one in Rhythm],
        errors=found,
        lines=[{"sentence": words, "target": name} for name, every in found.items() for words in every],
        has_mail=bool(house().settings.smtp_host),
        done=done,
    )
