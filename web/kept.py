"""What was typed when the session had ended: carried over the sign-in and given back to the same person.

It travels in one hidden field, signed and never stored: the browser that sent it gets it back. The button that was
pressed is left out and ``AGAIN`` put in its place, so signing in records nothing: the form is shown again, filled in.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, session
from itsdangerous import BadSignature, URLSafeSerializer

CARRIED, AGAIN, WHO = "_giu", "_lai", "person"
"""The hidden field of the sign-in; the mark of a form that comes back; whose session the cookie last was."""

_OWN = frozenset({"csrf_token", "viec", CARRIED, AGAIN})
_SECRET = frozenset({"password", "old", "new", "repeat", "code"})
"""Fields that are never carried: of our own making, and what nobody may read on a page."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was sent too late: where to, its fields in order, the names of files it had."""

    address: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]


def typed_now() -> str:
    """What this request brought, for the hidden field; empty when nobody had signed in here before."""
    who = session.get(WHO)
    if who is None:
        return ""
    fields = [[name, text] for name, text in request.form.items(multi=True) if name not in _OWN | _SECRET]
    files = [one.filename for one in request.files.values() if one.filename]
    return str(_signer().dumps([who, request.full_path.rstrip("?"), fields, files]))


def typed_before(person_id: str) -> Kept | None:
    """What the posted sign-in carried, if this is the person who typed it; None for anybody else."""
    try:
        who, address, fields, files = _signer().loads(request.form.get(CARRIED, ""))
    except BadSignature:
        return None
    if who != person_id:
        return None
    return Kept(address, tuple((str(name), str(text)) for name, text in fields), tuple(map(str, files)))


def comes_again() -> bool:
    """Whether this form comes back after a sign-in: to be shown as it was typed, not to be acted on."""
    return AGAIN in request.form


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="typed before the session ended")
