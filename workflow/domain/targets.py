"""Quantitative targets as data declares them, and what a measured one says: met, unmet, not applicable, or only told.

seeds.md, section 5: every percentage has its numerator, its denominator, its day and what stands behind it; an empty
denominator is "not applicable", never 0 % or 100 %.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Target:
    """A target. ``measure``: by what it is measured and with which parameters; ``share`` None: nothing is to be reached
    (a number is told) or, for what must not happen, zero is.
    """

    code: str
    label: str
    population: str
    measure: Mapping[str, object]
    share: Fraction | None
    source: str
    verified: bool
    note: str = ""

    @property
    def by(self) -> str:
        """The name of its measure."""
        return str(self.measure["by"])


class Verdict(StrEnum):
    """What a measured target says. ``TOLD``: a number without a threshold."""

    MET = "met"
    UNMET = "unmet"
    NOT_APPLICABLE = "not_applicable"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Behind:
    """One thing behind a figure: what it is called, how much of it, the dossier or ledger entry it stands in.

    ``proof``: number of the document that shows it.
    """

    name: str
    value: int = 1
    dossier_id: str = ""
    entry_id: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a target: numerator out of denominator, with everything behind the numerator."""

    numerator: int
    denominator: int
    behind: tuple[Behind, ...] = ()

    @property
    def percent(self) -> float | None:
        """What was reached, in percent to one place, rounded down; None: nothing to count."""
        return math.floor(1000 * self.numerator / self.denominator) / 10 if self.denominator else None

    def reaches(self, share: Fraction) -> Verdict:
        """Whether the share is reached."""
        if not self.denominator:
            return Verdict.NOT_APPLICABLE
        return Verdict.MET if Fraction(self.numerator, self.denominator) >= share else Verdict.UNMET


@dataclass(frozen=True, slots=True)
class Measured:
    """A target as it stands on a day: its readings (the one hoso goes by first), its verdict, who is lacking by name.

    ``missing``: those whose reports are not in, so that nothing is known of them; ``events``: what happened that should
    not have.
    """

    target: Target
    readings: tuple[Reading, ...]
    verdict: Verdict
    lacking: tuple[Behind, ...] = ()
    missing: tuple[Behind, ...] = ()
    events: tuple[tuple[str, Behind], ...] = field(default=())

    @property
    def reading(self) -> Reading:
        """The reading hoso goes by."""
        return self.readings[0]


def weighed(
    target: Target, *readings: Reading, lacking: tuple[Behind, ...] = (), missing: tuple[Behind, ...] = ()
) -> Measured:
    """A target against its share; without one its number is only told."""
    verdict = readings[0].reaches(target.share) if target.share is not None else Verdict.TOLD
    return Measured(target, readings, verdict, lacking=lacking, missing=missing)


def reduced(target: Target, now: int, before: int, behind: tuple[Behind, ...], missing: tuple[Behind, ...]) -> Measured:
    """How much a number fell against the year before (A50): nothing before is not applicable, nothing twice is met."""
    reading = Reading(before - now, before, behind)
    if not behind:
        verdict = Verdict.NOT_APPLICABLE
    elif before == 0:
        verdict = Verdict.MET if now == 0 else Verdict.NOT_APPLICABLE
    else:
        verdict = reading.reaches(target.share or Fraction(0))
    return Measured(target, (reading,), verdict, missing=missing)


def none_happened(
    target: Target,
    behind: tuple[Behind, ...],
    told: int,
    events: tuple[tuple[str, Behind], ...],
    missing: tuple[Behind, ...],
) -> Measured:
    """What must not happen: met while every report that tells of it says zero; nobody telling is "not applicable"."""
    count = sum(one.value for one in behind)
    verdict = Verdict.NOT_APPLICABLE if not told else Verdict.UNMET if count else Verdict.MET
    return Measured(target, (Reading(count, told, behind),), verdict, missing=missing, events=events)
