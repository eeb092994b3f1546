"""Accounts and the browsers signed in with them."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import bindparam, select

from workflow.domain.accounts import Account, WebSession
from workflow.domain.errors import Conflict
from workflow.storage import codec
from workflow.storage.faults import refusing_duplicates
from workflow.storage.folding import fold
from workflow.storage.statements import Statement, Tuple, insert_into, upsert
from workflow.storage.tables import ACCOUNT, WEB_SESSION
from workflow.storage.transaction import Store

_ACCOUNT_NAMES = tuple(field.name for field in fields(Account))
_SESSION_NAMES = tuple(field.name for field in fields(WebSession))
_ACCOUNT_INSTANTS = ("changed_at", "locked_until")
_SESSION_INSTANTS = ("created", "last_seen", "expires", "second_factor_at", "revoked_at")

_ACCOUNT = select(*(ACCOUNT.c[name] for name in _ACCOUNT_NAMES))
_BY_LOGIN = Statement(_ACCOUNT.where(ACCOUNT.c.login == bindparam("login")))
_BY_PERSON = Statement(_ACCOUNT.where(ACCOUNT.c.person_id == bindparam("person")))
_PUT = upsert(ACCOUNT)
_SESSION = select(*(WEB_SESSION.c[name] for name in _SESSION_NAMES))
_ITS_SESSION = Statement(_SESSION.where(WEB_SESSION.c.digest == bindparam("digest")))
_SESSIONS = Statement(
    _SESSION.where(WEB_SESSION.c.person_id == bindparam("person"), WEB_SESSION.c.revoked_at.is_(None)).order_by(
        WEB_SESSION.c.created.desc(), WEB_SESSION.c.digest
    )
)
_ADD_SESSION = insert_into(WEB_SESSION)
_PUT_SESSION = upsert(WEB_SESSION, update=("last_seen", "second_factor_at", "revoked_at"))


class Accounts(Store):
    """See ``services.ports.Accounts``."""

    __slots__ = ()

    def by_login(self, login: str) -> Account | None:
        """The account of a login as people type it (folded before comparing)."""
        row = self._tx.one(_BY_LOGIN, login=fold(login))
        return None if row is None else _account(row)

    def by_person(self, person_id: str) -> Account | None:
        """The account of a person."""
        row = self._tx.one(_BY_PERSON, person=person_id)
        return None if row is None else _account(row)

    def put(self, account: Account) -> None:
        """Add or replace an account; Conflict ``login_taken`` when another person has the login."""
        row = _with_micros(asdict(account), _ACCOUNT_INSTANTS)
        row["login"], row["disabled"] = fold(account.login), int(account.disabled)
        with refusing_duplicates(Conflict("login_taken", login=account.login)):
            self._tx.run(_PUT, **row)

    def add_session(self, session: WebSession) -> None:
        """Keep a new session."""
        self._tx.run(_ADD_SESSION, **_with_micros(asdict(session), _SESSION_INSTANTS))

    def session(self, digest: str) -> WebSession | None:
        """The session of a token's digest."""
        row = self._tx.one(_ITS_SESSION, digest=digest)
        return None if row is None else _session(row)

    def put_session(self, session: WebSession) -> None:
        """Write back a session that was seen, confirmed or revoked."""
        self._tx.run(_PUT_SESSION, **_with_micros(asdict(session), _SESSION_INSTANTS))

    def sessions_of(self, person_id: str) -> list[WebSession]:
        """Sessions of a person that were not revoked, newest first."""
        return [_session(row) for row in self._tx.all(_SESSIONS, person=person_id)]


def _with_micros(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return row | {name: codec.micros_or_none(row[name]) for name in names}


def _account(row: Tuple) -> Account:
    values = dict(zip(_ACCOUNT_NAMES, row, strict=True))
    values |= {name: codec.instant_or_none(values[name]) for name in _ACCOUNT_INSTANTS}
    values["disabled"] = bool(values["disabled"])
    return Account(**values)


def _session(row: Tuple) -> WebSession:
    values = dict(zip(_SESSION_NAMES, row, strict=True))
    values |= {name: codec.instant_or_none(values[name]) for name in _SESSION_INSTANTS}
    return WebSession(**values)
