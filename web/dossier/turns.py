"""The turn block: whose turn, since when, until when, and how the date was counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.context import house
from web.formatting import day, day_long, lower_first, moment, until
from web.refusals import source
from web.words import say
from workflow.domain.calendars import WEEKEND, last_day, local_day
from workflow.domain.deadlines import Face, GrantKind
from workflow.domain.kinds import Meaning
from workflow.domain.step_clock import LatenessKind, lateness

if TYPE_CHECKING:
    from datetime import datetime

    from web.dossier.sight import Sight
    from workflow.domain.calendars import WorkingCalendar
    from workflow.domain.deadlines import DeadlineRule, Verdict
    from workflow.domain.step_clock import StepClock


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of ``macros/marks.html``: its shape and its words."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation, with the source it rests on where there is one."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """The block as ``macros/turn.html`` draws it. kind: mine, other, back, late, hold or done."""

    kind: str
    who: str
    since: str = ""
    until: str = ""
    mark: Mark | None = None
    method: tuple[Line, ...] = ()


def turn_of(sight: Sight, since: str = "") -> Turn:
    """The turn block. ``since``: what handed the turn over, as the story says it."""
    dossier = sight.dossier
    if sight.is_ended:
        since = say("turn.ended_since", day=_day(_moved(sight)))
        return Turn("done", say("turn.ended", state=sight.state.label), since)
    if dossier.hold is not None:
        who = sight.name_of(dossier.hold.role)
        return Turn(
            "hold",
            say("turn.held"),
            say("turn.held_since", who=who, day=_day(dossier.hold.at), reason=sight.text(dossier.hold.reason)),
            method=_stopped(dossier.clock),
        )
    return _running(sight, since)


def _running(sight: Sight, since: str) -> Turn:
    dossier = sight.dossier
    holder = dossier.holder
    name = sight.name_of(holder) if holder is not None else ""
    due, method = _due(sight)
    mark = _mark(sight, due)
    newest = dossier.newest_return
    if sight.is_returned and newest is not None:
        kind, who = "back", say("turn.mend", who=name, count=len(newest.items))
    elif sight.is_mine:
        kind, who = "mine", say("turn.mine", who=name)
    else:
        kind, who = "other", say("turn.other", who=name)
    if mark is not None and mark.kind == "late" and kind == "mine":
        kind = "late"
    held_since = dossier.holder_since
    told = say("turn.since", day=_day(held_since), event=since) if held_since is not None and since else ""
    return Turn(kind, who, told, until(due)[:1].upper() + until(due)[1:] if due is not None else "", mark, method)


def _day(at: datetime) -> str:
    """Weekday and date inside a sentence."""
    return lower_first(day_long(at))


def _moved(sight: Sight) -> datetime:
    steps = sight.dossier.steps
    return steps[-1].at if steps else sight.at


def _due(sight: Sight) -> tuple[datetime | None, tuple[Line, ...]]:
    """The end that counts now, and how it came about: the officers' clock, the date to mend, the date of the plan."""
    dossier, newest = sight.dossier, sight.dossier.newest_return
    if sight.is_returned and newest is not None:
        method = (Line(say("count.set_by"), sight.name_of(newest.role)),) if newest.mend_by is not None else ()
        return newest.mend_by, method
    if dossier.clock is not None and not dossier.clock.is_stopped:
        return dossier.clock.due(sight.calendar), _counted(sight, dossier.clock)
    verdict = sight.look.verdict
    if verdict is not None and sight.state.meaning is Meaning.DRAFT:
        end = verdict.closes if verdict.face is not Face.ON_TIME else verdict.due or verdict.closes
        forward = sight.look.forward
        rule = sight.kind.deadlines.get(forward.deadline or "") if forward is not None else None
        return end, planned(rule, verdict, sight.calendar)
    return None, ()


def _mark(sight: Sight, due: datetime | None) -> Mark | None:
    if due is None:
        return None
    stands = lateness(due, sight.at, sight.calendar, sight.look.books.near_days)
    words = house().wording
    if stands.kind is LatenessKind.LATE:
        late = words.say("deadline.overdue", working_days=words.working_days(stands.working_days))
        return Mark("late", (late if stands.working_days else words.say("deadline.just_overdue")).rstrip("."))
    if stands.kind is LatenessKind.NEAR:
        near = words.say("deadline.near", working_days=words.working_days(stands.working_days))
        return Mark("near", (near if stands.working_days else words.say("deadline.last_day_today")).rstrip("."))
    return None


def _counted(sight: Sight, clock: StepClock) -> tuple[Line, ...]:
    """The officers' clock in words: start, working days, days passed over with their source, the end."""
    calendar, words = sight.calendar, house().wording
    start, end = local_day(clock.started_at), last_day(clock.due(calendar))
    lines = [
        Line(say("count.from"), say("count.from_day", moment=moment(clock.started_at))),
        Line(say("count.days"), say(_days_code(sight), days=words.working_days(clock.working_days))),
    ]
    skipped = calendar.skipped(start, end)
    resting = [one for one in skipped if one.reason == WEEKEND]
    if resting:
        lines.append(Line(say("count.weekend", count=len(resting)), ", ".join(words.skipped(resting))))
    for one in skipped:
        if one.reason != WEEKEND:
            cited = source(calendar.sources.get(one.day, ""))
            lines.append(Line(say("count.holiday"), words.skipped([one])[0], cited.url if cited else ""))
    lines += [Line(say("count.made_up"), f"{day(one.day)}: {one.reason}") for one in calendar.made_up(start, end)]
    lines.append(Line(say("count.end"), words.last_moment(clock.due(calendar), calendar)))
    if calendar.is_provisional(end):
        lines.append(Line(say("count.note"), words.say("time.provisional_year", year=end.year)))
    cited = source("blds-2015#147")
    lines.append(Line(say("count.rule"), cited.text if cited else "", cited.url if cited else ""))
    return tuple(lines)


def _days_code(sight: Sight) -> str:
    """Whether the province set the number of days, or it is the default of the kind."""
    return "count.days_province" if sight.dossier.state in sight.look.books.working_days else "count.days_default"


def _stopped(clock: StepClock | None) -> tuple[Line, ...]:
    if clock is None or clock.stopped_at is None:
        return ()
    words = house().wording
    left = words.working_days(clock.remaining or 0)
    return (Line(say("count.clock"), words.say("deadline.stopped", stopped=clock.stopped_at, working_days=left)),)


def planned(rule: DeadlineRule | None, verdict: Verdict, calendar: WorkingCalendar) -> tuple[Line, ...]:
    """The date of the plan: its three faces, what was granted, the words of the plan with their source."""
    words = house().wording
    lines = []
    if verdict.opens is not None:
        lines.append(Line(say("face.opens"), moment(verdict.opens)))
    if verdict.due is not None:
        last = words.last_moment(verdict.due, calendar)
        lines.append(Line(say("face.due"), say("face.due_words", until=last)))
    if verdict.closes is not None:
        last = words.last_moment(verdict.closes, calendar)
        lines.append(Line(say("face.closes"), say("face.closes_words", until=last)))
    if verdict.grant is not None:
        code = "face.late_opening" if verdict.grant.kind is GrantKind.LATE_OPENING else "face.extension"
        lines.append(Line(say(code), until(verdict.grant.until)))
    if rule is not None and rule.words:
        cited = source(rule.source)
        lines.append(Line(say("face.words"), f"“{rule.words}”", cited.url if cited else ""))
        if not rule.verified:
            lines.append(Line(say("count.note"), say("face.unverified")))
    return tuple(lines)
