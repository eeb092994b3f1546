"""The schema: made by migrations, equal to the tables, refused when it is another; on both databases."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Column, Integer

from tests.support.postgres import driver_url
from workflow.domain.errors import Conflict, InvalidInput, Unavailable
from workflow.storage import schema, schema_version
from workflow.storage.database import Database, check_settings
from workflow.storage.engines import Setting
from workflow.storage.faults import DRIVER, INTEGRITY
from workflow.storage.statements import SqlConnection, insert_into
from workflow.storage.tables import DOSSIER, DRAFT, JOURNAL, METADATA, TALLY

AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def execute(url: str, text: str) -> None:
    """SQL beside the program."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute(text)
        connection.close()
    else:
        with psycopg.connect(driver_url(url), autocommit=True) as other:
            other.execute(text.encode())


def test_migrations_make_exactly_the_tables(database_url: str) -> None:
    assert schema.current(database_url) is None if database_url.startswith("postgresql") else True
    schema.create(database_url, at=AT).close()
    assert schema.current(database_url) == schema.revisions()[-1]
    assert schema.differences(database_url) == []


def test_a_difference_between_tables_and_migrations_is_found(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault adds a column to a table and no migration."""
    schema.create(database_url, at=AT).close()
    changed = METADATA.__class__(naming_convention=METADATA.naming_convention)
    for table in METADATA.sorted_tables:
        table.to_metadata(changed)
    changed.tables["dossier"].append_column(Column("forgotten", Integer()))
    monkeypatch.setattr(schema, "METADATA", changed)
    assert [difference[0] for difference in schema.differences(database_url)] == ["add_column"]


def test_known_revisions_are_those_of_the_migrations() -> None:
    assert schema.revisions() == schema_version.REVISIONS


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    schema.make_file(database_url)
    assert schema.upgrade(database_url) == list(schema_version.REVISIONS)
    assert schema.upgrade(database_url) == []


def test_a_new_database_knows_when_it_was_made(database_url: str) -> None:
    database = schema.create(database_url, at=AT)
    assert database.meta("created_at") == str(round(AT.timestamp() * 1_000_000))
    assert database.practice is False
    assert database.practice_now() is None
    with pytest.raises(RuntimeError, match="practice"):
        database.set_practice_now(AT)
    database.close()
    with pytest.raises(Conflict) as caught:
        schema.create(database_url, at=AT)
    assert caught.value.code == "database_exists"


def test_a_practice_file_keeps_its_clock(database_url: str) -> None:
    database = schema.create(database_url, at=AT, practice=True, now=AT + timedelta(days=3))
    assert database.practice
    assert database.practice_now() == AT + timedelta(days=3)
    database.set_practice_now(AT + timedelta(days=9))
    database.close()
    again = Database.open(database_url)
    assert again.practice_now() == AT + timedelta(days=9)
    again.close()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "schema_unknown"),
        ("DELETE FROM alembic_version", "schema_missing"),
        ("DROP TABLE alembic_version", "schema_missing"),
    ],
)
def test_another_schema_is_refused(storage_url: str, change: str, code: str) -> None:
    execute(storage_url, change)
    with pytest.raises(Unavailable) as caught:
        Database.open(storage_url)
    assert caught.value.code == code


def test_an_older_schema_asks_to_be_upgraded(storage_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_version, "REVISIONS", ("0001", "0002"))
    monkeypatch.setattr(schema_version, "HEAD", "0002")
    with pytest.raises(Unavailable) as caught:
        Database.open(storage_url)
    assert (caught.value.code, caught.value.facts["found"]) == ("schema_old", "0001")


def test_a_newer_schema_is_not_touched_by_an_upgrade(storage_url: str) -> None:
    execute(storage_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable) as caught:
        schema.upgrade(storage_url)
    assert caught.value.code == "schema_unknown"


def test_what_is_no_database_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("not a database, only some words " * 200)
    for url, code in (
        (f"sqlite:///{tmp_path / 'none.sqlite'}", "storage_failed"),
        (f"sqlite:///{tmp_path / 'text.sqlite'}", "database_damaged"),
        ("postgresql://nobody@127.0.0.1:1/none", "database_gone"),
    ):
        with pytest.raises(Unavailable) as caught:
            Database.open(url)
        assert caught.value.code == code
    for url in ("sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense"):
        with pytest.raises(InvalidInput) as refused:
            Database.open(url)
        assert refused.value.code == "database_url"


# --- what the schema itself refuses --------------------------------------------------------------


def test_values_of_another_type_are_refused(database: Database) -> None:
    values = {"province_id": "p", "kind": "k", "cycle": 2026, "commune_id": "c", "state": "s", "dossiers": "many"}
    with pytest.raises(DRIVER, match=r"cannot store TEXT|invalid input syntax"), database.read() as reader:
        reader.run(insert_into(TALLY), **values)


def test_rows_without_their_owner_are_refused(database: Database) -> None:
    columns = {"dossier_id": "none", "code": "c", "person_id": "p", "at": 1, "body": b""}
    with pytest.raises(INTEGRITY), database.read() as reader:
        reader.run(insert_into(DRAFT), **columns)


def test_every_listed_table_has_a_primary_key_and_no_name_of_a_person() -> None:
    assert all(len(table.primary_key) for table in METADATA.sorted_tables)
    assert "name" not in METADATA.tables["person"].c
    assert {"journal", "dossier"} <= set(METADATA.tables)
    assert JOURNAL.c.hash is not None
    assert DOSSIER.c.version is not None


# --- settings ------------------------------------------------------------------------------------


def test_settings_are_read_back_and_as_wanted(database: Database) -> None:
    report = database.settings_report()
    assert all(setting.ok for setting in report if setting.required)
    names = {setting.name for setting in report}
    if database.make == "sqlite":
        assert {"journal_mode", "synchronous", "foreign_keys", "trusted_schema", "busy_timeout"} <= names
    else:
        assert {"synchronous_commit", "lock_timeout", "statement_timeout", "fsync"} <= names


def test_a_weaker_setting_stops_the_start() -> None:
    check_settings([Setting("fsync", "off", "on", required=False)])
    with pytest.raises(Unavailable) as caught:
        check_settings([Setting("foreign_keys", "1", "1"), Setting("synchronous", "1", "2")])
    assert (caught.value.code, caught.value.facts["settings"]) == ("database_settings", {"synchronous": "1"})


def test_a_connection_with_a_weaker_setting_is_noticed(database: Database) -> None:
    """The planted fault loosens what every commit waits for."""
    loosen = "PRAGMA synchronous=NORMAL" if database.make == "sqlite" else "SET synchronous_commit = off"
    with database.read() as reader:
        reader.raw(loosen)
        with pytest.raises(Unavailable):
            check_settings(database.engine.settings(reader.driver))


# --- killed while upgrading ----------------------------------------------------------------------

UPGRADE = "import sys; from workflow.storage import schema; schema.make_file(sys.argv[1]); schema.upgrade(sys.argv[1])"


def test_an_upgrade_killed_anywhere_can_be_run_again(database_url: str) -> None:
    """Killed after ever longer: each time there is either no schema or the whole one."""
    found = set()
    for milliseconds in (0, 300, 400, 500, 600, 700, 800, 1000):
        child = subprocess.Popen([sys.executable, "-c", UPGRADE, database_url], cwd=ROOT)
        time.sleep(milliseconds / 1000)
        child.send_signal(signal.SIGKILL)
        child.wait()
        if not database_url.startswith("sqlite") or schema.exists(database_url):
            found.add(schema.current(database_url))
            if schema.current(database_url) is not None:
                assert schema.differences(database_url) == []
    assert found <= {None, schema_version.HEAD}
    schema.make_file(database_url)
    schema.upgrade(database_url)
    assert schema.differences(database_url) == []
    Database.open(database_url).close()


def test_a_copied_file_without_its_wal_is_still_a_database(tmp_path: Path, sqlite_template: Path) -> None:
    place = tmp_path / "copy.sqlite"
    shutil.copy(sqlite_template, place)
    database = Database.open(f"sqlite:///{place}")
    with database.read() as reader:
        assert isinstance(reader, SqlConnection)
        assert reader.raw("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
