"""The dated tree of organisations as each reader sees it; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.support.reading import (
    ADMIN,
    POLICE,
    PROVINCE,
    UNIT,
    organisation_row,
    write,
    write_organisations,
)
from workflow.domain.actors import Actor, Role
from workflow.domain.errors import NotFound
from workflow.queries.tree import Branch, branch, find
from workflow.storage.database import Database
from workflow.storage.tables import ASSIGNMENT, PERSON

OLD = date(2025, 6, 30)
NEW = date(2025, 7, 1)


@pytest.fixture
def tree(database: Database) -> Database:
    """A province before and after 01/07/2025: a district with its town, merged into the communes of today."""
    top = {"parent_id": None, "commune_id": None}
    dissolved = {"parent_id": "tinh", "commune_id": None, "kind": "huyen", "valid_to": "2025-06-30"}
    district = {"parent_id": "huyen", "kind": "thi_tran", "valid_to": "2025-06-30", "successor_id": "xa"}
    write_organisations(
        database,
        organisation_row("tinh", "Tỉnh", kind="province", **top),
        organisation_row("huyen", "Huyện Vĩnh Thuận", **dissolved),
        organisation_row("thi-tran", "Thị trấn Vĩnh Thuận", commune_id="thi-tran", **district),
        organisation_row("xa-cu", "Xã Vĩnh Phong cũ", commune_id="xa-cu", **{**district, "kind": "xa"}),
        organisation_row("xa", "Xã Vĩnh Phong", kind="xa", parent_id="tinh", valid_from="2025-07-01"),
        organisation_row("xa-2", "Phường Đức An", kind="phuong", parent_id="tinh", commune_id="xa-2"),
        organisation_row("ca-xa", "Công an xã Vĩnh Phong", kind="cong_an_xa"),
        organisation_row("s-1", "Trường THPT Vĩnh Thuận"),
        organisation_row("s-2", "Trạm Y tế xã Vĩnh Phong"),
        organisation_row("s-3", "Trường Đức An", parent_id="xa-2", commune_id="xa-2"),
        organisation_row("abroad", "Xã Vĩnh Phong tỉnh khác", kind="xa", province_id="tinh-2", commune_id="abroad"),
    )
    write(database, PERSON, [{"id": "p-1", "office": "Trưởng Công an xã"}, {"id": "p-2", "office": "Hiệu trưởng"}])
    held = {"commune_id": "xa", "province_id": "tinh", "valid_from": "2025-07-01", "valid_to": None}
    write(
        database,
        ASSIGNMENT,
        [
            {"id": "a-1", "person_id": "p-1", "role": "commune_police", "organisation_id": "ca-xa", **held},
            {"id": "a-2", "person_id": "p-2", "role": "unit", "organisation_id": "s-3", **held, "commune_id": "xa-2"},
        ],
    )
    return database


def names(found: tuple[object, ...]) -> list[str]:
    return [node.id for node in found]  # type: ignore[attr-defined]


def seen(tree: Database, organisation: str, actor: Actor = PROVINCE, on: date = NEW) -> Branch:
    return branch(tree, actor, organisation, on=on)


def test_node_says_whether_it_stands_on_the_day(tree: Database) -> None:
    assert [seen(tree, "huyen", on=day).node.stands for day in (OLD, NEW)] == [True, False]
    assert [seen(tree, "xa", on=day).node.stands for day in (OLD, NEW)] == [False, True]


def test_branch_has_what_is_above_below_before_and_after(tree: Database) -> None:
    today = seen(tree, "xa")
    assert names(today.above) == ["tinh"]
    assert names(today.below) == ["ca-xa", "s-2", "s-1"]
    assert names(today.predecessors) == ["thi-tran", "xa-cu"]
    assert today.successor is None
    before = seen(tree, "thi-tran", on=OLD)
    assert names(before.above) == ["tinh", "huyen"]
    assert before.successor is not None
    assert before.successor.id == "xa"


def test_people_are_shown_by_office(tree: Database) -> None:
    (holder,) = seen(tree, "ca-xa").people
    assert (holder.office, holder.role, holder.valid_from) == ("Trưởng Công an xã", Role.COMMUNE_POLICE, NEW)


@pytest.mark.parametrize(
    ("actor", "shown", "hidden"),
    [
        (PROVINCE, {"tinh", "huyen", "xa", "xa-2", "ca-xa", "s-1", "s-3"}, {"abroad", "no"}),
        (ADMIN, {"tinh", "xa", "s-1", "s-3"}, {"abroad"}),
        (POLICE, {"tinh", "huyen", "xa", "xa-2", "ca-xa", "s-1"}, {"s-3", "abroad"}),
        (UNIT, {"tinh", "xa", "xa-2", "ca-xa", "s-1"}, {"s-2", "s-3", "abroad"}),
        (replace(PROVINCE, province_id="tinh-2"), {"abroad"}, {"xa"}),
    ],
)
def test_each_sees_the_tree_above_its_units_and_its_own(
    tree: Database, actor: Actor, shown: set[str], hidden: set[str]
) -> None:
    for organisation in shown:
        assert seen(tree, organisation, actor).node.id == organisation
    for organisation in hidden:
        with pytest.raises(NotFound, match="organisation_not_found"):
            seen(tree, organisation, actor)


def test_what_is_below_is_shown_as_far_as_it_is_seen(tree: Database) -> None:
    assert names(seen(tree, "xa", UNIT).below) == ["ca-xa", "s-1"]
    assert names(seen(tree, "xa-2", POLICE).below) == []
    assert names(seen(tree, "xa-2").below) == ["s-3"]


def test_people_of_another_commune_and_units_are_not_told_who_holds_roles(tree: Database) -> None:
    assert seen(tree, "ca-xa", POLICE).people
    assert seen(tree, "ca-xa", UNIT).people == ()
    assert seen(tree, "s-3", replace(POLICE, commune_id="xa-2")).people
    assert seen(tree, "s-3", PROVINCE).people


@pytest.mark.parametrize(
    ("actor", "text", "found"),
    [
        (PROVINCE, "duc an", ["xa-2", "s-3"]),
        (POLICE, "Đức An", ["xa-2"]),
        (UNIT, "ĐỨC", ["xa-2"]),
        (PROVINCE, "vinh thuan", ["huyen", "thi-tran", "s-1"]),
        (PROVINCE, "thuận trường", ["s-1"]),
        (PROVINCE, "%", []),
        (PROVINCE, " ", []),
    ],
)
def test_search_needs_no_marks_and_keeps_to_what_is_seen(
    tree: Database, actor: Actor, text: str, found: list[str]
) -> None:
    assert names(find(tree, actor, text, on=NEW)) == found


def test_tree_with_a_ring_in_it_still_ends(tree: Database) -> None:
    connection = tree.begin()
    connection.raw("UPDATE organisation SET parent_id = 's-1' WHERE id = 'tinh'")
    tree.end(connection, "COMMIT")
    assert "tinh" in names(seen(tree, "s-1").above)
