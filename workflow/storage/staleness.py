"""Who was quicker: what a refused writer is told about the dossier as it stands now."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from workflow.domain.errors import NotFound, StaleDossier
from workflow.storage.chain import dossier_stream
from workflow.storage.codec import instant
from workflow.storage.statements import SqlConnection, Statement
from workflow.storage.tables import DOSSIER, JOURNAL

_STANDS = Statement(select(DOSSIER.c.version, DOSSIER.c.updated_at).where(DOSSIER.c.id == bindparam("dossier")))
_LAST_ACTOR = Statement(
    select(JOURNAL.c.person_id, JOURNAL.c.role).where(
        JOURNAL.c.stream == bindparam("stream"), JOURNAL.c.seq == bindparam("seq")
    )
)


def stale_dossier(connection: SqlConnection, dossier_id: str, seen_version: int) -> StaleDossier | NotFound:
    """The refusal: ``seen`` and ``current`` version, and the person, role and time of the newest event."""
    row = connection.one(_STANDS, dossier=dossier_id)
    if row is None:
        return NotFound(dossier=dossier_id)
    version, updated_at = row
    actor = connection.one(_LAST_ACTOR, stream=dossier_stream(dossier_id), seq=version)
    person, role = actor or (None, None)
    return StaleDossier(seen=seen_version, current=version, at=instant(updated_at), role=role, person=person)
