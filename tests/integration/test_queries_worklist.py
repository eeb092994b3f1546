"""The worklist on both databases: what it holds, in which order, page by page, and by which index."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.support.reading import (
    ADMIN,
    AT,
    COMMITTEE,
    DAY,
    NOW,
    POLICE,
    PROVINCE,
    PROVINCE_COMMITTEE,
    UNIT,
    analyse,
    dossier_row,
    organisation_row,
    write_dossiers,
    write_organisations,
)
from workflow.domain.actors import Actor, Role
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.errors import InvalidInput
from workflow.domain.step_clock import LatenessKind
from workflow.queries import listing
from workflow.queries import worklist as module
from workflow.queries.filters import Filters, Tab
from workflow.queries.moment import Moment
from workflow.queries.paging import Bounded, mark
from workflow.queries.worklist import WorkItem, counts, worklist
from workflow.storage.database import Database

MOMENT = Moment.of(AT, WorkingCalendar({}, {}, frozenset()), 5)
PARTS_MANY = 60


def listed(database: Database, actor: Actor, filters: Filters | None = None, **more: object) -> list[str]:
    page = worklist(database, actor, filters or Filters(), MOMENT, **more)  # type: ignore[arg-type]
    return [item.id for item in page.items]


def walked(database: Database, actor: Actor, filters: Filters, limit: int) -> list[WorkItem]:
    found: list[WorkItem] = []
    after: str | None = None
    for _ in range(1_000):
        page = worklist(database, actor, filters, MOMENT, after=after, limit=limit)
        found += page.items
        after = page.after
        if after is None:
            return found
    raise AssertionError("the list does not end")


def test_what_waits_for_me_comes_soonest_first_and_undated_last(database: Database) -> None:
    write_dossiers(
        database,
        dossier_row(id="undated", due_at=None),
        dossier_row(id="later", due_at=NOW + 9 * DAY),
        dossier_row(id="late", due_at=NOW - DAY),
        dossier_row(id="soon", due_at=NOW + DAY),
        dossier_row(id="committee", holder="commune_committee"),
        dossier_row(id="other-commune", commune_id="xa-2"),
        dossier_row(id="ended", holder=None, meaning="positive"),
    )
    page = worklist(database, POLICE, Filters(), MOMENT)
    assert [(item.id, item.lateness) for item in page.items] == [
        ("late", LatenessKind.LATE),
        ("soon", LatenessKind.NEAR),
        ("later", LatenessKind.NONE),
        ("undated", LatenessKind.NONE),
    ]
    assert page.after is None


def test_item_says_what_a_line_of_the_list_needs(database: Database) -> None:
    write_organisations(
        database, organisation_row("s-1", "Trường THPT Vĩnh Thuận"), organisation_row("xa", "Xã Vĩnh Phong", kind="xa")
    )
    write_dossiers(database, dossier_row(id="d", number="2026-SM-0117", own=1, late=1, on_hold=1, due_at=NOW))
    (item,) = worklist(database, POLICE, Filters(), MOMENT).items
    assert (item.number, item.subject_name, item.commune_name) == (
        "2026-SM-0117",
        "Trường THPT Vĩnh Thuận",
        "Xã Vĩnh Phong",
    )
    assert (item.holder, item.due, item.lateness) == (Role.COMMUNE_POLICE, AT, LatenessKind.LATE)
    assert (item.own, item.late, item.on_hold) == (True, True, True)


def test_subject_that_nobody_entered_is_shown_by_its_id(database: Database) -> None:
    write_dossiers(database, dossier_row(subject_id="s-9"))
    (item,) = worklist(database, POLICE, Filters(), MOMENT).items
    assert (item.subject_name, item.commune_name) == ("s-9", "xa")


def test_tabs_part_what_is_seen(database: Database) -> None:
    write_dossiers(
        database,
        dossier_row(id="mine"),
        dossier_row(id="unit", holder="unit", due_at=None),
        dossier_row(id="committee", holder="commune_committee"),
        dossier_row(id="province", holder="province_police", due_at=NOW + DAY),
        dossier_row(id="draft", holder="unit", meaning="draft"),
        dossier_row(id="recognised", holder=None, due_at=None, meaning="positive", updated_at=NOW),
        dossier_row(id="declined", holder=None, due_at=None, meaning="negative", updated_at=NOW + 1),
        dossier_row(id="lapsed", holder=None, due_at=None, meaning="void", updated_at=NOW - 1),
    )
    assert listed(database, POLICE) == ["mine"]
    assert listed(database, POLICE, Filters(Tab.ELSEWHERE)) == ["province", "committee", "unit"]
    assert listed(database, POLICE, Filters(Tab.DONE)) == ["declined", "recognised", "lapsed"]
    assert listed(database, POLICE, Filters(Tab.ELSEWHERE, holder=Role.UNIT)) == ["unit"]
    assert listed(database, POLICE, Filters(holder=Role.UNIT)) == []
    assert listed(database, POLICE, Filters(Tab.DONE, holder=Role.UNIT)) == []
    assert listed(database, POLICE, Filters(Tab.DONE, lateness=LatenessKind.LATE)) == []


def test_units_draft_is_on_its_own_list_alone(database: Database) -> None:
    write_dossiers(
        database,
        dossier_row(id="draft", holder="unit", meaning="draft", due_at=None),
        dossier_row(id="other", subject_id="s-2", holder="unit", due_at=None),
    )
    assert listed(database, UNIT) == ["draft"]
    assert listed(database, POLICE, Filters(Tab.ELSEWHERE)) == ["other"]


def test_committee_stands_for_the_unit_on_the_communes_own_dossier(database: Database) -> None:
    write_dossiers(
        database,
        dossier_row(id="own", subject_id="xa", own=1, meaning="draft", holder="commune_committee", due_at=None),
    )
    assert listed(database, COMMITTEE) == ["own"]


def test_police_hold_the_provinces_turn_where_it_is_not_connected(database: Database) -> None:
    write_dossiers(
        database,
        dossier_row(id="mine", due_at=NOW + 2 * DAY),
        dossier_row(id="pv01", holder="province_police", due_at=NOW + DAY),
        dossier_row(id="ubnd", holder="province_committee", due_at=None),
    )
    assert listed(database, POLICE, connected=False) == ["pv01", "mine", "ubnd"]
    assert listed(database, POLICE, Filters(Tab.ELSEWHERE), connected=False) == []
    assert listed(database, COMMITTEE, connected=False) == []


def test_province_committee_sees_what_was_submitted(database: Database) -> None:
    write_dossiers(
        database,
        dossier_row(id="waiting", holder="province_committee", submitted=1),
        dossier_row(id="sent-back", holder="commune_committee", submitted=1),
        dossier_row(id="never", holder="commune_committee"),
    )
    assert listed(database, PROVINCE_COMMITTEE) == ["waiting"]
    assert listed(database, PROVINCE_COMMITTEE, Filters(Tab.ELSEWHERE)) == ["sent-back"]


def test_administrator_has_no_dossiers(database: Database) -> None:
    write_dossiers(database, dossier_row(), dossier_row(holder=None, meaning="positive"))
    assert [listed(database, ADMIN, Filters(tab)) for tab in Tab] == [[], [], []]
    assert counts(database, ADMIN, Filters(), MOMENT).elsewhere == Bounded(0)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(kind="small"), ["a", "b"]),
        (Filters(kind="other"), ["c"]),
        (Filters(state="appraised"), ["b"]),
        (Filters(stage="second"), ["b"]),
        (Filters(cycle=2025), ["c"]),
        (Filters(kind="small", cycle=2025), []),
        (Filters(commune="xa-2"), ["c"]),
        (Filters(lateness=LatenessKind.LATE), ["a"]),
        (Filters(lateness=LatenessKind.NEAR), ["b"]),
        (Filters(lateness=LatenessKind.NONE), ["c"]),
    ],
)
def test_filters_narrow_the_list(database: Database, filters: Filters, found: list[str]) -> None:
    held = {"holder": "province_police"}
    write_dossiers(
        database,
        dossier_row(id="a", due_at=NOW - 1, **held),
        dossier_row(id="b", state="appraised", stage="second", due_at=NOW + DAY, **held),
        dossier_row(id="c", kind="other", cycle=2025, commune_id="xa-2", due_at=None, **held),
    )
    assert listed(database, PROVINCE, filters) == found
    assert counts(database, PROVINCE, filters, MOMENT).mine.n == len(
        listed(database, PROVINCE, replace(filters, lateness=None))
    )


def test_other_communes_list_is_empty_for_a_commune(database: Database) -> None:
    write_dossiers(database, dossier_row(id="here"), dossier_row(commune_id="xa-2"))
    assert listed(database, POLICE, Filters(commune="xa-2")) == []
    assert listed(database, POLICE, Filters(commune="xa")) == ["here"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("duc", ["d-duc"]),
        ("ĐỨC", ["d-duc"]),
        ("truong vinh", ["d-thpt"]),
        ("THUẬN trường", ["d-thpt"]),
        ("truong", ["d-duc", "d-thpt"]),
        ("100%", ["d-percent"]),
        ("%", ["d-percent"]),
        ("khong co", []),
        ("2026-SM-0007", ["d-duc"]),
        ("2026-sm-000", ["d-duc", "d-thpt"]),
        ("2025-sm", []),
    ],
)
def test_search_needs_no_marks_and_no_case(database: Database, text: str, found: list[str]) -> None:
    write_organisations(
        database,
        organisation_row("s-1", "Trường THPT Vĩnh Thuận"),
        organisation_row("s-2", "Trường Tiểu học Thiện Đức"),
        organisation_row("s-3", "Hợp tác xã 100%_vốn"),
        organisation_row("s-4", "Trường Đức ở tỉnh khác", province_id="tinh-2", commune_id="xa-9"),
    )
    write_dossiers(
        database,
        dossier_row(id="d-thpt", subject_id="s-1", number="2026-SM-0008", due_at=NOW + 2 * DAY),
        dossier_row(id="d-duc", subject_id="s-2", number="2026-SM-0007", due_at=NOW + DAY),
        dossier_row(id="d-percent", subject_id="s-3", number="2026-SM-0100", due_at=NOW + 3 * DAY),
        dossier_row(id="d-abroad", subject_id="s-4", number="2026-SM-0007", province_id="tinh-2", commune_id="xa-9"),
    )
    filters = Filters(text=text)
    assert listed(database, POLICE, filters) == found
    assert counts(database, POLICE, filters, MOMENT).mine.n == len(found)
    assert set(listed(database, replace(PROVINCE), replace(filters, tab=Tab.ELSEWHERE))) == set(found)


def test_search_for_many_names_walks_the_list(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.search, "FEW", 1)
    write_organisations(
        database,
        organisation_row("s-1", "Trường một"),
        organisation_row("s-2", "Trường hai"),
        organisation_row("s-3", "Trạm Y tế"),
    )
    write_dossiers(database, *(dossier_row(id=f"d-{n}", subject_id=f"s-{n}", due_at=NOW + n) for n in (1, 2, 3)))
    assert listed(database, POLICE, Filters(text="trường")) == ["d-1", "d-2"]
    assert listed(database, PROVINCE, Filters(Tab.ELSEWHERE, text="trường")) == ["d-1", "d-2"]


def test_commune_itself_is_found_by_its_name(database: Database) -> None:
    write_organisations(database, organisation_row("xa", "Xã Vĩnh Phong", kind="xa", commune_id=None))
    write_dossiers(database, dossier_row(id="own", subject_id="xa", own=1))
    assert listed(database, POLICE, Filters(text="vinh phong")) == ["own"]


def mixed_rows() -> list[dict[str, object]]:
    """Rows with many equal dates, many without one, of every holder and end."""
    rows = []
    for n in range(PARTS_MANY):
        holder = ("commune_police", "commune_committee", "unit", None)[n % 4]
        rows.append(
            dossier_row(
                holder=holder,
                meaning="open" if holder else ("positive", "negative", "void")[n % 3],
                due_at=None if n % 5 == 0 or holder is None else NOW + (n % 3) * DAY,
                updated_at=NOW + n % 7,
            )
        )
    return rows


@pytest.mark.parametrize("limit", [1, 7, 500])
@pytest.mark.parametrize("tab", list(Tab))
def test_pages_hold_every_dossier_once_in_one_order(database: Database, tab: Tab, limit: int) -> None:
    rows = mixed_rows()
    write_dossiers(database, *rows)
    chosen = {
        Tab.MINE: [row for row in rows if row["holder"] == "commune_police"],
        Tab.ELSEWHERE: [row for row in rows if row["holder"] in {"unit", "commune_committee"}],
        Tab.DONE: [row for row in rows if row["holder"] is None],
    }[tab]
    if tab is Tab.DONE:
        expected = sorted(chosen, key=lambda row: (row["updated_at"], row["id"]), reverse=True)
    else:
        expected = sorted(chosen, key=lambda row: (row["due_at"] is None, row["due_at"] or 0, row["id"]))
    assert [item.id for item in walked(database, POLICE, Filters(tab), limit)] == [row["id"] for row in expected]


def test_page_goes_on_where_the_last_one_ended_though_dossiers_came_meanwhile(database: Database) -> None:
    write_dossiers(database, *(dossier_row(id=f"d-{n}", due_at=NOW + n * DAY) for n in (2, 4, 6)))
    first = worklist(database, POLICE, Filters(), MOMENT, limit=2)
    write_dossiers(database, dossier_row(id="d-1", due_at=NOW + DAY), dossier_row(id="d-5", due_at=NOW + 5 * DAY))
    rest = worklist(database, POLICE, Filters(), MOMENT, after=first.after, limit=2)
    assert [item.id for item in first.items] == ["d-2", "d-4"]
    assert [item.id for item in rest.items] == ["d-5", "d-6"]


@pytest.mark.parametrize("after", ["", "nonsense", mark(None, "d-1"), mark(1)])
def test_mark_of_another_list_is_refused(database: Database, after: str) -> None:
    with pytest.raises(InvalidInput, match="page_mark"):
        worklist(database, POLICE, Filters(Tab.DONE), MOMENT, after=after)


def test_counts_stop_at_their_bound(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COUNTED", 5)
    write_dossiers(
        database,
        *(dossier_row(due_at=NOW - DAY) for _ in range(5)),
        *(dossier_row(due_at=NOW + DAY) for _ in range(2)),
        *(dossier_row(holder="unit", due_at=None) for _ in range(3)),
        *(dossier_row(holder=None, meaning="positive", due_at=None) for _ in range(6)),
    )
    found = counts(database, POLICE, Filters(Tab.DONE, lateness=LatenessKind.LATE), MOMENT)
    assert (found.mine, found.late, found.near) == (Bounded(5, more=True), Bounded(5), Bounded(2))
    assert (found.elsewhere, found.done) == (Bounded(3), Bounded(5, more=True))


# --- by index --------------------------------------------------------------------------------------

FILL = 20_000
COMMUNES = 100


@pytest.fixture
def filled(database: Database) -> Database:
    """Twenty thousand dossiers of a hundred communes, most of them ended, as after some years."""
    holders = ("commune_police", "commune_committee", "unit", "province_police", "province_committee")
    rows = []
    for n in range(FILL):
        holder = holders[n % 5] if n % 10 == 0 or n % 7 == 0 else None
        rows.append(
            dossier_row(
                commune_id=f"xa-{n % COMMUNES}",
                subject_id=f"s-{n % 4_000}",
                holder=holder,
                meaning="open" if holder else ("positive", "negative", "void")[n % 3],
                due_at=NOW + (n % 90 - 20) * DAY if holder else None,
                submitted=int(holder in {"province_police", "province_committee", None}),
                updated_at=NOW - n * 1_000,
            )
        )
    write_dossiers(database, *rows)
    write_organisations(
        database, *(organisation_row(f"s-{n}", f"Trường số {n}", commune_id=f"xa-{n % COMMUNES}") for n in range(4_000))
    )
    analyse(database)
    return database


AT_COMMUNE = replace(POLICE, commune_id="xa-5")
CASES = [
    (actor, Filters(tab, **narrowed))
    for actor in (AT_COMMUNE, PROVINCE, PROVINCE_COMMITTEE, replace(UNIT, organisation_id="s-5"))
    for tab in Tab
    for narrowed in (
        {},
        {"lateness": LatenessKind.LATE},
        {"commune": "xa-5"},
        {"text": "số 405"},
        {"text": "2026-SM-00"},
        {"kind": "small", "cycle": 2026, "state": "registered"},
    )
]


def plan_of(database: Database, actor: Actor, filters: Filters) -> str:
    """How the database would find the page."""
    with database.read() as connection:
        found = module._look_for(connection, actor, filters.text)
        holders = module.holders_of(actor, filters)
        shape = module._shape(actor, filters, holders, found)
        if shape is None:
            return ""
        values = module._values(actor, filters, MOMENT, holders, found) | {"most": 51}
        compiled = listing.page(shape).on(database.make)
        given = [str(v).replace("'", '"') if isinstance(v, list) else v for v in compiled.values(values)]
        if database.make == "sqlite":
            rows = connection.driver.execute("EXPLAIN QUERY PLAN " + compiled.text, given).fetchall()
            return "\n".join(row[3] for row in rows)
        rows = connection.driver.execute("EXPLAIN " + compiled.text, compiled.values(values)).fetchall()
        return "\n".join(row[0] for row in rows)


def test_no_list_scans_the_dossiers_nor_sorts_more_than_a_page(filled: Database) -> None:
    for actor, filters in CASES:
        plan = plan_of(filled, actor, filters)
        assert not scans(plan), (actor.role, filters, plan)
    for actor, place in ((AT_COMMUNE, "commune_id"), (PROVINCE, "province_id")):
        assert f"ix_dossier_{place}_holder_due_at_id" in plan_of(filled, actor, Filters())
    assert "ix_dossier_province_id_meaning_updated_at_id" in plan_of(filled, PROVINCE, Filters(Tab.DONE))
    for actor, filters in CASES:
        worklist(filled, actor, filters, MOMENT)
        started = time.perf_counter()
        worklist(filled, actor, filters, MOMENT)
        assert time.perf_counter() - started < 0.25, (actor.role, filters)  # tells an index from a scan, no more


def scans(plan: str) -> list[str]:
    """The lines of a plan that read every dossier."""
    return [line for line in plan.splitlines() if "Seq Scan on dossier" in line or line == "SCAN dossier"]


def test_planted_list_without_an_index_is_found(database: Database) -> None:
    """The check above reads real plans: a statement that must scan is told so."""
    text = "SELECT id FROM dossier WHERE stage = 'x' ORDER BY version LIMIT 50"
    with database.read() as connection:
        if database.make == "sqlite":
            plan = "\n".join(row[3] for row in connection.driver.execute("EXPLAIN QUERY PLAN " + text))
        else:
            plan = "\n".join(row[0] for row in connection.driver.execute("EXPLAIN " + text))
    assert scans(plan)
