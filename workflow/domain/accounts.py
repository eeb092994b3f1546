"""How people sign in: accounts, server-side sessions, and the limits on both (promises.md 5.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.domain.actors import Role

TRIES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
IDLE_HIGH = timedelta(minutes=15)
MOST_SESSIONS = 5
SHORTEST_PASSWORD = 15
SHORTEST_WITH_SECOND_FACTOR = 12
LONGEST_PASSWORD = 128

SECOND_FACTOR_ROLES = frozenset({Role.PROVINCE_POLICE, Role.PROVINCE_COMMITTEE, Role.ADMIN})
"""Roles that do not come in with a password alone (P34)."""


@dataclass(frozen=True, slots=True)
class Account:
    """How a person signs in. ``login`` is folded; ``totp_used`` is the last time step accepted, so a code counts once.

    ``changed_at``: when password, second factor or state last changed; sessions begun earlier are over.
    """

    person_id: str
    login: str
    changed_at: datetime
    password_hash: str | None = None
    totp_secret: str | None = None
    totp_used: int | None = None
    failed_logins: int = 0
    locked_until: datetime | None = None
    disabled: bool = False

    def is_locked(self, at: datetime) -> bool:
        """Whether sign-in pauses after too many failures."""
        return self.locked_until is not None and at < self.locked_until


@dataclass(frozen=True, slots=True)
class WebSession:
    """A signed-in browser, known by the digest of its token. ``second_factor_at`` None: only the password so far."""

    digest: str
    person_id: str
    created: datetime
    last_seen: datetime
    expires: datetime
    assignment_id: str | None = None
    second_factor_at: datetime | None = None
    revoked_at: datetime | None = None
    agent_digest: str = ""

    def is_over(self, at: datetime, *, account: Account, idle: timedelta) -> bool:
        """Whether the session no longer opens anything: revoked, expired, idle, or older than the account's change."""
        return (
            self.revoked_at is not None
            or at >= self.expires
            or at - self.last_seen >= idle
            or self.created < account.changed_at
            or account.disabled
        )


def idle_limit(role: Role) -> timedelta:
    """How long a session of that role may rest."""
    return IDLE_HIGH if role in SECOND_FACTOR_ROLES else IDLE
