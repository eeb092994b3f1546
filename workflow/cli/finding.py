"""Finding what people name: a dossier by its number, an organisation by id or name, the version as it stands."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.cli.door import Door
from workflow.domain.books import Organisation
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound
from workflow.domain.kinds import DossierKind


def dossier(door: Door, named: str) -> tuple[Dossier, DossierKind]:
    """The dossier of that number or id, within the actor's sight. Raises NotFound ``dossier_not_found``."""
    engine = door.house.engine
    with engine.reading() as uow:
        found = uow.dossiers.id_of(named, province_id=door.actor.province_id) or named
        try:
            return engine.load(uow, door.actor, found, engine.clock.now())
        except NotFound:
            raise NotFound("dossier_not_found", dossier=named) from None


def dossiers(door: Door, named: Iterable[str]) -> list[tuple[Dossier, DossierKind]]:
    """The dossiers of these numbers or ids, in their order."""
    return [dossier(door, one) for one in named]


def organisation(door: Door, named: str) -> Organisation:
    """The organisation of that id, else the only one of that name within reach (``OrganisationService.named``)."""
    return door.house.organisations.named(door.actor, named)


def name_of(door: Door, organisation_id: str) -> str:
    """The name of an organisation; its id where there is none."""
    with door.house.engine.reading() as uow:
        try:
            return uow.organisations.get(organisation_id).name
        except NotFound:
            return organisation_id
