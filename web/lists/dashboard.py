"""The dashboard of a commune or of the province: each kind's dossiers of the year in one line, results beside them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from web.access import actor
from web.context import cycle, house
from web.lists.filters import RETURNED
from web.lists.places import listing_url
from web.lists.province_matrix import Figure, Table, table
from web.results.kinds import kind_labels, ledger_kind
from web.words import say
from workflow.domain.step_clock import LatenessKind
from workflow.domain.targets import Verdict
from workflow.queries.at_risk import recognised_at_risk
from workflow.queries.filters import Filters
from workflow.queries.review import review
from workflow.queries.targets import target_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from web.lists.present import Present
    from workflow.domain.kinds import DossierKind


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind's dossiers of the year, drafts left out. ``stages``: where they stand, those with none left out.

    ``ended``: not chosen, declined, withdrawn, lapsed. ``places_late``: how many communes hold something late.
    """

    kind: DossierKind
    under_way: Figure
    late: Figure
    returned: Figure
    reached: int
    ended: int
    stages: tuple[Figure, ...]
    places_late: int

    @property
    def is_empty(self) -> bool:
        """Nobody has handed in anything."""
        return not (self.under_way.count or self.returned.count or self.reached or self.ended)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What the ledger says of a kind: results of the year, and of the one before."""

    kind: str
    label: str
    now: int
    before: int


def kind_lines(now: Present) -> tuple[KindLine, ...]:
    """Every kind of the catalogue, in its order."""
    return tuple(_line(table(kind, now)) for kind in house().catalogue.kinds())


def _line(shown: Table) -> KindLine:
    here = Filters(kind=shown.kind.code, cycle=shown.cycle)
    at_work = [one for column, one in zip(shown.columns, shown.sums, strict=True) if not column.reached]
    reached = [one.count for column, one in zip(shown.columns, shown.sums, strict=True) if column.reached]
    late = Filters(kind=shown.kind.code, cycle=shown.cycle, lateness=LatenessKind.LATE)
    returned = Filters(kind=shown.kind.code, cycle=shown.cycle, stage=RETURNED)
    return KindLine(
        kind=shown.kind,
        under_way=Figure(sum(one.count for one in at_work), shown.late, listing_url(here)),
        late=Figure(shown.late, url=listing_url(late)),
        returned=Figure(shown.returned, url=listing_url(returned)),
        reached=sum(reached),
        ended=shown.ended,
        stages=tuple(one for one in shown.sums if one.count),
        places_late=shown.late_places,
    )


def result_lines() -> tuple[ResultLine, ...]:
    """Results of this year and the last, by kind; kinds and programmes without any are left out."""
    return tuple(_results())


def _results() -> Iterator[ResultLine]:
    for kind, label in kind_labels().items():
        found = review(house().database, actor(), kind, first=cycle() - 1, last=cycle())
        before, now = found.whole.counts
        if now or before:
            yield ResultLine(kind, label, now, before)


@dataclass(frozen=True, slots=True)
class Beside:
    """What other pages say of the year: its words and where it stands."""

    label: str
    text: str
    url: str


def beside(now: Present) -> tuple[Beside, ...]:
    """The year's targets, met and not, and the recognised units at risk; their own pages say what stands behind."""
    place, who = house(), actor()
    sheet = target_sheet(
        place.database,
        who,
        place.reporting.targets(),
        {one.code: one for one in place.catalogue.kinds()},
        place.reporting.kind(province_id=who.province_id, on=now.today),
        now.moment,
        cycle=cycle(),
        on=now.today,
    )
    verdicts = Counter(one.verdict for one in sheet.targets)
    counts = {"met": verdicts[Verdict.MET], "unmet": verdicts[Verdict.UNMET], "none": verdicts[Verdict.NOT_APPLICABLE]}
    risky = sum(one.is_at_risk for one in recognised_at_risk(place.database, who, ledger_kind(), cycle=cycle()))
    return (
        Beside(say("dashboard.targets"), say("dashboard.targets_said", **counts), url_for("targets.sheet")),
        Beside(say("dashboard.at_risk"), say("dashboard.at_risk_said", count=risky), url_for("at_risk.listing")),
    )


def heads() -> list[str]:
    """Column heads of the sheet."""
    names = ("kind", "under_way", "late", "returned", "reached", "ended", "stages")
    return [say(f"dashboard.{name}") for name in names]


def cells(lines: Sequence[KindLine]) -> Iterator[list[str | int]]:
    """The rows of the sheet: every kind, those with nothing too."""
    for line in lines:
        stages = "; ".join(f"{one.label}: {one.count}" for one in line.stages)
        figures = (line.under_way.count, line.late.count, line.returned.count, line.reached, line.ended)
        yield [line.kind.label, *figures, stages]
