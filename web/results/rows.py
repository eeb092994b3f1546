"""Entries of the ledger in words: for the list, the page of one recognition, the files to take along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.dossier.turns import Mark
from web.formatting import day
from web.results.kinds import kind_labels, ledger_kind, subject_words
from web.words import say
from workflow.domain.kinds import Meaning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from workflow.queries.ledger import KeptUp, LedgerItem

_MARKS = {Meaning.POSITIVE: "done", Meaning.NEGATIVE: "no", Meaning.VOID: "void"}


@dataclass(frozen=True, slots=True)
class ResultRow:
    """An entry with what its year says. ``upkeep`` None: nothing was owed in that year.

    ``owed_id``: the dossier in which the year's result is still to be recorded by the commune's meeting, else empty.
    """

    item: LedgerItem
    kind: str
    standing: Mark
    upkeep: Mark | None
    owed_id: str


def result_row(item: LedgerItem, cycle: int) -> ResultRow:
    """One entry, looked at in one year."""
    year = next((one for one in item.upkeep if one.cycle == cycle), None)
    own = item.subject_id == item.commune_id  # recorded by the province, outside the meeting
    return ResultRow(
        item=item,
        kind=kind_labels().get(item.kind, item.kind),
        standing=standing_mark(item),
        upkeep=upkeep_mark(year) if year is not None else _new(item, cycle),
        owed_id=year.dossier_id if year is not None and year.meaning is Meaning.OPEN and not own else "",
    )


def standing_mark(item: LedgerItem) -> Mark:
    """Whether the result counts, and stands."""
    if item.confirmed_at is None:
        return Mark("wait", say("ledger.waits"))
    if item.standing and item.kind != ledger_kind().code:
        return Mark("done", say("ledger.counts"))
    if item.standing:
        return Mark("star", say("ledger.stands"))
    return Mark("void", say("ledger.ended_on", day=day(item.ended_on)) if item.ended_on else say("ledger.ended"))


def upkeep_mark(year: KeptUp) -> Mark:
    """How what was owed in a year stands."""
    meaning = year.meaning if year.meaning in _MARKS else Meaning.OPEN
    return Mark(_MARKS.get(meaning, "wait"), say(f"ledger.upkeep.{meaning.value}"))


def _new(item: LedgerItem, cycle: int) -> Mark | None:
    return Mark("star", say("ledger.upkeep.new")) if item.cycle == cycle and item.standing else None


def heads(cycle: int) -> tuple[str, ...]:
    """The heads of the file."""
    names = ("subject", "commune", "subject_kind", "result", "cycle", "number", "decided_on", "authority", "standing")
    return (*(say(f"ledger.col.{name}") for name in names), say("ledger.col.upkeep", cycle=cycle))


def cells(rows: Iterable[LedgerItem], cycle: int) -> Iterator[tuple[str | int | date | None, ...]]:
    """The rows of the file: years as numbers, days as days."""
    for item in rows:
        row = result_row(item, cycle)
        yield (
            item.subject_name,
            item.commune_name,
            subject_words(item.subject_kind),
            f"{row.kind}: {item.label}" if row.kind != item.label else item.label,
            item.cycle,
            item.number,
            item.decided_on,
            item.authority,
            row.standing.text,
            row.upkeep.text if row.upkeep is not None else "",
        )
