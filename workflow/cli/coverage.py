"""The command ``coverage``: how the units of communes stand in a kind and year, with the shares the kind asks for."""

from __future__ import annotations

from collections.abc import Iterator

import click

from workflow.cli import finding
from workflow.cli.door import Door, reads
from workflow.cli.output import plain, table
from workflow.cli.speech import WORDING, say
from workflow.cli.values import CYCLE, TEXT
from workflow.domain.calendars import local_day
from workflow.domain.kinds import DossierKind
from workflow.domain.shares import Reading, ShareFigure
from workflow.queries.coverage import Coverage, CoverageReport
from workflow.queries.coverage import coverage as coverage_of


@reads
@click.argument("kind", type=TEXT)
@click.option("--cycle", type=CYCLE, required=True)
@click.option("--commune", type=TEXT)
def coverage(door: Door, *, kind: str, cycle: int, commune: str | None) -> None:
    """Units that registered, what they reached, and the shares asked for, with what each is out of."""
    today = local_day(door.house.clock.now())
    known = door.house.catalogue.newest(kind, province_id=door.actor.province_id, on=today)
    place = finding.organisation(door, commune).id if commune else None
    report = coverage_of(door.house.database, door.actor, known, cycle=cycle, on=today, commune_id=place)
    door.tell(plain(report), coverage_lines(known, report))


def coverage_lines(kind: DossierKind, report: CoverageReport) -> Iterator[str]:
    """The report as people read it: the whole first, then each commune by kind of subject."""
    yield say("cli.coverage.title", kind=kind.label, cycle=report.cycle, day=WORDING.speak(report.as_of))
    results = dict(kind.ledger.every()) if kind.ledger is not None else {}
    heads = [say(f"cli.head.{code}") for code in ("place", "units", "joined")]
    rows = [_row(say("cli.coverage.all"), report.whole)]
    for one in report.communes:
        rows.append(_row(one.commune.name, one.whole))
        rows += [_row(f"  {WORDING.say(f'subject_kind.{part.subject_kind}')}", part) for part in one.by_subject]
    yield from table([*heads, *results.values()], rows)
    for figure in report.whole.shares:
        yield from _share_lines(figure)
    absent = [unit.name for unit in report.whole.units if not unit.registered]
    if absent:
        yield say("cli.coverage.absent", names=absent)


def _row(name: str, part: Coverage) -> list[object]:
    return [name, len(part.units), part.joined, *(count for _, count in part.results)]


def _share_lines(figure: ShareFigure) -> Iterator[str]:
    rule = figure.rule
    for place, read in enumerate(figure.readings):
        said = say(f"cli.coverage.base.{read.base.value}")
        facts = {"label": rule.label, "base": said, "wanted": f"{float(100 * rule.share):g}"}
        yield say("cli.coverage.share", **facts, **_counts(read))
        if place:
            yield say("cli.coverage.other_reading")
    if not rule.verified:
        yield say("cli.coverage.unverified")


def _counts(read: Reading) -> dict[str, object]:
    if read.met is None:
        return {"reached": say("cli.coverage.not_applicable")}
    verdict = say("cli.coverage.met" if read.met else "cli.coverage.unmet", needed=read.needed)
    percent = f"{read.percent:g}".replace(".", ",")
    return {
        "reached": say(
            "cli.coverage.reached", counted=len(read.counted), of=len(read.out_of), percent=percent, verdict=verdict
        )
    }


COMMANDS = (coverage,)
