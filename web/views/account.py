"""One's own account: open sessions, the password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from web.access import actor, person, signed_in
from web.context import house
from web.errors import sentence
from web.lists.places import place
from web.words import say
from workflow.domain.accounts import SECOND_FACTOR_ROLES, SHORTEST_PASSWORD, SHORTEST_WITH_SECOND_FACTOR
from workflow.domain.errors import InvalidInput, NotAllowed
from workflow.services.accounts import digest_of

account = Blueprint("account", __name__, url_prefix="/tai-khoan")


@account.get("/")
@signed_in
def overview() -> str:
    """Open sessions and the form for a new password."""
    return _overview()


@account.post("/ket-thuc-phien")
@signed_in
def end_session() -> Response:
    """End one of one's own sessions."""
    house().accounts.end_session(actor(), request.form.get("session", ""))
    return redirect(url_for("account.overview"))


@account.post("/mat-khau")
@signed_in
def change_password() -> str | Response | tuple[str, int]:
    """Change the password; the other sessions end, and this one too."""
    new = request.form.get("new", "")
    if new != request.form.get("repeat", ""):
        return _overview(problem=say("account.repeat")), 422
    try:
        house().accounts.change_password(actor(), old=request.form.get("old", ""), new=new)
    except (InvalidInput, NotAllowed) as error:
        return _overview(problem=sentence(error)), 422
    session.clear()
    return redirect(url_for("sign_in.form"))


def _overview(*, problem: str = "") -> str:
    who = person()
    this = digest_of(who.session_id) if who is not None else ""
    sessions = [
        {"digest": item.digest, "created": item.created, "last_seen": item.last_seen, "is_this": item.digest == this}
        for item in house().accounts.sessions(actor())
    ]
    second = actor().role in SECOND_FACTOR_ROLES
    return render_template(
        "account/overview.html",
        person=who,
        sessions=sessions,
        problem=problem,
        feed_url=place("feeds.mine"),
        least=SHORTEST_WITH_SECOND_FACTOR if second else SHORTEST_PASSWORD,
    )
