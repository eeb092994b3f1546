"""Notices, idempotency keys, acts, notes and requests, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.dossiers import keep_new
from workflow.domain.actors import Role
from workflow.domain.books import ActRecord, Note, Notice, Request
from workflow.domain.errors import Conflict, IdempotencyMismatch, NotFound, Unavailable
from workflow.storage.unit_of_work import SqlUnitOfWork

Begin = Callable[[], SqlUnitOfWork]
AT = datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_notices_wait_in_order_until_delivered(begin: Begin) -> None:
    first = Notice("d-1", Role.COMMUNE_POLICE, "ca-xa", "registered", {"number": "2026-SM-0001"})
    second = Notice(None, Role.PROVINCE_POLICE, "pv01", "cycle_closed", {})
    with begin() as uow:
        uow.outbox.put([first, second], at=AT)
        uow.commit()
    with begin() as uow:
        waiting = uow.outbox.waiting()
        assert [notice for _number, _at, notice in waiting] == [first, second]
        uow.outbox.delivered([waiting[0][0]], at=AT)
        assert [notice for _number, _at, notice in uow.outbox.waiting(most=1)] == [second]


def test_key_brings_the_same_answer_and_refuses_another_request(begin: Begin) -> None:
    with begin() as uow:
        assert uow.keys.seen("k", person_id="p", request_digest="a") is None
        uow.keys.keep("k", person_id="p", request_digest="a", answer={"number": "số 1"}, at=AT)
        uow.commit()
    with begin() as uow:
        assert uow.keys.seen("k", person_id="p", request_digest="a") == {"number": "số 1"}
        assert uow.keys.seen("k", person_id="q", request_digest="a") is None
        with pytest.raises(IdempotencyMismatch):
            uow.keys.seen("k", person_id="p", request_digest="b")
        with pytest.raises(Unavailable) as caught:
            uow.keys.keep("k", person_id="p", request_digest="a", answer={}, at=AT)
        assert caught.value.code == "try_again"


def test_old_keys_are_forgotten(begin: Begin) -> None:
    with begin() as uow:
        for day in range(3):
            uow.keys.keep(f"k{day}", person_id="p", request_digest="a", answer={}, at=AT + timedelta(days=day))
        assert uow.keys.forget(before=AT + timedelta(days=2)) == 2
        assert uow.keys.seen("k2", person_id="p", request_digest="a") == {}


def test_act_comes_back_with_its_items_in_order(begin: Begin) -> None:
    items = (("d-3", "proposed"), ("d-1", None), ("d-2", "deferred"))
    act = ActRecord(
        "a-1", "record_meeting", "xa", "tinh", AT, "p", Role.COMMUNE_COMMITTEE, ("paper-2", "paper-1"), items
    )
    with begin() as uow:
        uow.acts.add(act)
        assert uow.acts.get("a-1") == act
        with pytest.raises(NotFound):
            uow.acts.get("a-9")
        uow.commit()
    with begin() as uow, pytest.raises(Conflict) as caught:
        uow.acts.add(act)
    assert caught.value.code == "act_exists"


def test_internal_notes_are_left_out_unless_asked_for(begin: Begin) -> None:
    open_note = Note("n-1", "d-1", AT, "p", Role.UNIT, internal=False, text_id="t-1")
    internal = Note("n-0", "d-1", AT, "p", Role.COMMUNE_POLICE, internal=True, text_id="t-2")
    with begin() as uow:
        keep_new(uow)
        uow.notes.add(open_note)
        uow.notes.add(internal)
        assert uow.notes.of("d-1", internal=False) == [open_note]
        assert uow.notes.of("d-1", internal=True) == [internal, open_note]
        assert uow.notes.of("d-2", internal=True) == []


def test_request_is_answered_once(begin: Begin) -> None:
    request = Request(
        "q-1", "late_opening", "d-1", "truong", "xa", "tinh", AT, "p", Role.UNIT, "t-1", {"code": "registration"}
    )
    later = replace(request, id="q-2", at=AT + timedelta(hours=1), dossier_id=None)
    with begin() as uow:
        uow.requests.add(later)
        uow.requests.add(request)
        assert uow.requests.waiting("tinh") == [request, later]
        assert uow.requests.of_dossier("d-1") == [request]
        uow.requests.answer("q-1", "granted", at=AT, person_id="pv")
        assert uow.requests.waiting("tinh") == [later]
        assert uow.requests.get("q-1") == replace(request, answer="granted", answered_at=AT, answered_by="pv")
        with pytest.raises(Conflict) as caught:
            uow.requests.answer("q-1", "declined", at=AT, person_id="pv")
        assert caught.value.code == "request_answered"
        with pytest.raises(NotFound):
            uow.requests.answer("q-9", "declined", at=AT, person_id="pv")
