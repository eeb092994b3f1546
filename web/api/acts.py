"""Acts: one shared paper decides on many dossiers; previewed, recorded all or nothing, read again."""

from __future__ import annotations

from flask import Response

from web.access import OFFICERS, actor, only
from web.api.answered_dossiers import ActOut, ActPreviewOut, ActResultOut
from web.api.asked import ActIn, Keyed, OfId
from web.api.blueprint import PREFIX, resource
from web.api.door import key, keyed, scoped
from web.api.reading import act_of
from web.api.told import preview_data, result_data, tell
from web.context import house
from workflow.domain.tokens import TokenScope
from workflow.queries.act import act as act_view

acts = resource("acts", "Acts: selection, meeting, submission, decision. Preview first, then all or nothing.")


@acts.post("/acts/preview", responses={200: ActPreviewOut})
@only(*OFFICERS)
@scoped(TokenScope.READ)
def preview(body: ActIn) -> Response:
    """Per dossier what would happen now; nothing is kept."""
    return tell(preview_data(house().acts.preview(actor(), act_of(body))))


@acts.post("/acts", responses={201: ActResultOut})
@only(*OFFICERS)
@scoped(TokenScope.MOVE)
@keyed
def record(header: Keyed, body: ActIn) -> Response:
    """Record the act on all its dossiers, or on none; refused naming every dossier that cannot move."""
    del header
    result = house().acts.record(actor(), act_of(body), key=key())
    return tell(result_data(result), 201, place=f"{PREFIX}/acts/{result.act_id}")


@acts.get("/acts/<id>", responses={200: ActOut})
@only(*OFFICERS)
@scoped(TokenScope.READ)
def one(path: OfId) -> Response:
    """A recorded act with those of its dossiers that the reader may see."""
    return tell(act_view(house().database, actor(), path.id))
