"""Reminders, word of what is late, the level above: from stored ends, by index, each once; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.support.played import Played, played
from tests.support.reading import dossier_row, write_dossiers
from workflow.domain.actors import Role
from workflow.domain.books import Notice, ProvinceSettings
from workflow.seeding.script import moment
from workflow.services.reminding import CHUNK, Reminded
from workflow.storage import codec
from workflow.storage import reminders as store
from workflow.storage.statements import SQLITE

MONDAY = "2026-11-02T08:00:00"


@pytest.fixture
def story(storage_url: str) -> Iterator[Played]:
    """A Monday in November; what the story itself owes by then is told already."""
    with played(storage_url, MONDAY) as found:
        found.house.reminding.remind("tinh")
        yield found


def due(story: Played, last_day: str, *, holder: Role = Role.COMMUNE_POLICE, kind: str = "dien_hinh") -> str:
    """A dossier whose clock ends with that day; its number."""
    end = moment(f"{last_day}T00:00:00") + timedelta(days=1)
    row = dossier_row(
        kind=kind,
        commune_id="vinh-phong",
        subject_id="thpt-vinh-thuan",
        holder=holder.value,
        due_at=codec.micros(end),
        submitted=1,
    )
    write_dossiers(story.house.database, row)
    return str(row["number"])


def remind(story: Played, at: str) -> Reminded:
    """A round at an instant."""
    story.at(at)
    return story.house.reminding.remind("tinh")


def told(story: Played, number: str) -> list[tuple[str, Role, object]]:
    """What was written about a dossier: code, audience, days."""
    with story.house.engine.reading() as uow:
        every = [notice for _number, _at, notice in uow.outbox.waiting(most=5000)]
    return [(one.code, one.audience, one.facts["days"]) for one in every if one.facts.get("number") == number]


def test_reminders_come_thirty_seven_and_one_working_day_before(story: Played) -> None:
    last = story.house.calendar().add_working_days(date(2026, 11, 3), 30)
    number = due(story, last.isoformat())
    for days in range((last - date(2026, 11, 2)).days):
        remind(story, f"{date(2026, 11, 2) + timedelta(days=days)}T08:30:00")
    assert [days for code, _role, days in told(story, number) if code == "notice.due"] == [30, 7, 1]
    assert {role for _code, role, _days in told(story, number)} == {Role.COMMUNE_POLICE}


def test_a_date_that_passed_is_told_to_the_holder_and_then_to_the_level_above(story: Played) -> None:
    number = due(story, "2026-11-03")
    remind(story, "2026-11-03T23:59:00")
    assert [code for code, _role, _days in told(story, number)] == ["notice.due"]
    remind(story, "2026-11-04T00:00:00")
    remind(story, "2026-11-04T17:00:00")
    assert told(story, number)[1:] == [("notice.late", Role.COMMUNE_POLICE, 1)]
    remind(story, "2026-11-05T08:00:00")
    remind(story, "2026-11-06T08:00:00")
    assert told(story, number)[2:] == [("notice.escalated", Role.PROVINCE_POLICE, 2)]


@pytest.mark.parametrize(
    ("holder", "above"),
    [
        (Role.UNIT, Role.COMMUNE_POLICE),
        (Role.COMMUNE_COMMITTEE, Role.PROVINCE_POLICE),
        (Role.PROVINCE_POLICE, Role.PROVINCE_COMMITTEE),
        (Role.PROVINCE_COMMITTEE, None),
    ],
)
def test_who_stands_above(story: Played, holder: Role, above: Role | None) -> None:
    number = due(story, "2026-11-02", holder=holder)
    remind(story, "2026-11-10T08:00:00")
    wanted = {holder} if above is None else {holder, above}
    assert {role for _code, role, _days in told(story, number)} == wanted


def test_a_round_is_made_once_however_often_it_runs(story: Played) -> None:
    numbers = [due(story, "2026-11-10") for _ in range(3)]
    assert remind(story, "2026-11-04T08:00:00").due == 3
    for _ in range(3):
        assert remind(story, "2026-11-04T08:00:00") == Reminded()
    assert [len(told(story, number)) for number in numbers] == [1, 1, 1]


def test_days_without_a_round_are_told_as_they_stand_now(story: Played) -> None:
    """Down over both the seventh and the last day: one reminder, of one day; nothing late is lost either."""
    near, gone = due(story, "2026-11-12"), due(story, "2026-11-05")
    remind(story, "2026-11-11T08:00:00")
    assert [(code, days) for code, _role, days in told(story, near)] == [("notice.due", 1)]
    assert [code for code, _role, _days in told(story, gone)] == ["notice.late", "notice.escalated"]


def test_a_new_date_is_a_new_event(story: Played) -> None:
    number = due(story, "2026-11-06")
    remind(story, "2026-11-05T08:00:00")
    end = codec.micros(moment("2026-11-21T00:00:00"))
    with story.house.engine.uow() as uow:
        uow._tx.run(_moved(number), due=end)  # type: ignore[attr-defined]
        uow.commit()
    remind(story, "2026-11-10T08:00:00")
    remind(story, "2026-11-19T08:00:00")
    assert [days for _code, _role, days in told(story, number)] == [1, 1]


def _moved(number: str) -> store.Statement:
    from sqlalchemy import bindparam, update

    from workflow.storage.tables import DOSSIER

    return store.Statement(update(DOSSIER).where(DOSSIER.c.number == number).values(due_at=bindparam("due")))


def test_days_are_the_provinces_and_the_kinds(story: Played) -> None:
    with story.house.engine.uow() as uow:
        uow.books.put_settings("tinh", ProvinceSettings(remind_days=(3,), escalate_days=1))
        uow.commit()
    number = due(story, "2026-11-10")
    for day in range(3, 13):
        remind(story, f"2026-11-{day:02}T08:00:00")
    assert [(code, days) for code, _role, days in told(story, number)] == [
        ("notice.due", 3),
        ("notice.late", 1),
        ("notice.escalated", 1),
    ]


def test_more_than_fit_in_one_transaction_are_all_told(story: Played) -> None:
    numbers = [due(story, "2026-11-10") for _ in range(CHUNK + 5)]
    assert remind(story, "2026-11-04T08:00:00").due == len(numbers)


def test_another_province_hears_nothing(story: Played) -> None:
    due(story, "2026-11-10")
    story.at("2026-11-04T08:00:00")
    assert story.house.reminding.remind("tinh-2") == Reminded()


def test_dates_of_the_year_are_told_to_who_acts_by_them(storage_url: str) -> None:
    with played(storage_url, "2026-01-05T08:00:00") as story:
        story.house.reminding.remind("tinh")
        found = remind(story, "2026-01-08T08:00:00")
        assert found.dates > 0
        with story.house.engine.reading() as uow:
            every = [one for _number, _at, one in uow.outbox.waiting(most=5000) if one.code == "notice.date"]
        assert Role.UNIT in {one.audience for one in every if _is_registration(one)}
        assert {one.organisation_id for one in every} == {"tinh"}
        assert all("{" not in story.house.notice_line(one.code, one.facts) for one in every)
        assert remind(story, "2026-01-08T09:00:00").dates == 0


def _is_registration(notice: Notice) -> bool:
    return "đăng ký" in str(notice.facts["label"]).lower()


def test_every_reminder_has_its_sentence(story: Played) -> None:
    number = due(story, "2026-11-05")
    remind(story, "2026-11-04T08:00:00")
    remind(story, "2026-11-11T08:00:00")
    with story.house.engine.reading() as uow:
        every = [one for _number, _at, one in uow.outbox.waiting(most=5000) if one.facts.get("number") == number]
    said = [story.house.notice_line(one.code, one.facts) for one in every]
    assert said == [
        f"Hồ sơ {number} đến hạn hết ngày 05/11/2026, thứ Năm. Lúc báo còn 1 ngày làm việc.",
        f"Hồ sơ {number} đã quá hạn hết ngày 05/11/2026, thứ Năm.",
        f"Hồ sơ {number} đã quá hạn hết ngày 05/11/2026, thứ Năm, Công an xã đang giữ. Lúc báo quá 4 ngày làm việc.",
    ]


def test_a_round_reads_one_range_of_one_index(story: Played) -> None:
    database = story.house.database
    if database.make != SQLITE:
        return
    compiled = store._FALLING.on(SQLITE)
    with database.read() as connection:
        given = {"province": "tinh", "holder": "unit", "after_at": 0, "after_id": "", "until": 1, "most": 1}
        plan = connection.driver.execute(f"EXPLAIN QUERY PLAN {compiled.text}", compiled.values(given)).fetchall()
    [(*_numbers, step)] = plan
    assert step.startswith("SEARCH dossier USING INDEX ix_dossier_province_id_holder_due_at_id ")
    assert step.endswith("(province_id=? AND holder=? AND (due_at,id)>(?,?) AND due_at<?)")
