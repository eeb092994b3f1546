"""The yearly report of results (12/12): who is newly recognised, kept up, not kept up, not assessed.

law.md, "After recognition" (002:87-89): a recognition is *new* in the report whose window holds its decision date, owes
an entry in every later one, and is never both. Plain values in, figures out: no clock, no store, no kind by name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from workflow.domain.calendars import last_day, local_day
from workflow.domain.deadlines import Deadline, DeadlineRule


class Outcome(StrEnum):
    """How an owed entry stands. ``ended``: the system ended it without a result."""

    OWED = "owed"
    MAINTAINED = "maintained"
    NOT_MAINTAINED = "not_maintained"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Window:
    """The days whose results a cycle's report counts, both included (002:89: 11/12 of the year before to 10/12)."""

    first: date
    last: date

    @classmethod
    def of(cls, figures: Deadline) -> Window | None:
        """The window that the province's date for figures makes; None when it lacks an end."""
        if figures.opens is None or figures.closes is None:
            return None
        return cls(local_day(figures.opens), last_day(figures.closes))

    def holds(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Recognition:
    """A confirmed recognition of the ledger. ``recorded_at``: when it came into the books.

    ``cancelled_on``: the day its decision was cancelled; ``ended_in``: the cycle whose entry ended the standing;
    ``dissolved_on``: the last day of the subject. ``from_dossier`` False: an earlier decision, entered.
    """

    entry_id: str
    subject_id: str
    name: str
    number: str
    cycle: int
    decided_on: date | None
    recorded_at: datetime
    from_dossier: bool = True
    cancelled_on: date | None = None
    ended_in: int | None = None
    dissolved_on: date | None = None


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The entry a recognition owed in a cycle. ``ended_on``: the day of its last step; ``reason`` in its words."""

    dossier_id: str
    entry_id: str
    cycle: int
    outcome: Outcome
    ended_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the books say for one commune's report of one cycle.

    ``windows`` by cycle; ``upkeeps`` of the cycle and of the one before; ``registered``: subjects that registered in
    the cycle, however it ended; ``filed``: when the commune filed which cycle's report; ``closed``: the cycle is.
    """

    cycle: int
    commune_id: str
    windows: Mapping[int, Window]
    recognitions: tuple[Recognition, ...] = ()
    upkeeps: tuple[Upkeep, ...] = ()
    registered: tuple[str, ...] = ()
    filed: Mapping[int, datetime] = field(default_factory=dict)
    closed: bool = False


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One recognised unit in the report. ``supplement``: recorded after its own report was filed, a supplement.

    ``dossier_id`` is the owed entry's; None for a new recognition, and where the entry has not been opened yet.
    """

    entry_id: str
    subject_id: str
    name: str
    number: str
    decided_on: date | None
    dossier_id: str | None = None
    reason: str = ""
    supplement: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it is taken from: ids of subjects, sorted. An empty denominator is "not applicable"."""

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.numerator)

    @property
    def of(self) -> int:
        """Out of how many."""
        return len(self.denominator)

    @property
    def is_applicable(self) -> bool:
        """Whether there was anything to count."""
        return bool(self.denominator)


LISTS = ("new", "maintained", "not_maintained", "owed", "not_assessed", "not_assessed_before", "cancelled")
"""The lists of a report, in the order they are told."""

_OF_THE_CYCLE = ("maintained", "not_maintained", "owed", "not_assessed")


@dataclass(frozen=True, slots=True)
class YearlyReport:
    """One commune's report. ``owed`` blocks its filing; ``not_assessed``: the cycle closed over them.

    ``registered``: subjects the new ones are counted out of; ``assessed_before``: those that owed an entry in the cycle
    before. ``cancelled`` is information: recognitions cancelled within the window.
    """

    cycle: int
    commune_id: str
    window: Window
    new: tuple[ReportLine, ...] = ()
    maintained: tuple[ReportLine, ...] = ()
    not_maintained: tuple[ReportLine, ...] = ()
    owed: tuple[ReportLine, ...] = ()
    not_assessed: tuple[ReportLine, ...] = ()
    not_assessed_before: tuple[ReportLine, ...] = ()
    cancelled: tuple[ReportLine, ...] = ()
    registered: tuple[str, ...] = ()
    assessed_before: tuple[str, ...] = ()

    @property
    def figures(self) -> dict[str, Figure]:
        """Every figure with its numerator and denominator, ``cancelled`` excepted: it is counted out of nothing."""
        owing = _subjects(line for name in _OF_THE_CYCLE for line in self._list(name))
        new = _subjects(self.new)
        made = {"new": Figure(new, tuple(sorted({*new, *self.registered})))}
        made |= {name: Figure(_subjects(self._list(name)), owing) for name in _OF_THE_CYCLE}
        made["not_assessed_before"] = Figure(_subjects(self.not_assessed_before), self.assessed_before)
        return made

    def _list(self, name: str) -> tuple[ReportLine, ...]:
        lines: tuple[ReportLine, ...] = getattr(self, name)
        return lines


@dataclass(frozen=True, slots=True)
class ProvinceReport:
    """The sum of the communes' filed reports; ``missing`` names those that have not filed: they are not zero."""

    cycle: int
    filed: tuple[str, ...]
    missing: tuple[str, ...]
    figures: Mapping[str, Figure]

    @property
    def is_complete(self) -> bool:
        """Whether every commune has filed."""
        return not self.missing


KNOWN_BEFORE = 3
"""Windows of so many cycles before the report's own are looked at; older decisions are before them all."""


def windows_around(rule: DeadlineRule, cycle: int, dates: Mapping[int, Deadline]) -> dict[int, Window]:
    """The windows that a report needs: the province's dates where it has them, else what the kind's rule says."""
    found: dict[int, Window] = {}
    for year in range(cycle - KNOWN_BEFORE, cycle + 2):
        window = Window.of(dates.get(year) or rule.for_cycle(year))
        if window is not None:
            found[year] = window
    return found


def report_of(
    recognition: Recognition, windows: Mapping[int, Window], filed: Mapping[int, datetime]
) -> tuple[int, bool]:
    """The cycle in whose report a recognition is new, and whether as a supplement there.

    The window that holds the decision date says which; a dossier recorded after that report was filed comes in the
    first later one that was not (law.md, After recognition).
    """
    home = home_of(recognition, windows)
    cycle = home
    while recognition.from_dossier and cycle in filed and recognition.recorded_at > filed[cycle]:
        cycle += 1
    return cycle, cycle != home


def home_of(recognition: Recognition, windows: Mapping[int, Window]) -> int:
    """The cycle whose window holds the decision date, or, in a gap that moved dates left, the next one.

    Without a date, or outside every known window, it is the recognition's own cycle, kept on its side of them.
    """
    decided, own = recognition.decided_on, recognition.cycle
    if decided is None or not windows:
        return own
    first, last = min(windows), max(windows)
    if decided < windows[first].first:
        return min(own, first - 1)
    return next((cycle for cycle in sorted(windows) if decided <= windows[cycle].last), max(own, last + 1))


def yearly_report(facts: ReportFacts) -> YearlyReport:
    """One commune's report as the books stand. KeyError when ``facts`` lacks the cycle's window."""
    window = facts.windows[facts.cycle]
    of = {r.entry_id: report_of(r, facts.windows, facts.filed) for r in facts.recognitions}
    known = {r.entry_id: r for r in facts.recognitions}
    lists: dict[str, list[ReportLine]] = {name: [] for name in LISTS}
    for recognition in facts.recognitions:
        cycle, supplement = of[recognition.entry_id]
        if cycle == facts.cycle and not _cancelled_by(recognition, window.last):
            lists["new"].append(_line(recognition, supplement=supplement))
        if recognition.cancelled_on is not None and window.holds(recognition.cancelled_on):
            lists["cancelled"].append(_line(recognition))
    owing = [u for u in facts.upkeeps if u.entry_id in known and of[u.entry_id][0] < u.cycle]
    before: set[str] = set()
    for upkeep in owing:
        name = _list_of(upkeep, known[upkeep.entry_id], facts.cycle)
        if upkeep.cycle == facts.cycle - 1 and not _is_excused(upkeep, known[upkeep.entry_id]):
            before.add(known[upkeep.entry_id].subject_id)
        if name is not None:
            lists[name].append(_line(known[upkeep.entry_id], upkeep))
    lists["owed"] += [_line(r) for r in _unopened(facts, of)]
    return YearlyReport(
        cycle=facts.cycle,
        commune_id=facts.commune_id,
        window=window,
        registered=tuple(sorted(set(facts.registered))),
        assessed_before=tuple(sorted(before)),
        **{name: tuple(sorted(lines, key=_order)) for name, lines in lists.items()},
    )


def _list_of(upkeep: Upkeep, recognition: Recognition, cycle: int) -> str | None:
    """The list an owed entry belongs to, or None when it is not told."""
    if upkeep.cycle == cycle:
        if upkeep.outcome is Outcome.ENDED:
            return None if _is_excused(upkeep, recognition) else "not_assessed"
        return upkeep.outcome.value
    if upkeep.cycle == cycle - 1 and upkeep.outcome in (Outcome.OWED, Outcome.ENDED):
        return None if _is_excused(upkeep, recognition) else "not_assessed_before"
    return None


def _is_excused(upkeep: Upkeep, recognition: Recognition) -> bool:
    """Ended because nothing was owed any more: the recognition was cancelled, or the unit dissolved, by then."""
    if upkeep.outcome is not Outcome.ENDED:
        return False
    cancelled, dissolved, ended = recognition.cancelled_on, recognition.dissolved_on, upkeep.ended_on
    if ended is None:
        return cancelled is not None or dissolved is not None
    return (cancelled is not None and cancelled <= ended) or (dissolved is not None and dissolved < ended)


def _unopened(facts: ReportFacts, of: Mapping[str, tuple[int, bool]]) -> list[Recognition]:
    """Standing recognitions that owe an entry in an open cycle which nobody has opened yet: they block as well."""
    if facts.closed:
        return []
    opened = {u.entry_id for u in facts.upkeeps if u.cycle == facts.cycle}
    window = facts.windows[facts.cycle]
    filed = facts.filed.get(facts.cycle)
    return [
        r
        for r in facts.recognitions
        if r.entry_id not in opened
        and of[r.entry_id][0] < facts.cycle
        and not _cancelled_by(r, window.last)
        and r.ended_in is None
        and (r.dissolved_on is None or r.dissolved_on > window.last)
        and (filed is None or r.recorded_at <= filed)
    ]


def _cancelled_by(recognition: Recognition, day: date) -> bool:
    return recognition.cancelled_on is not None and recognition.cancelled_on <= day


def _line(recognition: Recognition, upkeep: Upkeep | None = None, *, supplement: bool = False) -> ReportLine:
    return ReportLine(
        entry_id=recognition.entry_id,
        subject_id=recognition.subject_id,
        name=recognition.name,
        number=recognition.number,
        decided_on=recognition.decided_on,
        dossier_id=upkeep.dossier_id if upkeep is not None else None,
        reason=upkeep.reason if upkeep is not None else "",
        supplement=supplement,
    )


def _order(line: ReportLine) -> tuple[str, str, str]:
    """By name as a reader looks for it, marks and case aside."""
    plain = unicodedata.normalize("NFD", line.name.casefold().replace("\u0111", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c)), line.name, line.entry_id


def _subjects(lines: Iterable[ReportLine]) -> tuple[str, ...]:
    return tuple(sorted({line.subject_id for line in lines}))


def total(cycle: int, reports: Mapping[str, YearlyReport | None]) -> ProvinceReport:
    """The province's report: the sum of its communes' (by commune id); None stands for a report not filed."""
    filed = {commune: report for commune, report in sorted(reports.items()) if report is not None}
    parts = [report.figures for report in filed.values()]
    names = [name for name in LISTS if name != "cancelled"]
    return ProvinceReport(
        cycle=cycle,
        filed=tuple(filed),
        missing=tuple(commune for commune, report in sorted(reports.items()) if report is None),
        figures={name: _sum(part[name] for part in parts) for name in names},
    )


def _sum(figures: Iterable[Figure]) -> Figure:
    parts = list(figures)
    return Figure(
        tuple(sorted({item for part in parts for item in part.numerator})),
        tuple(sorted({item for part in parts for item in part.denominator})),
    )
