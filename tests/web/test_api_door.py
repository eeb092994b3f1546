"""The door of the API: every route as every role, scopes, tokens that open nothing, bodies that are none, pace."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from tests.support.programs import API, Program, problem, program_of, token_of
from tests.web.test_access import PEOPLE
from web import create_app
from web.access import API as ADDRESSES
from web.access import access_of
from web.api.door import scope_of
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role
from workflow.domain.tokens import TokenScope

ADMIN = Actor("quan-tri", Role.ADMIN, "tinh", "tinh", None)
CLOSED_WHILE_CONNECTED = {("api_books.journal", Role.COMMUNE_POLICE)}
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of every route that asks for a token; what stands in an address is nobody's."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(ADDRESSES) and access_of(app, rule.endpoint):
            address = rule.rule.replace("<int:version>", "1")
            for name in rule.arguments:
                address = address.replace(f"<{name}>", "nobodys")
            methods = sorted((rule.methods or set()) & ({"GET"} | WRITING))
            found += [(rule.endpoint, method, address) for method in methods]
    return found


def test_every_route_says_who_and_which_scope(app: Flask) -> None:
    every = routes(app)
    assert len(every) > 20
    assert [one for one in every if scope_of(app, one[0]) is None] == []
    assert [one for one in every if one[1] in WRITING and scope_of(app, one[0]) is TokenScope.READ] == [
        ("api_moves.preview", "POST", f"{API}/dossiers/nobodys/transitions/preview"),
        ("api_acts.preview", "POST", f"{API}/acts/preview"),
    ]
    writing = {endpoint for endpoint, method, _ in every if method in WRITING}
    unkeyed = {one for one in writing if not getattr(app.view_functions[one], "keyed", False)}
    assert unkeyed == {"api_moves.preview", "api_acts.preview", "api_papers.upload"}, "what keeps nothing twice"


def test_route_without_scope_is_closed(app: Flask, house: House) -> None:
    view = app.view_functions["api_kinds.me"]
    app.add_url_rule(f"{API}/forgotten", "forgotten", lambda: "secret")
    app.view_functions["forgotten"].access = view.access  # type: ignore[attr-defined]
    answer = program_of(app, house, "cax-1").get("/forgotten")
    assert problem(answer)[0] == 403
    assert "secret" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", list(PEOPLE))
def test_role_opens_its_routes_and_no_other(app: Flask, house: House, role: Role) -> None:
    program = program_of(app, house, PEOPLE[role])
    for endpoint, method, address in routes(app):
        allowed = access_of(app, endpoint)
        path = address.removeprefix(API)
        answer = program.get(path) if method == "GET" else program.post(path)
        if (endpoint, role) in CLOSED_WHILE_CONNECTED or (allowed is not None and role not in allowed):
            assert answer.status_code == 403, address
        else:
            assert answer.status_code in {200, 404, 415, 422, 428}, (address, answer.get_data(as_text=True))
        if answer.status_code >= 400:
            problem(answer)


def test_nobody_passes_without_a_token_that_works(app: Flask, house: House) -> None:
    police = house.people.actor("cax-1")
    ended = house.tokens.make(police, "cax-1", label="cũ")
    (token,) = house.tokens.of(police)
    house.tokens.revoke(police, token.id)
    elsewhere = house.tokens.make(police, "cax-1", label="nơi khác", networks=("203.0.113.0/24",))
    unbound = house.tokens.make(ADMIN, "pv01-1", label="dòng lệnh")
    for secret in (ended, elsewhere, unbound, "bịa", "x" * 5000):
        assert problem(Program(app.test_client(), secret.encode().decode("latin-1")).get("/me"))[0] == 401
    for _endpoint, method, address in routes(app):
        answer = app.test_client().open(address, method=method)
        assert problem(answer) == (401, "token_missing")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="hoso"'


def test_token_is_good_for_its_scopes_only(app: Flask, house: House) -> None:
    reads = program_of(app, house, "thpt", TokenScope.READ)
    assert reads.get("/dossiers").status_code == 200
    refused = reads.post("/dossiers", {})
    assert problem(refused) == (403, "token_scope")
    assert refused.get_json()["facts"] == {"scope": "file"}
    assert problem(reads.bring(b"%PDF-1.4", "a.pdf")) == (403, "token_scope")
    files = program_of(app, house, "thpt", TokenScope.FILE)
    assert problem(files.get("/dossiers")) == (403, "token_scope"), "no scope includes another"
    assert problem(files.post("/dossiers/x/transitions", {})) == (403, "token_scope")


def test_not_yours_and_not_there_read_alike(app: Flask, house: House, ids: dict[str, str]) -> None:
    other = program_of(app, house, "mttq")
    theirs = next(iter(ids.values()))
    program = program_of(app, house, "thpt")
    own = {one["id"] for one in program.get("/dossiers", limit=500).get_json()["items"]}
    foreign = next(one for one in ids.values() if one not in own)
    for path in ("", "/explain", "/journal", "/papers", "/papers/registration/1", f"/files/{'0' * 64}"):
        there, nowhere = program.get(f"/dossiers/{foreign}{path}"), program.get(f"/dossiers/{'0' * 32}{path}")
        assert problem(there) == (404, "not_found")
        assert there.get_data() == nowhere.get_data()
    body = {"trigger": "register"}
    there, nowhere = (program.post(f"/dossiers/{one}/transitions", body, match=1) for one in (foreign, "0" * 32))
    assert (problem(there), there.get_data()) == ((404, "not_found"), nowhere.get_data())
    assert problem(other.get(f"/acts/{theirs}"))[0] == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"kind": "a", "kind": "b"}', 400),
        (b'{"kind": NaN}', 400),
        (b'{"kind": 1e999}', 400),
        (b'{"kind": "\\ud800"}', 400),
        (b'{"kind": "\\u0000"}', 400),
        (b'{"kind": "\xff"}', 400),
        (b"[" * 5000, 400),
        (b"1" * 6000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"{}"', 422),
        (b'{"unknown": 1}', 422),
        (b" " * (9 * 1024 * 1024), 413),
    ],
)
def test_body_that_is_none_is_refused_and_never_sent_back(app: Flask, house: House, body: bytes, status: int) -> None:
    token = token_of(house, "thpt")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k" * 16, "Content-Type": "application/json"}
    answer = app.test_client().post(f"{API}/dossiers", data=body, headers=headers)
    assert problem(answer)[0] == status
    if len(body) > 20:
        assert body[:20].decode("latin-1") not in answer.get_data(as_text=True)


def test_addresses_methods_and_types_are_answered_in_json(app: Flask, house: House) -> None:
    program = program_of(app, house, "cax-1")
    assert problem(program.get("/nothing-here")) == (404, "not_found")
    wrong = program.client.delete(f"{API}/dossiers", headers=program.headers())
    assert problem(wrong)[0] == 405
    assert "GET" in wrong.headers["Allow"]
    form = program.client.post(
        f"{API}/acts", data={"a": "b"}, headers={**program.headers(), "Idempotency-Key": "k" * 16}
    )
    assert problem(form)[0] == 415
    assert problem(program.get("/dossiers/" + "x" * 300)) == (404, "not_found")
    assert problem(program.get("/dossiers/a%00b")) == (404, "not_found")


def test_faults_of_a_query_name_their_place_and_nothing_of_the_input(app: Flask, house: House) -> None:
    answer = program_of(app, house, "cax-1").get("/dossiers", limit="rất nhiều", cycle="xưa", lạ="có")
    assert problem(answer) == (422, "invalid_input")
    assert [(fault["path"], fault["code"]) for fault in answer.get_json()["faults"]] == [
        ("/limit", "int_parsing"),
        ("/cycle", "int_parsing"),
        ("/lạ", "extra_forbidden"),
    ]
    assert "rất nhiều" not in answer.get_data(as_text=True)


def test_token_that_asks_too_often_waits(house: House) -> None:
    app = create_app(house, {"TESTING": True, "SECRET_KEY": "k" * 40, "PAGES_PER_MINUTE": 0, "API_PER_MINUTE": 3})
    fast, other = (program_of(app, house, person) for person in ("cax-1", "cax-2"))
    assert [fast.get("/me").status_code for _ in range(3)] == [200, 200, 200]
    slowed = fast.get("/me")
    assert problem(slowed) == (429, "http_429")
    assert int(slowed.headers["Retry-After"]) > 0
    assert other.get("/me").status_code == 200


def test_document_describes_every_route_and_names_no_other_host(app: Flask) -> None:
    answer = app.test_client().get(f"{API}/openapi.json")
    document = json.loads(answer.get_data())
    assert document["openapi"] == "3.1.0"
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    every = {
        (rule.rule.replace("<int:version>", "{version}").replace("<", "{").replace(">", "}"), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(ADDRESSES) and access_of(app, rule.endpoint)
        for method in (rule.methods or set()) & ({"GET"} | WRITING)
    }
    assert described == every
    assert "http://" not in answer.get_data(as_text=True)
    assert "https://" not in answer.get_data(as_text=True)
