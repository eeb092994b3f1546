"""The books of a province and the ledger of results, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from workflow.domain.books import CycleRow, LedgerEntry, Organisation, ProvinceSettings
from workflow.domain.deadlines import Deadline, Grant, GrantKind, Scope
from workflow.domain.errors import Conflict, InvalidInput, NotFound
from workflow.storage.database import Database
from workflow.storage.unit_of_work import SqlUnitOfWork

Begin = Callable[[], SqlUnitOfWork]
AT = datetime(2026, 1, 5, 8, 0, 0, 123456, tzinfo=UTC)

ENTRY = LedgerEntry(
    id="r-1",
    province_id="tinh",
    commune_id="xa",
    subject_id="truong",
    subject_kind="co_so_giao_duc",
    kind="dien_hinh",
    cycle=2025,
    result="recognized",
    label="Điển hình",
    number="12/QĐ-UBND",
    decided_on=date(2025, 12, 5),
    authority="UBND tỉnh",
    source="entered",
    recorded_at=AT,
    entered_by="p-1",
)


def test_cycle_opens_and_closes(begin: Begin) -> None:
    row = CycleRow("tinh", "dien_hinh", 2026, AT)
    with begin() as uow:
        assert uow.books.cycle("tinh", "dien_hinh", 2026) is None
        uow.books.put_cycle(row)
        uow.books.put_cycle(replace(row, cycle=2025, closed_at=AT))
        assert uow.books.cycle("tinh", "dien_hinh", 2026) == row
        uow.books.put_cycle(replace(row, closed_at=AT + timedelta(days=1)))
        assert uow.books.cycles("tinh") == [
            replace(row, cycle=2025, closed_at=AT),
            replace(row, closed_at=AT + timedelta(days=1)),
        ]
        assert uow.books.cycles("khac") == []


def test_dates_are_kept_per_cycle_with_all_faces(begin: Begin) -> None:
    deadline = Deadline("registration", AT, AT + timedelta(days=1), AT + timedelta(days=2))
    waiting = Deadline("selection", None, AT, None, opens_after="registration")
    with begin() as uow:
        uow.books.put_deadline("tinh", "dien_hinh", 2026, deadline)
        uow.books.put_deadline("tinh", "dien_hinh", 2026, waiting)
        uow.books.put_deadline("tinh", "dien_hinh", 2027, replace(deadline, due=None))
        assert uow.books.deadlines("tinh", "dien_hinh", 2026) == {"registration": deadline, "selection": waiting}
        uow.books.put_deadline("tinh", "dien_hinh", 2026, replace(deadline, closes=None))
        assert uow.books.deadlines("tinh", "dien_hinh", 2026)["registration"].closes is None
        assert uow.books.deadlines("tinh", "an_toan_antt", 2026) == {}


def test_grants_are_kept_in_order_and_never_changed(begin: Begin) -> None:
    first = Grant(
        "g-1", "registration", GrantKind.EXTENSION, Scope.COMMUNE, "xa", AT + timedelta(days=9), AT, "p", "t-1"
    )
    second = Grant("g-0", "registration", GrantKind.LATE_OPENING, Scope.SUBJECT, "truong", AT + timedelta(days=9),
                   AT + timedelta(days=1), "p")  # fmt: skip
    with begin() as uow:
        uow.books.put_grant("tinh", "dien_hinh", 2026, second)
        uow.books.put_grant("tinh", "dien_hinh", 2026, first)
        assert uow.books.grants("tinh", "dien_hinh", 2026) == (first, second)
        assert uow.books.grants("tinh", "dien_hinh", 2027) == ()
        with pytest.raises(Conflict) as caught:
            uow.books.put_grant("tinh", "dien_hinh", 2026, replace(first, granted_by="q"))
        assert caught.value.code == "grant_exists"


def test_settings_have_defaults_and_come_back(begin: Begin) -> None:
    changed = ProvinceSettings(
        connected=False,
        near_days=3,
        second_person_waived=frozenset({"xa-2", "xa-1"}),
        lifted=frozenset({("xa-1", 2026, "entered_assess")}),
        confirmed_sheets=frozenset({"qd3554@1"}),
    )
    with begin() as uow:
        assert uow.books.settings("tinh") == ProvinceSettings()
        uow.books.put_settings("tinh", changed)
        assert uow.books.settings("tinh") == changed
        uow.books.put_settings("tinh", ProvinceSettings())
        assert uow.books.settings("tinh") == ProvinceSettings()


def test_working_days_are_set_per_state(begin: Begin) -> None:
    with begin() as uow:
        uow.books.put_working_days("tinh", "dien_hinh", "registered", 5)
        uow.books.put_working_days("tinh", "dien_hinh", "registered", 7)
        uow.books.put_working_days("tinh", "dien_hinh", "assessed", 3)
        assert uow.books.working_days("tinh", "dien_hinh") == {"registered": 7, "assessed": 3}
        assert uow.books.working_days("tinh", "duy_tri") == {}


def test_calendar_days_are_replaced_by_day(begin: Begin) -> None:
    with begin() as uow:
        uow.books.put_calendar_row({"day": "2026-02-20", "name": "Nghỉ bù", "kind": "compensatory"})
        uow.books.put_calendar_row({"day": "2026-01-02", "name": "Nghỉ bù", "kind": "compensatory"})
        uow.books.put_calendar_row({"day": "2026-02-20", "name": "Làm bù", "kind": "working_weekend"})
        assert [(row["day"], row["name"]) for row in uow.books.calendar_overlay()] == [
            ("2026-01-02", "Nghỉ bù"),
            ("2026-02-20", "Làm bù"),
        ]
        with pytest.raises(InvalidInput) as caught:
            uow.books.put_calendar_row({"name": "không có ngày"})
        assert caught.value.code == "calendar_day"


def test_published_definition_never_changes(begin: Begin) -> None:
    row = {"what": "criteria", "key": "qd3554@2", "digest": "a" * 64, "approver": "p", "body": {"rows": [1]}, "at": "x"}
    with begin() as uow:
        uow.books.publish("tinh", row)
        uow.books.publish("tinh", row)
        uow.books.publish("tinh", row | {"key": "qd3554@1", "digest": "c" * 64})
        assert [found["key"] for found in uow.books.published("tinh")] == ["qd3554@2", "qd3554@1"]
        assert uow.books.published("tinh")[0] == row
        assert uow.books.published("khac") == []
        with pytest.raises(Conflict) as caught:
            uow.books.publish("tinh", row | {"digest": "b" * 64})
        assert caught.value.code == "published_differs"
        with pytest.raises(InvalidInput) as refused:
            uow.books.publish("tinh", {"what": "kind"})
        assert refused.value.facts["missing"] == ["key", "digest", "approver", "body"]


def test_ledger_entry_comes_back_and_can_be_confirmed(begin: Begin) -> None:
    with begin() as uow:
        uow.ledger.add(ENTRY)
        assert uow.ledger.get("r-1") == ENTRY
        assert uow.ledger.facts("truong") == ()
        uow.ledger.replace(replace(ENTRY, confirmed_by="p-2", confirmed_at=AT))
        (fact,) = uow.ledger.facts("truong")
        assert (fact.id, fact.result, fact.decided_on, fact.standing) == ("r-1", "recognized", date(2025, 12, 5), True)
        with pytest.raises(NotFound):
            uow.ledger.get("r-9")
        with pytest.raises(NotFound):
            uow.ledger.replace(replace(ENTRY, id="r-9", number="other"))


def test_the_same_result_stands_once(begin: Begin) -> None:
    with begin() as uow:
        uow.ledger.add(ENTRY)
        uow.commit()
    with begin() as uow, pytest.raises(Conflict) as caught:
        uow.ledger.add(replace(ENTRY, id="r-2"))
    assert caught.value.code == "result_exists"
    with begin() as uow:
        uow.ledger.replace(replace(ENTRY, standing=False, ended_on=date(2026, 3, 1), ended_by="d-1"))
        uow.ledger.add(replace(ENTRY, id="r-2"))
        uow.commit()
    with begin() as uow, pytest.raises(Conflict):
        uow.ledger.replace(ENTRY)


def test_facts_reach_back_through_predecessors(begin: Begin) -> None:
    def subject(name: str, successor: str | None) -> Organisation:
        return Organisation(name, name, "co_quan", None, "xa", "tinh", successor_id=successor)

    confirmed = replace(ENTRY, confirmed_by="p-2", confirmed_at=AT)
    with begin() as uow:
        for name, successor in (("old", "middle"), ("middle", "new"), ("new", None), ("alien", None)):
            uow.organisations.add(subject(name, successor))
        uow.ledger.add(replace(confirmed, id="r-old", subject_id="old", cycle=2023))
        uow.ledger.add(replace(confirmed, id="r-middle", subject_id="middle", cycle=2024, standing=False))
        uow.ledger.add(replace(ENTRY, id="r-new", subject_id="new", cycle=2025, source="dossier", dossier_id="d-7"))
        uow.ledger.add(replace(confirmed, id="r-alien", subject_id="alien"))
        uow.ledger.add(replace(ENTRY, id="r-waiting", subject_id="new", cycle=2022))
        assert [(fact.id, fact.standing) for fact in uow.ledger.facts("new")] == [
            ("r-new", True),
            ("r-middle", False),
            ("r-old", True),
        ]
        assert [fact.id for fact in uow.ledger.facts("middle")] == ["r-middle", "r-old"]
        assert [fact.id for fact in uow.ledger.facts("unknown")] == []


def test_standing_entries_are_confirmed_and_in_place(begin: Begin) -> None:
    confirmed = replace(ENTRY, confirmed_by="p-2", confirmed_at=AT)
    with begin() as uow:
        uow.ledger.add(confirmed)
        uow.ledger.add(replace(confirmed, id="r-2", subject_id="s-2", commune_id="phuong"))
        uow.ledger.add(replace(confirmed, id="r-3", subject_id="s-3", standing=False))
        uow.ledger.add(replace(ENTRY, id="r-4", subject_id="s-4"))
        uow.ledger.add(replace(confirmed, id="r-5", subject_id="s-5", province_id="khac"))
        uow.ledger.add(replace(confirmed, id="r-6", subject_id="s-6", kind="phan_loai"))
        standing = uow.ledger.standing
        assert [entry.id for entry in standing(province_id="tinh", kind="dien_hinh")] == ["r-1", "r-2"]
        assert standing(province_id="tinh", kind="dien_hinh", commune_id="xa") == [confirmed]


def test_the_entry_of_a_dossier_is_found(begin: Begin) -> None:
    with begin() as uow:
        assert uow.ledger.of_dossier("d-1") is None
        entry = replace(ENTRY, source="dossier", dossier_id="d-1", paper_digest="a" * 64)
        uow.ledger.add(entry)
        assert uow.ledger.of_dossier("d-1") == entry


def test_a_page_read_once_is_read_anew_after_a_change_or_a_wait(begin: Begin) -> None:
    """What guards need is read at once; nobody may see it older than the last change or wait of this transaction."""
    deadline = Deadline("registration", AT)
    with begin() as uow:
        assert uow.books.cycle("tinh", "dien_hinh", 2026) is None
        uow.books.put_cycle(CycleRow("tinh", "dien_hinh", 2026, AT))
        uow.books.put_deadline("tinh", "dien_hinh", 2026, deadline)
        assert uow.books.cycle("tinh", "dien_hinh", 2026) is not None
        uow.books.put_settings("tinh", ProvinceSettings(near_days=9))
        uow.books.put_working_days("tinh", "dien_hinh", "registered", 4)
        uow.books.put_calendar_row({"day": "2026-02-20", "name": "bridge day"})
        assert uow.books.deadlines("tinh", "dien_hinh", 2026) == {"registration": deadline}
        assert uow.books.settings("tinh").near_days == 9
        assert uow.books.working_days("tinh", "dien_hinh") == {"registered": 4}
        assert len(uow.books.calendar_overlay()) == 1
        assert uow.books.cycle("tinh", "dien_hinh", 2027) is None
        assert uow.books.settings("khac") == ProvinceSettings()
        assert uow.books.working_days("tinh", "duy_tri") == {}
        uow.commit()
    with begin() as reader:
        assert reader.books.settings("tinh").near_days == 9
        reader.dossiers.get_many([])
        assert reader._tx.page is None


def test_another_transaction_is_seen_after_a_wait(storage_url: str) -> None:
    database = Database.open(storage_url)
    with SqlUnitOfWork(database) as uow:
        uow.books.cycle("tinh", "dien_hinh", 2026)
        assert uow.books.settings("tinh") == ProvinceSettings()
        if database.make == "sqlite":  # a writer is alone there
            uow.books.put_settings("tinh", ProvinceSettings(near_days=9))
        else:
            with SqlUnitOfWork(database) as other:
                other.books.put_settings("tinh", ProvinceSettings(near_days=9))
                other.commit()
            uow.dossiers.get_many([])
        assert uow.books.settings("tinh").near_days == 9
    database.close()
