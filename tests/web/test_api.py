"""The API as its clients use it: a unit registers, files and moves, the committee decides, everybody reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.support.papers import valid
from tests.support.pdfs import written
from tests.support.programs import API, Program, problem, program_of
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.tokens import TokenScope
from workflow.seeding.script import moment

STORY_UNTIL = "2026-01-12T08:00:00"
"""The year is open; nobody has registered the school yet."""

PDF = written("mot trang")
ProgramOf = Callable[..., Program]
REGISTER = {"kind": "dien_hinh", "subject": "thpt-vinh-thuan", "cycle": 2026}


@pytest.fixture
def program(app: Flask, house: House) -> ProgramOf:
    """A program in the name of a person of the story."""
    return lambda person, *scopes: program_of(app, house, person, *scopes)


def registration() -> dict[str, Any]:
    """The school's registration."""
    return {"document": valid("dien_hinh", "registration"), "files": []}


def at(house: House, instant: str) -> None:
    """The clock of the practice file shows this instant."""
    assert isinstance(house.clock, PracticeClock)
    house.clock.advance_to(moment(instant))


def test_unit_registers_files_and_moves_and_the_committee_selects(program: ProgramOf, house: House) -> None:
    school, committee = program("thpt"), program("ubnd-1")
    made = school.post("/dossiers", {**REGISTER, "draft_only": True})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    place = made.headers["Location"].removeprefix(API)
    draft = school.get(place).get_json()
    assert (draft["state"], draft["version"], draft["subject"]["name"]) == ("draft", 1, "Trường THPT Vĩnh Thuận")
    blocked = {move["trigger"]: move for move in school.get(f"{place}/explain").get_json()["moves"]}["register"]
    assert not blocked["is_open"]
    (missing,) = (one for one in blocked["refusals"] if one["paper"] == "registration")
    assert missing["cleared_by"] == "unit"
    assert missing["sentence"]
    assert missing["source"]
    assert missing["source_words"]

    filed = school.post(f"{place}/papers/registration", registration(), match=1)
    assert (filed.status_code, filed.headers["ETag"]) == (201, '"2"')
    preview = school.post(f"{place}/transitions/preview", {"trigger": "register"}).get_json()
    assert (preview["is_open"], preview["refusals"]) == (True, [])
    moved = school.post(f"{place}/transitions", {"trigger": "register"}, match=filed.get_json()["version"])
    assert (moved.status_code, moved.get_json()["state"], moved.get_json()["late"]) == (200, "registered", False)
    (step,) = school.get(place).get_json()["steps"]
    assert (step["trigger"], step["door"]) == ("register", "api")

    at(house, "2026-01-20T09:00:00")
    number = moved.get_json()["number"]
    act = selection(committee, number, {place.rpartition("/")[2]: moved.get_json()["version"]})
    weighed = committee.post("/acts/preview", act).get_json()
    assert (weighed["is_open"], [line["target"] for line in weighed["dossiers"]]) == (True, ["selected"])
    assert committee.get(place).get_json()["state"] == "registered", "a preview keeps nothing"
    done = committee.post("/acts", act)
    assert done.status_code == 201, done.get_data(as_text=True)
    assert [line["state"] for line in done.get_json()["dossiers"]] == ["selected"]
    shown = committee.get(done.headers["Location"].removeprefix(API)).get_json()
    assert [one["number"] for one in shown["dossiers"]] == [number]
    assert sorted(paper["code"] for paper in shown["papers"]) == ["proposal", "selection_list"]


def selection(committee: Program, number: str, versions: dict[str, int]) -> dict[str, Any]:
    """The act that selects one dossier, its papers scanned and brought before."""
    tickets = [committee.bring(PDF, f"{name}.pdf").get_json()["ticket"] for name in ("danh-sach", "de-xuat")]
    chosen, advice = valid("dien_hinh", "selection_list"), valid("dien_hinh", "proposal")
    chosen |= {"date": "2026-01-20", "items": [{"dossier": number, "result": "selected"}]}
    row = {"dossier": number, "tt124_result": "dat", "qd510_class": "xuat_sac", "advice": "selected"}
    advice |= {"date": "2026-01-19", "items": [row]}
    return {
        "trigger": "select",
        "dossiers": [{"dossier": one, "seen_version": version} for one, version in versions.items()],
        "papers": {
            "selection_list": {"document": chosen, "files": tickets[:1]},
            "proposal": {"document": advice, "files": tickets[1:]},
        },
    }


def test_act_that_cannot_be_is_refused_by_dossier_and_keeps_nothing(program: ProgramOf, house: House) -> None:
    school, committee = program("thpt"), program("ubnd-1")
    made = school.post("/dossiers", {**REGISTER, "papers": {"registration": registration()}}).get_json()
    act = selection(committee, made["number"], {made["dossier"]: made["version"]})
    refused = committee.post("/acts", act)
    assert problem(refused) == (409, "act_refused")
    (blocked,) = refused.get_json()["dossiers"]
    assert blocked["number"] == made["number"]
    assert "guard.not_open" in [one["code"] for one in blocked["refusals"]]
    assert committee.get(f"/dossiers/{made['dossier']}").get_json()["version"] == made["version"]


def test_same_key_writes_once_and_answers_the_same(program: ProgramOf) -> None:
    school = program("thpt")
    body = {**REGISTER, "papers": {"registration": registration()}}
    first, again = (school.post("/dossiers", body, key="truong-2026-dang-ky") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert problem(school.post("/dossiers", {**body, "draft_only": True}, key="truong-2026-dang-ky")) == (
        422,
        "idempotency_mismatch",
    )
    assert problem(school.post("/dossiers", body)) == (409, "transition_refused"), "another key is another request"
    assert len(school.get("/dossiers").get_json()["items"]) == 1


def test_version_is_asked_for_and_a_stale_one_is_told_the_present(program: ProgramOf) -> None:
    school = program("thpt")
    place = school.post("/dossiers", {**REGISTER, "draft_only": True}).headers["Location"].removeprefix(API)
    school.post(f"{place}/papers/registration", registration(), match=1)
    move = f"{place}/transitions"
    assert problem(school.post(move, {"trigger": "register"})) == (428, "seen_version_missing")
    assert problem(school.post(move, {"trigger": "register"}, **{"If-Match": "*"})) == (428, "seen_version_missing")
    assert problem(school.post(move, {"trigger": "register"}, match=2, key=None)) == (428, "idempotency_key_missing")
    assert problem(school.post(move, {"trigger": "register"}, match=2, key="short")) == (422, "idempotency_key")
    assert problem(school.post(move, {"trigger": "register", "seen_version": 1}, match=2)) == (422, "if_match")
    stale = school.post(move, {"trigger": "register"}, match=1)
    assert problem(stale) == (412, "stale_dossier")
    assert stale.headers["ETag"] == '"2"'
    assert (stale.get_json()["facts"]["seen"], stale.get_json()["facts"]["current"]) == (1, 2)
    assert school.post(move, {"trigger": "register", "seen_version": 2}).status_code == 200


def test_what_the_role_may_never_do_and_what_the_state_forbids_are_told_apart(program: ProgramOf) -> None:
    school, police = program("thpt"), program("cax-1")
    made = school.post("/dossiers", {**REGISTER, "papers": {"registration": registration()}}).get_json()
    place = f"/dossiers/{made['dossier']}"
    withdraw = {"trigger": "withdraw", "reason": "Đơn vị đề nghị."}
    plan = {"document": valid("dien_hinh", "unit_plan")}
    assert problem(school.post(f"{place}/papers/unit_plan", plan, match=made["version"])) == (409, "transition_refused")
    refused = police.post(f"{place}/papers/opinion", {"document": valid("dien_hinh", "opinion")}, match=made["version"])
    assert problem(refused) == (403, "transition_refused")
    assert "filing.role" in [one["code"] for one in refused.get_json()["refusals"]]
    assert problem(school.post(f"{place}/transitions", {"trigger": "fly"}, match=made["version"])) == (
        409,
        "transition_not_available",
    )
    assert school.post(f"{place}/transitions", withdraw, match=made["version"]).get_json()["state"] == "withdrawn"


def test_paper_at_fault_names_every_place(program: ProgramOf) -> None:
    school = program("thpt")
    document = {**valid("dien_hinh", "registration"), "cycle": "năm nay", "subject_kind": "phi_thuyen"}
    refused = school.post("/dossiers", {**REGISTER, "papers": {"registration": {"document": document}}})
    assert problem(refused)[0] == 422
    faults = {fault["path"]: fault["sentence"] for fault in refused.get_json()["faults"]}
    assert {"/cycle", "/subject_kind"} <= faults.keys()
    assert all(faults.values())
    assert school.get("/dossiers").get_json()["items"] == []


def test_file_is_brought_named_by_its_ticket_and_comes_back_inert(program: ProgramOf, house: House) -> None:
    police, school = program("cax-2"), program("thpt")
    file = police.bring(PDF, "bản ký.pdf")
    assert (file.status_code, file.get_json()["media_type"]) == (201, "application/pdf")
    ticket = file.get_json()["ticket"]
    signed = {
        "number": "05/ĐK-TYT",
        "date": "2026-01-12",
        "issuer": "Trạm Y tế xã",
        "signer_office": "Trưởng trạm",
        "files": [ticket],
    }
    document = valid("dien_hinh", "registration--co_quan-entered")
    body = {
        "kind": "dien_hinh",
        "subject": "tram-y-te-vinh-phong",
        "cycle": 2026,
        "signed": signed,
        "papers": {"registration": {"document": document, "files": [ticket]}},
    }
    assert problem(school.post("/dossiers", {**REGISTER, "signed": signed})) == (422, "file_ticket"), "not its own"
    at(house, "2026-01-15T14:20:00")
    made = police.post("/dossiers", body)
    assert made.status_code == 201, made.get_data(as_text=True)
    place = made.headers["Location"].removeprefix(API)
    (paper,) = police.get(f"{place}/papers").get_json()["items"]
    read = police.get(f"{place}/papers/registration/1").get_json()
    assert read["document"] == document
    (kept,) = paper["files"]
    answer = police.get(f"{place}/files/{kept['digest']}")
    assert answer.get_data() == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].strip() == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert problem(police.get(f"{place}/files/{'0' * 64}")) == (404, "not_found")
    assert problem(police.get(f"{place}/papers/registration/2")) == (404, "not_found")


def test_file_too_large_or_not_what_it_says_is_refused(program: ProgramOf) -> None:
    school = program("thpt")
    assert problem(school.bring(b"%PDF-1.4\n" + b"0" * (20 * 1024 * 1024), "nang.pdf"))[0] == 413
    assert problem(school.bring(b"MZ not a paper", "giay.pdf"))[0] == 415
    assert problem(school.bring(b"", "rong.pdf")) == (422, "file_empty")
    assert problem(school.post("/files", {"file": "chữ"}))[0] == 415
    text = school.client.post(
        f"{API}/files", data={"file": "chữ"}, headers=school.headers(), content_type="multipart/form-data"
    )
    assert problem(text) == (422, "file_empty")


def test_list_takes_the_filters_of_the_page_and_goes_on_by_its_mark(program: ProgramOf, house: House) -> None:
    at(house, "2026-01-13T08:00:00")
    made = program("thpt").post("/dossiers", {**REGISTER, "papers": {"registration": registration()}})
    assert made.status_code == 201
    police = program("cax-1", TokenScope.READ)
    whole = [one["number"] for one in police.get("/dossiers", limit=500).get_json()["items"]]
    assert len(whole) >= 2
    walked, after = [], None
    while True:
        page = police.get("/dossiers", limit=1, **({"after": after} if after else {})).get_json()
        walked += [one["number"] for one in page["items"]]
        after = page["after"]
        if after is None:
            break
    assert walked == whole
    assert police.get("/dossiers", q="THPT", state="registered").get_json()["items"][0]["subject_id"] == (
        "thpt-vinh-thuan"
    )
    assert police.get("/dossiers", state="recognized").get_json()["items"] == []
    assert problem(police.get("/dossiers", after="đây")) == (422, "page_mark")
    assert problem(police.get("/dossiers", màu="đỏ")) == (422, "invalid_input")
    tabs = [police.get("/worklist", tab=tab, limit=500).get_json()["items"] for tab in ("mine", "elsewhere")]
    assert sorted(one["number"] for tab in tabs for one in tab) == sorted(whole)
    assert {one["holder"] for one in tabs[0]} == {"commune_police"}


def test_dossier_is_read_as_it_stood_and_its_journal_is_chained(program: ProgramOf, house: House) -> None:
    school = program("thpt")
    place = school.post("/dossiers", {**REGISTER, "draft_only": True}).headers["Location"].removeprefix(API)
    then = house.clock.now()
    at(house, "2026-01-12T09:00:00")
    school.post(f"{place}/papers/registration", registration(), match=1)
    stood = school.get(place, as_of=then.isoformat())
    assert (stood.get_json()["version"], stood.get_json()["papers"], stood.headers["ETag"]) == (1, [], '"1"')
    assert school.get(place).get_json()["version"] == 2
    before = (then - timedelta(days=1)).isoformat()
    assert problem(school.get(place, as_of=before)) == (404, "not_found")
    assert problem(school.get(place, as_of="hôm qua")) == (422, "invalid_input")
    rows = school.get(f"{place}/journal").get_json()["items"]
    assert [row["event"] for row in rows] == ["PaperFiled", "DossierOpened"]
    assert rows[0]["prev"] == rows[1]["hash"]


def test_books_and_definitions_are_read(program: ProgramOf) -> None:
    police = program("cax-1", TokenScope.READ)
    me = police.get("/me").get_json()
    assert (me["role"], me["scopes"]) == ("commune_police", ["read"])
    assert "dien_hinh" in [kind["code"] for kind in police.get("/kinds").get_json()["items"]]
    kind = police.get("/kinds/dien_hinh").get_json()
    assert kind["initial"] in [state["code"] for state in kind["states"]]
    assert police.get("/kinds/dien_hinh", version=1).get_json()["digest"] == kind["digest"]
    schema = police.get("/kinds/dien_hinh/papers/registration/schema").get_json()["document"]
    assert "head_office" in schema["properties"]
    dates = {one["code"]: one for one in police.get("/deadlines", kind="dien_hinh", cycle=2026).get_json()["dates"]}
    assert dates["registration"]["closes"] == "2026-01-19T00:00:00+07:00"
    assert "18/01/2026" in dates["registration"]["closes_words"]
    assert [one["cycle"] for one in police.get("/cycles").get_json()["items"]] == [2026]
    report = police.get("/reports/results", kind="dien_hinh", cycle=2026).get_json()
    assert (report["commune"], report["missing"]) == ("vinh-phong", ["vinh-phong"])
    entries = police.get("/ledger", kind="phan_loai", limit=500).get_json()["items"]
    assert {entry["kind"] for entry in entries} == {"phan_loai"}
    assert "entered_by" not in entries[0], "people are shown by office"
    for wrong in ("/kinds/khac", "/kinds/dien_hinh/papers/khac/schema"):
        assert problem(police.get(wrong)) == (404, "not_found")
    assert problem(police.get("/deadlines", kind="khac", cycle=2026)) == (404, "not_found")


def test_organisations_are_listed_by_name_and_shown_in_their_tree(program: ProgramOf) -> None:
    police = program("cax-1", TokenScope.READ)
    names = [one["name"] for one in police.get("/organisations", limit=500).get_json()["items"]]
    walked, after = [], None
    while after is not None or not walked:
        page = police.get("/organisations", limit=5, **({"after": after} if after else {})).get_json()
        walked += [one["name"] for one in page["items"]]
        after = page["after"]
        if after is None:
            break
    assert walked == names
    found = police.get("/organisations", q="thpt", kind="co_so_giao_duc").get_json()["items"]
    assert [one["id"] for one in found] == ["thpt-vinh-thuan"]
    branch = police.get("/organisations/thpt-vinh-thuan").get_json()
    assert [one["id"] for one in branch["above"]] == ["tinh", "vinh-phong"]
    assert problem(program("thpt", TokenScope.READ).get("/organisations/thcs-vinh-phong")) == (404, "not_found")


def test_hold_and_its_end_by_program(program: ProgramOf) -> None:
    school, police = program("thpt"), program("cax-1")
    made = school.post("/dossiers", {**REGISTER, "papers": {"registration": registration()}}).get_json()
    place = f"/dossiers/{made['dossier']}"
    assert problem(school.post(f"{place}/hold", {"reason": "Có đơn."}, match=made["version"])) == (403, "http_403")
    unsaid = police.post(f"{place}/hold", {}, match=made["version"])
    assert problem(unsaid) == (409, "transition_refused")
    assert [one["code"] for one in unsaid.get_json()["refusals"]] == ["hold.reason"]
    held = police.post(f"{place}/hold", {"reason": "Có đơn thư."}, match=made["version"])
    assert held.status_code == 200, held.get_data(as_text=True)
    assert police.get(place).get_json()["on_hold"]["role"] == "commune_police"
    refused = police.post(f"{place}/lift", {}, match=held.get_json()["version"])
    assert problem(refused) == (409, "transition_refused")
    assert [one["code"] for one in refused.get_json()["refusals"]] == ["hold.same_person", "hold.paper"]
    other = program("cax-2")
    ticket = other.bring(PDF, "ket-luan.pdf").get_json()["ticket"]
    signed = {"number": "09/KL-CAX", "date": "2025-12-23", "issuer": "Công an xã", "signer_office": "Trưởng Công an xã"}
    lifted = other.post(f"{place}/lift", {"signed": {**signed, "files": [ticket]}}, match=held.get_json()["version"])
    assert lifted.status_code == 200, lifted.get_data(as_text=True)
    assert police.get(place).get_json()["on_hold"] is None


def test_pages_do_not_know_tokens_and_the_api_knows_no_cookie(
    app: Flask, client_as: ClientAs, program: ProgramOf
) -> None:
    browser = client_as("cax-1")
    assert problem(browser.get(f"{API}/dossiers")) == (401, "token_missing")
    assert problem(browser.post(f"{API}/dossiers", json={})) == (401, "token_missing")
    token = program("cax-1").token
    assert app.test_client().get("/ho-so", headers={"Authorization": f"Bearer {token}"}).status_code == 302
