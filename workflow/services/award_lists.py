"""The explained list of proposals of a form: who is on it, who is not and why, ties, quotas, shares. It only shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from workflow.domain.actors import COMMUNE_ROLES, Actor
from workflow.domain.award_lists import minutes_paper, on_the_list, table_papers, tied_at
from workflow.domain.award_table import Answer, Answered, Statement, answers
from workflow.domain.awards import AwardFact, AwardForm, AwardRound, Candidate
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound
from workflow.domain.guards import LedgerFact, Refusal
from workflow.domain.guards.awards import row_refusal
from workflow.domain.kinds import ENDED, DossierKind, Meaning
from workflow.domain.meetings import MeetingRule, Result
from workflow.services.award_facts import award_kinds, earlier_awards
from workflow.services.awards import form_named
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal. ``place``: "listed" (handed in or awarded), "ready", "waiting" (something is missing), "out".

    ``against``: what the rows of the table that do not hold say; ``votes`` for it in the council, None before it met;
    ``tied`` with others where a quota ends; ``preferences`` in words; ``results`` of the ledger that speak for it,
    ``earlier`` awards of the year.
    """

    dossier_id: str
    number: str
    kind: str
    name: str
    unit: str
    state: str
    place: str
    special: bool
    places: frozenset[str]
    against: tuple[Refusal, ...] = ()
    votes: int | None = None
    tied: bool = False
    preferences: tuple[str, ...] = ()
    results: tuple[LedgerFact, ...] = ()
    earlier: tuple[AwardFact, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """A quota: how much of it is used, how many more proposals are ready to be handed in."""

    organisation_id: str
    name: str
    number: int
    used: int
    ready: int


@dataclass(frozen=True, slots=True)
class ProposalList:
    """Everything proposed for a form in a year. ``shares``: how many of those going on are preferred, by label."""

    form: AwardForm
    cycle: int
    rounds: tuple[AwardRound, ...]
    proposals: tuple[Proposal, ...]
    quotas: tuple[QuotaLine, ...]
    shares: tuple[tuple[str, int, int], ...]
    sets: int


class AwardListService:
    """Reads only; nothing here is decided."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def explained(self, actor: Actor, *, form: str, cycle: int) -> ProposalList:
        """The list within the actor's sight. Raises NotFound ``award_form_not_found``."""
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            found = form_named(self._engine, form)
            candidates = uow.awards.candidates(province_id=actor.province_id, form=form, cycle=cycle)
            seen = [one for one in candidates if actor.role not in COMMUNE_ROLES or one.commune_id == actor.commune_id]
            lines = [line for one in seen if (line := self._line(uow, actor, one, at)) is not None]
            quotas = self._quotas(uow, actor, found, cycle, lines)
            return ProposalList(
                form=found,
                cycle=cycle,
                rounds=_rounds(uow, actor, form, cycle),
                proposals=tuple(sorted(_with_ties(lines, quotas), key=_order)),
                quotas=quotas,
                shares=self._shares(lines),
                sets=max(kind.awards.sets if kind.awards is not None else 1 for kind in award_kinds(self._engine)),
            )

    def rounds(self, actor: Actor, *, form: str, cycle: int) -> tuple[AwardRound, ...]:
        """The year's end rounds of a form within the actor's sight, of a commune only its own."""
        with self._engine.reading() as uow:
            return _rounds(uow, actor, form, cycle)

    def _line(self, uow: UnitOfWork, actor: Actor, one: Candidate, at: datetime) -> Proposal | None:
        dossier = uow.dossiers.get(one.dossier_id)
        kind = self._engine.kind_of(dossier, at)
        try:
            self._engine.check_view(actor, dossier, kind)
        except NotFound:
            return None
        report, confirmation = (dossier.newest(code) for code in table_papers(kind))
        statement = Statement.of(
            report.paper.facts if report is not None else None,
            confirmation.paper.facts if confirmation is not None else None,
        )
        results = uow.ledger.facts(one.subject_id)
        of_unit = uow.ledger.facts(one.parent_id) if one.parent_id and one.parent_id != one.commune_id else ()
        against = self._against(kind, statement, dossier, one, results, of_unit)
        names = uow.organisations.get_many([name for name in (one.subject_id, one.parent_id) if name])
        rules = kind.awards
        return Proposal(
            dossier_id=one.dossier_id,
            number=one.number,
            kind=kind.short_label,
            name=names[one.subject_id].name if one.subject_id in names else one.number,
            unit=names[one.parent_id].name if one.parent_id in names else "",
            state=kind.state(one.state).label,
            place=_place(kind, dossier, against),
            special=one.special,
            places=one.places,
            against=_said(kind, dossier, against),
            votes=_votes(uow, kind, dossier),
            preferences=tuple(p.label for p in rules.preferences if p.holds(statement.said)) if rules else (),
            results=_speaking(kind, dossier, (*results, *of_unit)),
            earlier=earlier_awards(self._engine, uow, dossier),
        )

    @staticmethod
    def _against(
        kind: DossierKind,
        statement: Statement,
        dossier: Dossier,
        one: Candidate,
        results: tuple[LedgerFact, ...],
        of_unit: tuple[LedgerFact, ...],
    ) -> tuple[Answered, ...]:
        if kind.awards is None or not statement.said:
            return ()
        table = answers(
            kind.awards,
            statement,
            cycle=dossier.cycle,
            special=one.special,
            results=results,
            unit_results=of_unit,
        )
        return tuple(row for row in table if row.answer is not Answer.PASS)

    def _quotas(
        self, uow: UnitOfWork, actor: Actor, form: AwardForm, cycle: int, lines: list[Proposal]
    ) -> tuple[QuotaLine, ...]:
        quotas = uow.awards.quotas(province_id=actor.province_id, form=form.code, cycle=cycle)
        known = uow.organisations.get_many([one.organisation_id for one in quotas])
        own = actor.commune_id if actor.role in COMMUNE_ROLES else None
        yearly = [line for line in lines if not line.special]
        return tuple(
            QuotaLine(
                organisation_id=one.organisation_id,
                name=known[one.organisation_id].name,
                number=one.number,
                used=sum(one.organisation_id in line.places for line in yearly if line.place == "listed"),
                ready=sum(one.organisation_id in line.places for line in yearly if line.place == "ready"),
            )
            for one in quotas
            if one.organisation_id in known
            and own in (None, one.organisation_id, known[one.organisation_id].commune_id)
        )

    def _shares(self, lines: list[Proposal]) -> tuple[tuple[str, int, int], ...]:
        """Of the proposals that are listed or ready how many are preferred, out of those of their own kind."""
        going = [line for line in lines if line.place in ("listed", "ready")]
        return tuple(
            (item.label, sum(item.label in line.preferences for line in of_kind), len(of_kind))
            for kind in award_kinds(self._engine)
            for item in (kind.awards.preferences if kind.awards is not None else ())
            if (of_kind := [line for line in going if line.kind == kind.short_label])
        )


_PLACES = ("listed", "ready", "waiting", "out")


def _order(line: Proposal) -> tuple[int, int, str]:
    return _PLACES.index(line.place), -(line.votes or 0), line.number


def _said(kind: DossierKind, dossier: Dossier, rows: tuple[Answered, ...]) -> tuple[Refusal, ...]:
    report, confirmation = table_papers(kind)
    return tuple(row_refusal(kind, row, report=report, confirmation=confirmation, cycle=dossier.cycle) for row in rows)


def _rounds(uow: UnitOfWork, actor: Actor, form: str, cycle: int) -> tuple[AwardRound, ...]:
    rounds = uow.awards.rounds(actor.province_id)
    return tuple(one for one in rounds if (one.form, one.cycle) == (form, cycle) and _is_near(actor, one))


def _is_near(actor: Actor, one: AwardRound) -> bool:
    return actor.role not in COMMUNE_ROLES or one.organisation_id in (actor.commune_id, actor.province_id)


def _place(kind: DossierKind, dossier: Dossier, against: tuple[Answered, ...]) -> str:
    meaning = kind.state(dossier.state).meaning
    if dossier.state in on_the_list(kind):
        return "listed"
    refused = MeetingRule.from_data(kind.meeting).results.get(dossier.result or "") is Result.NOT_PROPOSE
    if meaning in ENDED or refused:
        return "out"
    missing = any(not row.condition.noted for row in against)
    return "waiting" if missing or dossier.result is None or meaning is not Meaning.OPEN else "ready"


def _votes(uow: UnitOfWork, kind: DossierKind, dossier: Dossier) -> int | None:
    """The votes for it in the newest minutes; None before the council met."""
    filed = dossier.newest(minutes_paper(kind))
    if filed is None:
        return None
    rows = uow.papers.document(filed.paper.id).get("items")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping) and row.get("dossier") == dossier.number:
            count = row.get("votes_for")
            return count if isinstance(count, int) else None
    return None


def _speaking(kind: DossierKind, dossier: Dossier, facts: tuple[LedgerFact, ...]) -> tuple[LedgerFact, ...]:
    """Standing results of the candidate and its unit up to the year, recognitions among them; no award of the kind."""
    return tuple(f for f in facts if f.standing and f.cycle <= dossier.cycle and f.kind != kind.code)


def _with_ties(lines: list[Proposal], quotas: tuple[QuotaLine, ...]) -> list[Proposal]:
    tied: set[str] = set()
    for quota in quotas:
        competing = {
            line.dossier_id: line.votes or 0
            for line in lines
            if quota.organisation_id in line.places and line.place in ("listed", "ready") and not line.special
        }
        tied |= tied_at(quota.number, competing)
    return [replace(line, tied=line.dossier_id in tied) for line in lines]
