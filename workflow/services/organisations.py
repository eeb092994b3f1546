"""The dated tree of organisations: added singly or from a sheet, renamed, dissolved with a successor."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.books import KEPT_BY_PROVINCE, BooksEvent, Organisation
from workflow.domain.errors import Conflict, HosoError, InvalidInput, NotAllowed, NotFound
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
"""What may stand for an organisation in an address and in a sheet."""


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What importing one row would do: ``add``, ``same`` (nothing), ``change``, ``near`` (a near duplicate), ``wrong``.

    ``existing`` is what stands under the same id, or is called nearly the same. ``error`` says what is wrong, of which
    ``field`` of the organisation; empty for the whole row.
    """

    organisation: Organisation
    what: str
    existing: Organisation | None = None
    error: HosoError | None = None
    field: str = ""

    @property
    def existing_id(self) -> str | None:
        """The id of what is there."""
        return None if self.existing is None else self.existing.id

    @property
    def changes(self) -> tuple[tuple[str, object, object], ...]:
        """What a change changes: field, value as it is, value as it will be."""
        if self.what != "change" or self.existing is None:
            return ()
        was, fresh = asdict(self.existing), asdict(self.organisation)
        return tuple((name, was[name], fresh[name]) for name in was if was[name] != fresh[name])


class _WrongError(Exception):
    """A row that may not be kept, and the field at which it is seen."""

    def __init__(self, error: HosoError, field: str = "") -> None:
        super().__init__(error.code)
        self.error, self.field = error, field


class OrganisationService:
    """The tree, kept by administrators, by PV01, and by the commune police for the commune's subjects."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def named(self, actor: Actor, named: str) -> Organisation:
        """The organisation of that id, else the only one of that name within reach.

        Raises NotFound ``organisation_not_found``, InvalidInput ``organisation_ambiguous``.
        """
        with self._engine.reading() as uow:
            try:
                found = [uow.organisations.get(named)]
            except NotFound:
                found = uow.organisations.find(province_id=actor.province_id, name=named, commune_id=actor.commune_id)
        if not found or found[0].province_id != actor.province_id:
            raise NotFound("organisation_not_found", organisation=named)
        if len(found) > 1:
            raise InvalidInput("organisation_ambiguous", name=named, ids=tuple(item.id for item in found))
        return found[0]

    def known(self, organisation_ids: list[str]) -> dict[str, Organisation]:
        """Organisations by id; ids that do not exist are left out."""
        with self._engine.reading() as uow:
            return uow.organisations.get_many(organisation_ids)

    def preview(self, actor: Actor, rows: Sequence[Organisation]) -> tuple[ImportLine, ...]:
        """Per row what an import would do, or what is wrong with it. Nothing is kept."""
        with self._engine.reading() as uow:
            return self._lines(uow, actor, rows)

    def import_rows(
        self, actor: Actor, rows: Sequence[Organisation], *, key: str | None = None
    ) -> tuple[ImportLine, ...]:
        """Add and change organisations, all or none. Importing the same rows twice changes nothing.

        Raises what is wrong with the first wrong row: ``NotAllowed`` (beyond the actor's jurisdiction), ``Conflict``
        (the id is taken), ``InvalidInput``.
        """
        lines: list[ImportLine] = []

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            for line in self._lines(uow, actor, rows):
                if line.error is not None:
                    raise line.error
                row = line.organisation
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

    def _lines(self, uow: UnitOfWork, actor: Actor, rows: Sequence[Organisation]) -> tuple[ImportLine, ...]:
        named = {row.id for row in rows}
        named |= {one for row in rows for one in (row.parent_id, row.commune_id, row.successor_id) if one}
        known = uow.organisations.get_many(sorted(named))
        there = {**known, **{row.id: row for row in rows}}
        seen = _Seen()
        lines = []
        for row in rows:
            try:
                line = self._line(uow, actor, row, known.get(row.id), seen)
                _check_places(line.organisation, there)
            except _WrongError as wrong:
                line = ImportLine(row, "wrong", known.get(row.id), wrong.error, wrong.field)
            lines.append(line)
            seen.take(row)
        return tuple(lines)

    def _line(
        self,
        uow: UnitOfWork,
        actor: Actor,
        row: Organisation,
        existing: Organisation | None,
        seen: _Seen,
    ) -> ImportLine:
        if row.id in seen.ids:
            raise _WrongError(InvalidInput("organisation_twice", organisation=row.id), "id")
        _check_itself(actor, row)
        if existing is not None:
            if not may_keep(actor, existing):
                raise _WrongError(Conflict("organisation_taken", organisation=row.id), "id")
            kept = replace(
                row,
                delegated=row.delegated or existing.delegated,
                attributes=row.attributes or existing.attributes,
            )
            return ImportLine(kept, "same" if existing == kept else "change", existing)
        if _CODE.fullmatch(row.id) is None:
            raise _WrongError(InvalidInput("organisation_code", organisation=row.id), "id")
        standing = uow.organisations.find(province_id=row.province_id, name=row.name, commune_id=row.commune_id)
        beside = seen.called(row)
        near = [other for other in (*standing, *beside) if other.kind == row.kind]
        return ImportLine(row, "near" if near else "add", near[0] if near else None)

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


class _Seen:
    """The rows of a table that came before, found by id and by what they are called where: a table may be long."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self._called: dict[tuple[str, str | None], list[Organisation]] = {}

    def take(self, row: Organisation) -> None:
        """One more row."""
        self.ids.add(row.id)
        self._called.setdefault((row.name, row.commune_id), []).append(row)

    def called(self, row: Organisation) -> list[Organisation]:
        """Those of the same name in the same commune."""
        return self._called.get((row.name, row.commune_id), [])


def _check_itself(actor: Actor, row: Organisation) -> None:
    """What one row alone shows to be wrong."""
    if not may_keep(actor, row):
        raise _WrongError(NotAllowed("organisation_role", role=actor.role))
    if not row.name.strip():
        raise _WrongError(InvalidInput("organisation_without_name", organisation=row.id), "name")
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        raise _WrongError(InvalidInput("organisation_dates", name=row.name), "valid_to")


def _check_places(row: Organisation, there: Mapping[str, Organisation]) -> None:
    """Where a row says it belongs must be an organisation of its province, there or in the same sheet."""
    for field in ("parent_id", "commune_id", "successor_id"):
        place = getattr(row, field)
        if place and (place not in there or there[place].province_id != row.province_id):
            raise _WrongError(InvalidInput("organisation_unknown", organisation=place), field)


def may_keep(actor: Actor, row: Organisation) -> bool:
    """Whether the actor keeps this part of the tree."""
    if actor.role in (Role.ADMIN, Role.PROVINCE_POLICE, Role.SYSTEM):
        return actor.province_id in ("", row.province_id)
    of_commune = row.commune_id is not None and row.commune_id == actor.commune_id and row.id != row.commune_id
    return actor.role in COMMUNE_ROLES and of_commune and row.kind not in KEPT_BY_PROVINCE


def check_may_keep(actor: Actor, row: Organisation) -> None:
    """Raises ``NotAllowed`` unless the actor keeps this part of the tree."""
    if not may_keep(actor, row):
        raise NotAllowed("organisation_role", role=actor.role)
