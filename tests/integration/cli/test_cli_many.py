"""Tables at the command line: the table to fill in, its preview, its rows kept; a faulty one given back marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import Hoso
from tests.support.houses import Told, tell_story
from workflow.papers.workbook import read_workbook
from workflow.seeding.script import moment

HEADS = "Đơn vị;Thủ trưởng đơn vị;Nội dung đăng ký;Người gửi;Số, ký hiệu văn bản;Ngày ký;Chức vụ người ký\n"
GOOD = "mttq-vinh-phong;Chủ tịch;Xây dựng đơn vị an toàn.;;12/ĐK-ĐV;10/01/2026;Chủ tịch\n"


@pytest.fixture(scope="module")
def told_open_window(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Registration is open."""
    return tell_story(tmp_path_factory.mktemp("story"), moment("2026-01-16T09:00:00"))


@pytest.fixture
def hoso(told_open_window: Told, tmp_path: Path) -> Hoso:
    return Hoso.on(told_open_window, tmp_path)


def written(path: Path, *rows: str) -> Path:
    path.write_text(HEADS + "".join(rows), encoding="utf-8")
    return path


def test_units_of_a_table_are_registered_and_a_second_time_nothing_changes(
    hoso: Hoso, tmp_path: Path, pdf: Path
) -> None:
    table = tmp_path / "mau.xlsx"
    assert hoso("registration-table", "--kind", "dien_hinh", "--output", table, by="cax-2").code == 0
    assert read_workbook(table.read_bytes())[0].rows[0][0] == "Đơn vị"
    file = written(tmp_path / "bang.csv", GOOD)
    words = ("register-many", file, "--kind", "dien_hinh", "--cycle", 2026, "--scan", pdf)
    before = hoso.digest()
    looked = hoso.json(*words, "--preview", by="cax-2")
    assert (looked.code, [row["what"] for row in looked.data["rows"]]) == (0, ["add"])
    assert hoso.digest() == before
    done = hoso.json(*words, by="cax-2")
    assert done.data["rows"] == looked.data["rows"]
    assert [row["what"] for row in hoso.json(*words, by="cax-2").data["rows"]] == ["same"]


def test_faulty_table_is_given_back_marked(hoso: Hoso, tmp_path: Path, pdf: Path) -> None:
    file, marked = (
        written(tmp_path / "bang.csv", GOOD, GOOD.replace("mttq-vinh-phong", "Mặt trận")),
        tmp_path / "m.xlsx",
    )
    words = ("register-many", file, "--kind", "dien_hinh", "--cycle", 2026, "--scan", pdf, "--marked", marked)
    refused = hoso.json(*words, by="cax-2")
    assert (refused.code, refused.error["code"]) == (6, "workbook_refused")
    assert [fault["cell"] for fault in refused.error["faults"]] == ["A3"]
    assert read_workbook(marked.read_bytes())[0].rows[2][0] == "Mặt trận"


def test_organisations_and_results_are_given_back_marked_too(hoso: Hoso, tmp_path: Path) -> None:
    file, marked = tmp_path / "to-chuc.csv", tmp_path / "m.xlsx"
    file.write_text("Mã;Tên;Loại\nso-1;;trường học\n", encoding="utf-8")
    assert hoso("import-organisations", file, "--marked", marked, by="cax-1").code == 6
    assert marked.exists()
    assert hoso("registration-table", "--kind", "duy_tri", "--output", tmp_path / "x.xlsx", by="cax-1").code == 2


def test_days_are_kept_from_a_table_once(hoso: Hoso, tmp_path: Path) -> None:
    file = tmp_path / "ngay.csv"
    head = "Ngày;Tên ngày;Tính là;Căn cứ;Đã đối chiếu văn bản gốc\n"
    file.write_text(f"{head}08/03/2027;Ngày nghỉ của tỉnh;ngày nghỉ lễ;Thông báo 12/TB-UBND;có\n", encoding="utf-8")
    words = ("import-days", file, "--reason", "Theo thông báo.")
    before = hoso.digest()
    assert hoso.json(*words, "--preview", by="pv01-1").data == {"kept": False, "add": 1, "change": 0, "same": 0}
    assert hoso.digest() == before
    assert hoso.json(*words, by="pv01-1").data["add"] == 1
    assert hoso.json(*words, by="pv01-1").data["same"] == 1
    assert hoso(*words, by="cax-1").code == 3
    file.write_text(f"{head}09/03/2027;Làm bù;làm bù vào ngày nghỉ cuối tuần;Thông báo;\n", encoding="utf-8")
    assert hoso.json(*words, by="pv01-1").error["faults"][0]["cell"] == "A2"
