"""The books of a province: cycles, dates, grants, settings, working days, calendar days, published definitions."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Table, bindparam, func, select

from workflow.domain.books import CycleRow, ProvinceSettings
from workflow.domain.deadlines import Deadline, Grant
from workflow.domain.errors import Conflict, InvalidInput
from workflow.storage import codec
from workflow.storage.faults import refusing_duplicates
from workflow.storage.province_page import PAGE, ProvincePage, page_of
from workflow.storage.statements import Statement, Tuple, insert_into, upsert
from workflow.storage.tables import (
    CALENDAR_DAY,
    CYCLE,
    DEADLINE,
    PROVINCE_SETTINGS,
    PUBLISHED,
    STEP_DAYS,
    TIME_GRANT,
)
from workflow.storage.transaction import Store


def _of(table: Table, *keys: str) -> Statement:
    """SELECT of every column where these keys have the values given under their own names."""
    return Statement(
        select(table).where(*(table.c[key] == bindparam(key) for key in keys)).order_by(*table.primary_key)
    )


_CYCLES = _of(CYCLE, "province_id")
_PUT_CYCLE = upsert(CYCLE)
_PUT_DEADLINE = upsert(DEADLINE)
_PUT_GRANT = insert_into(TIME_GRANT)
_SETTINGS = _of(PROVINCE_SETTINGS, "province_id")
_PUT_SETTINGS = upsert(PROVINCE_SETTINGS)
_STEP_DAYS = _of(STEP_DAYS, "province_id", "kind")
_PUT_STEP_DAYS = upsert(STEP_DAYS)
_OVERLAY = _of(CALENDAR_DAY)
_PUT_DAY = upsert(CALENDAR_DAY)
_P = PUBLISHED.c
_PUBLISHED = Statement(
    select(_P.what, _P.key, _P.digest, _P.approver, _P.body, _P.extra)
    .where(_P.province_id == bindparam("province_id"))
    .order_by(_P.place)
)
_PUBLISHED_DIGEST = Statement(
    select(_P.digest).where(
        _P.province_id == bindparam("province_id"), _P.what == bindparam("what"), _P.key == bindparam("key")
    )
)
_PLACE = Statement(select(func.count()).where(_P.province_id == bindparam("province_id")))
_PUBLISH = insert_into(PUBLISHED)
_NAMED = ("what", "key", "digest", "approver", "body")


class Books(Store):
    """See ``services.ports.Books``. What changes here is journaled by the service that changes it."""

    __slots__ = ()

    def _page(self, province_id: str, kind: str, cycle: int) -> ProvincePage:
        """What the books say for that kind and cycle; read once in a transaction, anew after a change or a wait."""
        key = (province_id, kind, cycle)
        if self._tx.page is None or self._tx.page[0] != key:
            rows = self._tx.all(PAGE, province=province_id, kind=kind, cycle=cycle)
            self._tx.page = key, page_of(rows, *key)
        return self._tx.page[1]

    def _known(self, province_id: str, kind: str | None = None) -> ProvincePage | None:
        """The page that was read, if it is of that province (and kind)."""
        if self._tx.page is None:
            return None
        (province, its_kind, _cycle_number), page = self._tx.page
        return page if province == province_id and kind in (None, its_kind) else None

    # --- cycles

    def cycle(self, province_id: str, kind: str, cycle: int) -> CycleRow | None:
        """The cycle's row, or None when it was never opened."""
        return self._page(province_id, kind, cycle).cycle

    def cycles(self, province_id: str) -> list[CycleRow]:
        """All cycles of the province, by kind and cycle."""
        rows = self._tx.all(_CYCLES, province_id=province_id)
        return [_cycle(row) for row in rows]

    def put_cycle(self, row: CycleRow) -> None:
        """Open or close a cycle."""
        self._tx.page = None
        self._tx.run(
            _PUT_CYCLE,
            province_id=row.province_id,
            kind=row.kind,
            cycle=row.cycle,
            opened_at=codec.micros(row.opened_at),
            closed_at=codec.micros_or_none(row.closed_at),
        )

    # --- dates and grants

    def deadlines(self, province_id: str, kind: str, cycle: int) -> dict[str, Deadline]:
        """The province's dates of that cycle by code."""
        return dict(self._page(province_id, kind, cycle).deadlines)

    def put_deadline(self, province_id: str, kind: str, cycle: int, deadline: Deadline) -> None:
        """Set one date."""
        self._tx.page = None
        self._tx.run(
            _PUT_DEADLINE,
            province_id=province_id,
            kind=kind,
            cycle=cycle,
            code=deadline.code,
            opens=codec.micros_or_none(deadline.opens),
            due=codec.micros_or_none(deadline.due),
            closes=codec.micros_or_none(deadline.closes),
            opens_after=deadline.opens_after,
        )

    def grants(self, province_id: str, kind: str, cycle: int) -> tuple[Grant, ...]:
        """Extensions and late openings of that cycle, in the order they were given."""
        return self._page(province_id, kind, cycle).grants

    def put_grant(self, province_id: str, kind: str, cycle: int, grant: Grant) -> None:
        """Keep an extension or late opening; Conflict ``grant_exists`` for a taken id: none is ever changed."""
        self._tx.page = None
        with refusing_duplicates(Conflict("grant_exists", grant=grant.id)):
            self._tx.run(
                _PUT_GRANT,
                id=grant.id,
                province_id=province_id,
                kind=kind,
                cycle=cycle,
                deadline_code=grant.deadline_code,
                grant_kind=grant.kind.value,
                scope=grant.scope.value,
                scope_id=grant.scope_id,
                until=codec.micros(grant.until),
                granted_at=codec.micros(grant.granted_at),
                granted_by=grant.granted_by,
                reason_id=grant.reason_id,
            )

    # --- settings

    def settings(self, province_id: str) -> ProvinceSettings:
        """The province's settings; defaults where nothing was set."""
        page = self._known(province_id)
        if page is not None:
            return page.settings or ProvinceSettings()
        row = self._tx.one(_SETTINGS, province_id=province_id)
        return ProvinceSettings() if row is None else codec.settings_from_json(row[1])

    def put_settings(self, province_id: str, settings: ProvinceSettings) -> None:
        """Replace the settings."""
        self._tx.page = None
        self._tx.run(_PUT_SETTINGS, province_id=province_id, body=codec.settings_to_json(settings))

    def working_days(self, province_id: str, kind: str) -> dict[str, int]:
        """Working days of officer steps by state, where the province set them."""
        page = self._known(province_id, kind)
        if page is not None:
            return dict(page.working_days)
        rows = self._tx.all(_STEP_DAYS, province_id=province_id, kind=kind)
        return {row[2]: row[3] for row in rows}

    def put_working_days(self, province_id: str, kind: str, state: str, days: int) -> None:
        """Set the working days of one officer step."""
        self._tx.page = None
        self._tx.run(_PUT_STEP_DAYS, province_id=province_id, kind=kind, state=state, working_days=days)

    # --- the calendar

    def calendar_overlay(self) -> list[dict[str, object]]:
        """Holidays and make-up days entered by administrators, by day."""
        known = self._tx.page
        bodies = known[1].holidays if known is not None else [row[1] for row in self._tx.all(_OVERLAY)]
        return [codec.object_from(body) for body in bodies]

    def put_calendar_row(self, row: Mapping[str, object]) -> None:
        """Add or replace one day; ``row["day"]`` is its ISO text. Raises InvalidInput ``calendar_day``."""
        self._tx.page = None
        day = row.get("day")
        if not isinstance(day, str):
            raise InvalidInput("calendar_day", day=str(day))
        self._tx.run(_PUT_DAY, day=day, body=codec.to_json(dict(row)))

    # --- definitions

    def published(self, province_id: str) -> list[dict[str, object]]:
        """Definitions the province published, oldest first, with whatever was given."""
        rows = self._tx.all(_PUBLISHED, province_id=province_id)
        return [
            {
                "what": row[0],
                "key": row[1],
                "digest": row[2],
                "approver": row[3],
                "body": codec.from_json(row[4]),
                **codec.object_from(row[5]),
            }
            for row in rows
        ]

    def publish(self, province_id: str, row: Mapping[str, object]) -> None:
        """Keep a published definition. The same key and digest again changes nothing.

        Raises Conflict ``published_differs`` when the key exists with another digest, InvalidInput
        ``published_row`` when what, key, digest, approver or body is missing.
        """
        missing = [name for name in _NAMED if name not in row]
        if missing:
            raise InvalidInput("published_row", missing=missing)
        named = {"province_id": province_id, "what": row["what"], "key": row["key"]}
        found = self._tx.one(_PUBLISHED_DIGEST, **named)
        if found is not None:
            if found[0] != row["digest"]:
                raise Conflict("published_differs", what=row["what"], key=row["key"])
            return
        place = self._tx.one(_PLACE, province_id=province_id)
        with refusing_duplicates(Conflict("published_differs", what=row["what"], key=row["key"])):
            self._tx.run(
                _PUBLISH,
                **named,
                digest=row["digest"],
                approver=row["approver"],
                place=0 if place is None else place[0],
                body=codec.to_json(row["body"]),
                extra=codec.to_json({name: value for name, value in row.items() if name not in _NAMED}),
            )


def _cycle(row: Tuple) -> CycleRow:
    province, kind, cycle, opened_at, closed_at = row
    return CycleRow(province, kind, cycle, codec.instant(opened_at), codec.instant_or_none(closed_at))
