"""Filing the 12/12 report in the browser: compared, filed once, frozen; the province sums and names who is missing."""

from __future__ import annotations

import csv
import html as html_of
import io
import re
from datetime import timedelta

from tests.support.pages import Page
from tests.web.conftest import ClientAs
from tests.web.test_reports import PLACE, read, text_of
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role
from workflow.domain.books import Organisation
from workflow.seeding.papers import scan
from workflow.storage.orphans import remove_orphans

STORY_UNTIL = "2026-12-11T12:00:00"
"""Every owed result is recorded; the report is due today."""


def test_report_is_filed_once_after_it_was_compared(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    page = client.get(PLACE).get_data(as_text=True)
    assert "<title>Báo cáo kết quả năm 2026: gửi được, hạn hết ngày 11/12/2026, thứ Sáu" in page
    hasty = client.post("/bao-cao/gui", data={})
    assert hasty.status_code == 422
    assert "Đánh dấu “Đã đối chiếu” trước khi gửi." in text_of(hasty.get_data(as_text=True))
    form = {"doi-chieu": "co", "idempotency_key": "k" * 32}
    first, again = client.post("/bao-cao/gui", data=form), client.post("/bao-cao/gui", data=form)
    assert (first.status_code, again.status_code) == (302, 302)
    told = read(client, first.location)
    assert "Đã gửi báo cáo kết quả năm 2026" in told
    assert "Công nhận mới 5 trên 8 đơn vị đăng ký" in told
    third = client.post("/bao-cao/gui", data={"doi-chieu": "co"})
    assert third.status_code == 409
    assert "của xã đã gửi" in text_of(third.get_data(as_text=True))
    assert read(client, PLACE).count("Gửi báo cáo tới Công an tỉnh") == 0
    with house.engine.reading() as uow:
        filed = uow.reports.get(province_id="tinh", kind="dien_hinh", cycle=2026, commune_id="vinh-phong")
    assert filed is not None
    assert not filed.late


def test_province_sums_what_was_filed_and_names_who_is_missing(client_as: ClientAs, house: House) -> None:
    keeper = Actor("quan-tri", Role.ADMIN, "tinh", "tinh")
    fresh = Organisation("tan-hoa", "Phường Tân Hòa", "phuong", "tinh", None, "tinh")
    house.organisations.import_rows(keeper, [fresh])
    client_as("cax-1").post("/bao-cao/gui", data={"doi-chieu": "co"})
    client = client_as("pv01-1")
    page = client.get(PLACE).get_data(as_text=True)
    told = text_of(page)
    assert "<title>Báo cáo kết quả năm 2026: 1 trên 2 xã, phường đã gửi" in page
    assert "Số liệu là tổng của 1 nơi đã gửi. 1 nơi chưa gửi không tính là 0." in told
    assert "Phường Tân Hòa chưa có chưa có chưa có chưa gửi" in told
    assert "Xã Vĩnh Phong 5 trên 8 2 trên 3 1 trên 3" in told
    place = re.search(r'href="(/bao-cao/danh-sach/new[^"]*)"', page)
    assert place is not None
    listed = read(client, html_of.unescape(place.group(1)))
    assert listed.startswith("Báo cáo kết quả năm 2026 Công nhận mới: 5 đơn vị")
    rows = list(csv.reader(io.StringIO(client.get("/bao-cao/tai/csv").get_data().decode("utf-8-sig")), delimiter=";"))
    assert rows[-1] == ["Phường Tân Hòa", "Chưa gửi báo cáo", "", "", "", "", ""]


PAPER = {
    "vb_number": "77/BC-UBND",
    "vb_date": "11/12/2026",
    "vb_issuer": "UBND xã Vĩnh Phong",
    "vb_signer_office": "Chủ tịch UBND xã",
}


def test_report_is_filed_with_its_signed_paper(client_as: ClientAs, house: House) -> None:
    client, content = client_as("cax-1"), scan("77/BC-UBND")
    sent = {**PAPER, "doi-chieu": "co", "vb_scan": (io.BytesIO(content), "bao-cao.pdf")}
    page = Page(client.post("/bao-cao/gui", data=sent, follow_redirects=True))
    assert re.search(r"số nhật ký \d+, mã đối chiếu", page.text)
    assert "Số, ký hiệu 77/BC-UBND" in page.section("Báo cáo đã ký")
    assert "11/12/2026" in page.section("Báo cáo đã ký")
    remove_orphans(house.database, house.files, at=house.clock.now() + timedelta(days=3650))
    for person, query in (("cax-1", ""), ("pv01-1", "&xa=vinh-phong")):
        answer = client_as(person).get(f"/bao-cao/van-ban/1?nam=2026{query}")
        assert (answer.status_code, answer.get_data()) == (200, content), person
        assert "77-BC-UBND.pdf" in answer.headers["Content-Disposition"]
    assert client.get("/bao-cao/van-ban/2?nam=2026").status_code == 404
    assert client_as("pv01-1").get("/bao-cao/van-ban/1?nam=2026").status_code == 404, (
        "a province has no paper of its own"
    )
    assert client_as("thpt").get("/bao-cao/van-ban/1?nam=2026").status_code == 403
    with house.engine.reading() as uow:
        filed = uow.reports.get(province_id="tinh", kind="dien_hinh", cycle=2026, commune_id="vinh-phong")
    assert filed is not None
    assert filed.signed is not None
    assert filed.signed.issuer == "UBND xã Vĩnh Phong"


def test_half_a_paper_is_told_at_its_fields_and_kept(client_as: ClientAs) -> None:
    client = client_as("cax-1")
    sent = {"doi-chieu": "co", "vb_number": "77/BC-UBND", "vb_scan": (io.BytesIO(scan("x")), "bao-cao.pdf")}
    page = Page(client.post("/bao-cao/gui", data=sent))
    assert page.status == 422
    assert page.errors == ["Ghi ngày ban hành.", "Ghi cơ quan ban hành.", "Ghi chức vụ người ký."]
    form = page.form()
    assert form["vb_number"] == ["77/BC-UBND"]
    assert len(form["vb_scan"]) == 1
    done = Page(client.post("/bao-cao/gui", data={**form, **PAPER, "doi-chieu": "co"}, follow_redirects=True))
    assert (1, "Đã gửi báo cáo kết quả năm 2026") in done.headings
    assert "Bản quét 1" in done.links
