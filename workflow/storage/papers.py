"""Filed papers with their files, and unfinished ones. A filed version is written once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from workflow.domain.books import StoredFile
from workflow.domain.errors import Conflict, InvalidInput, NotFound
from workflow.domain.events import PaperRef
from workflow.storage import codec
from workflow.storage.statements import Statement, insert_into, upsert
from workflow.storage.tables import DOSSIER, DRAFT, PAPER, PAPER_FILE
from workflow.storage.transaction import Store

_ADD = insert_into(PAPER)
_ADD_FILE = insert_into(PAPER_FILE)
_BODY = Statement(select(PAPER.c.body).where(PAPER.c.id == bindparam("paper")))
_FILES = Statement(
    select(PAPER_FILE.c.digest, PAPER_FILE.c.name, PAPER_FILE.c.media_type, PAPER_FILE.c.size)
    .where(PAPER_FILE.c.paper_id == bindparam("paper"))
    .order_by(PAPER_FILE.c.place)
)
_SAVE_DRAFT = upsert(DRAFT)
_ITS_DRAFT = (DRAFT.c.dossier_id == bindparam("dossier"), DRAFT.c.code == bindparam("code"))
_DRAFT = Statement(select(DRAFT.c.body, DRAFT.c.at).where(*_ITS_DRAFT))
_DROP_DRAFT = Statement(delete(DRAFT).where(*_ITS_DRAFT))
_USED_ELSEWHERE = Statement(
    select(DOSSIER.c.number)
    .join(PAPER_FILE, PAPER_FILE.c.dossier_id == DOSSIER.c.id)
    .where(PAPER_FILE.c.digest == bindparam("digest"), DOSSIER.c.id != bindparam("dossier"))
    .distinct()
    .order_by(DOSSIER.c.number)
)


class PaperStore(Store):
    """See ``services.ports.PaperStore``."""

    __slots__ = ()

    def add(
        self,
        ref: PaperRef,
        *,
        dossier_id: str | None,
        document: bytes,
        files: Sequence[StoredFile],
        at: datetime,
    ) -> None:
        """Keep one filed version (canonical JSON bytes) and its files.

        Raises InvalidInput ``paper_digest`` or ``paper_files`` when reference and content differ, Conflict
        ``paper_exists`` for a taken id.
        """
        if hashlib.sha256(document).hexdigest() != ref.digest:
            raise InvalidInput("paper_digest", paper=ref.code)
        if {stored.digest for stored in files} != set(ref.files):
            raise InvalidInput("paper_files", paper=ref.code)
        row = {
            "id": ref.id,
            "dossier_id": dossier_id,
            "act_id": ref.act_id,
            "code": ref.code,
            "version": ref.version,
            "schema_id": ref.schema_id,
            "digest": ref.digest,
            "at": codec.micros(at),
            "body": codec.pack(document),
        }
        self._tx.put(PAPER, _ADD, row, refused=lambda: Conflict("paper_exists", paper=ref.id))
        for place, stored in enumerate(files):
            self._tx.put(
                PAPER_FILE,
                _ADD_FILE,
                {
                    "paper_id": ref.id,
                    "place": place,
                    "dossier_id": dossier_id,
                    "digest": stored.digest,
                    "name": stored.name,
                    "media_type": stored.media_type,
                    "size": stored.size,
                },
            )

    def document(self, paper_id: str) -> dict[str, object]:
        """The parsed document of a filed version, or ``NotFound``."""
        row = self._tx.one(_BODY, paper=paper_id)
        if row is None:
            raise NotFound(paper=paper_id)
        return codec.object_from(codec.unpack(row[0]))

    def files(self, paper_id: str) -> tuple[StoredFile, ...]:
        """The files of a filed version, in their order."""
        return tuple(StoredFile(*row) for row in self._tx.all(_FILES, paper=paper_id))

    def save_draft(self, *, dossier_id: str, code: str, person_id: str, document: bytes, at: datetime) -> None:
        """Keep an unfinished paper; the newest replaces the one before."""
        body = codec.pack(document)
        self._tx.run(
            _SAVE_DRAFT,
            dossier_id=dossier_id,
            code=code,
            person_id=person_id,
            at=codec.micros(at),
            body=body,
        )

    def draft(self, *, dossier_id: str, code: str) -> tuple[dict[str, object], datetime] | None:
        """The unfinished paper and when it was saved, or None."""
        row = self._tx.one(_DRAFT, dossier=dossier_id, code=code)
        return None if row is None else (codec.object_from(codec.unpack(row[0])), codec.instant(row[1]))

    def drop_draft(self, *, dossier_id: str, code: str) -> None:
        """Forget the unfinished paper (after filing)."""
        self._tx.put(DRAFT, _DROP_DRAFT, {"dossier": dossier_id, "code": code})

    def used_elsewhere(self, file_digest: str, *, dossier_id: str) -> tuple[str, ...]:
        """Numbers of other dossiers that hold the same file; papers shared by an act do not count."""
        return tuple(row[0] for row in self._tx.all(_USED_ELSEWHERE, digest=file_digest, dossier=dossier_id))
