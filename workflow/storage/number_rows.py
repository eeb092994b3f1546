"""A row of the register of numbers as a value, for the store and for reading alike."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from workflow.domain.actors import Role
from workflow.domain.numbers import IssuedNumber
from workflow.storage import codec
from workflow.storage.statements import Tuple

NAMES = tuple(field.name for field in fields(IssuedNumber))


def issued(row: Tuple) -> IssuedNumber:
    """A row of the register as a value."""
    values = dict(zip(NAMES, row, strict=True))
    values |= {
        "day": date.fromisoformat(values["day"]),
        "at": codec.instant(values["at"]),
        "role": Role(values["role"]),
    }
    return IssuedNumber(**{**values, "voided_at": codec.instant_or_none(values["voided_at"])})
