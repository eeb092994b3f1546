"""What people read, where they want to be told, and the letters that go there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from workflow.domain.actors import Role
from workflow.domain.books import Notice
from workflow.domain.telling import Audience, Contact, Due, Falling, Letter, LetterState, Reader, Turn


class Inbox(Protocol):
    """How far people have read what they were told."""

    def audience(self, position: int) -> Audience | None:
        """Who was told a notice; None: there is no such notice."""

    def newest(self) -> int:
        """The number of the newest notice of all; 0 before the first."""

    def seen_through(self, person_id: str) -> int:
        """Up to which number the person has read everything; 0 when nothing."""

    def read(self, person_id: str, position: int) -> None:
        """The person has read this one. Twice equals once."""

    def read_through(self, person_id: str, position: int) -> None:
        """The person has read everything up to this one."""


class Letters(Protocol):
    """Where people want to be told by mail, and their letters."""

    def contact(self, person_id: str) -> Contact:
        """How a person is told; nowhere, when it said nothing."""

    def put_contact(self, contact: Contact) -> None:
        """Keep where and how a person wants to be told."""

    def readers(self, audience: Audience, *, on: date) -> list[Reader]:
        """People of the audience on that day who want mail and whose account is not closed."""

    def add(self, letter_id: str, person_id: str, positions: Iterable[int], *, at: datetime) -> None:
        """A letter of its own for these notices, to go at once; notices the person has a letter for are left out."""

    def add_to_digest(self, person_id: str, positions: Iterable[int], *, at: datetime, goes_at: datetime) -> None:
        """Put notices into the person's letter that goes at ``goes_at``."""

    def due(self, *, at: datetime, most: int) -> list[Due]:
        """Letters whose time has come, also those whose sending was begun and never ended; soonest first."""

    def claim(self, due: Due, *, until: datetime) -> bool:
        """Take a letter for sending; False when somebody else did, or it changed."""

    def items(self, letter_id: str) -> list[tuple[datetime, Notice]]:
        """The notices of a letter with when each was written, oldest first."""

    def end(self, letter_id: str, state: LetterState, *, at: datetime) -> None:
        """The letter was sent, or dropped."""

    def put_off(self, letter_id: str, *, problem: str, next_at: datetime, failed: bool) -> None:
        """The letter was not taken; it is tried again from ``next_at`` on, a failed one only when somebody asks."""

    def retry(self, letter_ids: Iterable[str], *, at: datetime) -> int:
        """These are tried again now; how many there were."""


class Reminders(Protocol):
    """Dossiers by the end of their clocks, and which reminders were written."""

    def falling_due(self, province_id: str, holder: Role, *, after: Turn, until: datetime, most: int) -> list[Falling]:
        """Dossiers that a role holds and whose end comes after a turn, up to an instant included; soonest first."""

    def turn(self, province_id: str, rule: str, holder: Role) -> Turn | None:
        """How far the last round of a rule came; None before the first."""

    def put_turn(self, province_id: str, rule: str, holder: Role, turn: Turn) -> None:
        """Keep how far this round came; never back."""

    def is_new(self, event: str, *, at: datetime) -> bool:
        """Note that a reminder is being written; False when it was written before."""


class PostOffice(Protocol):
    """Whatever carries letters."""

    def deliver(self, letter: Letter) -> None:
        """Hand a letter over. Raises ``NotPosted``."""
