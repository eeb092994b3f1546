"""Recognised units whose conditions of the year no longer hold: still standing, named, with what was decided."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from web.access import OFFICERS, actor, only
from web.context import cycle, house, now
from web.results.kinds import ledger_kind
from workflow.queries.at_risk import conditions_of, recognised_at_risk

at_risk = Blueprint("at_risk", __name__, url_prefix="/nguy-co")


@at_risk.get("/")
@only(*OFFICERS)
def listing() -> str:
    """Units in standing of which a condition of the year was decided against, then those that have no result yet."""
    kind = ledger_kind()
    units = recognised_at_risk(
        house().database, actor(), kind, cycle=cycle(), commune_id=request.args.get("xa") or None
    )
    return render_template(
        "at_risk/listing.html",
        kind=kind,
        cycle=cycle(),
        conditions=conditions_of(kind),
        risky=[one for one in units if one.is_at_risk],
        unknown=[one for one in units if not one.is_at_risk],
        at=now(),
    )
