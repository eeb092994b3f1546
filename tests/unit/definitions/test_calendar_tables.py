"""Holiday tables: the shipped ones are sound by schema and reader, and each way to be wrong is told with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from workflow.definitions.calendars import CalendarInvalid, TableFault, load_calendar, load_years, with_overlay
from workflow.domain.errors import DefinitionInvalid

SCHEMAS = Path(__file__).resolve().parents[3] / "dossier_schemas"
TABLES = SCHEMAS / "calendars" / "vn"
META = json.loads((SCHEMAS / "meta" / "calendar.schema.json").read_text(encoding="utf-8"))
TABLE_2026 = json.loads((TABLES / "2026.json").read_text(encoding="utf-8"))


def faults_of(tmp_path: Path, change: Callable[[dict[str, Any]], Any]) -> list[tuple[str, str]]:
    """(where, code) of all that is wrong with the table of 2026 after a change."""
    table = copy.deepcopy(TABLE_2026)
    change(table)
    file = tmp_path / "2026.json"
    file.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(CalendarInvalid) as refused:
        load_calendar(file)
    assert refused.value.code == "calendar_invalid"
    assert refused.value.facts["file"] == "2026.json"
    found = [fault for fault in refused.value.faults if isinstance(fault, TableFault)]
    return [(fault.where, fault.code) for fault in found]


def schema_refuses(change: Callable[[dict[str, Any]], Any]) -> bool:
    table = copy.deepcopy(TABLE_2026)
    change(table)
    return not jsonschema.Draft202012Validator(META).is_valid(table)


# --- the shipped tables


def test_the_meta_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(META)


@pytest.mark.parametrize("file", sorted(TABLES.glob("*.json")), ids=lambda file: file.name)
def test_shipped_table_fits_the_meta_schema(file: Path) -> None:
    table = json.loads(file.read_text(encoding="utf-8"))
    assert [error.json_path for error in jsonschema.Draft202012Validator(META).iter_errors(table)] == []
    assert [row["date"] for row in table["rows"]] == sorted(row["date"] for row in table["rows"])


def test_years_2024_to_2027_ship_and_only_the_last_is_provisional() -> None:
    assert [(table.year, table.provisional) for table in load_years(TABLES)] == [
        (2024, False),
        (2025, False),
        (2026, False),
        (2027, True),
    ]


def test_swaps_and_days_in_lieu_name_what_they_stand_for() -> None:
    named = {table.year: table.instead_of for table in load_years(TABLES)}
    assert named[2026] == {
        date(2026, 1, 2): date(2026, 1, 10),
        date(2026, 4, 27): date(2026, 4, 26),
        date(2026, 8, 31): date(2026, 8, 22),
    }


def test_one_file_or_a_folder_can_be_loaded() -> None:
    one, all_ = load_calendar(TABLES / "2026.json"), load_calendar(TABLES)
    assert set(one.holidays) == {day for day in all_.holidays if day.year == 2026}
    assert one.is_provisional(date(2025, 6, 2))


# --- what is refused, by the reader and (where it can) by the schema

FIRST = 0
SWAPPED = 1
MADE_UP = 2


def row_change(index: int, **members: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda table: table["rows"][index].update(members)


def row_without(index: int, key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda table: table["rows"][index].pop(key)


BY_SCHEMA: dict[str, tuple[Callable[[dict[str, Any]], Any], list[tuple[str, str]]]] = {
    "no year": (lambda t: t.pop("year"), [("year", "missing")]),
    "year as text": (lambda t: t.update(year="2026"), [("year", "bad_value")]),
    "year as truth": (lambda t: t.update(year=True), [("year", "bad_value")]),
    "no rows": (lambda t: t.pop("rows"), [("rows", "missing")]),
    "rows no list": (lambda t: t.update(rows={}), [("rows", "bad_value")]),
    "provisional as text": (lambda t: t.update(provisional="no"), [("provisional", "bad_value")]),
    "no country": (lambda t: t.pop("country"), [("country", "missing")]),
    "misspelt member": (lambda t: t.update(provisinal=True), [("provisinal", "unknown_key")]),
    "references no list": (lambda t: t.update(references="x"), [("references", "bad_value")]),
    "row no object": (lambda t: t["rows"].append("2026-06-01"), [("rows[17]", "not_an_object")]),
    "no name": (row_without(FIRST, "name"), [("rows[0].name", "missing")]),
    "no source": (row_without(FIRST, "source"), [("rows[0].source", "missing")]),
    "no verified": (row_without(FIRST, "verified"), [("rows[0].verified", "missing")]),
    "unknown kind": (row_change(FIRST, kind="feast"), [("rows[0].kind", "bad_value")]),
    "ordinary is for overlays": (row_change(FIRST, kind="ordinary"), [("rows[0].kind", "bad_value")]),
    "unknown confidence": (row_change(FIRST, confidence="sure"), [("rows[0].confidence", "bad_value")]),
    "misspelt row member": (row_change(FIRST, sorce="x"), [("rows[0].sorce", "unknown_key")]),
    "date in Vietnamese order": (row_change(FIRST, date="01/01/2026"), [("rows[0].date", "bad_value")]),
    "verified from memory": (
        row_change(FIRST, confidence="memory"),
        [("rows[0].verified", "verified_but_not_read")],
    ),
    "verified by inference": (
        row_change(FIRST, confidence="inference"),
        [("rows[0].verified", "verified_but_not_read")],
    ),
    "day in lieu of nothing": (row_without(SWAPPED, "instead_of"), [("rows[1].instead_of", "missing")]),
    "holiday in lieu": (
        row_change(FIRST, instead_of="2026-01-10"),
        [("rows[0].instead_of", "instead_of_nothing")],
    ),
}
BY_READER: dict[str, tuple[Callable[[dict[str, Any]], Any], list[tuple[str, str]]]] = {
    "no such day": (row_change(FIRST, date="2026-02-30"), [("rows[0].date", "bad_value")]),
    "blank name": (row_change(FIRST, name="  "), [("rows[0].name", "bad_value")]),
    "another year": (row_change(FIRST, date="2025-01-01"), [("rows[0].date", "other_year")]),
    "year of another file": (
        lambda t: (t.update(year=2025), t.update(rows=[])),
        [("year", "year_is_not_file_name")],
    ),
    "one day twice": (row_change(FIRST, date="2026-02-16"), [("rows[3].date", "day_twice")]),
    "make-up day on a weekday": (
        row_change(MADE_UP, date="2026-01-09"),
        [("rows[2].date", "make_up_day_not_weekend")],
    ),
    "day in lieu on a Sunday": (
        row_change(SWAPPED, date="2026-01-04"),
        [("rows[1].date", "compensatory_day_on_weekend")],
    ),
    "half a swap": (
        lambda t: t["rows"].pop(SWAPPED),
        [("2026-01-10", "make_up_day_for_nothing")],
    ),
    "the other half": (
        lambda t: t["rows"].pop(MADE_UP),
        [("2026-01-02", "instead_of_unknown")],
    ),
    "in lieu of a holiday on a weekday": (
        row_change(9, instead_of="2026-04-30"),
        [("2026-04-27", "instead_of_unknown")],
    ),
    "two days in lieu of one": (
        row_change(9, instead_of="2026-08-22"),
        [("2026-08-22", "instead_of_twice")],
    ),
}


@pytest.mark.parametrize(("change", "expected"), BY_SCHEMA.values(), ids=BY_SCHEMA.keys())
def test_reader_and_schema_refuse_a_wrong_shape(
    tmp_path: Path, change: Callable[[dict[str, Any]], Any], expected: list[tuple[str, str]]
) -> None:
    assert faults_of(tmp_path, change) == expected
    assert schema_refuses(change)


@pytest.mark.parametrize(("change", "expected"), BY_READER.values(), ids=BY_READER.keys())
def test_reader_refuses_what_a_schema_cannot_say(
    tmp_path: Path, change: Callable[[dict[str, Any]], Any], expected: list[tuple[str, str]]
) -> None:
    assert faults_of(tmp_path, change) == expected


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    def change(table: dict[str, Any]) -> None:
        table["rows"][0].pop("name")
        table["rows"][5]["kind"] = "feast"
        table["rows"][7]["date"] = "2026-13-01"

    assert faults_of(tmp_path, change) == [
        ("rows[0].name", "missing"),
        ("rows[5].kind", "bad_value"),
        ("rows[7].date", "bad_value"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "json.malformed"),
        ("{", "json.malformed"),
        ('{"year": 2026, "year": 2027}', "json.duplicate_key"),
        ('{"year": NaN}', "json.not_a_number"),
        ("[]", "not_an_object"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "2026.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CalendarInvalid) as refused:
        load_calendar(file)
    assert [getattr(fault, "code", None) for fault in refused.value.faults] == [code]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarInvalid) as refused:
        load_calendar(tmp_path)
    assert refused.value.faults == (TableFault(tmp_path.name, "no_tables"),)
    assert isinstance(refused.value, DefinitionInvalid)


# --- rows entered by administrators

ROW = {
    "date": "2026-11-24",
    "name": "as its weekday",
    "kind": "ordinary",
    "source": "letter 1 of PV01",
    "confidence": "read",
    "verified": True,
}


def test_an_overlay_row_is_read_like_a_shipped_one() -> None:
    calendar = load_calendar(TABLES)
    assert not calendar.is_working_day(date(2026, 11, 24))
    changed = with_overlay(calendar, [ROW], confirmed_years=frozenset({2027}))
    assert changed.is_working_day(date(2026, 11, 24))
    assert changed.sources[date(2026, 11, 24)] == "letter 1 of PV01"
    assert not changed.is_provisional(date(2027, 6, 1))


@pytest.mark.parametrize(
    ("rows", "where", "code"),
    [
        ([{**ROW, "kind": "feast"}], "rows[0].kind", "bad_value"),
        ([{**ROW, "kind": "working_weekend"}], "rows[0].date", "make_up_day_not_weekend"),
        ([{**ROW, "confidence": "memory"}], "rows[0].verified", "verified_but_not_read"),
        ([ROW, {**ROW, "kind": "holiday"}], "rows[1].date", "day_twice"),
        ([{}], "rows[0].date", "missing"),
    ],
)
def test_a_wrong_overlay_changes_nothing(rows: list[dict[str, Any]], where: str, code: str) -> None:
    with pytest.raises(CalendarInvalid) as refused:
        with_overlay(load_calendar(TABLES), rows)
    first = refused.value.faults[0]
    assert isinstance(first, TableFault)
    assert (first.where, first.code) == (where, code)
