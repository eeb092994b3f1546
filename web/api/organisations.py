"""The dated tree of organisations, as far as the reader sees it."""

from __future__ import annotations

from datetime import date

from flask import Response

from web.access import actor, signed_in
from web.api.answered import BranchOut, OrganisationPage
from web.api.asked import OfId, OrganisationQuery
from web.api.blueprint import resource
from web.api.door import scoped
from web.api.told import page_data, tell
from web.context import house, today
from workflow.domain.errors import InvalidInput
from workflow.domain.tokens import TokenScope
from workflow.queries.filters import text as clean
from workflow.queries.tree import branch, in_sight

organisations = resource("organisations", "Communes, offices and units, dated; nobody's name stands here.")


@organisations.get("/organisations", responses={200: OrganisationPage})
@signed_in
@scoped(TokenScope.READ)
def listing(query: OrganisationQuery) -> Response:
    """The organisations that the reader may see, by name."""
    found = in_sight(
        house().database,
        actor(),
        clean("q", {"q": query.q}),
        kind=query.kind,
        on=_day(query.on),
        after=query.after,
        limit=query.limit,
    )
    return tell(page_data(found))


@organisations.get("/organisations/<id>", responses={200: BranchOut})
@signed_in
@scoped(TokenScope.READ)
def one(path: OfId) -> Response:
    """An organisation with what is above and below it, today."""
    found = branch(house().database, actor(), path.id, on=today())
    return tell({name: getattr(found, name) for name in ("node", "above", "below", "successor", "predecessors")})


def _day(text: str | None) -> date:
    if text is None:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("filter_invalid", name="on", value=text) from None
