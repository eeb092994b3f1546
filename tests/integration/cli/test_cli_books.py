"""Commands on the year and its registers: cycles, dates, more time, settings, organisations, results, definitions."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from pathlib import Path

import pytest
import xlsxwriter

from tests.support import tree
from tests.support.cli import Hoso
from workflow.papers.workbook import read_workbook

KIND = tree.ROOT / "dossier_schemas" / "kinds" / "dien_hinh" / "v1" / "kind.json"
REGISTRATION = tree.ROOT / "fixtures" / "dien_hinh" / "valid" / "registration.json"
YEAR = ("--kind", "dien_hinh", "--cycle", "2026")
WISH = ("--date", "registration", "--scope", "subject", "--for", "tieu-hoc-vinh-phong", "--until", "23/01/2026")


# --- the year -------------------------------------------------------------------------------------------------------


def test_opening_a_cycle_twice_equals_once(opened: Hoso) -> None:
    words = ("open-cycle", "--kind", "dien_hinh", "--cycle", "2027")
    first = opened.json(*words, by="pv01-1", at="01/12/2026 08:00")
    assert (first.code, first.data["is_new"], len(first.data["opened_owed"])) == (0, True, 3)
    second = opened.json(*words, by="pv01-1")
    assert (second.data["is_new"], second.data["opened_owed"]) == (False, [])


def test_closing_names_what_would_end_and_keeps_nothing(assessed: Hoso) -> None:
    before = assessed.digest()
    preview = assessed.json("close-cycle", *YEAR, "--preview", by="pv01-1", at="31/12/2026")
    assert [row["number"] for row in preview.data["ending"]][-1] == "2026-DH-0009"
    assert "2026-DH-0009" in assessed("close-cycle", *YEAR, "--preview", by="pv01-1", at="31/12/2026").out
    assert assessed.digest() == before
    closed = assessed.json("close-cycle", *YEAR, by="pv01-1", at="31/12/2026")
    assert closed.data["ended"] >= len(preview.data["ending"])
    assert assessed.json("show", "2026-DH-0009", by="mttq").data["state"] == "lapsed"


def test_late_opening_lets_one_unit_register_until_its_end(registered: Hoso) -> None:
    granted = registered.json("open-late", *YEAR, *WISH, "--reason", "Kế hoạch ban hành ngày 14/01", by="pv01-1")
    assert granted.code == 0, granted.err
    assert (granted.data["what"], granted.data["until"]) == ("late_opening", "2026-01-24T00:00:00+07:00")
    register = ("register", "tieu-hoc-vinh-phong", *YEAR, "--paper", f"registration={REGISTRATION}")
    after = registered.json(*register, by="tieu-hoc", at="24/01/2026 00:00")
    assert (after.code, "guard.closed" in after.refusals) == (3, True)
    within = registered.json(*register, by="tieu-hoc", at="23/01/2026 23:59:59")
    assert "guard.closed" not in within.refusals


def test_extension_moves_the_date_before_it_closes(opened: Hoso) -> None:
    early = opened.json("open-late", *YEAR, *WISH, "--reason", "x", by="pv01-1", at="10/01/2026")
    assert (early.code, early.error["code"]) == (2, "late_opening_before_closing")
    extended = opened("extend", *YEAR, *WISH, "--reason", "Bão", by="pv01-1", at="10/01/2026")
    assert extended.code == 0, extended.err
    assert "Trường Tiểu học Vĩnh Phong" in extended.out
    assert "hết ngày 23/01/2026, thứ Sáu" in extended.out


def test_date_is_changed_face_by_face(opened: Hoso) -> None:
    words = ("set-date", *YEAR, "--date", "registration")
    changed = opened.json(
        *words, "--closes", "before 18/01/2026", "--reason", "Theo kế hoạch", by="pv01-1", at="10/01/2026"
    )
    assert changed.code == 0, changed.err
    assert changed.data["closes"] == changed.data["due"] == "2026-01-18T00:00:00+07:00"
    vietnamese = opened.json(*words, "--closes", "hết 20/01/2026", "--reason", "x", by="pv01-1")
    assert vietnamese.data["closes"] == "2026-01-21T00:00:00+07:00"
    without = opened.json(*words, "--closes", "none", "--reason", "x", by="pv01-1")
    assert without.data["closes"] is None
    nothing = opened.json(*words, "--reason", "x", by="pv01-1")
    assert (nothing.code, nothing.error["code"]) == (2, "cli.usage.no_face")


def test_working_days_holidays_and_separations_are_kept_with_their_reason(opened: Hoso) -> None:
    days = ("working-days", "--kind", "dien_hinh", "--state", "assessed", "--days", "7", "--reason", "x")
    assert opened.json(*days, by="pv01-1").data["working_days"] == 7
    holiday = (
        "calendar-day",
        "--day",
        "20/01/2026",
        "--what",
        "holiday",
        "--name",
        "Nghỉ",
        "--source",
        "hoso",
        "--reason",
        "x",
    )
    assert opened(*holiday, by="pv01-1").code == 0
    lifted = ("lift-separation", "--commune", "vinh-phong", "--cycle", "2026", "--separation", "unit_side_x_assess")
    assert opened(*lifted, "--reason", "Xã ít người", by="pv01-1").code == 0
    assert "unit_side_x_assess" in opened("settings", by="pv01-1").out
    names = [name for (name,) in opened.rows("SELECT event FROM journal ORDER BY position DESC LIMIT 3")]
    assert names == ["SeparationLifted", "CalendarDaySet", "WorkingDaysSet"]


def test_settings_are_shown_and_changed_with_a_reason(opened: Hoso) -> None:
    before = opened.digest()
    shown = opened.json("settings", by="pv01-1")
    assert (shown.data["connected"], shown.data["near_days"]) == (True, 5)
    assert opened.json("settings", "--near-days", "3", by="pv01-1").error["code"] == "cli.usage.settings_reason"
    assert opened.digest() == before
    words = ("settings", "--not-connected", "--near-days", "3", "--waive-second-person", "vinh-phong", "--reason", "x")
    changed = opened.json(*words, by="pv01-1")
    assert (changed.data["connected"], changed.data["near_days"]) == (False, 3)
    assert changed.data["second_person_waived"] == ["vinh-phong"]
    again = opened.json("settings", "--ask-second-person", "vinh-phong", "--reason", "x", by="pv01-1")
    assert again.data["second_person_waived"] == []


def test_sweep_twice_changes_nothing_more(opened: Hoso) -> None:
    assert opened.json("sweep", "--province", "tinh").data == {"opened": 0, "voided": 0, "lapsed": 0}
    assert opened.json("sweep").error["code"] == "cli.usage.province"


def test_sweep_removes_old_files_that_nothing_names_when_asked(opened: Hoso, tmp_path: Path) -> None:
    shared, opened.files = opened.files, tmp_path / "files"
    shutil.copytree(shared, opened.files)
    named = {path for path in opened.files.rglob("*") if path.is_file()}
    digest = hashlib.sha256(b"left over").hexdigest()
    stray = opened.files / digest[:2] / digest[2:4] / digest
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"left over")
    for path in (*named, stray):
        os.utime(path, (0, 0))
    kept = opened.json("sweep", "--province", "tinh")
    assert "removed" not in kept.data
    assert stray.exists()
    assert opened.json("sweep", "--province", "tinh", "--unused-files").data["removed"] == 1
    assert {path for path in opened.files.rglob("*") if path.is_file()} == named


# --- organisations, people, results ---------------------------------------------------------------------------------


def workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    """A spreadsheet with these rows."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Bảng")
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(line, column, value)
    path.write_bytes(content.getvalue())
    return path


HEADS = ("Mã", "Tên", "Loại", "Trực thuộc", "Xã", "Từ ngày")


def test_organisations_come_from_a_spreadsheet_with_a_preview(opened: Hoso, tmp_path: Path) -> None:
    sheet = workbook(
        tmp_path / "orgs.xlsx",
        HEADS,
        ("cho-vp", "Ban Quản lý chợ", "co_quan", "vinh-phong", "vinh-phong", "01/07/2025"),
        ("thpt-2", "Trường THPT Vĩnh Thuận", "co_so_giao_duc", "vinh-phong", "vinh-phong", ""),
    )
    before = opened.digest()
    preview = opened.json("import-organisations", sheet, "--preview", by="cax-1")
    assert preview.code == 0, preview.err
    assert [(row["id"], row["what"]) for row in preview.data["rows"]] == [("cho-vp", "add"), ("thpt-2", "near")]
    assert opened.digest() == before
    assert opened("import-organisations", sheet, by="cax-1").code == 0
    again = opened.json("import-organisations", sheet, by="cax-1")
    assert [row["what"] for row in again.data["rows"]] == ["same", "same"]
    assert opened.rows("SELECT valid_from FROM organisation WHERE id = 'cho-vp'") == [("2025-07-01",)]


def test_faults_of_a_sheet_are_said_at_their_cells_and_nothing_is_kept(opened: Hoso, tmp_path: Path) -> None:
    sheet = workbook(
        tmp_path / "orgs.xlsx",
        HEADS,
        ("", "Ban Quản lý chợ", "co_quan", "vinh-phong", "vinh-phong", "31/02/2025"),
        ("x", "", "co_quan", "vinh-phong", "vinh-phong", ""),
    )
    before = opened.digest()
    answered = opened.json("import-organisations", sheet, by="cax-1")
    assert (answered.code, answered.error["code"]) == (6, "workbook_refused")
    assert [(row["cell"], row["code"]) for row in answered.error["faults"]] == [
        ("A2", "sheet.blank"),
        ("F2", "sheet.not_day"),
        ("B3", "sheet.blank"),
    ]
    assert opened.digest() == before
    csv = tmp_path / "orgs.csv"
    csv.write_text("id,name\nx,y\n", encoding="utf-8")
    assert opened.json("import-organisations", csv, by="cax-1").error["faults"][0]["code"] == "sheet.no_column"


def test_organisation_beyond_the_commune_is_refused(opened: Hoso, tmp_path: Path) -> None:
    csv = tmp_path / "orgs.csv"
    csv.write_text("id;name;kind\nx;Xã khác;xa\n", encoding="utf-8")
    before = opened.digest()
    answered = opened.json("import-organisations", csv, by="cax-1")
    assert (answered.code, answered.error["code"]) == (3, "organisation_role")
    assert opened.digest() == before


def test_organisation_ends_with_a_successor(opened: Hoso) -> None:
    words = (
        "dissolve",
        "phu-nu-vinh-phong",
        "--on",
        "30/06/2026",
        "--successor",
        "mttq-vinh-phong",
        "--reason",
        "Sáp nhập",
    )
    assert opened.json(*words, by="cax-1").data["successor"] == "mttq-vinh-phong"
    twice = opened.json(*words, by="cax-1")
    assert (twice.code, twice.error["code"]) == (3, "organisation_dissolved")


def test_unit_entered_twice_is_looked_at_then_merged(opened: Hoso, tmp_path: Path) -> None:
    csv = tmp_path / "orgs.csv"
    head = "id;name;kind;parent;commune\n"
    csv.write_text(f"{head}phu-nu-2;Hội Phụ nữ (nhập lại);co_quan;vinh-phong;vinh-phong\n", encoding="utf-8")
    assert opened.json("import-organisations", csv, by="cax-1").code == 0
    words = ("merge", "phu-nu-vinh-phong", "phu-nu-2", "--reason", "Nhập hai lần")
    before = opened.digest()
    looked = opened.json(*words, "--preview", by="cax-1")
    assert (looked.data["kept"], looked.data["against"]) == (False, [])
    assert opened.digest() == before
    assert opened.json(*words, by="cax-1").data["ends"] == "phu-nu-2"
    again = opened.json(*words, by="cax-1")
    assert (again.code, again.error["code"]) == (3, "organisation_dissolved")


def test_work_is_handed_over_by_the_administrator(opened: Hoso) -> None:
    words = ("hand-over", "cax-1", "--to", "cax-2", "--last-day", "01/12/2025", "--reason", "Điều động")
    refused = opened.json(*words, by="cax-3")
    assert (refused.code, refused.error["code"]) == (3, "people_role")
    assert opened.json(*words, by="quan-tri").data["successor"] == "cax-2"


def test_roles_are_given_by_the_administrator_only(opened: Hoso) -> None:
    words = (
        "assign",
        "cax-9",
        "--office",
        "Cán bộ",
        "--role-given",
        "commune_police",
        "--organisation",
        "cax-vinh-phong",
    )
    refused = opened.json(*words, by="cax-1")
    assert (refused.code, refused.error["code"]) == (3, "people_role")
    assert opened(*words, by="quan-tri").code == 0
    assert opened.json("worklist", by="cax-9").code == 0


RESULT_HEADS = (
    "Đơn vị",
    "Loại hồ sơ",
    "Năm",
    "Kết quả",
    "Tên kết quả",
    "Số quyết định",
    "Ngày quyết định",
    "Cơ quan quyết định",
)


def results(path: Path, *subjects: str, decided_on: str = "20/12/2024") -> Path:
    """A sheet with one earlier result for each subject."""
    return workbook(
        path,
        RESULT_HEADS,
        *(
            (s, "an_toan_antt", 2024, "dat", "Đạt", f"{n}/QĐ-UBND", decided_on, "UBND xã")
            for n, s in enumerate(subjects, 1)
        ),
    )


def test_earlier_results_are_imported_and_confirmed_by_a_second_person(opened: Hoso, tmp_path: Path, pdf: Path) -> None:
    sheet = results(tmp_path / "results.xlsx", "mttq-vinh-phong", "Trạm Y tế xã Vĩnh Phong")
    entered = opened.json("import-ledger", sheet, "--scan", pdf, by="cax-1")
    assert entered.code == 0, entered.err
    waiting = opened.json("ledger", "--unconfirmed", by="cax-3").data["items"]
    assert sorted(item["id"] for item in waiting) == sorted(entered.data["entered"])
    assert {item["decided_on"] for item in waiting} == {"2024-12-20"}
    same = opened.json("confirm", *entered.data["entered"], by="cax-1")
    assert (same.code, same.error["code"]) == (3, "confirm_same_person")
    assert opened.json("confirm", *entered.data["entered"], by="cax-3").data == {"confirmed": 2}
    assert opened.json("ledger", "--unconfirmed", by="cax-3").data["items"] == []
    assert "20/12/2024" in opened("ledger", "--cycle", "2024", by="cax-3").out


def test_one_faulty_row_and_no_result_is_entered(opened: Hoso, tmp_path: Path) -> None:
    sheet = results(tmp_path / "results.xlsx", "mttq-vinh-phong", "Trường không có")
    before = opened.digest()
    answered = opened.json("import-ledger", sheet, by="cax-1")
    assert (answered.code, answered.error["faults"][0]["cell"]) == (6, "A3")
    later = results(tmp_path / "later.xlsx", "mttq-vinh-phong", decided_on="20/12/2030")
    future = opened.json("import-ledger", later, by="cax-1")
    assert (future.code, future.error["code"]) == (2, "future_date")
    assert opened.digest() == before


# --- definitions ----------------------------------------------------------------------------------------------------


def test_criteria_set_goes_out_as_a_workbook_and_comes_back_as_the_next_version(opened: Hoso, tmp_path: Path) -> None:
    book = tmp_path / "criteria.xlsx"
    written = opened.json("criteria-template", "dien_hinh_co_quan@1", "--output", book)
    assert written.code == 0, written.err
    assert opened.json("criteria-template", "--output", book).error["code"] == "cli.usage"
    same = opened.json("publish-criteria", book, "--reason", "x", by="pv01-2")
    assert same.code in {0, 3}
    version = _with_version(book, tmp_path / "next.xlsx", 2)
    refused = opened.json("publish-criteria", version, "--reason", "x", by="cax-1")
    assert (refused.code, refused.error["code"]) == (3, "publish_role")
    published = opened.json("publish-criteria", version, "--reason", "Theo văn bản mới", by="pv01-2")
    assert published.code == 0, published.err
    assert published.data["key"] == "dien_hinh_co_quan@2"


def _with_version(book: Path, target: Path, version: int) -> Path:
    """The same workbook with another number of its version, written anew from its values."""
    with xlsxwriter.Workbook(target) as made:
        for sheet in read_workbook(book.read_bytes()):
            page = made.add_worksheet(sheet.name)
            for line, row in enumerate(sheet.rows):
                for column, value in enumerate(row):
                    is_version = column == 1 and isinstance(row[0], str) and "bản" in row[0].casefold() and value == 1
                    page.write(line, column, version if is_version else value)
    return target


def test_blank_template_is_told_what_it_lacks(opened: Hoso, tmp_path: Path) -> None:
    book = tmp_path / "blank.xlsx"
    assert opened("criteria-template", "--output", book).code == 0
    before = opened.digest()
    answered = opened.json("publish-criteria", book, "--reason", "x", by="pv01-2")
    assert (answered.code, answered.error["code"]) == (6, "workbook_refused")
    assert all(row["sentence"] for row in answered.error["faults"])
    assert opened.digest() == before


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"code": "x"}'])
def test_faulty_definition_is_refused_whole(opened: Hoso, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "kind.json"
    file.write_bytes(content)
    before = opened.digest()
    answered = opened.json("publish-kind", file, "--reason", "x", by="pv01-2")
    assert answered.code == 6
    assert opened.digest() == before


def test_kind_with_a_dead_end_is_refused_with_its_findings(opened: Hoso, tmp_path: Path) -> None:
    body = json.loads(KIND.read_text(encoding="utf-8"))
    body["version"] = 2
    body["transitions"] = [row for row in body["transitions"] if row["trigger"] != "approve"]
    file = tmp_path / "kind.json"
    file.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    before = opened.digest()
    answered = opened.json("publish-kind", file, "--reason", "x", by="pv01-2")
    assert answered.code == 6
    assert answered.error["faults"]
    assert opened.digest() == before
    checked = opened.json("check", file)
    assert (checked.code, checked.data["ok"]) == (6, False)
    assert opened("check", file).out.startswith("kind.json:")


def test_thresholds_are_confirmed_once_by_pv01(opened: Hoso) -> None:
    assert opened("confirm-thresholds", "dien_hinh_xa@1", "--reason", "Đã đối chiếu", by="pv01-2").code == 0
    assert opened.json("settings", by="pv01-2").data["confirmed_sheets"] == ["dien_hinh_xa@1"]
    unknown = opened.json("confirm-thresholds", "no_such@1", "--reason", "x", by="pv01-2")
    assert (unknown.code, unknown.error["code"]) == (4, "criteria_not_found")
