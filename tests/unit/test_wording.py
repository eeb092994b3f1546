"""Sentences and the Vietnamese spelling of days, moments and numbers."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.definitions.calendars import load_calendar
from workflow.domain import bounds, calendars, deadlines, step_clock
from workflow.domain.calendars import HCM, WorkingCalendar, day_end, day_start
from workflow.domain.deadlines import Bound
from workflow.wording import (
    MESSAGES,
    MessagesInvalid,
    MissingField,
    UnknownMessage,
    Unspeakable,
    Wording,
    day,
    fold,
    number,
    short_day,
)

WORDING = Wording()
CALENDAR = load_calendar(MESSAGES.parents[1] / "calendars" / "vn")


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    return tmp_path


def small(tmp_path: Path, **sentences: str) -> Wording:
    shared = json.loads((MESSAGES / "deadlines.json").read_text(encoding="utf-8"))
    return Wording(folder(tmp_path, all=json.dumps({**shared, **sentences})))


# --- reading the files


def test_shipped_messages_are_loaded_from_every_file() -> None:
    codes = {
        code
        for file in MESSAGES.glob("*.json")
        for code in json.loads(file.read_text(encoding="utf-8"))
        if not code.startswith("$")
    }
    assert WORDING.codes() == codes
    assert "deadline.closed" in WORDING
    assert "deadline.unheard_of" not in WORDING


def test_every_refusal_of_time_has_a_sentence() -> None:
    """Codes raised or returned by the modules of time, found in their source."""
    found = set()
    for module in (bounds, calendars, deadlines, step_clock):
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        found |= {part.split('"')[1] for part in text.split("InvalidTime(")[1:] if part.startswith('"')}
        found |= {part.split('"')[1] for part in text.split("problems.append(")[1:] if part.startswith('"')}
    assert len(found) >= 25
    assert sorted(found - WORDING.codes()) == []


SOME_DAY = date(2026, 1, 10)
SOME_INSTANT = day_start(SOME_DAY)
STOPPED = step_clock.StepClock(SOME_INSTANT, 3).stop(SOME_INSTANT, CALENDAR)
WAITING = deadlines.Deadline("a", opens_after="b")
REFUSED: dict[str, Callable[[], object]] = {
    "naive_instant": lambda: calendars.local_day(SOME_INSTANT.replace(tzinfo=None)),
    "not_a_day": lambda: day_start(SOME_INSTANT),
    "make_up_day_not_weekend": lambda: WorkingCalendar({}, {date(2026, 1, 9): "x"}, frozenset()),
    "holiday_and_working_day": lambda: WorkingCalendar({SOME_DAY: "x"}, {SOME_DAY: "x"}, frozenset()),
    "negative_count": lambda: CALENDAR.add_working_days(SOME_DAY, -1),
    "bound_syntax": lambda: Bound.parse("x"),
    "bound_no_such_day": lambda: Bound.parse("before 04-31"),
    "bound_leap_day": lambda: Bound.parse("before 02-29"),
    "bound_year_offset": lambda: Bound(bounds.Side.FROM, 1, 1, 3),
    "cycle_out_of_range": lambda: Bound.parse("before 01-18").instant(0),
    "opening_unresolved": lambda: deadlines.judge(
        WAITING, [], subject_id=None, commune_id=None, province_id=None, at=SOME_INSTANT
    ),
    "opening_unknown": lambda: deadlines.resolve({"a": WAITING}, "a", [], commune_id=None, province_id=None),
    "opening_never": lambda: deadlines.resolve(
        {"a": WAITING, "b": deadlines.Deadline("b")}, "a", [], commune_id=None, province_id=None
    ),
    "grant_already_expired": lambda: deadlines.Grant(
        "g", "a", deadlines.GrantKind.EXTENSION, deadlines.Scope.SUBJECT, "s", SOME_INSTANT, SOME_INSTANT, "PV01"
    ),
    "clock_without_days": lambda: step_clock.StepClock(SOME_INSTANT, 0),
    "clock_half_stopped": lambda: step_clock.StepClock(SOME_INSTANT, 3, remaining=1),
    "clock_stopped": lambda: STOPPED.due(CALENDAR),
    "clock_goes_back": lambda: STOPPED.resume(SOME_INSTANT - timedelta(1), CALENDAR),
}


@pytest.mark.parametrize(("code", "attempt"), REFUSED.items(), ids=REFUSED.keys())
def test_a_refusal_of_time_says_its_sentence_with_its_own_facts(code: str, attempt: Callable[[], object]) -> None:
    with pytest.raises(calendars.InvalidTime) as refused:
        attempt()
    assert refused.value.code == code
    assert WORDING.fields(code) <= refused.value.facts.keys()
    assert len(WORDING.say(code, **refused.value.facts)) > 15


@pytest.mark.parametrize(
    ("text", "code", "what"),
    [
        ("[", "", "not_an_object"),
        ("[1]", "", "not_an_object"),
        ('"x"', "", "not_an_object"),
        ('{"a": 1}', "a", "bad_sentence"),
        ('{"a": ""}', "a", "bad_sentence"),
        ('{"a": {"b": "c"}}', "a", "bad_sentence"),
        ('{"a": "{"}', "a", "bad_sentence"),
        ('{"a": "{}"}', "a", "bad_sentence"),
        ('{"a": "{0}"}', "a", "bad_sentence"),
        ('{"a": "{x.y}"}', "a", "bad_sentence"),
        ('{"a": "{x[0]}"}', "a", "bad_sentence"),
        ('{"a": "{x:>9}"}', "a", "bad_sentence"),
        ('{"a": "{x!r}"}', "a", "bad_sentence"),
        ('{"a": "b", "a": "c"}', "a", "code_twice"),
        (json.dumps({"a": unicodedata.normalize("NFD", "hồ sơ")}), "a", "bad_sentence"),
    ],
)
def test_an_unusable_file_is_refused_with_its_place(tmp_path: Path, text: str, code: str, what: str) -> None:
    with pytest.raises(MessagesInvalid) as refused:
        Wording(folder(tmp_path, one=text))
    assert refused.value.faults == (("one.json", code, what),)


def test_a_code_in_two_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MessagesInvalid) as refused:
        Wording(folder(tmp_path, one='{"a": "b"}', two='{"a": "b", "c": "d"}'))
    assert refused.value.faults == (("two.json", "a", "code_twice"),)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(MessagesInvalid) as refused:
        Wording(folder(tmp_path, one='{"a": 1, "b": "{"}', two="nothing"))
    assert len(refused.value.faults) == 3


def test_a_folder_without_messages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MessagesInvalid):
        Wording(tmp_path)


def test_remarks_are_no_messages(tmp_path: Path) -> None:
    assert Wording(folder(tmp_path, one='{"$about": ["x"], "a": "b"}')).codes() == {"a"}


# --- saying


def test_say_puts_fields_in(tmp_path: Path) -> None:
    wording = small(tmp_path, hello="Gửi {name}, {n} hồ sơ, {{không}} thay.")
    assert wording.say("hello", name="Công an xã", n=3) == "Gửi Công an xã, 3 hồ sơ, {không} thay."
    assert wording.fields("hello") == {"name", "n"}


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        ("Đức", "Đức"),
        (unicodedata.normalize("NFD", "Đức"), "Đức"),
        ("{x}", "{x}"),
        (date(2026, 1, 7), "07/01/2026"),
        (datetime(2026, 12, 7, 7, 32, 7, tzinfo=UTC), "14:32:07 ngày 07/12/2026"),
        (12_345, "12.345"),
        (Decimal("12345.50"), "12.345,50"),
        (True, "có"),
        (False, "không"),
        (["a", 1, date(2026, 1, 7)], "a, 1, 07/01/2026"),
        ((), ""),
    ],
)
def test_values_are_spelt_by_their_type(tmp_path: Path, value: Any, spoken: str) -> None:
    assert small(tmp_path, it="{it}").say("it", it=value) == spoken


def test_years_have_no_dots(tmp_path: Path) -> None:
    wording = small(tmp_path, it="{year} {cycle} {from_year} {count}")
    assert wording.say("it", year=2026, cycle=2026, from_year=2025, count=2026) == "2026 2026 2025 2.026"


def test_fields_the_sentence_does_not_name_are_left_out(tmp_path: Path) -> None:
    assert small(tmp_path, it="{a}").say("it", a="x", b=object()) == "x"


def test_missing_fields_are_all_named(tmp_path: Path) -> None:
    wording = small(tmp_path, it="{a} {b} {c}")
    with pytest.raises(MissingField) as refused:
        wording.say("it", b="x", c=None)
    assert refused.value.code == "missing_field"
    assert refused.value.facts == {"message": "it", "fields": ("a", "c")}


def test_an_unknown_code_is_a_key_error() -> None:
    with pytest.raises(KeyError) as refused:
        WORDING.say("nobody.says.this")
    assert isinstance(refused.value, UnknownMessage)
    assert refused.value.facts == {"message": "nobody.says.this"}


@pytest.mark.parametrize("value", [1.5, object(), b"x", {"a": 1}, timedelta(1)])
def test_a_value_without_a_spelling_is_refused(tmp_path: Path, value: Any) -> None:
    with pytest.raises(Unspeakable):
        small(tmp_path, it="{it}").say("it", it=value)


# --- days, moments, numbers


def test_weekdays_have_their_names() -> None:
    monday = date(2026, 1, 12)
    assert [WORDING.weekday(monday + timedelta(n)) for n in range(7)] == [
        "thứ Hai",
        "thứ Ba",
        "thứ Tư",
        "thứ Năm",
        "thứ Sáu",
        "thứ Bảy",
        "Chủ nhật",
    ]


def test_days_are_written_day_first() -> None:
    assert (day(date(2026, 1, 7)), short_day(date(2026, 1, 7))) == ("07/01/2026", "07/01")


def test_moment_is_the_local_time() -> None:
    instant = datetime(2026, 1, 17, 16, 59, 59, tzinfo=UTC)
    assert WORDING.moment(instant) == "23:59:59 ngày 17/01/2026"
    assert WORDING.moment(instant, seconds=False) == "23:59 ngày 17/01/2026"
    with pytest.raises(ValueError, match="naive_instant"):
        WORDING.moment(datetime(2026, 1, 17))  # noqa: DTZ001 - the point


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (
            Bound.parse("before 01-18").instant(2026),
            "hết ngày 17/01/2026, thứ Bảy; ngày làm việc cuối: thứ Sáu 16/01",
        ),
        (Bound.parse("through 01-20").instant(2026), "hết ngày 20/01/2026, thứ Ba"),
        (Bound.parse("before 12-12").instant(2026), "hết ngày 11/12/2026, thứ Sáu"),
        (day_end(date(2026, 1, 10)), "hết ngày 10/01/2026, thứ Bảy"),
        (day_end(date(2026, 2, 20)), "hết ngày 20/02/2026, thứ Sáu; ngày làm việc cuối: thứ Sáu 13/02"),
        (day_end(date(2025, 1, 1)), "hết ngày 01/01/2025, thứ Tư; ngày làm việc cuối: thứ Ba 31/12/2024"),
        (
            Bound.parse("before 01-18").instant(2027),
            "hết ngày 17/01/2027, Chủ nhật; ngày làm việc cuối: thứ Sáu 15/01 (lịch nghỉ năm 2027 tạm tính)",
        ),
        (
            datetime(2026, 1, 22, 15, 0, tzinfo=HCM),
            "trước 15:00 ngày 22/01/2026, thứ Năm",
        ),
        (
            datetime(2026, 1, 24, 15, 0, 30, tzinfo=HCM),
            "trước 15:00:30 ngày 24/01/2026, thứ Bảy; ngày làm việc cuối: thứ Sáu 23/01",
        ),
    ],
)
def test_last_moment_is_said_with_weekday_and_working_day(due: datetime, words: str) -> None:
    assert WORDING.last_moment(due, CALENDAR) == words
    assert WORDING.last_moment(due.astimezone(UTC), CALENDAR) == words


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_the_working_day_is_named_exactly_when_the_last_day_is_none(last: date) -> None:
    words = WORDING.last_moment(day_end(last), CALENDAR)
    assert words.startswith(f"hết ngày {day(last)}, {WORDING.weekday(last)}")
    assert ("ngày làm việc cuối" in words) == (not CALENDAR.is_working_day(last))


def test_last_moment_without_a_table_says_that_it_is_provisional() -> None:
    bare = WorkingCalendar({}, {}, frozenset())
    assert WORDING.last_moment(day_start(date(2026, 1, 18)), bare).endswith("(lịch nghỉ năm 2026 tạm tính)")


def test_skipped_days_are_said_with_the_holiday() -> None:
    skipped = CALENDAR.skipped(date(2026, 4, 24), date(2026, 4, 28))
    assert WORDING.skipped(skipped) == (
        "thứ Bảy 25/04",
        "Chủ nhật 26/04: Giỗ Tổ Hùng Vương",
        "thứ Hai 27/04: Nghỉ bù Giỗ Tổ Hùng Vương (thay Chủ nhật 26/4)",
    )


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.000"),
        (-1234567, "-1.234.567"),
        (Decimal("0.5"), "0,5"),
        (Decimal("1234567.50"), "1.234.567,50"),
        (Decimal("1E+3"), "1.000"),
        (Decimal(70), "70"),
    ],
)
def test_numbers_have_dots_and_a_comma(n: int | Decimal, words: str) -> None:
    assert number(n) == words


@pytest.mark.parametrize("n", [Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_is_refused(n: Decimal) -> None:
    with pytest.raises(Unspeakable):
        number(n)


def test_working_days_are_counted_in_words() -> None:
    assert WORDING.working_days(5) == "5 ngày làm việc"


# --- searching


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đức", "duc"),
        ("ĐƯỜNG SỐ 7", "duong so 7"),
        ("Trường THPT Vĩnh Thuận", "truong thpt vinh thuan"),
        ("Mặt trận Tổ quốc Việt Nam", "mat tran to quoc viet nam"),
        ("ỡ ự ẫ ỷ", "o u a y"),
        ("", ""),
    ],
)
def test_fold_drops_marks_and_case(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@given(st.text())
def test_fold_is_the_same_for_both_forms(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))
