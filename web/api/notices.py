"""What the owner of the token was told: newest first, only of what it may see now."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel, Field

from web.access import actor, signed_in
from web.api.asked import Paged
from web.api.blueprint import resource
from web.api.door import scoped
from web.api.told import tell
from web.context import house
from workflow.domain.tokens import TokenScope
from workflow.queries.inbox import inbox

notices = resource("notices", "Notices: what one was told.")


class NoticeQuery(Paged):
    """Which notices."""

    unread: bool = Field(default=False, description="Only those that were not read.")


class NoticeOut(BaseModel):
    """A notice; ``text`` says it in Vietnamese."""

    position: int
    at: str
    code: str
    text: str
    dossier_id: str | None
    subject: str
    is_unread: bool


class NoticePage(BaseModel):
    """A page of notices."""

    items: list[NoticeOut]
    after: str | None


@notices.get("/notices", responses={200: NoticePage})
@signed_in
@scoped(TokenScope.READ)
def listing(query: NoticeQuery) -> Response:
    """What the token's owner was told, newest first; looking at it here marks nothing as read."""
    page = inbox(house().database, actor(), unread=query.unread, after=query.after, limit=query.limit)
    calendar = house().calendar()
    rows = [
        {
            "position": item.position,
            "at": item.at,
            "code": item.code,
            "text": house().notice_line(item.code, item.facts, calendar),
            "dossier_id": item.dossier_id,
            "subject": item.subject,
            "is_unread": item.is_unread,
        }
        for item in page.items
    ]
    return tell({"items": rows, "after": page.after})
