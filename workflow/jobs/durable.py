"""Jobs over DBOS: queue and schedules in a database of their own, apart from the application's and its migrations.

DBOS is one to a process, and threads do not survive a fork: start it in the process that is to work.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID

from workflow.jobs.runner import Counts, Job, run

VERSION = "hoso-jobs-1"
"""Stays the same when code changes, so that work left by an older program is picked up. Raised when jobs change so
that what is queued no longer makes sense.
"""

QUEUE = "hoso"
SCHEMA = "hoso_jobs"
"""On PostgreSQL."""

ZONE = "Asia/Ho_Chi_Minh"
KEPT = timedelta(days=7)
"""How long it stays known which tick was done."""

TIDY = "tidy"
_TIDIED_AT_ONCE = 1_000
_JOBS: dict[str, Job] = {}
"""The jobs of the runner that was started: what DBOS calls by name after a restart must be found from a module."""


@DBOS.step(name="hoso_do")
def _do(name: str) -> Counts | None:
    return run(_JOBS[name])


@DBOS.workflow(name="hoso_job")
def _job(_at: datetime, name: str) -> None:
    if name in _JOBS:  # a schedule may outlive its job
        _do(name)


class Durable:
    """Runs jobs in the background of this process. ``worker``: a name that stays the same over a restart."""

    def __init__(self, jobs: Iterable[Job], *, url: str, worker: str, polling: float = 1.0) -> None:
        self._jobs = (*jobs, Job(TIDY, "45 3 * * *", _tidy))
        self._polling = polling
        self._config = DBOSConfig(
            name="hoso",
            system_database_url=url,
            dbos_system_schema=SCHEMA,
            application_version=VERSION,
            executor_id=worker,
            log_level="ERROR",
            use_listen_notify=False,
        )

    def start(self) -> None:
        """Open the database of the jobs, finish what this worker left, and follow the schedules."""
        _JOBS.update((job.name, job) for job in self._jobs)
        DBOS(config=self._config)
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=self._polling)
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": job.name,
                    "workflow_fn": _job,
                    "schedule": job.cron,
                    "context": job.name,
                    "cron_timezone": ZONE,
                    "queue_name": QUEUE,
                }
                for job in self._jobs
            ]
        )

    def enqueue(self, name: str, *, key: str) -> None:
        """Run a job as soon as can be; among all workers once for a key."""
        job = _JOBS[name]
        with SetWorkflowID(f"asked-{job.name}-{key}"):
            DBOS.enqueue_workflow(QUEUE, _job, datetime.now(UTC), job.name)

    def is_idle(self) -> bool:
        """Whether nothing waits and nothing runs, here or with another worker."""
        return not DBOS.list_workflows(status=["PENDING", "ENQUEUED"], limit=1)

    def wait(self, seconds: float) -> bool:
        """Wait until nothing waits or runs, at most so long; whether it came to that."""
        ends = time.monotonic() + seconds
        while not self.is_idle():
            if time.monotonic() > ends:
                return False
            time.sleep(self._polling / 4)
        return True

    def stop(self) -> None:
        """End; what is being done is finished by the next start under the same name."""
        DBOS.destroy(workflow_completion_timeout_sec=10)
        _JOBS.clear()


def _tidy() -> Counts:
    """Forget ticks that were done a week ago."""
    before = (datetime.now(UTC) - KEPT).isoformat()
    removed = 0
    while True:
        old: list[Any] = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            end_time=before,
            limit=_TIDIED_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if not old:
            return {"removed": removed}
        DBOS.delete_workflows([one.workflow_id for one in old])
        removed += len(old)
