#!/usr/bin/env python3
"""The one door to every task: sets up `.venv`, then runs the task named.

Needs Python 3.11 or newer and nothing else: only the standard library is imported here.

    python3 dev.py            the list of tasks
    python3 dev.py demo       the main job, set up from nothing
    python3 dev.py test       every test, PostgreSQL and browser included

`demo`, `serve` and `shots` are the web application's (`python -m web`); a task this file does not know goes to the
command line of the engine, `python -m workflow <task>`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
SCRATCH_BYTES = 4 * 1024**3

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = """\
No Chromium was found, and the tests of the pages need one. Do one of these, then run again:
  - Debian or Ubuntu:   apt-get install chromium
  - any system:         {python} -m playwright install chromium
  - a browser you have: HOSO_CHROMIUM=/path/to/chromium python3 dev.py test
The browser tests are never skipped."""


class TaskError(Exception):
    """A task cannot go on; the message tells the reader what to do about it."""


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Say (on standard error) and run one command in the project's folder; CalledProcessError when it fails."""
    words = [str(word) for word in command]
    print("+", *words[:6], *(["..."] if len(words) > 6 else []), file=sys.stderr, flush=True)
    subprocess.run(words, check=True, cwd=ROOT, env=env)


# --- the virtual environment ---------------------------------------------------------------------


def lock_stamp(lock: Path) -> str:
    """What decides whether an environment is up to date: the lock, pyproject.toml, Python's minor version."""
    digest = hashlib.sha256(lock.read_bytes())
    digest.update((ROOT / "pyproject.toml").read_bytes())
    digest.update(repr(sys.version_info[:2]).encode())
    return digest.hexdigest()


def create_venv() -> None:
    """Make `.venv`; without pip inside where the system lacks ensurepip (Debian without python3-venv)."""
    try:
        run(sys.executable, "-m", "venv", VENV)
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        run(sys.executable, "-m", "venv", "--without-pip", VENV)


def venv_is_usable() -> bool:
    """Whether `.venv` runs and has the minor version of the Python that runs this file."""
    if not PYTHON.exists():
        return False
    probe = [str(PYTHON), "-c", "import sys; print(sys.version_info[:2])"]
    answer = subprocess.run(probe, capture_output=True, text=True, check=False)
    return answer.stdout.strip() == repr(sys.version_info[:2])


def pip_command() -> list[str | Path]:
    """The pip of `.venv`, or the outer pip told to install there."""
    has_own = subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, check=False).returncode == 0
    return [PYTHON, "-m", "pip"] if has_own else [sys.executable, "-m", "pip", "--python", PYTHON]


def set_up(lock_name: str) -> None:
    """Install a lock and the project itself (editable) into `.venv`; does nothing when it is up to date.

    A finished set-up of the larger lock, `dev.txt`, also serves `run.txt`: its pins are a superset.
    """
    good_enough = ("dev.txt",) if lock_name == "dev.txt" else ("run.txt", "dev.txt")
    usable = venv_is_usable()
    for name in good_enough:
        stamp = VENV / f".installed-{name}"
        if usable and stamp.exists() and stamp.read_text() == lock_stamp(ROOT / "requirements" / name):
            return
    if not usable:
        shutil.rmtree(VENV, ignore_errors=True)
        create_venv()
    lock = ROOT / "requirements" / lock_name
    pip = [*pip_command(), "install", "--quiet", "--disable-pip-version-check"]
    # The lock is whole. Left to look for itself, an older pip takes the newest release for an extra (`coverage[toml]`)
    # and then misses its hash, from the day on which a newer one appears.
    run(*pip, "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", lock)
    run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT)
    (VENV / f".installed-{lock_name}").write_text(lock_stamp(lock))


# --- the browser ---------------------------------------------------------------------------------


def playwright_browser() -> str | None:
    """The Chromium that playwright installed for itself, if it did."""
    program = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as browsers: print(browsers.chromium.executable_path)"
    )
    answer = subprocess.run([str(PYTHON), "-c", program], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    return path if answer.returncode == 0 and path and Path(path).exists() else None


def find_browser() -> str | None:
    """HOSO_CHROMIUM, else a Chromium or Chrome on PATH, else playwright's own. None when there is none.

    Raises TaskError when HOSO_CHROMIUM names a file that is not there.
    """
    named = os.environ.get("HOSO_CHROMIUM")
    if named:
        if not Path(named).is_file():
            raise TaskError(f"HOSO_CHROMIUM names {named}, which is not a file.")
        return named
    on_path = (shutil.which(name) for name in BROWSER_NAMES)
    return next((path for path in on_path if path), None) or playwright_browser()


def need_browser() -> str:
    """A Chromium for the tests; playwright is asked to install one when none is found. Raises TaskError."""
    found = find_browser()
    if found:
        return found
    subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"], cwd=ROOT, check=False)
    found = find_browser()
    if found is None:
        raise TaskError(NO_BROWSER.format(python=PYTHON))
    return found


# --- the tasks -----------------------------------------------------------------------------------


def pytest_arguments(arguments: Sequence[str]) -> list[str]:
    """What pytest is given: two processes, unless some files are named or the arguments speak of it themselves."""
    named = any((ROOT / word.partition("::")[0]).exists() for word in arguments if not word.startswith("-"))
    spoken = any(word.startswith(("-n", "-p", "--numprocesses", "--dist", "--pdb")) for word in arguments)
    two = [] if named or spoken else ["-n", "2", "--dist", "loadfile"]
    return [*(arguments or ["-q"]), *two]


def scratch_in_memory() -> dict[str, str]:
    """Throw-away files of tests lie in memory, on a system that offers it: a fifth of the time is the disk's."""
    memory = Path("/dev/shm")  # noqa: S108 - every test makes its own folder in it
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > SCRATCH_BYTES
    return {"TMPDIR": str(memory)} if roomy else {}


def task_test(arguments: Sequence[str]) -> None:
    """Run the tests, on two processes; arguments go to pytest."""
    set_up("dev.txt")
    env = {**scratch_in_memory(), **os.environ, "HOSO_CHROMIUM": need_browser()}
    run(PYTHON, "-m", "pytest", *pytest_arguments(arguments), env=env)


def task_check(arguments: Sequence[str]) -> None:
    """Run every static check: ruff, mypy, import-linter, deptry, djlint; all failures are told at the end."""
    if arguments:
        raise TaskError("check takes no arguments.")
    set_up("dev.txt")
    tools = VENV / ("Scripts" if os.name == "nt" else "bin")
    checks: list[list[str | Path]] = [
        [tools / "ruff", "check", "."],
        [tools / "ruff", "format", "--check", "."],
        [tools / "mypy"],
        [tools / "lint-imports", "--no-cache"],
        [tools / "deptry", "."],
    ]
    if (ROOT / "web" / "templates").is_dir():
        checks.append([tools / "djlint", "web/templates", "--lint", "--quiet"])
    failed = []
    for command in checks:
        try:
            run(*command)
        except subprocess.CalledProcessError:
            failed.append(Path(command[0]).name)
    if failed:
        raise TaskError("These checks failed: " + ", ".join(failed) + ".")
    print("All checks passed.")


def task_setup(arguments: Sequence[str]) -> None:
    """Only set up `.venv` with everything the tests need."""
    if arguments:
        raise TaskError("setup takes no arguments.")
    set_up("dev.txt")


def task_help(_arguments: Sequence[str] = ()) -> None:
    """Print this list."""
    print("python3 dev.py <task> [arguments]\n")
    for name, task in OWN_TASKS.items():
        print(f"  {name:<8} {(task.__doc__ or '').splitlines()[0]}")
    for name, what in (WEB_TASKS | ENGINE_TASKS).items():
        print(f"  {name:<8} {what}")
    print("\nAnything else goes to the project's own command line: python -m workflow <task> [arguments]")


OWN_TASKS: dict[str, Callable[[Sequence[str]], None]] = {
    "test": task_test,
    "check": task_check,
    "setup": task_setup,
    "help": task_help,
}
WEB_TASKS = {
    "demo": "The main job, from nothing: the web application on a sample province.",
    "serve": "Start the web application on the database that HOSO_DATABASE names.",
    "shots": "Draw pictures of every page at desktop and phone width.",
}
ENGINE_TASKS = {
    "story": "Tell the year of one commune, step by step (--json for programs).",
}


def main(arguments: Sequence[str]) -> int:
    """Run one task; the answer is the exit status."""
    if sys.version_info < OLDEST:
        print(
            f"hoso needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.",
            file=sys.stderr,
        )
        return 2
    if not arguments or arguments[0] in {"-h", "--help"}:
        task_help()
        return 0
    task, *rest = arguments
    try:
        if task in OWN_TASKS:
            OWN_TASKS[task](rest)
        else:
            set_up("dev.txt" if task == "shots" else "run.txt")
            run(PYTHON, "-m", "web" if task in WEB_TASKS else "workflow", task, *rest)
    except subprocess.CalledProcessError as error:
        return error.returncode if error.returncode > 0 else 1
    except TaskError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
