"""Jobs by name, and whoever runs them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

LOG = logging.getLogger("hoso.jobs")

Counts = Mapping[str, int]
"""What a job did, in numbers."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: it may run again at any time, and be cut off anywhere. ``cron``: when, in Vietnam's time."""

    name: str
    cron: str
    do: Callable[[], Counts]


class JobRunner(Protocol):
    """Whoever runs jobs."""

    def start(self) -> None:
        """Begin to run what is scheduled and what was left unfinished."""

    def enqueue(self, name: str, *, key: str) -> None:
        """Run a job as soon as can be, once for a key. Raises KeyError for a job that is not known."""

    def stop(self) -> None:
        """End; what is being done is left to the next start."""


class Inline:
    """Runs a job where it is asked for, in this process, and nothing by the clock: for tests and for one round."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._done: set[str] = set()

    def start(self) -> None:
        """Nothing runs by itself."""

    def enqueue(self, name: str, *, key: str) -> None:
        """Run the job now, unless the key was seen."""
        job = self._jobs[name]
        if key not in self._done:
            self._done.add(key)
            run(job)

    def round(self) -> dict[str, Counts | None]:
        """Every job once, in order; of each what it did, None where it failed."""
        return {job.name: run(job) for job in self._jobs.values()}

    def stop(self) -> None:
        """Nothing runs."""


def run(job: Job) -> Counts | None:
    """Do a job; None when it failed. The log names job, time and kind of error, never what an error says: a driver's
    message may hold personal values. The next tick is the next try.
    """
    began = time.monotonic()
    try:
        done = job.do()
    except Exception as error:  # noqa: BLE001 - a job that fails must not end the runner
        LOG.error("job %s failed: %s", job.name, type(error).__name__)  # noqa: TRY400 - no traceback, see above
        return None
    worth = " ".join(f"{name}={count}" for name, count in done.items() if count)
    LOG.info("job %s done in %.2f s%s", job.name, time.monotonic() - began, f": {worth}" if worth else "")
    return done
