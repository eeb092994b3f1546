"""Who hears of what, by what way and when: audiences, letters, and the rules of reminding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Actor, Role
from workflow.domain.books import Notice, ProvinceSettings
from workflow.domain.calendars import WorkingCalendar, day_start, local_day

Audience = tuple[Role, str]
"""A role with an organisation: the people of that role there. With a province: all of that role in it."""

_ABOVE = {
    Role.UNIT: Role.COMMUNE_POLICE,
    Role.COMMUNE_POLICE: Role.PROVINCE_POLICE,
    Role.COMMUNE_COMMITTEE: Role.PROVINCE_POLICE,
    Role.PROVINCE_POLICE: Role.PROVINCE_COMMITTEE,
}


def audiences_of(actor: Actor) -> tuple[Audience, ...]:
    """What is told to these is told to the actor: its own office or unit, and everybody of its role in the province."""
    own = actor.organisation_id
    if actor.role in COMMUNE_ROLES:
        own = actor.commune_id or actor.organisation_id
    elif actor.role in PROVINCE_ROLES or actor.role is Role.ADMIN:
        own = actor.province_id
    return tuple(dict.fromkeys(((actor.role, own), (actor.role, actor.province_id))))


def above(role: Role) -> Role | None:
    """The role that is told when this one lets a date pass; None: nobody stands above it."""
    return _ABOVE.get(role)


# --- by mail ------------------------------------------------------------------------------------------------------


class Rhythm(StrEnum):
    """How a person wants to be told by mail. On the page everything is told at once, whatever is chosen here."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+", re.ASCII)


def is_email(text: str) -> bool:
    """Whether a text can be an address of mail: plain letters, one @, a domain with a dot, at most 254 characters."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and how a person is told beyond the page; ``email`` None: nowhere."""

    person_id: str
    email: str | None = None
    rhythm: Rhythm = Rhythm.AT_ONCE


class LetterState(StrEnum):
    """Where a letter stands. ``dropped``: whoever it was for may see nothing of it any more, or wants no mail."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who can be told by mail, in a role it holds, and how it wants that."""

    actor: Actor
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Due:
    """A letter whose time has come, as it was found: claimed only if it still stands so."""

    id: str
    person_id: str
    is_digest: bool
    state: LetterState
    next_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to go: ``id`` makes its Message-ID, the same each time it is tried."""

    id: str
    email: str
    is_digest: bool
    items: tuple[tuple[datetime, Notice], ...]


class NotPosted(Exception):
    """A letter was not taken. ``reason`` is a code without personal values; ``lasting``: trying again is no use.

    ``everybody``: the server took nothing, so no other letter need be tried now.
    """

    def __init__(self, reason: str, *, lasting: bool = False, everybody: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lasting = lasting
        self.everybody = everybody


# --- reminders ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    """A place in the order of ends: everything up to this end and dossier, included."""

    due_at: datetime
    dossier_id: str = ""


@dataclass(frozen=True, slots=True)
class Falling:
    """A dossier whose clock runs, as far as a reminder needs it; ``due_at`` is the exclusive end."""

    id: str
    number: str
    kind: str
    holder: Role
    subject_id: str
    commune_id: str
    province_id: str
    due_at: datetime

    def office(self, role: Role) -> str:
        """The organisation whose people of that role are told."""
        if role in COMMUNE_ROLES:
            return self.commune_id
        return self.province_id if role in PROVINCE_ROLES else self.subject_id


# --- rules --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """When people are told (``dossier_schemas/notices.json``). Days are working days, smallest first.

    ``remind``: so many days before a date; ``remind_of`` by kind instead. ``escalate``: so many days after it the level
    above is told. ``digest_hour`` in Vietnam, ``digest_weekday`` of the weekly one (0: Monday). ``retry``: minutes
    until a letter is tried again, the last one ever after. ``claim``: minutes after which a letter that was being sent
    counts as not sent. ``oldest``: days after which a notice that nobody sent is told on the page alone.
    """

    remind: tuple[int, ...]
    remind_of: Mapping[str, tuple[int, ...]]
    escalate: int
    digest_hour: int
    digest_weekday: int
    retry: tuple[int, ...]
    claim: int
    oldest: int

    def days_for(self, kind: str) -> tuple[int, ...]:
        """The days before a date of that kind, smallest first."""
        return self.remind_of.get(kind, self.remind)

    def every_day(self) -> tuple[int, ...]:
        """Every number of days at which some kind is reminded, smallest first."""
        return tuple(sorted({day for days in (self.remind, *self.remind_of.values()) for day in days}))

    def as_set_by(self, settings: ProvinceSettings) -> NoticeRules:
        """The rules of a province: what it set for itself holds for every kind."""
        found = self
        if settings.remind_days is not None:
            found = replace(found, remind=tuple(sorted(settings.remind_days)), remind_of={})
        if settings.escalate_days is not None:
            found = replace(found, escalate=settings.escalate_days)
        return found

    def next_digest(self, rhythm: Rhythm, at: datetime, calendar: WorkingCalendar) -> datetime:
        """The first moment after ``at`` at which a digest goes out: on a working day, weekly from its weekday on."""
        day = local_day(at)
        while True:
            moment = day_start(day) + timedelta(hours=self.digest_hour)
            due = calendar.is_working_day(day) and (rhythm is not Rhythm.WEEKLY or self._is_weekly(day, calendar))
            if due and moment > at:
                return moment
            day += timedelta(days=1)

    def _is_weekly(self, day: date, calendar: WorkingCalendar) -> bool:
        begins = day - timedelta(days=(day.weekday() - self.digest_weekday) % 7)
        return calendar.next_working_day(begins) == day

    def retry_at(self, at: datetime, tries: int) -> datetime:
        """When a letter that failed so many times is tried again."""
        return at + timedelta(minutes=self.retry[min(tries, len(self.retry)) - 1])
