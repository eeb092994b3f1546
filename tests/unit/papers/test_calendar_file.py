"""The year's days as an iCalendar file: whole days, lasting ids, nothing that breaks the lines of the format."""

from __future__ import annotations

from datetime import UTC, date, datetime

from icalendar import Calendar

from workflow.papers.calendar_file import CalendarRow, calendar_file

AT = datetime(2026, 11, 20, 8, 0, 5, 77, tzinfo=UTC)
ROW = CalendarRow("dien_hinh-2026-registration-due@hoso", date(2026, 1, 17), "Hạn: Đăng ký", "trước ngày 18/01", "")


def test_day_is_a_whole_day_without_zone() -> None:
    event = Calendar.from_ical(calendar_file("Thời hạn", [ROW], made_at=AT)).walk("VEVENT")[0]
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 1, 17), date(2026, 1, 18))
    assert b"DTSTART;VALUE=DATE:20260117" in calendar_file("Thời hạn", [ROW], made_at=AT)
    assert event.decoded("dtstamp") == AT.replace(microsecond=0)


def test_words_come_back_as_they_were() -> None:
    row = CalendarRow("x@hoso", date(2026, 1, 17), "Một; hai, ba\nBEGIN:VEVENT", "dòng 1\ndòng 2", "")
    events = Calendar.from_ical(calendar_file("T", [row], made_at=AT)).walk("VEVENT")
    assert len(events) == 1
    assert str(events[0]["summary"]) == "Một; hai, ba\nBEGIN:VEVENT"


def test_lines_are_folded_at_75_bytes() -> None:
    row = CalendarRow("x@hoso", date(2026, 1, 17), "Đăng ký xây dựng điển hình " * 10)
    content = calendar_file("T", [row], made_at=AT)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_empty_calendar_is_valid_and_named() -> None:
    calendar = Calendar.from_ical(calendar_file("Thời hạn năm 2026", [], made_at=AT))
    assert str(calendar["x-wr-calname"]) == "Thời hạn năm 2026"
    assert calendar.walk("VEVENT") == []
