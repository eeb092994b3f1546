"""What else programs read: rolls, notices, coverage, and papers printed into the official frame."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.pdfs import written
from tests.support.programs import Program, problem, program_of
from workflow.bootstrap import House
from workflow.domain.tokens import TokenScope

PDF = written("mot trang")


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


def test_books_of_the_province_are_read_by_their_keepers(police: Program, app: Flask, house: House) -> None:
    assert problem(police.get("/journal")) == (403, "journal_role"), "the province keeps its own books"
    keeper = program_of(app, house, "pv01-1", TokenScope.READ)
    rows = keeper.get("/journal", limit=3).get_json()
    assert rows["items"][0]["event"] == "TokenMade"
    assert rows["items"][0]["prev"] == rows["items"][1]["hash"]
    older = keeper.get("/journal", limit=3, after=rows["after"]).get_json()["items"]
    assert older[0]["hash"] == rows["items"][2]["prev"]


def test_report_that_still_owes_is_refused_with_everything_against_it(app: Flask, house: House) -> None:
    committee = program_of(app, house, "ubnd-1")
    refused = committee.post("/reports/results", {"kind": "dien_hinh", "cycle": 2026})
    assert problem(refused)[0] == 409
    assert all(one["sentence"] and one["code"] for one in refused.get_json()["refusals"])
    assert problem(committee.post("/reports/results", {"kind": "khac", "cycle": 2026}))[0] in {404, 422}
    assert committee.get("/reports/results", kind="dien_hinh", cycle=2026).get_json()["is_complete"] is False


def test_signed_paper_of_a_step_is_corrected_on_every_dossier_of_its_act(app: Flask, house: House) -> None:
    committee = program_of(app, house, "ubnd-1")
    rows = committee.get("/dossiers", kind="dien_hinh", limit=500).get_json()["items"]
    places = [f"/dossiers/{row['id']}" for row in rows]
    place, step = next(
        (place, step)
        for place in places
        for step in committee.get(place).get_json()["steps"]
        if step["from_paper"] and step["act"]
    )
    version = committee.get(place).get_json()["version"]
    signed = {name: step["from_paper"][name] for name in ("date", "issuer", "signer_office")} | {"number": "99/QĐ-UBND"}
    ticket = committee.bring(PDF, "dinh-chinh.pdf").get_json()["ticket"]
    body = {"step": step["step"], "signed": {**signed, "files": [ticket]}, "reason": "Ghi nhầm số."}
    assert problem(committee.post(f"{place}/corrections", {**body, "step": 900}, match=version))[0] == 422
    done = committee.post(f"{place}/corrections", body, match=version)
    assert done.status_code == 200, done.get_data(as_text=True)
    assert place.rpartition("/")[2] in [one["dossier"] for one in done.get_json()["dossiers"]]
    for one in done.get_json()["dossiers"]:
        mended = [made for made in committee.get(f"/dossiers/{one['dossier']}").get_json()["steps"] if made["act"]]
        assert "99/QĐ-UBND" in [made["from_paper"]["number"] for made in mended if made["from_paper"]]


def test_what_is_owed_is_added_up_and_told_by_organisation(police: Program, app: Flask, house: House) -> None:
    house.cycles.open(house.people.actor("pv01-1"), kind_code="bao_cao", cycle=2026)
    told = police.get("/obligations", kind="bao_cao", cycle=2026).get_json()
    assert len(told["items"]) > 5
    assert {one["standing"] for one in told["items"]} == {"missing"}
    assert sum(one["missing"] for one in told["sums"]) == sum(one["standing"] == "missing" for one in told["items"])
    assert {one["commune_id"] for one in told["items"]} == {"vinh-phong"}
    for one in told["sums"]:
        narrowed = police.get("/obligations", kind="bao_cao", cycle=2026, code=one["code"]).get_json()
        assert {line["code"] for line in narrowed["items"]} == {one["code"]}
    assert problem(police.get("/obligations", kind="dien_hinh", cycle=2026)) == (404, "not_found"), "it obliges nobody"
    assert problem(police.get("/obligations", kind="bao_cao", cycle=2026, code="khac")) == (404, "not_found")
    unit = program_of(app, house, "thpt", TokenScope.READ)
    assert problem(unit.get("/obligations", kind="bao_cao", cycle=2026)) == (403, "http_403")


def test_targets_of_a_year_are_told_as_of_a_day(police: Program, app: Flask, house: House) -> None:
    told = police.get("/targets", cycle=2026, on="2026-06-30").get_json()
    assert (told["cycle"], told["as_of"], told["commune"]) == (2026, "2026-06-30", "vinh-phong")
    found = {one["code"]: one for one in told["targets"]}
    assert len(found) > 10
    assert {one["verdict"] for one in found.values()} <= {"met", "unmet", "not_applicable", "told"}
    assert all(one["source"] and one["readings"] for one in found.values())
    assert problem(police.get("/targets", cycle=2026, on="hom-nay")) == (422, "invalid_input")
    unit = program_of(app, house, "thpt", TokenScope.READ)
    assert problem(unit.get("/targets", cycle=2026)) == (403, "http_403")
