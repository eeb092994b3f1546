"""Filters stand in a URL and come back; marks of pages are only those that were made; "near" is the domain's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.domain.actors import Role
from workflow.domain.calendars import HCM, WorkingCalendar, day_start
from workflow.domain.errors import InvalidInput
from workflow.domain.step_clock import LatenessKind, lateness
from workflow.queries.filters import Filters, Tab
from workflow.queries.moment import Moment
from workflow.queries.paging import key_of, mark, page_size
from workflow.queries.search import as_number, words_of

codes = st.none() | st.from_regex(r"\A[A-Za-z0-9_.:-]{1,20}\Z")
every_filter = st.builds(
    Filters,
    tab=st.sampled_from(Tab),
    kind=codes,
    state=codes,
    stage=codes,
    commune=codes,
    holder=st.none() | st.sampled_from(Role),
    lateness=st.none() | st.sampled_from(LatenessKind),
    cycle=st.none() | st.integers(1000, 9999),
    text=st.text(alphabet="aăâĐđ 0-%_", max_size=30).map(lambda text: " ".join(text.split())),
)


@given(every_filter)
def test_filters_come_back_from_their_url(filters: Filters) -> None:
    assert Filters.from_query(filters.to_query()) == filters


def test_filters_that_narrow_nothing_leave_no_trace() -> None:
    assert Filters().to_query() == {}
    assert not Filters(Tab.DONE).narrows
    assert Filters.from_query({"kind": " ", "page": "7"}) == Filters()


def test_filters_are_written_as_a_query_string() -> None:
    filters = Filters(kind="dien_hinh", cycle=2026, lateness=LatenessKind.LATE, text="Đức an")
    assert filters.query_string(after="x") == "kind=dien_hinh&lateness=late&cycle=2026&q=%C4%90%E1%BB%A9c+an&after=x"


def test_one_filter_can_be_dropped() -> None:
    filters = Filters(Tab.DONE, kind="dien_hinh", cycle=2026)
    assert filters.narrows
    assert filters.without("cycle") == Filters(Tab.DONE, kind="dien_hinh")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tab", "all"),
        ("kind", "dien hinh"),
        ("kind", "x" * 81),
        ("state", "' OR 1=1"),
        ("stage", "a/b"),
        ("commune", "<xa>"),
        ("holder", "police"),
        ("lateness", "LATE"),
        ("cycle", "26"),
        ("cycle", "٢٠٢٦"),
        ("q", "x" * 101),
        ("q", "a\x00b"),
    ],
)
def test_filter_of_no_meaning_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidInput) as error:
        Filters.from_query({name: value})
    assert (error.value.code, error.value.facts["name"]) == ("filter_invalid", name)


@pytest.mark.parametrize("key", [(1_767_225_600_000_000, "d-1"), (None, "d-1"), ("dien_hinh", 2026, "e-1")])
def test_mark_of_a_page_gives_its_key_back(key: tuple[int | str | None, ...]) -> None:
    kinds = [str if value is None and n else int if value is None else type(value) for n, value in enumerate(key)]
    assert key_of(mark(*key), *kinds) == key


@pytest.mark.parametrize(
    "text",
    ["", "x", "!!", mark(1), mark(1, None), mark("d-1", 1), mark(1.5, "d-1"), mark(2**62, "d-1"), mark(1, "d", "e")],
)
def test_mark_that_was_never_made_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="page_mark"):
        key_of(text, int, str)


@pytest.mark.parametrize(("limit", "fine"), [(1, True), (500, True), (0, False), (501, False), (-1, False)])
def test_page_has_a_size(limit: int, fine: bool) -> None:
    if fine:
        assert page_size(limit) == limit
    else:
        with pytest.raises(InvalidInput, match="page_size"):
            page_size(limit)


CALENDAR = WorkingCalendar(
    {date(2026, 1, 1): "Tết Dương lịch", date(2026, 2, 17): "Tết", date(2026, 2, 18): "Tết"},
    {date(2026, 2, 14): "làm bù"},
    frozenset(),
)


@given(
    at=st.integers(0, 90 * 24 * 60).map(lambda minutes: day_start(date(2026, 1, 1)) + timedelta(minutes=minutes)),
    due=st.dates(date(2025, 12, 20), date(2026, 4, 20)),
    near_days=st.integers(0, 8),
)
def test_moment_weighs_as_the_domain_does(at: datetime, due: date, near_days: int) -> None:
    moment = Moment.of(at, CALENDAR, near_days)
    assert moment.lateness(day_start(due)) == lateness(day_start(due), at, CALENDAR, near_days).kind


def test_nothing_is_late_without_a_date() -> None:
    at = datetime(2026, 3, 2, tzinfo=HCM)
    assert Moment(at, at + timedelta(days=5)).lateness(None) is LatenessKind.NONE


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2026-DH-0117", "2026-DH-0117"),
        (" 2026-dh-01 ", "2026-DH-01"),
        ("2026-đh-", "2026-DH-"),
        ("2026-dh", "2026-DH"),
        ("2026", None),
        ("truong 2026-dh-1", None),
    ],
)
def test_number_is_known_by_how_it_begins(text: str, number: str | None) -> None:
    assert as_number(text) == number


def test_words_are_folded_and_their_signs_escaped() -> None:
    assert words_of(" Trường  Đức 100%_\\ ") == ("%truong%", "%duc%", "%100\\%\\_\\\\%")
