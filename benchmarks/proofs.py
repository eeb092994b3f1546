"""The long proofs, each by one command; one JSON line each, and a failing exit code when anything was found.

    python -m benchmarks.proofs lives [--count 10000] [--steps 30] [--seed 0]
    python -m benchmarks.proofs tampering [--count 1000] [--database sqlite postgresql]

``lives``: random lives of the shipped kinds against ``tests.support.oracle``, half of them of each. ``tampering``: the
random changes of ``tests.integration.test_verification``. Small versions run in the suite.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.definitions import shipped
from tests.integration.test_verification import fill, random_tamperings
from tests.support.oracle import Oracle, disagreement
from tests.support.postgres import fresh_database, shared_server
from tests.support.tampering import Tamperer
from tests.unit.domain.walks import Walk
from workflow.storage import schema
from workflow.storage.database import Database
from workflow.storage.files import FileStore
from workflow.storage.statements import POSTGRESQL, SQLITE

COUNTS = {"lives": 10_000, "tampering": 1_000}
AT = datetime(2026, 1, 5, 2, tzinfo=UTC)
Found = tuple[int, list[str]]
"""How often something was tried, and what was wrong."""


def lives(count: int, *, steps: int = 30, seed: int = 0) -> Found:
    """Random lives beside the oracle; a failure names kind, seed and step."""
    tries, wrong = 0, []
    oracles = {code: Oracle(shipped.LAW / "kinds" / code / "v1" / "kind.json") for code in shipped.KINDS}
    for number in range(seed, seed + count):
        code = shipped.KINDS[number % len(shipped.KINDS)]
        walk = Walk(shipped.kind(code), Random(number))
        for step in range(steps):
            tried = walk.attempt()
            tries += tried.what == "move"
            found = disagreement(oracles[code], walk, tried)
            if found:
                wrong.append(f"{code} seed {number} step {step}: {found}")
                break
    return tries, wrong


def tampering(url: str, count: int, seed: int) -> Found:
    """Random tamperings of the raw journal; names of those that were not found."""
    schema.create(url, at=AT).close()
    database = Database.open(url)
    fill(database, FileStore.open("memory:"))
    tamperer = Tamperer(database)
    try:
        return count, random_tamperings(database, tamperer, count, seed=seed)
    finally:
        tamperer.close()
        database.close()


def run(what: str, count: int, seed: int, steps: int, makes: list[str]) -> Iterator[dict[str, Any]]:
    """The figures of one proof, one line for each database it runs on."""
    command = f"python -m benchmarks.proofs {what} --count {count} --seed {seed}"
    if what == "lives":
        began = time.perf_counter()
        tries, wrong = lives(count, steps=steps, seed=seed)
        yield _line(what, seed, tries, wrong, began, "none", f"{command} --steps {steps}") | {"lives": count}
        return
    for make in makes:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hoso-proof-")))
            url = f"sqlite:///{folder / 'proof.sqlite'}"
            if make == POSTGRESQL:
                (folder / "server").mkdir()
                url = stack.enter_context(fresh_database(stack.enter_context(shared_server(folder / "server")).url))
            began = time.perf_counter()
            tries, wrong = tampering(url, count, seed)
            yield _line(what, seed, tries, wrong, began, make, f"{command} --database {make}")


def _line(what: str, seed: int, tries: int, wrong: list[str], began: float, make: str, command: str) -> dict[str, Any]:
    return {
        "proof": what,
        "database": make,
        "seed": seed,
        "tries": tries,
        "failures": len(wrong),
        "first_failures": wrong[:5],
        "seconds": round(time.perf_counter() - began, 1),
        "command": command,
    }


def main() -> int:
    """Run one proof; 1 when something was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=sorted(COUNTS))
    parser.add_argument("--count", type=int)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--database", nargs="+", default=[SQLITE, POSTGRESQL], choices=[SQLITE, POSTGRESQL])
    wish = parser.parse_args()
    failed = False
    for line in run(wish.what, wish.count or COUNTS[wish.what], wish.seed, wish.steps, wish.database):
        print(json.dumps(line, ensure_ascii=False), flush=True)
        failed = failed or bool(line["failures"])
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
