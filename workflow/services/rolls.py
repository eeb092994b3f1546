"""Keeping rolls: when a paper is filed, its fields go beside the dossier; numbers of other dossiers lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.domain.dossier import Dossier
from workflow.domain.errors import InvalidDocument
from workflow.domain.guards import Supplied
from workflow.domain.kinds import AttachmentRule, DossierKind
from workflow.domain.rolls import columns_of, entries_of
from workflow.services.ports import UnitOfWork


def keep_roll(
    uow: UnitOfWork,
    kind: DossierKind,
    dossier: Dossier,
    rule: AttachmentRule,
    document: Mapping[str, object],
    *,
    version: int,
) -> None:
    """Take what the paper says into the roll of its kind; nothing for a kind without one."""
    if kind.roll is None:
        return
    columns = columns_of(kind.roll, rule.code)
    if columns:
        uow.rolls.put(
            dossier.id, columns, entries_of(kind.roll, rule.code, document), place=version if rule.many else 0
        )


def keep_supplied(uow: UnitOfWork, kind: DossierKind, dossier: Dossier, supplied: Mapping[str, Supplied]) -> None:
    """The same for the papers that came with a move. Raises ``InvalidDocument`` as ``check_links``."""
    for code, paper in supplied.items():
        rule = kind.attachments[code]
        check_links(uow, dossier, rule, paper.document)
        keep_roll(uow, kind, dossier, rule, paper.document, version=paper.ref.version)


def check_links(uow: UnitOfWork, dossier: Dossier, rule: AttachmentRule, document: Mapping[str, object]) -> None:
    """Raises ``InvalidDocument`` when the paper names a dossier that is not there, of another kind, or itself."""
    for number, kind in _links(rule, document):
        other = uow.dossiers.id_of(number, province_id=dossier.province_id)
        if other == dossier.id:
            raise InvalidDocument("paper_link_itself", paper=rule.label, number=number)
        if other is None or uow.dossiers.get(other).kind != kind:
            raise InvalidDocument("paper_link_unknown", paper=rule.label, number=number)


def _links(rule: AttachmentRule, document: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Numbers of dossiers in a paper, in its fields or in the rows of its tables, with the kind each must be of."""
    rows = [row for value in document.values() if isinstance(value, list) for row in value]
    for place in (document, *(row for row in rows if isinstance(row, Mapping))):
        for field, kind in rule.links:
            number = place.get(field)
            if isinstance(number, str) and number:
                yield number, kind
