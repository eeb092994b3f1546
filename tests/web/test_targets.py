"""Targets in the browser and at the command line: met or not, out of what, as of which day, and what stands behind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.houses import Told, tell_story
from tests.support.reporting import KIND, PROOF, hand_in, owed
from tests.support.sites import Site, open_site
from workflow.cli import main
from workflow.seeding.script import moment
from workflow.settings import FIXTURES

STORY = FIXTURES / "story" / "three_kinds_2026.json"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Three kinds up to the middle of November: An toan ve ANTT is decided."""
    return tell_story(tmp_path_factory.mktemp("three"), moment("2026-11-16T10:00:00"), script=STORY)


@pytest.fixture
def site(told: Told, tmp_path: Path) -> Iterator[Site]:
    """A hamlet with its document, a school whose pupils were not all reached, the commune's own figures."""
    site = open_site(told, tmp_path)
    house, people = site.house, site.house.people
    house.cycles.open(people.actor("pv01-1"), kind_code=KIND, cycle=2026)
    reached = {"households_total": 300, "households_reached": 250, "coverage_paper": PROOF}
    hand_in(house, people.actor("thon-tay"), owed(house, 2026, "thon-tay", "annual"), **reached)
    pupils = {"people_total": 500, "people_reached": 400, "coverage_paper": PROOF}
    hand_in(house, people.actor("thcs"), owed(house, 2026, "thcs", "annual"), **pupils)
    events = [{"date": "2026-03-02", "what": "Cháy kho chứa hàng"}]
    police = {"crimes": 19, "crimes_before": 20, "grave_incidents": 1, "disorders": 0, "petitions": 0, "events": events}
    hand_in(house, people.actor("ubnd-1"), owed(house, 2026, "phong-an", "annual"), **police)
    yield site
    house.close()


def row(text: str, label: str) -> str:
    """What the table says of a target."""
    found = re.search(re.escape(label) + r" (.{0,160})", text)
    assert found is not None, label
    return found.group(1)


def test_each_target_says_what_was_reached_out_of_what(site: Site) -> None:
    page = site.enter("cax-1").get("/chi-tieu/?nam=2026")
    assert page.status == 200
    text = page.text
    assert "Tính đến hết ngày 16/11/2026" in text
    assert row(text, "Hộ dân được tuyên truyền").startswith("ít nhất 80% 250 trên 300, 83,3% Đạt")
    assert row(text, "học sinh, sinh viên được tuyên truyền").startswith("ít nhất 90% 400 trên 500, 80% Chưa đạt")
    assert row(text, "so với năm trước").startswith("ít nhất 5% 1 trên 20, 5% Đạt")
    assert row(text, "gây hậu quả nghiêm trọng").startswith("1 trên 1, 100% Chưa đạt")
    assert row(text, "gây rối, khiếu kiện vượt cấp").startswith("0 trên 1, 0% Đạt")
    assert row(text, "Được công nhận “An toàn về an ninh, trật tự”").startswith("ít nhất 70% 4 trên 5, 80% Đạt")
    assert row(text, "Trong đó loại xuất sắc chưa kiểm chứng").startswith(
        "ít nhất 30% 0 trên 5, 0% (cách đọc khác: chưa có"
    )
    assert row(text, "Báo cáo đã đến hạn được nộp chưa kiểm chứng").startswith("ít nhất 100% 3 trên 21")
    assert "Cháy kho chứa hàng" in text
    assert "Thôn Đông (giả định)" in text
    assert "12/BC-MTTQ" in text


def test_a_target_leads_to_what_is_behind_it(site: Site) -> None:
    page = site.enter("pv01-1").get("/chi-tieu/?nam=2026&xa=phong-an")
    filed = owed(site.house, 2026, "thon-tay", "annual")
    assert f'href="/ho-so/{filed.id}"' in page.html
    assert re.search(r'href="/so-[^"]*', page.html)


def test_before_anything_was_handed_in_nothing_applies(site: Site) -> None:
    text = site.enter("cax-1").get("/chi-tieu/?nam=2026&ngay=01/03/2026").text
    assert "Tính đến hết ngày 01/03/2026" in text
    assert row(text, "Hộ dân được tuyên truyền").startswith("ít nhất 80% chưa có gì để tính Không áp dụng")
    assert row(text, "Được công nhận “An toàn về an ninh, trật tự”").startswith("ít nhất 70% 0 trên")
    wrong = site.enter("cax-1").get("/chi-tieu/?nam=2026&ngay=hôm qua")
    assert "Ngày tính đến ghi chưa đúng" in wrong.text
    assert "không thể sau hôm nay" in site.enter("cax-1").get("/chi-tieu/?nam=2026&ngay=01/01/2027").text


def test_the_file_has_every_figure_and_the_page_is_for_officers(site: Site) -> None:
    answer = site.enter("pv01-1").client.get("/chi-tieu/tai/csv?nam=2026")
    assert "Hộ dân được tuyên truyền" in answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"] == "attachment; filename=chi-tieu-2026.csv"
    assert site.enter("thcs").get("/chi-tieu/").status == 403
    assert site.enter("cax-1").get("/chi-tieu/?xa=elsewhere").status == 404


def test_the_command_line_tells_the_same(site: Site) -> None:
    settings = site.house.settings
    common = ["--db", str(settings.database), "--files", str(settings.files), "--as", "pv01-1"]
    told = CliRunner().invoke(main, ["targets", "--cycle", "2026", "--json", *common])
    assert told.exit_code == 0, told.output
    by_code = {one["code"]: one for one in json.loads(told.output)["targets"]}
    assert by_code["households_reached"]["readings"][0]["numerator"] == 250
    assert by_code["crime"]["verdict"] == "met"
    assert by_code["none_grave"]["events"][0]["what"].endswith("Cháy kho chứa hàng")
    plain = CliRunner().invoke(main, ["targets", "--cycle", "2026", "--behind", *common])
    assert "Chỉ tiêu năm 2026" in plain.output
    listed = CliRunner().invoke(main, ["obligations", "--cycle", "2026", "--missing", *common])
    assert "Thôn Đông (giả định)" in listed.output
    put = CliRunner().invoke(main, ["consolidate", "--cycle", "2026", "--obligation", "annual", *common])
    assert "Chưa nộp, không tính là 0" in put.output
