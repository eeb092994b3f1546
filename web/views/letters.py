"""Letters that no mail server took: whose, since when, why; to be tried again. What stands in them is not shown."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, only
from web.context import house, now
from web.words import say
from workflow.domain.actors import Role
from workflow.queries.letters import SHOWN, stuck_since, troubles

letters = Blueprint("letters", __name__, url_prefix="/thong-bao/chua-gui")


@letters.get("/")
@only(Role.ADMIN)
def unsent() -> str:
    """The letters in trouble, those that are not tried again by themselves first."""
    tried = request.args.get("lai", "")
    done = say("letters.again", count=int(tried)) if tried.isascii() and tried.isdigit() and len(tried) < 5 else ""
    return render_template(
        "letters/unsent.html",
        rows=[(one, house().wording.say(f"post.problem.{one.problem}")) for one in troubles(house().database, actor())],
        most=SHOWN,
        has_mail=bool(house().settings.smtp_host),
        stuck=stuck_since(house().database, actor(), now()),
        done=done,
    )


@letters.post("/")
@only(Role.ADMIN)
def again() -> Response:
    """Try the letters that the page showed once more, with the next round."""
    count = house().post.retry(actor(), request.form.getlist("thu")[:SHOWN])
    return redirect(url_for("letters.unsent", lai=count))
