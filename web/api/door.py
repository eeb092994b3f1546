"""The door of the API: who stands behind a token, what a request must carry, how fast one may ask.

    @kinds.get("/kinds")
    @signed_in
    @scoped(TokenScope.READ)
    def listing() -> Response: …

A view that names no scope is closed, as one that says no access. ``@keyed``: the request carries an Idempotency-Key;
``@uploads``: it brings files.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from flask import abort, current_app, g, request

from web.access import Person, person
from web.context import house
from workflow.domain.errors import HosoError, InvalidInput, NotAllowed, NotFound
from workflow.domain.tokens import TokenScope
from workflow.services.tokens import token_digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.blueprints import Blueprint

View = TypeVar("View", bound="Callable[..., object]")

DOOR = "api"
MOST_JSON = 8 * 1024 * 1024
"""Bytes of a body that is no upload; how large a paper may be is the schemas' own limit."""
PER_MINUTE = 300
"""Requests of one token in a minute (``API_PER_MINUTE`` of the configuration), beside those of one address."""
_NAME = re.compile(r"[A-Za-z0-9_.:@-]{1,120}", re.ASCII)
_KEY = re.compile(r"[\x21-\x7e]{16,64}", re.ASCII)
_MATCH = re.compile(r'(?:W/)?"?([0-9]{1,9})"?', re.ASCII)


class Missing(InvalidInput):
    """The request lacks what it must carry so that nothing is done twice or over another's work: answered with 428."""

    code = "precondition_missing"


def scoped(scope: TokenScope) -> Callable[[View], View]:
    """The scope that a token needs for the view."""

    def mark(view: View) -> View:
        view.scope = scope  # type: ignore[attr-defined]
        return view

    return mark


def keyed(view: View) -> View:
    """The view writes once for a key: the request must carry one."""
    view.keyed = True  # type: ignore[attr-defined]
    return view


def uploads(view: View) -> View:
    """The view takes files as parts of a form instead of one JSON document."""
    view.uploads = True  # type: ignore[attr-defined]
    return view


def scope_of(app: Flask, endpoint: str) -> TokenScope | None:
    """The scope a view asks for; None: it does not say, so nobody passes."""
    return getattr(app.view_functions[endpoint], "scope", None)


def bearer() -> Person | None:
    """The person behind the request's token; None when there is none, or it opens nothing from there."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        return None
    try:
        found = house().tokens.bearer(secret.strip(), address=request.remote_addr or "")
    except HosoError:
        return None
    g.token = found.token
    return Person(f"token {found.token.id}", replace(found.actor, door=DOOR), found.office, found.organisation)


def check() -> None:
    """What every request of the API is held to, once its person is known to have access to the view."""
    view = current_app.view_functions[request.endpoint or ""]
    scope = scope_of(current_app, request.endpoint or "")
    if scope is None:
        abort(403)
    if "token" not in g or scope not in g.token.scopes:
        raise NotAllowed("token_scope", scope=scope.value)
    if not all(_NAME.fullmatch(str(value)) for value in (request.view_args or {}).values()):
        raise NotFound
    if getattr(view, "keyed", False):
        key()
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        _check_body()


def key() -> str:
    """The request's Idempotency-Key. Raises ``Missing``, ``InvalidInput``."""
    given = request.headers.get("Idempotency-Key", "")
    if not given:
        raise Missing("idempotency_key_missing")
    if not _KEY.fullmatch(given):
        raise InvalidInput("idempotency_key")
    return given


def seen_version(in_body: int | None) -> int:
    """The version of the dossier that the program saw: from If-Match or from the body; both must agree.

    Raises ``Missing`` ``seen_version_missing``, ``InvalidInput`` ``if_match``.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        if in_body is None:
            raise Missing("seen_version_missing")
        return in_body
    read = _MATCH.fullmatch(given)
    if read is None or in_body not in {None, int(read.group(1))}:
        raise InvalidInput("if_match")
    return int(read.group(1))


def _check_body() -> None:
    """A body is one JSON document without doubled names and stray characters, unless the view takes an upload."""
    view = current_app.view_functions[request.endpoint or ""]
    wanted = "multipart/form-data" if getattr(view, "uploads", False) else "application/json"
    if request.mimetype != wanted:
        abort(415)
    if wanted != "application/json":
        return
    if (request.content_length or 0) > MOST_JSON:
        abort(413)
    try:
        plain = json.loads(request.get_data().decode(), object_pairs_hook=_once, parse_constant=_no_number)
        told = json.dumps(plain, ensure_ascii=False, allow_nan=False)
        told.encode()  # a lone surrogate is no text
    except (ValueError, RecursionError):
        abort(400)
    if "\\u0000" in told:
        abort(400)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(word: str) -> object:
    raise ValueError(word)


def limit(app: Flask, blueprint: Blueprint) -> None:
    """Hold each token to its pace, beside the pace of its address."""
    pace = int(app.config.get("API_PER_MINUTE", PER_MINUTE))
    if pace:
        limiter = app.extensions["hoso_guards"].limiter
        limiter.limit(f"{pace}/minute", key_func=_who, override_defaults=False)(blueprint)


def _who() -> str:
    secret = request.headers.get("Authorization", "")
    return token_digest(secret) if secret else (request.remote_addr or "")


def reader() -> Person:
    """The person behind the request; only in views that are not public."""
    who = person()
    if who is None:
        abort(401)
    return who
