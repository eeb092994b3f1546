"""What people type on the command line, read into values: instants, days, numbers, choices, ``code=file`` pairs.

A moment without a zone is in Asia/Ho_Chi_Minh. Ends are exclusive, as everywhere in hoso: the whole of 17/01 ends at
00:00 of 18/01.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from workflow.cli.speech import Usage, say
from workflow.domain.calendars import HCM
from workflow.wording import fold, read_day

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


def read_instant(text: str) -> datetime | None:
    """An instant: ISO, or a day with or without a time ("17/01/2026 23:59:59"); None when it is neither."""
    text = text.strip()
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None:
        first, _, rest = text.partition(" ")
        on, clock = read_day(first), _read_clock(rest.strip() or "00:00")
        if on is None or clock is None:
            return None
        instant = datetime.combine(on, clock, tzinfo=HCM)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=HCM)


def _read_clock(text: str) -> time | None:
    written = _CLOCK.fullmatch(text)
    try:
        return time(int(written[1]), int(written[2]), int(written[3] or 0)) if written else None
    except ValueError:
        return None


def end_of(text: str) -> datetime | None:
    """The exclusive end that a text names: a day ends with its last moment, an instant is what it is."""
    on = read_day(text)
    if on is not None:
        return datetime.combine(on, time(), tzinfo=HCM) + timedelta(days=1)
    return read_instant(text)


class Text(click.ParamType[Any]):
    """A plain text that is not blank."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text without spaces at its ends."""
        text = str(value).strip()
        return text or self.fail(say("cli.value.blank"), param, ctx)


class Whole(click.ParamType[Any]):
    """A whole number within bounds."""

    name = "number"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        text = str(value).strip()
        number = int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None
        if number is None or not self.least <= number <= self.most:
            self.fail(say("cli.value.number", value=text, least=str(self.least), most=str(self.most)), param, ctx)
        return number


class Day(click.ParamType[Any]):
    """A day of the calendar."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day."""
        return read_day(str(value)) or self.fail(say("cli.value.day", value=str(value)), param, ctx)


class Instant(click.ParamType[Any]):
    """An instant; a bare day is its first moment."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant, aware."""
        return read_instant(str(value)) or self.fail(say("cli.value.instant", value=str(value)), param, ctx)


class End(click.ParamType[Any]):
    """The end of a term; a bare day is included to its last moment."""

    name = "end"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The exclusive end, aware."""
        return end_of(str(value)) or self.fail(say("cli.value.instant", value=str(value)), param, ctx)


NO_FACE = "none"
"""On the command line: this face of a deadline is taken away."""


class Bound(click.ParamType[Any]):
    """A bound of a deadline: "before 18/01/2026", "through 17/01/2026", an instant, or ``none``."""

    name = "bound"

    def __init__(self, *, ends: bool) -> None:
        self.ends = ends

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime | str:
        """The exclusive end (or the opening instant); ``none`` as it is."""
        text = fold(str(value)).strip()
        if text == NO_FACE:
            return text
        side, _, rest = text.partition(" ")
        if side in {"before", fold(say("cli.word.before"))}:
            found = read_instant(rest)
        elif side in {"through", fold(say("cli.word.through"))}:
            found = end_of(rest)
        else:
            found = end_of(text) if self.ends else read_instant(text)
        return found or self.fail(say("cli.value.bound", value=str(value)), param, ctx)


class Choice(click.Choice[str]):
    """One of a few words."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """The sentence that names the choices."""
        del ctx
        return say("cli.value.choice", value=str(value), choices=tuple(map(str, self.choices)))


class ExistingFile(click.ParamType[Any]):
    """The path of a file that is there."""

    name = "file"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path."""
        path = Path(str(value))
        if not path.is_file():
            self.fail(say("cli.value.no_file", file=str(value)), param, ctx)
        if not os.access(path, os.R_OK):
            self.fail(say("cli.value.not_readable", file=str(value)), param, ctx)
        return path


class NewFile(click.ParamType[Any]):
    """The path of a file to be written: its folder is there, itself not yet. Nothing is ever overwritten."""

    name = "file"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path."""
        path = Path(str(value))
        if not path.parent.is_dir():
            self.fail(say("cli.value.no_folder", file=str(value)), param, ctx)
        if path.exists():
            self.fail(say("cli.value.file_exists", file=str(value)), param, ctx)
        return path


class CodedFile(click.ParamType[Any]):
    """``code=path``: a file and the paper it belongs to."""

    name = "coded_file"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        """The code and the path."""
        if isinstance(value, tuple):
            return value
        code, equals, path = str(value).partition("=")
        if not equals or not code.strip():
            self.fail(say("cli.value.coded_file", value=str(value)), param, ctx)
        return code.strip(), ExistingFile().convert(path, param, ctx)


def once_each(pairs: Iterable[tuple[str, Path]], option: str) -> dict[str, Path]:
    """Pairs as a mapping; a code given twice is wrong usage."""
    found: dict[str, Path] = {}
    for code, path in pairs:
        if code in found:
            raise Usage("cli.usage.twice", option=option, name=code)
        found[code] = path
    return found


TEXT = Text()
DAY = Day()
INSTANT = Instant()
END = End()
EXISTING_FILE = ExistingFile()
NEW_FILE = NewFile()
CODED_FILE = CodedFile()
CYCLE = Whole(2020, 2100)
VERSION = Whole(0, 999_999_999)
