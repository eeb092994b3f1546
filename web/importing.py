"""What an import would do, in words: rows of a table grouped by what will happen to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.errors import sentence
from web.formatting import day
from web.results.kinds import enterable, subject_words
from web.words import has, say
from workflow.domain.errors import HosoError, InvalidInput
from workflow.papers.organisation_sheet import PLACES, read_organisations
from workflow.papers.result_sheet import read_results
from workflow.papers.workbook import CellFault
from workflow.services.ledger import ResultInput
from workflow.wording import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.sheets import Sheet
    from workflow.domain.books import Organisation
    from workflow.papers.tables_in import Row
    from workflow.services.ledger import ResultLine
    from workflow.services.organisations import ImportLine

MOST_SHOWN = 200
"""So many rows of a group are shown; near duplicates all are, each asks for an answer."""

ORDER = ("wrong", "near", "change", "add", "there", "same")
_MARKS = {"wrong": "no", "near": "near", "change": "half", "add": "done", "there": "wait", "same": "wait"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its first cell, the others, what is to be said of it. ``pick``: it is kept when ticked."""

    name: str
    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()
    place: str = ""
    pick: str = ""
    sheet: str = ""


@dataclass
class Group:
    """Rows to which the same happens."""

    what: str
    lines: list[Line] = field(default_factory=list)

    @property
    def shown(self) -> list[Line]:
        """The rows that a page shows; of many that ask for nothing, the first."""
        return self.lines if self.what == "near" else self.lines[:MOST_SHOWN]

    @property
    def mark(self) -> str:
        """The shape of its mark."""
        return _MARKS[self.what]

    @property
    def head(self) -> str:
        """What happens."""
        return say(f"import.group.{self.what}")

    @property
    def note(self) -> str:
        """What that means."""
        return say(f"import.note.{self.what}")


# --- organisations --------------------------------------------------------------------------------


def organisations_in(sheet: Sheet) -> list[tuple[Row, Organisation]]:
    """The organisations of a table. Raises ``WorkbookRefused``."""
    who = actor()
    return read_organisations(
        sheet.content,
        sheet.name,
        house().wording,
        province_id=who.province_id,
        commune_id=who.commune_id,
        known=house().organisations.known,
    )


def organisation_groups(rows: Sequence[Row], lines: Sequence[ImportLine]) -> list[Group]:
    """The rows by what happens to them, what needs a look first."""
    return grouped([(line.what, _organisation(row, line)) for row, line in zip(rows, lines, strict=True)])


def _organisation(row: Row, line: ImportLine) -> Line:
    one, notes = line.organisation, []
    if line.error is not None:
        notes = [sentence(line.error)]
    elif line.what == "near" and line.existing is not None:
        notes = [say("import.near", name=line.existing.name, id=line.existing.id)]
    elif line.what == "change":
        notes = [
            say("import.change", field=say(f"import.field.{name}"), was=_value(name, was), fresh=_value(name, fresh))
            for name, was, fresh in line.changes
            if has(f"import.field.{name}")
        ]
    return Line(
        one.name,
        (subject_words(one.kind), one.id),
        tuple(notes),
        place=row.cell(PLACES.get(line.field, line.field)) if line.error is not None else row.cell("name"),
        pick=one.id if line.what == "near" else "",
        sheet=row.sheet,
    )


def _value(name: str, value: object) -> str:
    if value in (None, ""):
        return say("import.empty")
    if isinstance(value, date):
        return day(value)
    if name == "kind":
        return subject_words(str(value))
    level = f"import.level.{value}"
    return say(level) if name == "managing_level" and has(level) else str(value)


# --- earlier results ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadResult:
    """One row of a table of results: what it says, or the error and the column at which it is seen."""

    row: Row
    result: ResultInput | None
    error: HosoError | None = None
    column: str = ""


def results_in(sheet: Sheet) -> list[ReadResult]:
    """The results of a table, each with its unit found. Raises ``WorkbookRefused``."""
    return [_read_result(row) for row in read_results(sheet.content, sheet.name, house().wording)]


def result_words() -> tuple[str, ...]:
    """The results that a table may hold, in the words by which they are chosen."""
    return tuple(words for _kind, _result, _label, words in enterable().values())


def _read_result(row: Row) -> ReadResult:
    decided = row.day("decided_on")
    try:
        subject = house().organisations.named(actor(), row.text("subject") or "")
    except HosoError as error:
        return ReadResult(row, None, error, "subject")
    known = _known(row)
    if known is None or decided is None:
        return ReadResult(row, None, InvalidInput("result_unknown", result=row.text("result") or ""), "result")
    kind, result, label, _words = known
    made = ResultInput(
        subject_id=subject.id,
        kind=kind,
        cycle=row.number("cycle"),
        result=result,
        label=label,
        number=row.text("number") or "",
        decided_on=decided,
        authority=row.text("authority") or "",
    )
    return ReadResult(row, made)


def _known(row: Row) -> tuple[str, str, str, str] | None:
    """The result that a row names, by its words or by the codes of its kind and result."""
    said = row.text("result") or ""
    by_words = {fold(one[3]): one for one in enterable().values()}
    return by_words.get(fold(said)) or enterable().get(f"{row.text('result_kind') or ''}:{said}")


def result_groups(read: Sequence[ReadResult], lines: Sequence[ResultLine]) -> list[Group]:
    """The rows by what happens to them; ``lines`` are those of the rows that could be read."""
    weighed, found = iter(lines), []
    for one in read:
        if one.result is None:
            found.append(("wrong", _result(one, one.error, one.column)))
            continue
        line = next(weighed)
        found.append((line.what, _result(one, line.error, "")))
    return grouped(found)


def _result(one: ReadResult, error: HosoError | None, column: str) -> Line:
    row, decided = one.row, one.row.day("decided_on")
    decision = f"{row.text('number') or ''}, {day(decided)}" if decided else row.text("number") or ""
    return Line(
        row.text("subject") or "",
        (f"{row.text('result') or ''}, {row.number('cycle')}", decision, row.text("authority") or ""),
        (sentence(error),) if error is not None else (),
        place=row.cell(column or "subject"),
        sheet=row.sheet,
    )


def faults_in(groups: Sequence[Group]) -> list[CellFault]:
    """What is wrong with the rows that cannot be kept, each at its cell."""
    wrong = [line for group in groups if group.what == "wrong" for line in group.lines]
    return [CellFault("sheet.said", line.sheet, line.place, {"what": " ".join(line.notes)}) for line in wrong]


def grouped(lines: Sequence[tuple[str, Line]]) -> list[Group]:
    """The rows by what happens to them, in that order."""
    groups = {what: Group(what) for what in ORDER}
    for what, line in lines:
        groups[what].lines.append(line)
    return [group for group in groups.values() if group.lines]
