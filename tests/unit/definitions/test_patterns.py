"""The language of patterns: what it takes, what it refuses, and that what it takes is quick on any text."""

from __future__ import annotations

import re
import time

import pytest

from tests.support import papers
from workflow.definitions.patterns import PatternRefused, check_pattern
from workflow.definitions.schema_subset import nodes

TAKEN = [
    r"^[0-9]{1,5}/[A-ZĐ]{1,6}(-[A-Z0-9]{1,15}){1,4}$",
    r"^(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}$",
    r"^[ \n\t]*[^ \n\t]",
    r"^(xa|phuong|dac_khu)$",
    r"^a?b*c+d{2}e{3,}f{1,2}$",
    r"^(?:ab)*c$",
    r"^\$\.\[x\]-$",
    r"^[^\]\-]+$",
    r"^$",
]
REFUSED = {
    r"a": 'begins with "^"',
    r"^(a+)+$": "begin alike",
    r"^(a|a)*$": "begin alike",
    r"^(ab|ac)$": "begin alike",
    r"^a*a*$": "begin alike",
    r"^[a-z]*[m-z]$": "begin alike",
    r"^(a?)*$": "may be empty",
    r"^(|a)$": "one is empty",
    r"^(?=a)b$": "look-around",
    r"^(?<n>a)$": "look-around",
    r"^(a)\1$": "escape",
    r"^\d+$": "escape",
    r"^\ba$": "escape",
    r"^.*$": "may not stand",
    r"^a^$": "may not stand",
    r"^a$b": "not understood",
    r"^a)$": "not understood",
    r"^(a$": "not closed",
    r"^[a": "too early",
    r"^a{2": "too early",
    r"^[]$": "is empty",
    r"^[z-a]$": "turned round",
    r"^[a&&b]$": "escaped",
    r"^[[a]]$": "escaped",
    r"^a*?$": "quantifier",
    r"^a{2,1}$": "out of bounds",
    r"^a{1,5000}$": "out of bounds",
    r"^a{,3}$": "not understood",
    r"^a{x}$": "not understood",
}


@pytest.mark.parametrize("pattern", TAKEN)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    check_pattern(pattern)
    re.compile(pattern)


@pytest.mark.parametrize(("pattern", "why"), REFUSED.items(), ids=REFUSED)
def test_a_pattern_that_could_stall_or_differ_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(PatternRefused, match=re.escape(why)):
        check_pattern(pattern)


def shipped_patterns() -> set[str]:
    schemas = papers.shipped()
    return {node["pattern"] for name in schemas.ids for _, node in nodes(schemas.plain(name)) if "pattern" in node}


def test_shipped_patterns_are_of_the_language() -> None:
    found = shipped_patterns()
    for pattern in found:
        check_pattern(pattern)
    assert len(found) > 8


@pytest.mark.parametrize("pattern", sorted({*TAKEN, *shipped_patterns()}))
@pytest.mark.parametrize("bait", [" ", "a", "A", "1", "-", "1/A-", "a\n", "\n", "à", "1/AB-AB-"])
def test_a_taken_pattern_is_quick_on_any_text(pattern: str, bait: str) -> None:
    text = bait * (200_000 // len(bait))
    started = time.process_time()
    re.search(pattern, text + "\x01")
    assert time.process_time() - started < 0.2
