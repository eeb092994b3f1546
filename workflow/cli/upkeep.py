"""Commands that make and keep an installation: init, upgrade, sweep."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import click

from workflow import installation
from workflow.cli.door import DOOR, Door, os_user, tends
from workflow.cli.output import working
from workflow.cli.speech import Usage, say
from workflow.cli.tokens import tell_token
from workflow.cli.values import NEW_FILE, TEXT
from workflow.clock import SystemClock
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Organisation

PROVINCE_KIND = "province"
"""The kind of organisation at the top of the tree (``domain.books.Organisation``)."""


@tends
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
        made = door.house.tokens.make(_system(province), admin, label=DOOR)
        tell_token(door, admin, made, output)


def _system(province_id: str) -> Actor:
    """The system, as whoever sits at this machine started it."""
    return replace(system_actor(province_id), door=DOOR, os_user=os_user())


@tends
@click.option("--province", type=TEXT)
@click.option("--unused-files", is_flag=True)
def sweep(door: Door, *, province: str | None, unused_files: bool) -> None:
    """Finish what the books owe: owed dossiers opened and ended, what a closed cycle left over.

    ``--unused-files`` also removes files older than a day that nothing names; only for a folder of this database alone.
    """
    with working(say("cli.progress.writing")):
        swept = door.house.cycles.sweep(province or door.province_id)
        removed = installation.remove_orphans(door.house, at=SystemClock().now()) if unused_files else None
    data = asdict(swept)
    lines = [say("cli.swept", **data)]
    if removed is not None:
        data["removed"] = len(removed)
        lines.append(say("cli.swept.files", count=len(removed)))
    door.tell(data, lines)


@tends
def upgrade(door: Door) -> None:
    """Bring the database to the newest schema."""
    door.nothing_kept()
    applied = installation.upgrade(door.settings)
    door.tell({"applied": applied}, [say("cli.upgraded", count=len(applied))])


COMMANDS = (init, upgrade, sweep)
