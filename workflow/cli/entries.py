"""Commands that keep the books' registers: organisations, people, earlier results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from workflow.cli import finding
from workflow.cli.door import ROLES, Door, writes
from workflow.cli.output import plain, working
from workflow.cli.paperwork import keep
from workflow.cli.sheets import marked_option, marking
from workflow.cli.speech import WORDING, say
from workflow.cli.values import DAY, EXISTING_FILE, TEXT, Choice
from workflow.domain.actors import Role
from workflow.domain.errors import HosoError
from workflow.papers.organisation_sheet import PLACES, read_organisations
from workflow.papers.result_sheet import read_results
from workflow.papers.tables_in import Row
from workflow.papers.workbook import CellFault, WorkbookRefused
from workflow.services.handover import Successor
from workflow.services.ledger import ResultInput
from workflow.services.organisations import ImportLine

# --- organisations --------------------------------------------------------------------------------------------------


@writes
@click.argument("file", type=EXISTING_FILE)
@click.option("--preview", is_flag=True)
@marked_option
def import_organisations(door: Door, *, file: Path, preview: bool, marked: Path | None) -> None:
    """Add and change organisations from a sheet, all or none."""
    with marking(door, file, marked):
        _import_organisations(door, file, preview=preview, told=preview or marked is not None)


def _import_organisations(door: Door, file: Path, *, preview: bool, told: bool) -> None:
    """``told``: every wrong row is told at its cell; else the first one is refused as the service refuses it."""
    actor = door.actor
    read = read_organisations(
        file.read_bytes(),
        file.name,
        WORDING,
        province_id=actor.province_id,
        commune_id=actor.commune_id,
        known=door.house.organisations.known,
    )
    rows = [organisation for _row, organisation in read]
    if preview:
        door.nothing_kept()
    lines = door.house.organisations.preview(actor, rows) if told else ()
    faults = organisation_faults([row for row, _ in read], lines) if told else []
    if faults:
        raise WorkbookRefused(faults)
    if not preview:
        with working(say("cli.progress.writing")):
            lines = door.house.organisations.import_rows(actor, rows, key=door.key)
    _tell_import(door, lines, kept=not preview, rows=len(rows))


def organisation_faults(rows: Sequence[Row], lines: Sequence[ImportLine]) -> list[CellFault]:
    """What is wrong with the rows of a sheet, each at its cell."""
    return [
        row.fault(PLACES.get(line.field, line.field), line.error.code, **line.error.facts)
        for row, line in zip(rows, lines, strict=True)
        if line.error is not None
    ]


def _tell_import(door: Door, lines: Sequence[ImportLine], *, kept: bool, rows: int) -> None:
    counts = Counter(line.what for line in lines)
    data = {
        "kept": kept,
        "rows": [
            {
                "id": line.organisation.id,
                "name": line.organisation.name,
                "what": line.what,
                "existing": line.existing_id,
            }
            for line in lines
        ],
    }
    told = [say("cli.import.kept" if kept else "cli.preview.head")] if lines else [say("cli.import.before", count=rows)]
    told += [
        say(f"cli.import.{what}", count=counts[what]) for what in ("add", "near", "change", "same") if counts[what]
    ]
    told += [
        say("cli.import.near_line", name=line.organisation.name, id=line.organisation.id, other=str(line.existing_id))
        for line in lines
        if line.what == "near"
    ]
    door.tell(data, told)


@writes
@click.argument("organisation", type=TEXT)
@click.option("--on", type=DAY, required=True)
@click.option("--successor", type=TEXT)
@click.option("--reason", type=TEXT, required=True)
def dissolve(door: Door, *, organisation: str, on: date, successor: str | None, reason: str) -> None:
    """End an organisation on its last day and link its successor."""
    ending = finding.organisation(door, organisation)
    heir = finding.organisation(door, successor).id if successor else None
    door.house.organisations.dissolve(door.actor, ending.id, on=on, successor_id=heir, reason=reason, key=door.key)
    data = {"organisation": ending.id, "on": plain(on), "successor": heir}
    door.tell(data, [say("cli.organisation.dissolved", name=ending.name, on=on)])


@writes
@click.argument("kept", type=TEXT)
@click.argument("gone", type=TEXT)
@click.option("--reason", type=TEXT, required=True)
@click.option("--preview", is_flag=True)
def merge(door: Door, *, kept: str, gone: str, reason: str, preview: bool) -> None:
    """Merge a unit that was entered twice: one record stays, the other ends with it as its successor."""
    stays, ends = finding.organisation(door, kept), finding.organisation(door, gone)
    weighed = door.house.merging.preview(door.actor, kept_id=stays.id, gone_id=ends.id)
    against = [WORDING.say(error.code, **error.facts) for error in weighed.reasons]
    data = {
        "kept": not preview,
        "stays": stays.id,
        "ends": ends.id,
        "dossiers": [len(weighed.kept.dossiers), len(weighed.gone.dossiers)],
        "results": [weighed.kept.results, weighed.gone.results],
        "people": [len(weighed.kept.people), len(weighed.gone.people)],
        "against": [error.code for error in weighed.reasons],
    }
    if preview:
        door.nothing_kept()
        told = [say("cli.preview.head")] + [
            say(
                "cli.merge.side",
                name=side.organisation.name,
                id=side.organisation.id,
                dossiers=len(side.dossiers),
                results=side.results,
                people=len(side.people),
            )
            for side in (weighed.kept, weighed.gone)
        ]
        door.tell(data, [*told, *against])
        return
    door.house.merging.merge(door.actor, kept_id=stays.id, gone_id=ends.id, reason=reason, key=door.key)
    door.tell(data, [say("cli.merge.done", name=stays.name, id=ends.id)])


# --- people ---------------------------------------------------------------------------------------------------------


@writes
@click.argument("person", type=TEXT)
@click.option("--to", "successor", type=TEXT, required=True)
@click.option("--office", type=TEXT)
@click.option("--last-day", type=DAY, required=True)
@click.option("--reason", type=TEXT, required=True)
def hand_over(door: Door, *, person: str, successor: str, office: str | None, last_day: date, reason: str) -> None:
    """End a person's roles with a day and give the same to a successor from the day after."""
    door.house.handovers.hand_over(
        door.actor, person, Successor(successor, office or ""), last_day=last_day, reason=reason, key=door.key
    )
    data = {"person": person, "successor": successor, "last_day": plain(last_day)}
    door.tell(data, [say("cli.hand_over.done", person=person, successor=successor, on=last_day)])


@writes
@click.argument("person", type=TEXT)
@click.option("--office", type=TEXT, required=True)
@click.option("--role-given", type=Choice(ROLES), required=True)
@click.option("--organisation", type=TEXT, required=True)
@click.option("--from", "valid_from", type=DAY)
@click.option("--to", "valid_to", type=DAY)
def assign(
    door: Door,
    *,
    person: str,
    office: str,
    role_given: str,
    organisation: str,
    valid_from: date | None,
    valid_to: date | None,
) -> None:
    """Give a person, shown by office, a role in an organisation."""
    where = finding.organisation(door, organisation)
    role = Role(role_given)
    door.house.people.assign(
        door.actor,
        person,
        office=office,
        role=role,
        organisation_id=where.id,
        valid_from=valid_from,
        valid_to=valid_to,
        key=door.key,
    )
    data = {"person": person, "office": office, "role": role.value, "organisation": where.id}
    door.tell(data, [say("cli.people.assigned", office=office, role=role, organisation=where.name)])


# --- earlier results ------------------------------------------------------------------------------------------------


@writes
@click.argument("file", type=EXISTING_FILE)
@click.option("--scan", type=EXISTING_FILE)
@marked_option
def import_ledger(door: Door, *, file: Path, scan: Path | None, marked: Path | None) -> None:
    """Enter earlier results from a sheet, all or none; they count once a second person confirmed them."""
    with marking(door, file, marked):
        results = _results(door, read_results(file.read_bytes(), file.name, WORDING))
    if scan is not None:
        digest = keep(door, scan).digest
        results = [replace(result, paper_digest=digest) for result in results]
    with working(say("cli.progress.writing")):
        ids = door.house.ledger.import_rows(door.actor, results, key=door.key)
    door.tell({"entered": list(ids)}, [say("cli.ledger.entered", count=len(ids)), *(f"  {entry}" for entry in ids)])


def _results(door: Door, rows: Sequence[Row]) -> list[ResultInput]:
    faults: list[CellFault] = []
    results: list[ResultInput] = []
    for row in rows:
        named, decided = row.text("subject") or "", row.day("decided_on")
        try:
            subject = finding.organisation(door, named)
        except HosoError as error:
            faults.append(row.fault("subject", error.code, **{**error.facts, "organisation": named}))
            continue
        if decided is not None:
            results.append(_result(row, subject.id, decided))
    if faults:
        raise WorkbookRefused(faults)
    return results


def _result(row: Row, subject_id: str, decided_on: date) -> ResultInput:
    return ResultInput(
        subject_id=subject_id,
        kind=row.text("result_kind") or "",
        cycle=row.number("cycle"),
        result=row.text("result") or "",
        label=row.text("label") or "",
        number=row.text("number") or "",
        decided_on=decided_on,
        authority=row.text("authority") or "",
    )


@writes
@click.argument("entries", type=TEXT, nargs=-1, required=True)
def confirm(door: Door, *, entries: Sequence[str]) -> None:
    """Confirm entered results as a second person, all or none."""
    confirmed = door.house.ledger.confirm(door.actor, list(dict.fromkeys(entries)), key=door.key)
    door.tell({"confirmed": confirmed}, [say("cli.ledger.confirmed", count=confirmed)])


COMMANDS = (import_organisations, dissolve, merge, assign, hand_over, import_ledger, confirm)
