"""What a command did, and what one would do: receipts, previews of acts and of rebinding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.cli import finding
from workflow.cli.answers import refusal_data, refusal_lines
from workflow.cli.door import Door
from workflow.cli.output import plain
from workflow.cli.speech import say
from workflow.domain.file_checks import FileFinding
from workflow.domain.kinds import DossierKind
from workflow.services.acts import ActLine, ActPreview, ActResult
from workflow.services.desk import RebindLine
from workflow.services.engine import Receipt


def tell_receipts(door: Door, receipts: Sequence[Receipt], *, findings: Sequence[FileFinding] = ()) -> None:
    """One receipt, or several; ``findings``: what there is to say about the files that came along."""
    known = [(receipt, finding.dossier(door, receipt.dossier_id)[1]) for receipt in receipts]
    rows = [receipt_data(receipt, kind) for receipt, kind in known]
    data = rows[0] if len(rows) == 1 else {"dossiers": rows}
    told = [say(one.message, **one.facts) for one in findings]
    if findings:
        weighed = zip(findings, told, strict=True)
        data |= {"files": [{"code": one.code, "weight": one.weight.value, "sentence": words} for one, words in weighed]}
    lines = [line for receipt, kind in known for line in receipt_lines(receipt, kind)]
    door.tell(data, [*lines, *(f"  - {words}" for words in told)])


def receipt_data(receipt: Receipt, kind: DossierKind) -> dict[str, object]:
    """A receipt as ``--json`` prints it."""
    return {
        "dossier": receipt.dossier_id,
        "number": receipt.number,
        "state": receipt.state,
        "state_label": kind.state(receipt.state).label,
        "version": receipt.version,
        "journal": receipt.journal,
        "at": plain(receipt.at),
        "late": receipt.late,
        "act": receipt.act_id,
    }


def receipt_lines(receipt: Receipt, kind: DossierKind) -> Iterator[str]:
    """A receipt in words: number, state, instant, journal number, and whether it was late."""
    yield say("cli.receipt", number=receipt.number, state=kind.state(receipt.state).label)
    journal, version = str(receipt.journal), str(receipt.version)
    yield say("cli.receipt.journal", at=receipt.at, journal=journal, version=version)
    if receipt.late:
        yield say("cli.receipt.late")


def tell_act(door: Door, result: ActResult) -> None:
    """A recorded act: what became of each dossier, who was left out."""
    known = [(receipt, finding.dossier(door, receipt.dossier_id)[1]) for receipt in result.receipts]
    data = {
        "act": result.act_id,
        "at": plain(result.at),
        "dossiers": [receipt_data(receipt, kind) for receipt, kind in known],
        "left_out": list(result.left_out),
    }
    lines = [say("cli.act.done", count=len(known), at=result.at)]
    lines += [say("cli.act.line", number=r.number, state=kind.state(r.state).label) for r, kind in known]
    lines += [say("cli.act.left_out", number=number) for number in result.left_out]
    door.tell(data, lines)


def preview_data(door: Door, preview: ActPreview) -> dict[str, object]:
    """A preview as ``--json`` prints it."""
    rows = [_line_data(door, line) for line in preview.lines]
    return {"trigger": preview.trigger, "is_open": preview.is_open, "dossiers": rows}


def _line_data(door: Door, line: ActLine) -> dict[str, object]:
    return {
        "dossier": line.dossier_id,
        "number": line.number,
        "subject": line.subject_id,
        "source": line.source,
        "target": line.target,
        "choice": line.choice,
        "left_out": line.left_out,
        "refusals": [refusal_data(refusal, door.house) for refusal in line.refusals],
        "warnings": [refusal_data(refusal, door.house) for refusal in line.warnings],
    }


def preview_lines(door: Door, preview: ActPreview) -> Iterator[str]:
    """A preview in words: nothing is recorded yet; per dossier what would happen, or why not."""
    yield say("cli.preview.head")
    for line in preview.lines:
        kind = finding.dossier(door, line.dossier_id)[1]
        if line.left_out:
            yield say("cli.act.left_out", number=line.number)
        elif line.refusals:
            yield say("cli.preview.blocked", number=line.number, count=len(line.refusals))
            yield from refusal_lines(line.refusals, door.house)
        elif line.target is not None:
            yield say("cli.act.line", number=line.number, state=kind.state(line.target).label)
        if line.warnings and not line.left_out:
            yield say("cli.preview.warnings", number=line.number)
            yield from refusal_lines(line.warnings, door.house)
    yield say("cli.preview.open" if preview.is_open else "cli.preview.not_open")


def rebind_data(door: Door, lines: Sequence[RebindLine]) -> dict[str, object]:
    """What a rebinding would do, as ``--json`` prints it."""
    rows = [
        {
            "dossier": line.dossier_id,
            "number": line.number,
            "stale_papers": list(line.stale),
            "refusals": [refusal_data(refusal, door.house) for refusal in line.refusals],
        }
        for line in lines
    ]
    return {"is_open": not any(line.refusals for line in lines), "dossiers": rows}


def rebind_lines(door: Door, lines: Sequence[RebindLine]) -> Iterator[str]:
    """What a rebinding would do, in words."""
    yield say("cli.preview.head")
    for line in lines:
        if line.refusals:
            yield say("cli.preview.blocked", number=line.number, count=len(line.refusals))
            yield from refusal_lines(line.refusals, door.house)
        else:
            yield say("cli.rebind.line", number=line.number, count=len(line.stale))
