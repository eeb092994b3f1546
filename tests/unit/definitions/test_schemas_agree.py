"""One verdict of two validators, whatever is done to a paper, and no paper that costs more than a moment."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support import papers
from workflow.definitions.schemas import PaperInvalid, explain, paper_schema_id
from workflow.wording import Wording

SCHEMAS = papers.shipped()
REGISTRATION = paper_schema_id("dien_hinh", 1, "registration")
SELF_SCORE = paper_schema_id("dien_hinh", 1, "self_score")
MINUTES = paper_schema_id("dien_hinh", 1, "minutes")
SUBMISSION = paper_schema_id("dien_hinh", 1, "submission_letter")

# --- one verdict ---------------------------------------------------------------------------------

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 1.0, 1.5, 2026, 10**9, 1e300, "", " ", "\u00a0", "x", "F1", "F1\n", "thpt", "co_quan",
    "2026-02-30", "0000-01-01", "2024-02-29", "2026-12-09T15:30:00+07:00", "2026-12-09T24:00:00Z",
    "2026-12-09t15:30:00z", "2026-12-09T23:59:60Z", "lift", "not_maintained", "41/BB-UBND", "41/BB-UBND\n",
    "x" * 301, "đ" * 300, "a\nb", "٣", "3" * 64, [], {}, [1], [[]], {"a": 1},
    {"from": "2026-01-01", "to": "2026-01-02"}, ["2026-DH-0001", "2026-DH-0001"],
]  # fmt: skip
ADDED = ["extra", "reason", "met", "points", "ground", "number", "school_level"]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in members:
        yield from places(item, (*at, key))


def mutated(document: Any, chance: random.Random) -> Any:
    """A copy with one to three changes: a value swapped, taken away, doubled, or a member added."""
    document = copy.deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        there = [place for place in places(document) if place]
        if not there:  # a short paper may have lost all it had
            break
        *way, last = chance.choice(there)
        holder = document
        for key in way:
            holder = holder[key]
        act = chance.randrange(6)
        if act == 0:
            del holder[last]
        elif act == 1 and isinstance(holder, list):
            holder.insert(last, copy.deepcopy(holder[last]))
        elif act == 2 and isinstance(holder, dict):
            holder[chance.choice(ADDED)] = chance.choice(ODD)
        elif act == 3 and isinstance(holder[last], str):
            holder[last] += chance.choice([" ", "\n", "9", "x" * 300, "é"])
        else:
            holder[last] = copy.deepcopy(chance.choice(ODD))
    return document


def disagreements(count: int, seed: int) -> tuple[list[Any], int, int]:
    """Mutated documents on which the validators differ; how many were accepted; how many refused."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    bases = [(papers.schema_of(path), json.loads(path.read_bytes())) for path in papers.files("valid")]
    differ, verdicts = [], [0, 0]
    for turn in range(count):
        schema_id, base = bases[turn % len(bases)]
        document = mutated(base, chance)
        fast = SCHEMAS.accepts(schema_id, document)
        verdicts[fast] += 1
        if fast is not SCHEMAS.reference_accepts(schema_id, document) or fast is not explained(schema_id, document):
            differ.append((schema_id, document))
    return differ, verdicts[True], verdicts[False]


def explained(schema_id: str, document: Any) -> bool:
    """Whether validate_document takes it; that it says why not, in sentences, is checked by the way."""
    try:
        SCHEMAS.validate_document(schema_id, document)
    except PaperInvalid as refused:
        codes = {explain(fault, SCHEMAS)[0] for fault in refused.errors}
        assert codes <= KNOWN, codes - KNOWN
        return False
    return True


KNOWN = Wording().codes() - {"paper.undecided"}


def test_both_validators_agree_on_two_thousand_mutated_papers() -> None:
    differ, accepted, refused = disagreements(2_100, seed=20260120)
    assert differ == []
    assert accepted > 100
    assert refused > 1_000


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_both_validators_agree_on_ten_thousand_mutated_papers() -> None:
    differ, accepted, refused = disagreements(10_500, seed=20261212)
    assert differ == []
    assert accepted + refused == 10_500


# --- bounded time --------------------------------------------------------------------------------

MEBIBYTE = 1_048_576
ROW = {"criterion": "1", "points": 1}
ITEM = {"dossier": "2026-DH-0001", "votes_for": 1, "votes_against": 0, "votes_other": 0, "not_voting": 0}
HOSTILE: dict[str, tuple[str, Callable[[], Any]]] = {
    "many numbers": (SELF_SCORE, lambda: {"rows": [0] * 29_000}),
    "too many numbers": (SELF_SCORE, lambda: {"rows": [0] * 340_000}),
    "many empty rows": (SELF_SCORE, lambda: {"rows": [{}] * 29_000}),
    "too many empty rows": (SELF_SCORE, lambda: {"rows": [{}] * 260_000}),
    "many right rows": (SELF_SCORE, lambda: {"rows": [ROW] * 9_000}),
    "many unknown fields": (SELF_SCORE, lambda: {f"k{place}": 1 for place in range(29_000)}),
    "long unknown fields": (SELF_SCORE, lambda: {"a" * place: 1 for place in range(1, 1_400)}),
    "wrong rows within rows": (SELF_SCORE, lambda: {"rows": [{**ROW, "evidence": [{"files": ["x"]}] * 20}] * 200}),
    "big things in the place of rows": (SELF_SCORE, lambda: {"rows": ["x" * 5_000] * 200}),
    "the same dossier again and again": (SUBMISSION, lambda: {"dossiers": ["2026-DH-0001"] * 29_000}),
    "the same item again and again": (MINUTES, lambda: {"items": [ITEM] * 4_000}),
    "blanks": (SELF_SCORE, lambda: {"scorer_office": " " * 1_000_000}),
    "one long line with an end": (SELF_SCORE, lambda: {"scorer_office": "a" * 1_000_000 + "\n"}),
    "a long number of a paper": (REGISTRATION, lambda: {"number": "1/A" + "-A" * 500_000}),
    "a long date": (SELF_SCORE, lambda: {"scored_on": "2" * 1_000_000}),
    "decomposed letters": (SELF_SCORE, lambda: {"scorer_office": "a\u0302\u0301" * 150_000}),
}
SPELT: dict[str, bytes] = {
    "brackets": b"[" * MEBIBYTE,
    "braces": b'{"a":' * (MEBIBYTE // 5),
    "a long number": b'{"a":' + b"9" * 1_000_000 + b"}",
    "escapes": b'{"a":"' + b"\\u0041" * 170_000 + b'"}',
    "the same key": b"{" + b'"a":1,' * 170_000 + b'"a":1}',
    "too heavy": b" " * (2 * MEBIBYTE),
    "spaces": b" " * (MEBIBYTE - 2) + b"{}",
}
BUDGET = 0.2  # seconds of this process


def fastest(schema_id: str, raw: bytes) -> float:
    """The least processor time of three refusals, so that a busy machine does not decide."""
    times = []
    for _ in range(3):
        started = time.process_time()
        with pytest.raises(PaperInvalid) as refused:
            SCHEMAS.validate(schema_id, raw)
        times.append(time.process_time() - started)
        assert 1 <= len(refused.value.errors) <= 100
    return min(times)


@pytest.mark.parametrize(("schema_id", "make"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_paper_is_refused_in_bounded_time(schema_id: str, make: Callable[[], Any]) -> None:
    assert fastest(schema_id, json.dumps(make(), separators=(",", ":")).encode()[:MEBIBYTE]) < BUDGET


@pytest.mark.parametrize("raw", SPELT.values(), ids=SPELT)
def test_a_hostile_text_is_refused_in_bounded_time(raw: bytes) -> None:
    assert fastest(SELF_SCORE, raw) < BUDGET


def test_the_largest_right_paper_is_read_in_bounded_time() -> None:
    evidence = [{"label": "Biên bản", "date": "2026-05-20", "kind": "minutes"}] * 20
    rows = [{"criterion": f"{place}", "points": 1, "evidence": evidence} for place in range(200)]
    sheet = papers.valid("dien_hinh", "self_score") | {"rows": rows}
    raw = json.dumps(sheet, ensure_ascii=False).encode()
    started = time.process_time()
    assert SCHEMAS.validate(SELF_SCORE, raw) == sheet
    assert time.process_time() - started < BUDGET


def test_a_validator_of_schemas_is_built_once() -> None:
    started = time.process_time()
    for _ in range(200):
        SCHEMAS.validate_document(REGISTRATION, papers.valid("dien_hinh", "registration"))
    assert time.process_time() - started < 1.0
