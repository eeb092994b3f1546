"""What a person was told: newest first, unread counted, and nothing of what it may not see; on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.reading import ADMIN, AT, POLICE, PROVINCE, UNIT, dossier_row, write, write_dossiers
from workflow.domain.actors import Actor, Role
from workflow.domain.books import Notice
from workflow.domain.errors import InvalidInput
from workflow.queries.inbox import COUNTED, inbox, unread_count
from workflow.storage.database import Database
from workflow.storage.tables import NOTICE_READ, NOTICE_SEEN, PERSON
from workflow.storage.unit_of_work import SqlUnitOfWork

ELSEWHERE = replace(POLICE, person_id="cax-2", commune_id="xa-2")


def tell(database: Database, *notices: Notice) -> None:
    with SqlUnitOfWork(database) as uow:
        uow.outbox.put(notices, at=AT)
        uow.commit()


def to(actor: Actor, number: int, dossier_id: str | None = None, organisation: str | None = None) -> Notice:
    office = {Role.COMMUNE_POLICE: actor.commune_id, Role.UNIT: actor.organisation_id}.get(actor.role)
    return Notice(
        dossier_id, actor.role, organisation or office or actor.province_id, "notice.turn", {"number": str(number)}
    )


def numbers(database: Database, actor: Actor, **asked: object) -> list[object]:
    return [item.facts["number"] for item in inbox(database, actor, **asked).items]  # type: ignore[arg-type]


def test_inbox_shows_what_was_told_to_the_own_office_and_to_the_role_in_the_province(database: Database) -> None:
    province = str(POLICE.province_id)
    tell(database, to(POLICE, 1), to(ELSEWHERE, 2), to(UNIT, 3), to(POLICE, 4, organisation=province), to(PROVINCE, 5))
    assert numbers(database, POLICE) == ["4", "1"]
    assert numbers(database, ELSEWHERE) == ["4", "2"]
    assert numbers(database, UNIT) == ["3"]
    assert numbers(database, PROVINCE) == ["5"]
    assert numbers(database, ADMIN) == []
    assert numbers(database, replace(POLICE, province_id="tinh-2", commune_id="xa-9")) == []


def test_inbox_hides_a_dossier_that_went_out_of_sight(database: Database) -> None:
    """The notice was told to this commune; the unit has since moved to another, so it could leak."""
    row = dossier_row(commune_id="xa-2")
    write_dossiers(database, row)
    dossier_id = str(row["id"])
    tell(database, to(POLICE, 1, dossier_id), to(ELSEWHERE, 2, dossier_id), to(POLICE, 3, "gone"))
    assert numbers(database, POLICE) == []
    assert unread_count(database, POLICE).n == 0
    assert numbers(database, ELSEWHERE) == ["2"]


def test_what_is_read_is_no_longer_counted(database: Database) -> None:
    tell(database, *(to(POLICE, number) for number in range(1, 6)))
    first = inbox(database, POLICE).items[-1].position
    write(database, PERSON, [{"id": POLICE.person_id, "office": "Công an xã"}])
    write(database, NOTICE_SEEN, [{"person_id": POLICE.person_id, "through": first + 1}])
    write(database, NOTICE_READ, [{"person_id": POLICE.person_id, "position": first + 3}])
    assert unread_count(database, POLICE).n == 2
    assert numbers(database, POLICE, unread=True) == ["5", "3"]
    assert [item.is_unread for item in inbox(database, POLICE).items] == [True, False, True, False, False]


def test_pages_go_on_where_the_one_before_ended_and_the_count_stops(database: Database) -> None:
    tell(database, *(to(POLICE, number) for number in range(1, COUNTED + 3)))
    page = inbox(database, POLICE, limit=60)
    rest = inbox(database, POLICE, limit=60, after=page.after)
    told = [item.facts["number"] for item in (*page.items, *rest.items)]
    assert told == [str(number) for number in range(COUNTED + 2, 0, -1)]
    assert rest.after is None
    count = unread_count(database, POLICE)
    assert (count.n, count.more) == (COUNTED, True)
    with pytest.raises(InvalidInput):
        inbox(database, POLICE, after="nonsense")
