"""Commands that look at one thing: show, explain, report (which files it with ``--file``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from workflow.cli import finding
from workflow.cli.answers import refusal_data, refusal_lines
from workflow.cli.door import Door, reads, writes
from workflow.cli.output import facts, plain
from workflow.cli.pages import page_lines
from workflow.cli.paperwork import Said, with_papers, with_signed, with_words
from workflow.cli.records import Papers, move_of
from workflow.cli.speech import say
from workflow.cli.values import CYCLE, INSTANT, TEXT
from workflow.domain.calendars import local_day
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound
from workflow.domain.events import SignedPaper
from workflow.domain.guards import Weighed
from workflow.queries.dossier_record import dossier_record
from workflow.queries.reports import ResultsReport, results_report
from workflow.services.look import Look
from workflow.telling.dossiers import Shown, page_data

kind_option = click.option("--kind", type=TEXT, required=True)
cycle_option = click.option("--cycle", type=CYCLE, required=True)


# --- one dossier ----------------------------------------------------------------------------------------------------


@reads
@click.argument("dossier", type=TEXT)
@click.option("--as-of", type=INSTANT)
def show(door: Door, *, dossier: str, as_of: datetime | None) -> None:
    """A dossier with its papers and its story; ``--as-of`` as it stood at an instant."""
    found, _ = finding.dossier(door, dossier)
    look = door.house.looks.look(door.actor, found.id)
    record = dossier_record(door.house.database, door.actor, found.id, hidden=look.hidden)
    stood, kind = look.dossier, look.kind
    if as_of is not None:
        stood = _as_of(door, found.id, as_of)
        kind = door.house.engine.kind_of(stood, as_of)
    shown = Shown(stood, kind, record, look.books.calendar, look.hidden, as_of)
    door.tell(page_data(shown), page_lines(shown))


def _as_of(door: Door, dossier_id: str, at: datetime) -> Dossier:
    """The dossier as the journal tells it up to an instant, included."""
    with door.house.engine.reading() as uow:
        history = uow.journal.events_of(dossier_id, as_of=at)
    if not history:
        raise NotFound("not_yet", at=at)
    return Dossier.replay(history)


@reads
@click.argument("dossier", type=TEXT)
@click.argument("trigger", type=TEXT, required=False)
@click.option("--choice", type=TEXT)
@with_words
@with_papers
@with_signed
def explain(
    door: Door,
    *,
    dossier: str,
    trigger: str | None,
    choice: str | None,
    said: Said,
    papers: Papers,
    signed: SignedPaper | None,
) -> None:
    """All that stands against a move; without one, every move and every paper from here."""
    found, _ = finding.dossier(door, dossier)
    if trigger is None:
        look = door.house.looks.look(door.actor, found.id)
        door.tell(_options_data(door, look), _options_lines(door, look))
        return
    move = move_of(trigger, found.version, choice, said, papers, signed)
    weighed = door.house.dossiers.explain(door.actor, found.id, move)
    door.tell({"trigger": trigger, **_weighed_data(door, weighed)}, _weighed_lines(door, weighed))


def _weighed_data(door: Door, weighed: Weighed) -> dict[str, object]:
    return {
        "is_open": not weighed.refusals,
        "refusals": [refusal_data(refusal, door.house) for refusal in weighed.refusals],
        "warnings": [refusal_data(refusal, door.house) for refusal in weighed.warnings],
    }


def _weighed_lines(door: Door, weighed: Weighed) -> Iterator[str]:
    if not weighed.refusals:
        yield say("cli.explain.open")
    else:
        yield say("cli.explain.blocked", count=len(weighed.refusals))
        yield from refusal_lines(weighed.refusals, door.house)
    if weighed.warnings:
        yield say("cli.explain.warnings")
        yield from refusal_lines(weighed.warnings, door.house)


def _options_data(door: Door, look: Look) -> dict[str, object]:
    moves = [
        {
            "trigger": option.transition.trigger,
            "choice": option.choice,
            "choices": [code for code, _ in option.transition.choices],
            "target": option.transition.target,
            "label": option.transition.label,
            "act": option.transition.act,
            **_weighed_data(door, option.weighed),
        }
        for option in look.moves
    ]
    papers = [
        {
            "paper": option.rule.code,
            "label": option.rule.label,
            "is_open": not option.refusals,
            "refusals": [refusal_data(refusal, door.house) for refusal in option.refusals],
        }
        for option in look.papers
    ]
    return {"dossier": look.dossier.id, "version": look.dossier.version, "moves": moves, "papers": papers}


def _options_lines(door: Door, look: Look) -> Iterator[str]:
    for option in look.moves:
        move = option.transition
        words = f"{move.trigger} {option.choice}" if option.choice else move.trigger
        target = look.kind.state(move.target).label
        yield say("cli.explain.move", label=move.label, words=words, target=target)
        if option.weighed.refusals:
            yield from refusal_lines(option.weighed.refusals, door.house)
        else:
            yield "  " + say("cli.explain.open")
    ready = [option.rule for option in look.papers if not option.refusals]
    if ready:
        yield say("cli.explain.papers")
        yield from facts((f"  {rule.code}", rule.label) for rule in ready)


# --- the yearly report ----------------------------------------------------------------------------------------------


@writes
@kind_option
@cycle_option
@click.option("--commune", type=TEXT)
@click.option("--now", "as_books", is_flag=True)
@click.option("--file", "filing", is_flag=True)
@with_signed
def report(
    door: Door,
    *,
    kind: str,
    cycle: int,
    commune: str | None,
    as_books: bool,
    filing: bool,
    signed: SignedPaper | None,
) -> None:
    """The yearly report of results; ``--file`` hands in the commune's."""
    house, actor = door.house, door.actor
    if filing:
        receipt = house.reports.file(actor, kind, cycle, signed=signed, key=door.key)
        lines = [say("cli.report.filed", cycle=cycle, at=receipt.at, journal=str(receipt.journal))]
        lines += [say("cli.reported.late")] if receipt.late else []
        door.tell(plain(receipt), lines)
        return
    door.nothing_kept()
    place = finding.organisation(door, commune).id if commune else None
    newest = house.catalogue.newest(kind, province_id=actor.province_id, on=local_day(house.clock.now()))
    shown = results_report(house.database, actor, newest, cycle, place, as_filed=not as_books)
    door.tell(report_data(shown), report_lines(shown))


def report_data(report: ResultsReport) -> dict[str, object]:
    """A report as ``--json`` prints it."""
    return {
        "kind": report.kind,
        "cycle": report.cycle,
        "commune": report.commune_id,
        "window": plain(report.window),
        "figures": {
            name: {"count": figure.count, "of": figure.of, "ids": list(figure.numerator)}
            for name, figure in report.figures.items()
        },
        "parts": [plain(part) for part in report.parts],
        "missing": [part.commune_id for part in report.missing],
        "is_complete": report.is_complete,
    }


def report_lines(report: ResultsReport) -> Iterator[str]:
    """A report in words: its window, its figures, what blocks it, who is missing."""
    yield say("cli.report.head", cycle=report.cycle)
    yield say("report.window", first=report.window.first, last=report.window.last)
    yield from facts(
        (
            say(f"report.figure.{name}"),
            say("report.count", count=figure.count, of=figure.of)
            if figure.is_applicable
            else say("report.not_applicable"),
        )
        for name, figure in report.figures.items()
    )
    for part in report.parts:
        if part.filing is not None:
            yield say("cli.report.part", name=part.name, at=part.filing.at, office=part.filing.office)
        owed = part.report.owed if part.report is not None else ()
        yield from (say("cli.report.owed", name=line.name, number=line.number) for line in owed)
    if report.missing:
        yield say("report.missing", communes=tuple(part.name for part in report.missing))


COMMANDS = (show, explain, report)
