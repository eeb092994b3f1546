"""Gathers what the books say for one dossier at one instant; only what the moves in question can ask for."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.domain.dossier import Dossier
from workflow.domain.guards import Books
from workflow.domain.kinds import DossierKind, Meaning, Transition
from workflow.domain.scoring import CriteriaSet
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

_RESULTS = frozenset({"ledger_result", "not_standing"})
_OTHERS = frozenset({"only_dossier"})


def gather(
    engine: Engine,
    uow: UnitOfWork,
    kind: DossierKind,
    dossier: Dossier,
    *,
    moves: Iterable[Transition],
    criteria: bool = False,
) -> Books:
    """The books as the guards of ``moves`` need them. ``criteria``: the score sheets' set too."""
    guards = {use.name for move in moves for use in move.guards}
    province, cycle = dossier.province_id, dossier.cycle
    row = uow.books.cycle(province, year_of(engine, kind), cycle)
    settings = uow.books.settings(province)
    return Books(
        calendar=engine.calendar(uow),
        cycle_opened_at=row.opened_at if row else None,
        cycle_closed_at=row.closed_at if row else None,
        deadlines=uow.books.deadlines(province, kind.code, cycle),
        working_days=uow.books.working_days(province, kind.code),
        grants=uow.books.grants(province, kind.code, cycle),
        connected=settings.connected,
        lifted=frozenset(
            code for commune, year, code in settings.lifted if commune == dossier.commune_id and year == cycle
        ),
        results=uow.ledger.facts(dossier.subject_id) if guards & _RESULTS else (),
        others=(
            uow.dossiers.others(
                subject_id=dossier.subject_id,
                kind=kind.code,
                cycle=cycle,
                void=kind.states_meaning(Meaning.VOID),
            )
            if guards & _OTHERS
            else ()
        ),
        criteria=criteria_of(engine, kind, dossier) if criteria else None,
        near_days=settings.near_days,
    )


def year_of(engine: Engine, kind: DossierKind) -> str:
    """The kind whose years this kind lives in: what is owed has the years of the kind that owes it."""
    owing = (
        other.code for other in engine.catalogue.kinds() if other.owes is not None and other.owes.kind == kind.code
    )
    return next(owing, kind.code)


def criteria_of(engine: Engine, kind: DossierKind, dossier: Dossier) -> CriteriaSet | None:
    """The set a dossier is scored by: pinned at its first score sheet, before that the newest for its subject."""
    if dossier.criteria is not None:
        return engine.catalogue.criteria(dossier.criteria, province_id=dossier.province_id)
    code = kind.criteria.get(dossier.subject_kind)
    return engine.catalogue.newest_criteria(code, province_id=dossier.province_id) if code else None
