"""Dates, hours, numbers and sizes as pages write them, always in the time of Vietnam."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web import formatting as f
from web.forms.typed import read_number

HERE = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 12, 4), "hết ngày 04/12/2026, thứ Sáu"),
        (datetime(2026, 12, 5, tzinfo=HERE), "hết ngày 04/12/2026, thứ Sáu"),
        (datetime(2026, 1, 17, 17, tzinfo=UTC), "hết ngày 17/01/2026, thứ Bảy"),
        ("2026-01-18T00:00:00+07:00", "hết ngày 17/01/2026, thứ Bảy"),
        ("2026-01-18", "hết ngày 18/01/2026, Chủ nhật"),
        (datetime(2026, 12, 4, 16, 30, tzinfo=HERE), "trước 16:30 ngày 04/12/2026, thứ Sáu"),
    ],
)
def test_a_term_is_said_by_its_last_moment(value: date | datetime | str, words: str) -> None:
    assert f.until(value) == words


def test_a_term_in_a_list_is_short() -> None:
    assert f.until_short(datetime(2026, 12, 5, tzinfo=HERE)) == "hết thứ Sáu 04/12"
    assert f.until_short(datetime(2026, 12, 5, tzinfo=HERE), date(2026, 1, 2)) == "hết thứ Sáu 04/12"
    assert f.until_short(datetime(2026, 12, 5, tzinfo=HERE), date(2025, 12, 2)) == "hết thứ Sáu 04/12/2026"
    assert f.until_short(datetime(2026, 12, 4, 16, 30, tzinfo=HERE)) == "trước 16:30 thứ Sáu 04/12"


def test_a_moment_of_today_says_so() -> None:
    at = datetime(2026, 12, 2, 2, 40, tzinfo=UTC)
    assert f.moment(at, date(2026, 12, 2)) == "hôm nay, 09:40"
    assert f.moment(at, date(2026, 12, 3)) == "02/12/2026, 09:40"
    assert f.moment(at) == "02/12/2026, 09:40"


def test_a_moment_late_in_the_evening_of_another_zone_is_the_next_day_here() -> None:
    assert f.moment("2026-12-01T18:00:00+00:00", date(2026, 12, 2)) == "hôm nay, 01:00"


def test_a_receipt_has_its_seconds() -> None:
    assert f.moment_exact("2026-12-07T07:32:07+00:00") == "14:32:07 ngày 07/12/2026"


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        f.moment("2026-12-07T07:32:07")


def test_a_long_day_begins_a_line() -> None:
    assert f.day_long(date(2026, 12, 2)) == "Thứ Tư, 02/12/2026"
    assert (f.day(None), f.day_short("2026-12-02"), f.weekday("2026-12-06")) == ("", "02/12", "Chủ nhật")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, None, "1.234,5"),
        (7, None, "7"),
        (7.0, None, "7"),
        (0.1, None, "0,1"),
        (-1234567, None, "-1.234.567"),
        (2.345, 2, "2,34"),
        (1e21, None, "1.000.000.000.000.000.000.000"),
        (1e-7, None, "0,0000001"),
        (93, 1, "93,0"),
        (Decimal("7.50"), None, "7,5"),
        (None, None, ""),
    ],
)
def test_a_number_has_a_decimal_comma_and_dotted_thousands(value: float, decimals: int | None, text: str) -> None:
    assert f.number(value, decimals) == text


@given(st.decimals(-99999, 99999, places=3))
def test_a_number_typed_again_is_the_same_number(value: Decimal) -> None:
    assert read_number(f.plain_number(float(value))) == float(value)


def test_a_share_of_nothing_is_not_zero() -> None:
    assert (f.percent(1, 3), f.percent(0, 0), f.percent(4, 4, 0)) == ("33,3 %", "", "100 %")


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 byte"), (900, "900 byte"), (1843200, "1,8 MB"), (35651584, "34 MB"), (20480, "20 KB")]
)
def test_a_size_is_said_in_the_unit_people_know(count: int, text: str) -> None:
    assert f.size(count) == text


def test_a_digest_is_short_enough_to_compare() -> None:
    assert f.digest_short("3f9a12c477b0" + "0" * 52) == "3f9a 12c4 77b0"


@pytest.mark.parametrize(
    ("label", "inside"),
    [("Loại đơn vị", "loại đơn vị"), ("UBND xã", "UBND xã"), ("Ấp", "ấp"), ("", ""), ("Đơn vị", "đơn vị")],
)
def test_a_label_inside_a_sentence_begins_small(label: str, inside: str) -> None:
    assert f.lower_first(label) == inside
