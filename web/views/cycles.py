"""Years that are opened and closed: what each does is said first, then done, then told."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import actor, only
from web.context import house, idempotency_key, new_key, now, today
from web.errors import sentence, status_of
from web.words import say
from web.years.kinds import owed_of, yearly_kinds
from web.years.whom import name_of
from workflow.domain.actors import Role
from workflow.domain.errors import HosoError
from workflow.domain.kinds import DossierKind
from workflow.queries.books import CycleLine
from workflow.queries.books import cycles as known_cycles

Answer = str | AnyResponse | tuple[str, int]

KEEPERS = (Role.PROVINCE_POLICE, Role.COMMUNE_POLICE)
"""PV01; the commune police only where the province is not connected, which the engine checks."""

cycles = Blueprint("cycles", __name__, url_prefix="/nam-xet")


@cycles.route("/mo", methods=["GET", "POST"])
@only(*KEEPERS)
def begin() -> Answer:
    """Open a year of a kind: its dates are copied from the kind, what standing results owe is opened."""
    _check_keeps()
    if request.method == "GET":
        return _form(request.args.get("loai", ""), str(_next_year()))
    code, typed = request.form.get("loai", ""), request.form.get("nam", "").strip()
    kind = _kind(code)
    if kind is None:
        return _form(code, typed, field="loai", problem=say("cycles.kind_missing")), 422
    if not (typed.isascii() and typed.isdecimal() and today().year - 1 <= int(typed) <= today().year + 1):
        words = say("cycles.year_wrong", first=today().year - 1, last=today().year + 1)
        return _form(code, typed, field="nam", problem=words), 422
    try:
        made = house().cycles.open(actor(), kind_code=code, cycle=int(typed), key=idempotency_key())
    except HosoError as error:
        return _form(code, typed, field="nam", problem=sentence(error)), status_of(error)
    return redirect(url_for("cycles.one", code=code, cycle=typed, da="mo", no=len(made.owed)))


@cycles.get("/<code>/<int:cycle>")
@only(*KEEPERS)
def one(code: str, cycle: int) -> str:
    """A year as it stands; after it was opened or closed, what that did."""
    _check_keeps()
    kind, line = _line(code, cycle)
    count = request.args.get("no", "0")
    return render_template(
        "cycles/one.html",
        kind=kind,
        line=line,
        owed=owed_of(kind),
        did=request.args.get("da", ""),
        count=int(count) if count.isascii() and count.isdecimal() and len(count) <= 6 else 0,
    )


@cycles.route("/<code>/<int:cycle>/dong", methods=["GET", "POST"])
@only(*KEEPERS)
def close(code: str, cycle: int) -> Answer:
    """Close a year: every dossier that this ends is named first."""
    _check_keeps()
    kind, line = _line(code, cycle)
    if request.method == "GET":
        return _closing(kind, line)
    if not request.form.get("hieu"):
        return _closing(kind, line, problem=say("cycles.not_ticked")), 422
    try:
        ended = house().cycles.close(actor(), kind_code=code, cycle=cycle, key=idempotency_key())
    except HosoError as error:
        return _closing(kind, line, problem=sentence(error)), status_of(error)
    return redirect(url_for("cycles.one", code=code, cycle=cycle, da="dong", no=ended))


def _form(code: str, year: str, *, field: str = "", problem: str = "") -> str:
    opened = {(line.kind, line.cycle): line for line in known_cycles(house().database, actor())}
    return render_template(
        "cycles/begin.html",
        kinds=[(kind.code, kind.label) for kind in yearly_kinds()],
        code=code,
        year=year,
        field=field,
        problem=problem,
        opened=[
            (kind.short_label, sorted(year for other, year in opened if other == kind.code)) for kind in yearly_kinds()
        ],
        key=new_key(),
    )


def _closing(kind: DossierKind, line: CycleLine, *, problem: str = "") -> str:
    ends = house().cycles.closing(actor(), kind_code=kind.code, cycle=line.cycle)
    begins = house().cycles.closes_from(actor(), kind_code=kind.code, cycle=line.cycle)
    early = begins is not None and now() < begins
    return render_template(
        "cycles/close.html",
        early=house().wording.say("cycle_too_early", cycle=line.cycle, due=begins) if early else "",
        kind=kind,
        line=line,
        ends=[(item, name_of(item.subject_id)) for item in ends],
        problem=problem,
        key=new_key(),
    )


def _line(code: str, cycle: int) -> tuple[DossierKind, CycleLine]:
    kind = _kind(code)
    lines = known_cycles(house().database, actor())
    line = next((line for line in lines if (line.kind, line.cycle) == (code, cycle)), None)
    if kind is None or line is None:
        abort(404)
    return kind, line


def _kind(code: str) -> DossierKind | None:
    return next((kind for kind in yearly_kinds() if kind.code == code), None)


def _next_year() -> int:
    return today().year + (today().month == 12)  # a year opens from the December before it


def _check_keeps() -> None:
    with house().engine.reading() as stores:
        connected = stores.books.settings(actor().province_id).connected
    if actor().role is Role.COMMUNE_POLICE and connected:
        abort(403)
