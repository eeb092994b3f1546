"""How the units of communes stand in a kind and cycle: registered, recognised, by result; the kind's shares with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.errors import NotAllowed
from workflow.domain.guards.attempt import UnitFact
from workflow.domain.kinds import DossierKind
from workflow.domain.shares import ShareFigure, share_figure
from workflow.queries.communes import Commune, communes_of
from workflow.storage.database import Database
from workflow.storage.units import units_of


@dataclass(frozen=True, slots=True)
class Coverage:
    """Units of one place, of one kind of subject or of all (``subject_kind`` empty), as they stand.

    ``results``: how many hold which result, by code, in the kind's order; ``units`` lists them by name.
    """

    units: tuple[UnitFact, ...]
    shares: tuple[ShareFigure, ...]
    results: tuple[tuple[str, int], ...]
    subject_kind: str = ""

    @property
    def joined(self) -> int:
        """How many registered."""
        return sum(unit.registered for unit in self.units)


@dataclass(frozen=True, slots=True)
class CommuneCoverage:
    """A commune with its units, all together and by kind of subject."""

    commune: Commune
    whole: Coverage
    by_subject: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The communes an actor sees, and all their units together, as of a day."""

    kind: str
    cycle: int
    as_of: date
    communes: tuple[CommuneCoverage, ...]
    whole: Coverage


def coverage(
    db: Database, actor: Actor, kind: DossierKind, *, cycle: int, on: date, commune_id: str | None = None
) -> CoverageReport:
    """Where the units of the actor's communes stand. A commune sees itself, the province all of its communes.

    Raises ``NotAllowed`` for a unit or an administrator.
    """
    if actor.role is not Role.PROVINCE_POLICE and actor.role not in {*COMMUNE_ROLES, Role.PROVINCE_COMMITTEE}:
        raise NotAllowed("coverage_role", role=actor.role)
    own = actor.commune_id if actor.role in COMMUNE_ROLES else commune_id
    with db.read() as connection:
        places = communes_of(connection, actor.province_id, on=on)
        seen = tuple(place for place in places if own is None or place.id == own)
        units = {place.id: units_of(connection, kind, commune_id=place.id, cycle=cycle, on=on) for place in seen}
    found = tuple(
        CommuneCoverage(place, _of(kind, units[place.id]), _by_subject(kind, units[place.id])) for place in seen
    )
    every = tuple(unit for place in seen for unit in units[place.id])
    return CoverageReport(kind.code, cycle, on, found, _of(kind, every))


def _by_subject(kind: DossierKind, units: tuple[UnitFact, ...]) -> tuple[Coverage, ...]:
    there = {unit.kind for unit in units}
    return tuple(
        _of(kind, tuple(unit for unit in units if unit.kind == code), code)
        for code in kind.subject_kinds
        if code in there
    )


def _of(kind: DossierKind, units: tuple[UnitFact, ...], subject_kind: str = "") -> Coverage:
    counted = Counter(unit.result for unit in units if unit.result)
    codes = [code for code, _ in kind.ledger.every()] if kind.ledger is not None else []
    return Coverage(
        units=units,
        shares=tuple(share_figure(rule, units) for rule in kind.shares),
        results=tuple((code, counted[code]) for code in codes),
        subject_kind=subject_kind,
    )
