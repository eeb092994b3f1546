"""Walking a definition's JSON body by hand: typed fields, and every fault with its place, never only the
first.

For bodies that come from shipped files, from a spreadsheet or from the database alike. A field that is wrong
gives a fault and a harmless value of its type, so that the walk goes on; whoever walks refuses the body when
faults exist.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from workflow.domain.citations import CITATION_PATTERN, is_citation
from workflow.domain.scoring import points_of

CODE = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_PARTIAL_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?", re.ASCII)
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a body: a message code, a JSON pointer, facts; ``file`` where it came from one."""

    code: str
    path: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    file: str = ""

    def within(self, file: str) -> Fault:
        """The same fault, said of that file."""
        return replace(self, file=file)


class Body:
    """One JSON object and its place; faults of all nested bodies gather in one list."""

    def __init__(self, value: object, faults: list[Fault], path: str = "") -> None:
        self.path = path
        self.faults = faults
        self._read: set[str] = {"$schema"}
        self._members: Mapping[str, object] = {}
        if isinstance(value, Mapping):
            self._members = value
        else:
            self.fault("body.wrong_type", expected="object")

    def fault(self, code: str, name: str = "", **facts: object) -> None:
        """Note a fault at this body, or at its field ``name``."""
        path = f"{self.path}/{name}" if name else self.path
        self.faults.append(Fault(code, path, {"field": name, **facts} if name else facts))

    def text(self, name: str, *, most: int = 1000, optional: bool = False) -> str:
        """Printable NFC text of 1 to ``most`` characters; empty when missing."""
        value = self._take(name, str, "text", optional=optional)
        if not isinstance(value, str):
            return ""
        if not value.strip() or len(value) > most:
            self.fault("body.text_length", name, most=most)
        elif unprintable(value):
            self.fault("body.text_characters", name)
        return value

    def code(self, name: str, pattern: re.Pattern[str] = CODE) -> str:
        """A text that is wholly ``pattern``: by default a lower-case code."""
        value = self.text(name, most=80)
        if value and pattern.fullmatch(value) is None:
            self.fault("body.malformed_code", name, value=value)
        return value

    def choice(self, name: str, allowed: Collection[str], *, optional: bool = False) -> str:
        """One of ``allowed``."""
        value = self.text(name, most=80, optional=optional)
        if value and value not in allowed:
            self.fault("body.unknown_choice", name, value=value, allowed=", ".join(allowed))
            return ""
        return value

    def boolean(self, name: str, *, default: bool | None = None) -> bool:
        """True or false; required unless there is a default."""
        value = self._take(name, bool, "boolean", optional=default is not None)
        return value if isinstance(value, bool) else default is True

    def whole(self, name: str, *, least: int = 0, optional: bool = False) -> int | None:
        """A whole number of at least ``least``."""
        value = self._take(name, int, "integer", optional=optional)
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        if value < least:
            self.fault("body.too_small", name, least=least)
            return None
        return value

    def points(self, name: str, *, optional: bool = True) -> Decimal | None:
        """Exact points, zero or more: a whole number, or text where there is a fraction ("2.5")."""
        value = self._take(name, (int, str), "points", optional=optional)
        if value is None or isinstance(value, bool):
            return None
        try:
            points = points_of(value)
        except ValueError:
            self.fault("body.not_points", name, value=value)
            return None
        if points < 0:
            self.fault("body.too_small", name, least=0)
        return points

    def citation(self, name: str, *, optional: bool = False) -> str:
        """A citation ``<id>#<place>``."""
        value = self.text(name, most=200, optional=optional)
        if value and not is_citation(value):
            self.fault("body.malformed_citation", name, value=value)
        return value

    def day(self, name: str, *, partial: bool = False) -> str:
        """An ISO date as text, empty when missing; ``partial`` also takes a year or a month alone."""
        value = self.text(name, most=10, optional=True)
        if value and not is_day(value, partial=partial):
            self.fault("body.malformed_date", name, value=value)
        return value

    def texts(self, name: str, *, most: int = 60, least: int = 0) -> tuple[str, ...]:
        """A list of distinct printable texts."""
        values = self._list(name, most=most, least=least)
        texts = tuple(value for value in values if isinstance(value, str) and value.strip())
        if len(texts) != len(values):
            self.fault("body.wrong_type", name, expected="list of text")
        if any(len(text) > 1000 or unprintable(text) for text in texts):
            self.fault("body.text_characters", name)
        if len(set(texts)) != len(texts):
            self.fault("body.duplicate", name, value=", ".join(texts))
        return texts

    def codes(self, name: str, *, most: int, least: int = 0) -> tuple[str, ...]:
        """A list of distinct lower-case codes."""
        return self._each(name, self.texts(name, most=most, least=least), CODE, "body.malformed_code")

    def slugs(self, name: str, *, most: int = 60) -> tuple[str, ...]:
        """A list of distinct source ids."""
        return self._each(name, self.texts(name, most=most), SLUG, "body.malformed_code")

    def citations(self, name: str, *, most: int, least: int = 0) -> tuple[str, ...]:
        """A list of distinct citations."""
        return self._each(name, self.texts(name, most=most, least=least), CITATION_PATTERN, "body.malformed_citation")

    def bodies(self, name: str, *, most: int, least: int = 0) -> tuple[Body, ...]:
        """A list of objects."""
        values = self._list(name, most=most, least=least)
        return tuple(Body(item, self.faults, f"{self.path}/{name}/{i}") for i, item in enumerate(values))

    def body(self, name: str, *, optional: bool = False) -> Body | None:
        """A nested object."""
        value = self._take(name, Mapping, "object", optional=optional)
        return None if value is None else Body(value, self.faults, f"{self.path}/{name}")

    def finish(self) -> None:
        """Say which members nobody asked for: a misspelt one must not be silently ignored."""
        for name in self._members:
            if name not in self._read:
                self.fault("body.unknown_field", str(name))

    def _each(self, name: str, values: tuple[str, ...], pattern: re.Pattern[str], code: str) -> tuple[str, ...]:
        for index, value in enumerate(values):
            if pattern.fullmatch(value) is None:
                self.fault(code, f"{name}/{index}", value=value[:80])
        return values

    def _list(self, name: str, *, most: int, least: int) -> list[object]:
        value = self._take(name, list, "list", optional=least == 0)
        if not isinstance(value, list):
            return []
        if not least <= len(value) <= most:
            self.fault("body.list_length", name, least=least, most=most)
        return value[:most]

    def _take(self, name: str, kind: type | tuple[type, ...], expected: str, *, optional: bool) -> object:
        self._read.add(name)
        value = self._members.get(name)
        if name not in self._members:
            if not optional and self._members:
                self.fault("body.missing_field", name)
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault("body.wrong_type", name, expected=expected)
            return None
        return value


def unprintable(text: str) -> bool:
    """Whether a text is not in NFC, or holds a control character other than a line feed."""
    return not unicodedata.is_normalized("NFC", text) or _CONTROLS.search(text) is not None


def is_day(text: str, *, partial: bool = False) -> bool:
    """Whether ``text`` is a real ISO date, or with ``partial`` a real year or month."""
    if _PARTIAL_DATE.fullmatch(text) is None or (len(text) < 10 and not partial):
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True
