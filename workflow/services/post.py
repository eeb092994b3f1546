"""Notices by mail: handed out to the people they are for, sent at least once, never to somebody who may not see them.

What is told is decided twice: when the notice is handed out, and again when its letter goes. A letter is claimed in a
transaction of its own, sent outside of any, and marked in a third; a worker that dies in between leaves a claim that
runs out, and the letter goes again under the same Message-ID. So a notice is never lost, and told twice by at most the
one letter that was under way.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.domain.actors import Actor, Role
from workflow.domain.books import Notice
from workflow.domain.calendars import local_day
from workflow.domain.errors import HosoError, NotAllowed
from workflow.domain.telling import Due, Letter, LetterState, NoticeRules, NotPosted, Reader, Rhythm, audiences_of
from workflow.services.engine import Engine
from workflow.services.ports import PostOffice, UnitOfWork

HANDED_OUT_AT_ONCE = 100
"""Notices handed out in one transaction."""

SENT_AT_ONCE = 50
"""Letters sent before it is looked anew which are due."""

LOG = logging.getLogger("hoso.post")


@dataclass(frozen=True, slots=True)
class Posted:
    """What a round did: letters sent, put off, dropped; ``down``: the server took nothing."""

    sent: int = 0
    put_off: int = 0
    dropped: int = 0
    down: bool = False


class PostService:
    """Handing out and sending. Without a ``post`` nothing is handed out and nothing sent."""

    def __init__(self, engine: Engine, rules: NoticeRules, post: PostOffice | None) -> None:
        self._engine = engine
        self._rules = rules
        self._post = post

    # --- handing out

    def hand_out(self) -> int:
        """Give every waiting notice to those it is for who want mail; how many notices were handed out."""
        done = 0
        while self._post is not None:
            count = self._hand_out_some()
            done += count
            if count < HANDED_OUT_AT_ONCE:
                break
        return done

    def _hand_out_some(self) -> int:
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            waiting = uow.outbox.waiting(most=HANDED_OUT_AT_ONCE)
            for_whom: dict[tuple[str, Rhythm], list[int]] = {}
            for position, written, notice in waiting:
                if written < at - timedelta(days=self._rules.oldest):
                    continue
                for reader in self._readers(uow, notice, at):
                    for_whom.setdefault((reader.actor.person_id, reader.rhythm), []).append(position)
            for (person_id, rhythm), positions in for_whom.items():
                self._put_in_letter(uow, person_id, rhythm, positions, at)
            if waiting:
                uow.outbox.delivered([position for position, _at, _notice in waiting], at=at)
                uow.commit()
            return len(waiting)

    def _readers(self, uow: UnitOfWork, notice: Notice, at: datetime) -> list[Reader]:
        found = uow.post.readers((notice.audience, notice.organisation_id), on=local_day(at))
        return [reader for reader in found if self._may_see(uow, [reader.actor], notice, at)]

    def _put_in_letter(
        self, uow: UnitOfWork, person_id: str, rhythm: Rhythm, positions: list[int], at: datetime
    ) -> None:
        if rhythm is Rhythm.AT_ONCE:
            uow.post.add(self._engine.new_id(), person_id, positions, at=at)
            return
        goes_at = self._rules.next_digest(rhythm, at, self._engine.calendar(uow))
        uow.post.add_to_digest(person_id, positions, at=at, goes_at=goes_at)

    def _may_see(self, uow: UnitOfWork, actors: Iterable[Actor], notice: Notice, at: datetime) -> bool:
        """Whether the notice is for one of these roles and, where it is about a dossier, that role may see it now."""
        audience = (notice.audience, notice.organisation_id)
        for actor in actors:
            if audience not in audiences_of(actor):
                continue
            if notice.dossier_id is None:
                return True
            try:
                self._engine.load(uow, actor, notice.dossier_id, at)
            except HosoError:
                continue
            return True
        return False

    # --- sending

    def send(self) -> Posted:
        """Send every letter whose time has come; ends at once when the server takes nothing."""
        found = Posted()
        tried: set[str] = set()
        while self._post is not None and not found.down:
            with self._engine.reading() as uow:
                due = uow.post.due(at=self._engine.clock.now(), most=SENT_AT_ONCE)
            fresh = [one for one in due if one.id not in tried]
            if not fresh:
                break
            for one in fresh:
                tried.add(one.id)
                found = _with(found, self._send(self._post, one))
                if found.down:
                    break
        return found

    def _send(self, post: PostOffice, due: Due) -> Posted:
        letter = self._take(due)
        if not isinstance(letter, Letter):
            return letter
        try:
            post.deliver(letter)
        except NotPosted as error:
            return self._not_taken(due, error)
        with self._engine.uow() as uow:
            uow.post.end(letter.id, LetterState.SENT, at=self._engine.clock.now())
            uow.commit()
        LOG.info("letter %s sent, %d notices", letter.id, len(letter.items))
        return Posted(sent=1)

    def _take(self, due: Due) -> Letter | Posted:
        """Claim a letter and look once more at what its reader may see; what is left of it, or what became of it."""
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            if not uow.post.claim(due, until=at + timedelta(minutes=self._rules.claim)):
                return Posted()
            letter = self._letter(uow, due, at)
            if letter is None:
                uow.post.end(due.id, LetterState.DROPPED, at=at)
            uow.commit()
            return letter or Posted(dropped=1)

    def _letter(self, uow: UnitOfWork, due: Due, at: datetime) -> Letter | None:
        contact = uow.post.contact(due.person_id)
        account = uow.accounts.by_person(due.person_id)
        if contact.email is None or contact.rhythm is Rhythm.NONE or (account is not None and account.disabled):
            return None
        actors = [
            Actor(due.person_id, Role(role), organisation, province, commune)
            for role, organisation, province, commune, _assignment in uow.people.held(due.person_id, at=at)
        ]
        items = [one for one in uow.post.items(due.id) if self._may_see(uow, actors, one[1], at)]
        return Letter(due.id, contact.email, due.is_digest, tuple(items)) if items else None

    def _not_taken(self, due: Due, error: NotPosted) -> Posted:
        with self._engine.uow() as uow:
            next_at = self._rules.retry_at(self._engine.clock.now(), due.tries + 1)
            uow.post.put_off(due.id, problem=error.reason, next_at=next_at, failed=error.lasting)
            uow.commit()
        LOG.warning("letter %s not taken: %s", due.id, error.reason)
        return Posted(put_off=1, down=error.everybody)

    def retry(self, actor: Actor, letter_ids: Iterable[str]) -> int:
        """Try these letters again now; how many of them were in trouble. Raises ``NotAllowed``."""
        if actor.role is not Role.ADMIN:
            raise NotAllowed("people_role", role=actor.role)
        with self._engine.uow() as uow:
            count = uow.post.retry(letter_ids, at=self._engine.clock.now())
            uow.commit()
            return count


def _with(before: Posted, more: Posted) -> Posted:
    return Posted(
        before.sent + more.sent, before.put_off + more.put_off, before.dropped + more.dropped, before.down or more.down
    )
