"""Why a move is not possible, as facts; sentences are made of them at the doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflow.domain.actors import Role


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a move is not possible: a message code with its facts, who can clear it, until when, and the source.

    ``paper`` and ``path`` name the place to mend where there is one; ``source`` is a citation.
    """

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    cleared_by: Role | None = None
    until: datetime | None = None
    source: str = ""
    paper: str | None = None
    path: str | None = None
