"""What else programs read: rolls, notices, coverage, and papers printed into the official frame."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.programs import Program, problem, program_of
from workflow.bootstrap import House
from workflow.domain.tokens import TokenScope


@pytest.fixture
def police(app: Flask, house: House) -> Program:
    """A program of the commune police that reads."""
    return program_of(app, house, "cax-1", TokenScope.READ)


def test_rolls_are_told_with_their_columns_and_totals(police: Program) -> None:
    kept = police.get("/rolls").get_json()["items"]
    assert kept
    for roll in kept:
        page = police.get(f"/rolls/{roll['kind']}").get_json()
        assert page["dossiers"] >= len(page["items"])
        columns = {column["code"] for column in roll["columns"]} | {"@title"}
        assert all(row["values"].keys() <= columns for row in page["items"])
        assert page["tallies"].keys() <= columns
    assert problem(police.get("/rolls/dien_hinh")) == (404, "not_found"), "it keeps none"
    assert problem(police.get(f"/rolls/{kept[0]['kind']}", after="đây")) == (422, "page_mark")


def test_notices_are_those_of_the_owner_and_go_on_by_their_mark(police: Program, app: Flask, house: House) -> None:
    whole = police.get("/notices", limit=500).get_json()["items"]
    assert len(whole) > 2
    assert all(one["text"] for one in whole)
    assert [one["position"] for one in whole] == sorted((one["position"] for one in whole), reverse=True)
    first = police.get("/notices", limit=2).get_json()
    second = police.get("/notices", limit=2, after=first["after"]).get_json()
    assert [*first["items"], *second["items"]] == whole[:4]
    assert {one["is_unread"] for one in police.get("/notices", unread="true").get_json()["items"]} <= {True}
    school = program_of(app, house, "thpt", TokenScope.READ).get("/notices", limit=500).get_json()["items"]
    own = {one["id"] for one in program_of(app, house, "thpt").get("/dossiers", limit=500).get_json()["items"]}
    assert {one["dossier_id"] for one in school if one["dossier_id"]} <= own


def test_coverage_tells_units_and_shares(police: Program, app: Flask, house: House) -> None:
    found = police.get("/coverage", kind="phan_loai", cycle=2026).get_json()
    assert [one["commune"]["id"] for one in found["communes"]] == ["vinh-phong"]
    assert found["whole"]["units"] == found["communes"][0]["whole"]["units"] > 0
    assert all(share["readings"] for share in found["whole"]["shares"])
    unit = program_of(app, house, "thpt", TokenScope.READ)
    assert problem(unit.get("/coverage", kind="phan_loai", cycle=2026)) == (403, "http_403")


def test_filed_paper_is_printed_for_whoever_sees_it(police: Program, app: Flask, house: House) -> None:
    row = next(
        (one, paper)
        for one in police.get("/dossiers", kind="dien_hinh", limit=500).get_json()["items"]
        for paper in police.get(f"/dossiers/{one['id']}/papers").get_json()["items"]
        if paper["code"] == "unit_plan"
    )
    place = f"/dossiers/{row[0]['id']}/papers/unit_plan/{row[1]['version']}/print"
    pdf, docx = police.get(place), police.get(place, type="docx")
    assert (pdf.mimetype, pdf.get_data()[:5]) == ("application/pdf", b"%PDF-")
    assert docx.get_data()[:2] == b"PK"
    assert pdf.headers["Content-Disposition"].startswith("attachment; filename=")
    assert problem(police.get(place, type="exe")) == (422, "invalid_input")
    stranger = program_of(app, house, "luong-thuc", TokenScope.READ)
    assert problem(stranger.get(place)) == (404, "not_found")
