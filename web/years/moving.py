"""The form that moves a date: each face as its day (an end as its last day), typed, read, compared with what stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from web.formatting import day
from web.forms.typed import UnreadableError, read_day
from web.words import say
from workflow.domain.calendars import day_end, day_start, last_day, local_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from workflow.domain.deadlines import Deadline

FACES = ("opens", "due", "closes")


def shown(kept: Deadline) -> dict[str, str]:
    """The faces as the form shows them; an empty text where there is none."""
    return {
        "opens": day(local_day(kept.opens)) if kept.opens is not None else "",
        "due": day(last_day(kept.due)) if kept.due is not None else "",
        "closes": day(last_day(kept.closes)) if kept.closes is not None else "",
    }


def moved(kept: Deadline, typed: Mapping[str, str]) -> tuple[Deadline, dict[str, list[str]]]:
    """The date as typed, and sentences by field for what could not be read. A face left as shown keeps its instant."""
    before, errors = shown(kept), dict[str, list[str]]()
    faces: dict[str, datetime | None] = {}
    for face in FACES:
        text = typed.get(face, "").strip()
        if text == before[face]:
            faces[face] = getattr(kept, face)
            continue
        if not text:
            faces[face] = None
            continue
        try:
            on = date.fromisoformat(read_day(text))
            faces[face] = day_start(on) if face == "opens" else day_end(on)
        except UnreadableError as error:
            errors[face] = [say(error.code, **error.facts)]
    if not typed.get("ly-do", "").strip():
        errors["ly-do"] = [say("year.reason_missing")]
    if errors:
        return kept, errors
    fresh = replace(kept, opens=faces["opens"], due=faces["due"], closes=faces["closes"])
    return fresh, {} if fresh != kept else {"opens": [say("year.nothing_changed")]}
