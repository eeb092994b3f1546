"""One life of a story: a dossier, the books around it, and each step as one of the domain's own verbs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.definitions import strict_json
from workflow.definitions.scenario_books import StoryBooks, local
from workflow.definitions.scenario_papers import Document, Moment, document_of
from workflow.definitions.schemas import PaperSchemas
from workflow.domain import desk, filing, lifecycle, opening
from workflow.domain import events as ev
from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.calendars import WorkingCalendar, last_day, local_day
from workflow.domain.criteria import CriteriaSet
from workflow.domain.dossier import Dossier
from workflow.domain.errors import HosoError, TransitionRefused
from workflow.domain.guards import Supplied
from workflow.domain.kinds import DossierKind, ReturnMode
from workflow.domain.lifecycle import Command
from workflow.domain.meetings import MeetingRule, Result

Step = Mapping[str, Any]
SUBJECT, COMMUNE, PROVINCE, ELSEWHERE = "subject", "commune", "province", "elsewhere"
SCAN = hashlib.sha256(b"scan").hexdigest()
REASON = ev.TextRef("reason", hashlib.sha256(b"reason").hexdigest())


@dataclass(slots=True)
class Went:
    """How a step went: refusals and warnings by code, the error where it was another, what must never happen."""

    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str | None = None
    unsound: list[str] = field(default_factory=list)


class Life:
    """The dossier of one story and its books. Each ``live`` is one step; the dossier changes by events alone."""

    def __init__(
        self,
        kind: DossierKind,
        story: Mapping[str, Any],
        documents: Mapping[str, Any],
        *,
        schemas: PaperSchemas,
        criteria: Mapping[str, CriteriaSet],
        calendar: WorkingCalendar,
    ) -> None:
        self._kind = kind
        self._documents = documents
        self._schemas = schemas
        self._meeting = MeetingRule.from_data(kind.meeting)
        chosen = kind.criteria.get(story["subject_kind"])
        versions = [one for one in criteria.values() if one.code == chosen]
        newest = max(versions, key=lambda one: one.version) if versions else None
        self._criteria = newest.for_subject(story["subject_kind"]) if newest is not None else None
        self._books = StoryBooks(kind, story, self._criteria, calendar)
        self._events: list[ev.Event] = []
        self.dossier = _blank(kind, story)

    # --- one step

    def live(self, step: Step) -> Went:
        """Make the step and take its events into account; how it went."""
        went = Went()
        at, before = local(step["at"]), self.dossier.version
        try:
            made = self._made(step, at, went)
        except TransitionRefused as refused:
            made, went.refusals = [], tuple(refusal.code for refusal in refused.refusals)
        except HosoError as error:
            made, went.error = [], error.code
        if self.dossier.version != before:
            went.unsound.append("a verb changed the dossier by itself")
        for event in made:
            self._apply(event)
        if self._events and Dossier.replay(self._events) != self.dossier:
            went.unsound.append("the events do not rebuild the dossier")
        return went

    def _made(self, step: Step, at: datetime, went: Went) -> list[ev.Event]:
        if self._books.turn(step, at, self.dossier):
            return []
        actor = self._actor(str(step.get("as", Role.SYSTEM.value)))
        if step["do"] == "move":
            return self._move(step, at, actor, went)
        verbs = {"file": self._file, "hold": self._hold, "lift": self._lift, "correct": self._correct}
        return verbs.get(step["do"], self._open)(step, at, actor)

    def _apply(self, event: ev.Event) -> None:
        if not self._events:
            self.dossier = Dossier()
        self._events.append(event)
        self.dossier.apply(event)
        if isinstance(event, ev.Moved):
            self._books.enter(event)

    def seen(self, went: Went) -> dict[str, object]:
        """Everything a story may ask for, as it stands after the step."""
        dossier, clock = self.dossier, self.dossier.clock
        running = clock is not None and not clock.is_stopped
        return {
            "state": dossier.state,
            "stage": dossier.stage,
            "holder": dossier.holder.value if dossier.holder is not None else None,
            "late": dossier.late,
            "result": dossier.result,
            "open_returns": len(dossier.open_returns),
            "clock": "none" if clock is None else "running" if running else "stopped",
            "last_day": last_day(clock.due(self._books.now.calendar)).isoformat() if clock and running else None,
            "pinned": dossier.pinned,
            "standing": any(fact.standing for fact in self._books.now.results),
            "authority": dossier.steps[-1].authority.value if dossier.steps else None,
            "version": dossier.papers[-1].paper.version if dossier.papers else None,
            "refusals": list(went.refusals),
            "warnings": list(went.warnings),
            "error": went.error,
        }

    # --- the verbs

    def _open(self, step: Step, at: datetime, actor: Actor) -> list[ev.Event]:
        signed, books = _signed(step, at), self._books.about(self.dossier)
        return [opening.open_dossier(self._kind, self.dossier, actor, at=at, books=books, for_unit=signed)]

    def _file(self, step: Step, at: datetime, actor: Actor) -> list[ev.Event]:
        document = self._document(step["paper"], step.get("with", {}), step, at)
        return filing.file_paper(
            self._kind,
            self.dossier,
            self._kind.attachments[step["paper"]],
            self._reference(step["paper"], document, step),
            document,
            actor=actor,
            seen_version=self.dossier.version + step.get("seen", 0),
            at=at,
            books=self._books.about(self.dossier),
            from_paper=_signed(step, at),
        )

    def _move(self, step: Step, at: datetime, actor: Actor, went: Went) -> list[ev.Event]:
        command, books = self._command(step, at), self._books.about(self.dossier)
        weighed = lifecycle.explain(self._kind, self.dossier, command, actor, at=at, books=books)
        went.warnings = tuple(warning.code for warning in weighed.warnings)
        try:
            made = lifecycle.perform(self._kind, self.dossier, command, actor, at=at, books=books)
        except TransitionRefused as refused:
            if refused.refusals != weighed.refusals:
                went.unsound.append("the explanation is not what refused")
            raise
        if weighed.refusals:
            went.unsound.append("explained as refused, and made all the same")
        return made

    def _command(self, step: Step, at: datetime) -> Command:
        supplied = {}
        for code, over in step.get("papers", {}).items():
            document = self._document(code, over, step, at)
            supplied[code] = Supplied(document, self._reference(code, document, step))
        mode = ReturnMode.REDO if "redo_to" in step else ReturnMode.SUPPLEMENT if "items" in step else None
        return Command(
            trigger=step["trigger"],
            seen_version=self.dossier.version + step.get("seen", 0),
            choice=step.get("choice"),
            supplied=supplied,
            from_paper=_signed(step, at),
            reason=_reason(step),
            items=tuple(ev.ReturnItem(REASON, item.get("paper"), item.get("path")) for item in step.get("items", ())),
            mode=mode,
            redo_to=step.get("redo_to"),
            mend_by=local(step["mend_by"]) if "mend_by" in step else None,
        )

    def _hold(self, step: Step, at: datetime, actor: Actor) -> list[ev.Event]:
        seen, books, signed = (
            self.dossier.version + step.get("seen", 0),
            self._books.about(self.dossier),
            _signed(step, at),
        )
        reason = _reason(step)
        return desk.hold(
            self._kind, self.dossier, actor, reason=reason, paper=signed, seen_version=seen, at=at, books=books
        )

    def _lift(self, step: Step, at: datetime, actor: Actor) -> list[ev.Event]:
        seen, books, signed = (
            self.dossier.version + step.get("seen", 0),
            self._books.about(self.dossier),
            _signed(step, at),
        )
        reason = _reason(step)
        return desk.lift(
            self._kind, self.dossier, actor, paper=signed, reason=reason, seen_version=seen, at=at, books=books
        )

    def _correct(self, step: Step, at: datetime, actor: Actor) -> list[ev.Event]:
        made = self.dossier.steps[step["step"] - 1]
        return desk.correct(
            self._kind,
            self.dossier,
            actor,
            step_seq=made.seq,
            paper=_paper(at),
            reason=_reason(step),
            corrected=None,
            seen_version=self.dossier.version + step.get("seen", 0),
            at=at,
            books=self._books.about(self.dossier),
        )

    # --- people and papers

    def _actor(self, who: str) -> Actor:
        """The person a story means: ``commune_police``, another one ``commune_police/b``, one ``@elsewhere``."""
        name, _, place = who.partition("@")
        role = Role(name.partition("/")[0])
        if role is Role.SYSTEM:
            return Actor(who, role, "", "", door="job")
        commune = ELSEWHERE if place else COMMUNE
        organisation = f"{place}{self.dossier.subject_id}" if role is Role.UNIT else f"office of {role.value}"
        local_role = role in COMMUNE_ROLES or role is Role.UNIT
        return Actor(who, role, organisation, PROVINCE, commune if local_role else None)

    def _document(self, code: str, over: Mapping[str, Any], step: Step, at: datetime) -> Document:
        """The document, judged by the paper's schema; PaperInvalid when the schema rejects it."""
        moment = Moment(
            dossier=self.dossier,
            day=local_day(at),
            choice=step.get("choice"),
            criteria=self._criteria,
            scores=step.get("scores", {}),
            reasons=step.get("reasons", {}),
            evidence=step.get("evidence", True),
            carried=self._meeting.results.get(step.get("choice", "")) is not Result.NOT_PROPOSE,
        )
        document = document_of(self._documents.get(code, {}), over, moment)
        return self._schemas.validate_document(self._kind.attachments[code].schema_id, document)

    def _reference(self, code: str, document: Document, step: Step) -> ev.PaperRef:
        version = len(self.dossier.versions(code)) + 1
        facts: dict[str, object] = {name: document[name] for name in ("date", "conclusion") if name in document}
        return ev.PaperRef(
            id=f"{code}:{version}:{len(self._events)}",
            code=code,
            version=version,
            digest=strict_json.digest(document),
            schema_id=self._kind.attachments[code].schema_id,
            files=(SCAN,) * step.get("files", 1),
            facts=facts,
        )


def _blank(kind: DossierKind, story: Mapping[str, Any]) -> Dossier:
    """The identity of the dossier before its first event."""
    own = story["subject_kind"] in kind.own_subject_kinds
    return Dossier(
        id="dossier",
        number=f"{story['cycle']}-{kind.abbreviation}-0001",
        subject_id=COMMUNE if own else SUBJECT,
        subject_kind=story["subject_kind"],
        commune_id=COMMUNE,
        province_id=PROVINCE,
        cycle=int(story["cycle"]),
        own=own,
        origin_id=story.get("obligation"),
        self_judged=own or story.get("self_judged", False),
    )


def _signed(step: Step, at: datetime) -> ev.SignedPaper | None:
    return _paper(at) if step.get("signed") else None


def _paper(at: datetime) -> ev.SignedPaper:
    return ev.SignedPaper("1/VB", local_day(at).isoformat(), "issuer", "signer", (SCAN,))


def _reason(step: Step) -> ev.TextRef | None:
    return REASON if step.get("reason") else None
