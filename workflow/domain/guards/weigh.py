"""The one question asked of every move: which conditions are unmet? All of them, in the order a person clears them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workflow.domain.guards import awards, classes, history, meeting, papers, people, scope, time, units
from workflow.domain.guards.attempt import Attempt, Weighed
from workflow.domain.refusal import Refusal

EVERY_MOVE: tuple[Callable[[Attempt], Iterator[Refusal]], ...] = (
    people.recorder,
    people.separation,
    time.not_on_hold,
    time.in_time,
    papers.complete,
    people.signed_paper,
    papers.reason_given,
    papers.return_sound,
)
"""Guards that no kind can leave out."""

NAMED_GUARDS: Mapping[str, Callable[[Attempt, Mapping[str, object]], Iterator[Refusal]]] = {
    "all_met": classes.all_met,
    "before_first": history.before_first,
    "class_reached": classes.class_reached,
    "conditions_met": awards.conditions_met,
    "cycle_ended": time.cycle_ended,
    "cycle_open": time.cycle_open,
    "form_chosen": awards.form_chosen,
    "form_is": awards.form_is,
    "in_scope": scope.in_scope,
    "ledger_result": history.ledger_result,
    "listed": meeting.listed,
    "managed_at": scope.managed_at,
    "mended": papers.mended,
    "minutes_valid": meeting.minutes_valid,
    "never_submitted": time.never_submitted,
    "no_award_this_year": awards.no_award_this_year,
    "no_open_finding": papers.no_open_finding,
    "not_rewarded": awards.not_rewarded,
    "not_standing": history.not_standing,
    "only_dossier": history.only_dossier,
    "opinion_stands": papers.opinion_stands,
    "paper_date": papers.paper_date,
    "quotes": papers.quotes,
    "result_is": meeting.result_is,
    "result_matches": meeting.result_matches,
    "scored": papers.scored,
    "thresholds_confirmed": classes.thresholds_confirmed,
    "units_recognised": units.units_recognised,
    "units_registered": units.units_registered,
    "within_quota": awards.within_quota,
}
"""Guards that a kind may use by name, with parameters; the checker refuses any other name."""


def weigh(attempt: Attempt) -> Weighed:
    """Every unmet condition of the attempt. The move succeeds exactly when ``refusals`` is empty."""
    refusals: list[Refusal] = [refusal for guard in EVERY_MOVE for refusal in guard(attempt)]
    warnings: list[Refusal] = []
    for use in attempt.transition.guards:
        asked = use.asked_of(attempt.choice, own=attempt.dossier.own)
        if asked and (use.where is None or use.where.holds(attempt.dossier)):
            params = {"source": use.source, **use.params}
            (warnings if use.warns else refusals).extend(NAMED_GUARDS[use.name](attempt, params))
    return Weighed(tuple(refusals), tuple(warnings))
