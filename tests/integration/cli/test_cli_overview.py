"""The commands ``dashboard`` and ``review``: the year in one table, results of several years, in words and as data."""

from __future__ import annotations

from tests.support.cli import Hoso


def test_the_year_is_told_kind_by_kind(registered: Hoso) -> None:
    told = registered.json("dashboard", "--cycle", 2026, by="cax-1")
    assert told.code == 0
    of_kind = {line["kind"]: line for line in told.data["kinds"]}
    assert of_kind["dien_hinh"]["under_way"] == sum(of_kind["dien_hinh"]["stages"].values()) == 7
    assert of_kind["an_toan_antt"]["under_way"] == 0
    said = registered("dashboard", by="cax-1")
    assert "Hồ sơ năm 2026, mọi loại." in said.out
    assert "Điển hình: Đăng ký 7" in said.out


def test_years_are_set_side_by_side(registered: Hoso) -> None:
    told = registered.json("review", "phan_loai", "--from", 2024, "--to", 2025, by="pv01-1")
    assert told.code == 0
    assert told.data["years"] == [2024, 2025]
    whole = told.data["whole"]["counts"]
    assert whole[0] == 0
    assert whole[1] == sum(line["counts"][1] for line in told.data["by_commune"]) > 0
    said = registered("review", "phan_loai", "--to", 2025, by="pv01-1")
    assert "So với năm trước" in said.out
    assert "xuất sắc" in said.out


def test_what_cannot_be_looked_at_is_said(registered: Hoso) -> None:
    assert registered.json("review", "dien_hinh", by="thpt").error["code"] == "review_role"
    backwards = registered.json("review", "dien_hinh", "--from", 2026, "--to", 2025, by="pv01-1")
    assert backwards.error["code"] == "review_years"
    assert registered.json("dashboard", by="thpt").error["code"] == "matrix_role"
    assert "Sổ chưa có kết quả nào" in registered("review", "khong_co", by="pv01-1").out
