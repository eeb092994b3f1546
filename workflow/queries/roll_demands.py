"""What a roll's kind asks for in a year: who has not done it yet, by name; and what runs out soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import bindparam, or_, select

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.rolls import Demand, runs_out
from workflow.queries.rolls import RollFilters, RollLine, whole_roll
from workflow.queries.scope import me, only_role
from workflow.storage.codec import day_text
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, among
from workflow.storage.tables import ORGANISATION

_O = ORGANISATION.c


@dataclass(frozen=True, slots=True)
class Lacking:
    """A unit or a dossier that does not meet a demand; ``missing``: the parts, in words of the kind."""

    name: str
    missing: tuple[str, ...]
    dossier_id: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class DemandFigure:
    """A demand in a year: of how many, and who lacks it. An empty ``of`` means that it does not apply."""

    demand: Demand
    of: int
    lacking: tuple[Lacking, ...]

    @property
    def met(self) -> int:
        """How many meet it."""
        return self.of - len(self.lacking)


@dataclass(frozen=True, slots=True)
class Expiring:
    """A dossier in force whose date has passed or comes soon."""

    line: RollLine
    until: date


def demand_figures(db: Database, actor: Actor, kind: DossierKind, *, cycle: int) -> tuple[DemandFigure, ...]:
    """Every demand of the kind's roll in a year, for the units and dossiers within the actor's sight."""
    if kind.roll is None or not kind.roll.demands:
        return ()
    lines = [line for line in whole_roll(db, actor, kind, RollFilters()) if _counts(line)]
    with db.read() as connection:
        return tuple(
            _of_dossiers(demand, lines, cycle)
            if demand.per_dossier
            else _of_units(connection, actor, demand, lines, cycle)
            for demand in kind.roll.demands
        )


def expiring(db: Database, actor: Actor, kind: DossierKind, *, today: date) -> tuple[Expiring, ...]:
    """Dossiers that stand open and whose date is passed or near, the soonest first."""
    column = kind.roll.expiring if kind.roll is not None else None
    if column is None or column.expires is None:
        return ()
    found = [
        Expiring(line, date.fromisoformat(until))
        for line in whole_roll(db, actor, kind, RollFilters())
        if line.meaning == Meaning.OPEN and (until := line.one(column.code)) and runs_out(until, today, column.expires)
    ]
    return tuple(sorted(found, key=lambda one: (one.until, one.line.number)))


def _counts(line: RollLine) -> bool:
    return line.meaning not in (Meaning.DRAFT, Meaning.VOID)


def _of_dossiers(demand: Demand, lines: list[RollLine], cycle: int) -> DemandFigure:
    asked = [
        line
        for line in lines
        if line.meaning == Meaning.OPEN
        and (demand.where is None or line.one(demand.where.column) in demand.where.any_of)
    ]
    lacking = tuple(
        Lacking(line.title or line.subject_name, (demand.label,), line.id, line.number)
        for line in asked
        if len(_in_year(line, (demand.per_dossier,), cycle)) < demand.least
    )
    return DemandFigure(demand, len(asked), lacking)


def _of_units(
    connection: SqlConnection, actor: Actor, demand: Demand, lines: list[RollLine], cycle: int
) -> DemandFigure:
    mine: Mapping[str, list[RollLine]] = defaultdict(list)
    for line in lines:
        mine[line.subject_id].append(line)
    units = connection.all(
        _units(only_role(actor)),
        **me(actor),
        kinds=list(demand.subject_kinds),
        begin=day_text(date(cycle, 1, 1)),
        end=day_text(date(cycle, 12, 31)),
    )
    lacking = []
    for unit_id, name in units:
        own = mine.get(unit_id, [])
        earlier = any(line.cycle < cycle for line in own)
        missing = tuple(
            part.label
            for part in demand.parts
            if (earlier or not part.earlier) and not any(_in_year(line, part.columns, cycle) for line in own)
        )
        if missing:
            lacking.append(Lacking(name, missing))
    return DemandFigure(demand, len(units), tuple(lacking))


def _in_year(line: RollLine, columns: tuple[str, ...], cycle: int) -> list[str]:
    return [text for column in columns for text in line.values.get(column, ()) if text.startswith(f"{cycle}-")]


@lru_cache(maxsize=16)
def _units(actor: Actor) -> Statement:
    """Units of some kinds within the actor's jurisdiction that existed in a year, by name."""
    place = _O.province_id == bindparam("me_province")
    if actor.role is Role.UNIT:
        place = _O.id == bindparam("me_unit")
    elif actor.role in COMMUNE_ROLES:
        place = or_(_O.commune_id == bindparam("me_commune"), _O.id == bindparam("me_commune"))
    return Statement(
        select(_O.id, _O.name)
        .where(
            place,
            _O.province_id == bindparam("me_province"),
            among(_O.kind, "kinds"),
            or_(_O.valid_from.is_(None), _O.valid_from <= bindparam("end")),
            or_(_O.valid_to.is_(None), _O.valid_to >= bindparam("begin")),
        )
        .order_by(_O.name_folded, _O.id)
    )
