"""The validators of papers: one verdict of two on mutated papers, and what judging one costs.

    python -m benchmarks.papers [--count 10000] [--seed 20261212]

``jsonschema-rs`` accepts, ``jsonschema`` is the reference and explains. Every valid fixture is mutated in turn, one to
three changes each; a disagreement is printed whole and ends the command with 1. Times are the least of several rounds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

from benchmarks.life import papers_of
from tests.unit.definitions.test_schemas_agree import SCHEMAS, disagreements
from workflow.definitions import strict_json

ROUNDS, TURNS = 20, 50


def microseconds(work: Callable[[], object]) -> float:
    """What one call costs, in the quickest of the rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(TURNS):
            work()
        best = min(best, (time.perf_counter() - began) / TURNS)
    return round(best * 1e6, 1)


def costs() -> dict[str, dict[str, float]]:
    """Of each paper of a life: read and accepted, read strictly, judged by the reference."""
    found = {}
    for schema_id, raw in papers_of("2026-TD-0001"):
        document = strict_json.read(raw)
        found[schema_id.rpartition("/")[2]] = {
            "bytes": len(raw),
            "accepted_us": microseconds(lambda s=schema_id, r=raw: SCHEMAS.validate(s, r)),  # type: ignore[misc]
            "strict_reading_us": microseconds(lambda r=raw: strict_json.read(r)),  # type: ignore[misc]
            "reference_us": microseconds(lambda s=schema_id, d=document: SCHEMAS.reference_accepts(s, d)),  # type: ignore[misc]
        }
    return found


def main() -> int:
    """Print the verdicts, then the costs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261212)
    wish = parser.parse_args()
    differ, accepted, refused = disagreements(wish.count, wish.seed)
    for schema_id, document in differ:
        print(json.dumps({"schema": schema_id, "document": document}, ensure_ascii=False))
    verdicts = {"mutated": wish.count, "accepted": accepted, "refused": refused, "differ": len(differ)}
    print(json.dumps({"verdicts": verdicts, "costs": costs()}), flush=True)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
