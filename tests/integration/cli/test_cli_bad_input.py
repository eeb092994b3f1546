"""Bad input at the command line: a documented exit code, a stable code, a Vietnamese sentence, and nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import tree
from tests.support.cli import Hoso, write_json
from workflow.cli import proofs
from workflow.settings import Settings

FIXTURES = tree.ROOT / "fixtures" / "dien_hinh" / "valid"
REGISTRATION = FIXTURES / "registration.json"


@dataclass(frozen=True)
class Case:
    """One bad command on the registered story: its words, who, when, and what must be answered."""

    name: str
    words: tuple[str, ...]
    by: str | None
    code: int
    error: str
    at: str | None = None


def _register(*more: str, paper: str = str(REGISTRATION)) -> tuple[str, ...]:
    return (
        "register",
        "mttq-vinh-phong",
        "--kind",
        "dien_hinh",
        "--cycle",
        "2026",
        "--paper",
        f"registration={paper}",
        *more,
    )


CASES = (
    Case(
        "unknown kind",
        ("register", "mttq-vinh-phong", "--kind", "no_such_kind", "--cycle", "2026"),
        "mttq",
        4,
        "kind_not_found",
    ),
    Case("unknown command", ("regster",), "mttq", 2, "cli.usage"),
    Case("unknown option", ("hold", "2026-DH-0001", "--why", "x"), "ubnd-1", 2, "cli.usage"),
    Case("missing argument", ("hold",), "ubnd-1", 2, "cli.usage"),
    Case("value out of bounds", ("open-cycle", "--kind", "dien_hinh", "--cycle", "1999"), "pv01-1", 2, "cli.usage"),
    Case(
        "day not in the calendar",
        ("dissolve", "mttq-vinh-phong", "--on", "31/02/2026", "--reason", "x"),
        "quan-tri",
        2,
        "cli.usage",
    ),
    Case("file that is not there", _register(paper="no-such-file.json"), "mttq", 2, "cli.usage"),
    Case(
        "subject out of reach",
        ("register", "thpt-vinh-thuan", "--kind", "dien_hinh", "--cycle", "2026"),
        "mttq",
        4,
        "organisation_not_found",
    ),
    Case("unknown dossier", ("perform", "2026-DH-9999", "withdraw", "--reason", "x"), "thpt", 4, "dossier_not_found"),
    Case(
        "another unit's dossier",
        ("perform", "2026-DH-0003", "withdraw", "--reason", "x"),
        "mttq",
        4,
        "dossier_not_found",
    ),
    Case(
        "wrong role for the books", ("open-cycle", "--kind", "dien_hinh", "--cycle", "2027"), "cax-1", 3, "books_role"
    ),
    Case(
        "wrong role for a move",
        ("perform", "2026-DH-0003", "withdraw", "--reason", "x"),
        "pv01-1",
        3,
        "transition_refused",
    ),
    Case("no such move", ("perform", "2026-DH-0003", "assess"), "cax-1", 3, "transition_not_available"),
    Case(
        "an act made as a move",
        ("perform", "2026-DH-0003", "select", "--choice", "selected"),
        "ubnd-1",
        3,
        "move_is_act",
    ),
    Case(
        "stale version",
        ("perform", "2026-DH-0003", "withdraw", "--reason", "x", "--seen", "1"),
        "thpt",
        5,
        "stale_dossier",
    ),
    Case(
        "closed window", ("perform", "2026-DH-0008", "register"), "luong-thuc", 3, "transition_refused", at="20/01/2026"
    ),
    Case("time going back", ("hold", "2026-DH-0001", "--reason", "x"), "ubnd-1", 2, "clock_goes_back", at="01/01/2026"),
    Case("unknown person", ("hold", "2026-DH-0001", "--reason", "x"), "nobody", 4, "not_found"),
    Case(
        "nobody in that role", ("hold", "2026-DH-0001", "--reason", "x"), "commune_police@vinh-phong", 4, "nobody_holds"
    ),
    Case("nobody named", ("hold", "2026-DH-0001", "--reason", "x"), None, 2, "cli.usage.who_practice"),
    Case(
        "extension after closing",
        (
            "extend",
            "--kind",
            "dien_hinh",
            "--cycle",
            "2026",
            "--date",
            "registration",
            "--scope",
            "subject",
            "--for",
            "mttq-vinh-phong",
            "--until",
            "25/01/2026",
            "--reason",
            "x",
        ),
        "pv01-1",
        2,
        "extension_after_closing",
    ),
    Case(
        "unknown date",
        (
            "open-late",
            "--kind",
            "dien_hinh",
            "--cycle",
            "2026",
            "--date",
            "no_such_date",
            "--scope",
            "subject",
            "--for",
            "mttq-vinh-phong",
            "--until",
            "25/01/2026",
            "--reason",
            "x",
        ),
        "pv01-1",
        4,
        "deadline_not_found",
    ),
    Case(
        "dates out of order",
        (
            "set-date",
            "--kind",
            "dien_hinh",
            "--cycle",
            "2026",
            "--date",
            "registration",
            "--due",
            "before 30/01/2026",
            "--reason",
            "x",
        ),
        "pv01-1",
        2,
        "closes_before_due",
    ),
    Case(
        "separation that may not be lifted",
        (
            "lift-separation",
            "--commune",
            "vinh-phong",
            "--cycle",
            "2026",
            "--separation",
            "no_such",
            "--reason",
            "x",
        ),
        "pv01-1",
        2,
        "separation_not_liftable",
    ),
    Case(
        "publishing by another role",
        ("confirm-thresholds", "dien_hinh_xa@1", "--reason", "x"),
        "cax-1",
        3,
        "publish_role",
    ),
    Case("confirming what is not there", ("confirm", "no-such-entry"), "cax-3", 4, "not_found"),
    Case(
        "closing the year too early",
        ("close-cycle", "--kind", "dien_hinh", "--cycle", "2026"),
        "pv01-1",
        3,
        "cycle_too_early",
    ),
    Case(
        "correcting without a paper",
        ("correct", "2026-DH-0003", "--step", "3", "--reason", "x"),
        "ubnd-1",
        2,
        "cli.usage.correct_signed",
    ),
    Case("act on nothing", ("act", "select"), "ubnd-1", 2, "cli.usage"),
    Case("lifting what is not held", ("lift", "2026-DH-0001"), "cax-3", 3, "transition_refused"),
    Case("database that exists", ("init", "--practice"), "quan-tri", 3, "database_exists"),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_bad_input_has_its_exit_code_and_changes_nothing(registered: Hoso, case: Case) -> None:
    before = registered.digest()
    answered = registered.json(*case.words, by=case.by, at=case.at)
    assert (answered.code, answered.error["code"]) == (case.code, case.error)
    assert answered.error["exit_code"] == case.code
    assert answered.out == ""
    assert registered.digest() == before


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_bad_input_is_said_in_words_on_standard_error(registered: Hoso, case: Case) -> None:
    answered = registered(*case.words, by=case.by, at=case.at)
    assert answered.code == case.code
    assert answered.out == ""
    assert answered.err.strip()
    assert "Traceback" not in answered.err
    assert case.error not in answered.err


Faulty = Callable[[Path], Path]


def _text(content: bytes) -> Faulty:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


def _without(name: str) -> Faulty:
    def write(path: Path) -> Path:
        document: dict[str, Any] = json.loads(REGISTRATION.read_text(encoding="utf-8"))
        del document[name]
        return write_json(path, document)

    return write


@pytest.mark.parametrize(
    ("faulty", "fault"),
    [
        (_text(b"{"), "json.malformed"),
        (_text(b'{"a": 1, "a": 2}'), "json.duplicate_key"),
        (_text(b"\xff\xfe"), "json.not_utf8"),
        (_text(b"[" * 300 + b"]" * 300), "json.too_deep"),
        (_text(b"[]"), "paper.type.object"),
        (_without("commitments"), "paper.required"),
    ],
)
def test_faulty_paper_is_said_with_its_faults_and_leaves_no_draft(
    opened: Hoso, tmp_path: Path, faulty: Faulty, fault: str
) -> None:
    before = opened.digest()
    paper = faulty(tmp_path / "registration.json")
    answered = opened.json(*_register(paper=str(paper)), by="mttq", at="15/01/2026 08:00")
    assert answered.code == 6
    assert fault in [row["code"] for row in answered.error["faults"]]
    assert all(row["sentence"] for row in answered.error["faults"])
    assert opened.digest() == before


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("too-large.pdf", b"%PDF-1.4\n" + b"0" * (21 * 1024 * 1024), "file_too_large"),
        ("not-a-pdf.pdf", b"MZ this is a program", "file_type"),
        ("picture.exe", b"MZ", "file_type"),
        ("empty.pdf", b"", "file_empty"),
    ],
)
def test_file_too_large_or_not_what_it_says_is_refused(
    registered: Hoso, tmp_path: Path, name: str, content: bytes, error: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    plan = (
        "attach",
        "2026-DH-0003",
        "--paper",
        f"unit_plan={FIXTURES / 'unit_plan.json'}",
        "--file",
        f"unit_plan={file}",
    )
    before = registered.digest()
    answered = registered.json(*plan, by="thpt")
    assert (answered.code, answered.error["code"]) == (6, error)
    assert "{" not in answered.error["sentence"]
    assert registered.digest() == before


def test_score_sheet_that_does_not_fit_its_criteria_is_said_by_criterion(assessed: Hoso, tmp_path: Path) -> None:
    sheet = json.loads((FIXTURES / "self_score.json").read_text(encoding="utf-8"))
    sheet["criteria_set"] = "dien_hinh_co_quan@1"
    sheet["rows"] = [{**row, "points": 90} for row in sheet["rows"]]
    paper = write_json(tmp_path / "sheet.json", sheet)
    before = assessed.digest()
    answered = assessed.json("attach", "2026-DH-0004", "--paper", f"self_score={paper}", by="tram-y-te")
    assert answered.code == 6
    assert answered.error["faults"]
    assert all(row["sentence"] and "{" not in row["sentence"] for row in answered.error["faults"])
    assert assessed.digest() == before


def test_size_of_a_file_is_said_in_megabytes(registered: Hoso, tmp_path: Path) -> None:
    file = tmp_path / "large.pdf"
    file.write_bytes(b"0" * (34 * 1024 * 1024))
    words = (
        "attach",
        "2026-DH-0003",
        "--paper",
        f"unit_plan={FIXTURES / 'unit_plan.json'}",
        "--file",
        f"unit_plan={file}",
    )
    assert "34 MB" in registered(*words, by="thpt").err
    assert Settings.model_fields["max_file_bytes"].default == 20 * 1024 * 1024


def test_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    hoso = Hoso(tmp_path / "missing.sqlite", tmp_path / "files")
    answered = hoso.json("sweep", "--province", "tinh")
    assert (answered.code, answered.error["code"]) == (4, "schema_missing")
    assert not hoso.file.exists()


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    hoso = Hoso(tmp_path / "text.sqlite", tmp_path / "files")
    hoso.file.write_text("not a database" * 100)
    answered = hoso.json("sweep", "--province", "tinh")
    assert (answered.code, answered.error["code"]) == (1, "database_damaged")


@pytest.mark.parametrize("content", ["[]", "{", '{"begins": "yesterday"}', "{}"])
def test_script_that_cannot_be_read_makes_no_file(tmp_path: Path, content: str) -> None:
    script = tmp_path / "script.json"
    script.write_text(content, encoding="utf-8")
    hoso = Hoso(tmp_path / "new.sqlite", tmp_path / "files")
    answered = hoso.json("seed", "--script", script)
    assert (answered.code, answered.error["code"]) == (6, "script_broken")
    assert not hoso.file.exists()


def test_folder_that_cannot_be_written_is_said_by_name(registered: Hoso, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise PermissionError(13, "no", "/there/file")

    monkeypatch.setattr(proofs.checkpoint, "callback", full)
    answered = registered("checkpoint", "--output", registered.file.with_name("mark"))
    assert (answered.code, answered.err.count("/there/file")) == (1, 1)
    told = registered.json("checkpoint", "--output", registered.file.with_name("mark"))
    assert told.error["code"] == "cli.not_written"
