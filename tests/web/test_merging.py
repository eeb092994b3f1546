"""A unit entered twice: both records side by side, one stays, the other ends with it as its successor."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.support.pages import Page
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role
from workflow.domain.books import Organisation
from workflow.domain.calendars import ONE_DAY, local_day
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed
from workflow.queries.journal import books_journal

STORY_UNTIL = "2026-01-16T16:00:00"
"""The school has registered, and units still may."""

ADMIN = Actor("quan-tri", Role.ADMIN, "tinh", "tinh")
PV01 = Actor("pv01-1", Role.PROVINCE_POLICE, "pv01", "tinh")
TWIN = "thpt-nhap-lai"
EARLIER = {
    "noi": "nhap lai",
    "ket-qua": "phan_loai:kha",
    "nam": "2024",
    "so": "118/QĐ-UBND",
    "ngay": "10/12/2024",
    "co-quan": "UBND xã Vĩnh Phong",
}


@pytest.fixture
def twin(house: House) -> str:
    """The school once more, with a person of its own."""
    with house.engine.reading() as uow:
        held = uow.people.actor("thpt", at=house.clock.now())
        school = uow.organisations.get(held.organisation_id)
    again = Organisation(
        TWIN, "Trường THPT Vĩnh Thuận (nhập lại)", school.kind, school.parent_id, school.commune_id, school.province_id
    )
    house.organisations.import_rows(ADMIN, [again])
    house.people.assign(ADMIN, "thpt-2", office="Văn thư nhà trường", role=Role.UNIT, organisation_id=TWIN)
    return held.organisation_id


def url_of(organisation_id: str) -> str:
    return f"/to-chuc/{organisation_id}/gop/"


def test_both_records_stand_side_by_side_and_nothing_is_written(client_as: ClientAs, twin: str) -> None:
    client = client_as("cax-1")
    page = Page(client.get(f"/to-chuc/{TWIN}"))
    choose = Page(client.get(page.links["Đơn vị này bị nhập hai lần? Gộp hai bản"], query_string={"tim": "vinh thuan"}))
    assert "1 đơn vị cùng loại, cùng xã" in choose.text
    both = Page(client.get(choose.links["Đặt cạnh nhau để xem Trường THPT Vĩnh Thuận"]))
    assert (2, "Bản 1: Trường THPT Vĩnh Thuận (nhập lại)") in both.headings
    assert (2, "Bản 2: Trường THPT Vĩnh Thuận") in both.headings
    assert "Người giữ vai Văn thư nhà trường" in both.section("Bản 1: Trường THPT Vĩnh Thuận (nhập lại)")
    assert "Điển hình 2026, số 2026-DH-" in both.section("Bản 2: Trường THPT Vĩnh Thuận")
    assert "Chưa giữ được bản 1: còn 1 điều" in both.text, "its dossier would be left behind"


def test_one_record_goes_on_in_the_other(client_as: ClientAs, house: House, twin: str) -> None:
    client = client_as("cax-1")
    place = client.post("/so-dien-hinh/nhap", data=EARLIER).location
    sent = {"voi": TWIN, "o-lai": twin, "ly-do": "Nhập hai lần.", "idempotency_key": "k" * 32}
    done = Page(client.post(url_of(twin), data=sent, follow_redirects=True))
    assert (1, "Đã gộp hai bản nhập của Trường THPT Vĩnh Thuận") in done.headings
    assert client.post(url_of(twin), data=sent).status_code == 302, "sent twice, done once"
    today = local_day(house.clock.now())
    with house.engine.reading() as uow:
        gone, kept = uow.organisations.get(TWIN), uow.organisations.get(twin)
        moved = uow.people.actor("thpt-2", at=house.clock.now())
    assert (gone.name, gone.successor_id, gone.valid_to) == (kept.name, twin, today - ONE_DAY)
    assert gone.attributes["merged"] == {
        "name": "Trường THPT Vĩnh Thuận (nhập lại)",
        "into": twin,
        "on": today.isoformat(),
    }
    assert moved.organisation_id == twin
    assert kept.valid_to is None
    (line,) = [one for one in books_journal(house.database, PV01).items if one.event == "OrganisationMerged"]
    assert line.payload["into"] == twin
    assert line.payload["people"] == ["thpt-2"]
    entry = Page(client.get(place))
    assert entry.headings[0] == (1, "Trường THPT Vĩnh Thuận"), "the ledger speaks of the one that stays"
    assert "118/QĐ-UBND" in Page(client.get(_entry_of(client, twin))).section("Kết quả khác của đơn vị")
    again = Page(client.get(url_of(twin), query_string={"voi": TWIN}))
    assert again.status == 409
    assert "đã kết thúc từ ngày" in again.text


def _entry_of(client: FlaskClient, subject: str) -> str:
    """The page of another result of the unit that stays."""
    found = Page(client.get("/so-dien-hinh/?kind=tat-ca&standing=&q=vinh+thuan")).links
    return next(url for words, url in found.items() if words == "Trường THPT Vĩnh Thuận")


def test_dossiers_of_the_same_year_on_both_are_named(house: House, client_as: ClientAs, twin: str) -> None:
    unit = house.people.actor("thpt-2")
    opened = house.dossiers.open(unit, kind_code="dien_hinh", subject_id=TWIN, cycle=2026)
    preview = house.merging.preview(ADMIN, kept_id=twin, gone_id=TWIN)
    assert [error.code for error in preview.reasons] == ["merge_same_dossier"]
    with house.engine.reading() as uow:
        (own,) = [one for one in uow.merging.dossiers(twin) if one.kind == "dien_hinh" and one.cycle == 2026]
    page = Page(client_as("cax-1").get(url_of(twin), query_string={"voi": TWIN}))
    assert f"Cả hai đều có hồ sơ Điển hình năm 2026: {own.number} và {opened.number}." in page.text
    assert "Chưa gộp được theo cách nào." in page.text
    with pytest.raises(Conflict, match="merge_refused"):
        house.merging.merge(ADMIN, kept_id=twin, gone_id=TWIN, reason="x")


def test_unlike_records_and_foreign_keepers_are_refused(house: House, client_as: ClientAs, twin: str) -> None:
    with pytest.raises(InvalidInput, match="merge_itself"):
        house.merging.preview(ADMIN, kept_id=twin, gone_id=twin)
    with pytest.raises(InvalidInput, match="merge_no_unit"):
        house.merging.preview(ADMIN, kept_id="vinh-phong", gone_id=twin)
    abroad = Actor("x", Role.COMMUNE_POLICE, "ca-khac", "tinh", "xa-khac")
    with pytest.raises(NotAllowed, match="organisation_role"):
        house.merging.preview(abroad, kept_id=twin, gone_id=TWIN)
    assert client_as("thpt").get(url_of(twin)).status_code == 403
    assert client_as("ubnd-1").get(url_of(twin)).status_code == 403


def test_merging_asks_which_stays_and_why_and_keeps_what_was_typed(client_as: ClientAs, twin: str) -> None:
    client = client_as("quan-tri")
    page = Page(client.post(url_of(twin), data={"voi": TWIN, "ly-do": "Nhập hai lần."}))
    assert (page.status, page.errors) == (422, ["Chọn bản ở lại."])
    assert "Nhập hai lần." in page.main
    page = Page(client.post(url_of(twin), data={"voi": TWIN, "o-lai": twin, "ly-do": " "}))
    assert page.status == 422
    assert len(page.errors) == 1
