"""What was handed in for one obligation, put together: the sum of its parts, each missing part named, none as zero.

Figures typed in papers are added up as the papers say them; results (TT 124, QD 510, recognitions) come from the
ledger and are typed nowhere (law.md, "Kind bao_cao").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Actor
from workflow.domain.errors import NotAllowed, NotFound
from workflow.domain.kinds import DossierKind
from workflow.domain.obligation_rules import FigureName, Obligation
from workflow.queries.coverage import Coverage, coverage
from workflow.queries.moment import Moment
from workflow.queries.obligations import ObligationLine, lines_in, obliges_of
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, among
from workflow.storage.tables import PAPER

_BODIES = Statement(select(PAPER.c.id, PAPER.c.body).where(among(PAPER.c.id, "papers")))


@dataclass(frozen=True, slots=True)
class Part:
    """One figure as one report says it; ``proof``: the paper behind it, where the report names one."""

    line: ObligationLine
    value: int
    proof: str = ""


@dataclass(frozen=True, slots=True)
class FigureSum:
    """A figure added up over the reports that carry it."""

    figure: FigureName
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """The sum of the parts."""
        return sum(part.value for part in self.parts)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something a report names with its day."""

    line: ObligationLine
    on: date
    what: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The results of one kind as the ledger has them: units, how many joined, how many hold which result."""

    kind: DossierKind
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Consolidated:
    """One obligation put together for a commune (its own report included), or for the province.

    ``lines``: everybody who owes it there; ``missing``: who has not handed it in; ``figures``: only those that some
    report carries, each with its parts; ``drawn`` from the ledger as of ``as_of``.
    """

    obligation: Obligation
    cycle: int
    commune_id: str | None
    as_of: date
    lines: tuple[ObligationLine, ...]
    figures: tuple[FigureSum, ...]
    happenings: tuple[Happening, ...]
    drawn: tuple[Drawn, ...]

    @property
    def missing(self) -> tuple[ObligationLine, ...]:
        """Those who should have handed it in and have not."""
        return tuple(line for line in self.lines if line.is_missing)

    @property
    def handed_in(self) -> tuple[ObligationLine, ...]:
        """Those whose report is in."""
        return tuple(line for line in self.lines if line.paper_id is not None)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def consolidated(
    db: Database,
    actor: Actor,
    kind: DossierKind,
    moment: Moment,
    figures: Sequence[FigureName],
    kinds: Mapping[str, DossierKind],
    *,
    code: str,
    cycle: int,
    on: date,
    commune_id: str | None = None,
) -> Consolidated:
    """One obligation of a cycle put together. A commune sees its own, the province one commune or all of them.

    ``kinds``: those of the catalogue by code, for what is drawn from the ledger. Raises ``NotAllowed``
    (``report_reader``), ``NotFound`` (``obligation_not_found``, ``organisation_not_found``).
    """
    place = _place(actor, commune_id)
    obliges = obliges_of(kind, code)
    with db.snapshot() as connection:
        lines = lines_in(connection, actor, kind, obliges, moment, cycle=cycle, code=code, commune_id=place)
        if place is not None:
            lines = tuple(line for line in lines if line.to_commune or line.own)
        bodies = documents_of(connection, lines)
    obligation = next(one for one in obliges.each if one.code == code)
    return Consolidated(
        obligation=obligation,
        cycle=cycle,
        commune_id=place,
        as_of=on,
        lines=tuple(line for line in lines if line.is_missing or line.paper_id is not None),
        figures=tuple(made for name in figures if (made := _sum(name, lines, bodies, obliges.proof)).parts),
        happenings=happenings_of(lines, bodies, obliges.happenings),
        drawn=tuple(
            Drawn(kinds[drawn], coverage(db, actor, kinds[drawn], cycle=cycle, on=on, commune_id=place).whole)
            for drawn in obligation.draws
            if drawn in kinds
        ),
    )


def _place(actor: Actor, commune_id: str | None) -> str | None:
    if actor.role in COMMUNE_ROLES:
        if commune_id not in {None, actor.commune_id}:
            raise NotFound("organisation_not_found")
        return actor.commune_id or ""
    if actor.role in PROVINCE_ROLES:
        return commune_id
    raise NotAllowed("report_reader", role=actor.role)


def documents_of(connection: SqlConnection, lines: Sequence[ObligationLine]) -> dict[str, dict[str, object]]:
    """What was handed in, by the id of the paper."""
    papers = [line.paper_id for line in lines if line.paper_id is not None]
    rows = connection.all(_BODIES, papers=papers) if papers else []
    return {paper: codec.object_from(codec.unpack(body)) for paper, body in rows}


def _sum(
    name: FigureName, lines: Sequence[ObligationLine], bodies: Mapping[str, Mapping[str, object]], field: str
) -> FigureSum:
    parts = []
    for line in lines:
        document = bodies.get(line.paper_id or "", {})
        value = document.get(name.code)
        if isinstance(value, int) and not isinstance(value, bool):
            parts.append(Part(line, value, proof_of(document, field)))
    return FigureSum(name, tuple(parts))


def proof_of(document: Mapping[str, object], field: str) -> str:
    """The number of the paper behind the figures of a report; empty without one."""
    paper = document.get(field)
    return str(paper.get("number", "")) if isinstance(paper, Mapping) else ""


def happenings_of(
    lines: Sequence[ObligationLine], bodies: Mapping[str, Mapping[str, object]], field: str
) -> tuple[Happening, ...]:
    """What the reports name as having happened, by day."""
    told = ((line, bodies.get(line.paper_id or "", {}).get(field)) for line in lines)
    found = [
        Happening(line, date.fromisoformat(str(row["date"])), str(row["what"]))
        for line, rows in told
        for row in (rows if isinstance(rows, list) else ())
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.line.subject)))
