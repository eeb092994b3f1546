"""Words behind ids, looked up for a whole page at once: organisations, persons by office, free texts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from workflow.storage.statements import SqlConnection, Statement, among
from workflow.storage.tables import FREE_TEXT, ORGANISATION, PERSON

_NAMES = Statement(select(ORGANISATION.c.id, ORGANISATION.c.name).where(among(ORGANISATION.c.id, "ids")))
_OFFICES = Statement(select(PERSON.c.id, PERSON.c.office).where(among(PERSON.c.id, "ids")))
_TEXTS = Statement(select(FREE_TEXT.c.id, FREE_TEXT.c.body).where(among(FREE_TEXT.c.id, "ids")))


def names_of(connection: SqlConnection, ids: Iterable[str | None]) -> dict[str, str]:
    """Names of organisations by id; unknown ids are left out."""
    return _by_id(connection, _NAMES, ids)


def offices_of(connection: SqlConnection, ids: Iterable[str | None]) -> dict[str, str]:
    """Offices of persons by id: people are shown by office, never by a name."""
    return _by_id(connection, _OFFICES, ids)


def texts_of(connection: SqlConnection, ids: Iterable[str | None]) -> dict[str, str]:
    """Bodies of free texts by id; an anonymised one is empty."""
    return _by_id(connection, _TEXTS, ids)


def _by_id(connection: SqlConnection, statement: Statement, ids: Iterable[str | None]) -> dict[str, str]:
    wanted = sorted({item for item in ids if item})
    if not wanted:
        return {}
    return {row[0]: row[1] for row in connection.all(statement, ids=wanted)}
