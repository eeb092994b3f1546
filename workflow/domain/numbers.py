"""Numbers of papers that a body gives out in a year: what comes next, which were passed over. Pure.

A register is one series of one issuing body and one year; it begins at 1 each year. A number once given is never
given again, also when it was cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from workflow.domain.actors import Role

MOST = 99_999
"""The largest number that a paper can carry (``hoso:common/official_paper``)."""


@dataclass(frozen=True, slots=True)
class IssuedNumber:
    """One number that was given to a paper.

    ``organisation_id``: the issuing body; ``series``: which of its rows of numbers ("" where it has one for all);
    ``symbol``: number and symbol as they stand on the paper; ``about``: what the paper is about.
    """

    id: str
    organisation_id: str
    province_id: str
    year: int
    series: str
    number: int
    symbol: str
    day: date
    about: str
    at: datetime
    person_id: str
    role: Role
    voided_at: datetime | None = None
    void_reason: str = ""

    @property
    def is_void(self) -> bool:
        """Cancelled; the number stays taken."""
        return self.voided_at is not None


def next_number(taken: Iterable[int]) -> int:
    """The number after the largest that was given."""
    return max(taken, default=0) + 1


def gaps(taken: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Runs of numbers (first, last) below the largest that nobody was given."""
    found: list[tuple[int, int]] = []
    expected = 1
    for number in sorted(set(taken)):
        if number > expected:
            found.append((expected, number - 1))
        expected = number + 1
    return tuple(found)


def symbol_of(number: int, suffix: str) -> str:
    """Number and symbol as they stand on the paper; under 10 with a nought before it."""
    return f"{number:02d}/{suffix}"
