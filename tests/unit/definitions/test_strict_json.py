"""One text, one meaning: what the strict reader refuses, what it makes normal, and the canonical spelling."""

from __future__ import annotations

import json
import random
import unicodedata
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import papers
from workflow.definitions import strict_json
from workflow.definitions.strict_json import JsonRefused, Limits, canonical, digest, normalise, read, read_quickly

REFUSED = [
    (b'{"a": 1, "a": 2}', "json.duplicate_key"),
    (b'{"a": {"b": 1, "b": 1}}', "json.duplicate_key"),
    ('{"\u00ea": 1, "e\u0302": 2}'.encode(), "json.duplicate_key"),
    (b'{"a": NaN}', "json.not_a_number"),
    (b'{"a": Infinity}', "json.not_a_number"),
    (b'{"a": -Infinity}', "json.not_a_number"),
    (b'{"a": 1e400}', "json.not_a_number"),
    (b'{"a": 9999999999999999999999999}', "json.number_too_long"),
    (b'{"a": 0.1234567890123456789012345}', "json.number_too_long"),
    (b'{"a": 1e300}', "json.number_too_long"),
    (b'{"a": "\\ud800"}', "json.lone_surrogate"),
    (b'{"\\udfff": 1}', "json.lone_surrogate"),
    (b'{"a": "x\\u0000y"}', "json.control_character"),
    (b'{"a": "x\\u0008y"}', "json.control_character"),
    ('{"a": "\u202egnort\u202c"}'.encode(), "json.control_character"),
    ('{"a": "\u2066x"}'.encode(), "json.control_character"),
    (b'{"a": "x\x7f"}', "json.control_character"),
    ('{"a": "x\u0085y"}'.encode(), "json.control_character"),
    ('{"a": "x\u2028y"}'.encode(), "json.control_character"),
    (b'\xef\xbb\xbf{"a": 1}', "json.byte_order_mark"),
    (b'{"a": "\xff"}', "json.not_utf8"),
    ('{"a": 1}'.encode("utf-16"), "json.not_utf8"),
    (b'{"a": "\xed\xa0\x80"}', "json.not_utf8"),
    (b"", "json.malformed"),
    (b'{"a": 1,}', "json.malformed"),
    (b"{'a': 1}", "json.malformed"),
    (b'{"a": 01}', "json.malformed"),
    (b'{"a": 1} {"b": 2}', "json.malformed"),
    (b'{"a": "x\ny"}', "json.malformed"),
    (b"[" * 40 + b"]" * 40, "json.too_deep"),
    (b"[" * 100_000, "json.too_deep"),
    (b"[" + b"0," * 30_000 + b"0]", "json.too_many_values"),
    (b'"' + b"a" * 1_048_576 + b'"', "json.too_large"),
]


@pytest.mark.parametrize(("raw", "code"), REFUSED, ids=range(len(REFUSED)))
def test_read_refuses(raw: bytes, code: str) -> None:
    with pytest.raises(JsonRefused) as refused:
        read(raw)
    assert refused.value.code == code


@pytest.mark.parametrize("raw", [raw for raw, _ in REFUSED], ids=range(len(REFUSED)))
def test_what_is_refused_never_passes_quickly(raw: bytes) -> None:
    quick = read_quickly(raw)
    if quick is not None:  # depth and number of values are left to the schemas, which bound both
        assert read(raw, Limits(max_depth=1_000, max_values=1_000_000, max_number=400)) == quick


def test_a_malformed_text_says_where() -> None:
    with pytest.raises(JsonRefused) as refused:
        read(b'{\n  "a": 1,\n}')
    assert (refused.value.facts["line"], refused.value.facts["column"]) == (3, 1)


def test_limits_are_inclusive() -> None:
    limits = Limits(max_bytes=9, max_depth=2, max_values=4, max_number=3)
    assert read(b"[[1],123]", limits) == [[1], 123]
    for raw, code in ((b"[[1], 123]", "too_large"), (b"[[[]]]", "too_deep"), (b"[1,2,3,4]", "too_many_values")):
        with pytest.raises(JsonRefused, match=code):
            read(raw, limits)
    with pytest.raises(JsonRefused, match="number_too_long"):
        read(b"[1234]", limits)


def test_strings_become_nfc_with_plain_line_ends() -> None:
    raw = '{"a": "Vi\u0065\u0323\u0302t\\r\\nNam\\rx\\ty"}'.encode()
    assert read(raw) == {"a": "Việt\nNam\nx\ty"}


def test_whole_numbers_become_integers() -> None:
    found: Any = read(b"[9.0, -0.0, 1e2, 7.5, 2]")
    assert [(value, type(value)) for value in found] == [(9, int), (0, int), (100, int), (7.5, float), (2, int)]


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {1, 2}}, [Decimal(1)], b"x", object()])
def test_what_json_has_not_is_refused(value: object) -> None:
    with pytest.raises(JsonRefused, match="unknown_type"):
        normalise(value)


def test_a_document_that_holds_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    for act in (normalise, canonical, digest):
        with pytest.raises(JsonRefused, match="too_deep"):
            act(loop)


# --- the quick reader ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", papers.files("valid"), ids=papers.name_of)
def test_the_quick_reader_reads_what_the_strict_one_reads(path: Any) -> None:
    document = read(path.read_bytes())
    spelt = orjson.dumps(document)
    assert read_quickly(spelt) == document == read(spelt)


def documents(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | numbers | st.text(max_size=8)
    names = st.text(max_size=4)
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4))


ANY = documents(st.integers(-(10**25), 10**25) | st.floats())
OF_A_PAPER = documents(st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9))


@given(OF_A_PAPER, st.booleans())
@settings(max_examples=400, deadline=None)
def test_the_quick_reader_never_says_more_than_the_strict_one(value: object, ascii_only: bool) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":")).encode("utf-8", "surrogatepass")
    quick = read_quickly(raw)
    if quick is not None:
        assert repr(read(raw)) == repr(quick)


def test_mutated_bytes_never_pass_quickly_and_otherwise() -> None:
    chance = random.Random(20260118)  # noqa: S311 - repeatable on purpose
    raws = [orjson.dumps(read(path.read_bytes())) for path in papers.files("valid")]
    passed = 0
    for _ in range(4_000):
        raw = bytearray(chance.choice(raws))
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(raw))
            put = chance.choices(b'{}[]",:0189.E+-\\u\xcc\x81\xe2\x80\xae', k=chance.randint(0, 2))
            raw[place : place + chance.randint(0, 2)] = bytes(put)
        quick = read_quickly(bytes(raw))
        if quick is not None:
            passed += 1
            assert repr(read(bytes(raw))) == repr(quick)
    assert passed > 100


# --- the canonical spelling ----------------------------------------------------------------------


def test_canonical_is_sorted_tight_utf8_nfc() -> None:
    document = {"b": [1, 2.0, True, None], "a": "Vi\u0065\u0323\u0302t", "é": {"y": 7.5, "x": '"\\\n'}}
    expected = '{"a":"Việt","b":[1,2,true,null],"é":{"x":"\\"\\\\\\n","y":7.5}}'
    assert canonical(document) == expected.encode()
    assert unicodedata.is_normalized("NFC", expected)


def test_the_digest_is_the_sha256_of_the_canonical_spelling() -> None:
    assert digest({"b": 1, "a": "đ"}) == digest({"a": "đ", "b": 1.0})
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert digest({"a": 1}) != digest({"a": "1"})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": "\ud800"}, {"a": object()}])
def test_canonical_refuses_what_json_has_not(value: object) -> None:
    with pytest.raises(JsonRefused):
        canonical(value)


@given(ANY)
@settings(max_examples=300, deadline=None)
def test_canonical_spelled_quickly_is_the_same_spelling(value: object) -> None:
    quick = strict_json._spell_quickly(value)
    if quick is not None:
        assert quick == strict_json._spell(value).encode()


@pytest.mark.parametrize("value", [1e16, 1e-7, 0.00001234, 2.0, float("nan"), [None], 1e300, "x2e5"])
def test_numbers_that_could_be_spelled_otherwise_are_not_spelled_quickly(value: object) -> None:
    assert strict_json._spell_quickly(value) is None


@given(ANY)
@settings(max_examples=300, deadline=None)
def test_canonical_reads_back_as_the_normal_document(value: object) -> None:
    try:
        normal = normalise(value)
    except JsonRefused:
        return
    spelt = canonical(value)
    assert read(spelt) == normal
    assert canonical(normal) == spelt
    assert canonical(read(spelt)) == spelt
