"""What the books say for a proposal of an award: its round, its unit's results, other awards of the year, quotas."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from workflow.domain.award_lists import on_the_list, quota_facts
from workflow.domain.award_table import achievement_of
from workflow.domain.awards import AwardFact, AwardRound, Candidate, QuotaFact
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound
from workflow.domain.guards import LedgerFact
from workflow.domain.kinds import DossierKind
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

_EARLIER = frozenset({"no_award_this_year", "not_rewarded"})


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """See ``domain.guards.attempt.Books``."""

    award_round: AwardRound | None = None
    unit_results: tuple[LedgerFact, ...] = ()
    awards: tuple[AwardFact, ...] = ()
    quotas: tuple[QuotaFact, ...] = ()


def award_facts(
    engine: Engine,
    uow: UnitOfWork,
    kind: DossierKind,
    dossier: Dossier,
    *,
    guards: Collection[str],
    award_round: AwardRound | None = None,
    beside: frozenset[str] = frozenset(),
) -> AwardFacts:
    """What these guards can ask for. ``award_round``: one that is not kept yet.

    ``beside``: the dossiers of the same act.
    """
    rules = kind.awards
    if rules is None:
        return AwardFacts()
    if award_round is None and dossier.origin_id:
        award_round = _round_of(uow, dossier.origin_id)
    by_unit = any(row.result is not None and row.result.of == "unit" for row in rules.conditions)
    parent = uow.organisations.get(dossier.subject_id).parent_id
    quota = award_round is not None and "within_quota" in guards and not award_round.special
    return AwardFacts(
        award_round=award_round,
        unit_results=uow.ledger.facts(parent) if parent and by_unit and "conditions_met" in guards else (),
        awards=earlier_awards(engine, uow, dossier) if _EARLIER & set(guards) else (),
        quotas=_quotas(engine, uow, dossier, award_round, parent, beside) if quota and award_round else (),
    )


def _round_of(uow: UnitOfWork, round_id: str) -> AwardRound | None:
    """The round of a proposal; None for one that came from another installation without its round."""
    try:
        return uow.awards.round(round_id)
    except NotFound:
        return None


def award_kinds(engine: Engine) -> tuple[DossierKind, ...]:
    """The shipped kinds that are awards."""
    return tuple(kind for kind in engine.catalogue.kinds() if kind.awards is not None)


def earlier_awards(engine: Engine, uow: UnitOfWork, dossier: Dossier) -> tuple[AwardFact, ...]:
    """The awards that the subject has of the dossier's year, its own decision not counted, by number."""
    kinds = {kind.code for kind in award_kinds(engine)}
    found = []
    for fact in uow.ledger.facts(dossier.subject_id):
        if fact.kind in kinds and fact.cycle == dossier.cycle and fact.standing:
            maker = uow.ledger.get(fact.id).dossier_id
            if maker != dossier.id:
                found.append(AwardFact(fact.label, fact.number, fact.decided_on, _achievement(uow, maker)))
    return tuple(sorted(found, key=lambda award: award.number))


def _achievement(uow: UnitOfWork, dossier_id: str | None) -> str:
    """What an award was for, as its own dossier says; "" for one that was entered from outside."""
    if dossier_id is None:
        return ""
    dossier = uow.dossiers.get(dossier_id)
    its_round = _round_of(uow, dossier.origin_id) if dossier.origin_id else None
    special = its_round is not None and its_round.special
    facts = next((f.paper.facts for f in reversed(dossier.papers) if "achievement" in f.paper.facts), None)
    return achievement_of(facts, cycle=dossier.cycle, special=special)


def _quotas(
    engine: Engine,
    uow: UnitOfWork,
    dossier: Dossier,
    award_round: AwardRound,
    parent: str | None,
    beside: frozenset[str],
) -> tuple[QuotaFact, ...]:
    form, cycle, province = award_round.form, award_round.cycle, dossier.province_id
    quotas = uow.awards.quotas(province_id=province, form=form, cycle=cycle)
    mine = Candidate(
        dossier.id, dossier.number, dossier.kind, dossier.state, dossier.subject_id, parent, dossier.commune_id
    )
    known = uow.organisations.get_many(sorted(mine.places))
    return quota_facts(
        mine,
        uow.awards.candidates(province_id=province, form=form, cycle=cycle),
        quotas,
        {kind.code: on_the_list(kind) for kind in award_kinds(engine)},
        names={key: one.name for key, one in known.items()},
        beside=beside,
    )
