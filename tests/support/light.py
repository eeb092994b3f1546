"""Dossiers of kinds with a roll, lived through the services of a house from their default documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.support import tree
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role
from workflow.domain.books import StoredFile
from workflow.seeding.papers import scan
from workflow.services.inputs import MoveInput, PaperInput

KINDS = tree.ROOT / "dossier_schemas" / "kinds"


def person(role: Role, *, commune: str, province: str = "tinh", organisation: str = "", name: str = "") -> Actor:
    """Somebody in a role of a commune or of the province."""
    local = role in {Role.UNIT, Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE}
    return Actor(
        name or f"p-{role.value}", role, organisation or f"o-{role.value}", province, commune if local else None
    )


def document(kind: str, paper: str, **over: Any) -> dict[str, Any]:
    """The default document of a paper with other fields over it; None takes a field out."""
    documents = json.loads((KINDS / kind / "v1" / "scenarios" / "documents.json").read_text(encoding="utf-8"))
    whole = {**documents[paper], **over}
    return {name: value for name, value in whole.items() if value is not None}


class Lived:
    """One dossier under way; every verb is one call of a service."""

    def __init__(self, house: House, actor: Actor, kind: str, subject: str, *, cycle: int = 2026) -> None:
        self.house, self.kind = house, kind
        receipt = house.dossiers.open(actor, kind_code=kind, subject_id=subject, cycle=cycle)
        self.id, self.number, self.version = receipt.dossier_id, receipt.number, receipt.version

    @classmethod
    def found(cls, house: House, actor: Actor, kind: str, dossier_id: str) -> Lived:
        """One that is there already, as it stands now."""
        dossier = house.looks.look(actor, dossier_id).dossier
        lived = cls.__new__(cls)
        lived.house, lived.kind, lived.id = house, kind, dossier_id
        lived.number, lived.version = dossier.number, dossier.version
        return lived

    def file(self, actor: Actor, paper: str, **over: Any) -> Lived:
        """File a paper."""
        receipt = self.house.dossiers.file_paper(
            actor, self.id, paper, self.paper(actor, paper, over), seen_version=self.version
        )
        self.version = receipt.version
        return self

    def move(
        self,
        actor: Actor,
        trigger: str,
        *,
        choice: str | None = None,
        reason: str | None = None,
        papers: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Lived:
        """Make a move, with the papers that come along."""
        given = {code: self.paper(actor, code, over) for code, over in (papers or {}).items()}
        move = MoveInput(trigger, self.version, choice=choice, reason=reason, papers=given)
        self.version = self.house.dossiers.perform(actor, self.id, move).version
        return self

    def paper(self, actor: Actor, code: str, over: Mapping[str, Any]) -> PaperInput:
        """A paper as a door hands it over, with its scan where one is asked for."""
        at = self.house.clock.now()
        kind = self.house.catalogue.newest(self.kind, province_id=actor.province_id, on=at.date())
        whole = json.loads(
            json.dumps(document(self.kind, code, **over))
            .replace("$date", at.date().isoformat())
            .replace("$dossier", self.number)
        )
        files: tuple[StoredFile, ...] = ()
        if kind.attachments[code].files.required:
            files = (self.house.files.put(scan(code), name=f"{code}.pdf"),)
        return PaperInput(json.dumps(whole).encode(), files)
