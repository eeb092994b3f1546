"""What happened when a step of a script was played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.domain.actors import Role
from workflow.domain.events import SignedPaper
from workflow.domain.guards import Refusal


@dataclass(frozen=True, slots=True)
class ToldDossier:
    """A dossier after a step touched it: where it stands in the kind's words, and whose act the step was.

    ``authority`` and ``paper`` are told only where somebody else entered the step, from that signed paper.
    """

    id: str
    number: str
    kind: str
    subject: str
    state: str
    label: str
    late: bool = False
    authority: Role | None = None
    paper: SignedPaper | None = None


@dataclass(frozen=True, slots=True)
class ToldRefusal:
    """One reason against a step, and the number of the dossier it concerns, where there is one."""

    refusal: Refusal
    number: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One step as it happened: when, by whom, in the script's words, and how it ended.

    ``error`` is the code of what refused it, ``refusals`` all reasons; ``warnings`` were said and refused nothing.
    ``preview``: a step that only asked; its ``refusals`` stand against what was asked about.
    """

    at: datetime
    person: str
    office: str
    role: Role
    doing: str
    tell: str
    dossiers: tuple[ToldDossier, ...] = ()
    refusals: tuple[ToldRefusal, ...] = ()
    warnings: tuple[ToldRefusal, ...] = ()
    error: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    preview: bool = False

    @property
    def late(self) -> bool:
        """Whether the step was made late."""
        return bool(self.facts.get("late")) or any(dossier.late for dossier in self.dossiers)
