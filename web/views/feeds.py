"""One's calendar in the calendar of a phone: a private link, made and ended by its owner, read without signing in."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import EVERY_ROLE, actor, only, public
from web.context import house
from web.words import say
from web.years.feed import feed_entries
from workflow.domain.actors import Role
from workflow.domain.calendars import last_day
from workflow.services.feeds import link_digest

feeds = Blueprint("feeds", __name__, url_prefix="/lich-hen")

OWNERS = tuple(EVERY_ROLE - {Role.ADMIN})
PACE = "60/hour"
"""How often one link is read; calendar programs ask once in some hours."""


@feeds.get("/")
@only(*OWNERS)
def mine() -> str:
    """Whether there is a link and until when; how to use one."""
    return _page()


@feeds.post("/lien-ket")
@only(*OWNERS)
def make() -> str:
    """A fresh link, shown on this answer alone; the one before opens nothing any more."""
    return _page(link=url_for("feeds.feed", ma=house().feeds.make(actor()), _external=True))


@feeds.post("/ket-thuc")
@only(*OWNERS)
def end() -> AnyResponse:
    """The link opens nothing any more."""
    house().feeds.end(actor())
    return redirect(url_for("feeds.mine", da="xong"))


@feeds.get("/lich.ics")
@public
def feed() -> Response:
    """The owner's calendar. The secret stands in the query: paths are written to logs when something fails."""
    token = request.args.get("ma", "")
    limiter = current_app.extensions["hoso_guards"].limiter
    with limiter.limit(PACE, key_func=lambda: link_digest(token)):
        reader = house().feeds.reader(token)
    body = house().calendar_file(say("year.ics.feed"), feed_entries(reader))
    return Response(
        body,
        mimetype="text/calendar",
        headers={"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"},
    )


def _page(*, link: str = "") -> str:
    until = house().feeds.until(actor())
    return render_template(
        "feeds/mine.html",
        link=link,
        until=last_day(until) if until is not None else None,
        said=say("year.ics.ended") if request.args.get("da") == "xong" else "",
    )
