"""The command ``at-risk``: recognised units whose conditions of the year no longer hold, by name."""

from __future__ import annotations

from collections.abc import Iterator

import click

from workflow.cli import finding
from workflow.cli.door import Door, reads
from workflow.cli.output import plain
from workflow.cli.speech import say
from workflow.cli.values import CYCLE, TEXT
from workflow.domain.calendars import local_day
from workflow.queries.at_risk import Condition, RecognisedUnit, recognised_at_risk


@reads
@click.argument("kind", type=TEXT)
@click.option("--cycle", type=CYCLE, required=True)
@click.option("--commune", type=TEXT)
def at_risk(door: Door, *, kind: str, cycle: int, commune: str | None) -> None:
    """Standing recognitions whose conditions of the year were decided against, or are not decided yet."""
    house, actor = door.house, door.actor
    place = finding.organisation(door, commune).id if commune else None
    newest = house.catalogue.newest(kind, province_id=actor.province_id, on=local_day(house.clock.now()))
    units = recognised_at_risk(house.database, actor, newest, cycle=cycle, commune_id=place)
    data = [{**plain_unit(one), "at_risk": one.is_at_risk} for one in units]
    door.tell({"kind": kind, "cycle": cycle, "units": data}, _lines(cycle, units))


def plain_unit(unit: RecognisedUnit) -> dict[str, object]:
    """A unit as ``--json`` prints it."""
    told = plain(unit)
    return dict(told) if isinstance(told, dict) else {}


def _lines(cycle: int, units: tuple[RecognisedUnit, ...]) -> Iterator[str]:
    risky = [one for one in units if one.is_at_risk]
    yield say("cli.at_risk.title", cycle=cycle, count=len(risky))
    for unit in units:
        code = "cli.at_risk.unit" if unit.is_at_risk else "cli.at_risk.unknown"
        yield say(code, name=unit.name, number=unit.number)
        yield from ("  " + _said(one) for one in unit.unmet)


def _said(one: Condition) -> str:
    words = {"label": one.label, "year": str(one.year), "wanted": one.wanted}
    if one.has:
        return say("cli.at_risk.other", has=one.has, **words)
    return say("cli.at_risk.refused" if one.refused else "cli.at_risk.none", **words)


COMMANDS = (at_risk,)
