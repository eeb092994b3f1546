"""The one ledger of results: from dossiers, or entered as earlier decisions and confirmed."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from workflow.domain.books import LedgerEntry
from workflow.domain.errors import Conflict, NotFound
from workflow.domain.guards import LedgerFact
from workflow.storage import codec
from workflow.storage.faults import refusing_duplicates
from workflow.storage.statements import Statement, Tuple, insert_into
from workflow.storage.tables import LEDGER, ORGANISATION
from workflow.storage.transaction import Store

FROM_DOSSIER = "dossier"

_L = LEDGER.c
_NAMES = tuple(field.name for field in fields(LedgerEntry))
_ALL = select(*(_L[name] for name in _NAMES))
_COUNTS = or_(_L.source == FROM_DOSSIER, _L.confirmed_by.is_not(None))
"""An entered row counts once a second person confirmed it (law.md, Earlier results)."""

_ADD = insert_into(LEDGER)
_GET = Statement(_ALL.where(_L.id == bindparam("entry")))
_STANDING_OF = Statement(
    _ALL.where(
        _L.subject_id == bindparam("subject"),
        _L.kind == bindparam("kind"),
        _L.cycle == bindparam("cycle"),
        _L.number == bindparam("number"),
        _L.standing == 1,
    )
)
_REPLACE = Statement(
    update(LEDGER).where(_L.id == bindparam("entry")).values({name: bindparam(name) for name in _NAMES if name != "id"})
)
_OF_DOSSIER = Statement(_ALL.where(_L.dossier_id == bindparam("dossier")).order_by(_L.recorded_at.desc()))
_STANDING = _ALL.where(_L.province_id == bindparam("province"), _L.kind == bindparam("kind"))
_STANDING = _STANDING.where(_L.standing == 1, _COUNTS).order_by(_L.cycle, _L.id)
_STANDING_IN_PROVINCE = Statement(_STANDING)
_STANDING_IN_COMMUNE = Statement(_STANDING.where(_L.commune_id == bindparam("commune")))

_ITSELF = select(ORGANISATION.c.id).where(ORGANISATION.c.id == bindparam("subject")).cte("line", recursive=True)
_LINE = _ITSELF.union(select(ORGANISATION.c.id).join(_ITSELF, ORGANISATION.c.successor_id == _ITSELF.c.id))
_FACTS = Statement(
    select(_L.id, _L.kind, _L.cycle, _L.result, _L.label, _L.number, _L.decided_on, _L.standing)
    .where(or_(_L.subject_id == bindparam("subject"), _L.subject_id.in_(select(_LINE.c.id))), _COUNTS)
    .order_by(_L.cycle.desc(), _L.kind, _L.id)
)


class LedgerStore(Store):
    """See ``services.ports.LedgerStore``."""

    __slots__ = ()

    def add(self, entry: LedgerEntry) -> None:
        """Enter a result; Conflict ``result_exists`` when the same subject, kind, cycle and number stands already."""
        refusal = Conflict(
            "result_exists", subject=entry.subject_id, kind=entry.kind, cycle=entry.cycle, number=entry.number
        )
        with refusing_duplicates(refusal):
            self._tx.run(_ADD, **_row_of(entry))

    def get(self, entry_id: str) -> LedgerEntry:
        """The entry, or ``NotFound``."""
        row = self._tx.one(_GET, entry=entry_id)
        if row is None:
            raise NotFound(entry=entry_id)
        return _entry_of(row)

    def replace(self, entry: LedgerEntry) -> None:
        """Write back an entry whose confirmation or standing changed.

        Raises NotFound, or Conflict ``result_exists`` when standing again would clash with another entry.
        """
        row = _row_of(entry)
        del row["id"]
        refusal = Conflict(
            "result_exists", subject=entry.subject_id, kind=entry.kind, cycle=entry.cycle, number=entry.number
        )
        with refusing_duplicates(refusal):
            touched = self._tx.run(_REPLACE, entry=entry.id, **row)
        if touched != 1:
            raise NotFound(entry=entry.id)

    def facts(self, subject_id: str) -> tuple[LedgerFact, ...]:
        """Confirmed results of a subject and of its predecessors, newest cycle first."""
        rows = self._tx.all(_FACTS, subject=subject_id)
        return tuple(
            LedgerFact(entry, kind, cycle, result, label, number, codec.day_of(day), standing=bool(standing))
            for entry, kind, cycle, result, label, number, day, standing in rows
        )

    def standing(self, *, province_id: str, kind: str, commune_id: str | None = None) -> list[LedgerEntry]:
        """Confirmed entries of a kind that stand, oldest cycle first."""
        if commune_id is None:
            rows = self._tx.all(_STANDING_IN_PROVINCE, province=province_id, kind=kind)
        else:
            rows = self._tx.all(_STANDING_IN_COMMUNE, province=province_id, kind=kind, commune=commune_id)
        return [_entry_of(row) for row in rows]

    def standing_of(self, *, subject_id: str, kind: str, cycle: int, number: str) -> LedgerEntry | None:
        """The standing entry of that subject, kind, cycle and decision number, confirmed or not; or None."""
        row = self._tx.one(_STANDING_OF, subject=subject_id, kind=kind, cycle=cycle, number=number)
        return None if row is None else _entry_of(row)

    def of_dossier(self, dossier_id: str) -> LedgerEntry | None:
        """The newest entry a dossier made, or None."""
        row = self._tx.one(_OF_DOSSIER, dossier=dossier_id)
        return None if row is None else _entry_of(row)


def _row_of(entry: LedgerEntry) -> dict[str, Any]:
    row = asdict(entry)
    row["decided_on"], row["ended_on"] = codec.day_text(entry.decided_on), codec.day_text(entry.ended_on)
    row["recorded_at"] = codec.micros(entry.recorded_at)
    row["confirmed_at"] = codec.micros_or_none(entry.confirmed_at)
    row["standing"] = int(entry.standing)
    return row


def _entry_of(row: Tuple) -> LedgerEntry:
    values = dict(zip(_NAMES, row, strict=True))
    values["decided_on"], values["ended_on"] = codec.day_of(values["decided_on"]), codec.day_of(values["ended_on"])
    values["recorded_at"] = codec.instant(values["recorded_at"])
    values["confirmed_at"] = codec.instant_or_none(values["confirmed_at"])
    values["standing"] = bool(values["standing"])
    return LedgerEntry(**values)
