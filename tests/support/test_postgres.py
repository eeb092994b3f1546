"""The throw-away PostgreSQL is what it says: PostgreSQL, fresh for each test, and gone afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres


def is_running(pid: int) -> bool:
    """Whether a process runs; one that ended and was not collected yet does not."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def has_gone(server: postgres.Server, within: float = 15) -> bool:
    """Whether server, keeper and folder are gone within so many seconds."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not is_running(server.postmaster) and not is_running(server.keeper) and not Path(server.folder).exists():
            return True
        time.sleep(0.05)
    return False


def test_pg_database_is_a_real_postgresql_in_utf8(pg_database: str) -> None:
    with psycopg.connect(postgres.driver_url(pg_database)) as connection:
        version = connection.execute("SHOW server_version_num").fetchone()
        encoding = connection.execute("SHOW server_encoding").fetchone()
    assert version is not None
    assert int(version[0]) >= 150_000
    assert encoding == ("UTF8",)


def test_pg_database_starts_empty_each_time(postgres_url: str) -> None:
    for _time in range(2):
        with (
            postgres.fresh_database(postgres_url) as url,
            psycopg.connect(postgres.driver_url(url)) as connection,
        ):
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            assert tables == []
            connection.execute("CREATE TABLE left_behind (id int)")


def test_fresh_database_is_dropped_although_a_connection_is_open(postgres_url: str) -> None:
    with postgres.fresh_database(postgres_url) as url:
        name = url.rsplit("/", 1)[1]
        open_still = psycopg.connect(postgres.driver_url(url))
    with psycopg.connect(postgres.driver_url(postgres_url)) as connection:
        left = connection.execute("SELECT datname FROM pg_database WHERE datname = %s", (name,)).fetchall()
    open_still.close()
    assert left == []


def test_fresh_database_copies_a_template(postgres_url: str) -> None:
    with postgres.fresh_database(postgres_url) as original:
        with psycopg.connect(postgres.driver_url(original)) as connection:
            connection.execute("CREATE TABLE made_before (id int)")
        template = original.rsplit("/", 1)[1]
        with (
            postgres.fresh_database(postgres_url, template=template) as copy,
            psycopg.connect(postgres.driver_url(copy)) as connection,
        ):
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("made_before",)]


def test_database_url_is_each_make_in_turn(database_url: str, request: pytest.FixtureRequest) -> None:
    assert (
        database_url.split(":")[0]
        == {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[request.node.callspec.params["database_url"]]
    )


def test_server_is_shared_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with postgres.shared_server(tmp_path) as first:
        with postgres.shared_server(tmp_path) as second:
            assert second == first
        assert is_running(first.postmaster)
        assert is_running(first.keeper)
        with psycopg.connect(postgres.driver_url(first.url)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    postgres.wait_until_stopped(tmp_path)
    assert has_gone(first)


USER_OF_THE_SERVER = """
import pathlib, sys, time
from tests.support import postgres
with postgres.shared_server(pathlib.Path(sys.argv[1])):
    print("using", flush=True)
    time.sleep(600)
"""


def test_server_stops_when_its_only_user_is_killed(tmp_path: Path) -> None:
    user = subprocess.Popen(
        [sys.executable, "-c", USER_OF_THE_SERVER, str(tmp_path)],
        cwd=postgres.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout is not None
    with user.stdout:
        assert user.stdout.readline() == "using\n"
    server = postgres.Server(**json.loads((tmp_path / "server.json").read_text()))
    assert is_running(server.postmaster)
    user.send_signal(signal.SIGKILL)
    user.wait(10)
    assert has_gone(server)


def test_server_that_cannot_start_tells_why(tmp_path: Path) -> None:
    (tmp_path / "server.new").mkdir()  # stands where the keeper writes its note
    with (
        pytest.raises(RuntimeError, match=r"did not start(.|\n)*server\.new"),
        postgres.shared_server(tmp_path),
    ):
        pass
    assert not (tmp_path / "server.json").exists()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("postgresql://a:b@h:1/x", "postgresql+psycopg://a:b@h:1/x"),
        ("postgresql+psycopg://h/x?sslmode=disable", "postgresql+psycopg://h/x?sslmode=disable"),
        ("", None),
    ],
)
def test_server_named_outside_becomes_a_sqlalchemy_url(given: str, wanted: str | None) -> None:
    assert postgres.server_named_outside({"HOSO_TEST_PG_URL": given}) == wanted


def test_server_named_outside_refuses_another_make() -> None:
    with pytest.raises(ValueError, match="must be a postgresql:// URL"):
        postgres.server_named_outside({"HOSO_TEST_PG_URL": "mysql://h/x"})


def test_with_database_keeps_the_query() -> None:
    url = postgres.with_database("postgresql+psycopg://u@h:1/postgres?sslmode=disable", "other")
    assert url == "postgresql+psycopg://u@h:1/other?sslmode=disable"
