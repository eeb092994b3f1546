"""Every sentence people read, by code, and the Vietnamese way of writing days, moments and numbers.

Pages, command line, notices and papers all speak through one ``Wording``. The words are data
(``dossier_schemas/messages/vi/*.json``: code -> sentence with named ``{fields}``); none stands in Python.
face.md section 5 says how: dd/mm/yyyy, 24 hours, the last moment with its weekday, decimal comma.
"""

from __future__ import annotations

import json
import re
import string
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from workflow.domain.actors import Role
from workflow.domain.calendars import HCM, WEEKEND, Skipped, WorkingCalendar, aware, last_day
from workflow.domain.errors import DefinitionInvalid, InvalidInput

MESSAGES = Path(__file__).resolve().parent.parent / "dossier_schemas" / "messages" / "vi"
_YEARS = ("year", "cycle")
_SWAP = str.maketrans(",.", ".,")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_PLAIN_D = str.maketrans("\u0111\u0110", "dD")


class MessagesInvalid(DefinitionInvalid):
    """The message files cannot be used; ``faults`` lists (file, code, what) for all that is wrong."""

    code = "messages_invalid"


class UnknownMessage(InvalidInput, KeyError):
    """No sentence has this code. Facts: ``message``."""

    code = "unknown_message"


class MissingField(InvalidInput, ValueError):
    """A sentence needs fields that were not given, or were given as None. Facts: ``message``, ``fields``."""

    code = "missing_field"


class Unspeakable(InvalidInput, TypeError):
    """A value of a type that has no Vietnamese spelling here. Facts: ``type``."""

    code = "unspeakable"


def fold(text: str) -> str:
    """Text for searching: the letter d with stroke as d, no marks, no case."""
    bare = unicodedata.normalize("NFD", text.translate(_PLAIN_D))
    return "".join(c for c in bare if not unicodedata.combining(c)).casefold()


class Wording:
    """The sentences of one folder of message files. Raises MessagesInvalid when any of them is unusable."""

    def __init__(self, folder: Path = MESSAGES) -> None:
        self._sentences, self._fields = _load(folder)

    def __contains__(self, code: object) -> bool:
        return code in self._sentences

    def codes(self) -> frozenset[str]:
        """Every code that has a sentence."""
        return frozenset(self._sentences)

    def fields(self, code: str) -> frozenset[str]:
        """The names a sentence needs. Raises UnknownMessage."""
        if code not in self._fields:
            raise UnknownMessage(message=code)
        return self._fields[code]

    def say(self, code: str, **fields: object) -> str:
        """The sentence with its fields put in, each written by ``speak``; others are ignored.

        A field called ``year`` or ``cycle``, or ending so, is a plain number. Raises UnknownMessage,
        MissingField.
        """
        needed = self.fields(code)
        missing = sorted(name for name in needed if fields.get(name) is None)
        if missing:
            raise MissingField(message=code, fields=tuple(missing))
        spoken = {name: self._field(name, fields[name]) for name in needed}
        return self._sentences[code].format_map(spoken)

    def speak(self, value: object) -> str:  # noqa: PLR0911 - one line a type
        """One value in Vietnamese: text as it is, a role by its office, lists with commas; else Unspeakable."""
        match value:
            case Role():
                return self.say(f"role.{value.value}")
            case str():
                return unicodedata.normalize("NFC", value)
            case bool():
                return self.say("time.yes" if value else "time.no")
            case int() | Decimal():
                return number(value)
            case datetime():
                return self.moment(value)
            case date():
                return day(value)
            case tuple() | list():
                return ", ".join(self.speak(item) for item in value)
            case _:
                raise Unspeakable(type=type(value).__name__)

    # --- days and moments

    def weekday(self, of: date) -> str:
        """The name of the day of the week, as the messages write it."""
        return self.say(f"time.weekday.{of.weekday()}")

    def moment(self, instant: datetime, *, seconds: bool = True) -> str:
        """The local time and day of an instant, to the second or the minute."""
        local = aware(instant).astimezone(HCM)
        return self.say("time.moment", time=_clock(local.time(), seconds=seconds), day=day(local.date()))

    def working_days(self, n: int) -> str:
        """A number of working days, in words."""
        return self.say("time.working_days", n=n)

    def last_moment(self, due: datetime, calendar: WorkingCalendar) -> str:
        """The last moment before the exclusive end ``due``, with the last working day when it differs."""
        local = aware(due).astimezone(HCM)
        on = last_day(due)
        whole_day = local.time() == time.min
        code = "time.last_moment" if whole_day else "time.last_moment_within_day"
        clock = _clock(local.time(), seconds=local.second != 0)
        last = self.say(code, day=on, weekday=self.weekday(on), time=clock)
        working = calendar.previous_working_day(on)
        if working == on:
            return last
        code = "time.last_working_day"
        if calendar.is_provisional(on):
            code = "time.last_working_day_provisional"
        short = short_day(working) if working.year == on.year else day(working)
        return self.say(code, last=last, weekday=self.weekday(working), day=short, year=on.year)

    def skipped(self, days: Iterable[Skipped]) -> tuple[str, ...]:
        """The days a count passed over, one phrase each, a holiday with its name."""
        return tuple(
            self.say("time.skipped_weekend", weekday=self.weekday(d), day=short_day(d))
            if reason == WEEKEND
            else self.say("time.skipped_holiday", weekday=self.weekday(d), day=short_day(d), name=reason)
            for d, reason in days
        )

    def _field(self, name: str, value: object) -> str:
        if name.endswith(_YEARS) and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.speak(value)


def day(of: date) -> str:
    """A day as dd/mm/yyyy."""
    return f"{of.day:02}/{of.month:02}/{of.year:04}"


def read_day(text: str) -> date | None:
    """A day written 17/01/2026 or 2026-01-17; None when it is neither, or not in the calendar."""
    try:
        written = _DAY.fullmatch(text.strip())
        if written is not None:
            return date(int(written[3]), int(written[2]), int(written[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def short_day(of: date) -> str:
    """A day as dd/mm, where the year is known."""
    return f"{of.day:02}/{of.month:02}"


def number(n: int | Decimal) -> str:
    """A number with dots between thousands and a decimal comma. Raises Unspeakable when it is not finite."""
    if not Decimal(n).is_finite():
        raise Unspeakable(type="not a finite number")
    return f"{n:,f}".translate(_SWAP) if isinstance(n, Decimal) else f"{n:,}".translate(_SWAP)


def _clock(of: time, *, seconds: bool) -> str:
    return f"{of:%H:%M:%S}" if seconds else f"{of:%H:%M}"


def _load(folder: Path) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    sentences: dict[str, str] = {}
    fields: dict[str, frozenset[str]] = {}
    faults: list[tuple[str, str, str]] = []
    files = sorted(folder.glob("*.json"))
    if not files:
        raise MessagesInvalid(((folder.name, "", "no_message_files"),))
    for file in files:
        for code, sentence in _pairs(file, faults):
            if code in sentences:
                faults.append((file.name, code, "code_twice"))
            elif (names := _names(sentence)) is None:
                faults.append((file.name, code, "bad_sentence"))
            else:
                sentences[code], fields[code] = str(sentence), names
    if faults:
        raise MessagesInvalid(tuple(faults))
    return sentences, fields


def _pairs(file: Path, faults: list[tuple[str, str, str]]) -> list[tuple[str, object]]:
    """The members of a message file in order, doubled codes kept; keys that begin with ``$`` are remarks."""
    try:
        members = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=list)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, list) or not all(isinstance(member, tuple) for member in members):
        faults.append((file.name, "", "not_an_object"))
        return []
    return [(code, sentence) for code, sentence in members if not code.startswith("$")]


def _names(sentence: object) -> frozenset[str] | None:
    """The fields of a sentence; None unless it is NFC text whose braces are plain names."""
    if not isinstance(sentence, str) or not sentence.strip() or not unicodedata.is_normalized("NFC", sentence):
        return None
    try:
        parts = list(string.Formatter().parse(sentence))
    except ValueError:
        return None
    named = [(name, spec, conversion) for _, name, spec, conversion in parts if name is not None]
    if not all(name.isidentifier() and not spec and not conversion for name, spec, conversion in named):
        return None
    return frozenset(name for name, _, _ in named)
