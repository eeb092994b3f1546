"""What organisations owe in a year: who owes what until when, what came, who is missing; nothing missing is a zero."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from flask import Response
from pydantic import BaseModel, Field

from web.access import OFFICERS, actor, only
from web.api.asked import Code, YearQuery
from web.api.blueprint import resource
from web.api.door import scoped
from web.api.told import tell
from web.context import house, today
from web.lists.present import present
from workflow.domain.errors import NotFound
from workflow.domain.tokens import TokenScope
from workflow.queries.obligations import obligation_lines, sums

if TYPE_CHECKING:
    from workflow.queries.obligations import ObligationLine, ObligationSum

obligations = resource("obligations", "What organisations owe in a year.")


class ObligationQuery(YearQuery):
    """Of which kind and year; narrowed to one obligation, one commune."""

    code: Code | None = Field(None, description="One obligation.")
    commune: Code | None = None


class ObligationOut(BaseModel):
    """One obligation of one organisation. ``standing``: missing, handed_in, let_go."""

    dossier_id: str
    number: str
    subject_id: str
    subject: str
    commune_id: str
    code: str
    label: str
    state: str
    standing: str
    due: str | None
    lateness: str
    late: bool
    filed_at: str | None


class ObligationSumOut(BaseModel):
    """An obligation added up."""

    code: str
    label: str
    owed: int
    handed_in: int
    late: int
    missing: int
    overdue: int


class ObligationsOut(BaseModel):
    """What is owed; missing ones first."""

    items: list[ObligationOut]
    sums: list[ObligationSumOut]


@obligations.get("/obligations", responses={200: ObligationsOut})
@only(*OFFICERS)
@scoped(TokenScope.READ)
def listing(query: ObligationQuery) -> Response:
    """Every obligation of the year within sight, and how many are missing."""
    if query.kind not in {kind.code for kind in house().catalogue.kinds()}:
        raise NotFound
    kind = house().catalogue.newest(query.kind, province_id=actor().province_id, on=today())
    lines = obligation_lines(
        house().database,
        actor(),
        kind,
        present().moment,
        cycle=query.cycle,
        code=query.code,
        commune_id=query.commune,
    )
    return tell({"items": [_line(one) for one in lines], "sums": [_sum(one) for one in sums(kind, lines)]})


def _line(one: ObligationLine) -> dict[str, object]:
    names = ("dossier_id", "number", "subject_id", "subject", "commune_id", "state", "standing", "due", "lateness")
    return {
        **{name: getattr(one, name) for name in (*names, "late", "filed_at")},
        "code": one.obligation.code,
        "label": one.obligation.label,
    }


def _sum(one: ObligationSum) -> dict[str, object]:
    counts = {count.name: getattr(one, count.name) for count in fields(one) if count.name != "obligation"}
    return {"code": one.obligation.code, "label": one.obligation.label, **counts}
