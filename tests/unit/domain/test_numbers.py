"""Numbers of papers: what comes next, which were passed over, how they are written."""

from __future__ import annotations

import pytest

from workflow.domain.numbers import gaps, next_number, symbol_of


@pytest.mark.parametrize(
    ("taken", "following", "runs"),
    [
        ([], 1, ()),
        ([1, 2, 3], 4, ()),
        ([3], 4, ((1, 2),)),
        ([1, 5, 7, 8], 9, ((2, 4), (6, 6))),
        ([2, 2, 1], 3, ()),
    ],
)
def test_next_number_and_gaps(taken: list[int], following: int, runs: tuple[tuple[int, int], ...]) -> None:
    assert next_number(taken) == following
    assert gaps(taken) == runs


def test_a_number_under_ten_has_a_nought_before_it() -> None:
    assert [symbol_of(number, "TTr-UBND") for number in (1, 12, 105)] == ["01/TTr-UBND", "12/TTr-UBND", "105/TTr-UBND"]
