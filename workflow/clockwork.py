"""What runs by the clock in an installation: its jobs, joined with the house, and whoever runs them."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from workflow.jobs.regular import regular_jobs
from workflow.jobs.runner import Counts, Inline, Job, JobRunner
from workflow.storage import nightly
from workflow.storage.state_proof import verify_counts

if TYPE_CHECKING:
    from pathlib import Path

    from workflow.bootstrap import House


def jobs_of(house: House) -> tuple[Job, ...]:
    """The jobs of an installation, in the order of one round."""
    folder = house.settings.backups
    return regular_jobs(
        province=house.settings.province,
        post=house.post,
        reminding=house.reminding,
        cycles=house.cycles,
        count=lambda: _count(house),
        back_up=None if folder is None else lambda: _back_up(house, folder),
    )


def runner_of(house: House, role: str) -> JobRunner:
    """Whoever runs these jobs in the background; ``role`` tells workers of one machine apart."""
    from workflow.jobs.durable import Durable  # noqa: PLC0415 - takes half a second, and few processes run jobs

    worker = house.settings.worker or f"{platform.node()}-{role}"
    return Durable(jobs_of(house), url=house.settings.jobs_database(), worker=worker)


def run_once(house: House) -> dict[str, Counts | None]:
    """Every job once, here and now; of each what it did, None where it failed."""
    return Inline(jobs_of(house)).round()


def _count(house: House) -> Counts:
    """Compare what is counted with what is there; the administrator is told of a difference, once a day."""
    faults = len(verify_counts(house.database).faults)
    if faults:
        house.reminding.tell_admin(house.settings.province, "notice.counts", count=faults)
    return {"differences": faults}


def _back_up(house: House, folder: Path) -> Counts:
    """One archive a day; the oldest beyond those to be kept are removed."""
    keep = house.settings.backups_kept
    made = nightly.back_up(house.database, house.files, folder, at=house.clock.now(), keep=keep)
    return {"made": int(made.name is not None), "removed": len(made.removed)}
