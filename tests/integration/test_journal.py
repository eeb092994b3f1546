"""The journal: chained, append-only, complete enough to rebuild every dossier, on both databases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.support.dossiers import KIND, POLICE, START, UNIT, filed, keep_move, keep_new, move, paper_ref
from tests.support.kinds import CALENDAR
from workflow.domain.books import BooksEvent
from workflow.domain.dossier import Dossier
from workflow.domain.errors import StaleDossier
from workflow.storage.database import Database
from workflow.storage.faults import INTEGRITY
from workflow.storage.statements import Statement
from workflow.storage.tables import JOURNAL
from workflow.storage.unit_of_work import SqlUnitOfWork

Begin = Callable[[], SqlUnitOfWork]


def rows_of(database: Database) -> list[dict[str, Any]]:
    with database.read() as reader:
        return reader.dicts(Statement(JOURNAL.select().order_by(JOURNAL.c.position)))


def whole_life(uow: SqlUnitOfWork) -> Dossier:
    dossier = keep_new(uow)
    seen = dossier.version
    uow.journal.append(dossier, filed(dossier, paper_ref(b"{}")), UNIT)
    uow.dossiers.save(dossier, KIND, CALENDAR, seen_version=seen)
    for trigger in ("register", "return", "resubmit", "submit", "recognize"):
        keep_move(uow, dossier, trigger)
    return dossier


def test_events_rebuild_the_dossier_exactly(begin: Begin) -> None:
    with begin() as uow:
        dossier = whole_life(uow)
        uow.commit()
    with begin() as uow:
        assert Dossier.replay(uow.journal.events_of("d-1")) == dossier == uow.dossiers.get("d-1")


def test_dossier_can_be_shown_as_of_any_instant(begin: Begin) -> None:
    with begin() as uow:
        dossier = whole_life(uow)
        uow.commit()
    moved = dossier.steps[1].at
    with begin() as uow:
        assert len(uow.journal.events_of("d-1", as_of=moved)) == 4
        assert len(uow.journal.events_of("d-1", as_of=moved - timedelta(microseconds=1))) == 3
        assert uow.journal.events_of("d-1", as_of=START - timedelta(days=1)) == []


def test_each_row_is_chained_to_the_one_before(begin: Begin, database: Database) -> None:
    with begin() as uow:
        whole_life(uow)
        uow.commit()
    prev = hashlib.sha256(b"dossier:d-1").hexdigest()
    for seq, row in enumerate(rows_of(database), 1):
        covered = [value for name, value in row.items() if name not in {"position", "hash"}]
        text = json.dumps(covered, ensure_ascii=False, separators=(",", ":"))
        assert (row["seq"], row["prev"]) == (seq, prev)
        assert row["hash"] == hashlib.sha256(text.encode()).hexdigest()
        prev = row["hash"]


def test_the_number_given_back_is_the_place_in_the_journal(begin: Begin, database: Database) -> None:
    with begin() as uow:
        dossier = keep_new(uow)
        uow.journal.append(dossier, move(dossier, "register"), POLICE)
        uow.dossiers.save(dossier, KIND, CALENDAR, seen_version=1)
        number = uow.journal.number_of(dossier)
        uow.commit()
    last = rows_of(database)[-1]
    assert last["position"] == number
    assert (last["person_id"], last["role"]) == (UNIT.person_id, "unit")
    assert (last["organisation_id"], last["door"], last["os_user"]) == (POLICE.organisation_id, "web", "hoso")


def test_books_have_a_stream_of_their_own(begin: Begin, database: Database) -> None:
    event = BooksEvent("DeadlineChanged", {"code": "registration", "reason": "ab" * 32})
    with begin() as uow:
        uow.journal.append_books("tinh", [event, event], POLICE, START)
        uow.journal.append_books("khac", [event], POLICE, START)
        uow.journal.append_books("tinh", [], POLICE, START)
        uow.commit()
    with begin() as uow:
        uow.journal.append_books("tinh", [event], POLICE, START)
        uow.commit()
    assert [(row["stream"], row["seq"]) for row in rows_of(database)] == [
        ("books:tinh", 1),
        ("books:tinh", 2),
        ("books:khac", 1),
        ("books:tinh", 3),
    ]
    assert json.loads(rows_of(database)[0]["payload"]) == event.payload


@pytest.mark.parametrize("statement", ["UPDATE journal SET payload = '{}'", "DELETE FROM journal"])
def test_journal_rows_can_be_neither_changed_nor_removed(begin: Begin, database: Database, statement: str) -> None:
    with begin() as uow:
        keep_new(uow)
        uow.commit()
    before = rows_of(database)
    with pytest.raises(INTEGRITY, match="append-only"), database.read() as reader:
        reader.raw(statement)
    assert rows_of(database) == before


def test_a_place_in_a_stream_is_taken_once(begin: Begin) -> None:
    with begin() as uow:
        keep_new(uow)
        uow.commit()
    with begin() as uow:
        stale = uow.dossiers.get("d-1")
    with begin() as uow:
        current = keep_move(uow, uow.dossiers.get("d-1"), "register")
        uow.commit()
    with begin() as uow:
        uow.journal.append(stale, move(stale, "register"), UNIT)
        with pytest.raises(StaleDossier) as caught:
            uow.journal.number_of(stale)
    assert dict(caught.value.facts) == {
        "seen": 1,
        "current": 2,
        "at": current.updated_at,
        "role": "unit",
        "person": UNIT.person_id,
    }
