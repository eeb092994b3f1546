"""What the law says of a proposal of an award, read from the kind's JSON and the documents of a life alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.unit.domain.walks import Tried, Walk
from workflow.domain.events import Moved, PaperFiled

Part = Mapping[str, Any]

GROUNDS = frozenset(
    {
        "guard.form_differs",
        "guard.other_form",
        "guard.quota_spent",
        "guard.rewarded",
        "guard.row_denied",
        "guard.row_result_missing",
        "guard.row_result_other",
        "guard.row_unattested",
        "guard.row_unfilled",
    }
)
"""The refusals of awards that are answered for."""


class Proposal:
    """A proposal as its newest papers tell it, beside the kind's own table."""

    def __init__(self, kind: Part, walk: Walk, tried: Tried) -> None:
        self._kind, self._walk, self._tried = kind, walk, tried
        self._round = walk.books.award_round
        self._cycle = tried.before.cycle

    def against(self, guard: Part) -> Iterator[str]:
        """The refusals of one guard, as the kind uses it."""
        choice = self._tried.command.choice if self._tried.command is not None else None
        form = self._round.form if self._round is not None else None
        match guard["guard"]:
            case "form_is" if form not in guard["any_of"]:
                yield "guard.other_form"
            case "form_chosen" if form != choice:
                yield "guard.form_differs"
            case "conditions_met":
                report, confirmation = self._newest(guard["paper"]), self._newest(guard["attested"])
                if report is not None:
                    yield from self._rows(report, {row["row"]: row["holds"] for row in _rows_of(confirmation)})
            case "not_rewarded":
                yield from self._rewarded(self._newest(guard["paper"]))
            case "within_quota":
                blocks = self._kind["awards"]["forms"][form]["blocks"]
                spent = [one for one in self._walk.books.quotas if one.used + one.asked > one.number]
                if spent:
                    yield "guard.quota_spent" if blocks else "guard.quota_exceeded"

    def _rows(self, report: Part, attested: Mapping[str, bool]) -> Iterator[str]:
        special = self._round is not None and self._round.special
        for row, told in self._kind["awards"]["conditions"].items():
            asked = told.get("asked", "always")
            picked = all(report.get(field) in values for field, values in told.get("when", {}).items())
            if picked and asked in ("always", "special" if special else "year_end") and not told.get("noted"):
                yield from self._row(row, told, report, attested)

    def _row(self, row: str, told: Part, report: Part, attested: Mapping[str, bool]) -> Iterator[str]:
        wanted = told.get("result")
        if wanted is not None:
            books = self._walk.books
            rows = books.unit_results if wanted.get("of") == "unit" else books.results
            of_year = [one for one in rows if one.kind == wanted["kind"] and one.cycle == self._cycle and one.standing]
            if not any(one.result in wanted["any_of"] for one in of_year):
                yield "guard.row_result_other" if of_year else "guard.row_result_missing"
        elif told.get("attested") and attested.get(row) is False:
            yield "guard.row_denied"
        elif "field" in told and not report.get(told["field"]):
            yield "guard.row_unfilled"
        elif told.get("attested") and row not in attested:
            yield "guard.row_unattested"

    def _rewarded(self, report: Part | None) -> Iterator[str]:
        special = self._round is not None and self._round.special
        mine = (report or {}).get("achieved_on", "") if special else str(self._cycle)
        if mine and any(award.achievement == mine for award in self._walk.books.awards):
            yield "guard.rewarded"

    def _newest(self, code: str) -> Part | None:
        """The document of that paper which was filed last."""
        filed = [event.paper for event in self._walk.history if isinstance(event, PaperFiled)]
        filed += [paper for event in self._walk.history if isinstance(event, Moved) for paper in event.papers]
        mine = [paper.id for paper in filed if paper.code == code]
        return self._walk.documents[mine[-1]] if mine else None


def _rows_of(confirmation: Part | None) -> list[Part]:
    rows: list[Part] = list((confirmation or {}).get("attestations", ()))
    return rows
