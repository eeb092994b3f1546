"""The quantitative targets of a year as of a day, each with what stands behind its figures."""

from __future__ import annotations

from datetime import date

from flask import Response
from pydantic import BaseModel, Field

from web.access import OFFICERS, actor, only
from web.api.asked import Asked, Code, Cycle
from web.api.blueprint import resource
from web.api.door import scoped
from web.api.told import tell
from web.context import house, today
from web.lists.present import present
from workflow.domain.tokens import TokenScope
from workflow.queries.targets import target_sheet
from workflow.telling.targets import target_data

targets = resource("targets", "The quantitative targets of a year.")


class TargetQuery(Asked):
    """Of which year and commune, as of which day."""

    cycle: Cycle
    on: date | None = Field(None, description="As of this day; without one, today.")
    commune: Code | None = Field(None, description="One commune; without one, all that the reader sees.")


class BehindOut(BaseModel):
    """What is counted: an organisation or a record, with the dossier, result or document it stands in."""

    name: str
    value: int
    dossier: str
    entry: str
    proof: str


class TargetReadingOut(BaseModel):
    """One reading of a target. ``percent`` None: nothing was there to count."""

    numerator: int
    denominator: int
    percent: float | None
    behind: list[BehindOut]


class TargetEventOut(BaseModel):
    """Something that was not to happen, and the dossier that tells it."""

    what: str
    dossier: str = Field(alias="in")


class TargetOut(BaseModel):
    """One target. ``verdict``: met, unmet, not_applicable, told (a number without a threshold).

    ``missing``: who has not told yet.
    """

    code: str
    label: str
    population: str
    share: str | None
    verdict: str
    readings: list[TargetReadingOut]
    lacking: list[BehindOut]
    missing: list[BehindOut]
    events: list[TargetEventOut]
    source: str
    verified: bool


class TargetsOut(BaseModel):
    """All targets of a year."""

    cycle: int
    as_of: str
    commune: str | None
    targets: list[TargetOut]


@targets.get("/targets", responses={200: TargetsOut})
@only(*OFFICERS)
@scoped(TokenScope.READ)
def sheet(query: TargetQuery) -> Response:
    """Every target as of a day: numerator, denominator, met or not, and what stands behind."""
    place, who, on = house(), actor(), query.on or today()
    made = target_sheet(
        place.database,
        who,
        place.reporting.targets(),
        {one.code: one for one in place.catalogue.kinds()},
        place.reporting.kind(province_id=who.province_id, on=on),
        present().moment,
        cycle=query.cycle,
        on=on,
        commune_id=query.commune,
    )
    return tell(target_data(made))
