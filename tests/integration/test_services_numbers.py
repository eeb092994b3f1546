"""The register of numbers, on both databases: given once, cancelled but never given again, each body its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from tests.support.played import Played, played
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from workflow.queries.journal import books_journal
from workflow.queries.numbers import number_book

DAY = date(2026, 11, 10)


@pytest.fixture
def stage(storage_url: str) -> Iterator[Played]:
    with played(storage_url, "2026-11-11T10:05:00") as found:
        yield found


def take(stage: Played, person: str = "ubnd-1", **changed: object) -> str:
    asked: dict[str, object] = {"series": "TTr", "suffix": "TTr-UBND", "day": DAY, "about": "Trình", **changed}
    return stage.house.numbers.take(stage.actor(person), **asked)  # type: ignore[arg-type]


def test_numbers_follow_each_other_by_body_series_and_year(stage: Played) -> None:
    assert [take(stage), take(stage), take(stage, series="QĐ", suffix="QĐ-UBND")] == [
        "01/TTr-UBND",
        "02/TTr-UBND",
        "01/QĐ-UBND",
    ]
    assert take(stage, number=9) == "09/TTr-UBND"
    assert take(stage, day=date(2025, 12, 30)) == "01/TTr-UBND"
    assert take(stage, "cax-1", suffix="BC-CAX", series="TTr") == "01/BC-CAX"
    book = number_book(stage.house.database, stage.actor("ubnd-1"), 2026)
    assert [(one.code, [row.number for row in one.rows], one.next, one.gaps) for one in book.series] == [
        ("QĐ", [1], 2, ()),
        ("TTr", [9, 2, 1], 10, ((3, 8),)),
    ]
    told = [line.event for line in books_journal(stage.house.database, stage.actor("pv01-1")).items]
    assert told.count("NumberTaken") == 6


def test_a_number_is_given_once_even_when_it_was_cancelled(stage: Played) -> None:
    take(stage)
    row = number_book(stage.house.database, stage.actor("ubnd-1"), 2026).series[0].rows[0]
    stage.house.numbers.void(stage.actor("ubnd-1"), row.id, reason="Ghi nhầm loại")
    with pytest.raises(Conflict, match="number_taken"):
        take(stage, number=1)
    with pytest.raises(Conflict, match="number_void"):
        stage.house.numbers.void(stage.actor("ubnd-1"), row.id, reason="Lần nữa")
    assert take(stage) == "02/TTr-UBND"
    kept = number_book(stage.house.database, stage.actor("ubnd-1"), 2026).series[0].rows[-1]
    assert (kept.is_void, kept.void_reason) == (True, "Ghi nhầm loại")


def test_the_same_request_gives_one_number(stage: Played) -> None:
    assert [take(stage, key="k"), take(stage, key="k")] == ["01/TTr-UBND", "01/TTr-UBND"]


def test_two_who_ask_at_once_get_two_numbers(stage: Played) -> None:
    def ask(_: int) -> str:
        return take(stage)

    with ThreadPoolExecutor(4) as pool:
        given = sorted(pool.map(ask, range(6)))
    assert given == [f"0{number}/TTr-UBND" for number in range(1, 7)]


def test_what_is_not_a_number_or_not_ones_own_is_refused(stage: Played) -> None:
    take(stage)
    row = number_book(stage.house.database, stage.actor("ubnd-1"), 2026).series[0].rows[0]
    with pytest.raises(NotFound, match="number_not_found"):
        stage.house.numbers.void(stage.actor("cax-1"), row.id, reason="Không phải của mình")
    with pytest.raises(NotAllowed, match="number_role"):
        take(stage, "thpt")
    for changed, code in (
        ({"series": "a b"}, "number_series"),
        ({"suffix": "ttr"}, "number_suffix"),
        ({"number": 0}, "number_range"),
        ({"about": " "}, "number_about"),
        ({"day": date(2026, 12, 31)}, "future_date"),
    ):
        with pytest.raises(InvalidInput, match=code):
            take(stage, **changed)
