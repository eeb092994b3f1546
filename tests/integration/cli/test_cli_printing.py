"""The command `paper`: the same paper as PDF, as DOCX, and told with the origin of each value."""

from __future__ import annotations

from pathlib import Path

from tests.support.cli import Hoso
from tests.support.printed import PrintedPdf

DOSSIER = "2026-DH-0001"


def test_paper_is_written_and_its_origins_are_told(assessed: Hoso, tmp_path: Path) -> None:
    target = tmp_path / "bang.pdf"
    done = assessed.json("paper", DOSSIER, "assessment_sheet", "--output", str(target), by="cax-1")
    assert (done.code, done.data["file"], done.data["missing"]) == (0, str(target), [])
    assert "BẢNG ĐÁNH GIÁ CỦA CÔNG AN XÃ" in PrintedPdf(target.read_bytes()).text
    told = assessed("paper", DOSSIER, "assessment_sheet", "--origins", by="cax-1")
    assert "  Đơn vị: Hội Nông dân xã Vĩnh Phong (nguồn: sổ tổ chức)" in told.out.splitlines()


def test_docx_is_written(assessed: Hoso, tmp_path: Path) -> None:
    target = tmp_path / "bang.docx"
    done = assessed("paper", DOSSIER, "assessment_sheet", "--format", "docx", "--output", str(target), by="cax-1")
    assert done.code == 0
    assert target.read_bytes().startswith(b"PK")


def test_what_cannot_be_printed_is_refused_with_its_code(assessed: Hoso) -> None:
    assert assessed.json("paper", DOSSIER, "khong_co", by="cax-1").code == 4
    assert assessed.json("paper", DOSSIER, "--receipt", "1", by="cax-1").error["code"] == "no_receipt"
    assert assessed.json("paper", DOSSIER, by="cax-1").error["code"] == "cli.usage.one_print"
