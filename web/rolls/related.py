"""Dossiers that belong together by their numbers: what this one names, and those that name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.lists.places import dossier_url
from web.words import say
from workflow.queries.rolls import RollLine, linked, named_by

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from workflow.domain.kinds import DossierKind


@dataclass(frozen=True, slots=True)
class Related:
    """Dossiers in one relation to this one: the words of the relation; title, hint and address of each."""

    label: str
    dossiers: tuple[tuple[str, str, str], ...]


def related_of(sight: Sight) -> list[Related]:
    """What the dossier names first, column by column; then by kind those that name it. Relations without any: none."""
    db, kind, dossier = house().database, sight.kind, sight.dossier
    found = [
        _told(column.label, named_by(db, actor(), dossier_id=dossier.id, columns=(column.code,)))
        for column in (kind.roll.columns if kind.roll is not None else ())
        if column.link
    ]
    for other in house().catalogue.kinds():
        lines = linked(db, actor(), number=dossier.number, columns=_links_to(other, kind.code))
        found.append(_told(say("related.named_in", kind=other.short_label), lines))
    return [relation for relation in found if relation.dossiers]


def _links_to(kind: DossierKind, code: str) -> tuple[str, ...]:
    columns = kind.roll.columns if kind.roll is not None else ()
    return tuple(column.code for column in columns if column.link == code)


def _told(label: str, lines: tuple[RollLine, ...]) -> Related:
    return Related(
        label,
        tuple(
            (line.title or line.number, f"{line.subject_name} · {line.number}", dossier_url(line.id)) for line in lines
        ),
    )
