"""The jobs of an installation: what each does, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from workflow.jobs.runner import Counts, Job
from workflow.services.cycles import CycleService
from workflow.services.post import PostService
from workflow.services.reminding import RemindService

EVERY_MINUTE = "* * * * *"
EVERY_HOUR = "5 * * * *"
EARLY = "30 0 * * *"
AT_NIGHT = "15 1 * * *"
LATER_AT_NIGHT = "15 2 * * *"


def regular_jobs(
    *,
    province: str,
    post: PostService,
    reminding: RemindService,
    cycles: CycleService,
    count: Callable[[], Counts],
    back_up: Callable[[], Counts] | None,
) -> tuple[Job, ...]:
    """Sweep before reminders, reminders before the post: one round then tells what it found.

    Without a province only the post, the counting and the backup run.
    """

    def send() -> Counts:
        handed_out = post.hand_out()
        found = post.send()
        return {"handed_out": handed_out, "sent": found.sent, "put_off": found.put_off, "dropped": found.dropped}

    jobs = [Job("post", EVERY_MINUTE, send), Job("count", LATER_AT_NIGHT, count)]
    if province:
        jobs = [
            Job("sweep", EARLY, lambda: asdict(cycles.sweep(province))),
            Job("remind", EVERY_HOUR, lambda: asdict(reminding.remind(province))),
            *jobs,
        ]
    if back_up is not None:
        jobs.append(Job("backup", AT_NIGHT, back_up))
    return tuple(jobs)
