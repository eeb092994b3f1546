"""Commands that change dossiers: register, attach, perform, act, correct, hold, lift, rebind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import click

from workflow.cli import finding
from workflow.cli.door import Door, files, moves, writes
from workflow.cli.output import working
from workflow.cli.paperwork import Said, with_papers, with_signed, with_words
from workflow.cli.receipts import preview_data, preview_lines, rebind_data, rebind_lines, tell_act, tell_receipts
from workflow.cli.speech import Usage, say
from workflow.cli.values import CYCLE, INSTANT, TEXT, VERSION
from workflow.domain.events import SignedPaper
from workflow.domain.file_checks import FileFinding
from workflow.services.acts import ActInput, ActItem
from workflow.services.awards import RoundChoice
from workflow.services.inputs import MoveInput, PaperInput
from workflow.services.registration import RegistrationService

Papers = Mapping[str, PaperInput]

seen_option = click.option("--seen", type=VERSION)
reason_option = click.option("--reason", type=TEXT)


@files
@click.argument("subject", type=TEXT)
@click.option("--kind", type=TEXT, required=True)
@click.option("--cycle", type=CYCLE, required=True)
@click.option("--for-unit", is_flag=True)
@click.option("--draft", is_flag=True)
@click.option("--form", type=TEXT)
@click.option("--unexpected", is_flag=True)
@click.option("--sent-at", type=INSTANT)
@with_papers
@with_signed
def register(
    door: Door,
    *,
    subject: str,
    kind: str,
    cycle: int,
    for_unit: bool,
    draft: bool,
    form: str | None,
    unexpected: bool,
    sent_at: datetime | None,
    papers: Papers,
    signed: SignedPaper | None,
) -> None:
    """Open a dossier, file its papers and make the first step, in one transaction."""
    if for_unit and signed is None:
        raise Usage("cli.usage.for_unit")
    receipt = RegistrationService(door.house.engine).register(
        door.actor,
        kind_code=kind,
        subject_id=finding.organisation(door, subject).id,
        cycle=cycle,
        papers=papers,
        signed=signed,
        sent_at=sent_at,
        draft_only=draft,
        award=RoundChoice(form, unexpected) if form is not None else None,
        key=door.key,
    )
    tell_receipts(door, [receipt])


@files
@click.argument("dossier", type=TEXT)
@with_papers
@with_signed
@seen_option
def attach(door: Door, *, dossier: str, papers: Papers, signed: SignedPaper | None, seen: int | None) -> None:
    """File one version of one paper."""
    if len(papers) != 1:
        raise Usage("cli.usage.one_paper")
    ((code, paper),) = papers.items()
    found, _ = finding.dossier(door, dossier)
    version = found.version if seen is None else seen
    receipt = door.house.dossiers.file_paper(
        door.actor, found.id, code, paper, seen_version=version, signed=signed, key=door.key
    )
    tell_receipts(door, [receipt], findings=_about_files(door, found.id, code, paper))


def _about_files(door: Door, dossier_id: str, code: str, paper: PaperInput) -> tuple[FileFinding, ...]:
    """What there is to say about the files that were just filed."""
    newest = door.house.looks.look(door.actor, dossier_id).dossier.newest(code) if paper.files else None
    if newest is None:
        return ()
    document = door.house.looks.document(door.actor, dossier_id, newest.paper.id)
    return door.house.inspections.look(door.actor, dossier_id, code, paper.files, document)


@moves
@click.argument("dossier", type=TEXT)
@click.argument("trigger", type=TEXT)
@click.option("--choice", type=TEXT)
@with_words
@with_papers
@with_signed
@seen_option
def perform(
    door: Door,
    *,
    dossier: str,
    trigger: str,
    choice: str | None,
    said: Said,
    papers: Papers,
    signed: SignedPaper | None,
    seen: int | None,
) -> None:
    """Make one move of one dossier."""
    found, _ = finding.dossier(door, dossier)
    move = move_of(trigger, found.version if seen is None else seen, choice, said, papers, signed)
    tell_receipts(door, [door.house.dossiers.perform(door.actor, found.id, move, key=door.key)])


def move_of(
    trigger: str, version: int, choice: str | None, said: Said, papers: Papers, signed: SignedPaper | None
) -> MoveInput:
    """The move that the options describe."""
    return MoveInput(
        trigger=trigger,
        seen_version=version,
        choice=choice,
        papers=papers,
        signed=signed,
        reason=said.reason,
        items=said.items,
        mode=said.mode,
        redo_to=said.redo_to,
        mend_by=said.mend_by,
        sent_at=said.sent_at,
    )


@moves
@click.argument("trigger", type=TEXT)
@click.argument("dossiers", type=TEXT, nargs=-1, required=True)
@click.option("--choice", "choices", type=TEXT, multiple=True)
@click.option("--leave-out", type=TEXT, multiple=True)
@click.option("--seen", "seen", type=TEXT, multiple=True)
@click.option("--preview", is_flag=True)
@with_words
@with_papers
@with_signed
def act(
    door: Door,
    *,
    trigger: str,
    dossiers: Sequence[str],
    choices: Sequence[str],
    leave_out: Sequence[str],
    seen: Sequence[str],
    preview: bool,
    said: Said,
    papers: Papers,
    signed: SignedPaper | None,
) -> None:
    """One act on many dossiers, all or none; ``--preview`` only says what would happen."""
    found = {named: finding.dossier(door, named)[0] for named in dict.fromkeys([*dossiers, *leave_out])}
    chosen, versions = _by_dossier(choices, found, "--choice"), _by_dossier(seen, found, "--seen")
    items = [
        ActItem(
            dossier.id,
            _version(versions.get(named), dossier.version),
            choice=chosen.get(named, chosen.get("")),
        )
        for named, dossier in found.items()
    ]
    asked = ActInput(
        trigger=trigger,
        items=items,
        papers=papers,
        leave_out=frozenset(found[named].id for named in leave_out),
        reason=said.reason,
        returns=said.items,
        mode=said.mode,
        redo_to=said.redo_to,
        mend_by=said.mend_by,
        sent_at=said.sent_at,
        signed=signed,
    )
    if preview:
        door.nothing_kept()
        weighed = door.house.acts.preview(door.actor, asked)
        door.tell(preview_data(door, weighed), preview_lines(door, weighed))
        return
    with working(say("cli.progress.writing")):
        recorded = door.house.acts.record(door.actor, asked, key=door.key)
    tell_act(door, recorded)


def _by_dossier(pairs: Sequence[str], found: Mapping[str, object], option: str) -> dict[str, str]:
    """``number=value`` pairs; a bare value is for all, under the empty name. Raises Usage."""
    values: dict[str, str] = {}
    for pair in pairs:
        named, equals, value = pair.rpartition("=")
        if equals and named not in found:
            raise Usage("cli.usage.not_in_act", option=option, dossier=named)
        values[named] = value
    return values


def _version(text: str | None, current: int) -> int:
    if text is None:
        return current
    if not text.isdecimal():
        raise Usage("cli.usage.seen", value=text)
    return int(text)


@moves
@click.argument("dossier", type=TEXT)
@click.option("--step", type=VERSION, required=True)
@reason_option
@with_papers
@with_signed
@seen_option
def correct(
    door: Door,
    *,
    dossier: str,
    step: int,
    reason: str | None,
    papers: Papers,
    signed: SignedPaper | None,
    seen: int | None,
) -> None:
    """Mend the paper of a recorded step, on every dossier of its act."""
    if signed is None:
        raise Usage("cli.usage.correct_signed")
    if len(papers) > 1:
        raise Usage("cli.usage.one_paper")
    found, _ = finding.dossier(door, dossier)
    receipts = door.house.desk.correct(
        door.actor,
        found.id,
        step_seq=step,
        signed=signed,
        reason=reason,
        seen_version=found.version if seen is None else seen,
        paper=next(iter(papers.values()), None),
        key=door.key,
    )
    tell_receipts(door, receipts)


@moves
@click.argument("dossier", type=TEXT)
@reason_option
@with_signed
@seen_option
def hold(door: Door, *, dossier: str, reason: str | None, signed: SignedPaper | None, seen: int | None) -> None:
    """Put a dossier on hold."""
    found, _ = finding.dossier(door, dossier)
    version = found.version if seen is None else seen
    receipt = door.house.dossiers.hold(
        door.actor, found.id, reason=reason, seen_version=version, signed=signed, key=door.key
    )
    tell_receipts(door, [receipt])


@moves
@click.argument("dossier", type=TEXT)
@reason_option
@with_signed
@seen_option
def lift(door: Door, *, dossier: str, reason: str | None, signed: SignedPaper | None, seen: int | None) -> None:
    """Lift a hold with the concluding paper."""
    found, _ = finding.dossier(door, dossier)
    version = found.version if seen is None else seen
    receipt = door.house.dossiers.lift(
        door.actor, found.id, signed=signed, seen_version=version, reason=reason, key=door.key
    )
    tell_receipts(door, [receipt])


@writes
@click.argument("dossiers", type=TEXT, nargs=-1, required=True)
@click.option("--version", type=VERSION, required=True)
@reason_option
@click.option("--redo-to", type=TEXT)
@click.option("--preview", is_flag=True)
def rebind(
    door: Door,
    *,
    dossiers: Sequence[str],
    version: int,
    reason: str | None,
    redo_to: str | None,
    preview: bool,
) -> None:
    """Move open dossiers to another version of their kind, all or none."""
    ids = [found.id for found, _ in finding.dossiers(door, dict.fromkeys(dossiers))]
    if preview:
        door.nothing_kept()
        lines = door.house.desk.rebind_preview(door.actor, ids, version=version, redo_to=redo_to)
        door.tell(rebind_data(door, lines), rebind_lines(door, lines))
        return
    with working(say("cli.progress.writing")):
        receipts = door.house.desk.rebind(
            door.actor, ids, version=version, reason=reason or "", redo_to=redo_to, key=door.key
        )
    tell_receipts(door, receipts)


COMMANDS = (register, attach, perform, act, correct, hold, lift, rebind)
