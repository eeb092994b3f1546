"""docs/api.md is true: every command on it is run in its order, and answered with the status that stands beside it."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support import tree
from tests.support.programs import token_of
from tests.support.tampered import PDF
from web.api.door import PER_MINUTE
from workflow.bootstrap import House
from workflow.domain.tokens import TOKEN_DAYS

STORY_UNTIL = "2026-01-12T08:00:00"
DOCUMENT = (tree.ROOT / "docs" / "api.md").read_text(encoding="utf-8")
_BESIDE = re.compile(r"\s+#\s+(\d{3})(?:, ([A-Z]+)=(\w+))?\s*$")


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the page: the words after curl, the status beside it, and what of the answer is kept under a name."""

    words: tuple[str, ...]
    status: int
    keeps: tuple[str, str] | None = None


def commands(text: str) -> Iterator[Command]:
    """Every curl command of the page's blocks."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            beside = _BESIDE.search(line)
            assert beside is not None, f"no status beside: {line}"
            tool, *words = shlex.split(line[: beside.start()])
            assert tool == "curl"
            yield Command(
                tuple(words), int(beside.group(1)), (beside.group(2), beside.group(3)) if beside.group(2) else None
            )


@dataclass
class Curl:
    """As much of curl as the page uses: -X, -H, -d, -F, and one address."""

    client: FlaskClient
    names: dict[str, str] = field(default_factory=dict)

    def run(self, command: Command) -> TestResponse:
        """The answer to one command."""
        method, address, headers, body, parts = "GET", "", {}, None, {}
        words = iter(command.words)
        for word in words:
            if word == "-X":
                method = next(words)
            elif word == "-H":
                name, _, value = self._filled(next(words)).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = next(words)
            elif word == "-F":
                name, _, file = next(words).partition("=@")
                parts[name] = (io.BytesIO(PDF), file)
            else:
                address = self._filled(word)
        there = urlsplit(address)
        return self.client.open(f"{there.path}?{there.query}", method=method, headers=headers, data=parts or body)

    def _filled(self, text: str) -> str:
        return re.sub(r"\$([A-Z]+)", lambda found: self.names[found.group(1)], text)


def test_every_command_of_the_page_is_answered_as_it_says(app: Flask, house: House) -> None:
    curl = Curl(app.test_client(), {"HOSO": "http://127.0.0.1:8000", "TOKEN": token_of(house, "thpt")})
    ran = list(commands(DOCUMENT))
    assert len(ran) >= 15
    for command in ran:
        answer = curl.run(command)
        assert answer.status_code == command.status, (command.words, answer.get_data(as_text=True))
        if command.keeps is not None:
            name, member = command.keeps
            curl.names[name] = answer.get_json()[member]


def test_page_names_every_status_and_the_limits_of_the_house() -> None:
    table = re.findall(r"^\| ([\d ·]+) \|", DOCUMENT, re.MULTILINE)
    told = {int(status) for row in table for status in row.split(" · ")}
    assert told == {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 503}
    assert f"{PER_MINUTE} requests a minute" in DOCUMENT
    assert f"{TOKEN_DAYS} days at most" in DOCUMENT


def test_command_without_a_status_beside_it_is_found() -> None:
    with pytest.raises(AssertionError, match="no status beside"):
        list(commands("```sh\ncurl /api/v1/me\n```"))
