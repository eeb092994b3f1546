"""Signing in and out: passwords (argon2id), lock-out, second factor (TOTP), sessions that live on the server.

An unknown login costs the same work and gets the same answer as a wrong password.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflow.domain import accounts as rules
from workflow.domain.accounts import Account, WebSession, idle_limit
from workflow.domain.actors import Actor, Role
from workflow.domain.books import BooksEvent
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from workflow.services.engine import Engine
from workflow.services.people import check_keeps_people
from workflow.services.ports import UnitOfWork

_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)

SEEN_EVERY = timedelta(minutes=1)
"""How often a session's last use is written: often enough to tell an idle one."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of a sign-in: a session token, whether a code is still needed, or why not (code and facts)."""

    token: str | None = None
    needs_code: bool = False
    refused: str | None = None
    tries_left: int | None = None
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The person behind a session: its actor, its office, and the organisation's name."""

    actor: Actor
    office: str
    organisation: str


def digest_of(token: str) -> str:
    """What is kept of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def normal(password: str) -> str:
    """A password in the one form it is hashed in: keyboards write Vietnamese letters differently."""
    return unicodedata.normalize("NFC", password)


class AccountService:
    """Accounts, sign-in, sessions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, actor: Actor, person_id: str, *, login: str, password: str | None = None) -> str | None:
        """Give a person an account; answers with the TOTP secret where the role needs a second factor.

        Raises ``NotAllowed`` (not the administrator), ``InvalidInput`` (login or password), ``Conflict``
        ``login_taken``, ``account_exists``: a password that is in use is changed by ``reset`` alone.
        """
        check_keeps_people(actor, person_id)
        if not login.strip():
            raise InvalidInput("login_missing")
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            role = _kept_by(uow, actor, person_id, at).role
            there = uow.accounts.by_person(person_id)
            if there is not None and there.password_hash is not None:
                raise Conflict("account_exists", login=there.login)
            second = role in rules.SECOND_FACTOR_ROLES
            if password is not None:
                check_password(password, second_factor=second)
            secret = pyotp.random_base32() if second else None
            uow.accounts.put(
                Account(
                    person_id=person_id,
                    login=login.strip(),
                    changed_at=at,
                    password_hash=_HASHER.hash(normal(password)) if password is not None else None,
                    totp_secret=secret,
                )
            )
            self._journal(uow, actor, "AccountKept", person_id, at)
            uow.commit()
            return secret

    def reset(self, actor: Actor, person_id: str, *, password: str, new_key: bool) -> str | None:
        """A first password again, for who forgot it; the TOTP secret when ``new_key`` asks for another, or none was.

        Ends the person's sessions and the lock-out; personal tokens stay. Raises as ``create``, and ``NotFound``.
        """
        check_keeps_people(actor, person_id)
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            role = _kept_by(uow, actor, person_id, at).role
            account = uow.accounts.by_person(person_id)
            if account is None:
                raise NotFound("account_not_found")
            second = role in rules.SECOND_FACTOR_ROLES
            check_password(password, second_factor=second)
            is_new = second and (new_key or account.totp_secret is None)
            secret = pyotp.random_base32() if is_new else account.totp_secret if second else None
            uow.accounts.put(
                replace(
                    account,
                    changed_at=at,
                    password_hash=_HASHER.hash(normal(password)),
                    totp_secret=secret,
                    totp_used=None if is_new else account.totp_used,
                    failed_logins=0,
                    locked_until=None,
                )
            )
            self._journal(uow, actor, "PasswordReset", person_id, at)
            uow.commit()
            return secret if is_new else None

    def accounts_of(self, actor: Actor, person_ids: Iterable[str]) -> dict[str, Account]:
        """The accounts that these people have, for whoever keeps people. Raises ``NotAllowed``."""
        check_keeps_people(actor, "")
        with self._engine.reading() as uow:
            found = {person_id: uow.accounts.by_person(person_id) for person_id in person_ids}
        return {person_id: account for person_id, account in found.items() if account is not None}

    def sign_in(self, login: str, password: str, *, agent: str = "") -> SignIn:
        """Check a login and password; a session is opened, confirmed or waiting for its code."""
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            account = uow.accounts.by_login(login)
            good = _verify(account.password_hash if account else None, password)
            if account is None:
                return SignIn(refused="sign_in.wrong")
            if account.disabled or account.is_locked(at):
                return SignIn(refused="sign_in.locked", locked_until=account.locked_until)
            if not good:
                answer = self._failed(uow, account, at)
                uow.commit()
                return answer
            try:
                actor = uow.people.actor(account.person_id, at=at)
            except NotFound:
                return SignIn(refused="sign_in.no_role")
            second = actor.role in rules.SECOND_FACTOR_ROLES
            uow.accounts.put(replace(account, failed_logins=0, locked_until=None))
            token = self._open(uow, account.person_id, at, agent=agent, confirmed=not second)
            uow.commit()
            return SignIn(token=token, needs_code=second)

    def sign_in_demo(self, person_id: str, *, agent: str = "") -> str:
        """A session without a password: for demo sites on practice files only (the door checks that)."""
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            if uow.accounts.by_person(person_id) is None:
                uow.accounts.put(Account(person_id=person_id, login=person_id, changed_at=at))
            token = self._open(uow, person_id, at, agent=agent, confirmed=True)
            uow.commit()
            return token

    @staticmethod
    def _failed(uow: UnitOfWork, account: Account, at: datetime) -> SignIn:
        failed = account.failed_logins + 1
        locked = at + rules.LOCK if failed >= rules.TRIES_BEFORE_LOCK else None
        uow.accounts.put(replace(account, failed_logins=0 if locked else failed, locked_until=locked))
        if locked:
            return SignIn(refused="sign_in.locked", locked_until=locked)
        return SignIn(refused="sign_in.wrong", tries_left=rules.TRIES_BEFORE_LOCK - failed)

    @staticmethod
    def _open(uow: UnitOfWork, person_id: str, at: datetime, *, agent: str, confirmed: bool) -> str:
        for old in uow.accounts.sessions_of(person_id)[rules.MOST_SESSIONS - 1 :]:
            uow.accounts.put_session(replace(old, revoked_at=at))
        token = secrets.token_urlsafe(32)
        uow.accounts.add_session(
            WebSession(
                digest=digest_of(token),
                person_id=person_id,
                created=at,
                last_seen=at,
                expires=at + rules.ABSOLUTE,
                second_factor_at=at if confirmed else None,
                agent_digest=digest_of(agent),
            )
        )
        return token

    def confirm(self, token: str, code: str) -> SignIn:
        """Second step of a sign-in: the six digits. A code counts once; failures lock like wrong passwords."""
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            session = uow.accounts.session(digest_of(token))
            account = uow.accounts.by_person(session.person_id) if session else None
            if session is None or account is None or session.revoked_at or at >= session.expires:
                return SignIn(refused="sign_in.expired")
            if account.is_locked(at):
                return SignIn(refused="sign_in.locked", locked_until=account.locked_until)
            step = _time_step(account, code, at)
            if step is None:
                answer = self._failed(uow, account, at)
                uow.commit()
                return answer
            uow.accounts.put(replace(account, totp_used=step, failed_logins=0, locked_until=None))
            uow.accounts.put_session(replace(session, second_factor_at=at, last_seen=at))
            uow.commit()
            return SignIn(token=token)

    def person_of(self, token: str) -> Known | None:
        """The person behind a session token, or None when it opens nothing (any more). Keeps ``last_seen``."""
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            session = uow.accounts.session(digest_of(token))
            account = uow.accounts.by_person(session.person_id) if session else None
            if session is None or account is None or session.second_factor_at is None:
                return None
            try:
                actor = uow.people.actor(session.person_id, at=at)
            except NotFound:
                return None
            if session.is_over(at, account=account, idle=idle_limit(actor.role)):
                return None
            office = uow.people.offices([session.person_id]).get(session.person_id, "")
            organisation = uow.organisations.get(actor.organisation_id).name
        if at - session.last_seen >= SEEN_EVERY:
            self._seen(session, at)
        return Known(replace(actor, door="web"), office, organisation)

    def _seen(self, session: WebSession, at: datetime) -> None:
        with self._engine.uow() as uow:
            now = uow.accounts.session(session.digest)
            if now is not None and now.revoked_at is None:
                uow.accounts.put_session(replace(now, last_seen=at))
                uow.commit()

    def sign_out(self, token: str) -> None:
        """End this session; the token opens nothing any more."""
        with self._engine.uow() as uow:
            session = uow.accounts.session(digest_of(token))
            if session is not None and session.revoked_at is None:
                uow.accounts.put_session(replace(session, revoked_at=self._engine.clock.now()))
                uow.commit()

    def sessions(self, actor: Actor) -> list[WebSession]:
        """The actor's own sessions, newest first."""
        with self._engine.reading() as uow:
            return uow.accounts.sessions_of(actor.person_id)

    def end_session(self, actor: Actor, digest: str) -> None:
        """End one of one's own sessions, or, as administrator, anybody's."""
        with self._engine.uow() as uow:
            session = uow.accounts.session(digest)
            if session is None or (session.person_id != actor.person_id and actor.role is not Role.ADMIN):
                raise NotFound("session_not_found")
            uow.accounts.put_session(replace(session, revoked_at=self._engine.clock.now()))
            uow.commit()

    def change_password(self, actor: Actor, *, old: str, new: str) -> None:
        """Change one's own password; every session begun before ends."""
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            account = uow.accounts.by_person(actor.person_id)
            if account is None or not _verify(account.password_hash, old):
                raise NotAllowed("password_wrong")
            check_password(new, second_factor=actor.role in rules.SECOND_FACTOR_ROLES)
            uow.accounts.put(replace(account, password_hash=_HASHER.hash(normal(new)), changed_at=at))
            self._journal(uow, actor, "PasswordChanged", actor.person_id, at)
            uow.commit()

    def set_disabled(self, actor: Actor, person_id: str, *, disabled: bool) -> None:
        """Open or close an account; closing ends its sessions and its tokens."""
        check_keeps_people(actor, person_id)
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            _kept_by(uow, actor, person_id, at)
            account = uow.accounts.by_person(person_id)
            if account is None:
                raise NotFound("account_not_found")
            uow.accounts.put(replace(account, disabled=disabled, changed_at=at))
            if disabled:
                uow.tokens.revoke_all(person_id, at=at)
            self._journal(uow, actor, "AccountDisabled" if disabled else "AccountEnabled", person_id, at)
            uow.commit()

    @staticmethod
    def _journal(uow: UnitOfWork, actor: Actor, name: str, person_id: str, at: datetime) -> None:
        uow.journal.append_books(actor.province_id, [BooksEvent(name, {"person": person_id})], actor, at)


def first_password() -> str:
    """A password nobody can guess, to be handed over and changed."""
    return secrets.token_urlsafe(12)


def _kept_by(uow: UnitOfWork, actor: Actor, person_id: str, at: datetime) -> Actor:
    """The person, when it is of the province whose people this actor keeps. Raises ``NotFound``."""
    found = uow.people.actor(person_id, at=at)
    if found.province_id != actor.province_id:
        raise NotFound(person=person_id)
    return found


def check_password(password: str, *, second_factor: bool) -> None:
    """Raises ``InvalidInput`` for a password too short or too long; no rules of composition (promises.md 5.8)."""
    least = rules.SHORTEST_WITH_SECOND_FACTOR if second_factor else rules.SHORTEST_PASSWORD
    if not least <= len(normal(password)) <= rules.LONGEST_PASSWORD:
        raise InvalidInput("password_length", least=least, most=rules.LONGEST_PASSWORD)


@cache
def _nobody() -> str:
    """Hash of a password nobody has: verified for unknown logins, so that they take as long as known ones.

    Made at the first sign-in, whoever signs in: a command line never needs it.
    """
    return _HASHER.hash(secrets.token_urlsafe(16))


def _verify(password_hash: str | None, password: str) -> bool:
    nobody = _nobody()
    try:
        _HASHER.verify(password_hash or nobody, normal(password)[: rules.LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def _time_step(account: Account, code: str, at: datetime) -> int | None:
    """The time step whose code this is (one step off is allowed), or None; a step counts once."""
    if account.totp_secret is None or not code.strip().isdigit():
        return None
    totp = pyotp.TOTP(account.totp_secret)
    now = int(at.timestamp()) // totp.interval
    for step in (now, now - 1, now + 1):
        if account.totp_used is not None and step <= account.totp_used:
            continue
        if secrets.compare_digest(totp.generate_otp(step), code.strip()):
            return step
    return None
