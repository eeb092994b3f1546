"""The dates of a year in the plan's words: opens, due, closes; more time asked for, given and declined."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import EVERY_ROLE, actor, only
from web.context import cycle, house, idempotency_key, new_key, now, today
from web.errors import sentence, status_of
from web.words import say
from web.years.asked import asked_row
from web.years.calendar import entries
from web.years.dates import date_rows, next_said
from web.years.kinds import kind_asked, owed_of, with_owed, yearly_kinds
from web.years.moving import FACES, moved, shown
from web.years.whom import name_of
from web.years.wishes import Wish, read_wish, wish_of, wish_typed
from workflow.domain.actors import Role
from workflow.domain.deadlines import Scope
from workflow.domain.errors import HosoError, NotFound
from workflow.queries.books import Year, coming, cycles
from workflow.queries.books import year as dates_of
from workflow.queries.grant_effect import effect_of
from workflow.queries.requests import answered, waiting
from workflow.services.dates import GrantInput
from workflow.services.requests import ASKERS, MORE_TIME, TimeRequest

Answer = str | AnyResponse | tuple[str, int]

READERS = tuple(EVERY_ROLE - {Role.ADMIN})
KEEPERS = (Role.PROVINCE_POLICE, Role.COMMUNE_POLICE)
"""PV01; the commune police only where the province is not connected, which the engine checks."""

deadlines = Blueprint("deadlines", __name__, url_prefix="/thoi-han")


@deadlines.get("/")
@only(*READERS)
def year() -> str:
    """The year's dates in the order they come, grants in force, what was asked for, the next thirty days."""
    kind, found = kind_asked(), _year()
    kinds = with_owed(kind)
    labels = {one.code: one for one in house().catalogue.kinds()}
    return render_template(
        "deadlines/year.html",
        kind=kind,
        kinds=yearly_kinds(),
        labels=labels,
        cycle=cycle(),
        year=found,
        rows=date_rows(found, house().calendar()) if found is not None else [],
        next=next_said(found) if found is not None else "",
        grants=[(line, grant) for line in found.dates for grant in line.grants] if found is not None else [],
        coming=coming(house().database, actor(), kinds, now()),
        asked=_asked(),
        answered=_answered(),
        keeps=_keeps(),
        asks=actor().role in ASKERS,
        opened=_opened(kind.code),
        said=say(f"year.{request.args['da']}") if request.args.get("da") in ("asked", "declined", "set") else "",
    )


@deadlines.get("/nam")
@only(*READERS)
def choose_year() -> str:
    """The years that were opened; choosing one holds for every page."""
    return render_template(
        "deadlines/years.html",
        years=cycles(house().database, actor()),
        cycle=cycle(),
        labels={kind.code: kind.short_label for kind in house().catalogue.kinds()},
        keeps=_keeps(),
    )


@deadlines.get("/lich.ics")
@only(*READERS)
def calendar_file() -> Response:
    """The year's days as they stand for the reader, for a calendar program."""
    kind, found = kind_asked(), _year()
    if found is None:
        raise NotFound("cycle_not_found", cycle=cycle())
    title = say("year.ics.title", cycle=found.cycle, kind=kind.short_label)
    body = house().calendar_file(title, entries(found, with_owed(kind)))
    name = f"thoi-han-{found.cycle}.ics"
    return Response(
        body,
        mimetype="text/calendar",
        headers={"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-store"},
    )


@deadlines.route("/mo-muon", methods=["GET", "POST"])
@only(*KEEPERS)
def grant() -> Answer:
    """More time: for whom, until when, why; then whose dossiers it reaches; then it is given."""
    if not _keeps():
        abort(403)
    if request.method == "GET":
        asked_for = request.args.get("de-nghi", "")
        start = wish_of(house().requests.get(actor(), asked_for)) if asked_for else Wish(
            date=request.args.get("moc", ""), scope=Scope.SUBJECT.value, whom=request.args.get("don-vi", ""),
            name=name_of(request.args.get("don-vi", "")),
        )  # fmt: skip
        return _grant_form(start)
    wish = read_wish(wish_typed(request.form), _choices(), yearly_kinds(), scoped=True)
    if wish.errors:
        return _grant_form(wish), 422
    if request.form.get("viec") == "sua":
        return _grant_form(wish)
    if request.form.get("viec") != "ghi":
        return _grant_preview(wish)
    try:
        given = house().dates.grant(actor(), _input(wish), key=idempotency_key())
    except HosoError as error:
        return _grant_form(wish.failed("den", sentence(error))), status_of(error)
    return redirect(url_for("deadlines.granted", grant_id=given.id, loai=kind_asked().code, nam=cycle()))


@deadlines.get("/da-mo/<grant_id>")
@only(*KEEPERS)
def granted(grant_id: str) -> str:
    """What was given: to be printed."""
    found = _year()
    for line in found.dates if found is not None else ():
        for given in line.grants:
            if given.grant.id == grant_id:
                return render_template("deadlines/granted.html", line=line, given=given, cycle=cycle())
    raise NotFound("deadline_not_found", deadline="", cycle=cycle())


@deadlines.route("/de-nghi", methods=["GET", "POST"])
@only(*ASKERS)
def ask() -> Answer:
    """A unit or the commune police asks for more time; PV01 sees it on its own page of dates."""
    if request.method == "GET":
        return _ask_form(_ask_start())
    wish = wish_typed(request.form)
    if actor().role is Role.UNIT:
        wish = Wish(date=wish.date, scope="subject", whom=actor().organisation_id, until=wish.until, reason=wish.reason)
    wish = read_wish(wish, _choices(), yearly_kinds(), scoped=True)
    if wish.errors:
        return _ask_form(wish), 422
    asked_for = TimeRequest(wish.kind_code, cycle(), wish.code, wish.whom, wish.end or now(), wish.reason)
    try:
        house().requests.ask(actor(), asked_for, key=idempotency_key())
    except HosoError as error:
        return _ask_form(wish.failed("den", sentence(error))), status_of(error)
    return redirect(url_for("deadlines.year", da="asked", nam=cycle()))


@deadlines.route("/de-nghi/<request_id>/khong-chap-thuan", methods=["GET", "POST"])
@only(*KEEPERS)
def decline(request_id: str) -> Answer:
    """Answer a request with no, in words."""
    if not _keeps():
        abort(403)
    asked_for, typed, problem = house().requests.get(actor(), request_id), request.form.get("ly-do", ""), ""
    if request.method == "POST":
        try:
            house().requests.decline(actor(), request_id, typed, key=idempotency_key())
            return redirect(url_for("deadlines.year", da="declined"))
        except HosoError as error:
            problem = sentence(error)
    page = render_template(
        "deadlines/decline.html", wish=wish_of(asked_for), dates=_choices(), typed=typed, problem=problem, key=new_key()
    )
    return (page, 422) if problem else page


@deadlines.route("/doi-moc/<kind_code>/<code>", methods=["GET", "POST"])
@only(*KEEPERS)
def set_date(kind_code: str, code: str) -> Answer:
    """Another day for one date of the year, with its reason."""
    if not _keeps():
        abort(403)
    kind = next((one for one in with_owed(kind_asked()) if one.code == kind_code), None)
    with house().engine.reading() as stores:
        kept = stores.books.deadlines(actor().province_id, kind_code, cycle()).get(code)
    if kind is None or kept is None or code not in kind.deadlines:
        raise NotFound("deadline_not_found", deadline=code, cycle=cycle())
    typed = request.form.to_dict() if request.method == "POST" else shown(kept)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        fresh, errors = moved(kept, typed)
        if not errors:
            try:
                house().dates.set_date(
                    actor(), kind_code=kind_code, cycle=cycle(), deadline=fresh,
                    reason=typed.get("ly-do", ""), key=idempotency_key(),
                )  # fmt: skip
                return redirect(url_for("deadlines.year", da="set", nam=cycle(), loai=kind_asked().code))
            except HosoError as error:
                errors = {"due" if kept.due else "opens": [sentence(error)]}
    page = render_template(
        "deadlines/set_date.html", kind=kind, rule=kind.deadlines[code], kept=kept, faces=FACES, typed=typed,
        errors=errors, cycle=cycle(), key=new_key(), loai=kind_asked().code,
    )  # fmt: skip
    return (page, 422) if errors else page


# --- what the pages share


def _year() -> Year | None:
    kind = kind_asked()
    try:
        return dates_of(house().database, actor(), kind, cycle(), now(), owed=owed_of(kind))
    except NotFound:
        return None


def _keeps() -> bool:
    """Whether this person keeps the province's dates."""
    role = actor().role
    if role is not Role.COMMUNE_POLICE:
        return role is Role.PROVINCE_POLICE
    with house().engine.reading() as stores:
        return not stores.books.settings(actor().province_id).connected


def _opened(kind_code: str) -> list[int]:
    return [line.cycle for line in cycles(house().database, actor()) if line.kind == kind_code]


def _choices() -> dict[str, str]:
    """The year's dates that have an end, by "kind:code"."""
    found = _year()
    lines = found.dates if found is not None else ()
    ends = [line for line in lines if line.deadline is not None and (line.deadline.due or line.deadline.closes)]
    return {f"{line.kind}:{line.rule.code}": line.rule.label for line in ends}


def _asked() -> list[dict[str, object]]:
    """Requests for more time that nobody has answered yet, in words."""
    if actor().role is Role.PROVINCE_COMMITTEE:
        return []
    return [asked_row(one) for one in waiting(house().database, actor()) if one.what == MORE_TIME]


def _answered() -> list[dict[str, object]]:
    """Requests for more time in this year that were answered, with the answer."""
    if actor().role is Role.PROVINCE_COMMITTEE:
        return []
    found = answered(house().database, actor(), cycle=cycle())
    return [{**asked_row(one.asked), "answer": one} for one in found]


def _input(wish: Wish) -> GrantInput:
    return GrantInput(
        kind_code=wish.kind_code, cycle=cycle(), deadline=wish.code, scope=Scope(wish.scope), scope_id=wish.whom,
        until=wish.end or now(), reason=wish.reason, request_id=wish.request or None,
    )  # fmt: skip


def _grant_form(wish: Wish) -> str:
    scopes = [(scope.value, say(f"year.scope.{scope.value}"), "") for scope in Scope]
    return render_template(
        "deadlines/grant.html", wish=wish, dates=_choices(), scopes=scopes, cycle=cycle(), kind=kind_asked(),
        today=today(),
    )  # fmt: skip


def _grant_preview(wish: Wish) -> str:
    kind = next(one for one in with_owed(kind_asked()) if one.code == wish.kind_code)
    effect = effect_of(
        house().database, actor(), kind, cycle(), deadline=wish.code, scope=Scope(wish.scope), scope_id=wish.whom
    )
    return render_template(
        "deadlines/grant_preview.html", wish=wish, dates=_choices(), effect=effect, kind=kind, cycle=cycle(),
        loai=kind_asked().code, key=new_key(),
    )  # fmt: skip


def _ask_start() -> Wish:
    dossier_id, who = request.args.get("dossier", ""), actor()
    if dossier_id:
        with house().engine.reading() as stores:
            dossier, kind = house().engine.load(stores, who, dossier_id, now())
        step = next((one for one in kind.from_state(dossier.state) if one.deadline is not None), None)
        chosen = f"{kind.code}:{step.deadline}" if step is not None else ""
        return Wish(date=chosen, scope="subject", whom=dossier.subject_id, name=name_of(dossier.subject_id))
    subject = who.organisation_id if who.role is Role.UNIT else ""
    return Wish(scope="subject", whom=subject, name=name_of(subject), date=request.args.get("moc", ""))


def _ask_form(wish: Wish) -> str:
    scopes = [(one.value, say(f"year.scope.{one.value}"), "") for one in (Scope.SUBJECT, Scope.COMMUNE)]
    return render_template(
        "deadlines/ask.html", wish=wish, dates=_choices(), scopes=scopes, own=actor().role is Role.UNIT,
        key=new_key(), cycle=cycle(),
    )  # fmt: skip
