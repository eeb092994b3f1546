"""Good enough a history: results of earlier years, standing recognitions, other dossiers of the subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.domain.actors import Role
from workflow.domain.guards.attempt import Attempt, LedgerFact, codes
from workflow.domain.guards.units import entries_counted
from workflow.domain.refusal import Refusal


def _results(attempt: Attempt, params: Mapping[str, object]) -> list[LedgerFact]:
    cycle = attempt.dossier.cycle + int(str(params.get("year", 0)))
    return [
        fact for fact in attempt.books.results if fact.kind == params["kind"] and fact.cycle == cycle and fact.standing
    ]


def ledger_result(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """The ledger holds one of the wanted results for the subject: ``kind``, ``year`` (offset), ``any_of`` (codes).

    Source of the rule: 002:65 (results of the year before: A7 in seeds.md).
    """
    wanted = codes(params, "any_of")
    found = _results(attempt, params)
    if any(fact.result in wanted for fact in found):
        return
    yield Refusal(
        "guard.result_other" if found else "guard.result_missing",
        {
            "kind": params["label"],
            "cycle": attempt.dossier.cycle + int(str(params.get("year", 0))),
            "wanted": params["wanted"],
            "found": tuple(f"{fact.label} ({fact.number})" for fact in found),
        },
        cleared_by=_enters(attempt) if not found else None,
        until=attempt.until,
        source=str(params.get("source", "")),
    )


def _enters(attempt: Attempt) -> Role:
    """Who enters earlier results of the subject (law.md, Earlier results)."""
    by_province = attempt.books.managing_level == "province" and attempt.books.connected
    return Role.PROVINCE_POLICE if by_province else Role.COMMUNE_POLICE


def facts_used(attempt: Attempt) -> tuple[str, ...]:
    """Ids of the ledger results that the transition's ledger guards rest on: guards name the results they used."""
    used: list[str] = []
    for use in attempt.transition.guards:
        if use.name == "ledger_result":
            wanted = codes(use.params, "any_of")
            used += [fact.id for fact in _results(attempt, use.params) if fact.result in wanted]
    return (*used, *entries_counted(attempt))


def not_standing(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """A subject whose recognition of this kind stands does not register again (law.md, After recognition)."""
    kind = str(params.get("kind", attempt.kind.code))
    for fact in attempt.books.results:
        if fact.kind == kind and fact.standing:
            yield Refusal(
                "guard.in_standing",
                {"cycle": fact.cycle, "number": fact.number, "label": fact.label},
                source=str(params.get("source", "")),
            )
            return


def only_dossier(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """One dossier per subject, kind and cycle; withdrawn and lapsed ones are not counted."""
    for other in attempt.books.others:
        if other.id != attempt.dossier.id:
            yield Refusal(
                "guard.other_dossier",
                {"number": other.number, "state": other.state},
                source=str(params.get("source", "hoso#one-dossier")),
            )


def before_first(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """Only before the first filing of a paper (``paper``), as a reconsideration before the first score sheet."""
    code = str(params["paper"])
    if attempt.dossier.newest(code) is not None:
        yield Refusal(
            "guard.already_filed",
            {"paper": attempt.kind.attachments[code].label},
            source=attempt.transition.citation,
            paper=code,
        )
