"""Reminders before a date, word of a date that passed, and the level above: from the stored ends, each told once.

A round goes on where the one before ended, so it reads what came into reach since and nothing else; a reminder has a
key of its own beside that, written in the same transaction as the notice. Three days without a round cost nothing: the
next one tells what is due now, not three times what was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflow.domain.actors import Role
from workflow.domain.books import Notice
from workflow.domain.calendars import WorkingCalendar, day_start, local_day
from workflow.domain.deadlines import Deadline, lateness
from workflow.domain.kinds import DossierKind
from workflow.domain.telling import Falling, NoticeRules, Turn, above
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

CHUNK = 200
"""Dossiers looked at in one transaction."""

LOOKED_BACK = timedelta(days=30)
"""How far the very first round looks for dates that passed."""

HOLDERS = (Role.UNIT, Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE, Role.PROVINCE_POLICE, Role.PROVINCE_COMMITTEE)
_LAST_ID = "~"
"""After every id."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a round wrote."""

    due: int = 0
    late: int = 0
    escalated: int = 0
    dates: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """What one rule covers now: ends after ``begins`` up to ``until``. ``days`` before the end; None: it has passed."""

    rule: str
    begins: datetime
    until: datetime
    days: int | None = None


class RemindService:
    """Run by the clock, once a day at least; twice equals once."""

    def __init__(self, engine: Engine, rules: NoticeRules) -> None:
        self._engine = engine
        self._rules = rules

    def remind(self, province_id: str) -> Reminded:
        """Tell what falls due, what is late, and what has to be told to the level above."""
        with self._engine.reading() as uow:
            calendar = self._engine.calendar(uow)
            rules = self._rules.as_set_by(uow.books.settings(province_id))
        written = dict.fromkeys(("due", "late", "escalated"), 0)
        for reach in reaches(rules, self._engine.clock.now(), calendar):
            for holder in HOLDERS:
                name = reach.rule.partition(":")[0]
                written[name] += self._walk(province_id, holder, reach, rules, calendar)
        return Reminded(**written, dates=self._dates(province_id, rules, calendar))

    def tell_admin(self, province_id: str, code: str, **facts: object) -> bool:
        """Tell the administrator of a province something, once a day; whether it was new."""
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            if not uow.reminders.is_new(f"{province_id}:{code}:{local_day(at).isoformat()}", at=at):
                return False
            uow.outbox.put([Notice(None, Role.ADMIN, province_id, code, facts)], at=at)
            uow.commit()
            return True

    # --- dossiers

    def _walk(self, province_id: str, holder: Role, reach: Reach, rules: NoticeRules, calendar: WorkingCalendar) -> int:
        written, more = 0, True
        while more:
            with self._engine.uow() as uow:
                at = self._engine.clock.now()
                known = uow.reminders.turn(province_id, reach.rule, holder)
                begins = Turn(reach.begins, _LAST_ID)
                after = begins if known is None or known.due_at < reach.begins else known
                found = uow.reminders.falling_due(province_id, holder, after=after, until=reach.until, most=CHUNK)
                notices = [one for dossier in found for one in _of(uow, dossier, reach, rules, calendar, at)]
                uow.outbox.put(notices, at=at)
                more = len(found) == CHUNK
                ended = Turn(found[-1].due_at, found[-1].id) if more else Turn(reach.until, _LAST_ID)
                uow.reminders.put_turn(province_id, reach.rule, holder, ended)
                uow.commit()
            written += len(notices)
        return written

    # --- dates of the year

    def _dates(self, province_id: str, rules: NoticeRules, calendar: WorkingCalendar) -> int:
        """Remind of the dates of every open year whoever has something to do by them."""
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            notices: list[Notice] = []
            for kind, cycle in self._open_years(uow, province_id, at):
                for deadline in uow.books.deadlines(province_id, kind.code, cycle).values():
                    notices += _of_date(uow, kind, cycle, deadline, province_id, rules, calendar, at)
            if notices:
                uow.outbox.put(notices, at=at)
                uow.commit()
            return len(notices)

    def _open_years(self, uow: UnitOfWork, province_id: str, at: datetime) -> Iterator[tuple[DossierKind, int]]:
        newest = self._engine.catalogue.newest
        for row in uow.books.cycles(province_id):
            if row.closed_at is None:
                kind = newest(row.kind, province_id=province_id, on=local_day(at))
                yield kind, row.cycle
                if kind.owes is not None:
                    yield newest(kind.owes.kind, province_id=province_id, on=local_day(at)), row.cycle


def reaches(rules: NoticeRules, at: datetime, calendar: WorkingCalendar) -> list[Reach]:
    """What every rule covers at an instant; reminders before an end cover what no nearer one does."""
    found, begins = [], at
    for days in rules.every_day():
        until = _within(days, at, calendar)
        found.append(Reach(f"due:{days}", begins, until, days))
        begins = until
    found.append(Reach("late", at - LOOKED_BACK, at))
    passed = _passed(rules.escalate, at, calendar)
    found.append(Reach("escalated", passed - LOOKED_BACK, passed))
    return found


def _within(days: int, at: datetime, calendar: WorkingCalendar) -> datetime:
    """The latest exclusive end with at most so many working days left after today."""
    return day_start(calendar.add_working_days(local_day(at), days + 1))


def _passed(days: int, at: datetime, calendar: WorkingCalendar) -> datetime:
    """The latest exclusive end after which so many working days have begun by now."""
    day: date = local_day(at)
    for _ in range(days):
        day = calendar.previous_working_day(day) - timedelta(days=1)
    return day_start(day + timedelta(days=1))


def _of(
    uow: UnitOfWork, dossier: Falling, reach: Reach, rules: NoticeRules, calendar: WorkingCalendar, at: datetime
) -> Iterator[Notice]:
    """The notice of one dossier, unless its kind has no such reminder, nobody is to be told, or it was told."""
    if reach.days is not None and reach.days not in rules.days_for(dossier.kind):
        return
    audience = above(dossier.holder) if reach.rule == "escalated" else dossier.holder
    event = f"{dossier.id}:{dossier.due_at.isoformat()}:{reach.rule}:{audience}"
    if audience is None or not uow.reminders.is_new(event, at=at):
        return
    facts = {
        "number": dossier.number,
        "until": dossier.due_at.isoformat(),
        "days": lateness(dossier.due_at, at, calendar).working_days,
        "holder": dossier.holder.value,
    }
    code = {"late": "notice.late", "escalated": "notice.escalated"}.get(reach.rule, "notice.due")
    yield Notice(dossier.id, audience, dossier.office(audience), code, facts)


def _of_date(
    uow: UnitOfWork,
    kind: DossierKind,
    cycle: int,
    deadline: Deadline,
    province_id: str,
    rules: NoticeRules,
    calendar: WorkingCalendar,
    at: datetime,
) -> Iterator[Notice]:
    end, rule = deadline.due or deadline.closes, kind.deadlines.get(deadline.code)
    if end is None or end <= at or rule is None or deadline.code == kind.figures:
        return
    days = next((days for days in rules.days_for(kind.code) if end <= _within(days, at, calendar)), None)
    if days is None:
        return
    for role in _concerned(kind, deadline.code):
        event = f"{province_id}:{kind.code}:{cycle}:{deadline.code}:{end.isoformat()}:{days}:{role}"
        if uow.reminders.is_new(event, at=at):
            left = lateness(end, at, calendar).working_days
            facts = {"label": rule.label, "cycle": cycle, "until": end.isoformat(), "days": left}
            yield Notice(None, role, province_id, "notice.date", facts)


def _concerned(kind: DossierKind, code: str) -> list[Role]:
    """Who has something to do by a date: whose steps name it; the report is the commune police's to file.

    Whoever may enter a unit's paper is told with it. A date that is nobody's step and no report is the year itself.
    """
    roles = {
        role for step in kind.transitions if step.deadline == code for role in (*step.authorities, *step.recorders)
    }
    if code == kind.report:
        roles.add(Role.COMMUNE_POLICE)
    return sorted(roles & set(HOLDERS))
