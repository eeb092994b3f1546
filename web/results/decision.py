"""The decision behind a result as files: of the dossier's paper, or the scan that came when it was entered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from web.context import house
from web.dossier.sight import see
from web.words import say
from workflow.domain.errors import NotFound

if TYPE_CHECKING:
    from workflow.queries.ledger import LedgerItem

_ENDINGS = ((b"%PDF", "pdf"), (b"\xff\xd8", "jpg"), (b"\x89PNG", "png"), (b"PK", "docx"))
"""How the types of files that are taken begin."""

_NOT_IN_NAMES = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """One file of a decision: what it is called and where it is fetched."""

    name: str
    url: str


def decision_files(item: LedgerItem) -> list[DecisionFile]:
    """The files of the decision that the reader may fetch; none where it was entered without one."""
    if item.paper_digest is None:
        return []
    if item.dossier_id is None:
        return [DecisionFile(say("ledger.scan"), url_for("ledger.decision", entry_id=item.id))]
    try:
        sight = see(item.dossier_id)
    except NotFound:
        return []
    return [
        DecisionFile(
            stored.name,
            url_for("papers.file", dossier_id=item.dossier_id, code=filed.paper.code, digest=stored.digest),
        )
        for filed in sight.dossier.papers
        if filed.paper.digest == item.paper_digest and filed.paper.code not in sight.look.hidden
        for stored in sight.record.files.get(filed.paper.id, ())
    ]


def scan_of(item: LedgerItem) -> tuple[bytes, str]:
    """The scan of an entered result and its name. Raises ``NotFound`` where there is none."""
    if item.paper_digest is None or item.dossier_id is not None:
        raise NotFound(file=item.id)
    return named_scan(item.paper_digest, item.number)


def named_scan(digest: str, number: str) -> tuple[bytes, str]:
    """A kept scan, named by the number of its paper. Raises ``NotFound``."""
    content = house().files.get(digest)
    ending = next((ending for start, ending in _ENDINGS if content.startswith(start)), "bin")
    return content, f"{_NOT_IN_NAMES.sub('-', number).strip('-')}.{ending}"
