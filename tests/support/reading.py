"""Rows written straight into the tables, for tests of what is read: any mix of states, dates and places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import Table

from workflow.domain.actors import Actor, Role
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.folding import fold
from workflow.storage.statements import SQLITE, insert_into
from workflow.storage.tables import DOSSIER, ORGANISATION

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
NOW = codec.micros(AT)
DAY = 86_400 * 1_000_000

UNIT = Actor("p-unit", Role.UNIT, "s-1", "tinh", "xa")
POLICE = Actor("p-police", Role.COMMUNE_POLICE, "ca-xa", "tinh", "xa")
COMMITTEE = Actor("p-committee", Role.COMMUNE_COMMITTEE, "ub-xa", "tinh", "xa")
PROVINCE = Actor("p-pv01", Role.PROVINCE_POLICE, "pv01", "tinh")
PROVINCE_COMMITTEE = Actor("p-ubnd", Role.PROVINCE_COMMITTEE, "ubnd-tinh", "tinh")
ADMIN = Actor("p-admin", Role.ADMIN, "pv01", "tinh")
SYSTEM = Actor("system", Role.SYSTEM, "", "")
EVERYBODY = (
    UNIT,
    POLICE,
    COMMITTEE,
    PROVINCE,
    PROVINCE_COMMITTEE,
    ADMIN,
    SYSTEM,
    replace(POLICE, commune_id="xa-2"),
    replace(COMMITTEE, commune_id=None),
    replace(PROVINCE, province_id="tinh-2"),
    replace(UNIT, organisation_id="xa"),
    replace(SYSTEM, province_id="tinh"),
)

_numbers = count(1)
_INSERTS: dict[str, Any] = {}


def dossier_row(**changes: Any) -> dict[str, Any]:
    """A row of ``dossier`` that no test but its caller's cares about."""
    n = next(_numbers)
    row: dict[str, Any] = {
        "id": f"d-{n:06}",
        "number": f"2026-SM-{n:04}",
        "province_id": "tinh",
        "commune_id": "xa",
        "subject_id": "s-1",
        "subject_kind": "co_quan",
        "kind": "small",
        "kind_version": 1,
        "cycle": 2026,
        "origin_id": None,
        "state": "registered",
        "stage": "first",
        "meaning": "open",
        "holder": "commune_police",
        "holder_since": NOW - DAY,
        "due_at": NOW + 3 * DAY,
        "own": 0,
        "late": 0,
        "on_hold": 0,
        "submitted": 0,
        "opened_at": NOW - 9 * DAY,
        "opened_by_role": "unit",
        "updated_at": NOW - DAY + n,
        "version": 2,
        "journal_head": "0" * 64,
        "body": b"",
    }
    return row | changes


def ledger_row(entry_id: str, **changes: Any) -> dict[str, Any]:
    """A confirmed recognition that stands, entered as an earlier result."""
    plain: dict[str, Any] = {
        "id": entry_id,
        "province_id": "tinh",
        "commune_id": "xa",
        "subject_id": "s-1",
        "subject_kind": "co_quan",
        "kind": "dien_hinh",
        "cycle": 2026,
        "result": "dien_hinh",
        "label": "Công nhận điển hình",
        "number": f"{entry_id}/QĐ",
        "decided_on": "2026-10-01",
        "authority": "UBND tỉnh",
        "source": "entered",
        "recorded_at": NOW,
        "entered_by": "p-1",
        "dossier_id": None,
        "paper_digest": None,
        "confirmed_by": "p-2",
        "confirmed_at": NOW,
        "standing": 1,
        "ended_on": None,
        "ended_by": None,
    }
    return plain | changes


def organisation_row(organisation_id: str, name: str, **changes: Any) -> dict[str, Any]:
    """A row of ``organisation``, folded as the store folds it."""
    row: dict[str, Any] = {
        "id": organisation_id,
        "name": name,
        "name_folded": fold(name),
        "kind": "co_quan",
        "parent_id": "xa",
        "commune_id": "xa",
        "province_id": "tinh",
        "valid_from": None,
        "valid_to": None,
        "successor_id": None,
        "managing_level": "commune",
        "delegated": 0,
        "attributes": "{}",
    }
    return row | changes


def write(database: Database, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows in one transaction."""
    statement = _INSERTS.setdefault(table.name, insert_into(table))
    connection = database.begin()
    try:
        for row in rows:
            connection.run(statement, **row)
    except BaseException:
        database.end(connection, "ROLLBACK", broken=True)
        raise
    database.end(connection, "COMMIT")


def write_dossiers(database: Database, *rows: Mapping[str, Any]) -> None:
    """Insert rows of ``dossier``."""
    write(database, DOSSIER, rows)


def write_organisations(database: Database, *rows: Mapping[str, Any]) -> None:
    """Insert rows of ``organisation``."""
    write(database, ORGANISATION, rows)


def analyse(database: Database) -> None:
    """Let the planner know the tables, as a server does by itself."""
    connection = database.begin()
    connection.raw("ANALYZE" if database.make == SQLITE else "ANALYZE dossier, organisation, ledger, tally, journal")
    database.end(connection, "COMMIT")
