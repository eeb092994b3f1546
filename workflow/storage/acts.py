"""Acts: one decision on many dossiers by shared papers."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from workflow.domain.actors import Role
from workflow.domain.books import ActRecord
from workflow.domain.errors import Conflict, NotFound
from workflow.storage import codec
from workflow.storage.faults import refusing_duplicates
from workflow.storage.statements import Statement, insert_into
from workflow.storage.tables import ACT, ACT_ITEM
from workflow.storage.transaction import Store

_ADD = insert_into(ACT)
_ADD_ITEM = insert_into(ACT_ITEM)
_C = ACT.c
_GET = Statement(
    select(_C.trigger, _C.commune_id, _C.province_id, _C.at, _C.person_id, _C.role, _C.papers).where(
        _C.id == bindparam("act")
    )
)
_ITEMS = Statement(
    select(ACT_ITEM.c.dossier_id, ACT_ITEM.c.choice)
    .where(ACT_ITEM.c.act_id == bindparam("act"))
    .order_by(ACT_ITEM.c.place)
)


class Acts(Store):
    """See ``services.ports.Acts``."""

    __slots__ = ()

    def add(self, act: ActRecord) -> None:
        """Keep an act; Conflict ``act_exists`` for a taken id."""
        with refusing_duplicates(Conflict("act_exists", act=act.id)):
            self._tx.run(
                _ADD,
                id=act.id,
                trigger=act.trigger,
                commune_id=act.commune_id,
                province_id=act.province_id,
                at=codec.micros(act.at),
                person_id=act.person_id,
                role=act.role.value,
                papers=codec.to_json(list(act.paper_ids)),
            )
        for place, (dossier_id, choice) in enumerate(act.items):
            self._tx.run(_ADD_ITEM, act_id=act.id, place=place, dossier_id=dossier_id, choice=choice)

    def get(self, act_id: str) -> ActRecord:
        """The act, or ``NotFound``."""
        row = self._tx.one(_GET, act=act_id)
        if row is None:
            raise NotFound(act=act_id)
        trigger, commune, province, at, person, role, papers = row
        items = tuple((dossier, choice) for dossier, choice in self._tx.all(_ITEMS, act=act_id))
        return ActRecord(
            id=act_id,
            trigger=trigger,
            commune_id=commune,
            province_id=province,
            at=codec.instant(at),
            person_id=person,
            role=Role(role),
            paper_ids=tuple(codec.from_json(papers)),
            items=items,
        )
