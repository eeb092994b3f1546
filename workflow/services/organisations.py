"""The dated tree of organisations: added singly or from a sheet, renamed, dissolved with a successor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.books import BooksEvent, Organisation
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What importing one row would do: ``add``, ``same`` (nothing), ``change`` or ``near`` (a near duplicate)."""

    organisation: Organisation
    what: str
    existing_id: str | None = None


class OrganisationService:
    """The tree, kept by administrators, by PV01, and by the commune police for the commune's subjects."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def preview(self, actor: Actor, rows: Sequence[Organisation]) -> tuple[ImportLine, ...]:
        """Per row what an import would do. Nothing is kept."""
        with self._engine.reading() as uow:
            return tuple(self._line(uow, actor, row) for row in rows)

    def import_rows(
        self, actor: Actor, rows: Sequence[Organisation], *, key: str | None = None
    ) -> tuple[ImportLine, ...]:
        """Add and change organisations, all or none. Importing the same rows twice changes nothing.

        Raises ``NotAllowed`` (a row beyond the actor's jurisdiction), ``InvalidInput`` (empty name, dates reversed).
        """
        lines: list[ImportLine] = []

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            for row in rows:
                line = self._line(uow, actor, row)
                lines.append(line)
                if line.what in {"add", "near"}:
                    uow.organisations.add(row)
                elif line.what == "change":
                    uow.organisations.replace(row)
                if line.what != "same":
                    payload = {"organisation": row.id, "kind": row.kind, "parent": row.parent_id, "what": line.what}
                    uow.journal.append_books(row.province_id, [BooksEvent("OrganisationKept", payload)], actor, at)
            return {"rows": len(rows)}

        self._engine.once(actor, key, ["organisations", [asdict(row) for row in rows]], work)
        return tuple(lines)

    def _line(self, uow: UnitOfWork, actor: Actor, row: Organisation) -> ImportLine:
        check_may_keep(actor, row)
        if not row.name.strip():
            raise InvalidInput("organisation_without_name", organisation=row.id)
        if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
            raise InvalidInput("organisation_dates", name=row.name)
        try:
            existing = uow.organisations.get(row.id)
        except NotFound:
            near = [
                other
                for other in uow.organisations.find(
                    province_id=row.province_id, name=row.name, commune_id=row.commune_id
                )
                if other.kind == row.kind
            ]
            return ImportLine(row, "near" if near else "add", near[0].id if near else None)
        return ImportLine(row, "same" if existing == row else "change", existing.id)

    def dissolve(
        self,
        actor: Actor,
        organisation_id: str,
        *,
        on: date,
        successor_id: str | None,
        reason: str,
        key: str | None = None,
    ) -> None:
        """End an organisation on its last day and link who takes over its duties."""

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            organisation = uow.organisations.get(organisation_id)
            check_may_keep(actor, organisation)
            if organisation.valid_to is not None:
                raise Conflict("organisation_dissolved", name=organisation.name, on=organisation.valid_to)
            if successor_id is not None:
                uow.organisations.get(successor_id)
            if not reason.strip():
                raise InvalidInput("reason_missing")
            text = uow.texts.put(reason.strip(), dossier_id=None)
            uow.organisations.replace(replace(organisation, valid_to=on, successor_id=successor_id))
            payload = {
                "organisation": organisation_id,
                "on": on.isoformat(),
                "successor": successor_id,
                "reason": text.digest,
            }
            uow.journal.append_books(
                organisation.province_id, [BooksEvent("OrganisationDissolved", payload)], actor, at
            )
            return {}

        self._engine.once(
            actor, key, ["dissolve", organisation_id, on, successor_id, reason], work, books=actor.province_id
        )


def check_may_keep(actor: Actor, row: Organisation) -> None:
    """Raises ``NotAllowed`` unless the actor keeps this part of the tree."""
    if actor.role in (Role.ADMIN, Role.PROVINCE_POLICE, Role.SYSTEM) and actor.province_id in ("", row.province_id):
        return
    subject_of_commune = row.commune_id is not None and row.commune_id == actor.commune_id and row.id != row.commune_id
    if actor.role in COMMUNE_ROLES and subject_of_commune:
        return
    raise NotAllowed("organisation_role", role=actor.role)
