"""What browser tests share: a quiet Chromium, stories told once, sites open to windows of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.houses import Told, tell_story
from tests.support.served import Live, live_site
from web.shots import QUIET
from workflow.seeding.script import moment

LiveAt = Callable[[str], Live]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    """The browser that was found, asking nothing of the world outside."""
    return {**browser_type_launch_args, "executable_path": chromium, "args": list(QUIET)}


@pytest.fixture(scope="session")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """The story up to an instant; each instant is played once in a run."""
    told: dict[str, Told] = {}

    def tell(until: str) -> Told:
        if until not in told:
            told[until] = tell_story(tmp_path_factory.mktemp("story"), moment(until))
        return told[until]

    return tell


@pytest.fixture
def live_at(stories: Callable[[str], Told], tmp_path: Path, browser: Browser) -> Iterator[LiveAt]:
    """A site of the test's own at an instant of the story, served until the test ends."""
    with ExitStack() as stack:
        yield lambda until: stack.enter_context(live_site(stories(until), tmp_path, browser))
