"""A commune's own criterion, computed from its units: how many registered, how many of them were recognised.

TT 124/2021, art. 5.4: all units under its management register, at least 70 % of them are recognised. The share is
rounded up: 18 of 25 for 70 % (worked example under TT 23/2012, the same share). Shares are data of the kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from workflow.domain.actors import Role
from workflow.domain.guards.attempt import Attempt, UnitFact, codes
from workflow.domain.refusal import Refusal
from workflow.domain.share_rules import Base
from workflow.domain.shares import Reading, reading

MOST_NAMES = 10
"""So many units are named in one sentence; the rest is counted."""


def names_of(units: tuple[UnitFact, ...]) -> str:
    """Units by name for a sentence, at most ``MOST_NAMES``; how many more there are stands in ``(+n)``."""
    told = "; ".join(unit.name for unit in units[:MOST_NAMES])
    more = len(units) - MOST_NAMES
    return f"{told} (+{more})" if more > 0 else told


def units_registered(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """Of the units the commune answers for at least ``share`` registered for this kind and cycle."""
    units = attempt.books.units
    found = reading(units, Base.UNITS, Fraction(str(params["share"])))
    source = str(params.get("source", ""))
    if found.met is None:
        yield Refusal("guard.no_units", {}, cleared_by=Role.COMMUNE_POLICE, source=source)
    elif not found.met:
        yield Refusal(
            "guard.units_unregistered",
            {
                "counted": len(found.counted),
                "units": len(found.out_of),
                "needed": found.needed,
                "names": names_of(_lacking(units, found)),
            },
            cleared_by=Role.COMMUNE_POLICE,
            until=attempt.until,
            source=source,
        )


def units_recognised(attempt: Attempt, params: Mapping[str, object]) -> Iterator[Refusal]:
    """Of the registered units at least ``share`` have one of the results ``any_of`` in the cycle, rounded up.

    "of which" reads: out of those that registered (001:125). Where nothing registered, ``units_registered`` speaks.
    """
    units = attempt.books.units
    found = reading(units, Base.JOINED, Fraction(str(params["share"])), any_of=codes(params, "any_of"))
    if found.met is False:
        yield Refusal(
            "guard.units_unrecognised",
            {
                "counted": len(found.counted),
                "base": len(found.out_of),
                "needed": found.needed,
                "percent": f"{float(100 * found.share):g}",
                "names": names_of(_lacking(units, found)),
            },
            cleared_by=Role.COMMUNE_COMMITTEE,
            until=attempt.until,
            source=str(params.get("source", "")),
        )


def _lacking(units: tuple[UnitFact, ...], found: Reading) -> tuple[UnitFact, ...]:
    missing = set(found.out_of) - set(found.counted)
    return tuple(unit for unit in units if unit.id in missing)


def entries_counted(attempt: Attempt) -> tuple[str, ...]:
    """Ids of the ledger results that the guards of this move counted."""
    wanted = {
        code
        for use in attempt.transition.guards
        if use.name == "units_recognised"
        for code in codes(use.params, "any_of")
    }
    return tuple(unit.entry for unit in attempt.books.units if unit.registered and unit.result in wanted)
