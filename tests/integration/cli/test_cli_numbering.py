"""The register of numbers at the command line."""

from __future__ import annotations

from tests.support.cli import Hoso


def test_numbers_are_given_shown_and_cancelled(assessed: Hoso) -> None:
    for _ in range(2):
        assert assessed.json("take-number", "TTr-UBND", "Trình", "--series", "TTr", by="ubnd-1").code == 0
    taken = assessed.json("take-number", "TTr-UBND", "Trình", "--series", "TTr", "--number", "2", by="ubnd-1")
    assert (taken.code, taken.error["code"]) == (3, "number_taken")
    assert assessed.json("void-number", "01/TTr-UBND", "Ghi nhầm", by="ubnd-1").data["voided"]
    book = assessed.json("numbers", by="ubnd-1").data["series"][0]
    assert (book["next"], book["gaps"], [row["voided"] for row in book["numbers"]]) == (3, [], [False, True])
    assert "01/TTr-UBND" in assessed("numbers", by="ubnd-1").out
    assert assessed("numbers", by="cax-1").out.strip() == "Năm 2026 chưa cấp số nào."
