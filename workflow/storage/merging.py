"""What stands under a unit, for merging one that was entered twice: its dossiers, and how many results."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from workflow.domain.books import OwnDossier
from workflow.domain.kinds import Meaning
from workflow.storage.statements import Statement
from workflow.storage.tables import DOSSIER, LEDGER
from workflow.storage.transaction import Store

_D = DOSSIER.c
_DOSSIERS = Statement(
    select(_D.id, _D.number, _D.kind, _D.cycle, _D.origin_id, _D.meaning)
    .where(_D.subject_id == bindparam("subject"))
    .order_by(_D.cycle.desc(), _D.kind, _D.number)
)
_RESULTS = Statement(select(func.count()).select_from(LEDGER).where(LEDGER.c.subject_id == bindparam("subject")))


class Merging(Store):
    """See ``services.ports.Merging``."""

    __slots__ = ()

    def dossiers(self, subject_id: str) -> list[OwnDossier]:
        """Every dossier about a unit, newest year first."""
        rows = self._tx.all(_DOSSIERS, subject=subject_id)
        return [
            OwnDossier(identity, number, kind, cycle, origin, Meaning(meaning))
            for identity, number, kind, cycle, origin, meaning in rows
        ]

    def results(self, subject_id: str) -> int:
        """How many rows of the ledger are about a unit."""
        row = self._tx.one(_RESULTS, subject=subject_id)
        return 0 if row is None else int(row[0])
