"""Which versions of the schema this program knows, and whether a database has the newest."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table, Text, select

from workflow.domain.errors import Unavailable
from workflow.storage.faults import DRIVER, code_of
from workflow.storage.statements import SqlConnection, Statement

REVISIONS = ("0001",)
"""Every revision in ``migrations/versions``, oldest first; a test holds the two equal."""

HEAD = REVISIONS[-1]

_VERSION = Statement(select(Table("alembic_version", MetaData(), Column("version_num", Text)).c.version_num))


def version_of(connection: SqlConnection) -> str | None:
    """The revision that stands in the database; None when there is none."""
    try:
        row = connection.one(_VERSION)
    except DRIVER as error:
        if code_of(error) is None:
            return None
        raise
    return None if row is None else str(row[0])


def check_version(connection: SqlConnection) -> None:
    """Raises Unavailable ``schema_missing``, ``schema_old`` or ``schema_unknown`` unless the schema is the newest."""
    found = version_of(connection)
    if found == HEAD:
        return
    if found is None:
        raise Unavailable("schema_missing")
    if found in REVISIONS:
        raise Unavailable("schema_old", found=found, wanted=HEAD)
    raise Unavailable("schema_unknown", found=found, known=REVISIONS)
