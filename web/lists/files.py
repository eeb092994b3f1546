"""Lists of dossiers as rows of a file: what stands where, with whom since when, until when; what is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.context import house
from web.lists.rows import holder_words, kind_of, stage_place, state_mark
from web.words import say
from workflow.domain.calendars import last_day, local_day
from workflow.domain.kinds import ENDED, Meaning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from web.lists.chasing import ChaseLine
    from web.lists.present import Present
    from workflow.papers.tables_out import Cell
    from workflow.queries.worklist import WorkItem

_DOSSIER = (
    "number",
    "subject",
    "commune",
    "kind",
    "cycle",
    "stage",
    "state",
    "holder",
    "since",
    "due",
    "late",
    "ended",
)
_OWED = ("subject", "commune", "number", "kind", "cycle", "to", "missing", "until", "late", "since", "reminded")


def dossier_heads() -> list[str]:
    """The heads of a list of dossiers."""
    return [say(f"download.{name}") for name in _DOSSIER]


def dossier_cells(items: Iterable[WorkItem], now: Present) -> Iterator[Sequence[Cell]]:
    """The rows of a list of dossiers: days as days, the last day of a turn, not its end."""
    for item in items:
        stage, mark = stage_place(item), now.mark(item.due)
        ended = Meaning(item.meaning) in ENDED
        yield (
            item.number,
            item.subject_name,
            item.commune_name,
            kind_of(item).short_label,
            item.cycle,
            stage.text if stage is not None and not ended else "",
            state_mark(item).text,
            holder_words(item.holder),
            local_day(item.holder_since) if item.holder_since is not None else None,
            last_day(item.due) if item.due is not None else None,
            mark.text if mark is not None else "",
            local_day(item.updated_at) if ended else None,
        )


def owed_heads() -> list[str]:
    """The heads of the chase list."""
    return [say(f"download.{name}") for name in _OWED]


def owed_cells(lines: Iterable[ChaseLine]) -> Iterator[Sequence[Cell]]:
    """The rows of the chase list: who owes what of which dossier, until when, when they were last asked."""
    for line in lines:
        yield (
            line.subject,
            line.commune,
            line.number,
            line.kind,
            line.cycle,
            house().wording.speak(line.to),
            "; ".join(line.missing),
            last_day(line.until) if line.until is not None else None,
            line.mark.text if line.mark is not None else "",
            local_day(line.since) if line.since is not None else None,
            local_day(line.reminded.at) if line.reminded is not None else None,
        )
