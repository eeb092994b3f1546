"""What the reader was told: newest first, with what is unread, and marking it as read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, signed_in
from web.context import house
from web.lists.places import dossier_url
from web.words import say
from workflow.domain.errors import NotFound
from workflow.queries.inbox import NoticeItem, inbox, unread_count
from workflow.queries.paging import LIMIT

notices = Blueprint("notices", __name__, url_prefix="/thong-bao")

UNREAD = "chua-doc"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as the page shows it; ``url`` empty where it is about no dossier."""

    position: int
    at: datetime
    text: str
    url: str
    subject: str
    is_unread: bool


@notices.get("/")
@signed_in
def listing() -> str:
    """One page of the reader's notices; ``loc=chua-doc`` shows the unread alone."""
    only_unread = request.args.get("loc") == UNREAD
    after = request.args.get("after") or None
    page = inbox(house().database, actor(), unread=only_unread, after=after)
    calendar = house().calendar()
    return render_template(
        "notices/listing.html",
        lines=[_line(item, house().notice_line(item.code, item.facts, calendar)) for item in page.items],
        newest=max((item.position for item in page.items), default=0),
        unread=unread_count(house().database, actor()),
        only_unread=only_unread,
        after=page.after,
        first=after is None,
        limit=LIMIT,
        done=say("notices.read") if request.args.get("da") == "xong" else "",
    )


@notices.post("/da-doc")
@signed_in
def read() -> Response:
    """Mark one notice as read."""
    try:
        house().inboxes.read(actor(), _position())
    except NotFound:
        abort(404)
    return _back()


@notices.post("/da-doc-het")
@signed_in
def read_all() -> Response:
    """Mark everything up to the newest one that the page showed as read."""
    house().inboxes.read_all(actor(), through=_position())
    return _back()


def _position() -> int:
    typed = request.form.get("so", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
        abort(422)
    return int(typed)


def _back() -> Response:
    only = UNREAD if request.form.get("loc") == UNREAD else None
    return redirect(url_for("notices.listing", da="xong", loc=only))


def _line(item: NoticeItem, text: str) -> NoticeLine:
    url = dossier_url(item.dossier_id) if item.dossier_id is not None else ""
    return NoticeLine(item.position, item.at, text, url, item.subject, item.is_unread)
