"""Reading what one was told. Notices themselves are read by ``queries.inbox``; here is kept how far."""

from __future__ import annotations

from workflow.domain.actors import Actor
from workflow.domain.errors import NotFound
from workflow.domain.telling import audiences_of
from workflow.services.engine import Engine


class InboxService:
    """What a person has read; nobody else sees it and the journal does not keep it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, actor: Actor, position: int) -> None:
        """The actor has read this notice. Raises ``NotFound`` for one that was not told to it."""
        with self._engine.uow() as uow:
            if uow.inbox.audience(position) not in audiences_of(actor):
                raise NotFound("notice_not_found")
            if position > uow.inbox.seen_through(actor.person_id):
                uow.inbox.read(actor.person_id, position)
                uow.commit()

    def read_all(self, actor: Actor, *, through: int) -> None:
        """The actor has read everything up to the newest notice it saw; later ones stay unread."""
        with self._engine.uow() as uow:
            through = min(through, uow.inbox.newest())
            if through > uow.inbox.seen_through(actor.person_id):
                uow.inbox.read_through(actor.person_id, through)
                uow.commit()
