"""Unfinished papers: the texts as they were typed and the files that came with them, so that nothing is lost.

A draft is kept as ``{"typed", "document", "files", "attached", "role"}``: ``typed`` what the fields hold, ``document``
what could be read of it, ``files`` rows of the files that came (see ``attached``), ``attached`` the digests of the
paper's own copy. A draft that another door left is a document alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from web.dossier.attached import as_rows, from_rows
from workflow.domain.actors import Role

if TYPE_CHECKING:
    from datetime import datetime

    from web.forms import Raw
    from workflow.domain.books import StoredFile
    from workflow.services.look import Draft

_PARTS = frozenset({"typed", "document", "files", "attached", "role"})


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft again. ``typed`` is None for one that another door left; ``role`` of whoever saved it."""

    at: datetime
    document: Mapping[str, Any]
    typed: Raw | None = None
    files: Mapping[str, StoredFile] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    role: Role | None = None


def draft_bytes(
    *, typed: Raw, document: Mapping[str, Any], files: Iterable[StoredFile], attached: Iterable[str], role: Role
) -> bytes:
    """What is kept of an unfinished paper."""
    kept = {
        "typed": typed,
        "document": document,
        "files": as_rows(files),
        "attached": list(attached),
        "role": role.value,
    }
    return json.dumps(kept, ensure_ascii=False).encode()


def read_draft(draft: Draft | None) -> KeptDraft | None:
    """The draft that was kept, or None."""
    if draft is None:
        return None
    body = draft.document
    if not body.keys() <= _PARTS or "document" not in body:
        return KeptDraft(draft.at, body)
    typed, document, attached = body.get("typed"), body["document"], body.get("attached")
    return KeptDraft(
        draft.at,
        document if isinstance(document, Mapping) else {},
        _texts(typed) if isinstance(typed, Mapping) else None,
        from_rows(body.get("files")),
        tuple(map(str, attached)) if isinstance(attached, list) else (),
        Role(str(body["role"])) if body.get("role") in list(Role) else None,
    )


def _texts(typed: Mapping[str, Any]) -> Raw:
    return {str(name): [str(one) for one in texts] for name, texts in typed.items() if isinstance(texts, list)}
