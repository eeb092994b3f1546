"""A program with a token, as it calls the API: what it sends, what it is answered."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from workflow.bootstrap import House
from workflow.domain.accounts import SECOND_FACTOR_ROLES
from workflow.domain.tokens import EVERY_SCOPE, TokenScope

API = "/api/v1"


def token_of(house: House, person_id: str, scopes: Iterable[TokenScope] = EVERY_SCOPE) -> str:
    """A fresh token of a person; bound to this machine where the role needs that."""
    actor = house.people.actor(person_id)
    networks = ("127.0.0.1/32",) if actor.role in SECOND_FACTOR_ROLES else ()
    return house.tokens.make(actor, person_id, label="chương trình", scopes=frozenset(scopes), networks=networks)


@dataclass
class Program:
    """One program at the API."""

    client: FlaskClient
    token: str

    def get(self, path: str, **query: object) -> TestResponse:
        """The answer at an address."""
        return self.client.get(API + path, query_string=query, headers=self.headers())

    def post(
        self, path: str, body: object = None, *, key: str | None = "", match: object = None, **headers: str
    ) -> TestResponse:
        """The answer to a body. A fresh key unless one is given; ``key=None``: without one."""
        more = {} if key is None else {"Idempotency-Key": key or secrets.token_hex(16)}
        more |= {} if match is None else {"If-Match": f'"{match}"'}
        return self.client.post(API + path, json={} if body is None else body, headers=self.headers() | more | headers)

    def bring(self, content: bytes, name: str) -> TestResponse:
        """Bring a file."""
        head = f'--part\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        data = head.encode() + content + b"\r\n--part--\r\n"
        media = "multipart/form-data; boundary=part"
        return self.client.post(f"{API}/files", data=data, headers=self.headers(), content_type=media)

    def headers(self) -> dict[str, str]:
        """What every request of the program carries."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def program_of(app: Flask, house: House, person_id: str, *scopes: TokenScope) -> Program:
    """A program in the name of a person; with every scope unless some are named."""
    return Program(app.test_client(), token_of(house, person_id, scopes or EVERY_SCOPE))


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal; it must be one, with its sentence, and say nothing of how the house is built."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)[:500]
    told: dict[str, Any] = answer.get_json()
    assert told["status"] == answer.status_code
    assert told["detail"]
    assert told["title"]
    assert "pydantic" not in answer.get_data(as_text=True)
    return answer.status_code, told["code"]
