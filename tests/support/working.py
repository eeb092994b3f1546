"""A program that runs one job in the background, for tests that kill it or start two of it.

    python -m tests.support.working <jobs database url> <worker> <folder> [key ...]

The job writes a line when it begins and one when it is done; while a file ``slow`` stands in the folder it takes a
minute in between. The program ends when nothing waits or runs.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from workflow.jobs.durable import Durable
from workflow.jobs.runner import Counts, Job

NEVER = "0 0 29 2 *"


def main() -> None:
    url, worker, folder, *keys = sys.argv[1:]
    place = Path(folder)

    def note(words: str) -> None:
        with (place / "log").open("a", encoding="utf-8") as log:
            log.write(f"{words} {worker} {os.getpid()}\n")

    def work() -> Counts:
        note("began")
        if (place / "slow").exists():
            time.sleep(60)
        note("done")
        return {}

    runner = Durable([Job("work", NEVER, work)], url=url, worker=worker, polling=0.1)
    runner.start()
    for key in keys:
        runner.enqueue("work", key=key)
    ended = runner.wait(60)
    runner.stop()
    sys.exit(0 if ended else 1)


if __name__ == "__main__":
    main()
