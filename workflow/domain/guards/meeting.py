"""What a meeting decided: minutes that hold, and the newest result of a dossier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.domain.guards.attempt import Attempt, codes
from workflow.domain.meetings import MeetingRule, check_minutes
from workflow.domain.refusal import Refusal


def minutes_valid(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """Attendance, quorum, votes and majority hold for this dossier (quorum and majority are data, unverified)."""
    supplied = attempt.supplied.get(str(params["paper"]))
    if supplied is None:
        return
    rule = MeetingRule.from_data(attempt.kind.meeting)
    for fault in check_minutes(supplied.document, rule):
        if fault.dossier in (None, attempt.dossier.number):
            yield Refusal(
                f"meeting.{fault.code}",
                fault.facts,
                cleared_by=attempt.actor.role,
                source=str(params.get("source", "")),
                paper=str(params["paper"]),
                path=fault.path,
            )


def result_is(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The newest result of the meeting is one of ``any_of``; the newest counts, older ones stay in history."""
    wanted = codes(params, "any_of")
    if attempt.dossier.result in wanted:
        return
    yield Refusal(
        "guard.meeting_result",
        {"wanted": params.get("wanted", ", ".join(wanted)), "met": attempt.dossier.result is not None},
        cleared_by=attempt.kind.state(attempt.dossier.state).holder,
        until=attempt.until,
        source=str(params.get("source", "")),
    )


def listed(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The act's paper names this dossier; one it does not name cannot move by it."""
    code = str(params["paper"])
    supplied = attempt.supplied.get(code)
    if supplied is None:
        return
    rows = supplied.document.get(str(params.get("rows", "items")))
    numbers = {
        str(row.get("dossier")) if isinstance(row, Mapping) else str(row)
        for row in (rows if isinstance(rows, list | tuple) else ())
    }
    if attempt.dossier.number not in numbers:
        yield Refusal(
            "guard.not_listed",
            {"paper": attempt.kind.attachments[code].label, "number": attempt.dossier.number},
            cleared_by=attempt.actor.role,
            source=attempt.transition.citation,
            paper=code,
        )


def result_matches(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The result entered is the one that the act's paper gives this dossier (law.md: its paper gives the result).

    ``paper`` names it; its ``result`` (or ``field``) stands in the dossier's row of ``items``, or in the paper itself
    when it is about one dossier only. A step that gives no result repeats the newest one of the meeting.
    """
    code = str(params["paper"])
    supplied = attempt.supplied.get(code)
    if supplied is None:
        return
    said = _result_in(supplied.document, attempt.dossier.number, field_of(params))
    asked = attempt.choice if attempt.transition.choices else attempt.dossier.result
    if said is not None and said != asked:
        yield Refusal(
            "guard.result_differs",
            {
                "paper": attempt.kind.attachments[code].label,
                "number": attempt.dossier.number,
                "said": _choice_label(attempt, said),
                "asked": _choice_label(attempt, asked),
            },
            cleared_by=attempt.actor.role,
            source=attempt.transition.citation,
            paper=code,
        )


def field_of(params: Mapping[str, object]) -> str:
    """The field in which the paper says the result."""
    return str(params.get("field", "result"))


def _result_in(document: Mapping[str, object], number: str, field: str) -> str | None:
    rows = document.get("items")
    if not isinstance(rows, list | tuple):
        return str(document[field]) if field in document else None
    mine = (row for row in rows if isinstance(row, Mapping) and row.get("dossier") == number)
    return next((str(row[field]) for row in mine if field in row), None)


def _choice_label(attempt: Attempt, choice: str | None) -> str:
    """The kind's words for a choice, of this trigger first; the code itself for a choice it does not know."""
    labels: dict[str, str] = {}
    for move in attempt.kind.transitions:
        for code, label in move.choices:
            if move.trigger == attempt.transition.trigger or code not in labels:
                labels[code] = label
    return labels.get(choice or "", choice or "")
