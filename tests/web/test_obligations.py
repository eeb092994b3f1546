"""Obligations in the browser: who is missing by name, the reports put together, calling for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.houses import Told, tell_story
from tests.support.reporting import KIND, PROOF, hand_in, owed
from tests.support.sites import Site, open_site
from workflow.seeding.script import moment
from workflow.settings import FIXTURES

STORY = FIXTURES / "story" / "three_kinds_2026.json"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Three kinds up to the day before the meeting, in late October."""
    return tell_story(tmp_path_factory.mktemp("three"), moment("2026-10-27T08:00:00"), script=STORY)


@pytest.fixture
def site(told: Told, tmp_path: Path) -> Iterator[Site]:
    """The year of obligations is open; one hamlet and one school handed in, the office of the province its own."""
    site = open_site(told, tmp_path)
    house = site.house
    house.cycles.open(house.people.actor("pv01-1"), kind_code=KIND, cycle=2026)
    reached = {"households_total": 300, "households_reached": 250, "coverage_paper": PROOF}
    hand_in(house, house.people.actor("thon-tay"), owed(house, 2026, "thon-tay", "annual"), **reached)
    pupils = {"people_total": 500, "people_reached": 480, "coverage_paper": PROOF}
    hand_in(house, house.people.actor("thcs"), owed(house, 2026, "thcs", "annual"), **pupils)
    of_province = owed(house, 2026, "chi-cuc", "annual")
    hand_in(house, house.people.actor("chi-cuc"), of_province, "file_to_province", people_total=40)
    yield site
    house.close()


def test_the_list_counts_by_obligation_and_names_who_is_missing(site: Site) -> None:
    page = site.enter("cax-1").get("/viec-bao-cao/?nam=2026")
    assert page.status == 200
    assert "Việc báo cáo năm 2026: 20 báo cáo chưa nộp" in page.text
    assert "Báo cáo tổng kết 3 trên 8" in page.text
    assert "quá hạn" in page.text
    annual = site.enter("cax-1").get("/viec-bao-cao/?nam=2026&viec=annual").text
    assert "Báo cáo tổng kết, năm 2026: 5 báo cáo chưa nộp" in annual
    assert "Thôn Đông (giả định)" in annual
    assert "Đã nộp, chờ Công an xã nhận" in annual
    assert "Đã nộp, chờ Công an tỉnh nhận" in annual
    assert "Thôn Đông (giả định) Báo cáo tổng kết Báo cáo tổng kết Chưa nộp Xã Phong An (giả định)" in annual
    assert "Đã nộp, chờ Công an tỉnh nhận Tỉnh (giả định)" in annual


def test_reports_are_put_together_as_the_sum_of_their_parts(site: Site) -> None:
    commune = site.enter("cax-1").get("/viec-bao-cao/tong-hop?nam=2026&viec=annual").text
    assert "2 trên 7 báo cáo đã nộp, tính đến 26/10/2026" in commune
    assert "5 nơi chưa nộp, nêu tên ở dưới và không tính là 0" in commune
    assert "Số hộ đã được tuyên truyền 250 1" in commune
    assert "lao động, học sinh, sinh viên 500 1" in commune
    assert "12/BC-MTTQ" in commune
    province = site.enter("pv01-1").get("/viec-bao-cao/tong-hop?nam=2026&viec=annual").text
    assert "lao động, học sinh, sinh viên 540 2" in province
    assert "Theo sổ kết quả, không ghi lại trong báo cáo" in province


def test_the_file_holds_every_part_and_every_missing_name(site: Site) -> None:
    answer = site.enter("pv01-1").client.get("/viec-bao-cao/tong-hop/tai/csv?nam=2026&viec=annual")
    body = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"] == "attachment; filename=tong-hop-annual-2026.csv"
    assert "Thôn Tây (giả định)" in body
    assert len(re.findall("Chưa nộp, không tính là 0", body)) == 5
    assert site.enter("pv01-1").client.get("/viec-bao-cao/tong-hop/tai/pdf?nam=2026&viec=annual").status_code == 404


def test_one_report_is_a_form_of_its_own_and_is_taken_or_given_back(site: Site) -> None:
    unit, police = site.enter("mttq"), site.enter("cax-1")
    dossier = owed(site.house, 2026, "mttq", "annual")
    form = unit.get(f"/ho-so/{dossier.id}/giay-to/movement_report/sua")
    assert form.status == 200, form.status
    assert "Văn bản thể hiện số liệu tuyên truyền" in form.text
    filed = owed(site.house, 2026, "thcs", "annual")
    shown = police.get(f"/ho-so/{filed.id}")
    assert "Nhận báo cáo" in shown.text
    assert "Trả lại" in shown.text


def test_a_report_is_called_for_and_what_is_wrong_is_said_at_its_place(site: Site) -> None:
    police = site.enter("cax-1")
    given = {
        "ve_viec": "Kết quả Ngày hội",
        "han": "30/11/2026",
        "so": "88/CV-CAX",
        "ngay": "27/10/2026",
        "co_quan": "Công an xã Phong An",
        "ky": "Trưởng Công an xã",
    }
    wrong = police.send("/viec-bao-cao/yeu-cau?nam=2026", **given | {"han": "hôm nào", "so": "tám"}, don_vi="thcs")
    assert wrong.status == 422
    assert "Có 2 chỗ cần sửa" in wrong.text
    assert "Kết quả Ngày hội" in wrong.html
    nobody = police.send("/viec-bao-cao/yeu-cau?nam=2026", **given)
    assert (nobody.status, "Chưa chọn đơn vị nào phải báo cáo" in nobody.text) == (422, True)
    past = police.send("/viec-bao-cao/yeu-cau?nam=2026", **given | {"han": "01/10/2026"}, don_vi="thcs")
    assert (past.status, "đã qua" in past.text) == (422, True)
    made = police.send("/viec-bao-cao/yeu-cau?nam=2026", **given, don_vi="thcs")
    assert made.status == 302
    done = police.get("/viec-bao-cao/da-yeu-cau?nam=2026&viec=ad_hoc&so=1")
    assert "Đã yêu cầu 1 đơn vị báo cáo" in done.text
    assert "Báo cáo đột xuất theo 88/CV-CAX" in done.text
    assert "hết thứ Hai 30/11" in done.text


def test_pages_of_obligations_are_for_officers_and_their_own_places(site: Site) -> None:
    assert site.enter("thcs").get("/viec-bao-cao/").status == 403
    assert site.enter("ubnd-1").get("/viec-bao-cao/yeu-cau").status == 403
    assert site.enter("cax-1").get("/viec-bao-cao/?viec=nothing").status == 404
    assert site.enter("cax-1").get("/viec-bao-cao/tong-hop?viec=annual&xa=elsewhere").status == 404
    empty = site.enter("pv01-1").get("/viec-bao-cao/?nam=2031")
    assert "Chưa có việc báo cáo nào của năm 2031" in empty.text
