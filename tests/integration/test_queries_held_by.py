"""The worklist by other holders than its tabs', what has once been with the province, and how many there are."""

from __future__ import annotations

import pytest

from tests.support.reading import (
    AT,
    DAY,
    NOW,
    POLICE,
    PROVINCE,
    dossier_row,
    organisation_row,
    write_dossiers,
    write_organisations,
)
from workflow.domain.actors import Role
from workflow.domain.calendars import WorkingCalendar
from workflow.queries.filters import Filters, Tab
from workflow.queries.moment import Moment
from workflow.queries.worklist import how_many, worklist
from workflow.storage.database import Database

MOMENT = Moment.of(AT, WorkingCalendar({}, {}, frozenset()))
EVERYBODY = frozenset(Role)


@pytest.fixture
def filled(database: Database) -> Database:
    write_organisations(database, organisation_row("s-1", "Trường THPT Vĩnh Thuận"))
    write_dossiers(
        database,
        dossier_row(id="police", due_at=NOW + 2 * DAY),
        dossier_row(id="unit", holder="unit", due_at=None),
        dossier_row(id="sent-back", holder="commune_committee", due_at=NOW + DAY, submitted=1),
        dossier_row(id="province", holder="province_police", due_at=NOW + 3 * DAY, submitted=1),
        dossier_row(id="done", holder=None, due_at=None, meaning="positive", submitted=1),
    )
    return database


def ids(database: Database, **how: object) -> list[str]:
    return [item.id for item in worklist(database, PROVINCE, Filters(), MOMENT, **how).items]  # type: ignore[arg-type]


def test_what_is_open_is_one_list_whoever_holds_it(filled: Database) -> None:
    assert ids(filled, held_by=EVERYBODY) == ["sent-back", "police", "province", "unit"]


def test_only_the_holders_asked_for_are_listed_and_filters_still_narrow(filled: Database) -> None:
    assert ids(filled, held_by={Role.UNIT, Role.COMMUNE_POLICE}) == ["police", "unit"]
    narrowed = worklist(filled, PROVINCE, Filters(holder=Role.UNIT), MOMENT, held_by=EVERYBODY)
    assert [item.id for item in narrowed.items] == ["unit"]


def test_what_the_province_sent_back_is_what_was_with_it_and_is_held_below(filled: Database) -> None:
    below = {Role.UNIT, Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE}
    assert ids(filled, held_by=below, submitted=True) == ["sent-back"]
    assert how_many(filled, PROVINCE, Filters(), MOMENT, held_by=below, submitted=True).n == 1


def test_the_count_is_of_all_pages(filled: Database) -> None:
    page = worklist(filled, POLICE, Filters(), MOMENT, held_by=EVERYBODY, limit=2)
    rest = worklist(filled, POLICE, Filters(), MOMENT, held_by=EVERYBODY, limit=2, after=page.after)
    assert [item.id for item in (*page.items, *rest.items)] == ["sent-back", "police", "province", "unit"]
    assert how_many(filled, POLICE, Filters(), MOMENT, held_by=EVERYBODY).n == 4
    assert how_many(filled, POLICE, Filters(Tab.DONE), MOMENT).n == 1


def test_states_given_as_a_list_narrow_it(filled: Database) -> None:
    write_dossiers(filled, dossier_row(id="other", state="chosen", due_at=NOW + 4 * DAY))
    assert ids(filled, held_by=EVERYBODY, states={"chosen", "nowhere"}) == ["other"]
    assert ids(filled, held_by=EVERYBODY, states=()) == []
    assert how_many(filled, POLICE, Filters(), MOMENT, states={"chosen", "registered"}).n == 2
