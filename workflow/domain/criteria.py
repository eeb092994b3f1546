"""Criteria sets: groups, criteria, thresholds; versioned data of ``dossier_schemas/criteria`` and of PV01.

A set may count points, or criteria met and not met (34 of the first set of QĐ 9745 were of that kind,
regulations.md 11.3), or both. Thresholds belong to the set, never to code (law.md, kind ``phan_loai``). Built
and checked by ``definitions.criteria``; a filled sheet is judged by ``scoring``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from workflow.domain.citations import Confidence

Answer = Decimal | bool
"""What a criterion is answered with: exact points, or met (True) and not met (False)."""


class CriterionKind(StrEnum):
    """What a criterion is answered with: a number of points, or met / not met."""

    POINTS = "points"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of a criteria set. ``maximum`` and ``minimum`` are points, None for a criterion met or not met.

    ``required``: the whole sheet fails with it: not met, or below ``minimum`` points. A ``minimum`` without
    ``required`` is shown as unmet and decides nothing. ``evidence_required``: a claim (points above zero, or
    met) needs at least one piece of evidence. ``applies_to`` empty: all subject kinds of the set.
    """

    code: str
    label: str
    group: str
    kind: CriterionKind
    maximum: Decimal | None = None
    minimum: Decimal | None = None
    required: bool = False
    evidence_required: bool = False
    source: str = ""
    confidence: Confidence = Confidence.INFERENCE
    verified: bool = False
    applies_to: tuple[str, ...] = ()
    guidance: str = ""

    @property
    def counts_met(self) -> bool:
        """Answered by met or not met rather than by points."""
        return self.kind is CriterionKind.MET

    def falls_short(self, answer: Answer | None) -> bool:
        """Whether an answer (None: not answered) is below what this criterion asks for by itself."""
        if self.counts_met:
            return self.required and answer is not True
        points = answer if isinstance(answer, Decimal) else Decimal(0)
        return self.minimum is not None and points < self.minimum


@dataclass(frozen=True, slots=True)
class Group:
    """A group of criteria. ``minimum``: points the group must reach, None when it has no
    mark.
    """

    code: str
    label: str
    minimum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PassMark:
    """What the whole sheet must reach: points in all, criteria met, or both."""

    total: Decimal | None = None
    met: int | None = None

    def reached_by(self, total: Decimal, met: int) -> bool:
        """Whether so many points and so many criteria met are enough."""
        return (self.total is None or total >= self.total) and (self.met is None or met >= self.met)


@dataclass(frozen=True, slots=True)
class ClassThreshold:
    """A class and the least that earns it: points, or criteria met in a set without points."""

    code: str
    label: str
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Pass mark and classes, with where they come from. PV01 confirms unverified ones once."""

    pass_mark: PassMark | None = None
    classes: tuple[ClassThreshold, ...] = ()
    source: str = ""
    confidence: Confidence = Confidence.INFERENCE
    verified: bool = False


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """A version of a criteria set. ``sample``: made up to show the work, never the real sheet.

    ``scale`` is what all points together are worth for one subject, None when the set has no points.
    """

    code: str
    version: int
    label: str
    sample: bool
    verified: bool
    subject_kinds: tuple[str, ...]
    scale: Decimal | None
    groups: tuple[Group, ...]
    criteria: tuple[Criterion, ...]
    thresholds: Thresholds
    sources: tuple[str, ...] = ()
    note: str = ""
    digest: str = ""

    @property
    def key(self) -> str:
        """``code@version``, the name a score sheet is bound to."""
        return f"{self.code}@{self.version}"

    @property
    def needs_confirmation(self) -> bool:
        """Whether PV01 must confirm the thresholds before a result by them becomes final (law.md)."""
        return not self.thresholds.verified

    def criterion(self, code: str) -> Criterion | None:
        """The criterion of that code, or None."""
        return next((criterion for criterion in self.criteria if criterion.code == code), None)

    def in_group(self, group: str) -> tuple[Criterion, ...]:
        """The group's criteria in the order of the set."""
        return tuple(criterion for criterion in self.criteria if criterion.group == group)

    def for_subject(self, subject_kind: str) -> CriteriaSet:
        """The same set with only the criteria (and groups) that a subject of this kind is scored by."""
        criteria = tuple(c for c in self.criteria if not c.applies_to or subject_kind in c.applies_to)
        used = {criterion.group for criterion in criteria}
        return replace(self, criteria=criteria, groups=tuple(g for g in self.groups if g.code in used))

    def citations(self) -> tuple[str, ...]:
        """Every citation of the set, each once, in order of first use."""
        cited = (*self.sources, *(c.source for c in self.criteria), self.thresholds.source)
        return tuple(dict.fromkeys(citation for citation in cited if citation))
