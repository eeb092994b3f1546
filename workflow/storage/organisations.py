"""The dated tree of organisations: provinces, communes, offices, subjects."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, select, update

from workflow.domain.books import Organisation
from workflow.domain.errors import Conflict, NotFound
from workflow.storage import codec
from workflow.storage.faults import refusing_duplicates
from workflow.storage.folding import fold
from workflow.storage.statements import Statement, Tuple, among, insert_into
from workflow.storage.tables import ORGANISATION
from workflow.storage.transaction import Store

COMMUNE_OFFICES = ("ban_chi_dao", "cong_an_xa", "ubnd_xa")
"""Kinds of offices that hold a commune role."""

_O = ORGANISATION.c
_NAMES = tuple(field.name for field in fields(Organisation))
_ALL = select(*(_O[name] for name in _NAMES))
_ADD = insert_into(ORGANISATION)
_GET = Statement(_ALL.where(_O.id == bindparam("organisation")))
_GET_MANY = Statement(_ALL.where(among(_O.id, "organisations")))
_REPLACE = Statement(
    update(ORGANISATION)
    .where(_O.id == bindparam("organisation"))
    .values({name: bindparam(name) for name in (*_NAMES[1:], "name_folded")})
)
_FIND = _ALL.where(_O.province_id == bindparam("province"), _O.name_folded == bindparam("folded")).order_by(_O.id)
_FIND_IN_PROVINCE = Statement(_FIND)
_FIND_IN_COMMUNE = Statement(_FIND.where(_O.commune_id == bindparam("commune")))
_CHILDREN = Statement(_ALL.where(_O.parent_id == bindparam("parent")).order_by(_O.name_folded, _O.id))
_OF_PROVINCE = Statement(_ALL.where(_O.province_id == bindparam("province"), among(_O.kind, "kinds")).order_by(_O.id))
_OFFICES = Statement(
    _ALL.where(_O.commune_id == bindparam("commune"), among(_O.kind, "kinds")).order_by(_O.kind, _O.id)
)


class OrganisationStore(Store):
    """See ``services.ports.OrganisationStore``."""

    __slots__ = ()

    def get(self, organisation_id: str) -> Organisation:
        """The organisation, or ``NotFound``."""
        row = self._tx.one(_GET, organisation=organisation_id)
        if row is None:
            raise NotFound(organisation=organisation_id)
        return _organisation(row)

    def get_many(self, organisation_ids: list[str]) -> dict[str, Organisation]:
        """Organisations by id; ids that do not exist are left out."""
        rows = self._tx.all(_GET_MANY, organisations=organisation_ids)
        return {row[0]: _organisation(row) for row in rows}

    def add(self, organisation: Organisation) -> None:
        """A new organisation; Conflict ``organisation_exists`` when the id is taken."""
        with refusing_duplicates(Conflict("organisation_exists", organisation=organisation.id)):
            self._tx.run(_ADD, **_row_of(organisation))

    def replace(self, organisation: Organisation) -> None:
        """Write back a changed organisation, or ``NotFound``."""
        row = _row_of(organisation)
        if self._tx.run(_REPLACE, organisation=row.pop("id"), **row) != 1:
            raise NotFound(organisation=organisation.id)

    def find(self, *, province_id: str, name: str, commune_id: str | None = None) -> list[Organisation]:
        """By folded name (no diacritics, no case), by id."""
        folded = fold(name)
        if commune_id is None:
            rows = self._tx.all(_FIND_IN_PROVINCE, province=province_id, folded=folded)
        else:
            rows = self._tx.all(_FIND_IN_COMMUNE, province=province_id, folded=folded, commune=commune_id)
        return [_organisation(row) for row in rows]

    def children(self, parent_id: str) -> list[Organisation]:
        """Direct children in the tree, by folded name."""
        return [_organisation(row) for row in self._tx.all(_CHILDREN, parent=parent_id)]

    def of_province(self, province_id: str, kinds: Collection[str]) -> list[Organisation]:
        """Every organisation of these kinds in a province, whenever it stood, by id."""
        rows = self._tx.all(_OF_PROVINCE, province=province_id, kinds=sorted(kinds))
        return [_organisation(row) for row in rows]

    def offices_of(self, commune_id: str) -> list[Organisation]:
        """The offices that hold a commune role (cong_an_xa, ubnd_xa, ban_chi_dao)."""
        rows = self._tx.all(_OFFICES, commune=commune_id, kinds=list(COMMUNE_OFFICES))
        return [_organisation(row) for row in rows]


def _row_of(organisation: Organisation) -> dict[str, Any]:
    row = {name: getattr(organisation, name) for name in _NAMES}
    row["name_folded"] = fold(organisation.name)
    row["valid_from"], row["valid_to"] = map(codec.day_text, (organisation.valid_from, organisation.valid_to))
    row["delegated"] = int(organisation.delegated)
    row["attributes"] = codec.to_json(dict(organisation.attributes))
    return row


def _organisation(row: Tuple) -> Organisation:
    values = dict(zip(_NAMES, row, strict=True))
    values["valid_from"], values["valid_to"] = codec.day_of(values["valid_from"]), codec.day_of(values["valid_to"])
    values["delegated"] = bool(values["delegated"])
    values["attributes"] = codec.object_from(values["attributes"])
    return Organisation(**values)
