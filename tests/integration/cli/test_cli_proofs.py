"""Commands that prove and keep safe: the journal and its checkpoint, backup and restore, on planted damage."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.support.cli import Hoso


def tamper(hoso: Hoso, statement: str) -> None:
    """Change the file behind hoso's back, its triggers taken away first."""
    connection = sqlite3.connect(hoso.file)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_whole_journal_is_said_to_be_whole(assessed: Hoso) -> None:
    proved = assessed.json("verify-journal")
    assert (proved.code, proved.data["ok"], proved.data["bad"]) == (0, True, [])
    assert proved.data["state"]["dossiers"] == 12
    assert "Nhật ký nguyên vẹn" in assessed("verify-journal").out


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE journal SET role = 'admin' WHERE position = 40", "hash"),
        ("DELETE FROM journal WHERE position = 40", "seq"),
        ("UPDATE journal SET at = at + 1 WHERE position = 40", "hash"),
    ],
)
def test_tampering_is_found_and_named(assessed: Hoso, statement: str, what: str) -> None:
    tamper(assessed, statement)
    proved = assessed.json("verify-journal", "--chain-only")
    assert (proved.code, proved.data["ok"]) == (3, False)
    assert proved.data["bad"][0]["what"] == what
    words = assessed("verify-journal", "--chain-only")
    assert words.code == 3
    assert proved.data["bad"][0]["stream"] in words.out


def test_dossier_that_differs_from_its_journal_is_found(assessed: Hoso) -> None:
    tamper(assessed, "UPDATE dossier SET state = 'recognized' WHERE number = '2026-DH-0003'")
    proved = assessed.json("verify-journal")
    assert proved.code == 3
    assert proved.data["state"]["faults"]
    assert "Không khớp với nhật ký" in assessed("verify-journal").out


def test_checkpoint_finds_a_journal_that_was_cut(assessed: Hoso, tmp_path: Path) -> None:
    mark = tmp_path / "checkpoint.json"
    written = assessed.json("checkpoint", "--output", mark)
    assert written.code == 0, written.err
    assert assessed.json("checkpoint", "--output", mark).error["code"] == "cli.usage"
    assert assessed.json("verify-journal", "--checkpoint", mark).data["ok"] is True
    tamper(assessed, "DELETE FROM journal WHERE position = (SELECT max(position) FROM journal)")
    found = assessed.json("verify-journal", "--checkpoint", mark, "--chain-only")
    assert found.code == 3
    assert "checkpoint" in {bad["what"] for bad in found.data["bad"]}
    mark.write_text("{}")
    broken = assessed.json("verify-journal", "--checkpoint", mark)
    assert (broken.code, broken.error["code"]) == (6, "checkpoint_invalid")


def test_backup_restores_whole_and_says_what_is_missing_since(assessed: Hoso, tmp_path: Path) -> None:
    archive = tmp_path / "usb" / "backup.zip"
    archive.parent.mkdir()
    made = assessed.json("backup", archive)
    assert made.code == 0, made.err
    assert made.data["dossiers"] == 12
    size = archive.stat().st_size
    assert assessed.json("verify-backup", archive).data["digest"] == made.data["digest"]
    assert (assessed.json("backup", archive).code, archive.stat().st_size) == (2, size)
    before = assessed.digest()
    assert assessed("hold", "2026-DH-0003", "--reason", "Có đơn", by="ubnd-1", at="18/11/2026").code == 0
    refused = assessed.json("restore", archive)
    assert (refused.code, refused.error["code"]) == (3, "database_exists")
    restored = assessed.json("restore", archive, "--replace")
    assert restored.code == 0, restored.err
    assert [row["event"] for row in restored.data["missing"]] == ["HoldSet"]
    assert Path(restored.data["previous"]).is_file()
    assert assessed.digest() == before
    assert assessed.json("verify-journal").data["ok"] is True


def test_backup_restores_on_an_empty_machine(assessed: Hoso, tmp_path: Path) -> None:
    archive = tmp_path / "backup.zip"
    assert assessed("backup", archive).code == 0
    elsewhere = Hoso(tmp_path / "new" / "hoso.sqlite", tmp_path / "new" / "files")
    restored = elsewhere("restore", archive)
    assert restored.code == 0, restored.err
    assert elsewhere.json("verify-journal").data["ok"] is True
    assert elsewhere.json("show", "2026-DH-0003", by="thpt").code == 0


@pytest.mark.parametrize("place", [0, 100, -1, -70])
def test_damaged_backup_is_refused_and_touches_nothing(assessed: Hoso, tmp_path: Path, place: int) -> None:
    archive = tmp_path / "backup.zip"
    assert assessed("backup", archive).code == 0
    content = bytearray(archive.read_bytes())
    content[place] ^= 1
    archive.write_bytes(content)
    before = assessed.digest()
    for words in (("verify-backup", archive), ("restore", archive, "--replace")):
        answered = assessed.json(*words)
        assert (answered.code, answered.error["code"]) == (6, "backup_damaged")
    assert assessed.digest() == before


def test_file_that_is_no_backup_is_refused(assessed: Hoso, tmp_path: Path) -> None:
    text = tmp_path / "backup.zip"
    text.write_text("not an archive")
    before = assessed.digest()
    answered = assessed("restore", text, "--replace")
    assert answered.code == 6
    assert "không bị đụng đến" in answered.err
    assert assessed.digest() == before


def test_upgrade_of_a_new_database_has_nothing_to_do(assessed: Hoso) -> None:
    assert assessed.json("upgrade").data == {"applied": []}
