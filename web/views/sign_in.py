"""Signing in: password, then (for PV01, the province and administrators) a code; signing out. Demo: by role."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from web.access import Person, is_api, person, public
from web.api import problems
from web.context import house
from web.frame import home_of
from web.kept import AGAIN, CARRIED, WHO, typed_before, typed_now
from web.security import count_failure, failed_too_often
from web.words import say
from workflow.domain.accounts import LOCK, TRIES_BEFORE_LOCK
from workflow.domain.calendars import HCM
from workflow.services.accounts import SignIn

sign_in = Blueprint("sign_in", __name__)

_WAITING = "waiting_for_code"
_FORMS = "csrf_token"
"""The token of all forms of a session; kept when the same person signs in again, so forms left open stay good."""


@sign_in.get("/dang-nhap")
@public
def form() -> str | Response:
    """The sign-in page; a person who is signed in already goes on."""
    return redirect(url_for("sign_in.home")) if person() is not None else _form()


@sign_in.post("/dang-nhap")
@public
def enter() -> str | Response | tuple[str, int]:
    """Check login and password."""
    if failed_too_often():
        abort(429)
    login = request.form.get("login", "")
    answer = house().accounts.sign_in(login, request.form.get("password", ""), agent=_agent())
    if answer.token is None:
        count_failure()
        return _form(login=login, problem=_why(answer)), 401
    if answer.needs_code:
        session[_WAITING] = answer.token
        return _code() if _carried() else redirect(url_for("sign_in.code"))
    return _begin(answer.token)


@sign_in.get("/dang-nhap/ma")
@public
def code() -> str | Response:
    """The page with one six-digit field."""
    return _code() if _WAITING in session else redirect(url_for("sign_in.form"))


@sign_in.post("/dang-nhap/ma")
@public
def confirm() -> str | Response | tuple[str, int]:
    """Check the code of the second factor."""
    if failed_too_often():
        abort(429)
    waiting = session.get(_WAITING)
    if waiting is None:
        return redirect(url_for("sign_in.form"))
    answer = house().accounts.confirm(waiting, request.form.get("code", ""))
    if answer.token is None:
        count_failure()
        problem = say("sign_in.code_wrong", tries=answer.tries_left) if answer.tries_left else _why(answer)
        return _code(problem), 401
    return _begin(answer.token)


@sign_in.post("/dang-nhap/vao-thu")
@public
def enter_demo() -> str | Response:
    """Enter by role, on demo sites only."""
    if not current_app.config.get("DEMO"):
        abort(404)
    chosen = request.form.get("person", "")
    if chosen not in {item["id"] for item in _demo_people()}:
        abort(404)
    return _begin(house().accounts.sign_in_demo(chosen, agent=_agent()))


@sign_in.post("/dang-xuat")
@public
def out() -> Response:
    """End the session on the server; the cookie opens nothing afterwards."""
    who = person()
    if who is not None:
        house().accounts.sign_out(who.session_id)
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.form"))


@sign_in.app_errorhandler(401)
def again(error: Unauthorized) -> tuple[str, int] | Response:
    """A form was sent, but its session is over: the sign-in, with what was typed kept for the same person.

    A program is told that its token opens nothing.
    """
    if is_api():
        return problems.of_http(error)
    return _form(ended=say("sign_in.ended"), carried=typed_now()), 401


@sign_in.get("/")
@public
def home() -> Response:
    """The page a person lands on."""
    who = person()
    return redirect(url_for(home_of(who.actor.role) if who is not None else "sign_in.form"))


def _begin(token: str) -> str | Response:
    known = house().accounts.person_of(token)
    back_to, before, forms = session.get("back_to", ""), session.get(WHO), session.get(_FORMS)
    session.clear()
    if known is None:
        return redirect(url_for("sign_in.form"))
    login_user(Person(token, known.actor, known.office, known.organisation))
    session[WHO] = known.actor.person_id
    if before == known.actor.person_id and forms is not None:
        session[_FORMS] = forms
    kept = typed_before(known.actor.person_id)
    if kept is not None:
        return render_template("sign_in/again.html", kept=kept, again=AGAIN)
    return redirect(back_to if _is_ours(back_to) else url_for(home_of(known.actor.role)))


def _is_ours(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def _form(*, login: str = "", problem: str = "", ended: str = "", carried: str = "") -> str:
    demo = _demo_people() if current_app.config.get("DEMO") else ()
    carried = carried or _carried()
    return render_template(
        "sign_in/form.html", login=login, problem=problem, ended=ended, carried=carried, field=CARRIED, demo=demo
    )


def _code(problem: str = "") -> str:
    return render_template("sign_in/code.html", problem=problem, carried=_carried(), field=CARRIED)


def _carried() -> str:
    return request.form.get(CARRIED, "")


def _demo_people() -> tuple[dict[str, str], ...]:
    return tuple(current_app.config.get("DEMO_PEOPLE", ()))


def _why(answer: SignIn) -> str:
    if answer.refused == "sign_in.wrong":  # how many tries are left would tell which logins exist
        return say("sign_in.wrong", most=TRIES_BEFORE_LOCK, minutes=LOCK // timedelta(minutes=1))
    if answer.refused == "sign_in.locked":
        if answer.locked_until is None:
            return say("sign_in.closed")
        return say("sign_in.locked", until=answer.locked_until.astimezone(HCM))
    return say(answer.refused or "sign_in.expired")


def _agent() -> str:
    return request.headers.get("User-Agent", "")[:200]
