"""Shares as a kind declares them: what is asked of the units of a place together, and what each is out of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Base(StrEnum):
    """What a share is out of: every unit of the place, those that joined in, or those with one of some results."""

    UNITS = "units"
    JOINED = "joined"
    RESULTS = "results"


@dataclass(frozen=True, slots=True)
class ShareRule:
    """A share as a kind declares it. ``any_of`` empty: joining in is what counts; ``within``: the results of a base.

    ``bases``: the readings, the one hoso goes by first.
    """

    code: str
    label: str
    share: Fraction
    any_of: tuple[str, ...] = ()
    bases: tuple[Base, ...] = (Base.UNITS,)
    within: tuple[str, ...] = ()
    source: str = ""
    verified: bool = False
