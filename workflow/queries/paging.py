"""Pages of a list, by key: a page says where the next one begins, and no page is counted or skipped over."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from workflow.domain.errors import InvalidInput

T = TypeVar("T")

LIMIT = 50
MOST = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list and, unless these are the last, the mark after which the next page begins."""

    items: tuple[T, ...]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Bounded:
    """A count that stops at a bound: ``n`` of them, and whether there are ``more``."""

    n: int
    more: bool = False


def page_size(limit: int) -> int:
    """The number of items asked for. InvalidInput ``page_size`` unless it is 1 to 500."""
    if not 1 <= limit <= MOST:
        raise InvalidInput("page_size", limit=limit, most=MOST)
    return limit


def mark(*key: int | str | None) -> str:
    """The key of a page's last item as text for a URL."""
    plain = json.dumps(key, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def key_of(text: str, *kinds: type) -> tuple[int | str | None, ...]:
    """The key that a mark holds; ``kinds`` are the types of its parts, any of which may be None but the last.

    Raises InvalidInput ``page_mark`` for anything that ``mark`` never made.
    """
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        key = None
    if not isinstance(key, list) or len(key) != len(kinds) or key[-1] is None or not _fits(key, kinds):
        raise InvalidInput("page_mark", mark=text[:80])
    return tuple(key)


def _fits(key: Sequence[object], kinds: Sequence[type]) -> bool:
    return all(
        value is None or (type(value) is kind and (not isinstance(value, int) or abs(value) < 2**62))
        for value, kind in zip(key, kinds, strict=True)
    )
