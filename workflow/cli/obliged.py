"""Commands on what organisations owe: the list, the reports put together, calling for one that no plan names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from workflow.cli import finding
from workflow.cli.door import Door, reads, writes
from workflow.cli.output import plain, table, working
from workflow.cli.paperwork import keep, read_document
from workflow.cli.speech import WORDING, say
from workflow.cli.values import CYCLE, EXISTING_FILE, TEXT
from workflow.domain.calendars import local_day
from workflow.domain.errors import NotFound
from workflow.domain.kinds import DossierKind
from workflow.domain.step_clock import LatenessKind
from workflow.queries.consolidation import Consolidated, FigureSum, consolidated
from workflow.queries.moment import Moment
from workflow.queries.obligations import ObligationLine, ObligationSum, obligation_lines, sums
from workflow.services.inputs import PaperInput

cycle_option = click.option("--cycle", type=CYCLE, required=True)
commune_option = click.option("--commune", type=TEXT)


@reads
@cycle_option
@click.option("--obligation", type=TEXT)
@commune_option
@click.option("--missing", is_flag=True)
def obligations(door: Door, *, cycle: int, obligation: str | None, commune: str | None, missing: bool) -> None:
    """Who owes what until when, what came, who is missing by name."""
    kind, moment = _kind(door), _moment(door)
    place = finding.organisation(door, commune).id if commune else None
    lines = obligation_lines(
        door.house.database, door.actor, kind, moment, cycle=cycle, code=obligation, commune_id=place
    )
    summed = sums(kind, lines)
    shown = tuple(line for line in lines if line.is_missing) if missing else lines
    data = {"kind": kind.code, "cycle": cycle, "sums": plain(summed), "lines": plain(shown)}
    door.tell(data, _told(door, kind, cycle, summed, shown))


@reads
@cycle_option
@click.option("--obligation", type=TEXT, required=True)
@commune_option
def consolidate(door: Door, *, cycle: int, obligation: str, commune: str | None) -> None:
    """The reports of one obligation put together: sums with their parts, missing ones named."""
    house, kind = door.house, _kind(door)
    place = finding.organisation(door, commune).id if commune else None
    made = consolidated(
        house.database,
        door.actor,
        kind,
        _moment(door),
        house.reporting.figures(kind),
        {one.code: one for one in house.catalogue.kinds()},
        code=obligation,
        cycle=cycle,
        on=_today(door),
        commune_id=place,
    )
    door.tell(consolidated_data(made), consolidated_lines(made))


@writes
@click.argument("subjects", type=TEXT, nargs=-1, required=True)
@cycle_option
@click.option("--paper", "document", type=EXISTING_FILE, required=True)
@click.option("--file", "scans", type=EXISTING_FILE, multiple=True)
def call_report(door: Door, *, subjects: tuple[str, ...], cycle: int, document: Path, scans: tuple[Path, ...]) -> None:
    """Call for a report from these organisations, by one paper that says until when."""
    ids = [finding.organisation(door, one).id for one in subjects]
    with working(say("cli.progress.writing")):
        called = door.house.obligations.call(
            door.actor,
            kind_code=_kind(door).code,
            cycle=cycle,
            subject_ids=ids,
            paper=PaperInput(read_document(document), tuple(keep(door, scan) for scan in scans)),
            key=door.key,
        )
    rows = [(one.number, finding.name_of(door, one.subject_id)) for one in called]
    heads = [say("cli.head.number"), say("cli.head.subject")]
    door.tell({"called": plain(called)}, [say("cli.called", count=len(called)), *table(heads, rows)])


def _kind(door: Door) -> DossierKind:
    kind = door.house.reporting.kind(province_id=door.actor.province_id, on=_today(door))
    if kind is None:
        raise NotFound("obligation_not_found", kind="")
    return kind


def _today(door: Door) -> date:
    return local_day(door.house.clock.now())


def _moment(door: Door) -> Moment:
    with door.house.engine.reading() as uow:
        near = uow.books.settings(door.actor.province_id).near_days
    return Moment.of(door.house.clock.now(), door.house.calendar(), near)


# --- words ----------------------------------------------------------------------------------------


def _told(
    door: Door,
    kind: DossierKind,
    cycle: int,
    summed: tuple[ObligationSum, ...],
    lines: tuple[ObligationLine, ...],
) -> Iterator[str]:
    yield say("cli.obligations.title", kind=kind.label, cycle=cycle)
    if not summed:
        yield say("cli.obligations.none")
        return
    codes = ("obligation", "code", "due_from", "handed_in", "late", "missing", "overdue")
    rows = [
        (one.obligation.label, one.obligation.code, one.owed, one.handed_in, one.late, one.missing, one.overdue)
        for one in summed
    ]
    yield from table([say(f"cli.head.{code}") for code in codes], rows)
    heads = [say(f"cli.head.{code}") for code in ("number", "subject", "obligation", "state", "due", "mark")]
    yield from table(heads, [_row(door, kind, line) for line in lines])


def _row(door: Door, kind: DossierKind, line: ObligationLine) -> list[object]:
    due = WORDING.last_moment(line.due, door.house.calendar()) if line.due and line.is_missing else ""
    marks = [say(f"cli.mark.{line.lateness.value}")] if line.lateness is not LatenessKind.NONE else []
    marks += [say("cli.mark.filed_late")] if line.late else []
    state = kind.states[line.state].label if line.state in kind.states else line.state
    return [line.number, line.subject, obligation_words(line), state, due, ", ".join(marks)]


def obligation_words(line: ObligationLine) -> str:
    """What is owed, with the paper that called for it."""
    if not line.call:
        return line.obligation.label
    return say("cli.obligations.called_by", label=line.obligation.label, number=line.call)


def consolidated_data(made: Consolidated) -> dict[str, object]:
    """What was put together as ``--json`` prints it."""
    return {
        "obligation": made.obligation.code,
        "cycle": made.cycle,
        "commune": made.commune_id,
        "as_of": made.as_of.isoformat(),
        "is_complete": made.is_complete,
        "handed_in": [line.number for line in made.handed_in],
        "missing": [{"id": line.subject_id, "name": line.subject, "dossier": line.number} for line in made.missing],
        "figures": [_figure_data(one) for one in made.figures],
        "happenings": [{"on": one.on.isoformat(), "what": one.what, "in": one.line.number} for one in made.happenings],
        "ledger": [
            {
                "kind": one.kind.code,
                "units": len(one.coverage.units),
                "joined": one.coverage.joined,
                "results": dict(one.coverage.results),
            }
            for one in made.drawn
        ],
    }


def _figure_data(one: FigureSum) -> dict[str, object]:
    parts = [{"dossier": part.line.number, "value": part.value, "proof": part.proof} for part in one.parts]
    return {"code": one.figure.code, "title": one.figure.title, "total": one.total, "parts": parts}


def consolidated_lines(made: Consolidated) -> Iterator[str]:
    """What was put together in words: who is in, the sums, the ledger's figures, who is missing."""
    yield say("cli.consolidated.title", label=made.obligation.label, cycle=made.cycle, day=WORDING.speak(made.as_of))
    yield say("cli.consolidated.count", filed=len(made.handed_in), of=len(made.lines))
    if made.figures:
        heads = [say(f"cli.head.{code}") for code in ("figure", "total", "reports")]
        yield from table(heads, [(one.figure.title, one.total, len(one.parts)) for one in made.figures])
    for drawn in made.drawn:
        units = len(drawn.coverage.units)
        yield say("cli.consolidated.ledger", kind=drawn.kind.label, joined=drawn.coverage.joined, units=units)
        names = dict(drawn.kind.ledger.every()) if drawn.kind.ledger is not None else {}
        yield from (say("cli.consolidated.result", label=names[c], count=n) for c, n in drawn.coverage.results)
    for one in made.happenings:
        yield say("cli.consolidated.happened", day=WORDING.speak(one.on), what=one.what, name=one.line.subject)
    if made.missing:
        yield say("cli.consolidated.missing", names=[line.subject for line in made.missing])


COMMANDS = (call_report, consolidate, obligations)
