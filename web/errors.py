"""One table from the engine's errors to answers; every error page says what happened, why, and what to do.

What was typed is not lost: views that take a form catch the errors that belong to it and show the form again. What
arrives here has no form of its own.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from flask import render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from web.access import is_api
from web.context import house
from web.formatting import size
from web.words import has, say
from workflow.domain.actors import Role
from workflow.domain.errors import (
    Conflict,
    DefinitionInvalid,
    HosoError,
    IdempotencyMismatch,
    InvalidDocument,
    InvalidInput,
    NotAllowed,
    NotFound,
    StaleDossier,
    TransitionNotAvailable,
    TransitionRefused,
    Unavailable,
)
from workflow.wording import MissingField, UnknownMessage, Unspeakable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask, Response

_Page = tuple[str, int]
_BYTES = 10_000
"""A size or limit from here on is of a file; smaller ones count characters, files, days."""

STATUS: tuple[tuple[type[HosoError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (StaleDossier, 409),
    (IdempotencyMismatch, 422),
    (Conflict, 409),
    (TransitionRefused, 409),
    (TransitionNotAvailable, 409),
    (InvalidDocument, 422),
    (InvalidInput, 422),
    (DefinitionInvalid, 422),
    (Unavailable, 503),
)


def status_of(error: HosoError) -> int:
    """The status of the answer for an error; 500 for one that nobody foresaw."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def sentence(error: HosoError) -> str:
    """What an error says to a person; the general sentence of its status when it has none of its own."""
    facts = {name: _spoken(name, value) for name, value in error.facts.items()}
    if isinstance(facts.get("size"), str) and facts["size"] == facts.get("limit"):
        facts["size"] = say("size.more_than", size=facts["size"])
    for code in (error.code, f"{error.code}.plain"):
        with suppress(UnknownMessage, MissingField, Unspeakable):
            return house().wording.say(code, **facts)
    return say(f"http.{status_of(error)}.what")


def _spoken(name: str, value: object) -> object:
    """A fact as sentences want it: sizes in words, a role that came as a code by its office."""
    if name in {"size", "limit"} and isinstance(value, int) and value >= _BYTES:
        return size(value)
    return Role(str(value)) if name == "role" and value in list(Role) else value


def install(app: Flask, *, to_programs: Mapping[type[Exception], Callable[..., Response]]) -> None:
    """Answer the engine's errors, refused requests and unforeseen faults with pages; to programs in their own way."""
    pages = {HosoError: _of_engine, CSRFError: _of_token, HTTPException: _of_http}
    for kind, page in pages.items():
        app.register_error_handler(kind, _told(page, to_programs.get(kind)))
    app.register_error_handler(SecurityError, _of_foreign_name)


def _told(page: Callable[..., _Page], program: Callable[..., Response] | None) -> Callable[..., _Page | Response]:
    return lambda error: program(error) if program is not None and is_api() else page(error)


def _page(status: int, what: str, refusals: tuple[object, ...] = ()) -> tuple[str, int]:
    known = status if has(f"http.{status}.what") else 500
    return (
        render_template(
            "error.html",
            heading=say(f"http.{known}.heading"),
            what=what,
            todo=say(f"http.{known}.todo"),
            refusals=refusals,
        ),
        status,
    )


def _of_engine(error: HosoError) -> tuple[str, int]:
    refusals = error.refusals if isinstance(error, TransitionRefused) else ()
    status = status_of(error)
    if isinstance(error, NotFound):  # what is not there and what is not yours are told alike, whoever noticed it
        return _page(status, say(f"http.{status}.what"))
    return _page(status, sentence(error), refusals)


def _of_token(error: CSRFError) -> tuple[str, int]:
    del error
    return _page(400, say("http.400.what"))


def _of_foreign_name(error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """The site was called by a name that is not its own: no page, for no link of it could be trusted."""
    del error
    return say("http.400.what"), 400, {"Content-Type": "text/plain; charset=utf-8"}


def _of_http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    known = status if has(f"http.{status}.what") else 500
    return _page(status, say(f"http.{known}.what"))
