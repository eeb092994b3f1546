"""Notes between a unit and its officers, notes officers keep among themselves, and reminders that were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.domain.actors import OFFICER_ROLES, Actor, Role, level
from workflow.domain.books import Note, Notice, Request
from workflow.domain.dossier import Dossier
from workflow.domain.errors import InvalidInput, NotAllowed
from workflow.domain.kinds import DossierKind
from workflow.domain.notes import LONGEST_NOTE, keeps_internal, may_write, told_of
from workflow.services.engine import Engine
from workflow.services.notices import audience_organisation
from workflow.services.ports import UnitOfWork

REMINDER = "reminder"
"""What a reminder is called among the requests."""


class Means(StrEnum):
    """How a unit was reminded: by a notice of hoso, a call, a visit, an official letter."""

    NOTICE = "notice"
    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Target:
    """What a reminder is about: a dossier, one of its papers or all of it; and who is reminded."""

    dossier_id: str
    paper: str | None = None
    to: Role = Role.UNIT


@dataclass(frozen=True, slots=True)
class NoteRead:
    """A note as a page shows it. ``mine``: written by the reader; ``office`` of the writer."""

    at: datetime
    role: Role
    office: str
    internal: bool
    mine: bool
    text: str


@dataclass(frozen=True, slots=True)
class ReminderRead:
    """A reminder as a page shows it; ``paper`` is a paper's code, or None for the dossier as a whole."""

    at: datetime
    role: Role
    office: str
    means: Means
    paper: str | None
    text: str


class NoteService:
    """The short exchange kept with a dossier. Nothing here moves a dossier or enters its journal."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(
        self, actor: Actor, dossier_id: str, text: str, *, internal: bool = False, key: str | None = None
    ) -> datetime:
        """Keep a note and tell the other side of it (nobody of an internal one); when it was kept.

        Raises ``NotFound``, ``NotAllowed`` (``note_role``, ``note_internal``), ``InvalidInput`` (``note_empty``,
        ``note_too_long``).
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            dossier, _ = self._engine.load(uow, actor, dossier_id, at)
            if not may_write(actor):
                raise NotAllowed("note_role", role=actor.role)
            if internal and not keeps_internal(actor, self_judged=dossier.self_judged):
                raise NotAllowed("note_internal", role=actor.role)
            body = uow.texts.put(_checked(text), dossier_id=dossier.id)
            note = Note(self._engine.new_id(), dossier.id, at, actor.person_id, actor.role, internal, body.id)
            uow.notes.add(note)
            if not internal:
                audience = told_of(actor, dossier)
                uow.outbox.put([_notice(dossier, audience, "notice.note")], at=at)
            return {"at": at.isoformat()}

        answer = self._engine.once(actor, key, ["note", dossier_id, text, internal], work)
        return datetime.fromisoformat(str(answer["at"]))

    def of(self, actor: Actor, dossier_id: str) -> tuple[NoteRead, ...]:
        """The notes of a dossier that this actor may read, oldest first. Raises ``NotFound``."""
        with self._engine.reading() as uow:
            dossier, _ = self._engine.load(uow, actor, dossier_id, self._engine.clock.now())
            notes = uow.notes.of(dossier.id, internal=keeps_internal(actor, self_judged=dossier.self_judged))
            offices = uow.people.offices(note.person_id for note in notes)
            return tuple(
                NoteRead(
                    at=note.at,
                    role=note.role,
                    office=offices.get(note.person_id, ""),
                    internal=note.internal,
                    mine=note.person_id == actor.person_id,
                    text=uow.texts.get(note.text_id),
                )
                for note in notes
            )

    def remind(
        self,
        actor: Actor,
        dossier_id: str,
        *,
        paper: str | None = None,
        means: Means = Means.NOTICE,
        text: str = "",
        key: str | None = None,
    ) -> datetime:
        """Note that the unit was reminded, of a paper or of the dossier; a notice goes to the unit; when it was noted.

        Raises ``NotFound``, ``NotAllowed`` (``reminder_role``: officers only), ``InvalidInput`` (``unknown_paper``,
        ``note_too_long``).
        """
        return self.remind_all(actor, (Target(dossier_id, paper),), means=means, text=text, key=key)

    def remind_all(
        self,
        actor: Actor,
        targets: Sequence[Target],
        *,
        means: Means = Means.NOTICE,
        text: str = "",
        key: str | None = None,
    ) -> datetime:
        """The same for several dossiers at one instant, all or none; each target is told who is reminded of it.

        Officers remind units and offices of their own level or below. Raises as ``remind`` does, and ``InvalidInput``
        ``nobody_reminded`` for an empty list.
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            if not targets:
                raise InvalidInput("nobody_reminded")
            for target in targets:
                self._remind(uow, actor, target, means, text, at)
            return {"at": at.isoformat()}

        request = ["remind", [[one.dossier_id, one.paper, one.to.value] for one in targets], means.value, text]
        return datetime.fromisoformat(str(self._engine.once(actor, key, request, work)["at"]))

    def _remind(self, uow: UnitOfWork, actor: Actor, target: Target, means: Means, text: str, at: datetime) -> None:
        dossier, kind = self._engine.load(uow, actor, target.dossier_id, at)
        if actor.role not in OFFICER_ROLES or target.to is actor.role or not 0 <= level(target.to) <= level(actor.role):
            raise NotAllowed("reminder_role", role=actor.role)
        label = _label(kind, target.paper)
        words = uow.texts.put(_checked(text), dossier_id=dossier.id) if text.strip() else None
        uow.requests.add(
            Request(
                id=self._engine.new_id(),
                what=REMINDER,
                dossier_id=dossier.id,
                subject_id=dossier.subject_id,
                commune_id=dossier.commune_id,
                province_id=dossier.province_id,
                at=at,
                person_id=actor.person_id,
                role=actor.role,
                text_id=words.id if words else None,
                facts={"paper": target.paper, "means": means.value, "to": target.to.value},
                answer=means.value,
                answered_at=at,
                answered_by=actor.person_id,
            )
        )
        uow.outbox.put([_notice(dossier, target.to, "notice.reminder", paper=label)], at=at)

    def reminders(self, actor: Actor, dossier_id: str) -> tuple[ReminderRead, ...]:
        """The reminders given about a dossier, oldest first. Raises ``NotFound``."""
        with self._engine.reading() as uow:
            dossier, _ = self._engine.load(uow, actor, dossier_id, self._engine.clock.now())
            noted = [item for item in uow.requests.of_dossier(dossier.id) if item.what == REMINDER]
            offices = uow.people.offices(item.person_id for item in noted)
            return tuple(
                ReminderRead(
                    at=item.at,
                    role=item.role,
                    office=offices.get(item.person_id, ""),
                    means=Means(str(item.facts["means"])),
                    paper=None if item.facts.get("paper") is None else str(item.facts["paper"]),
                    text=uow.texts.get(item.text_id) if item.text_id else "",
                )
                for item in noted
            )


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise InvalidInput("note_empty")
    if len(words) > LONGEST_NOTE:
        raise InvalidInput("note_too_long", limit=LONGEST_NOTE, count=len(words))
    return words


def _label(kind: DossierKind, paper: str | None) -> str:
    """What a reminder is about, in the kind's words: the paper, else the kind's own name."""
    if paper is None:
        return kind.short_label
    rule = kind.attachments.get(paper)
    if rule is None:
        raise InvalidInput("unknown_paper", paper=paper, kind=kind.code)
    return rule.label


def _notice(dossier: Dossier, audience: Role, code: str, **facts: object) -> Notice:
    return Notice(
        dossier_id=dossier.id,
        audience=audience,
        organisation_id=audience_organisation(dossier, audience),
        code=code,
        facts={"number": dossier.number, **facts},
    )
