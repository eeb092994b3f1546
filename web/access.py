"""Who may open a page. Said above the view; a view that says nothing is closed (deny by default).

    @page.get("/so-dien-hinh")
    @signed_in                       or @only(Role.PROVINCE_POLICE, …)   or @public
    def ledger() -> str: …

Whether a person may see or move a certain dossier is the engine's to say, never a menu's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from flask import abort, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user

from web.context import house
from web.security import STATIC_ENDPOINTS
from workflow.domain.actors import Role

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

    from workflow.domain.actors import Actor

View = TypeVar("View", bound=Callable[..., object])

ANYBODY = frozenset[Role]()
EVERY_ROLE = frozenset(Role) - {Role.SYSTEM}
OFFICERS = frozenset({Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE, Role.PROVINCE_POLICE, Role.PROVINCE_COMMITTEE})


API = "/api/"
"""Addresses of programs: they come with a token (``web.api.door``), and no cookie opens anything there."""


@dataclass(slots=True)
class Person(UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """The person behind a request: an actor in one role, its office, and the session it came with."""

    session_id: str
    actor: Actor
    office: str
    organisation: str

    def get_id(self) -> str:
        """The session's own id: what the cookie carries; the row behind it can be revoked."""
        return self.session_id


def public(view: View) -> View:
    """Open to everybody, signed in or not."""
    view.access = ANYBODY  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Open to everybody who is signed in."""
    view.access = EVERY_ROLE  # type: ignore[attr-defined]
    return view


def only(*roles: Role) -> Callable[[View], View]:
    """Open to people in one of these roles."""

    def mark(view: View) -> View:
        view.access = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def actor() -> Actor:
    """The actor who is signed in; only in views that are not public."""
    return cast("Person", current_user).actor


def person() -> Person | None:
    """The person who is signed in, or None."""
    return cast("Person", current_user) if current_user.is_authenticated else None


def access_of(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """The roles a view is open to; the empty set: everybody; None: it does not say, so nobody."""
    return getattr(app.view_functions[endpoint], "access", None)


def is_api() -> bool:
    """Whether a program asks."""
    return request.path.startswith(API)


def install(app: Flask, *, bearer: Callable[[], Person | None], check: Callable[[], None]) -> None:
    """Load the person of each request and hold every view to what is said above it.

    ``bearer``: the person behind the token of a program's request; ``check``: what such a request is held to further.
    """
    manager = LoginManager(app)
    manager.session_protection = None  # sessions are rows on the server; the cookie alone proves nothing
    manager.user_loader(_load)
    manager.request_loader(lambda _request: bearer() if is_api() else None)
    app.before_request(_guard)
    app.before_request(lambda: check() if is_api() and _is_guarded() else None)


def _is_guarded() -> bool:
    """Whether the view asks for a person."""
    return request.endpoint is not None and bool(access_of(current_app, request.endpoint))


def _load(session_id: str) -> Person | None:
    if is_api():
        return None
    found = house().accounts.person_of(session_id)
    if found is None:
        return None
    return Person(session_id, found.actor, found.office, found.organisation)


def _guard() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in STATIC_ENDPOINTS:
        return None
    allowed = access_of(current_app, endpoint)
    if allowed is None:
        abort(403)
    if not allowed:
        return None
    who = person()
    if who is None:
        if is_api() or request.method not in {"GET", "HEAD"}:
            abort(401)
        session["back_to"] = request.full_path.rstrip("?")
        return redirect(url_for("sign_in.form"))
    if who.actor.role not in allowed:
        abort(403)
    return None
