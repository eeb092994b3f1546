"""Commands by which PV01 publishes definitions: criteria sets from a spreadsheet, kinds, confirmed thresholds."""

from __future__ import annotations

from pathlib import Path

import click

from workflow import installation
from workflow.cli.door import Door, reads, writes
from workflow.cli.speech import WORDING, say
from workflow.cli.values import EXISTING_FILE, NEW_FILE, TEXT
from workflow.domain.errors import DefinitionInvalid
from workflow.papers.criteria_workbook import blank_criteria_workbook, criteria_workbook, read_criteria_workbook
from workflow.papers.workbook import WorkbookRefused
from workflow.services.definitions import Checked

reason_option = click.option("--reason", type=TEXT, required=True)


@writes
@click.argument("file", type=EXISTING_FILE)
@reason_option
def publish_criteria(door: Door, *, file: Path, reason: str) -> None:
    """Publish a criteria set from PV01's workbook as a new version; faults are said at their cells."""
    reading = read_criteria_workbook(file.read_bytes(), WORDING)
    try:
        checked = door.house.definitions.publish(door.actor, "criteria", reading.body, reason=reason, key=door.key)
    except DefinitionInvalid as error:
        raise WorkbookRefused(reading.place(error.faults)) from None  # type: ignore[arg-type]  # faults of a body
    _tell_published(door, checked)


@writes
@click.argument("file", type=EXISTING_FILE)
@reason_option
def publish_kind(door: Door, *, file: Path, reason: str) -> None:
    """Publish a kind of dossier as a new version."""
    body = installation.read_definition(file)
    installation.check_publishable(body)
    _tell_published(door, door.house.definitions.publish(door.actor, "kind", body, reason=reason, key=door.key))


def _tell_published(door: Door, checked: Checked) -> None:
    data = {"key": checked.key, "digest": checked.digest}
    door.tell(data, [say("cli.published", key=checked.key, digest=checked.digest[:12])])


@writes
@click.argument("sheet", type=TEXT)
@reason_option
def confirm_thresholds(door: Door, *, sheet: str, reason: str) -> None:
    """Confirm the unverified thresholds of a criteria set, once."""
    door.house.definitions.confirm_thresholds(door.actor, sheet, reason=reason, key=door.key)
    door.tell({"sheet": sheet}, [say("cli.thresholds.confirmed", sheet=sheet)])


@reads
@click.argument("sheet", type=TEXT, required=False)
@click.option("--output", type=NEW_FILE, required=True)
def criteria_template(door: Door, *, sheet: str | None, output: Path) -> None:
    """Write the workbook in which a criteria set is published: blank, or filled from a set."""
    if sheet is None:
        content = blank_criteria_workbook(WORDING)
    else:
        content = criteria_workbook(door.house.catalogue.criteria(sheet, province_id=door.settings.province), WORDING)
    output.write_bytes(content)
    door.tell({"file": str(output)}, [say("cli.file.written", file=str(output))])


COMMANDS = (publish_criteria, publish_kind, confirm_thresholds, criteria_template)
