"""The province as a matrix: what stands, what is returned, what is late and with whom; on both databases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from tests.support.kinds import small_kind
from tests.support.reading import (
    ADMIN,
    AT,
    COMMITTEE,
    DAY,
    NOW,
    POLICE,
    PROVINCE,
    PROVINCE_COMMITTEE,
    UNIT,
    dossier_row,
    organisation_row,
    write,
    write_dossiers,
    write_organisations,
)
from tests.support.told import ToldHouse
from workflow.domain.actors import Actor, Role
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.errors import NotAllowed
from workflow.domain.kinds import Meaning, State
from workflow.queries import province as module
from workflow.queries.moment import Moment
from workflow.queries.province import Matrix, StageCell, matrix
from workflow.storage.database import Database
from workflow.storage.tables import TALLY

KIND = small_kind()
MOMENT = Moment.of(AT, WorkingCalendar({}, {}, frozenset()), 5)


def counted(commune: str, state: str, dossiers: int, **changes: Any) -> dict[str, Any]:
    return {
        "province_id": "tinh",
        "kind": "small",
        "cycle": 2026,
        "commune_id": commune,
        "state": state,
        "dossiers": dossiers,
    } | changes


@pytest.fixture
def filled(database: Database) -> Database:
    write_organisations(
        database,
        organisation_row("xa", "Xã Vĩnh Phong", kind="xa", commune_id="xa"),
        organisation_row("xa-2", "Phường Bình An", kind="phuong", commune_id="xa-2"),
        organisation_row("xa-3", "Xã An Khánh Hạ", kind="xa", commune_id="xa-3"),
        organisation_row("xa-cu", "Xã Cũ", kind="xa", valid_to="2025-06-30"),
        organisation_row("s-1", "Một trường"),
    )
    write(
        database,
        TALLY,
        [
            counted("xa", "draft", 9),
            counted("xa", "registered", 4),
            counted("xa", "returned", 2),
            counted("xa", "appraised", 3),
            counted("xa", "recognized", 5),
            counted("xa", "declined", 1),
            counted("xa", "withdrawn", 6),
            counted("xa-2", "registered", 7),
            counted("xa-2", "appraised", 0),
            counted("xa-3", "draft", 1),
            counted("xa-cu", "recognized", 1),
            counted("xa", "registered", 50, cycle=2025),
            counted("xa", "registered", 50, kind="other"),
            counted("xa", "registered", 50, province_id="tinh-2"),
        ],
    )
    late = {"due_at": NOW - DAY, "holder": "commune_police"}
    write_dossiers(
        database,
        dossier_row(**late),
        dossier_row(**late),
        dossier_row(due_at=NOW - DAY, holder="province_police", state="appraised", submitted=1),
        dossier_row(due_at=NOW, holder="commune_committee", commune_id="xa-2"),
        dossier_row(due_at=NOW + DAY),
        dossier_row(due_at=NOW - DAY, holder="commune_police", cycle=2025),
        dossier_row(due_at=NOW - DAY, holder="commune_police", kind="other"),
        dossier_row(due_at=NOW - DAY, holder="commune_police", province_id="tinh-2"),
    )
    return database


def seen(filled: Database, actor: Actor = PROVINCE) -> Matrix:
    return matrix(filled, actor, KIND, 2026, MOMENT)


def names(rows: Iterable[Any]) -> list[str]:
    return [row.commune.name for row in rows]


def test_every_commune_is_named_those_with_nothing_too(filled: Database) -> None:
    made = seen(filled)
    assert names(made.rows) == ["Phường Bình An", "Xã An Khánh Hạ", "Xã Vĩnh Phong", "Xã Cũ"]
    assert names(made.silent) == ["Xã An Khánh Hạ"]


def test_stage_is_the_one_at_work(filled: Database) -> None:
    """What was chosen is being assessed: a state is counted where its next step leads."""
    onward = replace(KIND.transitions[3], forward=True)
    ahead = replace(KIND, transitions=(*KIND.transitions[:3], onward, *KIND.transitions[4:]))
    row = next(row for row in matrix(filled, PROVINCE, ahead, 2026, MOMENT).rows if row.commune.id == "xa")
    assert {stage: (cell.dossiers, cell.late_dossiers) for stage, cell in row.cells.items()} == {
        "first": (0, 0),
        "second": (12, 3),
    }


def test_cells_count_what_stands_and_what_is_late(filled: Database) -> None:
    row = next(row for row in seen(filled).rows if row.commune.id == "xa")
    assert row.cells == {
        "first": StageCell(4, {Role.COMMUNE_POLICE: 2}),
        "second": StageCell(8, {Role.PROVINCE_POLICE: 1}, reached=5),
    }
    assert (row.returned, row.negative, row.void) == (2, 1, 6)
    assert (row.sum.dossiers, row.sum.late_dossiers) == (12, 3)


def test_sums_are_of_the_rows(filled: Database) -> None:
    made = seen(filled)
    assert made.total("first") == StageCell(11, {Role.COMMUNE_COMMITTEE: 1, Role.COMMUNE_POLICE: 2})
    assert (made.sum.dossiers, made.sum.late_dossiers) == (20, 4)
    assert names(made.late) == ["Xã Vĩnh Phong", "Phường Bình An"]


def test_people_of_a_commune_see_its_row_alone(filled: Database) -> None:
    for actor in (POLICE, COMMITTEE):
        made = seen(filled, actor)
        assert names(made.rows) == ["Xã Vĩnh Phong"]
        assert made.sum.late_dossiers == 3
    assert names(seen(filled, replace(POLICE, commune_id="xa-2")).rows) == ["Phường Bình An"]


@pytest.mark.parametrize("actor", [UNIT, PROVINCE_COMMITTEE, ADMIN])
def test_matrix_is_not_for_others(filled: Database, actor: Actor) -> None:
    with pytest.raises(NotAllowed, match="matrix_role"):
        seen(filled, actor)


def test_province_of_another_name_has_nothing(filled: Database) -> None:
    made = seen(filled, replace(PROVINCE, province_id="tinh-3"))
    assert (made.rows, made.sum.dossiers) == ((), 0)


def test_states_of_an_older_version_are_counted(filled: Database) -> None:
    write(filled, TALLY, [counted("xa", "scored", 8)])
    states = {**KIND.states, "scored": State("scored", "scored", Meaning.OPEN, "second", Role.COMMUNE_POLICE)}
    older = replace(KIND, version=0, states=states)
    row = next(r for r in matrix(filled, PROVINCE, KIND, 2026, MOMENT, older=[older]).rows if r.commune.id == "xa")
    assert row.cells["second"].dossiers == 16


def test_counts_are_found_by_key_and_lateness_by_date(filled: Database) -> None:
    """As many rows are read as there are communes and states, and as many as are late: never every dossier."""
    if filled.make != "sqlite":
        return
    statements = {
        module._COUNTED: "SEARCH tally USING PRIMARY KEY (province_id=? AND kind=? AND cycle=?",
        module._COUNTED_HERE: "SEARCH tally USING PRIMARY KEY (province_id=? AND kind=? AND cycle=? AND commune_id=?",
        module._LATE: "ix_dossier_province_id_holder_due_at_id (province_id=? AND holder=? AND due_at<?)",
        module._LATE_HERE: "ix_dossier_commune_id_holder_due_at_id (commune_id=? AND holder=? AND due_at<?)",
    }
    with filled.read() as connection:
        for statement, expected in statements.items():
            compiled = statement.on("sqlite")
            text = "EXPLAIN QUERY PLAN " + compiled.text
            plan = [row[3] for row in connection.driver.execute(text, [None for _ in compiled.names])]
            assert any(expected in line for line in plan), (expected, plan)


def test_story_stands_in_the_matrix(told: ToldHouse) -> None:
    house = told.house
    moment = Moment.of(house.clock.now(), house.calendar())
    made = matrix(house.database, told.actor("pv01-1"), told.kind("dien_hinh"), 2026, moment)
    (row,) = made.rows
    assert row.commune.name == "Xã Vĩnh Phong"
    assert {stage: cell.dossiers for stage, cell in row.cells.items()} == {
        "registered": 0,
        "assessed": 0,
        "commune_meeting": 0,
        "province_appraisal": 0,
        "recognized": 6,
    }
    assert (row.negative, row.void) == (2, 1)
