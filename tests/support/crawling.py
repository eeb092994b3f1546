"""Every page as each role reaches it: from the addresses that need nothing, along the links, to one of each kind."""

from __future__ import annotations

import html as html_of
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from web.access import API, access_of
from web.security import STATIC_ENDPOINTS

_TAG = re.compile(r"<([a-z][a-z0-9]*)([^>]*)>")
_CLASS = re.compile(r' class="([^"]*)"')
_READ = re.compile(r" (aria-[a-z]+|role|type)=")
_LINK = re.compile(r'<a\b[^>]*?href="(/[^"#]*)')
MOST_OF_ONE = 2
"""Addresses of one endpoint that are walked for one role: each word that stands in them once, several ids."""

Mark = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """One page as one role got it."""

    role: str
    endpoint: str
    address: str
    status: int
    media: str
    marks: frozenset[Mark] = frozenset()

    @property
    def is_page(self) -> bool:
        """Whether there is something to look at: no file to take along, no way on to another page."""
        return self.media == "text/html" and not 300 <= self.status < 400


def get_endpoints(app: Flask) -> set[str]:
    """Every endpoint that answers GET, without the static files and what is for programs."""
    pages = (rule for rule in app.url_map.iter_rules() if not rule.rule.startswith(API))
    return {rule.endpoint for rule in pages if "GET" in (rule.methods or ())} - STATIC_ENDPOINTS


def plain_addresses(app: Flask) -> list[str]:
    """Every address that needs nothing in it."""
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments)
    every = (rule for rule in rules if rule.endpoint not in STATIC_ENDPOINTS)
    return sorted(rule.rule for rule in every if not rule.rule.startswith(API))


@dataclass
class Walk:
    """The way of one person through the site. ``beyond``: where few links lead; ``elsewhere``: parts left out."""

    app: Flask
    role: str
    person: str
    beyond: Sequence[str] = ()
    elsewhere: Collection[str] = ()
    client: FlaskClient = field(init=False)
    _met: Counter[Mark] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        if self.person:
            self.client.post("/dang-nhap/vao-thu", data={"person": self.person})

    def bring(self, table: bytes, form: str) -> str:
        """Send a table with the form at an address; the address of what it would do."""
        sheet = io.BytesIO(table), "bang.xlsx"
        answer = self.client.post(form, data={"bang": sheet}, content_type="multipart/form-data")
        return answer.location or form

    def pages(self) -> Iterator[Reached]:
        """Every page met: those beyond, plain addresses, then along the links."""
        client, waiting = self.client, [*self.beyond, *plain_addresses(self.app)]
        for place, address in enumerate(waiting):
            endpoint = self._wanted(address, most=MOST_OF_ONE if place >= len(self.beyond) else len(waiting))
            if endpoint is None:
                continue
            answer = client.get(address)
            yield self._reached(endpoint, address, answer)
            if answer.mimetype == "text/html":
                waiting += [html_of.unescape(one) for one in _LINK.findall(answer.get_data(as_text=True))]

    def _reached(self, endpoint: str, address: str, answer: TestResponse) -> Reached:
        marks = marks_of(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else frozenset()
        return Reached(self.role, endpoint, address, answer.status_code, answer.mimetype, marks)

    def _wanted(self, address: str, *, most: int) -> str | None:
        """The endpoint behind an address, unless enough like it were met; a further one is counted as met now."""
        try:
            endpoint, values = self.app.url_map.bind("localhost").match(urlsplit(address).path)
        except (HTTPException, RequestRedirect):
            return None
        if endpoint in STATIC_ENDPOINTS or access_of(self.app, endpoint) is None:
            return None
        if str(endpoint).partition(".")[0] in self.elsewhere:
            return None
        words = sorted(str(value) for name, value in values.items() if not name.endswith(("_id", "digest", "seq")))
        alike, every = (str(endpoint), *words), ("*", str(endpoint))
        if self._met[every] >= most or self._met[alike] >= (1 if words or not values else most):
            return None
        self._met.update((alike, every) if most == MOST_OF_ONE else ())
        return str(endpoint)


def marks_of(page: str) -> frozenset[Mark]:
    """The kinds of mark-up a page is made of: tag, class, and which of the attributes that axe reads an element has."""
    body = page[page.find("<body") :]
    return frozenset((tag, *_CLASS.findall(rest)[:1], *sorted(_READ.findall(rest))) for tag, rest in _TAG.findall(body))
