"""The command ``paper``: a paper of a dossier in the official frame, or the origin of each value on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from workflow.cli import finding
from workflow.cli.door import Door, reads
from workflow.cli.speech import Usage, say
from workflow.cli.values import TEXT, Choice, Whole
from workflow.papers.official.model import OfficialPaper
from workflow.printing.filed import draft_paper, filed_paper
from workflow.printing.files import TYPES, paper_file
from workflow.printing.happenings import receipt_paper, return_paper
from workflow.printing.surroundings import Surroundings

_PLACE = Whole(1, 1_000_000)


@reads
@click.argument("dossier", type=TEXT)
@click.argument("code", type=TEXT, required=False)
@click.option("--version", type=Whole(1, 10_000))
@click.option("--draft", is_flag=True)
@click.option("--receipt", type=_PLACE)
@click.option("--returned", type=_PLACE)
@click.option("--format", "ending", type=Choice(tuple(TYPES)), default="pdf")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--origins", is_flag=True)
def paper(
    door: Door,
    *,
    dossier: str,
    code: str | None,
    version: int | None,
    draft: bool,
    receipt: int | None,
    returned: int | None,
    ending: str,
    output: Path | None,
    origins: bool,
) -> None:
    """Print a paper, the receipt or the notice of a return; ``--origins`` tells where each value comes from."""
    if sum((code is not None, receipt is not None, returned is not None)) != 1:
        raise Usage("cli.usage.one_print")
    found, _ = finding.dossier(door, dossier)
    around = Surroundings.of(door.house, door.actor, found.id)
    if receipt is not None:
        printed = receipt_paper(around, receipt)
    elif returned is not None:
        printed = return_paper(around, returned)
    elif draft:
        kept = around.look.drafts.get(code or "")
        printed = draft_paper(around, code or "", kept.document if kept is not None else {})
    else:
        printed = filed_paper(around, code or "", version)
    written = None
    if not origins:
        body, name = paper_file(door.house, printed, ending)
        written = output or Path(name)
        written.write_bytes(body)
    door.tell(_data(printed, written), _lines(printed, written))


def _data(printed: OfficialPaper, written: Path | None) -> dict[str, object]:
    return {
        "paper": printed.name,
        "file": str(written) if written is not None else None,
        "missing": list(printed.missing),
        "origins": [
            {"field": one.field, "label": one.label, "value": one.value, "origin": one.origin} for one in printed.traces
        ],
    }


def _lines(printed: OfficialPaper, written: Path | None) -> Iterator[str]:
    if written is not None:
        yield say("print.written", file=str(written))
    else:
        yield say("print.trace.head", paper=printed.name)
        for one in printed.traces:
            yield "  " + say("print.trace.line", label=one.label, value=one.value, origin=one.origin)
    if printed.missing:
        yield say("print.missing.head", count=len(printed.missing))
        yield from (f"  {label}" for label in printed.missing)


COMMANDS = (paper,)
