"""Practice files for the command line: the story of Vinh Phong played up to a day, a copy for each test."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.support.cli import Hoso
from tests.support.houses import Told, tell_story
from workflow.seeding.papers import scan
from workflow.seeding.script import moment


def _played(factory: pytest.TempPathFactory, until: datetime) -> Told:
    return tell_story(factory.mktemp("story"), until)


@pytest.fixture(scope="session")
def told_open(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The cycle is open and earlier results are confirmed; nobody has registered."""
    return _played(tmp_path_factory, moment("2025-12-31T00:00:00"))


@pytest.fixture(scope="session")
def told_registered(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Registration has closed: nobody is selected yet."""
    return _played(tmp_path_factory, moment("2026-01-19T16:00:00"))


@pytest.fixture(scope="session")
def told_assessed(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Six dossiers are assessed; the meeting comes tomorrow."""
    return _played(tmp_path_factory, moment("2026-11-17T18:00:00"))


@pytest.fixture
def opened(told_open: Told, tmp_path: Path) -> Hoso:
    """The command line on a copy of ``told_open``."""
    return Hoso.on(told_open, tmp_path)


@pytest.fixture
def registered(told_registered: Told, tmp_path: Path) -> Hoso:
    """The command line on a copy of ``told_registered``."""
    return Hoso.on(told_registered, tmp_path)


@pytest.fixture
def assessed(told_assessed: Told, tmp_path: Path) -> Hoso:
    """The command line on a copy of ``told_assessed``."""
    return Hoso.on(told_assessed, tmp_path)


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A small real PDF."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan("a signed paper"))
    return path
