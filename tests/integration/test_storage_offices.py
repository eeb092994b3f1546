"""Links to calendars, roles that are handed over, what stands under a unit, arrivals and answers: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.support.reading import POLICE, PROVINCE, UNIT, dossier_row, write
from tests.support.told import ToldHouse
from workflow.domain.actors import Role
from workflow.domain.errors import InvalidInput, NotAllowed
from workflow.domain.kinds import Meaning
from workflow.domain.tokens import Token, TokenScope
from workflow.queries.receiving import arrivals
from workflow.queries.reports import results_report
from workflow.queries.requests import answered, waiting
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.tables import DOSSIER, REQUEST, TIME_GRANT
from workflow.storage.unit_of_work import SqlUnitOfWork

Begin = Callable[[], SqlUnitOfWork]
AT = datetime(2026, 1, 20, 8, tzinfo=UTC)
DAY = date(2026, 1, 20)


def request_row(name: str, what: str, *, at: datetime = AT, **columns: Any) -> dict[str, Any]:
    """A row of requests about one unit of the commune of POLICE."""
    facts = columns.pop("facts")
    return {
        "id": name,
        "what": what,
        "dossier_id": None,
        "subject_id": UNIT.organisation_id,
        "commune_id": POLICE.commune_id,
        "province_id": POLICE.province_id,
        "at": codec.micros(at),
        "person_id": POLICE.person_id,
        "role": POLICE.role.value,
        "text_id": None,
        "facts": codec.to_json(facts),
        "answer": None,
        "answered_at": None,
        "answered_by": None,
    } | columns


def test_one_link_of_a_person_works_until_its_end(begin: Begin) -> None:
    with begin() as uow:
        uow.people.add_person("p", office="Cán bộ")
        uow.feeds.add("a" * 64, person_id="p", at=AT, expires=AT + timedelta(days=2))
        uow.commit()
    with begin() as uow:
        assert uow.feeds.owner("a" * 64, at=AT) == "p"
        assert uow.feeds.owner("a" * 64, at=AT + timedelta(days=2)) is None
        assert uow.feeds.until("p", at=AT) == AT + timedelta(days=2)
        assert uow.feeds.end("p", at=AT) == 1
        assert uow.feeds.end("p", at=AT) == 0
        assert uow.feeds.until("p", at=AT) is None
        uow.tokens.add(Token("b" * 64, "p", "laptop", frozenset({TokenScope.READ}), AT, AT + timedelta(days=2)))
        assert uow.feeds.owner("b" * 64, at=AT) is None, "a personal token is no link"


def test_roles_are_found_from_a_day_on_by_person_and_by_office(begin: Begin) -> None:
    with begin() as uow:
        uow.people.add_person("p", office="Cán bộ")
        for last in (date(2025, 12, 31), None):
            uow.people.assign("p", Role.COMMUNE_POLICE, "ca-xa", commune_id="xa", province_id="tinh", valid_to=last)
        (held,) = uow.holders.of_person("p", on=DAY)
        assert (held.role, held.office, held.organisation_id, held.valid_to) == (
            Role.COMMUNE_POLICE, "Cán bộ", "ca-xa", None,
        )  # fmt: skip
        assert uow.holders.of_organisation("ca-xa", on=DAY) == [held]
        assert len(uow.holders.of_organisation("ca-xa", on=date(2025, 12, 31))) == 2
        uow.people.end_assignment(held.id, last_day=date(2026, 1, 19))
        assert uow.holders.of_person("p", on=DAY) == []
        assert (uow.holders.drafts("p"), uow.holders.unconfirmed("p"), uow.holders.move_drafts("p", to="q")) == (
            [],
            0,
            0,
        )


def test_what_waits_for_an_office_and_stands_under_a_unit(told: ToldHouse) -> None:
    dossier = told.dossier("thpt")
    with told.house.engine.reading() as uow:
        own = {one.id: one for one in uow.merging.dossiers(dossier.subject_id)}
        assert own[dossier.id].number == dossier.number
        assert own[dossier.id].meaning is Meaning.POSITIVE
        assert uow.merging.results(dossier.subject_id) >= 1
        assert uow.merging.results("khong-co") == 0
        for person in ("cax-1", "pv01-1", "thpt"):
            for held in uow.holders.of_person(person, on=date(2026, 12, 20)):
                assert uow.holders.waiting(held) >= 0


def test_filed_report_says_its_journal_number(told: ToldHouse) -> None:
    kind = told.kind("dien_hinh")
    report = results_report(told.house.database, told.actor("cax-1"), kind, 2026)
    filing = report.parts[0].filing
    assert filing is not None
    assert filing.journal is not None
    assert filing.journal > 0


def test_arrivals_go_page_by_page_for_the_office_that_noted_them(database: Database) -> None:
    facts = {"paper": "plan", "version": 1, "number": "7", "day": "2026-01-19", "organisation": "x"}
    write(database, DOSSIER, [dossier_row(id="d")])
    rows = [
        request_row(f"r{n}", "received", dossier_id="d", facts=facts | {"number": str(n)}, answered_at=codec.micros(AT))
        for n in range(3)
    ]
    write(database, REQUEST, rows)
    first = arrivals(database, POLICE, limit=2)
    rest = arrivals(database, POLICE, after=first.after, limit=2)
    assert [one.number for one in (*first.items, *rest.items)] == ["2", "1", "0"]
    assert rest.after is None
    assert first.items[0].day == date(2026, 1, 19)
    assert arrivals(database, replace(POLICE, commune_id="xa-khac")).items == ()
    assert arrivals(database, PROVINCE).items == (), "each office has its own book"
    with pytest.raises(NotAllowed):
        arrivals(database, UNIT)
    with pytest.raises(InvalidInput, match="page_mark"):
        arrivals(database, POLICE, after="x")


def test_requests_stand_with_their_answers_in_their_year(database: Database) -> None:
    facts = {"kind": "dien_hinh", "cycle": 2026, "deadline": "registration", "until": AT.isoformat()}
    grant = {
        "id": "g", "province_id": POLICE.province_id, "kind": "dien_hinh", "cycle": 2026,
        "deadline_code": "registration", "grant_kind": "late_opening", "scope": "subject", "scope_id": "u",
        "until": codec.micros(AT), "granted_at": codec.micros(AT), "granted_by": "pv", "reason_id": None,
    }  # fmt: skip
    write(database, TIME_GRANT, [grant])
    done = {"answered_at": codec.micros(AT), "answered_by": "pv"}
    write(database, REQUEST, [
        request_row("waits", "more_time", facts=facts),
        request_row("given", "more_time", facts=facts, answer="g", **done),
        request_row("declined", "more_time", facts=facts, answer="Không đủ lý do.", **done),
        request_row("older", "more_time", facts=facts | {"cycle": 2025}, answer="g", **done),
        request_row("reminder", "reminder", facts={"paper": None}, answer="call", **done),
    ])  # fmt: skip
    for reader in (POLICE, PROVINCE, UNIT):
        found = {one.asked.id: one for one in answered(database, reader, cycle=2026)}
        assert set(found) == {"given", "declined"}
        assert (found["given"].until, found["declined"].until) == (AT, None)
        assert found["declined"].text == "Không đủ lý do."
        assert [one.id for one in waiting(database, reader)] == ["waits"]
    assert answered(database, replace(UNIT, organisation_id="khac", commune_id=None), cycle=2026) == ()
