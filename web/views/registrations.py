"""A dossier begins: a unit for itself, the commune police for a unit from its signed paper, the committee for the
commune's own.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, only
from web.awards.asked import FORM, asked_award, form_options, found_forms
from web.context import cycle, house, idempotency_key, new_key, now, today
from web.dossier.attached import carried_files, carried_text, chosen, field_files, keep_uploads
from web.dossier.sight import subject_kind_words
from web.dossier.signed import SCAN, SCANS, TypedPaper, read_signed, scan_hint
from web.dossier.turns import Line, planned
from web.errors import sentence
from web.forms.binding import Summary
from web.lists.places import place
from web.refusals import Reason, reasons
from web.words import say
from web.years.dates import date_rows
from workflow.domain.actors import REPRESENTS_COMMUNE, Role
from workflow.domain.books import StoredFile
from workflow.domain.errors import Conflict, IdempotencyMismatch, InvalidInput, NotFound, TransitionRefused
from workflow.domain.kinds import DossierKind
from workflow.domain.opening import for_the_unit
from workflow.queries.books import year as dates_of
from workflow.queries.subjects import MOST, Subject, subjects
from workflow.services.awards import RoundChoice
from workflow.services.look import Beginning

Answer = str | Response | tuple[str, int]

registrations = Blueprint("registrations", __name__, url_prefix="/dang-ky")

BEGINNERS = (Role.UNIT, Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE, Role.PROVINCE_POLICE)


@registrations.get("/")
@only(*BEGINNERS)
def choose() -> Answer:
    """Which kind of dossier to begin; with one kind only, at once its page."""
    kinds = [kind for kind in house().catalogue.kinds() if may_begin(kind)]
    if len(kinds) == 1:
        return redirect(url_for("registrations.begin", kind=kinds[0].code, nam=cycle()))
    rows = [{"kind": kind, "hint": _window(kind)} for kind in kinds]
    return render_template(
        "registrations/choose.html", rows=rows, year=cycle(), many_url=place("registering.kinds", nam=cycle())
    )


@registrations.get("/<kind>")
@only(*BEGINNERS)
def begin(kind: str) -> Answer:
    """For whom, in which year, within which dates; a unit only confirms."""
    return _page(_kind(kind), request.args.get("don_vi", ""))


@registrations.post("/<kind>")
@only(*BEGINNERS)
def make(kind: str) -> Answer:
    """Begin the dossier: a draft with its number."""
    found, subject_id = _kind(kind), request.form.get("don_vi", "")
    year = _year()
    lines: list[Summary] = []
    award = asked_award(found)
    if not subject_id:
        return _page(found, "", lines=[Summary(say("registration.no_subject"), "don_vi")], award=award, status=422)
    kept = keep_uploads(SCANS)
    scans = chosen(SCAN, carried_files(found.code) | dict(kept.files), kept)
    signed: TypedPaper | None = None
    if _records(found):
        signed = read_signed(scans, today(), kept.refused.get(SCAN, ()))
        lines = signed.summary()
    refusals: tuple[Reason, ...] = ()
    if not lines:
        try:
            receipt = house().dossiers.open(
                actor(),
                kind_code=found.code,
                subject_id=subject_id,
                cycle=year,
                for_unit=signed.paper if signed is not None else None,
                award=award,
                key=idempotency_key(),
            )
        except TransitionRefused as error:
            refusals = tuple(reasons(error.refusals, dossier_id="", anchors=False))
        except IdempotencyMismatch as error:
            lines = [Summary(sentence(error), "don_vi")]
        except (Conflict, InvalidInput) as error:
            lines = [Summary(sentence(error), FORM if found.awards is not None else "don_vi")]
        else:
            return redirect(url_for("dossiers.done", dossier_id=receipt.dossier_id, seq=receipt.version))
    status = 409 if refusals else 422
    return _page(
        found, subject_id, lines=lines, refusals=refusals, signed=signed, scans=scans, award=award, status=status
    )


def _page(
    kind: DossierKind,
    subject_id: str,
    *,
    lines: list[Summary] | None = None,
    refusals: tuple[Reason, ...] = (),
    signed: TypedPaper | None = None,
    scans: list[StoredFile] | None = None,
    award: RoundChoice | None = None,
    status: int = 200,
) -> Answer:
    text = request.args.get("q", "")
    found = _subjects(kind, text)
    if not subject_id and len(found) == 1 and not text:
        subject_id = found[0].id
    beginning = _beginning(kind, subject_id)
    unmet = tuple(reasons(beginning.refusals, dossier_id="", anchors=False)) if beginning is not None else ()
    html = render_template(
        "registrations/begin.html",
        kind=kind,
        year=_year(),
        subjects=found,
        most=MOST,
        q=text,
        chosen=beginning.subject if beginning is not None else None,
        kind_words=subject_kind_words,
        dates=_dates(beginning),
        unmet=refusals or unmet,
        records=_records(kind),
        lines=lines or [],
        trouble={"signed": signed},
        scans=field_files(SCAN, scans or []),
        scan_hint=scan_hint(),
        forms=form_options(found_forms(kind)),
        award=award,
        carried=carried_text(kind.code, scans or []),
        key=new_key(),
    )
    return (html, status) if status != 200 else html


def _window(kind: DossierKind) -> str:
    """Until when the first step is taken, and how its date looks today; nothing where no year is opened."""
    if kind.lasting:
        return ""
    first = next((t for t in kind.from_state(kind.initial) if t.forward), None)
    try:
        dates = date_rows(dates_of(house().database, actor(), kind, cycle(), now()), house().calendar())
    except NotFound:
        return say("registration.no_year", year=cycle())
    row = next((row for row in dates if first is not None and row.code == first.deadline), None)
    if row is None or not row.now:
        return ""
    return say("registration.window", now=row.now, until=row.due or row.closes)


def _beginning(kind: DossierKind, subject_id: str) -> Beginning | None:
    if not subject_id:
        return None
    return house().looks.beginning(actor(), kind_code=kind.code, subject_id=subject_id, cycle=_year())


def _dates(beginning: Beginning | None) -> tuple[Line, ...]:
    """The date of the first step in words."""
    if beginning is None or beginning.verdict is None or beginning.first is None:
        return ()
    rule = beginning.kind.deadlines.get(beginning.first.deadline or "")
    return planned(rule, beginning.verdict, house().calendar())


def _subjects(kind: DossierKind, text: str) -> tuple[Subject, ...]:
    """Whom the reader may begin it for: itself, the commune, or the commune's units."""
    in_unit_place = actor().role is REPRESENTS_COMMUNE and actor().role not in kind.opened_by
    kinds = kind.own_subject_kinds if in_unit_place else kind.subject_kinds
    return subjects(house().database, actor(), kinds=kinds, on=today(), text=text)


def _kind(code: str) -> DossierKind:
    """The kind in force, if the reader's role may begin it; a kind that nobody knows looks the same."""
    kind = house().catalogue.newest(code, province_id=actor().province_id, on=today())
    if not may_begin(kind):
        raise NotFound(kind=code)
    return kind


def may_begin(kind: DossierKind) -> bool:
    """Whether the reader's role may begin such a dossier, for itself or for the commune."""
    role = actor().role
    own = role is REPRESENTS_COMMUNE and Role.UNIT in kind.opened_by and bool(kind.own_subject_kinds)
    return role in kind.opened_by or own


def _records(kind: DossierKind) -> bool:
    """Whether the reader enters it for a unit, from its signed paper."""
    return for_the_unit(kind, actor().role)


def _year() -> int:
    asked = request.form.get("nam", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 else cycle()
