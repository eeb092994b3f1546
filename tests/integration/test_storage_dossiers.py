"""Dossiers, their columns, numbers, claims and counts, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.support.dossiers import KIND, POLICE, START, UNIT, keep_move, keep_new, move, opened
from tests.support.kinds import CALENDAR, small_kind
from workflow.domain.errors import Conflict, NotFound, StaleDossier
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import CLAIM, DOSSIER, TALLY
from workflow.storage.unit_of_work import SqlUnitOfWork

Begin = Callable[[], SqlUnitOfWork]


def row_of(database: Database, dossier_id: str = "d-1") -> dict[str, object]:
    with database.read() as reader:
        rows = reader.dicts(Statement(DOSSIER.select().where(DOSSIER.c.id == dossier_id)))
    return rows[0]


def counts(database: Database) -> dict[str, int]:
    with database.read() as reader:
        return {row["state"]: row["dossiers"] for row in reader.dicts(Statement(TALLY.select()))}


def test_dossier_comes_back_equal_after_every_step(begin: Begin) -> None:
    with begin() as uow:
        dossier = keep_new(uow)
        uow.commit()
    for trigger in ("register", "return", "resubmit", "submit", "recognize"):
        with begin() as uow:
            loaded = uow.dossiers.get("d-1")
            assert loaded == dossier
            dossier = keep_move(uow, loaded, trigger)
            uow.commit()
    with begin() as uow:
        assert uow.dossiers.get("d-1") == dossier
        assert dossier.version == 6


def test_key_columns_say_what_the_aggregate_says(begin: Begin, database: Database) -> None:
    with begin() as uow:
        dossier = keep_move(uow, keep_new(uow), "register")
        uow.commit()
    row = row_of(database)
    assert dossier.clock is not None
    due = codec.micros(dossier.clock.due(CALENDAR))
    assert (row["state"], row["meaning"], row["holder"], row["due_at"]) == ("registered", "open", "commune_police", due)
    assert (row["version"], row["late"], row["on_hold"], row["submitted"], row["own"]) == (2, 0, 0, 0, 0)
    assert row["holder_since"] == codec.micros(START + timedelta(hours=1))
    with begin() as uow:
        keep_move(uow, uow.dossiers.get("d-1"), "submit")
        uow.commit()
    with begin() as uow:
        keep_move(uow, uow.dossiers.get("d-1"), "recognize")
        uow.commit()
    row = row_of(database)
    assert (row["meaning"], row["holder"], row["due_at"], row["submitted"]) == ("positive", None, None, 1)


def test_unknown_dossier_is_not_found(begin: Begin) -> None:
    with begin() as uow, pytest.raises(NotFound):
        uow.dossiers.get("nobody")


def test_get_many_leaves_out_what_does_not_exist(begin: Begin) -> None:
    with begin() as uow:
        for number in (3, 1, 2):
            keep_new(uow, number, subject_id=f"org-{number}")
        uow.commit()
    with begin() as uow:
        assert list(uow.dossiers.get_many(["d-3", "d-1", "d-9", "d-1"])) == ["d-1", "d-3"]
        assert uow.dossiers.get_many([]) == {}


def test_saving_over_a_newer_version_says_who_was_quicker(begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow)
        uow.commit()
    with begin() as uow:
        keep_move(uow, uow.dossiers.get("d-1"), "register")
        uow.commit()
    stale, events = opened()
    events = move(stale, "register")
    with begin() as uow, pytest.raises(StaleDossier) as caught:
        uow.dossiers.save(stale, KIND, CALENDAR, seen_version=1)
    assert dict(caught.value.facts) == {
        "seen": 1,
        "current": 2,
        "at": events[0].at,
        "role": "unit",
        "person": UNIT.person_id,
    }


def test_saving_an_unknown_dossier_is_not_found(begin: Begin) -> None:
    dossier, _events = opened()
    with begin() as uow, pytest.raises(NotFound):
        uow.dossiers.save(dossier, KIND, CALENDAR, seen_version=1)


def test_numbers_run_without_gaps_per_province_kind_and_cycle(begin: Begin) -> None:
    other = small_kind("other", abbreviation="OT")
    with begin() as uow:
        numbers = [uow.dossiers.next_number(province_id="tinh", kind=KIND, cycle=2026) for _ in range(3)]
        assert uow.dossiers.next_number(province_id="khac", kind=KIND, cycle=2026) == "2026-SM-0001"
        assert uow.dossiers.next_number(province_id="tinh", kind=other, cycle=2026) == "2026-OT-0001"
        assert uow.dossiers.next_number(province_id="tinh", kind=KIND, cycle=2027) == "2027-SM-0001"
        uow.commit()
    assert numbers == ["2026-SM-0001", "2026-SM-0002", "2026-SM-0003"]
    with begin() as uow:
        assert uow.dossiers.next_number(province_id="tinh", kind=KIND, cycle=2026) == "2026-SM-0004"
    with begin() as uow:
        assert uow.dossiers.next_number(province_id="tinh", kind=KIND, cycle=2026) == "2026-SM-0004"


def test_dossier_is_found_by_number_in_its_province(begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow, 7)
        assert uow.dossiers.id_of("2026-SM-0007", province_id="tinh") == "d-7"
        assert uow.dossiers.id_of("2026-SM-0007", province_id="khac") is None


def test_one_standing_dossier_per_subject_kind_and_cycle(begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow, 1)
        uow.commit()
    with begin() as uow, pytest.raises(Conflict) as caught:
        keep_new(uow, 2)
    assert caught.value.code == "other_dossier"
    with begin() as uow:
        keep_new(uow, 3, cycle=2027)
        keep_new(uow, 4, subject_id="org-4")
        uow.commit()


def test_owed_entries_of_different_origins_stand_side_by_side(begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow, 1, origin_id="result-1")
        keep_new(uow, 2, origin_id="result-2")
        uow.commit()
    with begin() as uow, pytest.raises(Conflict):
        keep_new(uow, 3, origin_id="result-2")


def test_a_void_end_frees_the_place_and_reopening_takes_it_back(begin: Begin) -> None:
    with begin() as uow:
        keep_move(uow, keep_move(uow, keep_new(uow, 1), "register"), "withdraw")
        uow.commit()
    with begin() as uow:
        keep_new(uow, 2)
        uow.commit()
    with begin() as uow, pytest.raises(Conflict) as caught:
        keep_move(uow, uow.dossiers.get("d-1"), "reopen")
    assert caught.value.code == "other_dossier"
    with begin() as uow:
        keep_move(uow, keep_move(uow, uow.dossiers.get("d-2"), "register"), "withdraw")
        uow.commit()
    with begin() as uow:
        keep_move(uow, uow.dossiers.get("d-1"), "reopen")
        uow.commit()


def test_others_are_those_that_stand(begin: Begin) -> None:
    with begin() as uow:
        keep_move(uow, keep_move(uow, keep_new(uow, 1), "register"), "withdraw")
        keep_new(uow, 2)
        found = uow.dossiers.others(subject_id="org-1", kind="small", cycle=2026, void=frozenset({"withdrawn"}))
        assert [(other.id, other.number, other.state) for other in found] == [("d-2", "2026-SM-0002", "draft")]


def test_a_taken_id_or_number_is_a_conflict(begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow, 1)
        uow.commit()
    with begin() as uow, pytest.raises(Conflict) as caught:
        keep_new(uow, 1, subject_id="org-2")
    assert caught.value.code == "dossier_exists"


def test_ids_are_found_by_key_columns_in_order_of_number(begin: Begin) -> None:
    with begin() as uow:
        for number, commune in ((3, "xa"), (1, "xa"), (2, "phuong")):
            keep_new(uow, number, subject_id=f"org-{number}", commune_id=commune, origin_id=f"o-{number}")
        keep_move(uow, uow.dossiers.get("d-3"), "register")
        ids = uow.dossiers.ids_where
        assert ids(province_id="tinh") == ["d-1", "d-2", "d-3"]
        assert ids(province_id="tinh", kind="small", cycle=2026, commune_id="xa") == ["d-1", "d-3"]
        assert ids(province_id="tinh", states=frozenset({"draft"})) == ["d-1", "d-2"]
        assert ids(province_id="tinh", states=frozenset({"draft", "registered"}), commune_id="xa") == ["d-1", "d-3"]
        assert ids(province_id="tinh", origin_id="o-2") == ["d-2"]
        assert ids(province_id="tinh", kind="none") == ids(province_id="khac") == []
        assert ids(province_id="tinh", states=frozenset()) == []


def test_counts_follow_every_move(begin: Begin, database: Database) -> None:
    with begin() as uow:
        keep_new(uow, 1)
        keep_new(uow, 2, subject_id="org-2")
        uow.commit()
    assert counts(database) == {"draft": 2}
    with begin() as uow:
        keep_move(uow, keep_move(uow, uow.dossiers.get("d-1"), "register"), "submit")
        uow.commit()
    assert counts(database) == {"draft": 1, "appraised": 1}
    with begin() as uow:
        keep_move(uow, uow.dossiers.get("d-2"), "register")
    assert counts(database) == {"draft": 1, "appraised": 1}


def test_a_dossier_saved_without_its_events_cannot_be_committed(begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow)
        uow.commit()
    with begin() as uow:
        dossier = uow.dossiers.get("d-1")
        move(dossier, "register")
        uow.dossiers.save(dossier, KIND, CALENDAR, seen_version=1)
        with pytest.raises(RuntimeError, match="its journal stands at 0"):
            uow.commit()
    with begin() as uow:
        dossier = uow.dossiers.get("d-1")
        uow.journal.append(dossier, move(dossier, "register"), UNIT)
        with pytest.raises(RuntimeError, match="has events but was not saved"):
            uow.commit()
    with begin() as uow:
        assert uow.dossiers.get("d-1").version == 1


def test_saving_before_appending_keeps_the_same_head(begin: Begin, database: Database) -> None:
    with begin() as uow:
        keep_new(uow)
        uow.commit()
    with begin() as uow:
        dossier = uow.dossiers.get("d-1")
        events = move(dossier, "register")
        uow.dossiers.save(dossier, KIND, CALENDAR, seen_version=1)
        uow.journal.append(dossier, events, POLICE)
        uow.commit()
    with database.read() as reader:
        last = reader.one(Statement(_newest_hash()))
    assert last is not None
    assert row_of(database)["journal_head"] == last[0]


def _newest_hash() -> object:
    from workflow.storage.tables import JOURNAL

    return JOURNAL.select().with_only_columns(JOURNAL.c.hash).order_by(JOURNAL.c.position.desc())


def test_claims_hold_exactly_the_standing_dossiers(begin: Begin, database: Database) -> None:
    with begin() as uow:
        keep_new(uow, 1)
        keep_move(uow, keep_move(uow, keep_new(uow, 2, subject_id="org-2"), "register"), "withdraw")
        uow.commit()
    with database.read() as reader:
        assert [row["dossier_id"] for row in reader.dicts(Statement(CLAIM.select()))] == ["d-1"]
