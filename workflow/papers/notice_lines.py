"""Notices in words: on pages, the command line and in letters the same sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from workflow.domain.actors import Role
from workflow.domain.calendars import WorkingCalendar
from workflow.wording import Wording

ROLE = "holder"
"""The fact that names a role."""


def notice_line(wording: Wording, calendar: WorkingCalendar, code: str, facts: Mapping[str, object]) -> str:
    """The sentence of a notice; the one that says most of what is known. Raises UnknownMessage, MissingField.

    Instants among the facts (ISO text) are exclusive ends and are said as last moments.
    """
    known = {name: _said(wording, calendar, name, value) for name, value in facts.items() if value is not None}
    fuller = (f"{code}.{name}" for name in known)
    best = next((one for one in fuller if one in wording and wording.fields(one) <= known.keys()), code)
    return wording.say(best, **known)


def _said(wording: Wording, calendar: WorkingCalendar, name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if name == ROLE:
        return Role(value)
    try:
        until = datetime.fromisoformat(value) if "T" in value else None
    except ValueError:
        return value
    return value if until is None or until.tzinfo is None else wording.last_moment(until, calendar)
