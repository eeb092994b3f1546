"""The year's dates as an iCalendar file (RFC 5545), for any calendar program: rows in, bytes out.

Days are whole days without time zone, so no program moves them; an exclusive end is written as its last day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One day in the calendar. ``uid`` stays the same when the day moves; ``url`` may be empty."""

    uid: str
    day: date
    summary: str
    description: str = ""
    url: str = ""


def calendar_file(title: str, rows: Iterable[CalendarRow], *, made_at: datetime) -> bytes:
    """The file. ``made_at`` (aware) stands in every entry as the moment it was made. Rows keep their order."""
    from icalendar import Calendar  # noqa: PLC0415 - slow to import, and few processes ever write such a file

    calendar = Calendar()
    calendar.add("prodid", "-//hoso//calendar//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for row in rows:
        calendar.add_component(_event(row, made_at.astimezone(UTC).replace(microsecond=0)))
    return bytes(calendar.to_ical())


def _event(row: CalendarRow, made_at: datetime) -> Event:
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", row.uid)
    event.add("dtstamp", made_at)
    event.add("dtstart", row.day)
    event.add("dtend", row.day + timedelta(days=1))
    event.add("summary", row.summary)
    event.add("transp", "TRANSPARENT")
    if row.description:
        event.add("description", row.description)
    if row.url:
        event.add("url", row.url)
    return event
