"""The year's days for a calendar program, as they stand for the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from web.words import say
from workflow.domain.calendars import last_day, local_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from workflow.domain.kinds import DossierKind
    from workflow.queries.books import DateLine, Year

Entry = tuple[str, "date", str, str, str]


def entries(year: Year, kinds: tuple[DossierKind, ...]) -> list[Entry]:
    """One whole day for every face: its lasting id, the day, what it is, the plan's words, the page."""
    labels = {kind.code: kind.short_label for kind in kinds}
    found = [entry for line in year.dates for entry in _of(line, year.cycle, labels[line.kind])]
    return sorted(found, key=lambda entry: (entry[1], entry[0]))


def _of(line: DateLine, cycle: int, kind: str) -> Iterator[Entry]:
    faces = line.verdict
    if faces is None:
        return
    days = {
        "opens": local_day(faces.opens) if faces.opens is not None else None,
        "due": last_day(faces.due) if faces.due is not None else None,
        "closes": last_day(faces.closes) if faces.closes is not None and faces.closes != faces.due else None,
    }
    url = url_for("deadlines.year", nam=cycle, _external=True)
    for face, on in days.items():
        if on is not None:
            uid = f"{line.kind}-{cycle}-{line.rule.code}-{face}@hoso"
            yield uid, on, say(f"year.ics.{face}", label=line.rule.label, kind=kind), line.rule.words, url
