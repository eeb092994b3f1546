"""Which kinds have years of their own, and which live in the years of another (what its results owe)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from web.context import house
from workflow.domain.errors import NotFound

if TYPE_CHECKING:
    from workflow.domain.kinds import DossierKind


def yearly_kinds() -> tuple[DossierKind, ...]:
    """The kinds whose years are opened, in the catalogue's order; what they owe lives in the same years.

    Awards have rounds instead (decision 15).
    """
    kinds = house().catalogue.kinds()
    owed = {kind.owes.kind for kind in kinds if kind.owes is not None}
    return tuple(kind for kind in kinds if kind.code not in owed and not kind.lasting and kind.awards is None)


def owed_of(kind: DossierKind) -> DossierKind | None:
    """The kind of what this kind's results owe, or None."""
    if kind.owes is None:
        return None
    return next((other for other in house().catalogue.kinds() if other.code == kind.owes.kind), None)


def kind_asked() -> DossierKind:
    """The kind in the address (``loai``), else the first. Raises ``NotFound`` for one without years."""
    kinds = yearly_kinds()
    code = request.args.get("loai") or request.form.get("loai") or kinds[0].code
    found = next((kind for kind in kinds if kind.code == code), None)
    if found is None:
        raise NotFound("kind_not_found", kind=code)
    return found


def with_owed(kind: DossierKind) -> tuple[DossierKind, ...]:
    """The kind and what its results owe."""
    owed = owed_of(kind)
    return (kind,) if owed is None else (kind, owed)
