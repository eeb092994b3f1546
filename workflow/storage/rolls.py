"""Writing rolls: what a newer paper says takes the place of what the older one said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, delete, select

from workflow.domain.rolls import TITLE, Entry
from workflow.storage.folding import fold
from workflow.storage.statements import Statement, among, insert_into
from workflow.storage.tables import ROLL
from workflow.storage.transaction import Store

_R = ROLL.c
_ADD = insert_into(ROLL)
_DROP = Statement(
    delete(ROLL).where(_R.dossier_id == bindparam("dossier"), among(_R.code, "codes"), _R.place == bindparam("place_"))
)
_TITLE = Statement(select(_R.text).where(_R.dossier_id == bindparam("dossier"), _R.code == TITLE))
INDEXED = 500
"""So much of a text is kept in a roll; the paper holds the whole."""


class Rolls(Store):
    """See ``services.ports.Rolls``."""

    __slots__ = ()

    def put(self, dossier_id: str, columns: Sequence[str], entries: Iterable[Entry], *, place: int) -> None:
        """Keep the entries of a paper in the place of whatever stood under these columns."""
        self._tx.run(_DROP, dossier=dossier_id, codes=list(columns), place_=place)
        for entry in entries:
            text = entry.text[:INDEXED]
            self._tx.run(
                _ADD,
                dossier_id=dossier_id,
                code=entry.column,
                place=place,
                text=text,
                folded=fold(text),
                amount=entry.amount,
            )

    def title_of(self, dossier_id: str) -> str:
        """A dossier's own title; empty where it has none."""
        row = self._tx.one(_TITLE, dossier=dossier_id)
        return "" if row is None else str(row[0])
