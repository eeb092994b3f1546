"""The demo site: a practice house filled with the sample province, kept between starts while its script is the same."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from web.words import say
from workflow.bootstrap import House
from workflow.clock import RunningPracticeClock
from workflow.seeding.demo import DEMO_SCRIPT, build_demo
from workflow.settings import DEFINITIONS, Settings

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


def demo_house(folder: Path, *, fresh: bool = False, on: date | None = None) -> House:
    """The house of the sample province in ``folder``; built (some seconds) when it is not there or out of date.

    ``on``: the day of the year it stands at; without one, the day the script chose. InvalidInput ``demo_day``.
    """
    settings = Settings(database=f"sqlite:///{folder / 'demo.sqlite'}", files=f"file:{folder / 'files'}")
    stamp = folder / "built-from"
    wanted = _digest(on)
    if fresh or not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        build_demo(settings, on=on)
        stamp.write_text(wanted, encoding="utf-8")
    house = House(settings)
    running = RunningPracticeClock(house.clock.now())
    house.close()
    return House(settings, clock=running)


def demo_people(house: House) -> tuple[dict[str, str], ...]:
    """The people of the sample province who stand on the sign-in page, one per role."""
    del house
    return tuple(
        {"id": person["id"], "label": say(f"demo.role.{person['role']}"), "office": person["office"]}
        for person in DEMO_SCRIPT["people"]
        if person.get("on_sign_in")
    )


def _digest(on: date | None) -> str:
    """What the sample province is built from: its script, the definitions, the day it stands at."""
    content = hashlib.sha256()
    for file in sorted(DEFINITIONS.rglob("*.json")):
        content.update(file.read_bytes())
    content.update(repr((DEMO_SCRIPT, on)).encode())
    return content.hexdigest()
