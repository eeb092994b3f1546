"""``hoso check --seal``: the list of published versions, on a copy of what is shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.definitions import shipped
from tests.support.cli import Hoso
from workflow import installation
from workflow.definitions.sealing import FILE, sealed

KIND = Path("kinds", "duy_tri", "v1", "kind.json")


@pytest.fixture
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped definitions, which the command line now takes for them; not frozen."""
    folder = tmp_path / "law"
    shutil.copytree(shipped.LAW, folder)
    (folder / FILE).write_text((folder / FILE).read_text(encoding="utf-8").replace('"frozen": true', '"frozen": false'))
    monkeypatch.setattr(installation, "DEFINITIONS", folder)
    return folder


@pytest.fixture
def hoso(tmp_path: Path) -> Hoso:
    return Hoso(tmp_path / "none.sqlite", tmp_path / "files")


def edit(law: Path, words: str) -> None:
    """The kind says something else now."""
    body = (law / KIND).read_text(encoding="utf-8")
    assert "Thôi xét" in body
    (law / KIND).write_text(body.replace("Thôi xét", words, 1), encoding="utf-8")


def test_an_edited_version_is_found_then_sealed_then_frozen(law: Path, hoso: Hoso) -> None:
    edit(law, "Không xét nữa")
    found = hoso.json("check")
    assert (found.code, [row["code"] for row in found.data["findings"]["published"]]) == (6, ["published_differs"])
    done = hoso.json("check", "--seal")
    assert (done.code, done.data["sealed"]) == (0, True)
    assert hoso.json("check").code == 0
    assert "Từ nay sửa nội dung thì phải ra bản mới." in hoso("check", "--freeze").out
    assert sealed(law)[1]
    before = (law / FILE).read_bytes()
    edit_again = (law / KIND).read_text(encoding="utf-8").replace("Không xét nữa", "Thôi xét")
    (law / KIND).write_text(edit_again, encoding="utf-8")
    refused = hoso.json("check", "--seal")
    assert (refused.error["code"], refused.error["facts"]["versions"]) == ("published_changed", "duy_tri@1")
    assert (law / FILE).read_bytes() == before


def test_a_kind_with_an_error_is_not_sealed(law: Path, hoso: Hoso) -> None:
    edit(law, "")
    before = (law / FILE).read_bytes()
    refused = hoso.json("check", "--seal")
    assert (refused.code, refused.data["ok"], refused.data["sealed"]) == (6, False, False)
    assert (law / FILE).read_bytes() == before


def test_one_file_cannot_be_sealed_alone(law: Path, hoso: Hoso) -> None:
    assert hoso.json("check", str(law / KIND), "--seal").error["code"] == "cli.usage.seal_all"
