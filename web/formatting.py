"""How dates, moments, numbers and sizes are written on a page: dd/mm/yyyy, 24-hour clock, decimal comma.

Everything is said in the time of Vietnam (Asia/Ho_Chi_Minh). Nothing here reads the clock: whoever wants
"today" said hands in the day.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from web.words import say

if TYPE_CHECKING:
    from flask import Flask

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_KB = 1024
_MB = _KB * 1024
_DIGEST_SHOWN = 12


def local(moment: datetime) -> datetime:
    """The same moment on a Vietnamese clock; ValueError for a moment without time zone."""
    if moment.tzinfo is None:
        msg = "a moment needs its time zone"
        raise ValueError(msg)
    return moment.astimezone(VIETNAM)


def as_day(value: date | datetime | str) -> date:
    """A calendar day from a day, a moment (its day in Vietnam) or an ISO text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return local(value).date() if isinstance(value, datetime) else value


def as_moment(value: datetime | str) -> datetime:
    """A moment on a Vietnamese clock, from a moment or an ISO text with its zone."""
    return local(datetime.fromisoformat(value) if isinstance(value, str) else value)


def day(value: date | datetime | str | None) -> str:
    """04/12/2026; nothing for None."""
    return f"{as_day(value):%d/%m/%Y}" if value is not None else ""


def day_short(value: date | datetime | str | None) -> str:
    """04/12, where the year is plain from the page."""
    return f"{as_day(value):%d/%m}" if value is not None else ""


def weekday(value: date | datetime | str) -> str:
    """The name of the day of the week, as inside a sentence."""
    return say(f"weekday.{as_day(value).weekday()}")


def day_long(value: date | datetime | str) -> str:
    """Weekday and date, beginning a line."""
    words = say("date.long", weekday=weekday(value), day=day(value))
    return words[0].upper() + words[1:]


def _last(value: date | datetime | str) -> tuple[date, time | None]:
    """The last day of a term, with its hour when the term ends inside the day.

    A moment is the first one outside the term: 00:00 on the 5th is said as the whole of the 4th.
    """
    if isinstance(value, str) and "T" in value:
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return as_day(value), None
    end = local(value)
    if end.time() == time(0):
        return end.date() - timedelta(days=1), None
    return end.date(), end.time()


def until(value: date | datetime | str) -> str:
    """The last moment of a term in full: day, weekday, and the hour when it is not midnight."""
    last, hour = _last(value)
    if hour is None:
        return say("date.until", day=day(last), weekday=weekday(last))
    return say("date.before_hour", hour=f"{hour:%H:%M}", day=day(last), weekday=weekday(last))


def until_short(value: date | datetime | str, today: date | None = None) -> str:
    """The last moment of a term for a list: weekday and day/month, with the year when `today` lies in another one."""
    last, hour = _last(value)
    shown = day(last) if today is not None and today.year != last.year else day_short(last)
    if hour is None:
        return say("date.until_short", weekday=weekday(last), day=shown)
    return say("date.before_hour_short", hour=f"{hour:%H:%M}", weekday=weekday(last), day=shown)


def moment(value: datetime | str | None, today: date | None = None) -> str:
    """Day and hour; the day is said as "today" when it equals `today`."""
    if value is None:
        return ""
    at = as_moment(value)
    if at.date() == today:
        return say("moment.today", hour=f"{at:%H:%M}")
    return say("moment.day", day=day(at), hour=f"{at:%H:%M}")


def moment_exact(value: datetime | str) -> str:
    """Hour with seconds, then the day: for receipts and the journal."""
    at = as_moment(value)
    return say("moment.exact", hour=f"{at:%H:%M:%S}", day=day(at))


def iso(value: date | datetime | str) -> str:
    """What belongs into a `datetime` attribute."""
    if isinstance(value, str):
        return value
    return local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def plain_number(value: float | Decimal) -> str:
    """A number as typed into a field: decimal comma, no thousands, no exponent, nothing rounded."""
    if isinstance(value, int):
        return str(value)
    text = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """A number to read: 1.234,5. `decimals` rounds and keeps that many figures after the comma."""
    if value is None:
        return ""
    text = plain_number(value) if decimals is None else f"{Decimal(str(value)):.{decimals}f}".replace(".", ",")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, comma, rest = digits.partition(",")
    return f"{sign}{int(whole):,}".replace(",", ".") + comma + rest


def percent(part: float | Decimal, whole: float | Decimal, decimals: int = 1) -> str:
    """A share as a percentage; nothing when there is no whole to take it of."""
    if not whole:
        return ""
    return say("percent", n=number(Decimal(str(part)) * 100 / Decimal(str(whole)), decimals))


def size(count: int) -> str:
    """The size of a file in the unit people know, rounded up to one figure after the comma below 10 MB."""
    if count >= _MB:
        return say("size.mb", n=number(Decimal(count) / _MB, 0 if count >= 10 * _MB else 1))
    if count >= _KB:
        return say("size.kb", n=number(Decimal(count) / _KB, 0))
    return say("size.bytes", n=count)


def lower_first(words: str) -> str:
    """A label inside a sentence: its first letter small, unless the word is an abbreviation (UBND) or a lone letter."""
    first, _, _ = words.partition(" ")
    return words if len(first) > 1 and first.isupper() else words[:1].lower() + words[1:]


def digest_short(hexadecimal: str) -> str:
    """The first figures of a digest in groups of four, enough to compare by eye."""
    shown = hexadecimal[:_DIGEST_SHOWN]
    return " ".join(shown[i : i + 4] for i in range(0, len(shown), 4))


FILTERS = (
    day,
    day_long,
    day_short,
    digest_short,
    iso,
    lower_first,
    moment,
    moment_exact,
    number,
    percent,
    plain_number,
    size,
    until,
    until_short,
    weekday,
)


def register_filters(app: Flask) -> None:
    """Give the templates every filter of this file under its own name."""
    for function in FILTERS:
        app.add_template_filter(function, function.__name__)
