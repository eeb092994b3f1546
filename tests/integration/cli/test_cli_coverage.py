"""The command ``coverage``: earlier results are counted, what nobody registered is named, units see nothing of it."""

from __future__ import annotations

from tests.support.cli import Hoso


def test_results_of_a_year_are_counted_by_kind_of_subject(registered: Hoso) -> None:
    told = registered.json("coverage", "an_toan_antt", "--cycle", 2025, by="cax-1")
    assert told.code == 0
    (commune,) = told.data["communes"]
    assert commune["commune"]["id"] == "vinh-phong"
    whole = told.data["whole"]
    recognised = {unit["id"] for unit in whole["units"] if unit["result"] == "dat"}
    assert recognised
    assert "thpt-vinh-thuan" not in {unit["id"] for unit in whole["units"]}  # the province manages it
    joined, found = whole["shares"]
    assert set(found["readings"][0]["counted"]) == recognised == set(joined["readings"][0]["counted"])
    assert sum(len(part["units"]) for part in commune["by_subject"]) == len(whole["units"])


def test_a_year_nobody_joined_is_not_applicable_and_names_who_is_missing(registered: Hoso) -> None:
    told = registered("coverage", "phan_loai", "--cycle", 2027, by="pv01-1")
    assert told.code == 0
    assert "không áp dụng" in told.out
    assert "chưa kiểm chứng" in told.out
    assert "Chưa đăng ký: " in told.out


def test_a_unit_is_told_that_it_is_not_its_command(registered: Hoso) -> None:
    told = registered.json("coverage", "an_toan_antt", "--cycle", 2025, by="thpt")
    assert told.error["code"] == "coverage_role"
