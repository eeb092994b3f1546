"""The long proofs, each by one command; one JSON line each; the exit code fails unless all ran and nothing was found.

    python -m benchmarks.proofs lives     [--count 10000] [--steps 30] [--processes 1]
    python -m benchmarks.proofs races     [--count 1000] [--officers 2] [--processes 4] [--database sqlite postgresql]
    python -m benchmarks.proofs kills     [--count 200] [--database sqlite postgresql]
    python -m benchmarks.proofs tampering [--count 1000] [--database sqlite postgresql]
    python -m benchmarks.proofs api       [--count 60]

``--seed`` begins another series. HOSO_TEST_PG_URL names a PostgreSQL; without it one of the proof's own is started.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.proofs.api import api
from benchmarks.proofs.figures import Found, Server, empty_database, line, server
from benchmarks.proofs.kills import kills
from benchmarks.proofs.lives import lives
from benchmarks.proofs.races import races
from benchmarks.proofs.tampering import tampering
from workflow.storage.statements import POSTGRESQL, SQLITE

COUNTS = {"lives": 10_000, "races": 1_000, "kills": 200, "tampering": 1_000, "api": 60}
NO_DATABASE = "none"


def run(wish: argparse.Namespace) -> Iterator[tuple[Found, Mapping[str, object]]]:
    """What was found and its line, one for each database the proof runs on."""
    command = f"python -m benchmarks.proofs {wish.what} --count {wish.count} --seed {wish.seed}"
    began = time.perf_counter()
    if wish.what == "lives":
        found = lives(wish.count, steps=wish.steps, seed=wish.seed, processes=wish.processes or 1)
        yield found, line(wish.what, NO_DATABASE, found, began, f"{command} --steps {wish.steps}")
        return
    if wish.what == "api":
        with tempfile.TemporaryDirectory(prefix="hoso-proof-") as made:
            found = api(wish.count, Path(made), seed=wish.seed)
        yield found, line(wish.what, SQLITE, found, began, command)
        return
    for make in wish.database:
        began = time.perf_counter()
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hoso-proof-")))
            try:
                running = stack.enter_context(server(make, folder))
            except RuntimeError as error:
                found = Found(not_run=[str(error)])
            else:
                found = _on(wish, running, folder)
        yield found, line(wish.what, make, found, began, f"{command} --database {make}")


def _on(wish: argparse.Namespace, running: Server | None, folder: Path) -> Found:
    if wish.what == "kills":
        return kills(running, folder, wish.count, seed=wish.seed)
    with empty_database(running, folder) as url:
        if wish.what == "tampering":
            return tampering(url, wish.count, seed=wish.seed)
        processes = wish.processes or 4
        return races(url, folder, wish.count, officers=wish.officers, processes=processes, seed=wish.seed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one proof; 1 when something was found or could not run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=list(COUNTS))
    parser.add_argument("--count", type=int)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--officers", type=int, default=2)
    parser.add_argument("--processes", type=int)
    parser.add_argument("--database", nargs="+", default=[SQLITE, POSTGRESQL], choices=[SQLITE, POSTGRESQL])
    wish = parser.parse_args(arguments)
    wish.count = wish.count or COUNTS[wish.what]
    failed = False
    for found, told in run(wish):
        print(json.dumps(told, ensure_ascii=False), flush=True)
        failed = failed or not found.ok
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
