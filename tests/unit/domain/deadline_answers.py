"""What the engine answers to each case of ``deadline_cases.json``, in the words of that file.

Run as a program it prints all answers as JSON, so that a test can ask under another zone of the host.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from workflow.definitions.calendars import load_calendar
from workflow.domain import bounds, calendars, deadlines, step_clock

ROOMS = SimpleNamespace(bounds=bounds, calendars=calendars, deadlines=deadlines, step_clock=step_clock)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
HERE = Path(__file__).parent
TABLES = HERE.parents[2] / "dossier_schemas" / "calendars" / "vn"


def load_cases() -> dict[str, Any]:
    book: dict[str, Any] = json.loads((HERE / "deadline_cases.json").read_text(encoding="utf-8"))
    return book


class Engine:
    """Asks the domain, or copies of its modules with a planted fault (``rooms``)."""

    def __init__(self, book: dict[str, Any], rooms: SimpleNamespace = ROOMS) -> None:
        self.book, self.rooms = book, rooms
        days = load_calendar(TABLES)
        self.calendar = rooms.calendars.WorkingCalendar(days.holidays, days.working_weekends, days.provisional_years)

    def answer(self, case: dict[str, Any]) -> Any:
        return getattr(self, case["ask"])(**case["given"])

    def working_day(self, day: str) -> Any:
        return self.calendar.is_working_day(date.fromisoformat(day))

    def add(self, start: str, n: int) -> Any:
        return self.calendar.add_working_days(date.fromisoformat(start), n).isoformat()

    def subtract(self, end: str, n: int) -> Any:
        return self.calendar.subtract_working_days(date.fromisoformat(end), n).isoformat()

    def between(self, after: str, through: str) -> Any:
        return self.calendar.working_days_between(date.fromisoformat(after), date.fromisoformat(through))

    def add_days(self, start: str, n: int) -> Any:
        return self.calendar.add_days(date.fromisoformat(start), n).isoformat()

    def next(self, day: str) -> Any:
        return self.calendar.next_working_day(date.fromisoformat(day)).isoformat()

    def previous(self, day: str) -> Any:
        return self.calendar.previous_working_day(date.fromisoformat(day)).isoformat()

    def bound(self, text: str, cycle: int) -> Any:
        return wall(self.rooms.bounds.Bound.parse(text).instant(cycle))

    def judge(self, deadline: str, cycle: int, who: str, grants: list[str], at: str) -> dict[str, Any]:
        person, given, moment = self.book["people"][who], self.grants(grants), instant(at)
        known = {code: self.deadline(code, cycle) for code in self.book["deadlines"]}
        place = {"commune_id": person["commune"], "province_id": person["province"]}
        settled = self.rooms.deadlines.resolve(known, deadline, given, **place, at=moment)
        verdict = self.rooms.deadlines.judge(settled, given, subject_id=person["subject"], **place, at=moment)
        return {
            "face": str(verdict.face),
            "opens": wall(verdict.opens),
            "due": wall(verdict.due),
            "closes": wall(verdict.closes),
            "grant": verdict.grant.id if verdict.grant else None,
        }

    def closed_at(self, deadline: str, cycle: int, who: str, grants: list[str]) -> Any:
        person = self.book["people"][who]
        place = {"commune_id": person["commune"], "province_id": person["province"]}
        return wall(self.rooms.deadlines.closed_at(self.deadline(deadline, cycle), self.grants(grants), **place))

    def grant_kind(self, deadline: str, cycle: int, who: str, grants: list[str], at: str) -> Any:
        person = self.book["people"][who]
        place = {"commune_id": person["commune"], "province_id": person["province"]}
        now = self.rooms.deadlines.extended(
            self.deadline(deadline, cycle), self.grants(grants), **place, at=instant(at)
        )
        return str(self.rooms.deadlines.grant_kind(now, instant(at)))

    def grant_problems(self, deadline: str, cycle: int, grant: dict[str, Any]) -> list[str]:
        given = self.grant("new", grant)
        return list(self.rooms.deadlines.grant_problems(self.deadline(deadline, cycle), given))

    def clock(self, start: str, days: int, events: list[list[str]], floor: int | None = None) -> Any:
        clock = self.rooms.step_clock.StepClock(instant(start), days)
        for event, at in events:
            if event == "stop":
                clock = clock.stop(instant(at), self.calendar)
            elif floor is None:
                clock = clock.resume(instant(at), self.calendar)
            else:
                clock = clock.resume(instant(at), self.calendar, floor=floor)
        return None if clock.is_stopped else wall(clock.due(self.calendar))

    def lateness(self, due: str, at: str, near: int = 5) -> list[Any]:
        late = self.rooms.step_clock.lateness(instant(due), instant(at), self.calendar, near_days=near)
        return [str(late.kind), late.working_days]

    def local_day(self, instant: str) -> Any:
        return self.rooms.calendars.local_day(datetime.fromisoformat(instant)).isoformat()

    def deadline(self, code: str, cycle: int) -> Any:
        row = dict(self.book["deadlines"][code])
        after = row.pop("opens_after", None)
        faces = {face: self.rooms.bounds.Bound.parse(text) for face, text in row.items()}
        return self.rooms.deadlines.DeadlineRule(code, code, opens_after=after, **faces).for_cycle(cycle)

    def grants(self, names: list[str]) -> list[Any]:
        return [self.grant(name, self.book["grants"][name]) for name in names]

    def grant(self, name: str, row: dict[str, Any]) -> Any:
        return self.rooms.deadlines.Grant(
            id=name,
            deadline_code=row["deadline"],
            kind=self.rooms.deadlines.GrantKind(row["kind"]),
            scope=self.rooms.deadlines.Scope(row["scope"]),
            scope_id=row["scope_id"],
            until=instant(row["until"]),
            granted_at=instant(row["granted_at"]),
            granted_by="PV01",
            reason_id=row.get("reason"),
        )


def instant(text: str) -> datetime:
    """A moment of the case file: with an offset as it says, without one on a clock in Vietnam."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def wall(moment: datetime | None) -> str | None:
    """What a clock in Vietnam shows, None for no moment."""
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S") if moment else None


def all_answers() -> dict[str, Any]:
    book = load_cases()
    engine = Engine(book)
    return {case["id"]: engine.answer(case) for case in book["cases"]}


if __name__ == "__main__":
    print(json.dumps(all_answers()))
