"""Commands that look after an installation: init, verify-journal, checkpoint, sweep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from workflow import installation
from workflow.cli.answers import REFUSED
from workflow.cli.door import DOOR, Door, os_user, reads, writes
from workflow.cli.entries import tell_token
from workflow.cli.output import plain, working
from workflow.cli.speech import Usage, say
from workflow.cli.values import EXISTING_FILE, NEW_FILE, TEXT
from workflow.clock import SystemClock
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Organisation
from workflow.installation import Verification

PROVINCE_KIND = "province"
"""The kind of organisation at the top of the tree (``domain.books.Organisation``)."""


@writes
@click.option("--practice", is_flag=True)
@click.option("--province", type=TEXT)
@click.option("--province-name", type=TEXT)
@click.option("--admin", type=TEXT)
@click.option("--admin-office", type=TEXT)
@click.option("--output", type=NEW_FILE)
def init(
    door: Door,
    *,
    practice: bool,
    province: str | None,
    province_name: str | None,
    admin: str | None,
    admin_office: str | None,
    output: Path | None,
) -> None:
    """Make a new database; with a province and its administrator, whose token is shown once."""
    if door.asked.at is not None and not practice:
        raise Usage("cli.usage.practice_only", option="--at")
    named = (province, province_name, admin, admin_office)
    if any(named) and not all(named):
        raise Usage("cli.usage.init_incomplete")
    installation.make(door.settings, at=door.asked.at or SystemClock().now(), practice=practice)
    if province and province_name and admin and admin_office:
        system = _system(province)
        tree = Organisation(province, province_name, PROVINCE_KIND, None, None, province)
        door.house.organisations.import_rows(system, [tree])
        door.house.people.assign(system, admin, office=admin_office, role=Role.ADMIN, organisation_id=province)
    data = {"database": door.settings.database, "practice": practice, "province": province}
    door.tell(data, [say("cli.inited.practice" if practice else "cli.inited.real")])
    if admin and province and not practice:
        made = door.house.people.new_token(_system(province), admin, label=DOOR)
        tell_token(door, admin, made, output)


def _system(province_id: str) -> Actor:
    """The system, as whoever sits at this machine started it."""
    return replace(system_actor(province_id), door=DOOR, os_user=os_user())


@reads
@click.option("--checkpoint", type=EXISTING_FILE)
def verify_journal(door: Door, *, checkpoint: Path | None) -> int:
    """Prove that the journal is whole; the first bad row is named."""
    with working(say("cli.progress.verifying")):
        found = installation.verify_journal(door.house, checkpoint)
    data = {
        "ok": found.ok,
        "rows": found.rows,
        "streams": found.streams,
        "bad": plain(found.bad),
        "checkpoint": None if found.checkpoint is None else plain(found.checkpoint.at),
    }
    door.tell(data, _verification_lines(found))
    return 0 if found.ok else REFUSED


def _verification_lines(found: Verification) -> Iterator[str]:
    if found.ok:
        yield say("cli.journal.whole", rows=found.rows, streams=found.streams)
    else:
        yield say("cli.journal.broken", count=len(found.bad))
    for bad in found.bad:
        position = str(bad.position) if bad.position is not None else "-"
        yield say(f"cli.journal.bad.{bad.what}", stream=bad.stream, seq=str(bad.seq), position=position)
    if found.checkpoint is not None and found.ok:
        yield say("cli.journal.compared", at=found.checkpoint.at)


@reads
@click.option("--output", type=NEW_FILE, required=True)
def checkpoint(door: Door, *, output: Path) -> None:
    """Write how far the journal has come, to be kept outside."""
    if output.exists():
        raise Usage("cli.usage.file_exists", file=str(output))
    made = installation.write_checkpoint(door.house, output)
    data = {
        "file": str(output),
        "at": plain(made.at),
        "position": made.position,
        "rows": made.rows,
        "digest": made.digest,
    }
    door.tell(data, [say("cli.checkpoint.written", file=str(output), position=str(made.position), digest=made.digest)])


@writes
@click.option("--province", type=TEXT)
def sweep(door: Door, *, province: str | None) -> None:
    """Finish what the books owe: owed dossiers opened and ended, what a closed cycle left over."""
    swept = door.house.cycles.sweep(province or door.province_id)
    lines = [say("cli.swept", opened=swept.opened, voided=swept.voided, lapsed=swept.lapsed)]
    door.tell(plain(swept), lines)


COMMANDS = (init, verify_journal, checkpoint, sweep)
