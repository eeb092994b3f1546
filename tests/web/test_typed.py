"""What people type, read as they mean it, or refused with what to do."""

from __future__ import annotations

import pytest

from web.forms.typed import UnreadableError, read_day, read_hour, read_integer, read_moment, read_number, read_text


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("02/12/2026", "2026-12-02"),
        ("2/12/2026", "2026-12-02"),
        (" 02-12-2026 ", "2026-12-02"),
        ("02.12.2026", "2026-12-02"),
        ("2026-12-02", "2026-12-02"),
        ("29/02/2024", "2024-02-29"),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str, value: str) -> None:
    assert read_day(typed) == value


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("29/02/2026", "form.date.none"),
        ("12/13/2026", "form.date.none"),
        ("02/12/26", "form.date"),
        ("mai", "form.date"),
        ("٠٢/١٢/٢٠٢٦", "form.date"),
        ("02/12/2026x", "form.date"),
        ("00/01/2026", "form.date.none"),
    ],
)
def test_a_date_that_cannot_be_is_refused(typed: str, code: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        read_day(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("8", 8),
        ("8,5", 8.5),
        ("8.5", 8.5),
        ("0,125", 0.125),
        ("0.125", 0.125),
        ("1.234,5", 1234.5),
        ("1234,5", 1234.5),
        ("1.234.567", 1234567),
        ("-2,5", -2.5),
        ("+3", 3),
        ("1 234", 1234),
    ],
)
def test_a_number_is_read_with_a_decimal_comma(typed: str, value: float) -> None:
    assert read_number(typed) == value


@pytest.mark.parametrize(
    "typed", ["tám", "8,5,1", "1,234.5", "1.23.456", "NaN", "inf", "1e5", "٨", "", "--1", "1" * 16, "0x1F", "8,"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        read_number(typed)
    assert refusal.value.code == "form.number"


def test_a_number_that_reads_two_ways_is_refused_with_both() -> None:
    with pytest.raises(UnreadableError) as refusal:
        read_number("1.234")
    assert (refusal.value.code, refusal.value.facts["whole"], refusal.value.facts["decimal"]) == (
        "form.number.unclear",
        "1234",
        "1,234",
    )


@pytest.mark.parametrize(("typed", "value"), [("12", 12), ("1.234", 1234), ("-3", -3), (" 7 ", 7)])
def test_a_whole_number_is_read(typed: str, value: int) -> None:
    assert read_integer(typed) == value


@pytest.mark.parametrize("typed", ["1,5", "1.5", "một", "²", "٣", "1" * 16])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableError):
        read_integer(typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("14:00", "14:00:00"), ("9:05", "09:05:00"), ("14h", "14:00:00"), ("14h30", "14:30:00"), ("14:32:07", "14:32:07")],
)
def test_an_hour_is_read_as_people_write_it(typed: str, value: str) -> None:
    assert read_hour(typed).isoformat() == value


@pytest.mark.parametrize("typed", ["25:00", "14:60", "2 giờ chiều", "14"])
def test_what_is_no_hour_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableError):
        read_hour(typed)


def test_a_moment_needs_both_its_day_and_its_hour() -> None:
    assert read_moment("07/12/2026", "14h") == "2026-12-07T14:00:00+07:00"
    with pytest.raises(UnreadableError) as refusal:
        read_moment("07/12/2026", " ")
    assert refusal.value.code == "form.moment"


def test_text_comes_composed_with_plain_line_ends_and_without_control_characters() -> None:
    assert read_text("  Trươ\u0300ng\r\nhọc ") == "Trường\nhọc"
    with pytest.raises(UnreadableError):
        read_text("Trường\x00học")
