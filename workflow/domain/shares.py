"""Shares that a kind sets itself for the units of a place: how many registered, how many hold which result.

A share can be read against more than one base (A19 in seeds.md: "50 % Kha" of all, or of the 80 % named before it);
every reading is computed and shown. Nothing to count is "not applicable", never 0 % or 100 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from workflow.domain.guards.attempt import UnitFact
from workflow.domain.share_rules import Base, ShareRule


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a share: units counted, and what they are counted out of, by id."""

    base: Base
    counted: tuple[str, ...]
    out_of: tuple[str, ...]
    share: Fraction

    @property
    def needed(self) -> int:
        """The least number that reaches the share, rounded up."""
        return math.ceil(self.share * len(self.out_of))

    @property
    def met(self) -> bool | None:
        """Whether the share is reached; None: not applicable."""
        return len(self.counted) >= self.needed if self.out_of else None

    @property
    def percent(self) -> float | None:
        """What was reached, in percent to one place, rounded down; None: not applicable."""
        return math.floor(1000 * len(self.counted) / len(self.out_of)) / 10 if self.out_of else None


@dataclass(frozen=True, slots=True)
class ShareFigure:
    """A share with all its readings, the one hoso goes by first."""

    rule: ShareRule
    readings: tuple[Reading, ...]


def share_figure(rule: ShareRule, units: Iterable[UnitFact]) -> ShareFigure:
    """The share as these units stand, read in every way the kind names."""
    every = tuple(units)
    readings = (reading(every, base, rule.share, any_of=rule.any_of, within=rule.within) for base in rule.bases)
    return ShareFigure(rule, tuple(readings))


def reading(
    units: tuple[UnitFact, ...],
    base: Base,
    share: Fraction,
    *,
    any_of: tuple[str, ...] = (),
    within: tuple[str, ...] = (),
) -> Reading:
    """Units with one of the results (without any: those that registered) out of the base."""
    out_of = tuple(unit for unit in units if _is_of(unit, base, within))
    counted = tuple(unit.id for unit in out_of if (unit.result in any_of if any_of else unit.registered))
    return Reading(base, counted, tuple(unit.id for unit in out_of), share)


def _is_of(unit: UnitFact, base: Base, within: tuple[str, ...]) -> bool:
    if base is Base.RESULTS:
        return unit.result in within
    return unit.registered or base is Base.UNITS
