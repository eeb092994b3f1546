"""The year's dates, what comes next and what waits, as each reader stands to them; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from tests.definitions.shipped import kind as shipped_kind
from tests.support.reading import (
    ADMIN,
    NOW,
    POLICE,
    PROVINCE,
    UNIT,
    organisation_row,
    write,
    write_organisations,
)
from tests.support.told import ToldHouse, as_unit_of
from workflow.domain.actors import Actor
from workflow.domain.calendars import HCM, day_end, day_start
from workflow.domain.deadlines import Face
from workflow.domain.errors import NotAllowed, NotFound
from workflow.queries.books import ComingDate, DateLine, FaceName, Year, coming, cycles, year
from workflow.queries.requests import waiting
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.tables import CYCLE, DEADLINE, FREE_TEXT, PERSON, REQUEST, TIME_GRANT

KIND = shipped_kind("dien_hinh")
OWED = shipped_kind("duy_tri")
EVENING = datetime(2026, 1, 19, 9, tzinfo=HCM)


def dates_of(kind: Any, cycle: int) -> list[dict[str, Any]]:
    rows = []
    for rule in kind.deadlines.values():
        made = rule.for_cycle(cycle)
        rows.append(
            {
                "province_id": "tinh",
                "kind": kind.code,
                "cycle": cycle,
                "code": rule.code,
                "opens": codec.micros_or_none(made.opens),
                "due": codec.micros_or_none(made.due),
                "closes": codec.micros_or_none(made.closes),
                "opens_after": made.opens_after,
            }
        )
    return rows


def grant_row(grant_id: str, scope: str, scope_id: str, until: date, kind: str = "late_opening") -> dict[str, Any]:
    return {
        "id": grant_id,
        "province_id": "tinh",
        "kind": "dien_hinh",
        "cycle": 2026,
        "deadline_code": "registration",
        "grant_kind": kind,
        "scope": scope,
        "scope_id": scope_id,
        "until": codec.micros(day_start(until)),
        "granted_at": codec.micros(day_start(date(2026, 1, 19))),
        "granted_by": "p-1",
        "reason_id": "t-1",
    }


@pytest.fixture
def books(database: Database) -> Database:
    write_organisations(
        database,
        organisation_row("s-1", "Trường THPT Vĩnh Thuận"),
        organisation_row("s-2", "Trạm Y tế", commune_id="xa-2"),
        organisation_row("xa-2", "Phường Bình An", kind="phuong", commune_id=None),
    )
    write(database, PERSON, [{"id": "p-1", "office": "Phó Trưởng phòng PV01"}])
    write(
        database,
        FREE_TEXT,
        [
            {
                "id": "t-1",
                "dossier_id": None,
                "salt": "",
                "digest": "0",
                "body": "Kế hoạch đến muộn.",
                "anonymised_at": None,
            },
        ],
    )
    opened = codec.micros(day_start(date(2025, 12, 1)))
    cycle = {"province_id": "tinh", "kind": "dien_hinh", "opened_at": opened}
    write(
        database,
        CYCLE,
        [cycle | {"cycle": 2026, "closed_at": None}, cycle | {"cycle": 2025, "closed_at": opened + 1}],
    )
    write(database, DEADLINE, [*dates_of(KIND, 2026), *dates_of(OWED, 2026)])
    return database


def line(seen: Year, code: str, kind: str = "dien_hinh") -> DateLine:
    return next(item for item in seen.dates if (item.kind, item.rule.code) == (kind, code))


def test_year_tells_its_dates_in_the_order_they_come(books: Database) -> None:
    seen = year(books, POLICE, KIND, 2026, EVENING)
    assert [item.rule.code for item in seen.dates] == [
        "registration",
        "selection",
        "figures",
        "results_report",
        "cycle",
    ]
    assert seen.next is not None
    assert seen.next.rule.code == "selection"
    assert (seen.opened_at, seen.closed_at) == (day_start(date(2025, 12, 1)), None)


def test_date_shows_its_face_and_its_opening_settled(books: Database) -> None:
    seen = year(books, POLICE, KIND, 2026, EVENING)
    registration, selection = line(seen, "registration"), line(seen, "selection")
    assert registration.verdict is not None
    assert registration.verdict.face is Face.CLOSED
    assert selection.deadline is not None
    assert selection.deadline.opens == day_end(date(2026, 1, 18))
    assert not registration.moved


def test_what_is_owed_has_its_dates_in_the_same_year(books: Database) -> None:
    seen = year(books, POLICE, KIND, 2026, EVENING, owed=OWED)
    assert line(seen, "meeting", "duy_tri").verdict is not None


def test_date_that_the_province_changed_says_so(books: Database) -> None:
    connection = books.begin()
    connection.raw(
        f"UPDATE deadline SET closes = {codec.micros(day_start(date(2026, 1, 18)))} WHERE code = 'registration'"
    )
    books.end(connection, "COMMIT")
    assert line(year(books, POLICE, KIND, 2026, EVENING), "registration").moved


def test_date_the_kind_took_on_later_has_no_row(books: Database) -> None:
    connection = books.begin()
    connection.raw("DELETE FROM deadline WHERE code = 'results_report'")
    books.end(connection, "COMMIT")
    seen = line(year(books, POLICE, KIND, 2026, EVENING), "results_report")
    assert (seen.deadline, seen.verdict) == (None, None)


def test_date_that_waits_for_one_which_never_closes_is_shown_without_a_verdict(books: Database) -> None:
    connection = books.begin()
    connection.raw("UPDATE deadline SET closes = NULL WHERE code = 'registration'")
    books.end(connection, "COMMIT")
    seen = line(year(books, POLICE, KIND, 2026, EVENING), "selection")
    assert seen.deadline is not None
    assert seen.verdict is None


def test_cycle_that_was_never_opened_is_not_found(books: Database) -> None:
    with pytest.raises(NotFound, match="cycle_not_found"):
        year(books, POLICE, KIND, 2030, EVENING)


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (UNIT, ["all", "own"]),
        (replace(UNIT, organisation_id="s-9"), ["all"]),
        (POLICE, ["all", "own"]),
        (replace(POLICE, commune_id="xa-2"), ["all", "commune", "other"]),
        (PROVINCE, ["all", "commune", "other", "own"]),
    ],
)
def test_grants_are_shown_to_whom_they_concern(books: Database, actor: Actor, seen: list[str]) -> None:
    write(
        books,
        TIME_GRANT,
        [
            grant_row("own", "subject", "s-1", date(2026, 1, 24)),
            grant_row("other", "subject", "s-2", date(2026, 1, 24)),
            grant_row("commune", "commune", "xa-2", date(2026, 1, 22)),
            grant_row("all", "province", "tinh", date(2026, 1, 20)),
        ],
    )
    registration = line(year(books, actor, KIND, 2026, EVENING), "registration")
    assert sorted(item.grant.id for item in registration.grants) == seen


def test_grant_says_for_whom_why_and_whether_it_still_holds(books: Database) -> None:
    write(books, TIME_GRANT, [grant_row("own", "subject", "s-1", date(2026, 1, 24))])
    seen = line(year(books, UNIT, KIND, 2026, EVENING), "registration")
    (grant,) = seen.grants
    assert (grant.name, grant.office, grant.reason, grant.in_force) == (
        "Trường THPT Vĩnh Thuận",
        "Phó Trưởng phòng PV01",
        "Kế hoạch đến muộn.",
        True,
    )
    assert seen.verdict is not None
    assert (seen.verdict.face, seen.verdict.closes) == (Face.LATE, day_start(date(2026, 1, 24)))
    later = line(year(books, UNIT, KIND, 2026, datetime(2026, 1, 24, tzinfo=HCM)), "registration")
    assert not later.grants[0].in_force


def test_coming_dates_are_those_of_open_cycles_within_the_days(books: Database) -> None:
    found = coming(books, POLICE, [KIND, OWED], EVENING, days=5)
    assert [(item.at, item.face, item.rule.code) for item in found] == [
        (day_end(date(2026, 1, 20)), FaceName.DUE, "selection")
    ]
    december = coming(books, POLICE, [KIND, OWED], datetime(2026, 12, 1, tzinfo=HCM), days=30)
    assert [(item.face, item.kind, item.rule.code) for item in december] == [
        (FaceName.CLOSES, "dien_hinh", "figures"),
        (FaceName.OPENS, "dien_hinh", "results_report"),
        (FaceName.DUE, "dien_hinh", "results_report"),
        (FaceName.DUE, "duy_tri", "meeting"),
    ]


def test_coming_date_is_the_readers_own(books: Database) -> None:
    write(books, TIME_GRANT, [grant_row("own", "subject", "s-1", date(2026, 1, 24))])

    def closing(actor: Actor) -> list[ComingDate]:
        return [item for item in coming(books, actor, [KIND], EVENING) if item.rule.code == "registration"]

    assert [item.at for item in closing(UNIT)] == [day_start(date(2026, 1, 24))]
    assert closing(replace(UNIT, organisation_id="s-9")) == []


def test_cycles_are_listed_newest_first(books: Database) -> None:
    assert [(item.cycle, item.closed_at is None) for item in cycles(books, UNIT)] == [(2026, True), (2025, False)]
    assert cycles(books, replace(PROVINCE, province_id="tinh-2")) == ()


def request_row(request: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "id": request,
        "what": "extension",
        "dossier_id": None,
        "subject_id": "s-1",
        "commune_id": "xa",
        "province_id": "tinh",
        "at": NOW,
        "person_id": "p-1",
        "role": "unit",
        "text_id": "t-1",
        "facts": '{"deadline":"registration"}',
        "answer": None,
        "answered_at": None,
        "answered_by": None,
    }
    return plain | changes


def test_requests_wait_for_those_they_concern(books: Database) -> None:
    write(
        books,
        REQUEST,
        [
            request_row("own"),
            request_row("other", subject_id="s-2", commune_id="xa-2", at=NOW + 1),
            request_row("abroad", province_id="tinh-2"),
            request_row("answered", answer="granted", answered_at=NOW, answered_by="p-1"),
        ],
    )
    assert [item.id for item in waiting(books, PROVINCE)] == ["own", "other"]
    assert [item.id for item in waiting(books, POLICE)] == ["own"]
    assert [item.id for item in waiting(books, replace(UNIT, organisation_id="s-2"))] == ["other"]
    (one,) = waiting(books, UNIT)
    assert (one.subject_name, one.text, one.office, one.facts) == (
        "Trường THPT Vĩnh Thuận",
        "Kế hoạch đến muộn.",
        "Phó Trưởng phòng PV01",
        {"deadline": "registration"},
    )
    with pytest.raises(NotAllowed, match="request_reader"):
        waiting(books, ADMIN)


def test_story_has_its_late_opening(told: ToldHouse) -> None:
    at = datetime(2026, 1, 21, 9, tzinfo=HCM)
    for actor, count in ((told.actor("pv01-1"), 1), (as_unit_of(told, "mttq"), 1), (as_unit_of(told, "thpt"), 0)):
        seen = line(year(told.house.database, actor, told.kind("dien_hinh"), 2026, at), "registration")
        assert len(seen.grants) == count
        assert seen.verdict is not None
