"""Jobs in the background, in a database of their own: a killed worker's work is finished, two workers share it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import fresh_database
from tests.support.tree import ROOT
from workflow.jobs.durable import SCHEMA


@pytest.fixture(params=["sqlite", "postgresql"])
def jobs_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty place for the jobs."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'jobs.sqlite'}"
        return
    with fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def start(url: str, worker: str, folder: Path, *keys: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.support.working", url, worker, str(folder), *keys]
    return subprocess.Popen(command, cwd=ROOT)


def lines(folder: Path) -> list[str]:
    log = folder / "log"
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def words(folder: Path) -> list[str]:
    return [line.split()[0] for line in lines(folder)]


def until_begun(folder: Path) -> None:
    ends = time.monotonic() + 60
    while "began" not in words(folder):
        assert time.monotonic() < ends, "the job never began"
        time.sleep(0.05)


def test_work_of_a_killed_worker_is_finished_after_a_restart(jobs_url: str, tmp_path: Path) -> None:
    (tmp_path / "slow").touch()
    worker = start(jobs_url, "one", tmp_path, "a")
    until_begun(tmp_path)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(30)
    (tmp_path / "slow").unlink()
    assert start(jobs_url, "one", tmp_path, "a").wait(90) == 0
    assert words(tmp_path) == ["began", "began", "done"]  # asked for again under the same key: once all the same


def test_two_workers_do_each_job_once(jobs_url: str, tmp_path: Path) -> None:
    keys = [str(number) for number in range(12)]
    first = start(jobs_url, "one", tmp_path, *keys)
    second = start(jobs_url, "two", tmp_path, *keys)
    assert (first.wait(90), second.wait(90)) == (0, 0)
    assert words(tmp_path).count("done") == len(keys)


def test_jobs_keep_a_schema_of_their_own(postgres_url: str, tmp_path: Path) -> None:
    with fresh_database(postgres_url) as url:
        assert start(url, "one", tmp_path, "a").wait(90) == 0
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            rows = connection.execute(
                "SELECT DISTINCT table_schema FROM information_schema.tables "
                "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
    assert [row[0] for row in rows] == [SCHEMA]


TIDYING = """
import sys
from datetime import timedelta
from dbos import DBOS
from workflow.jobs import durable
from workflow.jobs.runner import Job
if __name__ == "__main__":
    durable.KEPT = timedelta(seconds=-60)
    runner = durable.Durable([Job("work", "0 0 29 2 *", dict)], url=sys.argv[1], worker="one", polling=0.1)
    runner.start()
    for key in "abc":
        runner.enqueue("work", key=key)
    assert runner.wait(60)
    before = len(DBOS.list_workflows(workflow_id_prefix="asked-work"))
    runner.enqueue("tidy", key="now")
    assert runner.wait(60)
    print(before, len(DBOS.list_workflows(workflow_id_prefix="asked-work")))
    runner.stop()
"""
"""Everything done counts as done a week ago."""


def test_ticks_done_a_week_ago_are_forgotten(jobs_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TIDYING, jobs_url], cwd=ROOT, capture_output=True, timeout=90, check=True
    )
    assert done.stdout.split() == [b"3", b"0"]
