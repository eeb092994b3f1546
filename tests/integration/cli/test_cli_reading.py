"""Commands that look: a dossier and its past, lists by page, the yearly report, the definitions, the story."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import Hoso
from tests.support.houses import Told, tell_story
from workflow.cli.speech import WORDING
from workflow.papers.workbook import read_workbook
from workflow.seeding.script import STORY, moment


@pytest.fixture(scope="module")
def told_december(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The decision is there; the commune's own upkeep is still owed."""
    return tell_story(tmp_path_factory.mktemp("story"), moment("2026-12-11T09:00:00"))


@pytest.fixture
def december(told_december: Told, tmp_path: Path) -> Hoso:
    """The command line on a copy of ``told_december``."""
    return Hoso.on(told_december, tmp_path)


def test_dossier_is_shown_as_it_stood_at_any_instant(assessed: Hoso) -> None:
    states = {
        at: assessed.json("show", "2026-DH-0006", "--as-of", at, by="thcs").data["state"]
        for at in ("17/01/2026 23:59:58", "17/01/2026 23:59:59", "20/01/2026 15:30:00", "25/02/2026", "11/11/2026")
    }
    assert list(states.values()) == ["draft", "registered", "selected", "returned_to_unit", "selected"]
    held = assessed.json("show", "2026-DH-0006", "--as-of", "06/10/2026", by="thcs").data
    assert held["on_hold"] is not None
    assert assessed.json("show", "2026-DH-0006", by="thcs").data["on_hold"] is None
    before = assessed.json("show", "2026-DH-0006", "--as-of", "01/01/2026", by="thcs")
    assert (before.code, before.error["code"]) == (4, "not_yet")


def test_page_says_whose_turn_and_the_last_moment_in_words(assessed: Hoso) -> None:
    page = assessed("show", "2026-DH-0003", by="cax-1")
    assert page.code == 0
    assert page.out.startswith("Trường THPT Vĩnh Thuận, Điển hình năm 2026, số 2026-DH-0003\n")
    assert "Đến lượt:   UBND xã, từ 14:10:00 ngày 12/11/2026" in page.out
    assert "thứ " in page.out.split("Hạn:")[1].splitlines()[0]
    data = assessed.json("show", "2026-DH-0003", by="cax-1").data
    assert data["due"].endswith("+07:00")
    assert [paper["version"] for paper in data["papers"] if paper["code"] == "self_score"] == [1, 2, 3]
    assert all(len(paper["digest"]) == 64 for paper in data["papers"])


def test_dossier_of_another_unit_looks_like_none_at_all(assessed: Hoso) -> None:
    foreign = assessed.json("show", "2026-DH-0003", by="mttq").error
    absent = assessed.json("show", "2026-DH-9999", by="mttq").error
    assert {**foreign, "facts": {}} == {**absent, "facts": {}}


def test_journal_is_read_newest_first_of_a_dossier_or_of_the_books(assessed: Hoso) -> None:
    page = assessed.json("journal", "2026-DH-0003", "--limit", "4", by="cax-1").data
    assert [item["seq"] for item in page["items"]] == sorted((item["seq"] for item in page["items"]), reverse=True)
    older = assessed.json("journal", "2026-DH-0003", "--after", page["after"], "--limit", "500", by="cax-1").data
    assert older["items"][-1]["event"] == "DossierOpened"
    assert older["items"][0]["hash"] == page["items"][-1]["prev"]
    told = assessed("journal", by="pv01-1")
    assert "Mở năm xét" in told.out
    assert "Gia hạn hoặc mở muộn" in told.out
    assert assessed.json("journal", by="cax-1").error["code"] == "journal_role"
    assert assessed.json("journal", "2026-DH-0003", by="mttq").code == 4


def test_every_kind_of_row_in_the_journal_has_its_words(assessed: Hoso) -> None:
    kept = {row[0] for row in assessed.rows("SELECT DISTINCT event FROM journal")}
    assert len(kept) > 10
    assert [event for event in sorted(kept) if f"cli.journal.{event}" not in WORDING] == []


def test_worklist_walks_its_pages_by_mark(assessed: Hoso) -> None:
    first = assessed.json("worklist", "--limit", "3", by="ubnd-1").data
    assert len(first["items"]) == 3
    rest = assessed.json("worklist", "--after", first["after"], by="ubnd-1").data
    numbers = [item["number"] for item in first["items"] + rest["items"]]
    whole = assessed.json("worklist", by="ubnd-1").data
    assert numbers == [item["number"] for item in whole["items"]]
    assert whole["after"] is None
    forged = assessed.json("worklist", "--after", "nonsense", by="ubnd-1")
    assert (forged.code, forged.error["code"]) == (2, "page_mark")
    printed = assessed("worklist", "--limit", "3", by="ubnd-1").out
    assert first["after"] in printed


def test_worklist_is_narrowed_and_searched_without_marks(assessed: Hoso) -> None:
    found = assessed.json("worklist", "--text", "thpt vinh thuan", "--tab", "elsewhere", by="pv01-1").data
    assert [item["number"] for item in found["items"]] == ["2026-DH-0003"]
    none = assessed("worklist", "--state", "recognized", by="ubnd-1")
    assert none.out.strip() == "Chưa có việc nào ở đây."


def test_report_is_blocked_by_name_until_nothing_is_owed(december: Hoso) -> None:
    year = ("--kind", "dien_hinh", "--cycle", "2026")
    before = december.digest()
    shown = december.json("report", *year, by="cax-1")
    assert shown.code == 0, shown.err
    assert shown.data["figures"]["owed"]["count"] == 1
    assert "Xã Vĩnh Phong" in december("report", *year, by="cax-1").out
    refused = december.json("report", *year, "--file", by="cax-1")
    assert (refused.code, refused.refusals) == (3, ["report.owed"])
    assert december.digest() == before
    foreign = december.json("report", *year, by="thpt")
    assert (foreign.code, foreign.error["code"]) == (3, "report_reader")


def test_report_is_filed_once(told_december: Told, tmp_path: Path) -> None:
    whole = tell_story(tmp_path, moment("2026-12-11T12:00:00"))
    hoso = Hoso(tmp_path / "story.sqlite", whole.folder / "files")
    year = ("--kind", "dien_hinh", "--cycle", "2026")
    filed = hoso.json("report", *year, "--file", by="cax-1", at="11/12/2026 23:59:59")
    assert filed.code == 0, filed.err
    assert filed.data["late"] is False
    twice = hoso.json("report", *year, "--file", by="ubnd-1")
    assert (twice.code, twice.error["code"]) == (3, "report_filed")
    province = hoso.json("report", *year, by="pv01-1").data
    assert (province["is_complete"], province["missing"]) == (True, [])
    assert province["figures"]["new"]["count"] == 5


def test_shipped_definitions_pass_and_their_waivers_are_told(tmp_path: Path) -> None:
    hoso = Hoso(tmp_path / "none.sqlite", tmp_path / "files")
    checked = hoso.json("check")
    assert (checked.code, checked.data["ok"]) == (0, True)
    waived = [row["about"] for row in checked.data["findings"]["dien_hinh/v1"] if row["waived_by"]]
    assert len(waived) == 2
    assert "Người ký: PV01" in hoso("check").out
    assert not hoso.file.exists()


def test_kind_is_drawn_and_told_without_a_database(tmp_path: Path) -> None:
    hoso = Hoso(tmp_path / "none.sqlite", tmp_path / "files")
    picture = hoso("diagram", "dien_hinh")
    assert picture.out.startswith("flowchart")
    assert "Đã công nhận" in picture.out
    assert len(hoso("diagram", "dien_hinh", "--whole").out) > len(picture.out)
    assert "# Quy trình" in hoso("diagram", "dien_hinh", "--words").out
    unknown = hoso.json("diagram", "no_such_kind")
    assert (unknown.code, unknown.error["code"]) == (4, "kind_not_found")


def test_story_tells_the_year_and_ends_with_ledger_and_report(tmp_path: Path) -> None:
    hoso = Hoso(tmp_path / "story.sqlite", tmp_path / "files")
    told = hoso.json("story")
    assert told.code == 0, told.err
    data = told.data
    assert sorted(data) == ["ledger", "report", "steps", "title"]
    assert any(step["error"] for step in data["steps"])
    assert [row["number"] for row in data["ledger"] if row["cycle"] == 2026] == ["3120/QĐ-UBND"] * 5
    assert data["report"]["figures"]["new"]["count"] == 5
    again = hoso.json("story")
    assert (again.code, again.error["code"]) == (3, "database_exists")
    assert hoso.json("verify-journal", "--chain-only").data["ok"] is True


def test_story_is_the_same_on_both_databases(database_url: str, tmp_path: Path) -> None:
    hoso = Hoso(tmp_path / "unused", tmp_path / "files", url=database_url)
    told = hoso.json("story", "--until", "23/01/2026 12:00")
    assert told.code == 0, told.err
    states = {d["number"]: d["state"] for step in told.data["steps"] for d in step["dossiers"]}
    assert list(states.values()).count("selected") == 7
    shown = hoso.json("show", "2026-DH-0009", by="mttq")
    assert (shown.data["state"], shown.data["late"]) == ("selected", True)
    assert hoso.json("verify-journal").data["ok"] is True
    archive = tmp_path / "backup.zip"
    assert hoso("backup", archive).code == 0
    copy = Hoso(tmp_path / "copy.sqlite", tmp_path / "copied")
    assert copy("restore", archive).code == 0
    assert copy.json("show", "2026-DH-0009", by="mttq").data == shown.data


def test_story_in_words_names_days_offices_and_reasons(tmp_path: Path) -> None:
    words = Hoso(tmp_path / "story.sqlite", tmp_path / "files")("story", "--until", "20/01/2026 23:00").out
    assert "Thứ Bảy, 17/01/2026" in words
    assert "23:59:59" in words
    assert "đã đóng từ 00:00:00 ngày 19/01/2026" in words
    assert "Việc của đơn vị, nhập theo văn bản số 08/ĐK-TYT." in words


def test_seed_plays_a_script_up_to_an_instant(tmp_path: Path) -> None:
    hoso = Hoso(tmp_path / "seed.sqlite", tmp_path / "files")
    seeded = hoso.json("seed", "--script", STORY, "--until", "15/01/2026 12:00")
    assert seeded.code == 0, seeded.err
    assert (seeded.data["now"], seeded.data["steps"]) == ("2026-01-15T12:00:00+07:00", 16)
    assert hoso.json("worklist", "--tab", "elsewhere", by="thpt").data["items"][0]["number"] == "2026-DH-0003"


def test_seed_fills_a_sample_province(tmp_path: Path) -> None:
    hoso = Hoso(tmp_path / "seed.sqlite", tmp_path / "files")
    seeded = hoso.json("seed", "--until", "20/01/2026 12:00")
    assert seeded.code == 0, seeded.err
    communes = {row["commune_name"] for row in hoso.json("worklist", "--tab", "elsewhere", by="pv01-1").data["items"]}
    assert len(communes) > 1
    assert hoso.json("verify-journal").data["ok"] is True


def test_lists_are_written_whole_into_a_file(assessed: Hoso, tmp_path: Path) -> None:
    book, plain = tmp_path / "viec.xlsx", tmp_path / "nhat-ky.csv"
    listed = assessed.json("worklist", "--tab", "elsewhere", "--limit", "1", by="cax-1")
    written = assessed.json("worklist", "--tab", "elsewhere", "--limit", "1", "--output", book, by="cax-1")
    assert listed.data["after"] is not None
    (sheet,) = read_workbook(book.read_bytes())
    assert sheet.rows[0][:2] == ("Số hồ sơ", "Đơn vị")
    assert len(sheet.rows) == written.data["rows"] + 1 > 2
    assert assessed("journal", "2026-DH-0003", "--output", plain, by="cax-1").code == 0
    assert plain.read_bytes().startswith(b"\xef\xbb\xbf")
    assert assessed("ledger", "--output", tmp_path / "so.csv", by="cax-1").code == 0
    wrong = assessed.json("ledger", "--output", tmp_path / "so.exe", by="cax-1")
    assert (wrong.code, wrong.error["code"]) == (2, "cli.usage.table_file")
    assert assessed("ledger", "--output", plain, by="cax-1").code == 2, "a file that is there stays"
