"""Personal tokens for programs: made with scopes and an end, shown once, kept as digests, revoked at once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.domain.accounts import SECOND_FACTOR_ROLES
from workflow.domain.actors import Actor, Role
from workflow.domain.books import BooksEvent
from workflow.domain.errors import Conflict, HosoError, InvalidInput, NotAllowed, NotFound
from workflow.domain.tokens import EVERY_SCOPE, LONGEST_LABEL, MOST_TOKENS, TOKEN_DAYS, Token, TokenScope
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

SEEN_EVERY = timedelta(minutes=1)
"""How often a token's last use is written."""


def token_digest(token: str) -> str:
    """What is kept of a personal token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who stands behind a token: an actor in its present role, its office, and the token it came with."""

    actor: Actor
    office: str
    organisation: str
    token: Token

    def need(self, scope: TokenScope) -> None:
        """Raises ``NotAllowed`` ``token_scope`` unless the token is good for that."""
        if scope not in self.token.scopes:
            raise NotAllowed("token_scope", scope=scope.value)


class TokenService:
    """One's own tokens; the administrator makes the first of anybody and ends anybody's (promises.md 3.6)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(
        self,
        actor: Actor,
        person_id: str,
        *,
        label: str,
        days: int = TOKEN_DAYS,
        scopes: Collection[TokenScope] = EVERY_SCOPE,
        networks: tuple[str, ...] = (),
    ) -> str:
        """A fresh token for a person; the secret is answered once and kept only as a digest.

        Raises ``NotAllowed`` (another person's), ``InvalidInput`` (label, days, scopes), ``Conflict`` (too many),
        ``NotFound`` (no such person in the actor's province).
        """
        _check_asked(label, days, scopes)
        secret = secrets.token_urlsafe(32)
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            _check_keeps(uow, actor, person_id, at)
            if len(uow.tokens.of(person_id, at=at)) >= MOST_TOKENS:
                raise Conflict("token_many", limit=MOST_TOKENS)
            expires = at + timedelta(days=days)
            digest = token_digest(secret)
            uow.tokens.add(Token(digest, person_id, label.strip(), frozenset(scopes), at, expires, networks))
            payload = {"person": person_id, "days": days, "scopes": sorted(scopes)}
            uow.journal.append_books(actor.province_id, [BooksEvent("TokenMade", payload)], actor, at)
            uow.commit()
        return secret

    def of(self, actor: Actor, person_id: str | None = None) -> list[Token]:
        """The tokens of a person (the actor's own without one) that work, newest first."""
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            person_id = person_id or actor.person_id
            _check_keeps(uow, actor, person_id, at)
            return uow.tokens.of(person_id, at=at)

    def revoke(self, actor: Actor, token_id: str, *, person_id: str | None = None) -> None:
        """End a token by its short name; it opens nothing from now on. ``NotFound`` when there is none that works."""
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            person_id = person_id or actor.person_id
            _check_keeps(uow, actor, person_id, at)
            found = [token for token in uow.tokens.of(person_id, at=at) if token.id == token_id]
            if not found:
                raise NotFound("token_not_found")
            uow.tokens.revoke(found[0].digest, at=at)
            payload = {"person": person_id}
            uow.journal.append_books(actor.province_id, [BooksEvent("TokenRevoked", payload)], actor, at)
            uow.commit()

    def bearer(self, secret: str, *, role: Role | None = None, address: str | None = None) -> Bearer:
        """Who stands behind a secret that works. ``address``: where it came from, at doors that listen to a network.

        Raises ``NotAllowed`` ``token_unknown``: never made, expired, revoked, used from elsewhere, its owner's account
        closed. Over a network the token of a role that signs in with a second factor must name its networks.
        """
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            token = uow.tokens.get(token_digest(secret), at=at)
            account = uow.accounts.by_person(token.person_id) if token is not None else None
            if token is None or (account is not None and account.disabled):
                raise NotAllowed("token_unknown")
            actor = uow.people.actor(token.person_id, at=at, role=role)
            if address is not None and not _is_open_from(token, actor, address):
                raise NotAllowed("token_unknown")
            office = uow.people.offices([token.person_id]).get(token.person_id, "")
            organisation = uow.organisations.get(actor.organisation_id).name
        if token.last_used is None or at - token.last_used >= SEEN_EVERY:
            self._seen(token, at)
        return Bearer(actor, office, organisation, token)

    def _seen(self, token: Token, at: datetime) -> None:
        with self._engine.uow() as uow:
            uow.tokens.seen(token.digest, at=at)
            uow.commit()


def _is_open_from(token: Token, actor: Actor, address: str) -> bool:
    if actor.role in SECOND_FACTOR_ROLES and not token.networks:
        return False
    return token.is_from(address)


def _check_asked(label: str, days: int, scopes: Collection[TokenScope]) -> None:
    if not 1 <= len(label.strip()) <= LONGEST_LABEL:
        raise InvalidInput("token_label", limit=LONGEST_LABEL)
    if not 1 <= days <= TOKEN_DAYS:
        raise InvalidInput("token_days", limit=TOKEN_DAYS)
    if not scopes:
        raise InvalidInput("token_scopes")


def _check_keeps(uow: UnitOfWork, actor: Actor, person_id: str, at: datetime) -> None:
    """One's own, or anybody's of the province for the administrator and the system."""
    if person_id == actor.person_id:
        return
    if actor.role not in (Role.ADMIN, Role.SYSTEM):
        raise NotAllowed("people_role", role=actor.role)
    try:
        found = uow.people.actor(person_id, at=at)
    except HosoError as error:
        if error.code == "role_ambiguous":
            return
        raise
    if actor.role is Role.ADMIN and found.province_id != actor.province_id:
        raise NotFound(person=person_id)
