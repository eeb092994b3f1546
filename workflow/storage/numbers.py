"""Numbers given to papers; one body, year and series never gives a number twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from workflow.domain.errors import Conflict, NotFound
from workflow.domain.numbers import IssuedNumber
from workflow.storage import codec
from workflow.storage.number_rows import NAMES, issued
from workflow.storage.statements import Statement, insert_into
from workflow.storage.tables import ISSUED_NUMBER
from workflow.storage.transaction import Store

_N = ISSUED_NUMBER.c
_ROW = select(*(_N[name] for name in NAMES))
_ADD = insert_into(ISSUED_NUMBER)
_ONE = Statement(_ROW.where(_N.id == bindparam("number")))
_TAKEN = Statement(
    select(_N.number).where(
        _N.organisation_id == bindparam("organisation"),
        _N.year == bindparam("year"),
        _N.series == bindparam("series"),
    )
)
_VOID = Statement(
    update(ISSUED_NUMBER)
    .where(_N.id == bindparam("which"), _N.voided_at.is_(None))
    .values(voided_at=bindparam("at"), void_reason=bindparam("reason"))
)


class Numbers(Store):
    """See ``services.ports.Numbers``."""

    __slots__ = ()

    def taken(self, organisation_id: str, *, year: int, series: str) -> list[int]:
        """Every number of the series, cancelled ones included."""
        return [row[0] for row in self._tx.all(_TAKEN, organisation=organisation_id, year=year, series=series)]

    def add(self, number: IssuedNumber) -> None:
        """Keep a number. Raises Conflict ``number_taken``, at the latest at the commit."""
        row: dict[str, Any] = {name: getattr(number, name) for name in NAMES}
        row |= {"day": number.day.isoformat(), "at": codec.micros(number.at), "role": number.role.value}
        row["voided_at"] = codec.micros_or_none(number.voided_at)
        self._tx.put(
            ISSUED_NUMBER,
            _ADD,
            row,
            refused=lambda: Conflict("number_taken", number=str(number.number), year=number.year),
        )

    def get(self, number_id: str) -> IssuedNumber:
        """The number, or ``NotFound``."""
        row = self._tx.one(_ONE, number=number_id)
        if row is None:
            raise NotFound("number_not_found")
        return issued(row)

    def void(self, number_id: str, *, at: datetime, reason: str) -> None:
        """Cancel a number, once. Raises Conflict ``number_void``."""
        if self._tx.run(_VOID, which=number_id, at=codec.micros(at), reason=reason) != 1:
            raise Conflict("number_void")
