"""The API under requests that schemathesis makes from its document, as every role.

No answer is a 5xx and every one is as described. The long run: ``python -m benchmarks.proofs api``.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask

from tests.support.api_fuzz import Seen, fuzz, names_of
from tests.support.programs import API, token_of
from tests.web.test_access import PEOPLE
from web import create_app
from web.access import signed_in
from web.api.door import scoped
from workflow.bootstrap import House
from workflow.domain.tokens import TokenScope

EXAMPLES = 2
MANY = 60


def asked(house: House, ids: Mapping[str, str], site: Flask, *, examples: int) -> Seen:
    """One run as every role."""
    tokens = {role.value: token_of(house, person) for role, person in PEOPLE.items()}
    return fuzz(site, tokens, names_of(ids), examples=examples)


@pytest.fixture
def site(house: House) -> Flask:
    """The application as it runs: what fails answers 500, no pace."""
    return create_app(house, {"SECRET_KEY": "k" * 40, "PAGES_PER_MINUTE": 0, "API_PER_MINUTE": 0})


def test_every_answer_to_every_role_is_as_described(house: House, ids: Mapping[str, str], site: Flask) -> None:
    seen = asked(house, ids, site, examples=1)
    assert seen.wrong == []
    assert seen.tries > 200
    for role, counted in seen.statuses.items():
        assert counted[200] > 0, role
        assert counted[404] + counted[422] > 0, role
        assert counted[401] == 0, role


def test_planted_fault_is_found(
    house: House, ids: Mapping[str, str], site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    @signed_in
    @scoped(TokenScope.READ)
    def broken() -> dict[str, str]:
        return {"items": "no list"}

    monkeypatch.setitem(site.view_functions, "api_books.cycles", broken)
    token = {"commune_police": token_of(house, "cax-1")}
    found = fuzz(site, token, names_of(ids), examples=1, only="/cycles").wrong
    assert found
    assert all(one.startswith(f"GET {API}/cycles") for one in found), found
