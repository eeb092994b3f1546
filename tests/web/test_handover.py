"""Handing over when an officer moves: looked at first, then roles, drafts and ways in go on or end, from a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.pages import Page
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role
from workflow.domain.calendars import ONE_DAY, local_day
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from workflow.queries.filters import Filters
from workflow.queries.journal import books_journal
from workflow.queries.moment import Moment
from workflow.queries.worklist import worklist
from workflow.services.handover import Successor

STORY_UNTIL = "2026-11-11T10:05:00"
ADMIN = Actor("quan-tri", Role.ADMIN, "tinh", "tinh")
PV01 = Actor("pv01-1", Role.PROVINCE_POLICE, "pv01", "tinh")
PLACE = "/nguoi-va-vai/ban-giao/cax-1/"
WISH = {
    "ai": "moi",
    "ma": "cax-9",
    "chuc-vu": "Cán bộ Tổ Tổng hợp, Công an xã",
    "ngay": "10/11/2026",
    "ly-do": "Quyết định điều động số 12.",
}


def open_work(house: House, person_id: str) -> list[str]:
    """Numbers of the dossiers that wait for a person."""
    moment = Moment.of(house.clock.now(), house.calendar(), 5)
    return [one.number for one in worklist(house.database, house.people.actor(person_id), Filters(), moment).items]


def test_what_is_left_is_seen_before_anything_is_written(client_as: ClientAs, house: House) -> None:
    client = client_as("quan-tri")
    people = Page(client.get("/nguoi-va-vai/cax-vinh-phong"))
    assert PLACE in people.main
    leave = PLACE
    page = Page(client.get(leave))
    assert page.headings[0] == (1, "Bàn giao việc")
    assert "hồ sơ đang đến lượt" in page.section("Việc người này để lại")
    check = Page(client.post(leave, data=WISH))
    assert check.status == 200
    assert check.headings[0][1].endswith("sang Cán bộ Tổ Tổng hợp, Công an xã")
    assert "hết ngày 10/11/2026" in check.text
    assert "ngày 11/11/2026" in check.text
    assert "bị đăng xuất khỏi mọi máy ngay khi ghi" in check.text
    assert house.people.actor("cax-1").role is Role.COMMUNE_POLICE, "nothing was written"
    back = Page(client.post(leave, data={**check.form("khong-co"), **WISH, "viec": "sua"}))
    assert 'value="cax-9"' in back.main


def test_successor_finds_the_work_and_who_left_is_out(client_as: ClientAs, house: House) -> None:
    leaving = client_as("cax-1")
    before = open_work(house, "cax-1")
    assert before
    assert leaving.get("/viec-can-lam").status_code == 200
    house.accounts.create(ADMIN, "cax-1", login="cax.mot", password="mật khẩu dài của xã")
    leaving = client_as("cax-1")
    token = house.feeds.make(house.people.actor("cax-1"))
    sent = {**WISH, "viec": "ghi", "idempotency_key": "k" * 32}
    admin = client_as("quan-tri")
    done = Page(admin.post(PLACE, data=sent, follow_redirects=True))
    assert "Đã bàn giao. Người bàn giao giữ vai đến hết ngày 10/11/2026." in done.text
    assert leaving.get("/viec-can-lam").status_code == 302, "its session opens nothing any more"
    with pytest.raises(NotFound):
        house.people.actor("cax-1")
    with pytest.raises(NotFound):
        house.feeds.reader(token)
    again = leaving.post("/dang-nhap", data={"login": "cax.mot", "password": "mật khẩu dài của xã"})
    assert "Tài khoản này hiện không giữ vai nào." in Page(again).text
    heir = house.people.actor("cax-9")
    assert (heir.role, heir.organisation_id, heir.commune_id) == (Role.COMMUNE_POLICE, "cax-vinh-phong", "vinh-phong")
    assert open_work(house, "cax-9") == before, "the successor finds the same work"
    (line,) = [one for one in books_journal(house.database, PV01).items if one.event == "WorkHandedOver"]
    assert line.payload["person"] == "cax-1"
    assert line.payload["successor"] == "cax-9"
    assert line.payload["roles"] == [["commune_police", "cax-vinh-phong"]]


def test_drafts_are_the_successors(house: House) -> None:
    with house.engine.reading() as uow:
        waiting = uow.dossiers.ids_where(province_id="tinh", kind="dien_hinh", cycle=2026)
    with house.engine.uow() as uow:
        uow.papers.save_draft(dossier_id=waiting[0], code="x", person_id="cax-1", document=b"{}", at=house.clock.now())
        uow.commit()
    assert len(house.handovers.preview(ADMIN, "cax-1").drafts) >= 1
    before = len(house.handovers.preview(ADMIN, "cax-2").drafts)
    moved = len(house.handovers.preview(ADMIN, "cax-1").drafts)
    last = local_day(house.clock.now())
    house.handovers.hand_over(ADMIN, "cax-1", Successor("cax-2"), last_day=last, reason="Điều động.")
    with house.engine.reading() as uow:
        assert len(uow.holders.drafts("cax-2")) == before + moved
        assert uow.holders.drafts("cax-1") == []


def test_later_day_lets_the_role_end_by_itself(client_as: ClientAs, house: House) -> None:
    last = local_day(house.clock.now())
    house.handovers.hand_over(ADMIN, "cax-1", Successor("cax-9", "Cán bộ"), last_day=last, reason="Điều động.")
    assert client_as("cax-1").get("/viec-can-lam").status_code == 200
    with pytest.raises(NotFound):
        house.people.actor("cax-9")
    house.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    assert house.people.actor("cax-9").role is Role.COMMUNE_POLICE
    with pytest.raises(NotFound):
        house.people.actor("cax-1")
    assert client_as("cax-1").get("/viec-can-lam").status_code != 200


def test_colleague_goes_on_and_a_busy_person_does_not(house: House) -> None:
    last = local_day(house.clock.now()) - ONE_DAY
    with pytest.raises(Conflict, match="successor_busy"):
        house.handovers.hand_over(ADMIN, "cax-1", Successor("ubnd-1"), last_day=last, reason="x")
    with pytest.raises(InvalidInput, match="handover_itself"):
        house.handovers.hand_over(ADMIN, "cax-1", Successor("cax-1"), last_day=last, reason="x")
    with pytest.raises(InvalidInput, match="office_missing"):
        house.handovers.hand_over(ADMIN, "cax-1", Successor("cax-9"), last_day=last, reason="x")
    house.handovers.hand_over(ADMIN, "cax-1", Successor("cax-2"), last_day=last, reason="x")
    with house.engine.reading() as uow:
        assert len(uow.holders.of_person("cax-2", on=last)) == 1, "who holds the role already gets it once"


def test_handing_over_is_the_administrators_and_never_ones_own(client_as: ClientAs, house: House) -> None:
    for person in ("cax-1", "pv01-1", "thpt"):
        assert client_as(person).get(PLACE).status_code == 403
    assert client_as("quan-tri").get("/nguoi-va-vai/ban-giao/quan-tri/").status_code == 403
    assert client_as("quan-tri").get("/nguoi-va-vai/ban-giao/khong-co/").status_code == 404
    with pytest.raises(NotAllowed):
        house.handovers.preview(PV01, "cax-1")


def test_what_is_missing_is_told_at_its_field_and_kept(client_as: ClientAs) -> None:
    page = Page(client_as("quan-tri").post(PLACE, data={"ai": "moi", "chuc-vu": "Cán bộ", "ngay": "31/02/2026"}))
    assert page.status == 422
    assert page.errors[0] == "Ghi mã của người mới."
    assert "Ghi lý do, căn cứ của việc bàn giao." in page.errors
    assert 'value="Cán bộ"' in page.main
    assert 'value="31/02/2026"' in page.main
