"""A roll in words: its lines, its counts and sums, who still lacks what is asked for, and the same as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from web.context import house
from web.dossier.turns import Mark
from web.formatting import day, number
from web.lists.places import dossier_url
from web.lists.rows import SHAPES
from web.words import say
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.rolls import Column, Holds, runs_out

if TYPE_CHECKING:
    from workflow.queries.rolls import RollLine, Totals

MOST_CELLS = 4
"""So many columns beside the title stand in the table of the page; the files hold all of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A dossier of a roll as the page draws it."""

    url: str
    title: str
    hint: str
    commune: str
    state: Mark
    cells: tuple[str, ...]
    warning: Mark | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How dossiers divide by one column: value in words, how many, each sum."""

    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]
    links: tuple[str, ...]


class Words:
    """What the values of one kind's roll are called."""

    def __init__(self, kind: DossierKind) -> None:
        self._answers = house().roll_answers(kind)

    def of(self, column: Column, value: str) -> str:
        """A value under a column in words."""
        if not value:
            return ""
        if column.holds is Holds.CHOICE:
            return self._answers[column.code].get(value) or say(f"roll.ticked.{value}")
        if column.holds is Holds.DATE:
            return day(value)
        return number(int(value)) if column.holds is Holds.NUMBER else value

    def options(self, column: Column) -> list[tuple[str, str]]:
        """What can be chosen under a column."""
        titles = self._answers[column.code] or {value: say(f"roll.ticked.{value}") for value in ("true", "false")}
        return list(titles.items())


def shown_columns(kind: DossierKind) -> tuple[Column, ...]:
    """The columns of the page: the first few beside the title."""
    return _beside_title(kind)[:MOST_CELLS]


def _beside_title(kind: DossierKind) -> tuple[Column, ...]:
    columns = kind.roll.columns if kind.roll is not None else ()
    return tuple(column for column in columns if kind.roll is None or column.code != kind.roll.title)


def line_of(kind: DossierKind, line: RollLine, words: Words, today: date) -> Line:
    """One dossier of the roll."""
    state = kind.states.get(line.state)
    return Line(
        url=dossier_url(line.id),
        title=line.title or say("roll.untitled"),
        hint=say("roll.hint", subject=line.subject_name, number=line.number),
        commune=line.commune_name,
        state=Mark(SHAPES[Meaning(line.meaning)], state.label if state is not None else line.state),
        cells=tuple(value_of(line, column, words) for column in shown_columns(kind)),
        warning=expiry_mark(kind, line, today),
    )


def value_of(line: RollLine, column: Column, words: Words) -> str:
    """What a dossier says under a column: how many papers, or the newest value."""
    if column.counted:
        count = len(line.values.get(column.code, ()))
        return number(count) if count else ""
    return words.of(column, line.one(column.code))


def expiry_mark(kind: DossierKind, line: RollLine, today: date) -> Mark | None:
    """That what stands open has run out, or does so soon."""
    column = kind.roll.expiring if kind.roll is not None else None
    until = line.one(column.code) if column is not None else ""
    if column is None or not until or line.meaning != Meaning.OPEN or not runs_out(until, today, column.expires or 0):
        return None
    over = date.fromisoformat(until) < today
    return Mark("late" if over else "near", say("roll.over" if over else "roll.ends", day=day(until)))


def tallies(kind: DossierKind, totals: Totals, words: Words, link: Mapping[str, Mapping[str, str]]) -> list[Tally]:
    """How the dossiers divide, column by column; ``link``: where a value leads, by column and value."""
    if kind.roll is None:
        return []
    summed = kind.roll.summed
    found = []
    for column in kind.roll.tallied:
        counts = sorted(totals.tallies[column.code], key=lambda one: (-one.dossiers, words.of(column, one.value)))
        rows = tuple(
            (
                words.of(column, one.value),
                number(one.dossiers),
                tuple(number(one.sums[each.code]) for each in summed if totals.sums[each.code]),
            )
            for one in counts
        )
        heads = tuple(each.label for each in summed if totals.sums[each.code])
        found.append(Tally(column.label, heads, rows, tuple(link[column.code].get(one.value, "") for one in counts)))
    return [tally for tally in found if tally.rows]


# --- tables to take along

Cell = str | int | None


def table_heads(kind: DossierKind) -> list[str]:
    """The heads of the file of a roll."""
    title = kind.roll.column(kind.roll.title) if kind.roll is not None else None
    first = ["number", "cycle", "commune", "subject"]
    heads = [say(f"roll.head.{name}") for name in first] + [
        title.label if title is not None else say("roll.head.title")
    ]
    return [*heads, say("roll.head.state"), *(column.label for column in _beside_title(kind))]


def table_rows(kind: DossierKind, lines: Iterable[RollLine], words: Words) -> Iterator[list[Cell]]:
    """The rows of that file; whole numbers stay numbers."""
    for line in lines:
        state = kind.states.get(line.state)
        row: list[Cell] = [line.number, line.cycle, line.commune_name, line.subject_name, line.title]
        row.append(state.label if state is not None else line.state)
        for column in _beside_title(kind):
            value = line.one(column.code)
            if column.counted:
                row.append(len(line.values.get(column.code, ())))
            else:
                row.append(int(value) if column.holds is Holds.NUMBER and value else words.of(column, value))
        yield row


def tally_heads(kind: DossierKind) -> list[str]:
    """The heads of the file of counts and sums."""
    summed = kind.roll.summed if kind.roll is not None else ()
    return [say("roll.head.by"), say("roll.head.value"), say("roll.head.dossiers"), *(one.label for one in summed)]


def tally_rows(kind: DossierKind, totals: Totals, words: Words) -> Iterator[list[Cell]]:
    """The rows of that file: by each column, then all together."""
    if kind.roll is None:
        return
    for column in kind.roll.tallied:
        for one in totals.tallies[column.code]:
            sums = [one.sums[each.code] for each in kind.roll.summed]
            yield [column.label, words.of(column, one.value), one.dossiers, *sums]
    yield [say("roll.head.all"), "", totals.dossiers, *(totals.sums[each.code] for each in kind.roll.summed)]
