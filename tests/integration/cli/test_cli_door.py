"""The door of the command line: practice files and real ones, who acts, when, and what leaves on which stream."""

from __future__ import annotations

import json
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner

from tests.support.cli import Hoso
from workflow.bootstrap import House
from workflow.cli import main, records
from workflow.cli.door import os_user
from workflow.settings import Settings

REGISTRATION = Path(__file__).resolve().parents[3] / "fixtures" / "dien_hinh" / "valid" / "registration.json"
NOW = "SELECT value FROM meta WHERE key = 'now'"


@pytest.fixture
def real(tmp_path: Path) -> tuple[Hoso, str]:
    """A real installation with a province, and its administrator's token."""
    hoso = Hoso(tmp_path / "real.sqlite", tmp_path / "files")
    made = hoso(
        *("init", "--province", "tinh", "--province-name", "Tỉnh", "--admin", "quan-tri"),
        *("--admin-office", "Người quản trị", "--output", tmp_path / "token"),
    )
    assert made.code == 0, made.err
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    return hoso, (tmp_path / "token").read_text().strip()


def test_real_file_takes_a_token_and_the_journal_keeps_door_and_user(real: tuple[Hoso, str], tmp_path: Path) -> None:
    hoso, token = real
    sheet = tmp_path / "orgs.csv"
    sheet.write_text("Mã;Tên;Loại;Trực thuộc\npv01;Phòng PV01;pv01;tinh\n", encoding="utf-8")
    hoso.env["HOSO_TOKEN"] = token
    assert hoso("import-organisations", sheet).code == 0
    newest = hoso.rows("SELECT person_id, role, door, os_user FROM journal ORDER BY position DESC LIMIT 1")
    assert newest == [("quan-tri", "admin", "cli", os_user())]


def test_token_is_read_from_a_file_and_never_shown(real: tuple[Hoso, str], tmp_path: Path) -> None:
    hoso, token = real
    answered = hoso(
        "token", "quan-tri", "--label", "máy trực", "--output", tmp_path / "second", "--token-file", tmp_path / "token"
    )
    assert answered.code == 0, answered.err
    assert token not in answered.out
    assert (tmp_path / "second").read_text().strip() not in answered.out + answered.err
    dump = "\n".join(str(row) for row in hoso.rows("SELECT * FROM token"))
    assert token not in dump


def test_token_opens_only_the_commands_of_its_scopes_until_it_is_revoked(real: tuple[Hoso, str]) -> None:
    hoso, hoso.env["HOSO_TOKEN"] = real[0], real[1]
    made = hoso.json("token", "quan-tri", "--label", "chỉ xem", "--scope", "read", "--network", "10.1.2.3/16")
    assert made.code == 0, made.err
    listed = hoso.json("tokens").data["items"]
    assert [(one["label"], one["scopes"], one["networks"]) for one in listed] == [
        ("chỉ xem", ["read"], ["10.1.0.0/16"]),
        ("cli", ["file", "keep", "move", "read"], []),
    ]
    narrow = {"HOSO_TOKEN": made.data["token"]}
    hoso.env |= narrow
    assert hoso.json("tokens").code == 0
    refused = hoso.json("token", "quan-tri", "--label", "rộng hơn")
    assert (refused.code, refused.error["code"], refused.error["facts"]) == (3, "token_scope", {"scope": "keep"})
    hoso.env["HOSO_TOKEN"] = real[1]
    assert hoso("revoke-token", listed[0]["id"]).code == 0
    assert hoso.json("revoke-token", listed[0]["id"]).error["code"] == "token_not_found"
    hoso.env |= narrow
    assert hoso.json("tokens").error["code"] == "token_unknown"


def test_first_administrator_signs_in_with_the_account_made_at_the_machine(
    real: tuple[Hoso, str], tmp_path: Path
) -> None:
    hoso = real[0]
    made = hoso.json("account", "quan-tri", "--login", "quan.tri", "--province", "tinh")
    assert made.code == 0, made.err
    house = House(Settings(database=f"sqlite:///{tmp_path / 'real.sqlite'}", files=f"file:{tmp_path / 'files'}"))
    token = house.accounts.sign_in("quan.tri", made.data["password"]).token
    assert token is not None
    code = pyotp.TOTP(made.data["key"]).at(int(house.clock.now().timestamp()))
    assert house.accounts.confirm(token, code).token == token
    again = hoso("account", "quan-tri", "--province", "tinh", "--output", tmp_path / "account")
    assert again.code == 0, again.err
    assert (tmp_path / "account").stat().st_mode & 0o777 == 0o600
    assert house.accounts.person_of(token) is None
    house.close()


def test_administrator_opens_and_closes_accounts_but_not_its_own(real: tuple[Hoso, str]) -> None:
    hoso, hoso.env["HOSO_TOKEN"] = real[0], real[1]
    assert hoso.json("account", "quan-tri").error["code"] == "own_role"
    given = ("--office", "Người quản trị khác", "--role-given", "admin", "--organisation", "tinh")
    assert hoso("assign", "quan-tri-2", *given).code == 0
    assert hoso.json("account", "quan-tri-2").data["login"] == "quan-tri-2"
    assert hoso.json("close-account", "quan-tri-2").data == {"person": "quan-tri-2", "closed": True}
    assert hoso.json("close-account", "quan-tri-2", "--open-again").data["closed"] is False
    assert hoso.json("close-account", "ai-do").code == 4


@pytest.mark.parametrize("extra", [("--as", "quan-tri"), ("--at", "01/01/2030")])
def test_real_file_refuses_chosen_persons_and_times(real: tuple[Hoso, str], extra: tuple[str, str]) -> None:
    hoso, token = real
    hoso.env["HOSO_TOKEN"] = token
    before = hoso.digest()
    answered = hoso.json("sweep", "--province", "tinh", *extra) if extra[0] == "--at" else hoso.json("worklist", *extra)
    assert (answered.code, answered.error["code"]) == (2, "cli.usage.practice_only")
    assert hoso.digest() == before


@pytest.mark.parametrize(("token", "code", "error"), [(None, 2, "cli.usage.who"), ("not-a-token", 3, "token_unknown")])
def test_real_file_refuses_nobody_and_unknown_tokens(
    real: tuple[Hoso, str], token: str | None, code: int, error: str
) -> None:
    hoso, _ = real
    hoso.env["HOSO_TOKEN"] = token
    answered = hoso.json("worklist")
    assert (answered.code, answered.error["code"]) == (code, error)


def test_real_database_cannot_begin_at_a_chosen_time(tmp_path: Path) -> None:
    hoso = Hoso(tmp_path / "new.sqlite", tmp_path / "files")
    assert hoso.json("init", at="01/01/2026").error["code"] == "cli.usage.practice_only"
    assert not hoso.file.exists()


def test_practice_file_finds_a_person_by_role_and_organisation(opened: Hoso) -> None:
    unit = opened.json("worklist", by="unit@thpt-vinh-thuan")
    assert unit.code == 0
    several = opened.json("worklist", by="commune_police@cax-vinh-phong")
    assert (several.code, several.error["code"]) == (2, "cli.usage.several_hold")
    unknown = opened.json("worklist", by="chief@cax-vinh-phong")
    assert (unknown.code, unknown.error["code"]) == (2, "cli.usage.no_such_role")


def test_practice_clock_moves_with_what_is_done_and_not_with_what_is_only_looked_at(opened: Hoso) -> None:
    before = opened.rows(NOW)
    assert opened("worklist", by="thpt", at="10/01/2026 08:00").code == 0
    assert (
        opened("close-cycle", "--kind", "dien_hinh", "--cycle", "2026", "--preview", by="pv01-1", at="10/01/2026").code
        == 0
    )
    assert opened("perform", "2026-DT-0001", "record_meeting", by="thpt", at="10/01/2026").code == 4
    assert opened.rows(NOW) == before
    paper = f"registration={REGISTRATION}"
    done = opened.json(
        "register",
        "thpt-vinh-thuan",
        "--kind",
        "dien_hinh",
        "--cycle",
        "2026",
        "--paper",
        paper,
        by="thpt",
        at="10/01/2026 08:00",
    )
    assert done.data["at"] == "2026-01-10T08:00:00+07:00"
    assert int(opened.rows(NOW)[0][0]) == 1_768_006_800 * 1_000_000
    assert opened.json("worklist", by="thpt", at="10/01/2026 07:59:59").error["code"] == "clock_goes_back"


def test_same_key_has_one_effect_and_one_answer(opened: Hoso) -> None:
    words = (
        "register",
        "thpt-vinh-thuan",
        "--kind",
        "dien_hinh",
        "--cycle",
        "2026",
        "--paper",
        f"registration={REGISTRATION}",
    )
    first = opened.json(*words, "--key", "k-1", by="thpt", at="10/01/2026 08:00")
    digest = opened.digest()
    again = opened.json(*words, "--key", "k-1", by="thpt")
    assert (first.code, again.code) == (0, 0)
    assert again.data == first.data
    assert opened.digest() == digest
    other = opened.json(*words, "--draft", "--key", "k-1", by="thpt")
    assert (other.code, other.error["code"]) == (2, "idempotency_mismatch")
    assert opened.digest() == digest


def test_what_nobody_expected_is_one_sentence_and_a_line_in_the_log(
    opened: Hoso, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("secret value 4711")

    monkeypatch.setattr(records.act, "callback", fails)
    opened.env["XDG_STATE_HOME"] = str(tmp_path / "state")
    answered = opened("act", "select", "2026-DH-0001", by="thpt")
    assert answered.code == 1
    assert answered.out == ""
    assert len(answered.err.splitlines()) == 1
    log = tmp_path / "state" / "hoso" / "errors.jsonl"
    assert log.stat().st_mode & 0o777 == 0o600
    line = json.loads(log.read_text())
    assert line["error"] == "RuntimeError"
    assert line["id"] in answered.err
    assert "4711" not in log.read_text() + answered.err
    assert opened.json("act", "select", "2026-DH-0001", by="thpt").error["code"] == "unexpected"


def test_traceback_is_shown_only_when_asked_for(opened: Hoso, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr(records.act, "callback", fails)
    opened.env["HOSO_DEBUG"] = "1"
    assert "Traceback" in opened("act", "select", "2026-DH-0001", by="thpt").err


def test_help_page_lists_the_commands_by_subject() -> None:
    answered = CliRunner().invoke(main, ["--help"])
    assert answered.exit_code == 0
    assert answered.stdout.startswith("Cách viết: hoso")
    assert all(f"  {name} " in answered.stdout for name in main.commands)
    nothing = CliRunner().invoke(main, [])
    assert (nothing.exit_code, nothing.stdout) == (2, "")
    assert nothing.stderr == answered.stdout


def test_misspelt_command_is_told_what_was_perhaps_meant(opened: Hoso) -> None:
    assert "worklist" in opened("worklst", by="thpt").err


def test_setting_that_cannot_be_read_is_named(opened: Hoso) -> None:
    opened.env["HOSO_MAX_FILE_BYTES"] = "many"
    answered = opened.json("worklist", by="thpt")
    assert (answered.code, answered.error["code"]) == (2, "cli.usage.settings")
    assert "HOSO_MAX_FILE_BYTES" in answered.error["sentence"]
