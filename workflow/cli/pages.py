"""A dossier as the command line shows it, as data and as lines: where it stands, its papers, its story."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from workflow.cli.output import facts, plain, table
from workflow.cli.speech import WORDING, say
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.dossier import Dossier, Filed, Step
from workflow.domain.kinds import DossierKind
from workflow.domain.turn import place_of
from workflow.queries.dossier_record import Record

_DIGEST = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """A dossier with what is needed to show it. ``hidden``: papers this reader does not see."""

    dossier: Dossier
    kind: DossierKind
    record: Record
    calendar: WorkingCalendar
    hidden: frozenset[str]
    as_of: datetime | None = None

    @property
    def papers(self) -> list[Filed]:
        """The filed versions this reader sees, oldest first."""
        return [filed for filed in self.dossier.papers if filed.paper.code not in self.hidden]

    @property
    def due(self) -> datetime | None:
        """The exclusive end of the running clock."""
        clock = self.dossier.clock
        return clock.due(self.calendar) if clock is not None and not clock.is_stopped else None

    def name(self, organisation_id: str) -> str:
        """The name of an organisation."""
        return self.record.names.get(organisation_id, organisation_id)

    def office(self, person_id: str) -> str:
        """The office a person is shown by."""
        return self.record.offices.get(person_id, person_id)

    def text(self, text_id: str | None) -> str | None:
        """A free text, None where there is none."""
        return self.record.texts.get(text_id) if text_id else None


def page_data(shown: Shown) -> dict[str, object]:
    """The dossier as ``--json`` prints it."""
    dossier, kind = shown.dossier, shown.kind
    return {
        "dossier": dossier.id,
        "number": dossier.number,
        "kind": dossier.kind,
        "kind_version": dossier.kind_version,
        "subject": {"id": dossier.subject_id, "name": shown.name(dossier.subject_id), "kind": dossier.subject_kind},
        "commune": {"id": dossier.commune_id, "name": shown.name(dossier.commune_id)},
        "cycle": dossier.cycle,
        "state": dossier.state,
        "state_label": kind.state(dossier.state).label,
        "stage": place_of(kind, dossier),
        "holder": plain(dossier.holder),
        "holder_since": plain(dossier.holder_since),
        "due": plain(shown.due),
        "version": dossier.version,
        "late": dossier.late,
        "on_hold": None if dossier.hold is None else {"since": plain(dossier.hold.at), "role": dossier.hold.role.value},
        "criteria": dossier.criteria,
        "result": dossier.result,
        "findings": dict(dossier.findings),
        "papers": [_paper_data(shown, filed) for filed in shown.papers],
        "steps": [_step_data(shown, step) for step in dossier.steps],
        "returns": [
            {
                "step": item.seq,
                "at": plain(item.at),
                "role": item.role.value,
                "mode": item.mode.value,
                "redo_to": item.redo_to,
                "mend_by": plain(item.mend_by),
                "is_open": item.is_open,
                "items": [{"paper": i.paper, "path": i.path, "text": shown.text(i.text.id)} for i in item.items],
            }
            for item in dossier.returns
        ],
        "as_of": plain(shown.as_of),
    }


def _paper_data(shown: Shown, filed: Filed) -> dict[str, object]:
    paper = filed.paper
    return {
        "paper": paper.id,
        "code": paper.code,
        "version": paper.version,
        "digest": paper.digest,
        "files": [plain(file) for file in shown.record.files.get(paper.id, ())],
        "at": plain(filed.at),
        "role": filed.role.value,
        "office": shown.office(filed.person_id),
        "act": paper.act_id,
        "stale": filed.stale,
    }


def _step_data(shown: Shown, step: Step) -> dict[str, object]:
    entry = shown.record.entry(step.seq)
    return {
        "step": step.seq,
        "at": plain(step.at),
        "trigger": step.trigger,
        "source": step.source,
        "target": step.target,
        "choice": step.choice,
        "authority": step.authority.value,
        "role": step.role.value,
        "office": shown.office(step.person_id),
        "from_paper": plain(step.from_paper),
        "sent_at": plain(step.sent_at),
        "late": step.late,
        "act": step.act_id,
        "reason": shown.text(step.reason.id if step.reason else None),
        "journal": None if entry is None else entry.position,
        "door": None if entry is None else entry.door,
    }


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
