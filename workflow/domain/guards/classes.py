"""What a sheet amounts to: every criterion met, or a class earned by thresholds that PV01 confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from workflow.domain.actors import Role
from workflow.domain.criteria import CriteriaSet
from workflow.domain.guards.attempt import Attempt
from workflow.domain.refusal import Refusal
from workflow.domain.score_sheets import points_of


def _facts(attempt: Attempt, params: Mapping[str, object]) -> Mapping[str, object] | None:
    """What was taken from the newest version of the sheet when it was filed; None when there is none."""
    filed = attempt.dossier.newest(str(params["paper"]))
    return None if filed is None else filed.paper.facts


def _set_of(attempt: Attempt, facts: Mapping[str, object]) -> CriteriaSet | None:
    """The criteria set the sheet was scored by, where it is the one in the books."""
    criteria = attempt.books.criteria
    return criteria if criteria is not None and criteria.key == facts.get("set") else None


def all_met(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """Every required criterion of the sheet is met; each that is not is named with its own source.

    TT 124/2021, art. 4-7: all criteria together, no points; any barred incident alone is enough to fail.
    """
    facts = _facts(attempt, params)
    criteria = _set_of(attempt, facts) if facts is not None else None
    if facts is None or criteria is None:
        return
    answers = facts.get("answers")
    given = answers if isinstance(answers, Mapping) else {}
    rule = attempt.kind.attachments[str(params["paper"])]
    for criterion in criteria.criteria:
        value = given.get(criterion.code)
        answer = value if value is None or isinstance(value, bool) else points_of(value)
        if criterion.required and criterion.falls_short(answer):
            yield Refusal(
                "guard.criterion_unmet",
                {"paper": rule.label, "criterion": criterion.code, "label": criterion.label},
                cleared_by=next(iter(sorted(rule.filed_by)), None),
                until=attempt.until,
                source=criterion.source or str(params.get("source", "")),
                paper=rule.code,
            )


def class_reached(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The class being chosen is one that the sheet's points earn; a choice that is no class of the set is not weighed.

    With ``below`` it speaks instead of a class lower than the one earned, which an authority may give.
    """
    facts = _facts(attempt, params)
    criteria = _set_of(attempt, facts) if facts is not None else None
    if facts is None or criteria is None:
        return
    at_least = {item.code: item.at_least for item in criteria.thresholds.classes}
    labels = {item.code: item.label for item in criteria.thresholds.classes}
    earned, asked = str(facts.get("class", "")), attempt.choice or ""
    if asked not in at_least:
        return
    reached = at_least.get(earned, Decimal(-1))
    wrong = at_least[asked] < reached if params.get("below") else at_least[asked] > reached
    if wrong:
        rule = attempt.kind.attachments[str(params["paper"])]
        yield Refusal(
            "guard.class_below" if params.get("below") else "guard.class_above",
            {
                "paper": rule.label,
                "total": facts.get("total"),
                "maximum": facts.get("maximum"),
                "earned": labels.get(earned, "-"),
                "asked": labels[asked],
            },
            cleared_by=attempt.actor.role,
            source=str(params.get("source", "")),
            paper=rule.code,
        )


def thresholds_confirmed(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The thresholds of the sheet's set were read in their source, or PV01 confirmed them, once per sheet (law.md)."""
    facts = _facts(attempt, params)
    criteria = _set_of(attempt, facts) if facts is not None else None
    if criteria is None or not criteria.needs_confirmation or criteria.key in attempt.books.confirmed_sheets:
        return
    yield Refusal(
        "guard.thresholds_unconfirmed",
        {"criteria": criteria.label, "version": criteria.version, "sheet": criteria.key},
        cleared_by=Role.PROVINCE_POLICE,
        source=criteria.thresholds.source or str(params.get("source", "")),
    )
