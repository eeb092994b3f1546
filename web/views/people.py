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
from workflow.domain.accounts import SECOND_FACTOR_ROLES, SHORTEST_PASSWORD, SHORTEST_WITH_SECOND_FACTOR
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
    below = branch(house().database, actor(), actor().organisation_id, on=today())
    return render_template("people/listing.html", text=text, found=found, top=(below.node, *below.below))


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
        return _of(organisation_id, problem=sentence(error), at="tk-h", typed=request.form), 422
    return _handed_over(say("people.opened", login=login), login, secret, organisation_id)


@people.get("/tai-khoan/<person_id>")
@only(Role.ADMIN)
def kept(person_id: str) -> str:
    """One person's account: what it is like now, a first password again, closing it."""
    return _kept(person_id)


@people.post("/tai-khoan/<person_id>/mat-khau")
@only(Role.ADMIN)
def reset(person_id: str) -> str | tuple[str, int]:
    """Give a first password again, and a new key of the second factor to who lost the phone."""
    password, new_key = request.form.get("password", ""), "new_key" in request.form
    try:
        secret = house().accounts.reset(actor(), person_id, password=password, new_key=new_key)
        there = house().accounts.accounts_of(actor(), [person_id])[person_id]
    except HosoError as error:
        return _kept(person_id, problem=sentence(error)), 422
    organisation_id = house().people.actor(person_id).organisation_id
    return _handed_over(say("people.reset", login=there.login), there.login, secret, organisation_id)


@people.post("/tai-khoan/<person_id>/dong")
@only(Role.ADMIN)
def close(person_id: str) -> Response | tuple[str, int]:
    """Close the account, or open it again."""
    is_closed = request.form.get("viec") != "mo"
    try:
        house().accounts.set_disabled(actor(), person_id, disabled=is_closed)
    except HosoError as error:
        return _kept(person_id, problem=sentence(error)), 422
    return redirect(url_for("people.kept", person_id=person_id, da="dong" if is_closed else "mo"))


def _handed_over(heading: str, login: str, secret: str | None, organisation_id: str) -> str:
    """What the administrator hands to the person; the key as a picture and as letters, this once."""
    picture = ""
    if secret is not None:
        address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="hoso")
        picture = segno.make(address, micro=False).svg_data_uri(scale=4)
    return render_template(
        "people/account.html", heading=heading, secret=secret, picture=picture, organisation_id=organisation_id
    )


def _kept(person_id: str, *, problem: str = "") -> str:
    """The page of one account. Raises ``NotFound`` for people of elsewhere and people without a role."""
    whose = house().people.actor(person_id)
    found = branch(house().database, actor(), whose.organisation_id, on=today())
    office = next((one.office for one in found.people if one.person_id == person_id), "")
    return render_template(
        "people/kept.html",
        found=found,
        person_id=person_id,
        office=office,
        role=house().wording.speak(whose.role),
        account=house().accounts.accounts_of(actor(), [person_id]).get(person_id),
        is_own=person_id == actor().person_id,
        needs_code=whose.role in SECOND_FACTOR_ROLES,
        least=SHORTEST_WITH_SECOND_FACTOR if whose.role in SECOND_FACTOR_ROLES else SHORTEST_PASSWORD,
        now=house().clock.now(),
        problem=problem,
        said=say(f"people.done.{request.args['da']}") if request.args.get("da") in {"dong", "mo"} else "",
    )


def _of(organisation_id: str, *, problem: str = "", at: str = "vai-h", typed: Mapping[str, str] | None = None) -> str:
    found = branch(house().database, actor(), organisation_id, on=today())
    roles = [(role.value, house().wording.speak(role)) for role in Role if role is not Role.SYSTEM]
    return render_template(
        "people/of.html",
        found=found,
        roles=roles,
        choices=list({item.person_id: (item.person_id, item.office) for item in found.people}.values()),
        problem=problem,
        at=at,
        accounts=house().accounts.accounts_of(actor(), {item.person_id for item in found.people}),
        now=house().clock.now(),
        typed=typed or {},
        key=new_key(),
        day=today(),
        said=say("handover.done", day=request.args["ban_giao"][:10]) if "ban_giao" in request.args else "",
        speak=house().wording.speak,
    )
