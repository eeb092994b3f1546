"""Packages: dossiers taken along as one file, and those of another installation taken in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from workflow.cli import finding
from workflow.cli.door import Door, reads, writes
from workflow.cli.output import plain, table, working
from workflow.cli.speech import WORDING, Usage, say
from workflow.cli.values import CYCLE, EXISTING_FILE, NEW_FILE, TEXT
from workflow.domain.packages import Fate, PackageLine, PackageRefused
from workflow.papers.package_in import manifest_of
from workflow.queries.packages import ids_of


@reads
@click.argument("dossiers", type=TEXT, nargs=-1)
@click.option("--kind", type=TEXT)
@click.option("--cycle", type=CYCLE)
@click.option("--commune", type=TEXT)
@click.option("--output", type=NEW_FILE, required=True)
def export(
    door: Door, *, dossiers: Sequence[str], kind: str | None, cycle: int | None, commune: str | None, output: Path
) -> None:
    """Dossiers with papers, files and journal as one package: those named, or all of a kind, cycle and commune."""
    if dossiers:
        ids = [found.id for found, _ in finding.dossiers(door, dict.fromkeys(dossiers))]
    elif cycle is None:
        raise Usage("cli.usage.export")
    else:
        where = finding.organisation(door, commune).id if commune else None
        ids = ids_of(door.house.database, door.actor, kind=kind, cycle=cycle, commune=where)
    if not ids:
        raise Usage("cli.usage.export_nothing")
    package = door.house.package(door.actor, ids)
    with working(say("cli.progress.writing")):
        _write(output, package)
    with output.open("rb") as file:
        manifest = manifest_of(file)
    digest, copy = manifest.digest, manifest.copy
    data = {"file": str(output), "dossiers": len(ids), "digest": digest, "copy": copy}
    lines = [say("cli.package.written", count=len(ids), file=str(output)), say("cli.package.digest", digest=digest)]
    door.tell(data, [*lines, *([say("cli.package.copy")] if copy else [])])


def _write(output: Path, parts: Iterator[bytes]) -> None:
    """The whole file, or none."""
    with output.open("xb") as file:
        try:
            file.writelines(parts)
        except BaseException:
            output.unlink(missing_ok=True)
            raise


@writes
@click.argument("file", type=EXISTING_FILE)
@click.option("--preview", is_flag=True)
def import_package(door: Door, *, file: Path, preview: bool) -> int | None:
    """Take in the dossiers of another installation, all or none; ``--preview`` only says what would happen."""
    if preview:
        door.nothing_kept()
    with file.open("rb") as source, door.house.open_package(source) as package:
        head = [say("cli.package.from", by=package.made_by, at=package.made_at)]
        head.append(say("cli.package.digest", digest=package.digest))
        head.append(say("cli.package.signed" if package.key else "cli.package.unsigned"))
        if preview:
            lines = door.house.exchange.preview(door.actor, package)
            if any(line.fate is Fate.WRONG for line in lines):
                raise PackageRefused(lines)
        else:
            with working(say("cli.progress.writing")):
                lines = door.house.exchange.take_in(door.actor, package, key=door.key)
        data = {
            "kept": not preview,
            "digest": package.digest,
            "signed": bool(package.key),
            "dossiers": [line_data(line) for line in lines],
        }
        door.tell(data, [*head, *_lines(lines, kept=not preview)])
    return None


def line_data(line: PackageLine) -> dict[str, object]:
    """One dossier of a package as data."""
    return {
        "number": line.number,
        "subject": line.subject,
        "what": line.fate.value,
        "rows": line.rows,
        "error": line.error.code if line.error is not None else None,
        "notes": plain([{"code": code, **facts} for code, facts in line.notes]),
    }


def _lines(lines: Sequence[PackageLine], *, kept: bool) -> Iterator[str]:
    if not kept:
        yield say("cli.preview.head")
    yield from table(
        [say(f"cli.head.{code}") for code in ("number", "subject", "done")], [row_of(one) for one in lines]
    )


def row_of(line: PackageLine) -> list[object]:
    """Number, subject and what happens to it, in words."""
    said = WORDING.say(f"package.fate.{line.fate.value}", rows=line.rows)
    notes = [WORDING.say(code, **facts) for code, facts in line.notes]
    return [line.number, line.subject, "; ".join([said, *notes])]


COMMANDS = (export, import_package)
