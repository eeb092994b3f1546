"""Chasing: what others still owe, the words to send, a letter to print, and reminders that were given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, only
from web.context import house, idempotency_key, new_key
from web.downloads import every, table_answer
from web.errors import sentence
from web.formatting import until
from web.lists.chasing import MOST, ChaseLine, by_commune, by_weight, grounds_of, owed_lines
from web.lists.files import owed_cells, owed_heads
from web.lists.filters import communes_seen
from web.lists.present import Present, present
from web.views.prints import sent
from web.words import say
from workflow.domain.actors import PROVINCE_ROLES, Role
from workflow.domain.errors import InvalidInput
from workflow.printing.letters import OwedLine, chase_paper
from workflow.queries.paging import Page
from workflow.queries.reminders import reminders_at
from workflow.services.notes import Means

Answer = str | Response | tuple[str, int]

chase = Blueprint("chase", __name__, url_prefix="/don-doc")

CHASERS = (Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE, Role.PROVINCE_POLICE)


@chase.get("/")
@only(*CHASERS)
def owed() -> str:
    """What others owe, by unit for a commune, by commune for the province."""
    now = present()
    return _owed(now, *_lines(now))


@chase.post("/")
@only(*CHASERS)
def note() -> Answer:
    """Keep that these dossiers were reminded of, all or none."""
    now = present()
    lines, after = _lines(now)
    chosen = request.form.getlist("ho-so")
    known = {line.dossier_id: line for line in lines}
    gone = [one for one in chosen if one not in known]
    if gone:
        return _owed(now, lines, after, chosen=chosen, problem=say("chase.gone", count=len(gone))), 409
    means = request.form.get("cach", Means.NOTICE.value)
    if means not in {one.value for one in Means}:
        abort(422)
    try:
        at = house().notes.remind_all(
            actor(),
            [known[one].target for one in dict.fromkeys(chosen)],
            means=Means(means),
            text=request.form.get("loi", ""),
            key=idempotency_key(),
        )
    except InvalidInput as error:
        field = "loi" if chosen else "ho-so"
        return _owed(now, lines, after, chosen=chosen, problem=sentence(error), field=field), 422
    return redirect(url_for("chase.done", luc=at.isoformat()))


@chase.get("/da-ghi")
@only(*CHASERS)
def done() -> str:
    """What was kept: which dossiers, by what means, at what instant."""
    given = reminders_at(house().database, actor(), _instant(request.args.get("luc", "")))
    if not given:
        abort(404)
    return render_template("chase/done.html", given=given, of_province=_of_province())


@chase.get("/tai/<ending>")
@only(*CHASERS)
def download(ending: str) -> Response:
    """Everything owed, all pages of it, as CSV or XLSX."""
    now = present()
    found = every(lambda after: _page(now, after))
    return table_answer(ending, say("download.owed_book"), say("download.owed_file"), owed_heads(), owed_cells(found))


def _page(now: Present, after: str | None) -> Page[ChaseLine]:
    lines, further = owed_lines(now, commune=_said("commune"), after=after)
    return Page(tuple(lines), further)


@chase.get("/cong-van")
@only(*CHASERS)
def letter() -> str:
    """The letter to print: to everybody who owes something, or to those named in the address."""
    now = present()
    wanted = frozenset(request.args.getlist("ho-so"))
    lines = [line for line in _lines(now)[0] if not wanted or line.dossier_id in wanted]
    if not lines:
        abort(404)
    return render_template(
        "chase/letter.html",
        lines=lines,
        groups=by_commune(lines),
        to=sorted({line.subject for line in lines}),
        grounds=grounds_of(lines),
        of_province=_of_province(),
        chosen=sorted(wanted),
    )


@chase.get("/cong-van/<ending>")
@only(*CHASERS)
def printed(ending: str) -> Response:
    """The letter in the official frame."""
    now = present()
    wanted = frozenset(request.args.getlist("ho-so"))
    lines = [line for line in _lines(now)[0] if not wanted or line.dossier_id in wanted]
    if not lines:
        abort(404)
    names = sorted({line.commune if _of_province() else line.subject for line in lines})
    to = names[0] if len(names) == 1 else say("chase.to_many")
    owed = [
        OwedLine(line.subject, line.number, "; ".join(line.missing), until(line.until) if line.until else "")
        for line in lines
    ]
    grounds = [one.text for one in grounds_of(lines)]
    return sent(chase_paper(house(), actor(), owed, to=to, grounds=grounds, on=now.today), ending)


def _of_province() -> bool:
    """Whether the reader asks communes, not units."""
    return actor().role in PROVINCE_ROLES


def _lines(now: Present) -> tuple[list[ChaseLine], str | None]:
    """The lines of the page that is looked at, and where the next one goes on."""
    return owed_lines(now, commune=_said("commune"), after=_said("after"))


def _said(name: str) -> str | None:
    return request.args.get(name) or request.form.get(name) or None


def _owed(
    now: Present,
    lines: Sequence[ChaseLine],
    after: str | None,
    *,
    chosen: Sequence[str] | None = None,
    problem: str = "",
    field: str = "ho-so",
) -> str:
    return render_template(
        "chase/owed.html",
        groups=by_commune(lines) if _of_province() else by_weight(lines, now),
        count=len(lines),
        units=len({line.subject_id for line in lines}),
        late=sum(1 for line in lines if line.mark is not None and line.mark.kind == "late"),
        chosen=frozenset(line.dossier_id for line in lines) if chosen is None else frozenset(chosen),
        of_province=_of_province(),
        commune=_said("commune") or "",
        place=_said("after") or "",
        after=after,
        most=MOST,
        communes=communes_seen(now),
        ways=[(one.value, say(f"means.{one.value}"), "") for one in Means],
        means=request.form.get("cach", Means.NOTICE.value),
        typed=request.form.get("loi", ""),
        problem=problem,
        field=field,
        key=new_key(),
    )


def _instant(text: str) -> datetime:
    """An instant of the address; 404 for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        abort(404)
    if at.tzinfo is None:
        abort(404)
    return at
