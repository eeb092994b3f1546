"""People by office and their roles; accounts with their first password and second factor. The administrator's page."""

from __future__ import annotations

from collections.abc import Mapping

import pyotp
import segno
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, only
from web.context import house, idempotency_key, new_key, today
from web.errors import sentence
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.errors import HosoError
from workflow.queries.tree import branch, find
from workflow.wording import read_day

people = Blueprint("people", __name__, url_prefix="/nguoi-va-vai")


@people.get("/")
@only(Role.ADMIN)
def listing() -> str:
    """Choose an organisation, then see who holds roles in it."""
    text = request.args.get("tim", "").strip()
    found = find(house().database, actor(), text, on=today()) if text else ()
    return render_template("people/listing.html", text=text, found=found)


@people.get("/<organisation_id>")
@only(Role.ADMIN)
def of(organisation_id: str) -> str:
    """The people of one organisation, and the forms to give a role and an account."""
    return _of(organisation_id)


@people.post("/<organisation_id>/giao-vai")
@only(Role.ADMIN)
def assign(organisation_id: str) -> str | Response | tuple[str, int]:
    """Give a person, known by its office, a role in this organisation."""
    form = request.form
    days = {name: form.get(name, "").strip() for name in ("valid_from", "valid_to")}
    read = {name: read_day(text) for name, text in days.items() if text}
    if None in read.values():
        return _of(organisation_id, problem=say("organisations.day_wrong"), typed=form), 422
    try:
        role = Role(form.get("role", ""))
        house().people.assign(
            actor(),
            form.get("person", "").strip(),
            office=form.get("office", ""),
            role=role,
            organisation_id=organisation_id,
            valid_from=read.get("valid_from"),
            valid_to=read.get("valid_to"),
            key=idempotency_key(),
        )
    except ValueError:
        return _of(organisation_id, problem=say("people.role_missing"), typed=form), 422
    except HosoError as error:
        return _of(organisation_id, problem=sentence(error), typed=form), 422
    return redirect(url_for("people.of", organisation_id=organisation_id))


@people.post("/<organisation_id>/tai-khoan")
@only(Role.ADMIN)
def account(organisation_id: str) -> str | tuple[str, int]:
    """Make an account; the second factor's key is shown once, as a code to scan."""
    person_id, login = request.form.get("person", ""), request.form.get("login", "")
    try:
        secret = house().accounts.create(actor(), person_id, login=login, password=request.form.get("password", ""))
    except HosoError as error:
        return _of(organisation_id, problem=sentence(error), typed=request.form), 422
    picture = ""
    if secret is not None:
        address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="hoso")
        picture = segno.make(address, micro=False).svg_data_uri(scale=4)
    return render_template(
        "people/account.html", login=login, secret=secret, picture=picture, organisation_id=organisation_id
    )


def _of(organisation_id: str, *, problem: str = "", typed: Mapping[str, str] | None = None) -> str:
    found = branch(house().database, actor(), organisation_id, on=today())
    roles = [(role.value, house().wording.speak(role)) for role in Role if role is not Role.SYSTEM]
    return render_template(
        "people/of.html",
        found=found,
        roles=roles,
        choices=list({item.person_id: (item.person_id, item.office) for item in found.people}.values()),
        problem=problem,
        typed=typed or {},
        key=new_key(),
        day=today(),
        said=say("handover.done", day=request.args["ban_giao"][:10]) if "ban_giao" in request.args else "",
        speak=house().wording.speak,
    )
