"""Organisations, people, their tokens, accounts and sessions, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from workflow.domain.accounts import Account, WebSession
from workflow.domain.actors import Actor, Role
from workflow.domain.books import Organisation
from workflow.domain.errors import Conflict, InvalidInput, NotFound
from workflow.domain.tokens import EVERY_SCOPE, Token
from workflow.storage.unit_of_work import SqlUnitOfWork

Begin = Callable[[], SqlUnitOfWork]
AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
SCHOOL = Organisation(
    "truong",
    "Trường THPT Vĩnh Thuận",
    "co_so_giao_duc",
    "xa",
    "xa",
    "tinh",
    valid_from=date(2025, 7, 1),
    valid_to=None,
    managing_level="province",
    delegated=True,
    attributes={"số học sinh": 812},
)


def test_organisation_comes_back_and_changes(begin: Begin) -> None:
    with begin() as uow:
        uow.organisations.add(SCHOOL)
        assert uow.organisations.get("truong") == SCHOOL
        changed = replace(SCHOOL, valid_to=date(2026, 6, 30), successor_id="moi", delegated=False)
        uow.organisations.replace(changed)
        assert uow.organisations.get("truong") == changed
        with pytest.raises(NotFound):
            uow.organisations.get("none")
        with pytest.raises(NotFound):
            uow.organisations.replace(replace(SCHOOL, id="none"))
        uow.commit()
    with begin() as uow, pytest.raises(Conflict) as caught:
        uow.organisations.add(SCHOOL)
    assert caught.value.code == "organisation_exists"


@pytest.mark.parametrize("typed", ["truong thpt vinh thuan", "TRƯỜNG  THPT Vĩnh Thuận", "Trường thpt vĩnh thuận"])
def test_organisation_is_found_however_its_name_is_typed(begin: Begin, typed: str) -> None:
    with begin() as uow:
        uow.organisations.add(SCHOOL)
        uow.organisations.add(replace(SCHOOL, id="khac", commune_id="phuong"))
        assert [found.id for found in uow.organisations.find(province_id="tinh", name=typed)] == ["khac", "truong"]
        assert [o.id for o in uow.organisations.find(province_id="tinh", name=typed, commune_id="xa")] == ["truong"]
        assert uow.organisations.find(province_id="tinh", name="Trường") == []


def test_children_and_offices_of_a_commune(begin: Begin) -> None:
    with begin() as uow:
        for name, kind in (("b", "ubnd_xa"), ("a", "cong_an_xa"), ("c", "co_quan"), ("d", "ban_chi_dao")):
            uow.organisations.add(Organisation(name, f"Tên {name}", kind, "xa", "xa", "tinh"))
        assert [child.id for child in uow.organisations.children("xa")] == ["a", "b", "c", "d"]
        assert [office.kind for office in uow.organisations.offices_of("xa")] == [
            "ban_chi_dao",
            "cong_an_xa",
            "ubnd_xa",
        ]
        assert set(uow.organisations.get_many(["a", "z"])) == {"a"}


def test_actor_is_the_person_in_the_role_of_that_day(begin: Begin) -> None:
    with begin() as uow:
        uow.people.add_person("p", office="Cán bộ Công an xã")
        uow.people.assign("p", Role.COMMUNE_POLICE, "ca-xa", commune_id="xa", province_id="tinh",
                          valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 31))  # fmt: skip
        assert uow.people.actor("p", at=AT) == Actor("p", Role.COMMUNE_POLICE, "ca-xa", "tinh", "xa")
        last_moment = datetime(2026, 1, 31, 16, 59, 59, tzinfo=UTC)
        assert uow.people.actor("p", at=last_moment).role is Role.COMMUNE_POLICE
        for moment in (last_moment + timedelta(seconds=1), datetime(2025, 12, 31, 16, 59, 59, tzinfo=UTC)):
            with pytest.raises(NotFound):
                uow.people.actor("p", at=moment)
        with pytest.raises(NotFound):
            uow.people.actor("p", at=AT, role=Role.ADMIN)
        with pytest.raises(NotFound):
            uow.people.actor("nobody", at=AT)


def test_two_roles_must_be_told_apart(begin: Begin) -> None:
    with begin() as uow:
        uow.people.add_person("p", office="Cán bộ")
        for role, office in ((Role.COMMUNE_POLICE, "ca-xa"), (Role.UNIT, "truong"), (Role.UNIT, "tram")):
            uow.people.assign("p", role, office, commune_id="xa", province_id="tinh")
        with pytest.raises(InvalidInput) as caught:
            uow.people.actor("p", at=AT)
        assert caught.value.code == "role_ambiguous"
        assert uow.people.actor("p", at=AT, role=Role.COMMUNE_POLICE).organisation_id == "ca-xa"
        assert uow.people.actor("p", at=AT, role=Role.UNIT, organisation_id="tram").organisation_id == "tram"


def test_ended_assignment_holds_until_its_last_day(begin: Begin) -> None:
    with begin() as uow:
        uow.people.add_person("p", office="Cán bộ")
        uow.people.assign("p", Role.UNIT, "truong", commune_id="xa", province_id="tinh")
        ((*_role, assignment),) = uow.people.held("p", at=AT)
        uow.people.end_assignment(assignment, last_day=date(2026, 1, 5))
        assert uow.people.actor("p", at=AT).organisation_id == "truong"
        with pytest.raises(NotFound):
            uow.people.actor("p", at=AT + timedelta(days=1))
        with pytest.raises(NotFound):
            uow.people.end_assignment("none", last_day=date(2026, 1, 5))


def test_people_are_shown_by_office(begin: Begin) -> None:
    with begin() as uow:
        uow.people.add_person("p", office="Phó Trưởng Công an xã")
        assert uow.people.offices(["p", "q"]) == {"p": "Phó Trưởng Công an xã"}
        uow.commit()
    with begin() as uow, pytest.raises(Conflict) as caught:
        uow.people.add_person("p", office="khác")
    assert caught.value.code == "person_exists"


def test_token_opens_until_it_expires_or_is_revoked(begin: Begin) -> None:
    with begin() as uow:
        uow.people.add_person("p", office="Cán bộ")
        made = Token("aa", "p", "máy ở cơ quan", EVERY_SCOPE, AT, AT + timedelta(hours=1), ("10.0.0.0/8",))
        uow.tokens.add(made)
        assert uow.tokens.get("aa", at=AT) == made
        assert uow.tokens.of("p", at=AT) == [made]
        assert uow.tokens.get("aa", at=AT + timedelta(hours=1)) is None
        assert uow.tokens.get("bb", at=AT) is None
        uow.tokens.seen("aa", at=AT)
        assert uow.tokens.get("aa", at=AT) == replace(made, last_used=AT)
        uow.tokens.revoke("aa", at=AT)
        assert uow.tokens.get("aa", at=AT) is None
        with pytest.raises(NotFound):
            uow.tokens.revoke("aa", at=AT)
        assert uow.tokens.revoke_all("p", at=AT) == 0


def test_account_is_found_by_login_however_typed(begin: Begin) -> None:
    account = Account("p", "cax vinh phong", AT, "hash", "secret", 7, 3, AT + timedelta(minutes=15), disabled=True)
    with begin() as uow:
        uow.people.add_person("p", office="Cán bộ")
        uow.people.add_person("q", office="Cán bộ")
        uow.accounts.put(replace(account, login="CAX Vĩnh Phong"))
        assert uow.accounts.by_login("cax  vĩnh phong") == account == uow.accounts.by_person("p")
        uow.accounts.put(replace(account, failed_logins=0, locked_until=None, disabled=False))
        assert uow.accounts.by_person("p") == replace(account, failed_logins=0, locked_until=None, disabled=False)
        assert uow.accounts.by_login("khác") is uow.accounts.by_person("q") is None
        uow.commit()
    with begin() as uow, pytest.raises(Conflict) as caught:
        uow.accounts.put(replace(account, person_id="q"))
    assert caught.value.code == "login_taken"


def test_sessions_are_listed_newest_first_until_revoked(begin: Begin) -> None:
    old = WebSession("aa", "p", AT, AT, AT + timedelta(hours=12), agent_digest="x")
    new = replace(old, digest="bb", created=AT + timedelta(minutes=1))
    with begin() as uow:
        uow.people.add_person("p", office="Cán bộ")
        uow.accounts.add_session(old)
        uow.accounts.add_session(new)
        assert uow.accounts.sessions_of("p") == [new, old]
        seen = replace(new, last_seen=AT + timedelta(minutes=9), second_factor_at=AT)
        uow.accounts.put_session(seen)
        uow.accounts.put_session(replace(old, revoked_at=AT))
        assert uow.accounts.sessions_of("p") == [seen]
        assert uow.accounts.session("aa") == replace(old, revoked_at=AT)
        assert uow.accounts.session("cc") is None
