"""Private links to one's calendar: made anew or ended by their owner; they open nothing but the calendar."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from workflow.domain.actors import Actor
from workflow.domain.books import BooksEvent
from workflow.domain.errors import HosoError, NotFound
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

DAYS = 366
"""A link works for a year of the plan, then it is made anew."""


def link_digest(token: str) -> str:
    """What is kept of a link: never equal to what is kept of a personal token, so neither opens the other's door."""
    return hashlib.sha256(b"calendar link\n" + token.encode()).hexdigest()


class FeedService:
    """The link that a calendar program reads without signing in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(self, actor: Actor) -> str:
        """A fresh link for the actor, shown once and kept only as a digest; the one before opens nothing any more."""
        token = secrets.token_urlsafe(32)
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            uow.feeds.end(actor.person_id, at=at)
            uow.feeds.add(link_digest(token), person_id=actor.person_id, at=at, expires=at + timedelta(days=DAYS))
            _journal(uow, actor, "CalendarLinkMade", at)
            uow.commit()
        return token

    def end(self, actor: Actor) -> None:
        """End the actor's link; nothing happens when there is none."""
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            if uow.feeds.end(actor.person_id, at=at):
                _journal(uow, actor, "CalendarLinkEnded", at)
                uow.commit()

    def until(self, actor: Actor) -> datetime | None:
        """Until when the actor's link works (exclusive end); None: there is none."""
        with self._engine.reading() as uow:
            return uow.feeds.until(actor.person_id, at=self._engine.clock.now())

    def reader(self, token: str) -> Actor:
        """The owner of a link in its present role.

        Raises ``NotFound`` for a link that is unknown, ended or expired, whose owner's account is closed or who holds
        no role (any more).
        """
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            person_id = uow.feeds.owner(link_digest(token), at=at)
            account = uow.accounts.by_person(person_id) if person_id is not None else None
            if person_id is None or account is None or account.disabled:
                raise NotFound(link="")
            try:
                found = uow.people.actor(person_id, at=at)
            except HosoError as error:
                raise NotFound(link="") from error
        return replace(found, door="feed")


def _journal(uow: UnitOfWork, actor: Actor, name: str, at: datetime) -> None:
    uow.journal.append_books(actor.province_id, [BooksEvent(name, {"person": actor.person_id})], actor, at)
