"""The units a commune answers for, as they stand in one kind and cycle: registered or not, recognised or not."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, bindparam, or_, select

from workflow.domain.calendars import day_end
from workflow.domain.guards.attempt import UnitFact
from workflow.domain.kinds import DossierKind, Meaning
from workflow.storage import codec
from workflow.storage.statements import SqlConnection, Statement, among
from workflow.storage.tables import DOSSIER, LEDGER, ORGANISATION
from workflow.storage.transaction import Store

FROM_DOSSIER = "dossier"

_D, _L, _O = DOSSIER.c, LEDGER.c, ORGANISATION.c
_KIND, _CYCLE = bindparam("kind", type_=_D.kind.type), bindparam("cycle", type_=_D.cycle.type)
_COMMUNE, _DAY = bindparam("commune", type_=_O.commune_id.type), bindparam("day", type_=_O.valid_from.type)
_UNTIL = bindparam("until", type_=_L.recorded_at.type)
_STANDS = and_(
    _D.opened_at < _UNTIL,
    _D.subject_id == _O.id,
    _D.kind == _KIND,
    _D.cycle == _CYCLE,
    _D.meaning != Meaning.DRAFT.value,
    _D.meaning != Meaning.VOID.value,
)
_COUNTS = and_(
    _L.subject_id == _O.id,
    _L.kind == _KIND,
    _L.cycle == _CYCLE,
    or_(_L.standing == 1, _L.ended_on > _DAY),
    _L.recorded_at < _UNTIL,
    or_(_L.source == FROM_DOSSIER, _L.confirmed_by.is_not(None)),
)
_UNITS = Statement(
    select(_O.id, _O.name, _O.kind, _O.attributes, _D.number, _L.id.label("entry"), _L.result)
    .select_from(ORGANISATION.outerjoin(DOSSIER, _STANDS).outerjoin(LEDGER, _COUNTS))
    .where(
        _O.commune_id == _COMMUNE,
        _O.id != _COMMUNE,
        among(_O.kind, "kinds"),
        or_(_O.managing_level == "commune", _O.delegated == 1),
        or_(_O.valid_from.is_(None), _O.valid_from <= _DAY),
        or_(_O.valid_to.is_(None), _O.valid_to >= _DAY),
    )
    .order_by(_O.name_folded, _O.id, _L.decided_on.desc(), _D.number)
)


class UnitStore(Store):
    """See ``services.ports.UnitStore``."""

    __slots__ = ()

    def of_commune(self, kind: DossierKind, *, commune_id: str, cycle: int, on: date) -> tuple[UnitFact, ...]:
        """The units of a commune, by name."""
        return units_of(self._tx.connection, kind, commune_id=commune_id, cycle=cycle, on=on)


def units_of(
    connection: SqlConnection, kind: DossierKind, *, commune_id: str, cycle: int, on: date
) -> tuple[UnitFact, ...]:
    """The units that a commune manages, or is entrusted with, and that the kind is about, by name.

    Registered: a dossier that left its draft and is neither withdrawn nor lapsed, or a result of the year (001:124).
    The newest confirmed result that stands counts. Units that the kind leaves out are not among them.
    """
    kinds = sorted(set(kind.subject_kinds) - set(kind.own_subject_kinds))
    rows = connection.all(
        _UNITS,
        kind=kind.code,
        cycle=cycle,
        commune=commune_id,
        kinds=kinds,
        day=codec.day_text(on),
        until=codec.micros(day_end(on)),
    )
    found: dict[str, UnitFact] = {}
    for unit, name, unit_kind, attributes, number, entry, result in rows:
        said = codec.object_from(attributes)
        if unit not in found and not any(item.leaves_out(said) for item in kind.excludes):
            found[unit] = UnitFact(
                id=unit,
                name=name,
                kind=unit_kind,
                registered=number is not None or entry is not None,
                number=number or "",
                result=result or "",
                entry=entry or "",
            )
    return tuple(found.values())
