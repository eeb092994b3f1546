"""Personal tokens of programs. Links to calendars lie in the same table, without any scope: see ``feeds``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from workflow.domain.errors import Conflict, NotFound
from workflow.domain.tokens import Token, TokenScope
from workflow.storage import codec
from workflow.storage.faults import refusing_duplicates
from workflow.storage.statements import Statement, Tuple, insert_into
from workflow.storage.tables import TOKEN
from workflow.storage.transaction import Store

_T = TOKEN.c
_COLUMNS = (_T.digest, _T.person_id, _T.label, _T.scopes, _T.made, _T.expires, _T.networks, _T.last_used)
_WORKS = (_T.scopes != "", _T.revoked_at.is_(None), _T.expires > bindparam("at"))
_ONE = Statement(select(*_COLUMNS).where(_T.digest == bindparam("digest"), *_WORKS))
_OF = Statement(
    select(*_COLUMNS).where(_T.person_id == bindparam("person"), *_WORKS).order_by(_T.made.desc(), _T.digest)
)
_ADD = insert_into(TOKEN)
_SEEN = Statement(update(TOKEN).where(_T.digest == bindparam("token")).values(last_used=bindparam("at")))
_REVOKE = Statement(
    update(TOKEN)
    .where(_T.digest == bindparam("token"), _T.revoked_at.is_(None), _T.scopes != "")
    .values(revoked_at=bindparam("at"))
)
_REVOKE_ALL = Statement(
    update(TOKEN)
    .where(_T.person_id == bindparam("person"), _T.revoked_at.is_(None), _T.scopes != "")
    .values(revoked_at=bindparam("at"))
)


class Tokens(Store):
    """See ``services.ports.Tokens``."""

    __slots__ = ()

    def get(self, digest: str, *, at: datetime) -> Token | None:
        """The token of a digest that is neither expired nor revoked."""
        row = self._tx.one(_ONE, digest=digest, at=codec.micros(at))
        return None if row is None else _token(row)

    def of(self, person_id: str, *, at: datetime) -> list[Token]:
        """The tokens of a person that work, newest first."""
        return [_token(row) for row in self._tx.all(_OF, person=person_id, at=codec.micros(at))]

    def add(self, token: Token) -> None:
        """Keep a token; Conflict ``token_exists`` when its digest is known."""
        with refusing_duplicates(Conflict("token_exists")):
            self._tx.run(
                _ADD,
                digest=token.digest,
                person_id=token.person_id,
                label=token.label,
                scopes=" ".join(sorted(token.scopes)),
                networks=" ".join(token.networks),
                made=codec.micros(token.made),
                expires=codec.micros(token.expires),
                last_used=None,
                revoked_at=None,
            )

    def seen(self, digest: str, *, at: datetime) -> None:
        """When the token was last used."""
        self._tx.run(_SEEN, token=digest, at=codec.micros(at))

    def revoke(self, digest: str, *, at: datetime) -> None:
        """End a token; ``NotFound`` when it is unknown or ended already."""
        if self._tx.run(_REVOKE, token=digest, at=codec.micros(at)) != 1:
            raise NotFound("token_not_found")

    def revoke_all(self, person_id: str, *, at: datetime) -> int:
        """End every token of a person; how many there were."""
        return self._tx.run(_REVOKE_ALL, person=person_id, at=codec.micros(at))


def _token(row: Tuple) -> Token:
    digest, person, label, scopes, made, expires, networks, last_used = row
    return Token(
        digest=digest,
        person_id=person,
        label=label,
        scopes=frozenset(map(TokenScope, scopes.split())),
        made=codec.instant(made),
        expires=codec.instant(expires),
        networks=tuple(networks.split()),
        last_used=codec.instant_or_none(last_used),
    )
