"""A commune's own criterion, computed from its units: how many registered, how many of them were recognised.

TT 124/2021, art. 5.4: all units under its management register, at least 70 % of them are recognised. The share is
rounded up: 18 of 25 for 70 % (worked example under TT 23/2012, the same share). Shares are data of the kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from workflow.domain.actors import Role
from workflow.domain.guards.attempt import Attempt, UnitFact, codes
from workflow.domain.refusal import Refusal

MOST_NAMES = 10
"""So many units are named in one sentence; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of ``base`` are counted, and how many of them a share asks for."""

    counted: tuple[UnitFact, ...]
    base: tuple[UnitFact, ...]
    wanted: Fraction

    @property
    def needed(self) -> int:
        """The least number that reaches the share, rounded up."""
        return math.ceil(self.wanted * len(self.base))

    @property
    def reached(self) -> bool | None:
        """Whether the share is reached; None where there is nothing to count (not applicable)."""
        return len(self.counted) >= self.needed if self.base else None

    @property
    def percent(self) -> Fraction | None:
        """The share that was reached, in percent; None where there is nothing to count."""
        return Fraction(100 * len(self.counted), len(self.base)) if self.base else None

    @property
    def lacking(self) -> tuple[UnitFact, ...]:
        """Units of the base that are not counted."""
        known = {unit.id for unit in self.counted}
        return tuple(unit for unit in self.base if unit.id not in known)


def registered_share(units: tuple[UnitFact, ...], wanted: Fraction) -> Share:
    """Registered units out of all that the commune answers for."""
    return Share(tuple(unit for unit in units if unit.registered), units, wanted)


def recognised_share(units: tuple[UnitFact, ...], any_of: tuple[str, ...], wanted: Fraction) -> Share:
    """Units with one of the results out of those that registered (001:125)."""
    registered = tuple(unit for unit in units if unit.registered)
    return Share(tuple(unit for unit in registered if unit.result in any_of), registered, wanted)


def names_of(units: tuple[UnitFact, ...]) -> str:
    """Units by name for a sentence, at most ``MOST_NAMES``; how many more there are stands in ``(+n)``."""
    told = "; ".join(unit.name for unit in units[:MOST_NAMES])
    more = len(units) - MOST_NAMES
    return f"{told} (+{more})" if more > 0 else told


def units_registered(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """Of the units the commune answers for at least ``share`` registered for this kind and cycle."""
    share = registered_share(attempt.books.units, Fraction(str(params["share"])))
    if share.reached:
        return
    source = str(params.get("source", ""))
    if share.reached is None:
        yield Refusal("guard.no_units", {}, cleared_by=Role.COMMUNE_POLICE, source=source)
        return
    yield Refusal(
        "guard.units_unregistered",
        {
            "counted": len(share.counted),
            "units": len(share.base),
            "needed": share.needed,
            "names": names_of(share.lacking),
        },
        cleared_by=Role.COMMUNE_POLICE,
        until=attempt.until,
        source=source,
    )


def units_recognised(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """Of the registered units at least ``share`` have one of the results ``any_of`` in the cycle, rounded up."""
    share = recognised_share(attempt.books.units, codes(params, "any_of"), Fraction(str(params["share"])))
    if share.reached or share.reached is None:  # nothing registered is units_registered's to say
        return
    yield Refusal(
        "guard.units_unrecognised",
        {
            "counted": len(share.counted),
            "base": len(share.base),
            "needed": share.needed,
            "percent": f"{float(share.wanted * 100):g}",
            "names": names_of(share.lacking),
        },
        cleared_by=Role.COMMUNE_COMMITTEE,
        until=attempt.until,
        source=str(params.get("source", "")),
    )


def entries_counted(attempt: Attempt) -> tuple[str, ...]:
    """Ids of the ledger results that the guards of this move counted."""
    wanted = {
        code
        for use in attempt.transition.guards
        if use.name == "units_recognised"
        for code in codes(use.params, "any_of")
    }
    return tuple(unit.entry for unit in attempt.books.units if unit.registered and unit.result in wanted)
