"""Who is on the list of a round: which states count against a quota, the quotas a proposal counts against, ties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow.domain.awards import Candidate, Quota, QuotaFact
from workflow.domain.kinds import DossierKind, Meaning

GUARD = "within_quota"
"""The guard of the step by which a proposal comes onto the list."""

TABLE, MINUTES = "conditions_met", "minutes_valid"
"""The guards that weigh the table of conditions, and the minutes of a meeting."""


def on_the_list(kind: DossierKind) -> frozenset[str]:
    """States of a kind in which a proposal stands on a list that was handed in, or was awarded."""
    entries = [move.target for move in kind.transitions if any(use.name == GUARD for use in move.guards)]
    begins = min((kind.state(code).depth for code in entries if kind.state(code).depth > 0), default=0)
    return frozenset(
        code
        for code, state in kind.states.items()
        if begins and state.depth >= begins and state.meaning in (Meaning.OPEN, Meaning.POSITIVE)
    )


def quota_facts(
    mine: Candidate,
    candidates: Iterable[Candidate],
    quotas: Iterable[Quota],
    listed: Mapping[str, frozenset[str]],
    *,
    names: Mapping[str, str],
    beside: frozenset[str] = frozenset(),
) -> tuple[QuotaFact, ...]:
    """Each quota that a proposal counts against, used up by those on the list before it.

    ``listed`` gives the states that count by kind; ``beside`` are the proposals handed in by the same act.
    """
    others = [one for one in candidates if one.dossier_id != mine.dossier_id and not one.special]
    used = [one for one in others if one.state in listed.get(one.kind, frozenset()) and one.dossier_id not in beside]
    along = [one for one in others if one.dossier_id in beside]
    return tuple(
        QuotaFact(
            organisation=names.get(quota.organisation_id, ""),
            number=quota.number,
            used=sum(quota.organisation_id in one.places for one in used),
            asked=1 + sum(quota.organisation_id in one.places for one in along),
        )
        for quota in quotas
        if quota.organisation_id in mine.places
    )


def tied_at(number: int, votes: Mapping[str, int]) -> frozenset[str]:
    """Of the proposals competing for a quota those that are equal where it ends; none where it is enough for all.

    ``votes``: the votes for each by dossier. Who of them goes on is the council's to say, never the list's.
    """
    ranked = sorted(votes.values(), reverse=True)
    if not 0 < number < len(ranked) or ranked[number - 1] != ranked[number]:
        return frozenset()
    return frozenset(one for one, count in votes.items() if count == ranked[number])


def table_papers(kind: DossierKind) -> tuple[str, str]:
    """Codes of the report and the confirmation that the table of conditions reads; empty where there is no table."""
    for move in kind.transitions:
        for use in move.guards:
            if use.name == TABLE and "attested" in use.params:
                return str(use.params["paper"]), str(use.params["attested"])
    return "", ""


def minutes_paper(kind: DossierKind) -> str:
    """Code of the minutes in which a council votes; empty where there are none."""
    uses = (use for move in kind.transitions for use in move.guards if use.name == MINUTES)
    return next((str(use.params["paper"]) for use in uses), "")
