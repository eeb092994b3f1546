"""The rows that targets are measured by: results, meetings, places, dossiers with what happened to them."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, or_, select

from workflow.domain.actors import Actor
from workflow.domain.kinds import Meaning
from workflow.queries.scope import visible_to
from workflow.storage.statements import Statement, among
from workflow.storage.tables import ACT, ACT_ITEM, DOSSIER, LEDGER, ORGANISATION

_A, _D, _I, _L, _O = ACT.c, DOSSIER.c, ACT_ITEM.c, LEDGER.c, ORGANISATION.c
_CONFIRMED = or_(_L.source == "dossier", _L.confirmed_by.is_not(None))
RESULTS = Statement(
    select(_L.id, _L.subject_id, _O.name, _L.kind, _L.cycle, _L.result, _L.number, _L.commune_id)
    .select_from(LEDGER.outerjoin(ORGANISATION, _O.id == _L.subject_id))
    .where(
        _L.province_id == bindparam("province"),
        among(_L.kind, "kinds"),
        _L.cycle >= bindparam("first"),
        _L.cycle <= bindparam("last"),
        _CONFIRMED,
        _L.recorded_at < bindparam("until", type_=_L.recorded_at.type),
        or_(_L.standing == 1, _L.ended_on > bindparam("day", type_=_L.ended_on.type)),
    )
    .order_by(_O.name_folded, _L.id)
)
MEETINGS = Statement(
    select(_D.commune_id, func.count(func.distinct(_A.id)))
    .select_from(ACT.join(ACT_ITEM, _I.act_id == _A.id).join(DOSSIER, _D.id == _I.dossier_id))
    .where(
        _D.province_id == bindparam("province"),
        _D.kind == bindparam("kind"),
        _D.cycle == bindparam("cycle"),
        _A.trigger == bindparam("trigger"),
        _A.at < bindparam("until", type_=_A.at.type),
    )
    .group_by(_D.commune_id)
)
PLACES = Statement(
    select(_O.id, _O.name, _O.commune_id)
    .where(
        _O.province_id == bindparam("province"),
        among(_O.kind, "kinds"),
        or_(_O.valid_from.is_(None), _O.valid_from <= bindparam("day")),
        or_(_O.valid_to.is_(None), _O.valid_to >= bindparam("day")),
    )
    .order_by(_O.name_folded, _O.id)
)


def dossiers(actor: Actor) -> Statement:
    """Dossiers of a kind and year within the actor's sight that are no drafts, with their bodies."""
    return Statement(
        select(_D.id, _O.name, _D.commune_id, _D.body)
        .select_from(DOSSIER.outerjoin(ORGANISATION, _O.id == _D.subject_id))
        .where(
            visible_to(actor),
            and_(_D.kind == bindparam("kind"), _D.cycle == bindparam("cycle")),
            _D.meaning != Meaning.DRAFT.value,
            _D.opened_at < bindparam("until", type_=_D.opened_at.type),
        )
        .order_by(_O.name_folded, _D.number)
    )
