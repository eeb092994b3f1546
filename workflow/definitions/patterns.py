r"""The small language of patterns that our schemas may use, and the proof that a pattern takes linear time.

A pattern is anchored at the start, spells its characters out (no ``.``, no ``\d``, which engines read differently),
and is deterministic: at every place the next character tells the one way on. A matcher then never has to try again,
so no input can stall it, whichever engine runs it. Look-around, back references and lazy quantifiers do not exist here.

    pattern     = "^" sequence ["$"]
    sequence    = { (character | class | "(" sequence {"|" sequence} ")") [quantifier] }
    quantifier  = "?" | "*" | "+" | "{n}" | "{n,}" | "{n,m}"
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_LAST = 0x10FFFF
_SPECIAL = set("^$.|?*+()[]{}\\")
_ESCAPES = {"n": "\n", "t": "\t", **{character: character for character in "^$.|?*+()[]{}\\/-"}}
_MOST_REPEATS = 1_000


class PatternRefused(ValueError):
    """A pattern outside the language, or one where a matcher would have to guess; the message says where."""


@dataclass(frozen=True, slots=True)
class Characters:
    """A set of code points as sorted, disjoint ranges."""

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, ranges: Iterable[tuple[int, int]]) -> Characters:
        """The union of the ranges."""
        merged: list[tuple[int, int]] = []
        for low, high in sorted(ranges):
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return cls(tuple(merged))

    def union(self, other: Characters) -> Characters:
        """Every character of either."""
        return Characters.of(self.ranges + other.ranges)

    def meets(self, other: Characters) -> bool:
        """Whether the two have a character in common."""
        return any(low <= high2 and low2 <= high for low, high in self.ranges for low2, high2 in other.ranges)

    def complement(self) -> Characters:
        """Every other character."""
        gaps, start = [], 0
        for low, high in self.ranges:
            if start < low:
                gaps.append((start, low - 1))
            start = high + 1
        if start <= _LAST:
            gaps.append((start, _LAST))
        return Characters(tuple(gaps))


_NOTHING = Characters(())


@dataclass(frozen=True, slots=True)
class _Sequence:
    items: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[_Sequence, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    child: _Node
    least: int
    most: int | None


_Node = Characters | _Sequence | _Choice | _Repeat


def check_pattern(pattern: str) -> None:
    """Nothing for a pattern of the language that takes linear time, else PatternRefused."""
    reader = _Reader(pattern)
    _determine(reader.pattern(), _NOTHING)


def _nullable(node: _Node) -> bool:
    match node:
        case Characters():
            return False
        case _Sequence(items):
            return all(_nullable(item) for item in items)
        case _Choice(options):
            return any(_nullable(option) for option in options)
        case _Repeat(child, least, _):
            return least == 0 or _nullable(child)


def _first(node: _Node) -> Characters:
    match node:
        case Characters():
            return node
        case _Sequence(items):
            first = _NOTHING
            for item in items:
                first = first.union(_first(item))
                if not _nullable(item):
                    break
            return first
        case _Choice(options):
            return Characters.of(part for option in options for part in _first(option).ranges)
        case _Repeat(child, _, _):
            return _first(child)


def _determine(node: _Node, follow: Characters) -> None:
    """Refuse a node where the next character does not tell the way on; ``follow`` may come after the node."""
    match node:
        case Characters():
            return
        case _Sequence(items):
            for place in range(len(items) - 1, -1, -1):
                _determine(items[place], follow)
                first = _first(items[place])
                follow = first.union(follow) if _nullable(items[place]) else first
        case _Choice(options):
            seen = _NOTHING
            for option in options:
                first = _first(option)
                if _nullable(option) or first.meets(seen):
                    raise PatternRefused("two alternatives begin alike, or one is empty")
                seen = seen.union(first)
                _determine(option, follow)
        case _Repeat(child, least, most):
            first = _first(child)
            if _nullable(child):
                raise PatternRefused("what is repeated may be empty")
            if least != most and first.meets(follow):
                raise PatternRefused("a repetition and what follows it begin alike")
            _determine(child, first.union(follow) if most is None or most > 1 else follow)


class _Reader:
    """Recursive descent over one pattern."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def pattern(self) -> _Node:
        if not self._take("^"):
            raise PatternRefused('a pattern begins with "^"')
        body = self._sequence()
        self._take("$")
        if self._at != len(self._text):
            raise PatternRefused(f"not understood at character {self._at}: {self._text[self._at]!r}")
        return body

    def _take(self, wanted: str) -> bool:
        if self._text.startswith(wanted, self._at):
            self._at += len(wanted)
            return True
        return False

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise PatternRefused("the pattern ends too early")
        self._at += 1
        return self._text[self._at - 1]

    def _sequence(self) -> _Sequence:
        items: list[_Node] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)$":
            items.append(self._quantified(self._atom()))
        return _Sequence(tuple(items))

    def _atom(self) -> _Node:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return self._class()
        if character == "\\":
            return self._one(self._escape())
        if character in _SPECIAL:
            raise PatternRefused(f"{character!r} may not stand at character {self._at - 1}")
        return self._one(character)

    @staticmethod
    def _one(character: str) -> Characters:
        return Characters(((ord(character), ord(character)),))

    def _escape(self) -> str:
        character = self._next()
        if character not in _ESCAPES:
            raise PatternRefused(f"the escape \\{character} is not used here")
        return _ESCAPES[character]

    def _group(self) -> _Node:
        if self._take("?") and not self._take(":"):
            raise PatternRefused("look-around and named groups are not used here")
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        if not self._take(")"):
            raise PatternRefused("a group is not closed")
        return _Choice(tuple(options)) if len(options) > 1 else options[0]

    def _class(self) -> Characters:
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        while not self._take("]"):
            low = self._member()
            high = low
            if self._text.startswith("-", self._at) and not self._text.startswith("-]", self._at):
                self._at += 1
                high = self._member()
            if ord(low) > ord(high):
                raise PatternRefused(f"the range {low}-{high} is turned round")
            ranges.append((ord(low), ord(high)))
        if not ranges:
            raise PatternRefused("a class is empty")
        found = Characters.of(ranges)
        return found.complement() if negated else found

    def _member(self) -> str:
        character = self._next()
        if character == "\\":
            return self._escape()
        if character == "[" or (character in "&~-" and self._text.startswith(character, self._at)):
            raise PatternRefused(f"{character!r} must be escaped inside a class")
        return character

    def _quantified(self, child: _Node) -> _Node:
        if self._take("?"):
            node: _Node = _Repeat(child, 0, 1)
        elif self._take("*"):
            node = _Repeat(child, 0, None)
        elif self._take("+"):
            node = _Repeat(child, 1, None)
        elif self._take("{"):
            node = self._counted(child)
        else:
            return child
        if self._at < len(self._text) and self._text[self._at] in "?*+{":
            raise PatternRefused("a quantifier follows a quantifier")
        return node

    def _counted(self, child: _Node) -> _Repeat:
        counts = ""
        while (character := self._next()) != "}":
            counts += character
        least, comma, most = counts.partition(",")
        if not (least.isascii() and least.isdigit()) or not (most == "" or (most.isascii() and most.isdigit())):
            raise PatternRefused(f"the count {{{counts}}} is not understood")
        low = int(least)
        high = low if not comma else int(most) if most else None
        if low > _MOST_REPEATS or (high is not None and not low <= high <= _MOST_REPEATS):
            raise PatternRefused(f"the count {{{counts}}} is out of bounds")
        return _Repeat(child, low, high)
