"""The explained list as a page shows it: groups in order, every reason with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.refusals import reasons
from web.words import say
from workflow.domain.errors import NotAllowed
from workflow.services.awards import check_allots

if TYPE_CHECKING:
    from workflow.domain.awards import AwardFact, AwardForm
    from workflow.domain.guards import LedgerFact
    from workflow.domain.kinds import DossierKind
    from workflow.services.award_lists import ProposalList

_MARKS = {"listed": "done", "ready": "turn", "waiting": "wait", "out": "no"}


def proposal_rows(told: ProposalList) -> list[dict[str, object]]:
    """Proposals by where they stand: on the list, ready for it, waiting for something, out."""
    groups: list[dict[str, object]] = []
    for place, mark in _MARKS.items():
        rows = [
            {
                "line": line,
                "why": reasons(line.against, dossier_id=line.dossier_id, anchors=False),
                "facts": _facts(line.results, line.earlier),
            }
            for line in told.proposals
            if line.place == place
        ]
        if rows:
            groups.append({"code": place, "mark": mark, "label": say(f"awards.{place}"), "rows": rows})
    return groups


def _facts(results: tuple[LedgerFact, ...], earlier: tuple[AwardFact, ...]) -> list[str]:
    """What the ledger says for a candidate, and which awards of the year it has."""
    said = [say("awards.result", label=r.label, number=r.number, cycle=r.cycle) for r in results]
    return said + [say("awards.earlier", label=a.label, number=a.number) for a in earlier]


def allots(form: AwardForm) -> bool:
    """Whether the reader allots the quota of the form, and so opens and closes its rounds."""
    with house().engine.reading() as stores:
        try:
            check_allots(stores, actor(), form)
        except NotAllowed:
            return False
    return True


def kinds_of_awards() -> tuple[DossierKind, ...]:
    """The kinds that are awards, in the catalogue's order."""
    return tuple(kind for kind in house().catalogue.kinds() if kind.awards is not None)
