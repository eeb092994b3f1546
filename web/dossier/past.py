"""A dossier as it stood at an instant: its events up to then, applied again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from web.dossier.story import tell
from web.formatting import VIETNAM, day, local
from web.forms.typed import UnreadableError, read_day, read_hour
from web.words import say
from workflow.domain.dossier import Dossier

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from web.dossier.story import Happening


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the texts of both fields, the instant, or what is wrong."""

    day: str
    hour: str
    at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PastPaper:
    """A paper that was there, in which version."""

    title: str
    version: int
    day: str


@dataclass(frozen=True, slots=True)
class Past:
    """How the dossier stood. ``began`` False: it was not there yet."""

    at: datetime
    began: bool
    state: str = ""
    holder: str = ""
    held: bool = False
    papers: tuple[PastPaper, ...] = ()
    last: Happening | None = None


def read_instant(given: Mapping[str, str], now: datetime) -> Asked:
    """The instant of the address; the present one when nothing was asked."""
    typed_day, typed_hour = given.get("ngay", ""), given.get("gio", "")
    if not typed_day.strip():
        return Asked(day(now), f"{local(now):%H:%M}", now)
    try:
        hour = read_hour(typed_hour) if typed_hour.strip() else datetime.max.time().replace(microsecond=0)
        at = datetime.combine(datetime.fromisoformat(read_day(typed_day)).date(), hour, VIETNAM)
    except UnreadableError as error:
        return Asked(typed_day, typed_hour, problem=say(error.code, **error.facts))
    return Asked(typed_day, typed_hour, at)


def at_instant(sight: Sight, at: datetime) -> Past:
    """The dossier at that instant, its last moment included."""
    entries = [entry for entry in sight.record.entries if entry.event.at <= at]
    if not entries:
        return Past(at, began=False)
    dossier = Dossier.replay(entry.event for entry in entries)
    newest = {filed.paper.code: filed for filed in dossier.papers if not filed.stale}
    rules = [rule for code, rule in sight.kind.attachments.items() if code in newest]
    return Past(
        at,
        began=True,
        state=sight.kind.state(dossier.state).label if dossier.state in sight.kind.states else dossier.state,
        holder=sight.name_of(dossier.holder) if dossier.holder is not None else "",
        held=dossier.hold is not None,
        papers=tuple(
            PastPaper(rule.label, newest[rule.code].paper.version, day(newest[rule.code].at)) for rule in rules
        ),
        last=tell(sight, entries[-1]),
    )
