"""A dossier as data: where it stands, its papers, its steps, its returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.domain.calendars import WorkingCalendar
from workflow.domain.dossier import Dossier, Filed, Step
from workflow.domain.kinds import DossierKind
from workflow.domain.turn import place_of
from workflow.queries.dossier_record import Record
from workflow.telling.values import plain


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
    """The dossier as programs read it."""
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
        "papers": [paper_data(shown, filed) for filed in shown.papers],
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


def paper_data(shown: Shown, filed: Filed) -> dict[str, object]:
    """One filed version of a paper, without what stands in it."""
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
