"""Where other pages are: a page that does not exist, or is not for the reader, has no address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, url_for

from web.access import access_of, person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflow.queries.filters import Filters

_NAMED = 60
"""So many dossiers of an act are named in its address; more are chosen on its own page."""


def is_open(endpoint: str) -> bool:
    """Whether that page exists and is for the reader."""
    if endpoint not in current_app.view_functions:
        return False
    allowed = access_of(current_app, endpoint)
    who = person()
    return allowed is not None and (not allowed or (who is not None and who.actor.role in allowed))


def place(endpoint: str, **values: Any) -> str:
    """The address of a page; empty when there is none for the reader."""
    return url_for(endpoint, **values) if is_open(endpoint) else ""


def dossier_url(dossier_id: str) -> str:
    """The page of one dossier."""
    return url_for("dossiers.page", dossier_id=dossier_id)


def act_url(trigger: str, dossier_ids: Sequence[str]) -> str:
    """The page of an act on many dossiers, these chosen; empty when the reader has none."""
    return place("acts.begin", trigger=trigger, **{"ho-so": list(dossier_ids[:_NAMED])})


def listing_url(filters: Filters, **more: str) -> str:
    """The list of all dossiers, narrowed."""
    values: dict[str, Any] = {**filters.to_query(), **more}
    return url_for("dossiers_list.listing", **values)
