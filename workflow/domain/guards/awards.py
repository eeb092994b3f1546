"""Awards: the way of the form, the table of conditions, no second reward for one achievement, quotas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from workflow.domain.actors import Role
from workflow.domain.award_table import Answer, Answered, Statement, achievement_of, answers
from workflow.domain.awards import AwardForm
from workflow.domain.guards.attempt import Attempt, codes
from workflow.domain.kinds import DossierKind
from workflow.domain.refusal import Refusal

LEDGER_ONLY = "data"
NOTES = "notes"


def form_of(attempt: Attempt) -> AwardForm | None:
    """The form of award that the dossier's round is about; None outside of awards."""
    rules, its_round = attempt.kind.awards, attempt.books.award_round
    return rules.form(its_round.form) if rules is not None and its_round is not None else None


def form_is(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The form of the award is one of ``any_of``: each form has its own way and its own deciding authority."""
    form = form_of(attempt)
    if form is None or form.code not in codes(params, "any_of"):
        yield Refusal(
            "guard.other_form",
            {"form": form.label if form is not None else "-", "step": attempt.transition.label},
            source=str(params.get("source", "")),
        )


def form_chosen(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The form that is being given is the one that was proposed."""
    form = form_of(attempt)
    asked = dict(attempt.transition.choices).get(attempt.choice or "", "-")
    if form is None or form.code != attempt.choice:
        yield Refusal(
            "guard.form_differs",
            {"form": form.label if form is not None else "-", "asked": asked},
            cleared_by=attempt.actor.role,
            source=str(params.get("source", "")),
        )


def conditions_met(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The rows of the kind's table hold for this candidate; each that does not is named with its type and source.

    ``paper`` is the report, ``attested`` the confirmation. ``rows``: "data" weighs only what the ledger decides,
    "notes" only what is said for whoever decides; left out: every row but the notes.
    """
    rows = params.get("rows")
    for answered in table_of(attempt, str(params["paper"]), str(params.get("attested", ""))):
        row = answered.condition
        if answered.answer is Answer.PASS or row.noted != (rows == NOTES):
            continue
        if rows == LEDGER_ONLY and not answered.why.startswith("result_"):
            continue
        yield row_refusal(
            attempt.kind,
            answered,
            report=str(params["paper"]),
            confirmation=str(params.get("attested", "")),
            cycle=attempt.dossier.cycle,
            until=attempt.until,
        )


def table_of(attempt: Attempt, report: str, confirmation: str) -> tuple[Answered, ...]:
    """The table as it stands for this dossier; empty where the kind has none or the report was never filed."""
    rules, its_round = attempt.kind.awards, attempt.books.award_round
    filed = attempt.dossier.newest(report)
    confirmed = attempt.dossier.newest(confirmation)
    if rules is None or its_round is None or filed is None:
        return ()
    return answers(
        rules,
        Statement.of(filed.paper.facts, confirmed.paper.facts if confirmed is not None else None),
        cycle=attempt.dossier.cycle,
        special=its_round.special,
        results=attempt.books.results,
        unit_results=attempt.books.unit_results,
    )


def row_refusal(
    kind: DossierKind,
    answered: Answered,
    *,
    report: str,
    confirmation: str,
    cycle: int,
    until: datetime | None = None,
) -> Refusal:
    """What a row that does not hold says: its name, the condition, what was found, who can clear it, its source."""
    code = {
        "result_missing": "guard.row_result_missing",
        "result_other": "guard.row_result_other",
        "denied": "guard.row_denied",
        "unattested": "guard.row_unattested",
        "unfilled": "guard.row_unfilled",
        "noted": "guard.row_noted",
    }[answered.why]
    row = answered.condition
    paper = confirmation if answered.why in ("denied", "unattested") else report
    rule = kind.attachments[paper]
    result = row.result
    return Refusal(
        code,
        {
            "row": row.row,
            "condition": row.label,
            "paper": rule.label,
            "programme": result.label if result is not None else "",
            "wanted": result.wanted if result is not None else "",
            "cycle": cycle,
            "found": answered.found,
        },
        cleared_by=_clears(kind, paper, answered),
        until=until,
        source=row.source,
        paper=None if answered.why.startswith("result_") or row.noted else paper,
    )


def _clears(kind: DossierKind, paper: str, answered: Answered) -> Role | None:
    if answered.why == "result_missing":
        return Role.COMMUNE_POLICE
    if answered.why in ("unattested", "unfilled"):
        return next(iter(sorted(kind.attachments[paper].filed_by)), None)
    return None


def not_rewarded(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """One achievement is not rewarded twice: the year's movement, or the day of an unexpected achievement.

    The law of emulation and commendation of 2022, art. 5: not several times, nor in several forms, for one achievement.
    """
    filed, its_round = attempt.dossier.newest(str(params["paper"])), attempt.books.award_round
    if its_round is None:
        return
    mine = achievement_of(
        filed.paper.facts if filed is not None else None, cycle=attempt.dossier.cycle, special=its_round.special
    )
    for award in attempt.books.awards:
        if mine and award.achievement == mine:
            yield Refusal(
                "guard.rewarded",
                {"label": award.label, "number": award.number, "decided": award.decided_on},
                source=str(params.get("source", "")),
                paper=str(params["paper"]),
            )


def no_award_this_year(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The subject has no award of this year yet (S45: said, so that a second one is given knowingly)."""
    for award in attempt.books.awards:
        yield Refusal(
            "guard.awarded_this_year",
            {"label": award.label, "number": award.number, "cycle": attempt.dossier.cycle},
            source=str(params.get("source", "")),
        )


def within_quota(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """What is asked for stays within every quota that was allotted; where none was allotted nothing is asked."""
    form = form_of(attempt)
    for quota in attempt.books.quotas:
        if form is not None and quota.is_spent:
            yield Refusal(
                "guard.quota_spent" if form.blocks else "guard.quota_exceeded",
                {
                    "form": form.label,
                    "organisation": quota.organisation,
                    "number": quota.number,
                    "used": quota.used,
                    "asked": quota.asked,
                },
                cleared_by=form.allots if form.blocks else None,
                source=form.source or str(params.get("source", "")),
            )
