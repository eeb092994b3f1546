"""What every test can ask for: databases of both makes, a browser, and the rules of hypothesis."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

import dev
from tests.support import postgres
from workflow.definitions.schemas import PaperSchemas
from workflow.settings import DEFINITIONS

hypothesis.settings.register_profile(
    "ci", derandomize=True, database=None, max_examples=50, deadline=None, print_blob=True
)
hypothesis.settings.register_profile("wide", max_examples=2_000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HOSO_HYPOTHESIS", "ci"))

RUN_FOLDER = "HOSO_TEST_RUN_FOLDER"
_own_folder = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the worker processes of one run share."""
    if RUN_FOLDER not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="hoso-tests-"))
        os.environ[RUN_FOLDER] = str(folder)
        config.stash[_own_folder] = folder


def pytest_unconfigure(config: pytest.Config) -> None:
    """See the shared PostgreSQL gone, then remove the folder."""
    folder = config.stash.get(_own_folder, None)
    if folder is not None:
        postgres.wait_until_stopped(folder)
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(RUN_FOLDER, None)


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    """What never changes in a run is made once in it: the shipped schemas' validators, the compiled templates."""
    from_folder = PaperSchemas.from_folder
    shipped = functools.cache(lambda: from_folder(DEFINITIONS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PaperSchemas, "from_folder", lambda root: shipped() if root == DEFINITIONS else from_folder(root))
        patch.setitem(Flask.jinja_options, "bytecode_cache", FileSystemBytecodeCache(os.environ[RUN_FOLDER]))
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server: HOSO_TEST_PG_URL, else the throw-away one of this run."""
    outside = postgres.server_named_outside(os.environ)
    if outside is not None:
        yield outside
        return
    with postgres.shared_server(Path(os.environ[RUN_FOLDER])) as server:
        yield server.url


@pytest.fixture
def pg_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, for one test (for a module: `postgres.fresh_database`)."""
    with postgres.fresh_database(postgres_url) as url:
        yield url


@pytest.fixture
def sqlite_database(tmp_path: Path) -> str:
    """The URL of a SQLite database not yet made, for one test."""
    return f"sqlite:///{tmp_path / 'hoso.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database; the test runs once on SQLite and once on PostgreSQL."""
    name = "sqlite_database" if request.param == "sqlite" else "pg_database"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; a missing browser is a failure, never a skip."""
    found = dev.find_browser()
    if found is None:
        pytest.fail(dev.NO_BROWSER.format(python=dev.PYTHON), pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    """pytest-playwright starts the browser that was found, not one of its own."""
    return {**browser_type_launch_args, "executable_path": chromium}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Pages are seen by a Vietnamese reader."""
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
