"""Number and day of arrival of papers: noted by the office that received them, told to it alone, kept as a book."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from tests.support.pages import Page, filled
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role
from workflow.queries.journal import books_journal
from workflow.queries.receiving import arrivals
from workflow.seeding.papers import scan

STORY_UNTIL = "2026-11-11T10:05:00"
BOOK = "/van-ban-den/"


def paper_of(ids: Mapping[str, str], code: str = "self_score") -> str:
    return f"/ho-so/{ids['thpt']}/giay-to/{code}"


def place_of(ids: Mapping[str, str], version: int = 1, code: str = "self_score") -> str:
    return f"/van-ban-den/{ids['thpt']}/{code}/{version}"


def test_arrival_is_noted_beside_the_paper_and_in_the_book(
    client_as: ClientAs, house: House, ids: Mapping[str, str]
) -> None:
    client = client_as("cax-1")
    assert "Sổ chưa có văn bản nào." in Page(client.get(BOOK)).text
    page = Page(client.get(paper_of(ids)))
    form = Page(client.get(page.links["Ghi số đến, ngày đến"]))
    assert (1, "Số đến, ngày đến") in form.headings
    sent = {**form.form("khong-co"), "den_so": "145", "den_ngay": "11/11/2026"}
    version = int(page.links["Ghi số đến, ngày đến"].rpartition("/")[2])
    done = Page(client.post(place_of(ids, version), data=sent, follow_redirects=True))
    assert "Số đến 145, ngày đến 11/11/2026" in done.text
    book = Page(client.get(BOOK))
    assert "145 11/11/2026 Trường THPT Vĩnh Thuận" in book.text
    rows = list(
        csv.reader(io.StringIO(client.get("/van-ban-den/tai/csv").get_data().decode("utf-8-sig")), delimiter=";")
    )
    assert rows[0] == ["Số đến", "Ngày đến", "Nơi gửi", "Giấy tờ", "Hồ sơ", "Người ghi"]
    assert rows[1][:3] == ["145", "11/11/2026", "Trường THPT Vĩnh Thuận"]
    reader = Actor("pv01-1", Role.PROVINCE_POLICE, "pv01", "tinh")
    assert any(line.event == "PaperReceived" for line in books_journal(house.database, reader).items)


def test_arrival_is_the_offices_own(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client_as("cax-1").post(place_of(ids), data={"den_so": "145", "den_ngay": "11/11/2026"})
    for person in ("ubnd-1", "pv01-1"):
        assert "Số đến 145" not in Page(client_as(person).get(f"{paper_of(ids)}?ban=1")).text
        assert "Sổ chưa có văn bản nào." in Page(client_as(person).get(BOOK)).text
    unit = client_as("thpt")
    page = Page(unit.get(f"{paper_of(ids)}?ban=1"))
    assert "ố đến" not in page.text
    assert unit.get(BOOK).status_code == 403
    assert unit.post(place_of(ids), data={"den_so": "1", "den_ngay": "11/11/2026"}).status_code == 403


def test_arrival_noted_again_replaces_the_one_before(client_as: ClientAs, house: House, ids: Mapping[str, str]) -> None:
    client = client_as("cax-1")
    client.post(place_of(ids), data={"den_so": "145", "den_ngay": "10/11/2026", "idempotency_key": "k" * 32})
    client.post(place_of(ids), data={"den_so": "145", "den_ngay": "10/11/2026", "idempotency_key": "k" * 32})
    client.post(place_of(ids), data={"den_so": "146", "den_ngay": "11/11/2026"})
    page = Page(client.get(f"{paper_of(ids)}?ban=1"))
    assert "Số đến 146, ngày đến 11/11/2026" in page.text
    police = Actor("cax-1", Role.COMMUNE_POLICE, "ca-vinh-phong", "tinh", "vinh-phong")
    first = arrivals(house.database, police, limit=1)
    rest = arrivals(house.database, police, after=first.after, limit=1)
    assert [one.number for one in (*first.items, *rest.items)] == ["146", "145"]
    assert rest.after is None


def test_what_cannot_be_noted_is_told_at_its_field_and_kept(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("cax-1")
    page = Page(client.post(place_of(ids), data={"den_so": " ", "den_ngay": "12/11/2026"}))
    assert page.status == 422
    assert page.errors == ["Ghi số đến.", "Ngày đến không thể sau hôm nay (11/11/2026)."]
    assert 'value="12/11/2026"' in page.main
    assert client.get(place_of(ids, 99)).status_code == 404
    assert client.get(place_of(ids, 1, "khong-co")).status_code == 404
    assert client.get("/van-ban-den/khong-co/self_score/1").status_code == 404


def test_paper_entered_for_a_unit_takes_its_arrival_along(
    client_as: ClientAs, house: House, ids: Mapping[str, str]
) -> None:
    client, place = client_as("cax-2"), paper_of(ids, "head_letter")
    form = Page(client.get(f"{place}/sua"))
    assert "Số đến (không bắt buộc)" in form.text
    typed = {
        "d/number": "12/TTr-THPTVT", "d/date": "10/11/2026", "d/signer_office": "Hiệu trưởng",
        "d/issuer": "Trường THPT Vĩnh Thuận", "d/addressee": "UBND xã Vĩnh Phong", "d/request": "Đề nghị xét.",
        "ban": (io.BytesIO(scan("x")), "to-trinh.pdf"),
    }  # fmt: skip
    half = filled(form.form(), viec="dua-vao", fields={**typed, "den_so": "150"})
    page = Page(client.post(f"{place}/sua", data=half))
    assert (page.status, page.errors) == (422, ["Ghi ngày đến."])
    whole = filled(page.form(), viec="dua-vao", fields={"den_ngay": "11/11/2026"})
    assert whole["den_so"] == ["150"]
    assert client.post(f"{place}/sua", data=whole).status_code == 302
    assert client.post(f"{place}/sua", data=whole).status_code == 302, "sent twice, filed and noted once"
    assert "Số đến 150, ngày đến 11/11/2026" in Page(client.get(place)).text
    assert len(arrivals(house.database, house.people.actor("cax-2")).items) == 1
