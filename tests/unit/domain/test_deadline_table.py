"""The table of deadline cases: the engine's answers, a second reckoning, hosts in other zones, planted faults.

The table is ``deadline_cases.json`` (each case says why); ``second_reckoning.py`` answers it without the engine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.unit.domain import deadline_answers
from tests.unit.domain.deadline_answers import TABLES, Engine, all_answers, instant, load_cases
from tests.unit.domain.second_reckoning import Reckoning
from workflow.domain import bounds, calendars, deadlines, step_clock

BOOK = load_cases()
CASES = BOOK["cases"]
ROOT = Path(__file__).resolve().parents[3]
ZONES = (
    "Africa/Casablanca",
    "America/Los_Angeles",
    "America/St_Johns",
    "Asia/Ho_Chi_Minh",
    "Asia/Kathmandu",
    "Europe/London",
    "Pacific/Kiritimati",
    "UTC",
)


def agrees(answer: Any, expected: Any) -> bool:
    """Whether an answer says what a case expects; a verdict may say more than the case asks."""
    if isinstance(expected, dict):
        return all(answer[key] == value for key, value in expected.items())
    return bool(answer == expected)


def failures(engine: Any) -> list[str]:
    """The ids of the cases that ``engine`` answers wrongly, or fails to answer."""
    wrong = []
    for case in CASES:
        try:
            right = agrees(engine.answer(case), case["expect"])
        except Exception:  # noqa: BLE001 - a planted fault may break anything; a broken answer is a wrong one
            right = False
        if not right:
            wrong.append(case["id"])
    return wrong


# --- the table


def test_the_table_is_large_and_every_case_says_why() -> None:
    asked = Counter(case["ask"] for case in CASES)
    assert len(CASES) >= 500
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert [case["id"] for case in CASES if len(case["why"]) < 8] == []
    assert {ask for ask, n in asked.items() if n >= 4} >= {
        *("working_day", "add", "subtract", "between", "add_days", "bound", "judge", "closed_at"),
        *("grant_kind", "grant_problems", "clock", "lateness", "local_day", "next", "previous"),
    }


def test_every_deadline_person_and_grant_of_the_table_is_used() -> None:
    used = json.dumps([case["given"] for case in CASES])
    names = [name for group in ("deadlines", "people", "grants") for name in BOOK[group]]
    assert [name for name in names if f'"{name}"' not in used] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_engine_answers_as_the_case_expects(case: dict[str, Any]) -> None:
    answer = Engine(BOOK).answer(case)
    assert agrees(answer, case["expect"]), f"{case['why']}: {answer}"


def test_second_reckoning_answers_every_case_as_expected() -> None:
    assert failures(Reckoning(BOOK, TABLES)) == []


def test_engine_and_second_reckoning_say_the_same_in_full() -> None:
    engine, second = Engine(BOOK), Reckoning(BOOK, TABLES)
    assert [case["id"] for case in CASES if engine.answer(case) != second.answer(case)] == []


# --- hosts in other zones


@pytest.mark.parametrize("zone", ZONES)
def test_a_process_started_in_another_zone_gives_the_same_answers(zone: str) -> None:
    command = [sys.executable, "-m", "tests.unit.domain.deadline_answers"]
    told = subprocess.run(command, cwd=ROOT, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == json.loads(json.dumps(all_answers()))


BOUNDARY = {
    "2026-01-17 23:59:59": "on_time",
    "2026-01-18 00:00:00": "late",
    "2026-01-18 23:59:59": "late",
    "2026-01-19 00:00:00": "closed",
}
READ_THE_CLOCK = """
import sys
from datetime import datetime
from tests.unit.domain.deadline_answers import Engine, load_cases

engine = Engine(load_cases())
for stamp in sys.argv[1:]:
    at = datetime.fromtimestamp(float(stamp)).astimezone()
    print(engine.judge("registration", 2026, "school", [], at.isoformat())["face"])
"""


@pytest.mark.parametrize("zone", ZONES)
def test_boundary_seconds_hold_for_a_clock_read_on_the_host(zone: str) -> None:
    """The host reads its own clock (seconds since 1970) and turns it into an instant of its own zone."""
    stamps = [str(instant(second).timestamp()) for second in BOUNDARY]
    command = [sys.executable, "-c", READ_THE_CLOCK, *stamps]
    told = subprocess.run(command, cwd=ROOT, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True)
    assert told.stdout.split() == list(BOUNDARY.values())


# --- planted faults: the table must catch each


NAMES = ("calendars", "bounds", "step_clock", "deadlines")
FAULTS = {
    "bound one second late": (
        "bounds",
        "day_start(day)\n",
        "day_start(day) + __import__('datetime').timedelta(seconds=1)\n",
    ),
    "bound one second early": (
        "bounds",
        "day_start(day)\n",
        "day_start(day) - __import__('datetime').timedelta(seconds=1)\n",
    ),
    "bound one microsecond late": (
        "bounds",
        "day_start(day)\n",
        "day_start(day) + __import__('datetime').timedelta(microseconds=1)\n",
    ),
    "bound one microsecond early": (
        "bounds",
        "day_start(day)\n",
        "day_start(day) - __import__('datetime').timedelta(microseconds=1)\n",
    ),
    "before read as through": ("bounds", "self.side is Side.THROUGH", "self.side is not Side.FROM"),
    "through read as before": ("bounds", "self.side is Side.THROUGH", "False"),
    "year before forgotten": ("bounds", "cycle + self.year_offset", "cycle"),
    "February always of 28 days": (
        "bounds",
        "gregorian.monthrange(year, self.month)[1]",
        "(28 if self.month == 2 else gregorian.monthrange(year, self.month)[1])",
    ),
    "end of day one second early": (
        "calendars",
        "return day_start(day) + ONE_DAY",
        "return day_start(day) + ONE_DAY - timedelta(seconds=1)",
    ),
    "days of UTC": ("calendars", 'ZoneInfo("Asia/Ho_Chi_Minh")', 'ZoneInfo("UTC")'),
    "days of Beijing": ("calendars", 'ZoneInfo("Asia/Ho_Chi_Minh")', 'ZoneInfo("Asia/Shanghai")'),
    "make-up Saturdays not worked": ("calendars", "return day in self.working_weekends or", "return"),
    "holidays worked": (
        "calendars",
        "day.weekday() < SATURDAY and day not in self.holidays",
        "day.weekday() < SATURDAY",
    ),
    "Saturdays worked": (
        "calendars",
        "day.weekday() < SATURDAY and day not in self.holidays",
        "day.weekday() <= SATURDAY and day not in self.holidays",
    ),
    "the day of the event counted": (
        "calendars",
        "day = self.next_working_day(day + ONE_DAY)",
        "day = self.next_working_day(day + (ONE_DAY if _ else 0 * ONE_DAY))",
    ),
    "counts do not roll": ("calendars", "return self.next_working_day(last)", "return last"),
    "negative counts lost": ("calendars", "return -self.working_days_between", "return self.working_days_between"),
    "the last day not counted": ("calendars", "(through - after).days + 1", "(through - after).days"),
    "on time at the due instant": ("deadlines", "at >= deadline.due", "at > deadline.due"),
    "accepted at the closing instant": ("deadlines", "at >= deadline.closes", "at > deadline.closes"),
    "open one instant late": ("deadlines", "at < deadline.opens", "at <= deadline.opens"),
    "never closed": ("deadlines", "return Face.CLOSED", "return Face.LATE"),
    "extension leaves due": (
        "deadlines",
        "return replace(deadline, due=due, closes=closes)",
        "return replace(deadline, closes=closes)",
    ),
    "extension leaves closes": (
        "deadlines",
        "return replace(deadline, due=due, closes=closes)",
        "return replace(deadline, due=due)",
    ),
    "extension shortens": ("deadlines", "end and max(end, extension.until)", "end and extension.until"),
    "extension of another date counts": ("deadlines", "g.deadline_code == deadline.code and g.covers", "g.covers"),
    "grants for anybody": ("deadlines", "return self.scope_id == ids[self.scope]", "return True"),
    "grants before they are made": ("deadlines", "(at is None or g.granted_at <= at)", "True"),
    "late opening one instant too long": ("deadlines", "at < g.until", "at <= g.until"),
    "late opening never expires": (
        "deadlines",
        "g.kind is GrantKind.LATE_OPENING and at < g.until",
        "g.kind is GrantKind.LATE_OPENING",
    ),
    "late opening makes punctual": (
        "deadlines",
        "return Verdict(Face.LATE, now.opens",
        "return Verdict(Face.ON_TIME, now.opens",
    ),
    "shortest grant wins": ("deadlines", "return max(grants", "return min(grants"),
    "late opening holds selection up": (
        "deadlines",
        "_in_force(deadline, grants, ids, at) if g.kind is GrantKind.EXTENSION)\n    return _moved",
        "_in_force(deadline, grants, ids, at))\n    return _moved",
    ),
    "waiting deadline opens at once": (
        "deadlines",
        "return deadline.opened_by(closing)",
        "return replace(deadline, opens_after=None)",
    ),
    "own opening wins over waiting": (
        "deadlines",
        "opens = max(self.opens, aware(instant)) if self.opens",
        "opens = self.opens if self.opens",
    ),
    "grant at closing is an extension": ("deadlines", "aware(at) < deadline.closes", "aware(at) <= deadline.closes"),
    "no reason needed": ("deadlines", "if not grant.reason_id:", "if False:"),
    "no time needed": ("deadlines", "elif grant.until <= end:", "elif grant.until < end:"),
    "clock without floor": ("step_clock", "max(self.remaining, floor, 1)", "max(self.remaining, 1)"),
    "clock starts afresh": ("step_clock", "max(self.remaining, floor, 1)", "self.working_days"),
    "clock never stops": ("step_clock", "return replace(self, stopped_at=at, remaining=max(left, 0))", "return self"),
    "second stop counts": (
        "step_clock",
        "            return self\n        left",
        "            return StepClock(self.started_at, self.working_days).stop(at, calendar)\n        left",
    ),
    "near is far": ("step_clock", "left <= near_days", "left < near_days"),
    "late one instant late": ("step_clock", "if at >= due:", "if at > due:"),
}


def rooms_with(fault: tuple[str, str, str]) -> SimpleNamespace:
    """Fresh copies of the four modules, one of them with a text replaced."""
    room, old, new = fault
    full = {name: f"workflow.domain.{name}" for name in NAMES}
    kept = {name: sys.modules[full[name]] for name in NAMES}
    copies = SimpleNamespace()
    try:
        for name in NAMES:
            file = str(kept[name].__file__)
            text = Path(file).read_text(encoding="utf-8")
            if name == room:
                assert text.count(old) == 1, f"the text to replace stands {text.count(old)} times"
                text = text.replace(old, new)
            copy = ModuleType(full[name])
            sys.modules[full[name]] = copy
            exec(compile(text, file, "exec"), copy.__dict__)  # noqa: S102 - our own source, mutated on purpose
            setattr(copies, name, copy)
    finally:
        for name in NAMES:
            sys.modules[full[name]] = kept[name]
    return copies


def test_copies_without_a_fault_answer_every_case() -> None:
    same = rooms_with(("bounds", "MONTH_END = 0", "MONTH_END = 0"))
    assert same.deadlines.Deadline is not deadlines.Deadline
    assert failures(Engine(BOOK, same)) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_the_table_catches_a_planted_fault(fault: tuple[str, str, str]) -> None:
    caught = failures(Engine(BOOK, rooms_with(fault)))
    assert 0 < len(caught) < len(CASES), "the fault is felt, and it is one fault, not a broken module"


def test_modules_are_whole_after_planting() -> None:
    assert sys.modules["workflow.domain.deadlines"] is deadlines
    assert deadlines.Bound is bounds.Bound
    assert deadlines.StepClock is step_clock.StepClock
    assert bounds.InvalidTime is calendars.InvalidTime
    assert deadline_answers.ROOMS.deadlines is deadlines
