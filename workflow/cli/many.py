"""Tables: many registrations, days of the calendar; what they would do, all of their rows or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from workflow.cli.answers import answer
from workflow.cli.door import Door, reads, writes
from workflow.cli.output import progress, table
from workflow.cli.paperwork import keep
from workflow.cli.sheets import marked_option, marking
from workflow.cli.speech import WORDING, Usage, say
from workflow.cli.values import CYCLE, EXISTING_FILE, NEW_FILE, TEXT
from workflow.domain.calendars import local_day
from workflow.domain.errors import HosoError, InvalidDocument
from workflow.domain.kinds import AttachmentRule, DossierKind
from workflow.papers.day_sheet import read_days
from workflow.papers.registration_sheet import first_paper, read_registrations, registration_template
from workflow.papers.tables_in import Row
from workflow.papers.workbook import CellFault, WorkbookRefused
from workflow.services.many import EntriesRefused, Entry, EntryLine, ManyInput


def _first(door: Door, code: str) -> tuple[DossierKind, AttachmentRule]:
    house = door.house
    kind = house.catalogue.newest(code, province_id=door.actor.province_id, on=local_day(house.clock.now()))
    rule = first_paper(kind)
    if rule is None:
        raise Usage("cli.usage.no_first_paper", kind=kind.short_label)
    return kind, rule


@reads
@click.option("--kind", type=TEXT, required=True)
@click.option("--output", type=NEW_FILE, required=True)
def registration_table(door: Door, *, kind: str, output: Path) -> None:
    """The table in which many units of a kind are registered at once."""
    found, rule = _first(door, kind)
    output.write_bytes(registration_template(found.short_label, door.house.schemas.plain(rule.schema_id), WORDING))
    door.tell({"file": str(output)}, [say("cli.written", file=str(output))])


@writes
@click.argument("file", type=EXISTING_FILE)
@click.option("--kind", type=TEXT, required=True)
@click.option("--cycle", type=CYCLE, required=True)
@click.option("--scan", type=EXISTING_FILE)
@click.option("--draft", is_flag=True)
@click.option("--preview", is_flag=True)
@marked_option
def register_many(
    door: Door,
    *,
    file: Path,
    kind: str,
    cycle: int,
    scan: Path | None,
    draft: bool,
    preview: bool,
    marked: Path | None,
) -> None:
    """Register every unit of a table, all or none; units registered so already stay as they are."""
    found, rule = _first(door, kind)
    plain = door.house.schemas.plain(rule.schema_id)
    with marking(door, file, marked):
        read = read_registrations(file.read_bytes(), file.name, plain, WORDING)
        scans = (keep(door, scan),) if scan is not None else ()
        fields = frozenset(plain["properties"])
        asked = ManyInput(found.code, cycle, rule.code, fields, scans=scans, draft_only=draft)
        entries = [Entry(unit, document) for _row, unit, document in read]
        lines = _weighed(door, asked, entries, preview=preview)
        faults = [fault for (row, _, _), line in zip(read, lines, strict=True) for fault in faults_of(door, row, line)]
        if faults:
            raise WorkbookRefused(faults)
    _tell(door, lines, kept=not preview)


def _weighed(door: Door, asked: ManyInput, entries: Sequence[Entry], *, preview: bool) -> tuple[EntryLine, ...]:
    with progress(entries, say("cli.progress.writing")) as shown:
        if preview:
            door.nothing_kept()
            return door.house.many.preview(door.actor, asked, shown)
        try:
            return door.house.many.register(door.actor, asked, shown, key=door.key)
        except EntriesRefused as error:
            return error.lines


def faults_of(door: Door, row: Row, line: EntryLine) -> Iterator[CellFault]:
    """What is wrong with a row, each at its cell."""
    error = line.error
    if error is None:
        return
    if isinstance(error, InvalidDocument) and error.faults:
        for fault in error.faults:
            place, words = door.house.fault_told(fault)
            yield row.fault(place.strip("/").partition("/")[0] or "subject", "sheet.said", what=words)
        return
    yield row.fault("subject", "sheet.said", what=_said(door, error, line))


def _said(door: Door, error: HosoError, line: EntryLine) -> str:
    told = " ".join(one.strip() for one in answer(error, door.house).lines)
    return f"{told} {say('sheet.near', names=line.near)}" if line.near else told


def _tell(door: Door, lines: Sequence[EntryLine], *, kept: bool) -> None:
    counts = Counter(line.what for line in lines)
    data = {
        "kept": kept,
        "rows": [{"unit": one.unit, "what": one.what, "number": one.number} for one in lines],
    }
    told = [say("cli.import.kept" if kept else "cli.preview.head")]
    told += [say(f"cli.many.{what}", count=counts[what]) for what in ("add", "same", "there") if counts[what]]
    heads = [say(f"cli.head.{code}") for code in ("subject", "number", "done")]
    rows = [[one.unit, one.number, say(f"sheet.what.{one.what}")] for one in lines]
    door.tell(data, [*told, *table(heads, rows)])


@writes
@click.argument("file", type=EXISTING_FILE)
@click.option("--reason", type=TEXT, required=True)
@click.option("--preview", is_flag=True)
@marked_option
def import_days(door: Door, *, file: Path, reason: str, preview: bool, marked: Path | None) -> None:
    """Add and change holidays and make-up days from a table, all or none."""
    with marking(door, file, marked):
        read = read_days(file.read_bytes(), file.name, WORDING)
        days = [day for _row, day in read]
        lines = door.house.days.preview(door.actor, days)
        wrong = [(row, line.error) for (row, _), line in zip(read, lines, strict=True) if line.error is not None]
        if wrong:
            raise WorkbookRefused([row.fault("day", error.code, **error.facts) for row, error in wrong])
        if preview:
            door.nothing_kept()
        else:
            lines = door.house.days.keep(door.actor, days, reason=reason, key=door.key)
    counts = Counter(line.what for line in lines)
    data = {"kept": not preview, **{what: counts[what] for what in ("add", "change", "same")}}
    told = say("cli.import_days.told", add=counts["add"], change=counts["change"], same=counts["same"])
    door.tell(data, [say("cli.preview.head"), told] if preview else [told])


COMMANDS = (registration_table, register_many, import_days)
