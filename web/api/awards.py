"""Proposals for awards: who is on the list of a form, who is not and why, ties, quotas, shares. It only shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from pydantic import BaseModel

from web.access import OFFICERS, actor, only
from web.api.answered import Named, RefusalOut
from web.api.asked import Asked, Code, Cycle
from web.api.blueprint import resource
from web.api.door import scoped
from web.api.problems import refusals_data
from web.api.told import tell
from web.context import house
from workflow.domain.tokens import TokenScope

if TYPE_CHECKING:
    from workflow.services.award_lists import Proposal

awards = resource("awards", "Proposals for awards, explained.")


class ProposalQuery(Asked):
    """A form of award and a year."""

    form: Code
    cycle: Cycle


class ProposalOut(BaseModel):
    """A proposal. ``place``: listed, ready, waiting or out; ``against``: what the conditions that do not hold say."""

    dossier: str
    number: str
    kind: str
    name: str
    unit: str
    state: str
    place: str
    special: bool
    votes: int | None
    tied: bool
    preferences: list[str]
    against: list[RefusalOut]


class QuotaOut(BaseModel):
    """A quota: how much of it is used, how many more proposals are ready to be handed in."""

    organisation_id: str
    name: str
    number: int
    used: int
    ready: int


class ProposalsOut(BaseModel):
    """Everything proposed for a form in a year."""

    form: Named
    cycle: int
    proposals: list[ProposalOut]
    quotas: list[QuotaOut]


@awards.get("/awards/proposals", responses={200: ProposalsOut})
@only(*OFFICERS)
@scoped(TokenScope.READ)
def proposals(query: ProposalQuery) -> Response:
    """Who is proposed for a form in a year; preference is shown and decides nothing."""
    found = house().award_lists.explained(actor(), form=query.form, cycle=query.cycle)
    return tell(
        {
            "form": {"code": found.form.code, "label": found.form.label},
            "cycle": found.cycle,
            "proposals": [_proposal(one) for one in found.proposals],
            "quotas": found.quotas,
        }
    )


def _proposal(one: Proposal) -> dict[str, object]:
    names = ("number", "kind", "name", "unit", "state", "place", "special", "votes", "tied", "preferences")
    return {
        "dossier": one.dossier_id,
        **{name: getattr(one, name) for name in names},
        "against": refusals_data(one.against),
    }
