"""The dossier around a paper: what its sentences may name, whose offices stand above whom, where each value is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.bootstrap import House
from workflow.domain.actors import PROVINCE_ROLES, Actor, Role
from workflow.papers.official.values import Known
from workflow.queries.dossier_record import OFFICE_KINDS, Record, dossier_record
from workflow.services.look import Look

_POLICE_OF_COMMUNE, _POLICE_OF_PROVINCE = OFFICE_KINDS[Role.COMMUNE_POLICE], OFFICE_KINDS[Role.PROVINCE_POLICE]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One dossier as its reader sees it, with what papers about it may name."""

    house: House
    actor: Actor
    look: Look
    record: Record
    commune: str
    province: str
    superiors: Mapping[str, str]

    @classmethod
    def of(cls, house: House, actor: Actor, dossier_id: str) -> Surroundings:
        """The surroundings of a dossier. Raises ``NotFound`` for one out of sight."""
        look = house.looks.look(actor, dossier_id)
        record = dossier_record(house.database, actor, dossier_id, hidden=look.hidden)
        dossier, names = look.dossier, record.names
        return cls(
            house,
            actor,
            look,
            record,
            names.get(dossier.commune_id, ""),
            names.get(dossier.province_id, ""),
            superiors(house, [record.office_ids.get(kind) for kind in (_POLICE_OF_COMMUNE, _POLICE_OF_PROVINCE)]),
        )

    def name_of(self, role: Role) -> str:
        """The office that acts in a role on this dossier; "" where none is known."""
        if role is Role.UNIT:
            return self.record.names.get(self.look.dossier.subject_id, "")
        return self.record.names.get(self.record.office_ids.get(OFFICE_KINDS.get(role, ""), ""), "")

    def known(self, paper: str, issuer: Role) -> dict[str, Known]:
        """Values that sentences may name beside the fields of the paper. ``issuer``: whose paper it is."""
        say = self.house.wording.say
        dossier, kind = self.look.dossier, self.look.kind
        books, own = say("print.origin.organisations"), say("print.origin.dossier", number=dossier.number)
        place = self.province if issuer in PROVINCE_ROLES else self.commune
        found = {
            "subject": Known(self.name_of(Role.UNIT), books),
            "commune": Known(self.commune, books),
            "province": Known(self.province, books),
            "issuer": Known(self.name_of(issuer), books),
            "place": Known(place, books),
            "dossier": Known(dossier.number, own),
            "kind": Known(_lower_first(kind.label), own),
            "cycle": Known(str(dossier.cycle), own),
            "paper": Known(paper, own),
        }
        return {name: value for name, value in found.items() if value.value}


def superiors(house: House, office_ids: list[str | None]) -> dict[str, str]:
    """Who stands above these offices of the police, by name, named at the head of a paper."""
    with house.engine.reading() as uow:
        offices = uow.organisations.get_many([one for one in office_ids if one])
        by_kind = {office.kind: office for office in offices.values()}
        province = by_kind.get(_POLICE_OF_PROVINCE)
        if province is None or province.parent_id is None:
            return {}
        above = uow.organisations.get(province.parent_id)
    if above.kind == "province":
        return {}
    return {office.name: above.name for office in offices.values()}


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
