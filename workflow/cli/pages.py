"""A dossier as the command line shows it, in lines: where it stands, its papers, its story."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.cli.output import facts, table
from workflow.cli.speech import WORDING, say
from workflow.domain.dossier import Filed, Step
from workflow.domain.turn import place_of
from workflow.telling.dossiers import Shown

_DIGEST = 12


def page_lines(shown: Shown) -> Iterator[str]:
    """The dossier in words."""
    dossier, kind = shown.dossier, shown.kind
    yield say(
        "cli.show.head",
        subject=shown.name(dossier.subject_id),
        kind=kind.short_label,
        cycle=dossier.cycle,
        number=dossier.number,
    )
    if shown.as_of is not None:
        yield say("cli.shown.as_of", at=shown.as_of)
    yield from facts(_standing(shown))
    for item in dossier.open_returns:
        yield say("cli.show.return", role=item.role, count=len(item.items))
        yield from (f"  - {shown.text(one.text.id) or ''}" for one in item.items)
    if shown.papers:
        yield ""
        yield from table(_heads("paper", "version", "at", "by", "digest"), [_paper_row(shown, f) for f in shown.papers])
    if dossier.steps:
        yield ""
        yield from table(_heads("step", "at", "done", "whose", "remark"), [_step_row(shown, s) for s in dossier.steps])


def _heads(*codes: str) -> list[str]:
    return [say(f"cli.head.{code}") for code in codes]


def _standing(shown: Shown) -> Iterator[tuple[str, object]]:
    dossier = shown.dossier
    yield say("cli.head.state"), shown.kind.state(dossier.state).label
    place = place_of(shown.kind, dossier)
    yield say("cli.head.stage"), next((stage.label for stage in shown.kind.stages if stage.code == place), None)
    if dossier.holder is not None and dossier.holder_since is not None:
        turn = say("cli.show.turn", role=dossier.holder, since=dossier.holder_since)
        yield say("cli.head.turn"), turn
    if shown.due is not None:
        yield say("cli.head.due"), WORDING.last_moment(shown.due, shown.calendar)
    if dossier.hold is not None:
        yield say("cli.head.hold"), say("cli.show.hold", since=dossier.hold.at, role=dossier.hold.role)
    if dossier.late:
        yield say("cli.head.late"), say("time.yes")
    yield say("cli.head.version"), dossier.version


def _paper_row(shown: Shown, filed: Filed) -> list[object]:
    rule = shown.kind.attachments.get(filed.paper.code)
    label = rule.label if rule is not None else filed.paper.code
    office = shown.office(filed.person_id)
    return [label, filed.paper.version, WORDING.speak(filed.at), office, filed.paper.digest[:_DIGEST]]


def _step_row(shown: Shown, step: Step) -> list[object]:
    return [step.seq, WORDING.speak(step.at), _done(shown, step), _whose(shown, step), _remark(shown, step)]


def _done(shown: Shown, step: Step) -> str:
    made = [
        t for t in shown.kind.transitions if (t.trigger, t.source, t.target) == (step.trigger, step.source, step.target)
    ]
    if not made:
        return step.trigger
    choices: Mapping[str, str] = dict(made[0].choices)
    words = made[0].done_label
    label = choices.get(step.choice or "")
    return f"{words} ({label})" if label else words


def _whose(shown: Shown, step: Step) -> str:
    office = shown.office(step.person_id)
    if step.role is step.authority:
        return office
    return say("cli.show.recorded", authority=step.authority, office=office)


def _remark(shown: Shown, step: Step) -> str:
    parts = [
        say("cli.show.paper", number=step.from_paper.number) if step.from_paper else "",
        say("cli.show.sent", at=step.sent_at) if step.sent_at and step.sent_at != step.at else "",
        say("cli.show.late") if step.late else "",
        shown.text(step.reason.id if step.reason else None) or "",
    ]
    return "; ".join(part for part in parts if part)
