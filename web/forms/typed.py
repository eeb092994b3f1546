"""Between what people type and what a document holds: dates, hours, numbers, text.

A reader answers the value, or raises `UnreadableError` with the code of a sentence in `templates/words.json`.
Nothing is guessed: what can be read in two ways is refused with both readings.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time

from web.formatting import VIETNAM, as_moment, day, plain_number

SHOWN = 40
MOST_DIGITS = 15

_DAY = re.compile(r"([0-9]{1,2})\s*[/.-]\s*([0-9]{1,2})\s*[/.-]\s*([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_HOUR = re.compile(r"([0-9]{1,2})(?:\s*[:hg]\s*([0-9]{2})(?::([0-9]{2}))?|\s*[hg])")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class UnreadableError(ValueError):
    """What was typed cannot be read; `code` and `facts` make the sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def shown(text: str) -> str:
    """What was typed, short enough to stand in a sentence."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def read_text(typed: str) -> str:
    """Text in NFC with plain line ends and without blanks around it; UnreadableError for control characters."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _CONTROL.search(text):
        raise UnreadableError("form.text.control")
    return text


def read_day(typed: str) -> str:
    """An ISO date from dd/mm/yyyy (also with dots or dashes, and an ISO date itself)."""
    text = typed.strip()
    if found := _DAY.fullmatch(text):
        days, months, years = map(int, found.groups())
    elif found := _ISO_DAY.fullmatch(text):
        years, months, days = map(int, found.groups())
    else:
        raise UnreadableError("form.date", typed=shown(text))
    try:
        return date(years, months, days).isoformat()
    except ValueError:
        raise UnreadableError("form.date.none", typed=shown(text)) from None


def read_hour(typed: str) -> time:
    """A time of day from 14:00, 14:00:30, 14h, 14h30."""
    text = typed.strip()
    found = _HOUR.fullmatch(text.lower())
    if found is None:
        raise UnreadableError("form.time", typed=shown(text))
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    try:
        return time(hours, minutes, seconds)
    except ValueError:
        raise UnreadableError("form.time", typed=shown(text)) from None


def read_moment(typed_day: str, typed_hour: str) -> str:
    """An ISO moment with the zone of Vietnam from a day and an hour."""
    if not typed_day.strip() or not typed_hour.strip():
        raise UnreadableError("form.moment")
    at = datetime.combine(date.fromisoformat(read_day(typed_day)), read_hour(typed_hour), VIETNAM)
    return at.isoformat(timespec="seconds")


def read_integer(typed: str) -> int:
    """A whole number; dots may group its thousands."""
    text = typed.strip().replace(" ", "").replace("\u00a0", "")
    sign, digits = _signed(text)
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > MOST_DIGITS:
        raise UnreadableError("form.integer", typed=shown(typed.strip()))
    return sign * int(digits)


def read_number(typed: str) -> int | float:
    """A number with a decimal comma; one dot not before three figures is read as the comma it stands for.

    `1.234` is refused: it is 1234 for one reader and 1,234 for another.
    """
    text = typed.strip().replace(" ", "").replace("\u00a0", "")
    sign, digits = _signed(text)
    if not _NUMBER.fullmatch(digits) or sum(c.isdigit() for c in digits) > MOST_DIGITS:
        raise UnreadableError("form.number", typed=shown(typed.strip()))
    whole, comma, rest = digits.partition(",")
    if comma:
        whole = whole.replace(".", "") if _THOUSANDS.fullmatch(whole) else whole
        if "." in whole or "," in rest or "." in rest:
            raise UnreadableError("form.number", typed=shown(typed.strip()))
        digits = f"{whole}.{rest}"
    elif digits.count(".") == 1 and _THOUSANDS.fullmatch(digits) and not digits.startswith("0."):
        left, right = digits.split(".")
        raise UnreadableError(
            "form.number.unclear", typed=shown(typed.strip()), whole=left + right, decimal=f"{left},{right}"
        )
    elif digits.count(".") > 1:
        if not _THOUSANDS.fullmatch(digits):
            raise UnreadableError("form.number", typed=shown(typed.strip()))
        digits = digits.replace(".", "")
    return sign * (float(digits) if "." in digits else int(digits))


def _signed(text: str) -> tuple[int, str]:
    if text[:1] in {"-", "\u2212"}:
        return -1, text[1:]
    return 1, text[1:] if text[:1] == "+" else text


def typed_day(value: str) -> str:
    """A date of a document as a field shows it; a text that is no date stays as it is."""
    try:
        return day(value)
    except ValueError:
        return value


def typed_moment(value: str) -> tuple[str, str]:
    """Day and hour of a moment as two fields show them; a text that is no moment stands in the first."""
    try:
        at = as_moment(value)
    except ValueError:
        return value, ""
    return day(at), f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def typed_number(value: float) -> str:
    """A number as a field shows it."""
    return plain_number(value)
