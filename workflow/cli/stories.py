"""Commands that play scripts on practice files: seed fills one, story tells a year as it goes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

import click

from workflow import installation
from workflow.bootstrap import House
from workflow.cli.answers import refusal_data, refusal_tail, sentence
from workflow.cli.door import Door, tends
from workflow.cli.lists import ledger_lines
from workflow.cli.output import plain, progress, tell
from workflow.cli.reading import report_data, report_lines
from workflow.cli.speech import WORDING, say
from workflow.cli.values import EXISTING_FILE, INSTANT
from workflow.domain.actors import Role
from workflow.domain.calendars import local_day
from workflow.domain.errors import InvalidDocument
from workflow.queries.ledger import entries as ledger_entries
from workflow.queries.ledger_filters import LedgerFilters
from workflow.queries.paging import MOST
from workflow.queries.reports import results_report
from workflow.seeding.player import Player
from workflow.seeding.script import STORY, Script, ScriptBroken, moment, read_script
from workflow.seeding.told import Told, ToldRefusal
from workflow.settings import Settings


@tends
@click.option("--script", type=EXISTING_FILE)
@click.option("--until", type=INSTANT)
def seed(door: Door, *, script: Path | None, until: datetime | None) -> None:
    """Fill a new practice file through the services: with the sample province, or by playing a script."""
    door.nothing_kept()
    read = _sample_province() if script is None else _read(script)
    end = until or (moment(read["until"]) if "until" in read else None)
    house = _stage(door.settings, read)
    try:
        player = Player(house, read)
        steps = [step for step in read["steps"] if end is None or moment(step["at"]) <= end]
        with progress(steps, say("cli.progress.playing")) as bar:
            count = sum(1 for _ in zip(bar, player.play(until=end), strict=False))
        if end is not None:
            player.advance(end)
        house.keep_present()
        now = house.clock.now()
    finally:
        house.close()
    data = {"database": door.settings.database, "steps": count, "now": plain(now)}
    door.tell(data, [say("cli.seeded", count=count, at=now)])


def _sample_province() -> Script:
    """The script of the sample province."""
    from workflow.seeding.demo import DEMO_SCRIPT  # noqa: PLC0415 - put together at import, for this command alone

    return DEMO_SCRIPT


def _read(path: Path) -> Script:
    """The script in a file. Raises InvalidDocument ``script_broken``."""
    try:
        script = read_script(path)
        moment(script["begins"])
    except (ScriptBroken, ValueError, KeyError, TypeError) as error:
        raise InvalidDocument("script_broken", file=path.name) from error
    return script


def _stage(settings: Settings, script: Script) -> House:
    """A new practice file whose clock stands where the script begins. Conflict ``database_exists``."""
    installation.make(settings, at=moment(script["begins"]), practice=True)
    return House(settings)


@tends
@click.option("--script", type=EXISTING_FILE, default=str(STORY))
@click.option("--until", type=INSTANT)
def story(door: Door, *, script: Path, until: datetime | None) -> None:
    """Tell a script as it is played in a fresh practice file, thrown away unless ``--db`` names one."""
    door.nothing_kept()
    read = _read(script)
    with ExitStack() as stack:
        settings = door.settings
        if door.asked.database is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hoso-story-"))
            settings = settings.model_copy(
                update={"database": f"sqlite:///{folder}/story.sqlite", "files": f"file:{folder}/files"}
            )
        house = _stage(settings, read)
        stack.callback(house.close)
        teller = _Teller(door, house, read)
        for told in Player(house, read).play(until=until):
            teller.tell(told)
        house.keep_present()
        teller.end()


class _Teller:
    """Tells each step when it happens; with ``--json`` everything at the end."""

    def __init__(self, door: Door, house: House, script: Script) -> None:
        self._door, self._house, self._script = door, house, script
        self._steps: list[dict[str, object]] = []
        self._day: date | None = None
        if not door.asked.as_json:
            tell(str(script["title"]), "")

    def tell(self, told: Told) -> None:
        """One step."""
        if self._door.asked.as_json:
            self._steps.append(self._data(told))
            return
        on = local_day(told.at)
        if on != self._day:
            weekday = WORDING.weekday(on)
            tell("", say("cli.story.day", weekday=weekday[0].upper() + weekday[1:], day=on))
            self._day = on
        tell(*self._lines(told))

    def _lines(self, told: Told) -> Iterator[str]:
        at = WORDING.moment(told.at).split(" ", 1)[0]
        yield say("cli.story.step", at=at, office=told.office, tell=told.tell)
        whose = [d for d in told.dossiers if d.authority is not None]
        if whose and whose[0].authority is not None:
            number = whose[0].paper.number if whose[0].paper is not None else "-"
            yield say("cli.story.authority", authority=whose[0].authority, number=number)
        for dossier in told.dossiers:
            code = "cli.story.dossier_late" if dossier.late else "cli.story.dossier"
            yield say(code, number=dossier.number, subject=dossier.subject, state=dossier.label)
        if told.error is not None and not told.refusals:
            yield say("cli.story.error", why=sentence(told.error, told.facts))
        if told.refusals:
            yield from self._refusals(told.refusals, preview=told.preview)
        yield from (say("cli.story.warning", why=self._words(item)) for item in told.warnings)

    def _words(self, item: ToldRefusal) -> str:
        words = sentence(item.refusal.code, item.refusal.facts)
        return f"{item.number}: {words}" if item.number else words

    def _refusals(self, items: Sequence[ToldRefusal], *, preview: bool) -> Iterator[str]:
        """Every reason once, with the dossiers it stands against, and how it is cleared."""
        against: dict[tuple[str, str], list[str]] = {}
        for item in items:
            words = sentence(item.refusal.code, item.refusal.facts)
            against.setdefault((words, refusal_tail(item.refusal, self._house)), []).append(item.number)
        yield say("cli.story.blocked" if preview else "cli.story.refused", count=len(against))
        for (words, tail), numbers in against.items():
            named = ", ".join(number for number in numbers if number)
            yield say("cli.story.refusal", why=f"{named}: {words}" if named else words)
            if tail:
                yield say("cli.story.tail", how=tail)

    def _data(self, told: Told) -> dict[str, object]:
        refusals = [{"number": r.number, **refusal_data(r.refusal, self._house)} for r in told.refusals]
        warnings = [{"number": r.number, **refusal_data(r.refusal, self._house)} for r in told.warnings]
        return {
            "at": plain(told.at),
            "person": told.person,
            "office": told.office,
            "role": told.role.value,
            "doing": told.doing,
            "tell": told.tell,
            "dossiers": plain(told.dossiers),
            "late": told.late,
            "preview": told.preview,
            "error": told.error,
            "refusals": refusals,
            "warnings": warnings,
        }

    def end(self) -> None:
        """The ledger and the report with which the year ends."""
        kind, cycle = _year_of(self._script)
        house, person = self._house, _reporter(self._script)
        actor = house.people.actor(person)
        newest = house.catalogue.newest(kind, province_id=actor.province_id, on=local_day(house.clock.now()))
        page = ledger_entries(house.database, actor, LedgerFilters(kind=kind), limit=MOST)
        report = results_report(house.database, actor, newest, cycle)
        data = {
            "title": self._script["title"],
            "steps": self._steps,
            "ledger": plain(page.items),
            "report": report_data(report),
        }
        lines = ["", say("cli.story.ledger"), *ledger_lines(page.items, None), "", *report_lines(report)]
        self._door.tell(data, lines)


def _year_of(script: Script) -> tuple[str, int]:
    """The kind and cycle whose year is told: those the first step opens."""
    step = script["steps"][0]
    return str(step["kind"]), int(step["cycle"])


def _reporter(script: Script) -> str:
    """Somebody who reads the commune's report."""
    return next(str(person["id"]) for person in script["people"] if person["role"] == Role.COMMUNE_POLICE.value)


COMMANDS = (seed, story)
