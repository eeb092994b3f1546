"""The ledger as it is read: who sees what, pages by key, what stands, what was kept up; on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.support.reading import (
    ADMIN,
    COMMITTEE,
    POLICE,
    PROVINCE,
    PROVINCE_COMMITTEE,
    UNIT,
    dossier_row,
    ledger_row,
    organisation_row,
    write,
    write_dossiers,
    write_organisations,
)
from tests.support.told import ToldHouse
from workflow.domain.actors import Actor
from workflow.domain.errors import InvalidInput, NotFound
from workflow.domain.kinds import Meaning
from workflow.queries import ledger as module
from workflow.queries.ledger import KeptUp, Standing, entries, entry, results_of, standing
from workflow.queries.ledger_filters import LedgerFilters
from workflow.queries.paging import mark
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import LEDGER, PERSON, TALLY


@pytest.fixture
def books(database: Database) -> Database:
    write_organisations(
        database,
        organisation_row("s-1", "Trường THPT Vĩnh Thuận"),
        organisation_row("s-2", "Trạm Y tế Đức An", commune_id="xa-2"),
        organisation_row("xa", "Xã Vĩnh Phong", kind="xa", commune_id=None),
    )
    write(database, PERSON, [{"id": "p-1", "office": "Đội trưởng"}])
    write(
        database,
        LEDGER,
        [
            ledger_row("a", cycle=2025, dossier_id="d-a"),
            ledger_row("b", cycle=2026, standing=0, ended_on="2026-12-08", ended_by="u"),
            ledger_row("c", cycle=2026, subject_id="s-2", commune_id="xa-2"),
            ledger_row("d", kind="phan_loai", result="xuat_sac", confirmed_by=None, confirmed_at=None),
            ledger_row("e", province_id="tinh-2", commune_id="xa-9", subject_id="s-9"),
        ],
    )
    write_dossiers(
        database,
        dossier_row(id="d-a", number="2025-DH-0001", kind="dien_hinh", meaning="positive", submitted=1),
        dossier_row(id="u-1", number="2026-DT-0001", kind="duy_tri", origin_id="a", meaning="positive", state="kept"),
        dossier_row(id="u-2", number="2027-DT-0001", kind="duy_tri", origin_id="a", cycle=2027, state="owed"),
    )
    return database


def ids(books: Database, actor: Actor, filters: LedgerFilters | None = None) -> list[str]:
    return [item.id for item in entries(books, actor, filters or LedgerFilters()).items]


def test_each_sees_the_results_of_its_jurisdiction(books: Database) -> None:
    assert ids(books, POLICE) == ["d", "b", "a"]
    assert ids(books, COMMITTEE) == ["d", "b", "a"]
    assert ids(books, PROVINCE) == ["d", "c", "b", "a"]
    assert ids(books, PROVINCE_COMMITTEE) == ["d", "c", "b", "a"]
    assert ids(books, replace(POLICE, commune_id="xa-2")) == ["c"]
    assert ids(books, ADMIN) == []


def test_unit_sees_its_own_confirmed_results(books: Database) -> None:
    assert ids(books, UNIT) == ["b", "a"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (LedgerFilters(kind="dien_hinh"), ["c", "b", "a"]),
        (LedgerFilters(cycle=2025), ["a"]),
        (LedgerFilters(result="xuat_sac"), ["d"]),
        (LedgerFilters(commune="xa-2"), ["c"]),
        (LedgerFilters(standing=True), ["d", "c", "a"]),
        (LedgerFilters(standing=False), ["b"]),
        (LedgerFilters(confirmed=False), ["d"]),
        (LedgerFilters(confirmed=True, kind="dien_hinh", cycle=2026), ["c", "b"]),
        (LedgerFilters(text="duc an"), ["c"]),
        (LedgerFilters(text="khong co"), []),
    ],
)
def test_filters_narrow_the_ledger(books: Database, filters: LedgerFilters, found: list[str]) -> None:
    assert ids(books, PROVINCE, filters) == found


def test_search_for_many_names_walks_the_ledger(books: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.search, "FEW", 0)
    assert ids(books, PROVINCE, LedgerFilters(text="duc an")) == ["c"]
    assert ids(books, POLICE, LedgerFilters(text="vinh thuan")) == ["d", "b", "a"]


def test_other_commune_is_empty_for_a_commune(books: Database) -> None:
    assert ids(books, POLICE, LedgerFilters(commune="xa-2")) == []


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_pages_hold_every_result_once(books: Database, limit: int) -> None:
    found: list[str] = []
    after: str | None = None
    while True:
        page = entries(books, PROVINCE, LedgerFilters(), after=after, limit=limit)
        found += [item.id for item in page.items]
        after = page.after
        if after is None:
            break
    assert found == ["d", "c", "b", "a"]


@pytest.mark.parametrize("after", ["", "x", mark(None, 2026, "a"), mark("dien_hinh", None, "a"), mark(1, "a")])
def test_mark_of_another_list_is_refused(books: Database, after: str) -> None:
    with pytest.raises(InvalidInput, match="page_mark"):
        entries(books, PROVINCE, LedgerFilters(), after=after)


def test_result_says_what_a_line_of_the_ledger_needs(books: Database) -> None:
    item = entry(books, POLICE, "a")
    assert (item.subject_name, item.commune_name, item.office) == (
        "Trường THPT Vĩnh Thuận",
        "Xã Vĩnh Phong",
        "Đội trưởng",
    )
    assert (item.dossier_id, item.dossier_number, item.standing) == ("d-a", "2025-DH-0001", True)
    assert item.upkeep == (
        KeptUp(2026, "u-1", "2026-DT-0001", "kept", Meaning.POSITIVE),
        KeptUp(2027, "u-2", "2027-DT-0001", "owed", Meaning.OPEN),
    )


def test_upkeep_is_told_as_far_as_its_dossiers_are_seen(books: Database) -> None:
    assert [year.cycle for year in entry(books, UNIT, "a").upkeep] == [2026, 2027]
    assert entry(books, PROVINCE_COMMITTEE, "a").upkeep == ()


def test_results_of_a_subject_are_told_newest_first(books: Database) -> None:
    assert [item.id for item in results_of(books, POLICE, "s-1")] == ["b", "d", "a"]
    assert [item.id for item in results_of(books, UNIT, "s-1")] == ["b", "a"]
    assert results_of(books, replace(UNIT, organisation_id="s-2"), "s-1") == ()
    assert results_of(books, POLICE, "s-2") == ()


@pytest.mark.parametrize(
    ("actor", "entry_id"), [(POLICE, "c"), (POLICE, "e"), (UNIT, "d"), (ADMIN, "a"), (POLICE, "no")]
)
def test_result_out_of_sight_is_not_found(books: Database, actor: Actor, entry_id: str) -> None:
    with pytest.raises(NotFound, match="result_not_found"):
        entry(books, actor, entry_id)


def test_numbers_over_the_list_are_counted(books: Database) -> None:
    tally = {"province_id": "tinh", "kind": "duy_tri", "cycle": 2026}
    write(
        books,
        TALLY,
        [
            {**tally, "commune_id": "xa", "state": "owed", "dossiers": 3},
            {**tally, "commune_id": "xa-2", "state": "owed", "dossiers": 1},
            {**tally, "commune_id": "xa", "state": "maintained", "dossiers": 5},
            {**tally, "cycle": 2027, "commune_id": "xa", "state": "owed", "dossiers": 9},
        ],
    )

    def of(actor: Actor) -> Standing:
        return standing(books, actor, kind="dien_hinh", owed_kind="duy_tri", owed_states={"owed"}, cycle=2026)

    assert of(POLICE) == Standing(1, 3)
    assert of(PROVINCE) == Standing(2, 4)
    assert of(UNIT) == Standing(1, 0)


def test_filters_come_back_from_their_url() -> None:
    filters = LedgerFilters("dien_hinh", 2026, "dien_hinh", "xa", standing=True, confirmed=False, text="Đức an")
    assert LedgerFilters.from_query(filters.to_query()) == filters
    assert LedgerFilters().to_query() == {}
    assert LedgerFilters(cycle=2026).query_string(after="x") == "cycle=2026&after=x"
    for name, value in (("standing", "true"), ("cycle", "26"), ("kind", "a b")):
        with pytest.raises(InvalidInput, match="filter_invalid"):
            LedgerFilters.from_query({name: value})


def test_no_list_of_the_ledger_scans_it(books: Database) -> None:
    if books.make != "sqlite":  # a planner of a server scans so small a table; SQLite tells by rules what it would use
        return
    shapes = [
        module._Shape(module.only_role(actor), frozenset(narrowed), None, few, 0, after)
        for actor in (POLICE, PROVINCE, UNIT)
        for narrowed in ((), ("kind",), ("kind", "cycle"), ("kind", "standing"), ("commune_id",))
        for few in (True, False)
        for after in (True, False)
    ]
    statements: list[Statement] = [module._page(shape) for shape in shapes]
    statements += [module._of_subject(module.only_role(UNIT)), module._upkeep(module.only_role(POLICE))]
    with books.read() as connection:
        for statement in [*statements, Statement(select(LEDGER.c.id).where(LEDGER.c.subject_id == "s-1"))]:
            compiled = statement.on("sqlite")
            plan = [
                line[3]
                for line in connection.driver.execute(
                    "EXPLAIN QUERY PLAN " + compiled.text, [None for _ in compiled.names]
                )
            ]
            assert not [line for line in plan if line in {"SCAN ledger", "SCAN dossier"}], (compiled.text, plan)


def test_story_keeps_its_ledger(told: ToldHouse) -> None:
    kind, owed = told.kind("dien_hinh"), told.kind("duy_tri")
    police = told.actor("cax-1")
    page = entries(told.house.database, police, LedgerFilters(kind="dien_hinh", standing=True))
    assert len(page.items) == 7
    kept = next(item for item in page.items if item.subject_id == "tieu-hoc-vinh-phong")
    assert [(year.cycle, year.meaning) for year in kept.upkeep] == [(2026, Meaning.POSITIVE), (2027, Meaning.OPEN)]
    numbers = standing(
        told.house.database,
        police,
        kind=kind.code,
        owed_kind=owed.code,
        owed_states=owed.states_meaning(Meaning.OPEN),
        cycle=2027,
    )
    assert numbers == Standing(7, 7)
