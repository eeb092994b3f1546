"""The command ``targets``: every quantitative target as of a day, with what stands behind each figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import click

from workflow.cli import finding
from workflow.cli.door import Door, reads
from workflow.cli.output import table
from workflow.cli.speech import WORDING, say
from workflow.cli.values import CYCLE, DAY, TEXT
from workflow.domain.calendars import local_day
from workflow.domain.targets import Measured, Reading, Verdict
from workflow.queries.moment import Moment
from workflow.queries.targets import TargetSheet, target_sheet
from workflow.telling.targets import target_data


@reads
@click.option("--cycle", type=CYCLE, required=True)
@click.option("--commune", type=TEXT)
@click.option("--on", "as_of", type=DAY)
@click.option("--behind", is_flag=True)
def targets(door: Door, *, cycle: int, commune: str | None, as_of: date | None, behind: bool) -> None:
    """Every target: numerator, denominator, day, met or not; ``--behind`` names what is counted."""
    place = finding.organisation(door, commune).id if commune else None
    house, actor = door.house, door.actor
    on = as_of or local_day(house.clock.now())
    sheet = target_sheet(
        house.database,
        actor,
        house.reporting.targets(),
        {one.code: one for one in house.catalogue.kinds()},
        house.reporting.kind(province_id=actor.province_id, on=on),
        Moment.of(house.clock.now(), house.calendar()),
        cycle=cycle,
        on=on,
        commune_id=place,
    )
    door.tell(target_data(sheet), target_lines(sheet, behind=behind))


def target_lines(sheet: TargetSheet, *, behind: bool) -> Iterator[str]:
    """The targets in words."""
    yield say("cli.targets.title", cycle=sheet.cycle, day=WORDING.speak(sheet.as_of))
    heads = [say(f"cli.head.{code}") for code in ("target", "wanted", "reached", "verdict")]
    yield from table(heads, [_row(one) for one in sheet.targets])
    for one in sheet.targets:
        yield from _details(one, behind=behind)


def _row(one: Measured) -> list[object]:
    wanted = f"{float(100 * one.target.share):g}%" if one.target.share is not None else ""
    label = one.target.label if one.target.verified else say("cli.targets.unverified", label=one.target.label)
    return [label, wanted, reading_words(one.reading), say(f"target.{one.verdict.value}")]


def reading_words(reading: Reading) -> str:
    """Numerator and denominator with the percentage; without a denominator nothing was there to count."""
    if reading.percent is None:
        return say("target.nothing")
    percent = f"{reading.percent:g}".replace(".", ",")
    return say("target.reached", numerator=reading.numerator, denominator=reading.denominator, percent=percent)


def _details(one: Measured, *, behind: bool) -> Iterator[str]:
    label = one.target.label
    for other in one.readings[1:]:
        yield say("cli.targets.other", label=label, reached=reading_words(other))
    for what, where in one.events:
        yield say("cli.targets.event", what=what, name=where.name)
    if one.verdict is Verdict.UNMET and one.lacking:
        yield say("cli.targets.lacking", label=label, names=[x.name for x in one.lacking])
    if one.missing:
        yield say("cli.targets.missing", label=label, names=[x.name for x in one.missing])
    if behind and one.reading.behind:
        told = [f"{x.name} {x.value}" + (f" ({x.proof})" if x.proof else "") for x in one.reading.behind]
        yield say("cli.targets.behind", label=label, names=told)


COMMANDS = (targets,)
