"""The rolls: every kind that keeps one, its dossiers with the values of their columns, counted and summed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from pydantic import BaseModel, Field

from web.access import EVERY_ROLE, actor, only
from web.api.asked import Code, Cycle, OfKind, Paged
from web.api.blueprint import resource
from web.api.door import scoped
from web.api.told import tell
from web.context import house, today
from workflow.domain.actors import Role
from workflow.domain.errors import NotFound
from workflow.domain.tokens import TokenScope
from workflow.queries.filters import text as clean
from workflow.queries.rolls import RollFilters, roll_page, roll_totals

if TYPE_CHECKING:
    from workflow.domain.kinds import DossierKind

READERS = tuple(EVERY_ROLE - {Role.ADMIN})

rolls = resource("rolls", "Rolls: what is listed of the papers of a kind, counted and summed.")


class RollQuery(Paged):
    """What a roll is narrowed to."""

    cycle: Cycle | None = Field(None, description="Every year without one.")
    commune: Code | None = None
    state: Code | None = None
    q: str = Field("", max_length=100)


class ColumnOut(BaseModel):
    """A column of a roll."""

    code: str
    label: str
    paper: str
    field: str
    holds: str


class RollBrief(BaseModel):
    """A kind that keeps a roll."""

    kind: str
    label: str
    columns: list[ColumnOut]


class RollList(BaseModel):
    """The kinds that keep a roll."""

    items: list[RollBrief]


class RollRow(BaseModel):
    """A dossier of a roll; ``values``: the texts under each column, several where papers are kept many times."""

    id: str
    number: str
    kind_version: int
    cycle: int
    subject_id: str
    subject_name: str
    commune_id: str
    commune_name: str
    state: str
    meaning: str
    values: dict[str, list[str]]


class CountOut(BaseModel):
    """How many dossiers say this under a column, with the sums of the roll's numbers over them."""

    value: str
    dossiers: int
    sums: dict[str, int]


class RollPage(BaseModel):
    """A page of a roll, with the totals of everything under its filters."""

    items: list[RollRow]
    after: str | None
    dossiers: int
    sums: dict[str, int]
    tallies: dict[str, list[CountOut]]


@rolls.get("/rolls", responses={200: RollList})
@only(*READERS)
@scoped(TokenScope.READ)
def listing() -> Response:
    """The kinds that keep a roll, with its columns."""
    return tell({"items": [_brief(kind) for kind in _kinds()]})


@rolls.get("/rolls/<code>", responses={200: RollPage})
@only(*READERS)
@scoped(TokenScope.READ)
def one(path: OfKind, query: RollQuery) -> Response:
    """The dossiers of a roll, the newest number first, and the totals of all of them."""
    kind = next((kind for kind in _kinds() if kind.code == path.code), None)
    if kind is None:
        raise NotFound
    text = clean("q", {"q": query.q})
    filters = RollFilters(cycle=query.cycle, commune=query.commune, state=query.state, text=text)
    page = roll_page(house().database, actor(), kind, filters, after=query.after, limit=query.limit)
    whole = roll_totals(house().database, actor(), kind, filters)
    totals = {"dossiers": whole.dossiers, "sums": whole.sums, "tallies": whole.tallies}
    return tell({"items": page.items, "after": page.after, **totals})


def _kinds() -> list[DossierKind]:
    every = house().catalogue.kinds()
    found = [house().catalogue.newest(kind.code, province_id=actor().province_id, on=today()) for kind in every]
    return [kind for kind in found if kind.roll is not None]


def _brief(kind: DossierKind) -> dict[str, object]:
    columns = kind.roll.columns if kind.roll is not None else ()
    return {
        "kind": kind.code,
        "label": kind.roll.label if kind.roll is not None else kind.label,
        "columns": [
            {name: getattr(column, name) for name in ("code", "label", "paper", "field", "holds")} for column in columns
        ],
    }
