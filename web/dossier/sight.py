"""One dossier as the reader sees it: the look, what is on record, and the names of everybody concerned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from web.access import actor
from web.context import house
from web.words import has, say
from workflow.domain.actors import REPRESENTS_COMMUNE, Actor, Role
from workflow.domain.calendars import local_day
from workflow.domain.kinds import ENDED, DossierKind, Meaning, State
from workflow.domain.notes import keeps_internal
from workflow.queries.dossier_record import OFFICE_KINDS, Record, dossier_record

if TYPE_CHECKING:
    from datetime import date, datetime

    from workflow.domain.calendars import WorkingCalendar
    from workflow.domain.dossier import Dossier
    from workflow.domain.events import TextRef
    from workflow.services.look import Look


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at a dossier by one reader."""

    look: Look
    record: Record
    reader: Actor

    @property
    def dossier(self) -> Dossier:
        """The dossier as it stands."""
        return self.look.dossier

    @property
    def kind(self) -> DossierKind:
        """The version of the kind that it follows."""
        return self.look.kind

    @property
    def state(self) -> State:
        """The state it stands in."""
        return self.kind.state(self.dossier.state)

    @property
    def at(self) -> datetime:
        """The instant of the look."""
        return self.look.at

    @property
    def today(self) -> date:
        """The day of the look in Vietnam."""
        return local_day(self.at)

    @property
    def calendar(self) -> WorkingCalendar:
        """The working days that its clock counts."""
        return self.look.books.calendar

    @property
    def subject(self) -> str:
        """The name of the unit."""
        return self.record.names.get(self.dossier.subject_id, self.dossier.subject_id)

    @property
    def called(self) -> str:
        """What the dossier is called: its own title where it has one, else the name of the unit."""
        return self.record.title or self.subject

    @property
    def over(self) -> str:
        """The line over the title: kind, kind of unit, year, number."""
        return say(
            "dossier.over",
            kind=self.kind.called(self.dossier.origin_id),
            subject_kind=subject_kind_words(self.dossier.subject_kind),
            cycle=self.dossier.cycle,
            number=self.dossier.number,
        )

    @property
    def is_returned(self) -> bool:
        """Whether something has to be mended before it goes on."""
        return self.state.meaning is Meaning.RETURNED

    @property
    def is_ended(self) -> bool:
        """Whether it stands in an end."""
        return self.state.meaning in ENDED

    @property
    def is_mine(self) -> bool:
        """Whether it is the reader's turn."""
        return self.dossier.holder is not None and self.stands_for(self.dossier.holder)

    @property
    def keeps_internal(self) -> bool:
        """Whether the reader sees what officers keep among themselves."""
        return keeps_internal(self.reader, self_judged=self.dossier.self_judged)

    def stands_for(self, role: Role) -> bool:
        """Whether the reader is that role on this dossier; the committee is the unit on the commune's own."""
        return self.reader.role is role or (
            self.dossier.own and role is Role.UNIT and self.reader.role is REPRESENTS_COMMUNE
        )

    def name_of(self, role: Role) -> str:
        """Whoever acts in that role on this dossier, by name; a role without an office by its word."""
        if role is Role.UNIT:
            return self.subject
        office = self.record.office_ids.get(OFFICE_KINDS.get(role, ""))
        if office is not None:
            return self.record.names[office]
        words = house().wording.speak(role)
        return words[:1].upper() + words[1:]

    def text(self, ref: TextRef | None) -> str:
        """The words behind a reference; empty for none and for words that were anonymised."""
        return "" if ref is None else self.record.texts.get(ref.id, "")


def see(dossier_id: str) -> Sight:
    """The dossier as the signed-in reader sees it. Raises ``NotFound``."""
    who = actor()
    look = house().looks.look(who, dossier_id)
    return Sight(look, dossier_record(house().database, who, dossier_id, hidden=look.hidden), who)


def subject_kind_words(code: str) -> str:
    """What a kind of unit is called; nothing for one without words."""
    return say(f"subject_kind.{code}") if has(f"subject_kind.{code}") else ""


def seen_version() -> int:
    """The version of the dossier that the posted form was made for; 0, which is none, when it does not say."""
    seen = request.form.get("seen_version", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0
