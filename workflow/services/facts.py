"""Gathers what the books say for one dossier at one instant; only what the moves in question can ask for."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.domain.awards import AwardRound
from workflow.domain.calendars import local_day
from workflow.domain.dossier import Dossier
from workflow.domain.guards import Books
from workflow.domain.kinds import DossierKind, Meaning, Transition
from workflow.domain.obligations import with_own_date
from workflow.domain.scoring import CriteriaSet
from workflow.services.award_facts import award_facts
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

_RESULTS = frozenset({"conditions_met", "ledger_result", "not_standing"})
_OTHERS = frozenset({"only_dossier"})
_UNITS = frozenset({"units_recognised", "units_registered"})
_SUBJECT = frozenset({"in_scope", "ledger_result", "managed_at"})
_CRITERIA = frozenset({"all_met", "class_reached", "thresholds_confirmed"})


def gather(
    engine: Engine,
    uow: UnitOfWork,
    kind: DossierKind,
    dossier: Dossier,
    *,
    moves: Iterable[Transition],
    criteria: bool = False,
    award_round: AwardRound | None = None,
    beside: frozenset[str] = frozenset(),
) -> Books:
    """The books as the guards of ``moves`` need them. ``criteria``: the score sheets' set too.

    ``award_round``: that of an award whose round is not kept yet; ``beside``: the dossiers that one act moves.
    """
    guards = {use.name for move in moves for use in move.guards if use.applies.to(own=dossier.own)}
    province, cycle = dossier.province_id, dossier.cycle
    award = award_facts(engine, uow, kind, dossier, guards=guards, award_round=award_round, beside=beside)
    row = award.award_round if kind.awards is not None else uow.books.cycle(province, year_of(engine, kind), cycle)
    settings = uow.books.settings(province)
    by_subject = guards & _SUBJECT or kind.obliges or any(rule.instead for rule in kind.deadlines.values())
    subject = uow.organisations.get(dossier.subject_id) if by_subject else None
    level = subject.managing_level if subject is not None else ""
    calendar = engine.calendar(uow)
    return Books(
        calendar=calendar,
        cycle_opened_at=row.opened_at if row else None,
        cycle_closed_at=row.closed_at if row else None,
        deadlines=with_own_date(kind, dossier, uow.books.deadlines(province, kind.code, cycle), level, calendar),
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
                origin_id=dossier.origin_id,
            )
            if guards & _OTHERS
            else ()
        ),
        criteria=criteria_of(engine, kind, dossier) if criteria or guards & _CRITERIA else None,
        near_days=settings.near_days,
        managing_level=level,
        attributes=subject.attributes if subject is not None else {},
        units=(
            uow.units.of_commune(kind, commune_id=dossier.commune_id, cycle=cycle, on=local_day(engine.clock.now()))
            if guards & _UNITS
            else ()
        ),
        instead={
            code: rule.code_for(dossier.subject_kind, level) for code, rule in kind.deadlines.items() if rule.instead
        },
        confirmed_sheets=settings.confirmed_sheets,
        award_round=award.award_round,
        unit_results=award.unit_results,
        awards=award.awards,
        quotas=award.quotas,
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
        whole = engine.catalogue.criteria(dossier.criteria, province_id=dossier.province_id)
        return whole.for_subject(dossier.subject_kind)
    code = kind.criteria.get(dossier.subject_kind)
    if code is None:
        return None
    newest = engine.catalogue.newest_criteria(code, province_id=dossier.province_id)
    return newest.for_subject(dossier.subject_kind)
