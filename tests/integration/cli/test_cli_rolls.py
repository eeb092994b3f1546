"""The command ``roll``: begun at the command line, listed, narrowed, counted, summed, and taken along."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.support.cli import Hoso
from tests.support.light import document


@pytest.fixture
def budgets(registered: Hoso, tmp_path: Path) -> Hoso:
    """Two proposals for money, begun and sent at the command line."""
    for place, (source, amount) in enumerate([("ngan_sach_xa", 2_500_000_000), ("tai_tro", 1)]):
        paper = tmp_path / f"de-xuat-{place}.json"
        paper.write_text(json.dumps(document("kinh_phi", "proposal", source=source, amount=amount)), encoding="utf-8")
        told = registered.json(
            "register", "vinh-phong", "--kind", "kinh_phi", "--cycle", 2026, "--paper", f"proposal={paper}", by="cax-1"
        )
        assert told.code == 0, told.error
    return registered


def test_a_roll_is_listed_by_number_and_narrowed_by_a_column(budgets: Hoso) -> None:
    told = budgets.json("roll", "kinh_phi", by="cax-1")
    assert [item["number"] for item in told.data["items"]] == ["2026-KP-0002", "2026-KP-0001"]
    narrowed = budgets.json("roll", "kinh_phi", "--where", "source=tai_tro", by="cax-1")
    assert [item["number"] for item in narrowed.data["items"]] == ["2026-KP-0002"]
    assert "Không có hồ sơ nào" in budgets("roll", "kinh_phi", "--cycle", 2025, by="cax-1").out


def test_money_is_summed_whole_and_written_to_a_file(budgets: Hoso, tmp_path: Path) -> None:
    told = budgets.json("roll", "kinh_phi", "--totals", by="cax-1")
    assert told.data["totals"]["sums"]["amount"] == 2_500_000_001
    file = tmp_path / "tong-hop.csv"
    assert budgets("roll", "kinh_phi", "--totals", "--output", str(file), by="cax-1").code == 0
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened, delimiter=";"))
    assert ["Nguồn", "Ngân sách cấp xã", "1", "2500000000", "0", "0"] in rows


def test_what_is_no_column_and_what_keeps_no_roll_are_said(budgets: Hoso) -> None:
    assert budgets.json("roll", "kinh_phi", "--where", "mau=do", by="cax-1").error["code"] == "cli.roll.where"
    assert budgets.json("roll", "dien_hinh", by="cax-1").code == 4


def test_units_without_a_model_are_named_at_the_command_line(registered: Hoso) -> None:
    told = registered("roll", "mo_hinh", "--totals", "--cycle", 2026, by="cax-1")
    assert "Trường THPT Vĩnh Thuận" in told.out
