"""Pace by design, on both databases: how often a life goes to the database, and what is made once for all lives."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import select

from benchmarks.floor import Spy
from benchmarks.life import KIND, MOVES, Site, live, moves_of, open_site
from tests.support import tree
from tests.support.postgres import fresh_database
from workflow.definitions import schemas
from workflow.domain import machine
from workflow.storage.statements import POSTGRESQL, Statement
from workflow.storage.tables import JOURNAL, TALLY

MOST_CALLS = {"sqlite": 9.3, POSTGRESQL: 6.7}
"""Calls of the driver for a move, BEGIN and COMMIT among them; a move reads twice and changes five tables."""


@pytest.fixture(scope="module", params=["sqlite", POSTGRESQL])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A commune with seven units, each with a draft; every test lives the lives of its own units."""
    folder = tmp_path_factory.mktemp("pace")
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'hoso.sqlite'}"
        if request.param == POSTGRESQL:
            url = stack.enter_context(fresh_database(request.getfixturevalue("postgres_url")))
        opened = open_site(folder, url, 7)
        yield opened
        opened.house.close()


def test_a_life_goes_to_the_database_as_seldom_as_it_was_measured(site: Site) -> None:
    live(site, moves_of(site, 0))
    spy = Spy()
    with spy.looking():
        live(site, moves_of(site, 1))
    assert spy.calls / len(MOVES) <= MOST_CALLS[site.house.database.make]


def test_lives_share_one_machine_and_validators_compiled_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    live(site, moves_of(site, 2))
    made: list[str] = []
    monkeypatch.setattr(machine, "Machine", lambda **_: made.append("machine"))
    monkeypatch.setattr(schemas, "_compiled", lambda *_: made.append("validator"))
    live(site, moves_of(site, 3))
    assert made == []


def test_counts_stand_in_the_commit_of_the_move(site: Site) -> None:
    """After each move they say what is: one dossier less in the state it left, one more where it is."""
    before = counted(site)
    for actor, dossier_id, move in moves_of(site, 4):
        receipt = site.house.dossiers.perform(actor, dossier_id, move)
        after = counted(site)
        assert after[receipt.state] == before[receipt.state] + 1
        assert after.total() == before.total() == len(site.ids)
        before = after


def counted(site: Site) -> Counter[str]:
    """How many dossiers the counters see in each state."""
    with site.house.database.read() as reader:
        rows = reader.all(Statement(select(TALLY.c.state, TALLY.c.dossiers).where(TALLY.c.kind == KIND["code"])))
    return Counter(dict(rows))


def test_words_of_the_papers_of_a_move_are_not_in_the_journal(site: Site) -> None:
    """The minutes conclude in words; the journal keeps digests, numbers and dates."""
    live(site, moves_of(site, 5))
    with site.house.database.read() as reader:
        payloads = [row[0] for row in reader.all(Statement(select(JOURNAL.c.payload)))]
    assert any("41/BB-UBND" in payload for payload in payloads)
    assert not any("Thống nhất" in payload for payload in payloads)


def orm_sessions(text: str) -> list[str]:
    """Names of the ORM's sessions that a file imports."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    return [
        f"{node.module}.{alias.name}"
        for node in nodes
        if (node.module or "").split(".")[0] in {"sqlmodel", "sqlalchemy"}
        for alias in node.names
        if "ession" in alias.name or (node.module or "").startswith("sqlalchemy.orm")
    ]


def test_no_session_of_the_orm_is_used_anywhere() -> None:
    storage = [pair for pair in tree.python_code() if pair[0].startswith(("workflow/storage/", "workflow/queries/"))]
    assert len(storage) > 30
    assert {name: found for name, text in storage if (found := orm_sessions(text))} == {}
    assert orm_sessions("from sqlmodel import Field, Session") == ["sqlmodel.Session"]
    assert orm_sessions("from sqlalchemy.orm import sessionmaker") == ["sqlalchemy.orm.sessionmaker"]
