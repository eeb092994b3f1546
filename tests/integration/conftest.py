"""Databases with the schema in them, copied from one made once, and units of work on them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support import played, postgres
from tests.support.told import ToldHouse, told_in
from workflow.storage import schema
from workflow.storage.database import Database
from workflow.storage.unit_of_work import SqlUnitOfWork

MADE_AT = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _played_stories() -> Iterator[None]:
    """Stories that were played are kept for a run, and dropped with it."""
    yield
    played.forget()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing else."""
    path = tmp_path_factory.mktemp("template") / "hoso.sqlite"
    schema.create(f"sqlite:///{path}", at=MADE_AT).close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a PostgreSQL database with the schema and nothing else."""
    with postgres.fresh_database(postgres_url) as url:
        schema.create(url, at=MADE_AT).close()
        yield postgres.database_name(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def storage_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the schema in it; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "hoso.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    with postgres.fresh_database(request.getfixturevalue("postgres_url"), template=template) as url:
        yield url


@pytest.fixture
def database(storage_url: str) -> Iterator[Database]:
    """The same, opened."""
    opened = Database.open(storage_url)
    yield opened
    opened.close()


@pytest.fixture
def begin(database: Database) -> Callable[[], SqlUnitOfWork]:
    """Makes units of work on the database."""
    return lambda: SqlUnitOfWork(database)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToldHouse]:
    """The whole story of Vinh Phong, once on SQLite and once on PostgreSQL; tests only read it."""
    folder = tmp_path_factory.mktemp("told")
    if request.param == "sqlite":
        with told_in(f"sqlite:///{folder / 'hoso.sqlite'}", folder / "files") as told:
            yield told
        return
    with (
        postgres.fresh_database(request.getfixturevalue("postgres_url")) as url,
        told_in(url, folder / "files") as told,
    ):
        yield told
