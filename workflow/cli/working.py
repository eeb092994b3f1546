"""Commands that keep running: serve (web and jobs together), worker (jobs alone)."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from importlib.metadata import entry_points

import click

from workflow.cli.door import Door, tends
from workflow.cli.exit_codes import UNEXPECTED
from workflow.cli.speech import Usage, say
from workflow.cli.values import TEXT, Whole
from workflow.clock import SystemClock
from workflow.clockwork import jobs_of, run_once, runner_of

SERVERS = "hoso.servers"
"""The group of entry points under which something that serves registers itself; ``workflow`` imports none of it."""


@tends
@click.option("--once", is_flag=True)
def worker(door: Door, *, once: bool) -> int:
    """Run the jobs: by the clock until it is ended, or all of them once."""
    if once:
        done = run_once(door.house)
        door.tell(done, [_line(name, counts) for name, counts in done.items()])
        return UNEXPECTED if None in done.values() else 0
    door.nothing_kept()
    _log()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    runner = runner_of(door.house, "worker")
    runner.start()
    begun = f"{SystemClock().now():%Y-%m-%dT%H:%M}"
    for job in jobs_of(door.house):
        if job.name != "backup":  # only at its hour
            runner.enqueue(job.name, key=begun)
    door.tell({"running": [job.name for job in jobs_of(door.house)]}, [say("cli.worker.running")])
    sys.stdout.flush()
    ended.wait()
    runner.stop()
    return 0


def _line(name: str, counts: object) -> str:
    if counts is None:
        return say("cli.worker.failed", job=say(f"cli.job.{name}"))
    told = counts if isinstance(counts, dict) else {}
    worth = ", ".join(f"{key} {count}" for key, count in told.items() if count)
    return say("cli.worker.done", job=say(f"cli.job.{name}"), counts=worth or say("cli.worker.nothing"))


def _log() -> None:
    """What jobs did, to standard error: names, numbers, kinds of error."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("hoso").setLevel(logging.INFO)


@tends
@click.option("--host", type=TEXT, default="127.0.0.1")
@click.option("--port", type=Whole(1, 65535), default=8000)
@click.option("--threads", type=Whole(1, 64), default=4)
@click.option("--no-jobs", is_flag=True)
def serve(door: Door, *, host: str, port: int, threads: int, no_jobs: bool) -> None:
    """Serve the web application, and run the jobs in the same process."""
    door.nothing_kept()
    found = sorted(entry_points(group=SERVERS), key=lambda one: one.name)
    if not found:
        raise Usage("cli.usage.no_server")
    _log()
    found[0].load()(door.house, host=host, port=port, threads=threads, jobs=not no_jobs)


COMMANDS = (worker, serve)
