"""Personal tokens for programs: what works, a new one shown once, and the way to end one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, signed_in
from web.context import house
from web.errors import sentence, status_of
from web.words import say
from workflow.domain.accounts import SECOND_FACTOR_ROLES
from workflow.domain.errors import Conflict, HosoError, InvalidInput
from workflow.domain.tokens import LONGEST_LABEL, TOKEN_DAYS, TokenScope, networks_of

tokens = Blueprint("tokens", __name__, url_prefix="/ma-ca-nhan")

SCOPES = (TokenScope.READ, TokenScope.FILE, TokenScope.MOVE)
"""What a token made here can be good for; the rest is the command line's, where the administrator makes it."""
_OFFERED = {scope.value: scope for scope in SCOPES}


@tokens.get("/")
@signed_in
def mine() -> str:
    """One's own tokens that work, and the form for a new one."""
    return _page()


@tokens.post("/")
@signed_in
def make() -> str | tuple[str, int]:
    """A fresh token, shown on this answer alone."""
    try:
        made = house().tokens.make(
            actor(),
            actor().person_id,
            label=request.form.get("ten", ""),
            days=_days(request.form.get("ngay", "")),
            scopes=[_OFFERED[one] for one in request.form.getlist("pham-vi") if one in _OFFERED],
            networks=_networks(request.form.get("mang", "")),
        )
    except (Conflict, InvalidInput) as error:
        return _page(problem=error), status_of(error)
    return _page(made=made)


@tokens.post("/thu-hoi")
@signed_in
def revoke() -> Response:
    """End one of one's own tokens; it opens nothing from now on."""
    try:
        house().tokens.revoke(actor(), request.form.get("ma", ""))
    except HosoError as error:
        if error.code != "token_not_found":  # ended meanwhile: that is what was wanted
            raise
    return redirect(url_for("tokens.mine", da="thu-hoi"))


def _days(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def _networks(text: str) -> tuple[str, ...]:
    """The networks typed. Who signs in with a second factor must name some: the token would go around it."""
    found = networks_of(text)
    if not found and actor().role in SECOND_FACTOR_ROLES:
        raise InvalidInput("token_networks_missing")
    return found


_FIELDS = {
    "token_label": "ten",
    "token_days": "ngay",
    "token_scopes": "pham-vi",
    "token_network": "mang",
    "token_networks_missing": "mang",
}
"""Where on the form each refusal belongs."""


def _page(*, made: str = "", problem: HosoError | None = None) -> str:
    field = _FIELDS.get(problem.code, "ten") if problem is not None else ""
    form = request.form if problem is not None else {}
    return render_template(
        "tokens/mine.html",
        tokens=[
            (one, ", ".join(say(f"token.scope.{scope}") for scope in sorted(one.scopes)))
            for one in house().tokens.of(actor())
        ],
        scopes=[(scope.value, say(f"token.scope.{scope}"), say(f"token.scope.{scope}.hint")) for scope in SCOPES],
        made=made,
        errors={field: [sentence(problem)]} if problem is not None else {},
        typed={name: form.get(name, "") for name in ("ten", "ngay", "mang")},
        chosen=request.form.getlist("pham-vi") if problem is not None else [TokenScope.READ.value],
        most_days=TOKEN_DAYS,
        longest=LONGEST_LABEL,
        needs_networks=actor().role in SECOND_FACTOR_ROLES,
        said=say("token.revoked") if request.args.get("da") == "thu-hoi" else "",
    )
