"""Free texts outside the journal: it holds a salted digest, so a text can be anonymised and the chain stays."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime

from sqlalchemy import bindparam, select, update

from workflow.domain.errors import NotFound
from workflow.domain.events import TextRef
from workflow.storage import codec
from workflow.storage.statements import Statement, insert_into
from workflow.storage.tables import FREE_TEXT
from workflow.storage.transaction import Store

_PUT = insert_into(FREE_TEXT)
_ITS = FREE_TEXT.c.id == bindparam("text")
_GET = Statement(select(FREE_TEXT.c.body).where(_ITS))
_ANONYMISE = Statement(update(FREE_TEXT).where(_ITS).values(body="", salt="", anonymised_at=bindparam("at")))


def text_digest(salt: str, body: str) -> str:
    """SHA-256 of the salt and the body."""
    return hashlib.sha256(f"{salt}{body}".encode()).hexdigest()


class TextStore(Store):
    """See ``services.ports.TextStore``."""

    __slots__ = ()

    def put(self, body: str, *, dossier_id: str | None) -> TextRef:
        """Keep a text (NFC) and answer with its reference."""
        ref_id, salt = secrets.token_hex(12), secrets.token_hex(16)
        body = unicodedata.normalize("NFC", body)
        digest = text_digest(salt, body)
        self._tx.run(_PUT, id=ref_id, dossier_id=dossier_id, salt=salt, digest=digest, body=body, anonymised_at=None)
        return TextRef(ref_id, digest)

    def get(self, text_id: str) -> str:
        """The body, or ``NotFound``; empty when it was anonymised."""
        row = self._tx.one(_GET, text=text_id)
        if row is None:
            raise NotFound(text=text_id)
        body: str = row[0]
        return body

    def anonymise(self, text_id: str, *, at: datetime) -> None:
        """Empty the body and its salt for good; ``NotFound`` when there is no such text."""
        if self._tx.run(_ANONYMISE, text=text_id, at=codec.micros(at)) != 1:
            raise NotFound(text=text_id)
