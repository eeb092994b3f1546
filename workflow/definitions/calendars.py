"""Holiday tables (``dossier_schemas/calendars/<country>/<year>.json``) read into a WorkingCalendar.

The shape of a table is also written as a JSON Schema (``meta/calendar.schema.json``); here it is checked by
hand with what a schema cannot say: days exist and are the table's, weekdays are right, swaps are whole.
Administrators' rows come from the books of a province in the same shape and are laid over the shipped tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workflow.definitions.strict_json import JsonRefused, read
from workflow.domain.calendars import SATURDAY, CalendarDay, DayKind, WorkingCalendar
from workflow.domain.errors import DefinitionInvalid

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_READ = ("read", "secondary")
_CONFIDENCE = (*_READ, "memory", "inference")
_TABLE_KEYS = {"$schema", "country", "year", "provisional", "note", "references", "rows"}
_ROW_KEYS = {"date", "name", "kind", "instead_of", "source", "confidence", "verified", "note"}


@dataclass(frozen=True, slots=True)
class TableFault:
    """One thing wrong with a table: where in the file, a stable code, and the value found there."""

    where: str
    code: str
    value: object = None


class CalendarInvalid(DefinitionInvalid):
    """A holiday table that may not be used; ``faults`` lists everything wrong, not the first only."""

    code = "calendar_invalid"


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One table as it stands in its file, for the page that shows and edits it.

    ``instead_of`` maps a compensatory day to the holiday or make-up day it stands for.
    """

    year: int
    provisional: bool
    note: str
    references: tuple[str, ...]
    days: tuple[CalendarDay, ...]
    instead_of: Mapping[date, date]


def load_calendar(path: Path) -> WorkingCalendar:
    """The calendar of one table, or of every table in a folder. Raises CalendarInvalid."""
    return calendar_of(load_years(path))


def load_years(path: Path) -> tuple[CalendarYear, ...]:
    """The tables at ``path`` (a file, or a folder of ``<year>.json``), by year. Raises CalendarInvalid."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise CalendarInvalid((TableFault(path.name, "no_tables"),), file=path.name)
    return tuple(_read_file(file) for file in files)


def calendar_of(years: Iterable[CalendarYear]) -> WorkingCalendar:
    """The tables of several years as one calendar."""
    tables = tuple(years)
    days = [day for table in tables for day in table.days]
    return WorkingCalendar(
        holidays={d.day: d.name for d in days if d.kind is not DayKind.WORKING_WEEKEND},
        working_weekends={d.day: d.name for d in days if d.kind is DayKind.WORKING_WEEKEND},
        provisional_years=frozenset(table.year for table in tables if table.provisional),
        unverified=frozenset(d.day for d in days if not d.verified),
        sources={d.day: d.source for d in days},
    )


def with_overlay(
    calendar: WorkingCalendar,
    rows: Iterable[Mapping[str, object]],
    *,
    confirmed_years: frozenset[int] = frozenset(),
) -> WorkingCalendar:
    """The calendar with rows that administrators entered laid over it; ``kind`` may also be ``ordinary``.

    ``ordinary`` takes a shipped row away: the day is again as its weekday is. Raises CalendarInvalid.
    """
    faults: list[TableFault] = []
    days = [_row(row, f"rows[{i}]", faults, overlay=True) for i, row in enumerate(rows)]
    if not faults:
        faults = _doubled(days)
    if faults:
        raise CalendarInvalid(tuple(faults))
    return calendar.with_overlay([day for day in days if day], confirmed_years=confirmed_years)


def _read_file(file: Path) -> CalendarYear:
    try:
        document = read(file.read_bytes())
    except JsonRefused as refused:
        raise CalendarInvalid((TableFault("$", refused.code, refused.facts),), file=file.name) from None
    faults: list[TableFault] = []
    table = _table(document, faults)
    if table and file.stem != str(table.year):
        faults.append(TableFault("year", "year_is_not_file_name", table.year))
    if faults or table is None:
        raise CalendarInvalid(tuple(faults), file=file.name)
    return table


def _table(document: object, faults: list[TableFault]) -> CalendarYear | None:
    if not isinstance(document, dict):
        faults.append(TableFault("$", "not_an_object"))
        return None
    faults += [TableFault(key, "unknown_key") for key in sorted(document.keys() - _TABLE_KEYS)]
    year = _field(document, "year", "$", faults, _is_year)
    provisional = _field(document, "provisional", "$", faults, _is_bool)
    _field(document, "country", "$", faults, _is_text)
    rows = _field(document, "rows", "$", faults, lambda value: isinstance(value, list))
    references = document.get("references", [])
    if not (isinstance(references, list) and all(map(_is_text, references))):
        faults.append(TableFault("references", "bad_value", references))
    if faults or not isinstance(rows, list) or not isinstance(year, int):
        return None
    parsed = [_row(row, f"rows[{i}]", faults) for i, row in enumerate(rows)]
    days = tuple(day for day in parsed if day)
    faults += [TableFault(f"rows[{i}].date", "other_year", d.day) for i, d in enumerate(days) if d.day.year != year]
    faults += _doubled(parsed)
    if faults:
        return None
    instead = {
        day.day: date.fromisoformat(row["instead_of"])
        for day, row in zip(days, rows, strict=True)
        if "instead_of" in row
    }
    faults += _half_swaps(days, instead)
    note = document.get("note", "")
    return CalendarYear(year, provisional is True, str(note), tuple(references), days, instead)


def _row(row: object, where: str, faults: list[TableFault], *, overlay: bool = False) -> CalendarDay | None:
    if not isinstance(row, Mapping):
        faults.append(TableFault(where, "not_an_object", row))
        return None
    before = len(faults)
    faults += [TableFault(f"{where}.{key}", "unknown_key") for key in sorted(row.keys() - _ROW_KEYS)]
    day = _field(row, "date", where, faults, _is_day)
    name = _field(row, "name", where, faults, _is_text)
    kinds = [kind for kind in DayKind if overlay or kind is not DayKind.ORDINARY]
    kind = _field(row, "kind", where, faults, lambda value: value in kinds)
    source = _field(row, "source", where, faults, _is_text)
    verified = _field(row, "verified", where, faults, _is_bool)
    confidence = _field(row, "confidence", where, faults, lambda value: value in _CONFIDENCE)
    if len(faults) > before:
        return None
    if verified and confidence not in _READ:
        faults.append(TableFault(f"{where}.verified", "verified_but_not_read", confidence))
    _check_weekday(date.fromisoformat(str(day)), DayKind(str(kind)), where, faults)
    if not overlay:
        _check_instead(row, DayKind(str(kind)), where, faults)
    if len(faults) > before:
        return None
    return CalendarDay(
        date.fromisoformat(str(day)),
        str(name),
        DayKind(str(kind)),
        str(source),
        verified is True,
        str(row.get("note", "")),
    )


def _check_weekday(day: date, kind: DayKind, where: str, faults: list[TableFault]) -> None:
    weekend = day.weekday() >= SATURDAY
    if kind is DayKind.WORKING_WEEKEND and not weekend:
        faults.append(TableFault(f"{where}.date", "make_up_day_not_weekend", day))
    if kind is DayKind.COMPENSATORY and weekend:
        faults.append(TableFault(f"{where}.date", "compensatory_day_on_weekend", day))


def _check_instead(row: Mapping[str, object], kind: DayKind, where: str, faults: list[TableFault]) -> None:
    if kind is DayKind.COMPENSATORY:
        _field(row, "instead_of", where, faults, _is_day)
    elif "instead_of" in row:
        faults.append(TableFault(f"{where}.instead_of", "instead_of_nothing", row["instead_of"]))


def _half_swaps(days: tuple[CalendarDay, ...], instead: Mapping[date, date]) -> list[TableFault]:
    """A day in lieu must name a holiday on a weekend or a make-up day; each make-up day is named once."""
    make_up = {d.day for d in days if d.kind is DayKind.WORKING_WEEKEND}
    lost = {d.day for d in days if d.kind is DayKind.HOLIDAY and d.day.weekday() >= SATURDAY}
    named = list(instead.values())
    faults = [TableFault(str(day), "instead_of_unknown", of) for day, of in instead.items() if of not in make_up | lost]
    faults += [TableFault(str(day), "instead_of_twice") for day in sorted(set(named)) if named.count(day) > 1]
    faults += [TableFault(str(day), "make_up_day_for_nothing") for day in sorted(make_up - set(named))]
    return faults


def _doubled(days: Iterable[CalendarDay | None]) -> list[TableFault]:
    seen: set[date] = set()
    faults = []
    for i, row in enumerate(days):
        if row and row.day in seen:
            faults.append(TableFault(f"rows[{i}].date", "day_twice", row.day))
        if row:
            seen.add(row.day)
    return faults


def _field(
    owner: Mapping[str, object],
    key: str,
    where: str,
    faults: list[TableFault],
    good: Callable[[object], bool],
) -> object:
    place = key if where == "$" else f"{where}.{key}"
    if key not in owner:
        faults.append(TableFault(place, "missing"))
        return None
    if not good(owner[key]):
        faults.append(TableFault(place, "bad_value", owner[key]))
    return owner[key]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_year(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2200


def _is_day(value: object) -> bool:
    if not (isinstance(value, str) and _DAY.fullmatch(value)):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
