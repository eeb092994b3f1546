"""The same questions answered a second time, without the engine and without ``datetime``.

A moment is a whole number of microseconds since a day zero, on a clock in Vietnam (UTC + 7 h, always); a day is a
whole number; holidays are the raw rows of the tables. Counts walk day by day. Deadlines are spans on that line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DAY = 24 * 60 * 60 * 1_000_000
FOREVER = 10_000 * 366 * DAY
MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def leap(year: int) -> bool:
    return year % 400 == 0 or (year % 4 == 0 and year % 100 != 0)


def length(year: int, month: int) -> int:
    return 29 if month == 2 and leap(year) else MONTHS[month - 1]


def number_of(year: int, month: int, day: int) -> int:
    """Days since 1 January of the year 1, which was a Monday and is day 0."""
    before = (year - 1) * 365 + sum(leap(y) for y in range(1, year))
    return before + sum(length(year, m) for m in range(1, month)) + day - 1


def day_number(text: str) -> int:
    year, month, day = (int(part) for part in text.split("-"))
    return number_of(year, month, day)


def day_text(number: int) -> str:
    year = number // 366 + 1
    while number_of(year + 1, 1, 1) <= number:
        year += 1
    left, month = number - number_of(year, 1, 1), 1
    while left >= length(year, month):
        left -= length(year, month)
        month += 1
    return f"{year:04}-{month:02}-{left + 1:02}"


def moment(text: str) -> int:
    """Microseconds on the clock in Vietnam; a text with an offset is carried over by hand."""
    shift = 0
    if "T" in text:
        text, sign, offset = text[:-6], text[-6], text[-5:]
        hours, minutes = offset.split(":")
        east = (int(hours) * 60 + int(minutes)) * (1 if sign == "+" else -1)
        shift = (7 * 60 - east) * 60 * 1_000_000
        text = text.replace("T", " ")
    day, clock = text.split(" ")
    clock, _, fraction = clock.partition(".")
    hour, minute, second = (int(part) for part in clock.split(":"))
    within = ((hour * 60 + minute) * 60 + second) * 1_000_000 + int((fraction or "0").ljust(6, "0"))
    return day_number(day) * DAY + within + shift


def moment_text(at: int | None) -> str | None:
    if at is None:
        return None
    seconds = at % DAY // 1_000_000
    return f"{day_text(at // DAY)} {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


class Reckoning:
    """Answers in the words of the case file."""

    def __init__(self, book: dict[str, Any], tables: Path) -> None:
        self.book = book
        self.off: set[int] = set()
        self.on: set[int] = set()
        for table in tables.glob("*.json"):
            for row in json.loads(table.read_text(encoding="utf-8"))["rows"]:
                (self.on if row["kind"] == "working_weekend" else self.off).add(day_number(row["date"]))

    def answer(self, case: dict[str, Any]) -> Any:
        return getattr(self, "ask_" + case["ask"])(**case["given"])

    # --- days

    def works(self, day: int) -> bool:
        if day in self.on:
            return True
        return day % 7 not in (5, 6) and day not in self.off

    def nth(self, start: int, n: int, step: int = 1) -> int:
        while n:
            start += step
            n -= self.works(start)
        return start

    def count(self, after: int, through: int) -> int:
        low, high = sorted((after, through))
        found = len([day for day in range(low + 1, high + 1) if self.works(day)])
        return found if after == low else -found

    def ask_working_day(self, day: str) -> bool:
        return self.works(day_number(day))

    def ask_add(self, start: str, n: int) -> str:
        return day_text(self.nth(day_number(start), n))

    def ask_subtract(self, end: str, n: int) -> str:
        return day_text(self.nth(day_number(end), n, -1))

    def ask_between(self, after: str, through: str) -> int:
        return self.count(day_number(after), day_number(through))

    def ask_add_days(self, start: str, n: int) -> str:
        return day_text(self.nth(day_number(start) + n - 1, 1))

    def ask_next(self, day: str) -> str:
        return day_text(self.nth(day_number(day) - 1, 1))

    def ask_previous(self, day: str) -> str:
        return day_text(self.nth(day_number(day) + 1, 1, -1))

    def ask_local_day(self, instant: str) -> str:
        return day_text(moment(instant) // DAY)

    # --- deadlines

    def ask_bound(self, text: str, cycle: int) -> str | None:
        return moment_text(self.bound(text, cycle))

    def bound(self, text: str | None, cycle: int) -> int | None:
        if text is None:
            return None
        side, day, *rest = text.split(" ")
        year = cycle + {"before": -1, "after": 1}[rest[-1]] if rest else cycle
        month = int(day[:2])
        number = number_of(year, month, length(year, month) if day.endswith("end") else int(day[3:]))
        return (number + 1 if side == "through" else number) * DAY

    def given(self, code: str, names: list[str], ids: dict[str, str | None], at: int) -> dict[str, dict[str, int]]:
        """The ends of the grants that reach these ids and were made by ``at``: kind -> name -> end."""
        ends: dict[str, dict[str, int]] = {"extension": {}, "late_opening": {}}
        for name in names:
            grant = self.book["grants"][name]
            reaches = ids[grant["scope"]] == grant["scope_id"] and grant["deadline"] == code
            if reaches and moment(grant["granted_at"]) <= at:
                ends[grant["kind"]][name] = moment(grant["until"])
        return ends

    def closing(self, code: str, cycle: int, who: str, names: list[str], at: int = FOREVER) -> int | None:
        closes = self.bound(self.book["deadlines"][code].get("closes"), cycle)
        ids = {**self.book["people"][who], "subject": None}
        return closes and max([closes, *self.given(code, names, ids, at)["extension"].values()])

    def ask_closed_at(self, deadline: str, cycle: int, who: str, grants: list[str]) -> str | None:
        return moment_text(self.closing(deadline, cycle, who, grants))

    def ask_grant_kind(self, deadline: str, cycle: int, who: str, grants: list[str], at: str) -> str:
        closes = self.closing(deadline, cycle, who, grants, moment(at))
        return "late_opening" if closes is not None and closes <= moment(at) else "extension"

    def ask_grant_problems(self, deadline: str, cycle: int, grant: dict[str, Any]) -> list[str]:
        rule = self.book["deadlines"][deadline]
        closes = self.bound(rule.get("closes"), cycle) or FOREVER
        too_late, is_late = moment(grant["granted_at"]) >= closes, grant["kind"] == "late_opening"
        found = {
            "grant_other_deadline": grant["deadline"] != deadline,
            "extension_after_closing": too_late and not is_late,
            "late_opening_before_closing": is_late and not too_late,
            "grant_gives_no_time": moment(grant["until"]) <= (self.bound(rule.get("due"), cycle) or closes),
            "grant_without_reason": grant["reason"] is None,
        }
        return [code for code, wrong in found.items() if wrong]

    def ask_judge(self, deadline: str, cycle: int, who: str, grants: list[str], at: str) -> dict[str, Any]:
        rule, now = self.book["deadlines"][deadline], moment(at)
        opens, due, closes = (self.bound(rule.get(face), cycle) for face in ("opens", "due", "closes"))
        if "opens_after" in rule:
            opens = max(opens or 0, self.closing(rule["opens_after"], cycle, who, grants, now) or FOREVER)
        given = self.given(deadline, grants, self.book["people"][who], now)
        more, again = given["extension"], given["late_opening"]
        due_now = due and max([due, *more.values()])
        closes_now = closes and max([closes, *more.values()])
        spans = [(-FOREVER, opens or -FOREVER, "not_open"), (opens or -FOREVER, due_now or FOREVER, "on_time")]
        spans += [(due_now or FOREVER, FOREVER, "late")]
        face = next(name for low, high, name in spans if low <= now < high)
        named = None
        if closes_now is not None and now >= closes_now:
            running = sorted((end, name) for name, end in again.items() if now < end)
            face = "late" if running else "closed"
            if running:
                closes_now, named = running[-1]
        elif face == "on_time" and more and ((due is not None and now >= due) or (closes and now >= closes)):
            named = max(more, key=lambda name: more[name])
        return {
            "face": face,
            "opens": moment_text(opens),
            "due": moment_text(due_now),
            "closes": moment_text(closes_now),
            "grant": named,
        }

    # --- clocks

    def ask_clock(self, start: str, days: int, events: list[list[str]], floor: int = 2) -> str | None:
        """Every day of the clock's life is walked: a running day that works uses one up."""
        today, left, running = moment(start) // DAY, days, True
        for event, at in events:
            then = moment(at) // DAY
            if running:
                left -= max(self.count(today, then), 0)
            if event == "stop" and running:
                left, running = max(left, 0), False
            elif event == "resume" and not running:
                left, running = max(left, floor), True
            today = then
        return moment_text((self.nth(today, left) + 1) * DAY) if running else None

    def ask_lateness(self, due: str, at: str, near: int = 5) -> list[Any]:
        end, now = moment(due), moment(at)
        last = (end - 1) // DAY
        if now >= end:
            return ["late", self.count(last, now // DAY)]
        left = self.count(now // DAY, last)
        return ["near" if left <= near else "none", left]
