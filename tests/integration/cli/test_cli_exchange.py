"""Packages at the command line: written whole, looked at, taken in; an altered one is refused with its exit code."""

from __future__ import annotations

from pathlib import Path

from tests.support.cli import Hoso

NUMBER = "2026-DH-0003"


def test_package_is_written_looked_at_and_known(assessed: Hoso, tmp_path: Path) -> None:
    package = tmp_path / "goi.zip"
    written = assessed.json("export", NUMBER, "--output", package, by="cax-1")
    assert (written.code, written.data["dossiers"], written.data["copy"]) == (0, 1, False)
    before = assessed.digest()
    looked = assessed.json("import-package", package, "--preview", by="cax-1")
    assert looked.data["digest"] == written.data["digest"]
    assert [(one["number"], one["what"]) for one in looked.data["dossiers"]] == [(NUMBER, "same")]
    assert assessed.digest() == before
    taken = assessed("import-package", package, by="cax-1")
    assert taken.code == 0
    assert "đã có đúng như vậy" in taken.out


def test_year_is_written_and_what_is_not_there_is_said(assessed: Hoso, tmp_path: Path) -> None:
    whole = assessed.json("export", "--cycle", 2026, "--kind", "dien_hinh", "--output", tmp_path / "a.zip", by="cax-1")
    assert whole.data["dossiers"] == 8
    assert assessed("export", "--output", tmp_path / "b.zip", by="cax-1").code == 2
    assert assessed("export", "--cycle", 2024, "--output", tmp_path / "b.zip", by="cax-1").code == 2
    assert assessed("export", "2026-DH-9999", "--output", tmp_path / "b.zip", by="cax-1").code == 4
    assert not (tmp_path / "b.zip").exists()


def test_altered_package_is_refused(assessed: Hoso, tmp_path: Path) -> None:
    package = tmp_path / "goi.zip"
    assessed("export", NUMBER, "--output", package, by="cax-1")
    content = bytearray(package.read_bytes())
    content[200] ^= 1
    package.write_bytes(content)
    refused = assessed.json("import-package", package, by="cax-1")
    assert (refused.code, refused.error["code"]) == (6, "package_damaged")
    assert assessed.json("import-package", package, by="ubnd-1").code != 0


def test_block_of_numbers_is_set_and_shown(assessed: Hoso) -> None:
    assert assessed("settings", "--number-block", 17, "--reason", "Dãy số của xã.", by="pv01-1").code == 0
    assert "Dãy số hồ sơ: 17." in assessed("settings", by="pv01-1").out
