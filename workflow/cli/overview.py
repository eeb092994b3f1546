"""The commands ``dashboard`` and ``review``: the year in one table, and the results of several years side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from workflow.bootstrap import House
from workflow.cli.door import Door, reads
from workflow.cli.output import plain, table
from workflow.cli.speech import WORDING, say
from workflow.cli.values import CYCLE, TEXT
from workflow.domain.calendars import local_day
from workflow.domain.kinds import DossierKind
from workflow.queries.moment import Moment
from workflow.queries.province import Matrix, matrix
from workflow.queries.review import Review, YearsLine
from workflow.queries.review import review as review_of

USUAL_YEARS = 5


@reads
@click.option("--cycle", type=CYCLE)
def dashboard(door: Door, *, cycle: int | None) -> None:
    """Every kind of dossier of a year: under way, late, returned, with a result, ended otherwise; by stage."""
    house, actor = door.house, door.actor
    with house.engine.reading() as uow:
        near = uow.books.settings(actor.province_id).near_days
    moment = Moment.of(house.clock.now(), house.calendar(), near)
    year = cycle or local_day(moment.at).year
    found = [(kind, matrix(house.database, actor, kind, year, moment)) for kind in house.catalogue.kinds()]
    said = {"cycle": year, "kinds": [_figures(kind, shown) for kind, shown in found]}
    door.tell(said, _board_lines(year, found))


def _figures(kind: DossierKind, shown: Matrix) -> dict[str, object]:
    rows, whole = shown.rows, shown.sum
    return {
        "kind": kind.code,
        "under_way": whole.under_way,
        "late": whole.late_dossiers,
        "returned": sum(row.returned for row in rows),
        "reached": whole.reached,
        "ended": sum(row.negative + row.void for row in rows),
        "stages": {stage: shown.total(stage).dossiers for stage in shown.stages},
        "silent": [row.commune.id for row in shown.silent],
    }


def _board_lines(year: int, found: Sequence[tuple[DossierKind, Matrix]]) -> Iterator[str]:
    yield say("cli.dashboard.title", cycle=year)
    names = ("kind", "under_way", "late", "returned", "reached", "ended")
    rows = []
    for kind, shown in found:
        figures = _figures(kind, shown)
        rows.append([kind.short_label, *(figures[name] for name in names[1:])])
    yield from table([say(f"cli.head.board.{name}") for name in names], rows)
    for kind, shown in found:
        told = [f"{kind.stage_of(stage).label} {shown.total(stage).dossiers}" for stage in shown.stages]
        if shown.sum.dossiers:
            yield say("cli.dashboard.stages", kind=kind.short_label, stages=told)


@reads
@click.argument("kind", type=TEXT)
@click.option("--from", "first", type=CYCLE)
@click.option("--to", "last", type=CYCLE)
def review(door: Door, *, kind: str, first: int | None, last: int | None) -> None:
    """Results of several years, by result, kind of subject and commune, with how the last year differs."""
    until = last or local_day(door.house.clock.now()).year
    found = review_of(door.house.database, door.actor, kind, first=first or until - USUAL_YEARS + 1, last=until)
    door.tell(plain(found), _years_lines(door.house, found))


def _years_lines(house: House, found: Review) -> Iterator[str]:
    if not any(found.whole.counts):
        yield say("cli.review.none")
        return
    labels = {kind.code: dict(kind.ledger.every()) for kind in house.catalogue.kinds() if kind.ledger is not None}
    results = labels.get(found.kind, {})
    heads = [*(str(year) for year in found.years), say("cli.head.review.change")]
    parts = (
        ("result", [(results.get(line.code, line.code), line) for line in found.by_result]),
        ("subject", [(WORDING.say(f"subject_kind.{line.code}"), line) for line in found.by_subject]),
        ("commune", [(line.name or line.code, line) for line in found.by_commune]),
    )
    for part, lines in parts:
        whole = (say("cli.coverage.all"), found.whole)
        rows = [[name, *line.counts, _change(line)] for name, line in (*lines, whole)]
        yield from table([say(f"cli.head.review.{part}"), *heads], rows)
        yield ""


def _change(line: YearsLine) -> str:
    return f"{line.change:+d}" if line.change else "0"


COMMANDS = (dashboard, review)
