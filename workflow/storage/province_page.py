"""Everything the books of a province say for one kind and cycle, read at once: what the guards of any move need.

One SELECT of six parts, because on PostgreSQL every statement is a way to the server and back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, cast, literal_column, null, select, union_all

from workflow.domain.books import CycleRow, ProvinceSettings
from workflow.domain.deadlines import Deadline, Grant, GrantKind, Scope
from workflow.storage import codec
from workflow.storage.statements import Statement, Tuple
from workflow.storage.tables import CALENDAR_DAY, CYCLE, DEADLINE, PROVINCE_SETTINGS, STEP_DAYS, TIME_GRANT

_TEXTS, _NUMBERS = 7, 3
_G = TIME_GRANT.c


def _part(name: str, texts: list[Any], numbers: list[Any], *conditions: ColumnElement[bool]) -> Any:
    """One part: its name, then texts and numbers filled up with NULL."""
    texts += [cast(null(), Text())] * (_TEXTS - len(texts))
    numbers += [cast(null(), BigInteger())] * (_NUMBERS - len(numbers))
    columns = [literal_column(f"'{name}'", Text()), *texts, *numbers]
    return select(*(column.label(f"c{place}") for place, column in enumerate(columns))).where(*conditions)


def _at(table: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.province_id == bindparam("province"),
        table.c.kind == bindparam("kind"),
        table.c.cycle == bindparam("cycle"),
    )


PAGE = Statement(
    union_all(
        _part("cycle", [], [CYCLE.c.opened_at, CYCLE.c.closed_at], *_at(CYCLE)),
        _part(
            "deadline",
            [DEADLINE.c.code, DEADLINE.c.opens_after],
            [DEADLINE.c.opens, DEADLINE.c.due, DEADLINE.c.closes],
            *_at(DEADLINE),
        ),
        _part(
            "grant",
            [_G.id, _G.deadline_code, _G.grant_kind, _G.scope, _G.scope_id, _G.granted_by, _G.reason_id],
            [_G.until, _G.granted_at],
            *_at(TIME_GRANT),
        ),
        _part("settings", [PROVINCE_SETTINGS.c.body], [], PROVINCE_SETTINGS.c.province_id == bindparam("province")),
        _part(
            "days",
            [STEP_DAYS.c.state],
            [STEP_DAYS.c.working_days],
            STEP_DAYS.c.province_id == bindparam("province"),
            STEP_DAYS.c.kind == bindparam("kind"),
        ),
        _part("holiday", [CALENDAR_DAY.c.day, CALENDAR_DAY.c.body], []),
    )
)


@dataclass(slots=True)
class ProvincePage:
    """What was read; ``settings`` None where the province set nothing."""

    cycle: CycleRow | None = None
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    settings: ProvinceSettings | None = None
    working_days: dict[str, int] = field(default_factory=dict)
    holidays: tuple[str, ...] = ()


def page_of(rows: list[Tuple], province_id: str, kind: str, cycle: int) -> ProvincePage:
    """The page that these rows make; grants in the order they were given, the rest by name."""
    page = ProvincePage()
    grants: list[Grant] = []
    holidays: list[tuple[str, str]] = []
    for name, *values in sorted(rows, key=lambda row: row[:2]):
        texts, (first, second, third) = values[:_TEXTS], values[_TEXTS:]
        if name == "cycle":
            closed = codec.instant_or_none(second)
            page.cycle = CycleRow(province_id, kind, cycle, codec.instant(first), closed)
        elif name == "deadline":
            opens, due, closes = map(codec.instant_or_none, (first, second, third))
            page.deadlines[texts[0]] = Deadline(texts[0], opens, due, closes, texts[1])
        elif name == "grant":
            grants.append(_grant(texts, first, second))
        elif name == "settings":
            page.settings = codec.settings_from_json(texts[0])
        elif name == "days":
            page.working_days[texts[0]] = first
        else:
            holidays.append((texts[0], texts[1]))
    page.grants = tuple(sorted(grants, key=lambda grant: (grant.granted_at, grant.id)))
    page.holidays = tuple(body for _day, body in sorted(holidays))
    return page


def _grant(texts: list[str], until: int, granted_at: int) -> Grant:
    grant_id, code, kind, scope, scope_id, granted_by, reason_id = texts
    return Grant(
        id=grant_id,
        deadline_code=code,
        kind=GrantKind(kind),
        scope=Scope(scope),
        scope_id=scope_id,
        until=codec.instant(until),
        granted_at=codec.instant(granted_at),
        granted_by=granted_by,
        reason_id=reason_id,
    )
