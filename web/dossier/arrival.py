"""Number and day of arrival as typed from the stamp on a paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask import request

from web.context import today
from web.formatting import day as day_words
from web.forms.typed import UnreadableError, read_day, read_text
from web.words import say

NUMBER, DAY = "den_so", "den_ngay"
"""The fields, wherever they stand."""


@dataclass(frozen=True, slots=True)
class TypedArrival:
    """What was typed, what could be read of it, and a sentence at each field that could not."""

    values: dict[str, str]
    number: str = ""
    day: date | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(text.strip() for text in self.values.values())


def typed_arrival() -> TypedArrival:
    """The arrival of the posted form; both fields are asked for."""
    values = {name: request.form.get(name, "") for name in (NUMBER, DAY)}
    errors: dict[str, list[str]] = {}
    number, arrived = "", None
    try:
        number = read_text(values[NUMBER])
        if not number:
            errors[NUMBER] = [say("incoming.number_missing")]
    except UnreadableError as error:
        errors[NUMBER] = [say(error.code, **error.facts)]
    try:
        arrived = date.fromisoformat(read_day(values[DAY]))
        if arrived > today():
            errors[DAY] = [say("incoming.day_future", today=day_words(today()))]
    except UnreadableError as error:
        errors[DAY] = [say(error.code, **error.facts) if values[DAY].strip() else say("incoming.day_missing")]
    return TypedArrival(values, number, arrived, errors)
