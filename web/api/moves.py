"""Steps of one dossier: weighed without keeping anything, made, held, lifted."""

from __future__ import annotations

from flask import Response

from web.access import EVERY_ROLE, OFFICERS, actor, only
from web.api.answered_dossiers import ReceiptOut, ReceiptsOut, Weighed
from web.api.asked import CorrectIn, HoldIn, Matching, MoveIn, OfDossier
from web.api.blueprint import resource
from web.api.door import key, keyed, scoped, seen_version
from web.api.reading import move_of, paper_of, signed_in, signed_of
from web.api.told import receipt_data, tell, weighed_data
from web.context import house
from workflow.domain.actors import Role
from workflow.domain.tokens import TokenScope

MOVERS = tuple(EVERY_ROLE - {Role.ADMIN})

moves = resource("moves", "Steps of one dossier. A step that one paper decides for many is an act.")


@moves.post("/dossiers/<dossier_id>/transitions/preview", responses={200: Weighed})
@only(*MOVERS)
@scoped(TokenScope.READ)
def preview(path: OfDossier, body: MoveIn) -> Response:
    """Everything that stands against this very step now; nothing is kept. Open exactly when making it would succeed."""
    version = house().looks.look(actor(), path.dossier_id).dossier.version
    move = move_of(body, version if body.seen_version is None else body.seen_version)
    weighed = house().dossiers.explain(actor(), path.dossier_id, move)
    return tell({"trigger": body.trigger, **weighed_data(weighed)}, version=version)


@moves.post("/dossiers/<dossier_id>/transitions", responses={200: ReceiptOut})
@only(*MOVERS)
@scoped(TokenScope.MOVE)
@keyed
def perform(path: OfDossier, header: Matching, body: MoveIn) -> Response:
    """Make one step; refused with every unmet condition."""
    del header
    move = move_of(body, seen_version(body.seen_version))
    receipt = house().dossiers.perform(actor(), path.dossier_id, move, key=key())
    return tell(receipt_data(receipt), version=receipt.version)


@moves.post("/dossiers/<dossier_id>/hold", responses={200: ReceiptOut})
@only(*OFFICERS)
@scoped(TokenScope.MOVE)
@keyed
def hold(path: OfDossier, header: Matching, body: HoldIn) -> Response:
    """Put a dossier on hold with its reason."""
    del header
    receipt = house().dossiers.hold(
        actor(),
        path.dossier_id,
        reason=body.reason,
        seen_version=seen_version(body.seen_version),
        signed=signed_of(body.signed),
        key=key(),
    )
    return tell(receipt_data(receipt), version=receipt.version)


@moves.post("/dossiers/<dossier_id>/lift", responses={200: ReceiptOut})
@only(*OFFICERS)
@scoped(TokenScope.MOVE)
@keyed
def lift(path: OfDossier, header: Matching, body: HoldIn) -> Response:
    """Lift a hold with the concluding paper."""
    del header
    receipt = house().dossiers.lift(
        actor(),
        path.dossier_id,
        signed=signed_of(body.signed),
        seen_version=seen_version(body.seen_version),
        reason=body.reason,
        key=key(),
    )
    return tell(receipt_data(receipt), version=receipt.version)


@moves.post("/dossiers/<dossier_id>/corrections", responses={200: ReceiptsOut})
@only(*MOVERS)
@scoped(TokenScope.MOVE)
@keyed
def correct(path: OfDossier, header: Matching, body: CorrectIn) -> Response:
    """Mend the paper of a recorded step in number, date, office, scan or wording, on every dossier of its act."""
    del header
    receipts = house().desk.correct(
        actor(),
        path.dossier_id,
        step_seq=body.step,
        signed=signed_in(body.signed),
        reason=body.reason,
        seen_version=seen_version(body.seen_version),
        paper=paper_of(body.paper) if body.paper is not None else None,
        code=body.code,
        key=key(),
    )
    return tell({"dossiers": [receipt_data(receipt) for receipt in receipts]})
