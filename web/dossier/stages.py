"""The stepper: where on the road of its kind a dossier stands, what is behind it and what comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.formatting import day, until_short
from web.words import say
from workflow.domain.kinds import Meaning
from workflow.domain.turn import place_of

if TYPE_CHECKING:
    from datetime import datetime

    from web.dossier.sight import Sight
    from workflow.domain.dossier import Dossier
    from workflow.domain.kinds import DossierKind


@dataclass(frozen=True, slots=True)
class StagePoint:
    """One stage as ``macros/stepper.html`` draws it: done, now, later, back, hold or ended."""

    label: str
    status: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Road:
    """The whole road. ``place``: number of the stage at work, from 1; ``next_words``: the one after it, for phones."""

    points: tuple[StagePoint, ...]
    place: int
    next_words: str = ""

    @property
    def here(self) -> StagePoint:
        """The stage at work."""
        return self.points[self.place - 1]


def road_of(sight: Sight) -> Road:
    """The stepper of a dossier."""
    dossier, kind = sight.dossier, sight.kind
    codes = [stage.code for stage in kind.stages]
    place = codes.index(place_of(kind, dossier))
    reached = sight.state.meaning is Meaning.POSITIVE
    points = []
    for number, stage in enumerate(kind.stages):
        if number < place or (number == place and reached):
            point = StagePoint(stage.label, "done", _done_words(dossier, kind, stage.code))
        elif number == place:
            point = StagePoint(stage.label, _status(sight), _now_words(sight))
        else:
            point = StagePoint(stage.label, "later")
        points.append(point)
    following = kind.stages[place + 1].label if place + 1 < len(codes) and not sight.is_ended else ""
    return Road(tuple(points), place + 1, following)


def _status(sight: Sight) -> str:
    if sight.is_ended:
        return "ended"
    if sight.dossier.hold is not None:
        return "hold"
    return "back" if sight.is_returned else "now"


def _done_words(dossier: Dossier, kind: DossierKind, stage: str) -> str:
    at = _completed_at(dossier, kind, stage)
    return say("stage.done", day=day(at)) if at is not None else ""


def _completed_at(dossier: Dossier, kind: DossierKind, stage: str) -> datetime | None:
    """When the last step into a state of this stage was made."""
    made = (step.at for step in reversed(dossier.steps) if kind.state(step.target).stage == stage)
    return next(made, None)


def _now_words(sight: Sight) -> str:
    dossier = sight.dossier
    if sight.is_ended:
        return say("stage.ended", state=sight.state.label, day=day(dossier.updated_at))
    if dossier.hold is not None:
        return say("stage.held", day=day(dossier.hold.at))
    if dossier.newest_return is not None and sight.is_returned:
        return say("stage.returned", day=day(dossier.newest_return.at))
    if dossier.clock is not None and not dossier.clock.is_stopped:
        return say("stage.due", until=until_short(dossier.clock.due(sight.calendar)))
    return ""
