"""Statements: one text for every call, values in their order, the same meaning on both makes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, select

from workflow.storage.statements import POSTGRESQL, SQLITE, SqlConnection, Statement, among, insert_into, upsert
from workflow.storage.tables import META, TALLY

_BOTH = pytest.mark.parametrize("make", [SQLITE, POSTGRESQL])


@pytest.fixture
def connection() -> Iterator[SqlConnection]:
    driver = sqlite3.connect(":memory:", isolation_level=None)
    driver.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    driver.execute(
        "CREATE TABLE tally (province_id, kind, cycle, commune_id, state, dossiers,"
        " PRIMARY KEY (province_id, kind, cycle, commune_id, state))"
    )
    yield SqlConnection(driver, SQLITE)
    driver.close()


@_BOTH
def test_a_statement_is_compiled_once(make: str) -> None:
    statement = Statement(select(META.c.value).where(META.c.key == bindparam("key")))
    assert statement.on(make) is statement.on(make)
    assert statement.on(make).names == ("key",)


@_BOTH
def test_values_stand_in_the_order_of_the_text(make: str) -> None:
    statement = Statement(
        select(META.c.value).where(
            META.c.value == bindparam("second"), META.c.key == bindparam("first"), META.c.key != "x"
        )
    )
    compiled = statement.on(make)
    assert compiled.values({"first": "a", "second": "b"}) == ("b", "a", "x")
    with pytest.raises(KeyError):
        compiled.values({"first": "a"})


def test_the_makes_have_their_own_marks() -> None:
    statement = Statement(select(META.c.value).where(META.c.key == bindparam("key")))
    assert "?" in statement.on(SQLITE).text
    assert "%s" in statement.on(POSTGRESQL).text


def test_a_list_has_one_text_whatever_its_length(connection: SqlConnection) -> None:
    for key in "abcd":
        connection.run(insert_into(META), key=key, value=key * 2)
    statement = Statement(select(META.c.value).where(among(META.c.key, "keys")).order_by(META.c.key))
    for keys, found in ((["a", "c", "z"], ["aa", "cc"]), ([], []), (list("dcba"), ["aa", "bb", "cc", "dd"])):
        assert [row[0] for row in connection.all(statement, keys=keys)] == found
    assert "= ANY(%s" in statement.on(POSTGRESQL).text


def test_upsert_replaces_or_adds(connection: SqlConnection) -> None:
    put, add = upsert(META), upsert(TALLY, add="dossiers")
    for value in ("one", "two"):
        connection.run(put, key="k", value=value)
    key = {"province_id": "p", "kind": "k", "cycle": 1, "commune_id": "c", "state": "s"}
    for change in (3, -1):
        connection.run(add, **key, dossiers=change)
    assert connection.dicts(Statement(META.select())) == [{"key": "k", "value": "two"}]
    assert connection.dicts(Statement(TALLY.select())) == [key | {"dossiers": 2}]


def test_upsert_can_leave_columns_alone(connection: SqlConnection) -> None:
    connection.run(upsert(META), key="k", value="kept")
    connection.run(upsert(META, update=("key",)), key="k", value="other")
    assert connection.one(Statement(select(META.c.value))) == ("kept",)


def test_many_rows_are_filled_in_and_streamed_out(connection: SqlConnection) -> None:
    rows = [(f"k{n:03}", str(n)) for n in range(250)]
    connection.fill(META, iter(rows))
    assert list(connection.stream(Statement(META.select().order_by(META.c.key)))) == rows


@_BOTH
def test_columns_are_known_by_name(make: str) -> None:
    assert Statement(select(META.c.value, META.c.key)).on(make).columns == ("value", "key")
