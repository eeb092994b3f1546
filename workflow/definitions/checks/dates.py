"""Dates in their order, with the working days between them: opens ≤ due ≤ closes, and each date after the one before.

A date *follows* another when it opens after it, when its step comes next on the straight path, or when it is the
yearly report after the window for its figures. Whoever works between the two has the working days from the end of the
first to the last day of the second; fewer than ``SHORT`` of them in any year is said, for a signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from workflow.definitions.checks.finding import Finding, found
from workflow.domain.calendars import WorkingCalendar, last_day
from workflow.domain.deadlines import Deadline
from workflow.domain.kinds import DossierKind

SHORT = 3

_FACES = {
    "due_before_opens": "date_due_before_opens",
    "closes_before_due": "date_closes_before_due",
    "never_open": "date_never_open",
}
"""What ``Deadline.check`` says, as findings."""


def date_findings(kind: DossierKind, calendar: WorkingCalendar) -> tuple[Finding, ...]:
    """Everything wrong with, or tight between, the kind's dates in the years of the calendar."""
    years = sorted({day.year for day in calendar.holidays}) or [2026]
    return (*_each(kind, years[0]), *_between(kind, years, calendar))


def _each(kind: DossierKind, year: int) -> Iterator[Finding]:
    for code, rule in kind.deadlines.items():
        for problem in rule.for_cycle(year).check():
            yield found(_FACES[problem], code, deadline=rule.label)
        awaited = kind.deadlines.get(rule.opens_after or "")
        if awaited is not None and awaited.closes is None:
            yield found("date_waits_forever", code, deadline=rule.label, other=awaited.label)


def _between(kind: DossierKind, years: list[int], calendar: WorkingCalendar) -> Iterator[Finding]:
    for first, second in sorted(following(kind)):
        rules = kind.deadlines[first], kind.deadlines[second]
        facts: dict[str, object] = {"first": rules[0].label, "second": rules[1].label}
        slack = {year: _slack(rules[0].for_cycle(year), rules[1].for_cycle(year), calendar) for year in years}
        known = {year: days for year, days in slack.items() if days is not None}
        if not known:
            continue
        year, days = min(known.items(), key=lambda item: item[1])
        if days < 0:
            yield found("dates_out_of_order", f"{first}<{second}", year=year, **facts)
        elif days < SHORT:
            yield found("short_slack", f"{first}<{second}", days=days, year=year, **facts)


def following(kind: DossierKind) -> set[tuple[str, str]]:
    """Pairs of dates (codes) of which the second follows the first."""
    pairs = {(str(rule.opens_after), code) for code, rule in kind.deadlines.items() if rule.opens_after is not None}
    if kind.figures is not None and kind.report is not None:
        pairs.add((kind.figures, kind.report))
    steps = [move for move in kind.transitions if move.forward and move.deadline is not None]
    for earlier in steps:
        depth = kind.state(earlier.target).depth
        onward = [t for t in steps if kind.state(t.source).depth >= depth and t.deadline != earlier.deadline]
        if onward:
            nearest = min(kind.state(t.source).depth for t in onward)
            pairs |= {(str(earlier.deadline), str(t.deadline)) for t in onward if kind.state(t.source).depth == nearest}
    return pairs


def _slack(first: Deadline, second: Deadline, calendar: WorkingCalendar) -> int | None:
    """Working days after the first date ends, up to and with the last day of the second; negative when it is over."""
    begin, end = first.closes or first.due, second.due or second.closes
    if begin is None or end is None:
        return None
    return -1 if end <= begin else _days(begin, end, calendar)


def _days(begin: datetime, end: datetime, calendar: WorkingCalendar) -> int:
    return calendar.working_days_between(last_day(begin), last_day(end))
