r"""JSON as official papers need it: one text, one meaning.

Python's reader takes the last of two equal keys, NaN, numbers of any length and half a surrogate pair; each of these
lets two readers of one paper see different things. ``read`` refuses them. What it returns is normal: strings in NFC
with ``\n`` line ends, whole numbers as ``int``. ``canonical`` is the one spelling whose SHA-256 is a paper's digest.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from dataclasses import dataclass
from unicodedata import is_normalized

import orjson

from workflow.domain.errors import InvalidDocument

# Controls except tab and line feed; line and paragraph separators; direction overrides; byte order mark; surrogates.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# The UTF-8 of the same characters, and every escape but those of quote, backslash, line feed and tab.
_DOUBTFUL = re.compile(rb"\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xc2[\x80-\x9f]|\x7f|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]")
_ODD_ESCAPE = re.compile(rb'\\[^nt"\\]')
_LEADS = (b"\xe2", b"\xc2", b"\x7f", b"\xef")  # a byte of each; most Vietnamese texts have none of them
_BLANKS = b" \t\r\n"
_QUICK_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may weigh: bytes of its text, depth of nesting, values in all, characters of one number."""

    max_bytes: int = 1_048_576
    max_depth: int = 32
    max_values: int = 30_000
    max_number: int = 24


DEFAULT_LIMITS = Limits()


class JsonRefused(InvalidDocument):
    """A text that is not strict JSON. ``code`` is ``json.<what>``; facts say where or which limit."""

    code = "json.malformed"


def read(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> object:
    """The value that ``raw`` (UTF-8) spells, normalised; JsonRefused with the first thing that is wrong."""
    if len(raw) > limits.max_bytes:
        raise JsonRefused("json.too_large", limit=limits.max_bytes, size=len(raw))
    if raw.startswith(b"\xef\xbb\xbf"):
        raise JsonRefused("json.byte_order_mark")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonRefused("json.not_utf8", position=error.start) from None
    return normalise(_parse(text, limits), limits)


def read_quickly(raw: bytes) -> object | None:
    """The value of a small text that ``orjson`` spells alike but for blanks, else None: then ``read`` decides.

    A text that equals its own re-spelling has no doubled key, odd number or stray byte, so what is returned here is
    what ``read`` returns, for any document whose numbers and depth a paper schema bounds. Blanks are left out of both:
    between tokens they mean nothing, and no token can hide in one (measured: 30 µs where ``read`` takes 600).
    """
    if len(raw) > _QUICK_BYTES or b".0" in raw or (b"\\" in raw and _ODD_ESCAPE.search(raw)):
        return None
    try:
        value: object = orjson.loads(raw)
        spelled = orjson.dumps(value)
        if spelled != raw and spelled.translate(None, _BLANKS) != raw.translate(None, _BLANKS):
            return None
    except (orjson.JSONDecodeError, TypeError):
        return None
    if any(lead in raw for lead in _LEADS) and _DOUBTFUL.search(raw):
        return None
    return value if is_normalized("NFC", raw.decode("utf-8")) else None


def normalise(value: object, limits: Limits = DEFAULT_LIMITS) -> object:
    """A copy of a parsed document with NFC strings and whole numbers as ``int``; JsonRefused for what JSON has not."""
    return _Walk(limits).value(value, 1)


def canonical(document: object) -> bytes:
    """The one spelling of a document: keys sorted, no spaces, UTF-8, NFC. JsonRefused for what JSON has not."""
    quick = _spell_quickly(document)
    if quick is not None:
        return quick
    text = _spell(document)
    if ".0" in text or "e+" in text or not is_normalized("NFC", text):
        text = _spell(normalise(document))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise JsonRefused("json.lone_surrogate") from None


def digest(document: object) -> str:
    """SHA-256 of the canonical spelling, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _spell_quickly(document: object) -> bytes | None:
    """The spelling by ``orjson`` where it is surely the same, else None (measured: a fifth of the time).

    The two differ in floats with exponents and in whole or very small ones; NaN becomes null there.
    """
    try:
        spelled = orjson.dumps(document, option=_AS_WRITTEN)
    except (TypeError, RecursionError):
        return None
    return None if _SPELLED_APART.search(spelled) or not is_normalized("NFC", spelled.decode()) else spelled


_AS_WRITTEN = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_SPELLED_APART = re.compile(rb"[0-9]e|\.0|null")


def _spell(document: object) -> str:
    try:
        return _ENCODER.encode(document)
    except (TypeError, ValueError, RecursionError):
        return _ENCODER.encode(normalise(document))  # says what is wrong, in our words


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))


def _parse(text: str, limits: Limits) -> object:
    def whole(digits: str) -> int:
        if len(digits) > limits.max_number:
            raise JsonRefused("json.number_too_long", limit=limits.max_number)
        return int(digits)

    def fraction(digits: str) -> float:
        if len(digits) > limits.max_number:
            raise JsonRefused("json.number_too_long", limit=limits.max_number)
        return float(digits)

    try:
        value: object = json.loads(
            text, object_pairs_hook=_members, parse_int=whole, parse_float=fraction, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        raise JsonRefused("json.malformed", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise JsonRefused("json.too_deep", limit=limits.max_depth) from None
    return value


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise JsonRefused("json.duplicate_key", key=key[:80])
            seen.add(key)
    return members


def _no_constant(name: str) -> object:
    raise JsonRefused("json.not_a_number", value=name)


class _Walk:
    """One pass over a document: counts, checks and copies it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.max_values

    def value(self, value: object, depth: int) -> object:
        """The normal form of one value at that depth."""
        self._left -= 1
        if self._left < 0:
            raise JsonRefused("json.too_many_values", limit=self._limits.max_values)
        if isinstance(value, str):
            return _text(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return self._number(value)
        if depth > self._limits.max_depth:
            raise JsonRefused("json.too_deep", limit=self._limits.max_depth)
        if isinstance(value, dict):
            return self._object(value, depth)
        if isinstance(value, list | tuple):
            return [self.value(item, depth + 1) for item in value]
        raise JsonRefused("json.unknown_type", type=type(value).__name__)

    def _object(self, value: dict[object, object], depth: int) -> dict[str, object]:
        members: dict[str, object] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise JsonRefused("json.unknown_type", type=type(key).__name__)
            name = _text(key)
            if name in members:
                raise JsonRefused("json.duplicate_key", key=name[:80])
            members[name] = self.value(item, depth + 1)
        return members

    def _number(self, value: float) -> int | float:
        if isinstance(value, float):
            if not math.isfinite(value):
                raise JsonRefused("json.not_a_number", value=str(value))
            if not value.is_integer():
                return value
            value = int(value)
        if abs(value) >= 10**self._limits.max_number:
            raise JsonRefused("json.number_too_long", limit=self._limits.max_number)
        return value


def _text(text: str) -> str:
    if text.isprintable():
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SURROGATE.search(text):
        raise JsonRefused("json.lone_surrogate")
    bad = _UNPRINTABLE.search(text)
    if bad:
        raise JsonRefused("json.control_character", character=f"U+{ord(bad.group()):04X}")
    return unicodedata.normalize("NFC", text)
