"""Commands on definitions that need no database: check, diagram."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from workflow import installation
from workflow.cli.answers import sentence
from workflow.cli.door import Door, reads
from workflow.cli.exit_codes import DONE, INVALID
from workflow.cli.output import plain
from workflow.cli.speech import WORDING, Usage, said, say
from workflow.cli.values import EXISTING_FILE, TEXT, Whole
from workflow.installation import Finding


@reads
@click.argument("file", type=EXISTING_FILE, required=False)
@click.option("--seal", is_flag=True)
@click.option("--freeze", is_flag=True)
def check(door: Door, *, file: Path | None, seal: bool, freeze: bool) -> int:
    """Check every shipped definition, or one kind.json; what refuses is told first. Sound ones can be sealed."""
    sealing = seal or freeze
    if sealing and file is not None:
        raise Usage("cli.usage.seal_all")
    if sealing:
        found = installation.seal(frozen=freeze)
    else:
        found = installation.examine() if file is None else {file.name: installation.examine_kind(file)}
    refused = any(item.refuses for items in found.values() for item in items)
    findings = {place: [_data(item) for item in items] for place, items in found.items()}
    is_sealed = sealing and not refused
    last = [say("cli.check.frozen" if freeze else "cli.check.sealed")] if is_sealed else []
    door.tell({"ok": not refused, "sealed": is_sealed, "findings": findings}, [*_lines(found), *last])
    return INVALID if refused else DONE


def _data(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "about": finding.about,
        "severity": finding.severity.value,
        "refuses": finding.refuses,
        "sentence": _words(finding),
        "facts": plain(finding.facts),
        "waived_by": plain(finding.waived_by),
    }


def _words(finding: Finding) -> str:
    return sentence(finding.message, finding.facts)


def _lines(found: Mapping[str, tuple[Finding, ...]]) -> Iterator[str]:
    for place, items in found.items():
        refusing = [item for item in items if item.refuses]
        warned = [item for item in items if item.stands and not item.refuses]
        waived = [item for item in items if not item.stands]
        named = said(f"cli.check.{place}") or place
        yield say("cli.check.place", place=named, errors=len(refusing), warnings=len(warned), waived=len(waived))
        yield from (say("cli.check.error", what=_words(item), about=item.about) for item in refusing)
        yield from (say("cli.check.warning", what=_words(item), about=item.about) for item in warned)
        for item in waived:
            yield say("cli.check.waived", what=_words(item))
            if item.waived_by is not None:
                yield say("cli.check.waiver", reason=item.waived_by.reason, who=item.waived_by.approved_by)


@reads
@click.argument("kind", type=TEXT)
@click.option("--version", type=Whole(1, 9999))
@click.option("--own", is_flag=True)
@click.option("--whole", is_flag=True)
@click.option("--words", is_flag=True)
def diagram(door: Door, *, kind: str, version: int | None, own: bool, whole: bool, words: bool) -> None:
    """A kind as a picture (Mermaid text), or as a procedure in words."""
    found = installation.shipped_kind(kind, version)
    told = installation.procedure_text(found, WORDING) if words else None
    text = told or installation.picture(found, own=own, whole=whole)
    door.tell({"kind": found.code, "version": found.version, "text": text}, [text.rstrip("\n")])


COMMANDS = (check, diagram)
