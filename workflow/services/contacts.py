"""Where and how people want to be told by mail: their own choice, or the administrator's for them."""

from __future__ import annotations

from workflow.domain.actors import Actor
from workflow.domain.books import BooksEvent
from workflow.domain.errors import InvalidInput
from workflow.domain.telling import Contact, Rhythm, is_email
from workflow.services.engine import Engine
from workflow.services.people import check_keeps_people


class ContactService:
    """An address is personal: the journal keeps that it changed, never what it is."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, actor: Actor, person_id: str | None = None) -> Contact:
        """How a person is told; of others only the administrator asks. Raises ``NotAllowed``."""
        person = _whose(actor, person_id)
        with self._engine.reading() as uow:
            return uow.post.contact(person)

    def set(self, actor: Actor, *, email: str, rhythm: Rhythm, person_id: str | None = None) -> Contact:
        """Keep an address (empty: none) and how its owner wants to be told.

        Raises ``NotAllowed`` (somebody else's), ``NotFound`` (the person holds no role), ``InvalidInput``
        (``email_invalid``).
        """
        person = _whose(actor, person_id)
        address = email.strip()
        if address and not is_email(address):
            raise InvalidInput("email_invalid")
        contact = Contact(person, address or None, rhythm)
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            if person != actor.person_id:
                uow.people.actor(person, at=at)
            if uow.post.contact(person) != contact:
                uow.post.put_contact(contact)
                payload = {"person": person, "rhythm": rhythm.value, "address": contact.email is not None}
                uow.journal.append_books(actor.province_id, [BooksEvent("ContactKept", payload)], actor, at)
                uow.commit()
        return contact


def _whose(actor: Actor, person_id: str | None) -> str:
    """The person meant. Raises ``NotAllowed`` for anybody else's than one's own, unless by the administrator."""
    if person_id is None or person_id == actor.person_id:
        return actor.person_id
    check_keeps_people(actor, person_id)
    return person_id
