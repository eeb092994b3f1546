"""Guides to print: what a role does in a kind of dossier, told from the definition, on two pages."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from web.access import actor, signed_in
from web.context import house, today
from web.words import say
from workflow.domain.actors import OFFICER_ROLES, Role
from workflow.domain.errors import NotFound
from workflow.domain.kinds import DossierKind

guides = Blueprint("guides", __name__, url_prefix="/huong-dan")

ROLES = tuple(role for role in Role if role is Role.UNIT or role in OFFICER_ROLES)
"""Roles that have steps; their slugs stand in ``words/guides.json``."""


@guides.get("/")
@signed_in
def listing() -> str:
    """Every role with the kinds in which it has steps, the reader's own first."""
    own = actor().role
    roles = sorted(ROLES, key=lambda role: role is not own)
    found = [(role, [kind for kind in _kinds() if house().guide(kind, role) is not None]) for role in roles]
    return render_template(
        "guides/listing.html",
        rows=[(_words(role), _slug(role), role is own, kinds) for role, kinds in found if kinds],
    )


@guides.get("/<role>/<code>")
@signed_in
def one(role: str, code: str) -> str:
    """The guide of one role for one kind."""
    who = next((one for one in ROLES if _slug(one) == role), None)
    if who is None:
        abort(404)
    kind = _newest(code)
    told = house().guide(kind, who)
    if told is None:
        abort(404)
    return render_template("guides/one.html", kind=kind, role=_words(who), guide=told, is_unit=who is Role.UNIT)


def _kinds() -> list[DossierKind]:
    return [_newest(kind.code) for kind in house().catalogue.kinds()]


def _newest(code: str) -> DossierKind:
    try:
        return house().catalogue.newest(code, province_id=actor().province_id, on=today())
    except NotFound:
        abort(404)


def _words(role: Role) -> str:
    return house().wording.speak(role)


def _slug(role: Role) -> str:
    return say(f"guide.slug.{role}")
