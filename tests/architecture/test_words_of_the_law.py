"""The law is data: no state, trigger or paper of a kind, and no Vietnamese, stands in Python.

A word that the meta-schemas themselves fix (an `enum` or `const` under dossier_schemas/meta: meanings, roles,
effects, ...) belongs to the grammar of definitions, not to one kind, and may stand in code.
"""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from tests.support import tree

# (file, word) -> why this word, although a kind uses it too, is not the kind's word there. Aim: empty.
REPORT = "a list or figure of the yearly report, filled by the meanings of states, never by their codes"
ALLOWED: dict[tuple[str, str], str] = {
    **{
        ("workflow/domain/yearly_report.py", word): REPORT
        for word in ("cancelled", "maintained", "not_maintained", "owed")
    },
    ("workflow/domain/filed_report.py", "registered"): REPORT,
    ("workflow/storage/reports.py", "owed"): "the name of a parameter: the kind that is owed",
    ("workflow/services/cycles.py", "owed"): "a field of an answer: ids of the owed dossiers that were opened",
    ("workflow/seeding/steps.py", "owed"): "a fact that a story expects: how many owed dossiers were opened",
    ("web/api/books.py", "filed"): "a field of an answer: the yearly report as it was handed in",
    ("workflow/cli/books.py", "waived"): "a field of what is told: communes for which a second person is not asked",
    ("web/views/deadlines.py", "declined"): "how a request for more time was answered, no state of a dossier",
}


# --- codes of the kinds --------------------------------------------------------------------------


def codes_of_kind(kind: Mapping[str, Any]) -> set[str]:
    """State codes, triggers and paper codes of one kind.json, and the code of the kind."""
    codes = {str(kind["code"])}
    for part in ("states", "papers", "attachments"):
        codes |= set(_codes_in(kind.get(part, {}), "code"))
    codes |= set(_codes_in(kind.get("transitions", []), "trigger"))
    return codes


def _codes_in(part: object, name: str) -> Iterator[str]:
    """The keys of an object, or the field `name` of each row of a list."""
    if isinstance(part, dict):
        yield from part
    elif isinstance(part, list):
        yield from (row[name] for row in part if isinstance(row, dict) and name in row)


def fixed_words(schema: object) -> set[str]:
    """Every string that a schema fixes by `enum` or `const`, at any depth."""
    if isinstance(schema, dict):
        own = [*schema.get("enum", []), schema.get("const")] if isinstance(schema.get("enum", []), list) else []
        return {word for word in own if isinstance(word, str)}.union(*map(fixed_words, schema.values()))
    if isinstance(schema, list):
        return set().union(*map(fixed_words, schema))
    return set()


def literals(text: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every string literal of a Python file, pieces of f-strings included."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def codes_in_code(name: str, text: str, codes: Iterable[str]) -> list[str]:
    """Where a Python file names a code of a kind."""
    forbidden = set(codes)
    return [
        f"{name}:{line}: {word!r}" for line, word in literals(text) if word in forbidden and (name, word) not in ALLOWED
    ]


def codes_of_all_kinds() -> set[str]:
    """The codes of every kind, less the words that belong to the grammar of definitions."""
    codes: set[str] = set()
    for name, text in tree.texts("dossier_schemas/kinds", suffix=".json"):
        if name.endswith("/kind.json"):
            codes |= codes_of_kind(json.loads(text))
        elif name.endswith(".schema.json"):
            codes.add(name.rsplit("/", 1)[1].removesuffix(".schema.json"))
    grammar = [fixed_words(json.loads(text)) for _name, text in tree.texts("dossier_schemas/meta", suffix=".json")]
    return codes.difference(*grammar)


def test_no_code_of_a_kind_stands_in_python() -> None:
    codes = codes_of_all_kinds()
    assert [fault for name, text in tree.python_code() for fault in codes_in_code(name, text, codes)] == []


def test_every_allowance_is_still_needed() -> None:
    words = {(name, word) for name, text in tree.python_code() for _line, word in literals(text)}
    assert sorted(set(ALLOWED) - words) == []
    assert [key for key, reason in ALLOWED.items() if len(reason) < 20] == []


KIND = {
    "code": "model_unit",
    "states": {"seen": {"meaning": "open"}},
    "transitions": [{"trigger": "look", "from": ["seen"], "to": "seen"}],
    "papers": [{"code": "letter"}],
}


@pytest.mark.parametrize("word", ["model_unit", "seen", "look", "letter"])
def test_a_planted_code_is_found(word: str) -> None:
    text = f'"""About {word}."""\nif state == "{word}":\n    pass\n'
    assert codes_in_code("workflow/x.py", text, codes_of_kind(KIND)) == [f"workflow/x.py:2: {word!r}"]


def test_a_word_inside_a_sentence_is_left_alone() -> None:
    assert codes_in_code("workflow/x.py", 'raise ValueError("seen too late")', codes_of_kind(KIND)) == []


def test_fixed_words_are_read_at_any_depth() -> None:
    schema = {
        "properties": {
            "meaning": {"enum": ["open", "void"]},
            "rows": {"items": [{"const": "unit"}, {"const": 1}]},
        }
    }
    assert fixed_words(schema) == {"open", "void", "unit"}


# --- Vietnamese ----------------------------------------------------------------------------------

MARKS = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323", "\u0302", "\u0306", "\u031b"}
INSTRUMENT = re.compile(r"\b[QN]\u0110\b")  # the two abbreviations of a decision and a decree, in a cited source


def is_vietnamese(letter: str) -> bool:
    """Whether a letter is d with stroke or carries a mark of Vietnamese."""
    return letter in "\u0111\u0110" or bool(MARKS & set(unicodedata.normalize("NFD", letter)))


def vietnamese_in_code(name: str, text: str) -> list[str]:
    """The lines of a file with Vietnamese letters, wherever they stand; a cited instrument is left alone."""
    return [
        f"{name}:{number}: {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        if any(map(is_vietnamese, INSTRUMENT.sub("", line)))
    ]


def test_no_vietnamese_stands_in_python() -> None:
    assert [fault for name, text in tree.python_code() for fault in vietnamese_in_code(name, text)] == []


@pytest.mark.parametrize("word", ["h\u1ed3 s\u01a1", "\u0111\u1ea1t", "xa\u0303", "ph\u01b0\u1eddng", "QĐ và"])
def test_planted_vietnamese_is_found(word: str) -> None:
    text = f'x = 1\ny = "{word}"\n'
    assert vietnamese_in_code("web/x.py", text) == [f'web/x.py:2: y = "{word}"']


def test_a_cited_instrument_and_plain_signs_are_left_alone() -> None:
    assert vietnamese_in_code("web/x.py", "# QĐ 510/2009, NĐ 30/2020, art. 5 § 2 → “x” × 2 …\n") == []


# --- one form of each letter ---------------------------------------------------------------------


def decomposed_lines(name: str, text: str) -> list[str]:
    """The lines of a text that are not in NFC."""
    lines = enumerate(text.splitlines(), 1)
    return [f"{name}:{number}" for number, line in lines if not unicodedata.is_normalized("NFC", line)]


def test_texts_that_people_read_are_in_nfc() -> None:
    read_by_people = tree.texts("dossier_schemas", "web/templates")
    assert [fault for name, text in read_by_people for fault in decomposed_lines(name, text)] == []


def test_a_planted_decomposed_letter_is_found() -> None:
    assert decomposed_lines("x.json", "xã\n" + unicodedata.normalize("NFD", "xã")) == ["x.json:2"]
