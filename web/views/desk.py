"""What an officer does to a dossier beside moving it: hold it, lift the hold, correct the paper of a recorded step."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import OFFICERS, actor, only, signed_in
from web.context import house, idempotency_key, new_key
from web.dossier.attached import carried_files, carried_text, chosen, field_files, keep_uploads
from web.dossier.choices import told
from web.dossier.corrections import Correction, correction_of
from web.dossier.sight import Sight, see, seen_version
from web.dossier.signed import SCAN, SCANS, TypedPaper, read_signed, scan_hint, values_of
from web.dossier.trouble import Trouble, catching
from web.words import say
from workflow.domain.books import StoredFile

Answer = str | Response | tuple[str, int]

desk = Blueprint("desk", __name__, url_prefix="/ho-so/<dossier_id>")


@desk.get("/tam-dung")
@only(*OFFICERS)
def hold(dossier_id: str) -> Answer:
    """The form to put a dossier on hold, or all that stands against it."""
    return _hold(see(dossier_id), Trouble())


@desk.post("/tam-dung")
@only(*OFFICERS)
def set_hold(dossier_id: str) -> Answer:
    """Put the dossier on hold with its reason."""
    sight, trouble = see(dossier_id), Trouble()
    reason = _reason(trouble)
    if not trouble.is_there:
        with catching(sight, trouble):
            receipt = house().dossiers.hold(
                actor(), dossier_id, reason=reason, seen_version=seen_version(), key=idempotency_key()
            )
            return _done(dossier_id, receipt.version)
    return _hold(sight, trouble)


def _hold(sight: Sight, trouble: Trouble) -> Answer:
    html = render_template(
        "desk/hold.html",
        sight=sight,
        trouble=trouble,
        unmet=told(sight, sight.look.desk.hold),
        typed=request.form,
        key=new_key(),
        version=sight.dossier.version,
    )
    return (html, trouble.status) if trouble.status != 200 else html


@desk.get("/ket-thuc-tam-dung")
@only(*OFFICERS)
def lift(dossier_id: str) -> Answer:
    """The form to lift a hold with the concluding paper, or all that stands against it."""
    return _lift(see(dossier_id), Trouble(), [])


@desk.post("/ket-thuc-tam-dung")
@only(*OFFICERS)
def end_hold(dossier_id: str) -> Answer:
    """Lift the hold."""
    sight, trouble = see(dossier_id), Trouble()
    scans, signed = _signed(sight, trouble)
    if not trouble.is_there:
        with catching(sight, trouble):
            receipt = house().dossiers.lift(
                actor(),
                dossier_id,
                signed=signed.paper,
                seen_version=seen_version(),
                reason=request.form.get("ly_do") or None,
                key=idempotency_key(),
            )
            return _done(dossier_id, receipt.version)
    return _lift(sight, trouble, scans)


def _lift(sight: Sight, trouble: Trouble, scans: list[StoredFile]) -> Answer:
    html = render_template(
        "desk/lift.html",
        sight=sight,
        trouble=trouble,
        unmet=told(sight, sight.look.desk.lift),
        typed=request.form,
        values=trouble.signed.values if trouble.signed is not None else {},
        scans=field_files(SCAN, scans),
        scan_hint=scan_hint(),
        carried=carried_text(sight.dossier.id, scans),
        key=new_key(),
        version=sight.dossier.version,
    )
    return (html, trouble.status) if trouble.status != 200 else html


@desk.get("/dinh-chinh/<int:seq>")
@signed_in
def correct(dossier_id: str, seq: int) -> Answer:
    """The form to correct the paper of a recorded step in number, date, office or scan."""
    sight = see(dossier_id)
    return _correct(sight, correction_of(sight, seq), Trouble(), [])


@desk.post("/dinh-chinh/<int:seq>")
@signed_in
def set_correction(dossier_id: str, seq: int) -> Answer:
    """Correct it; on an act it is corrected on every dossier of the act."""
    sight, trouble = see(dossier_id), Trouble()
    correction = correction_of(sight, seq)
    reason = _reason(trouble)
    scans, signed = _signed(sight, trouble, keeps=correction.scans)
    if not trouble.is_there and signed.paper is not None:
        with catching(sight, trouble):
            receipts = house().desk.correct(
                actor(),
                dossier_id,
                step_seq=seq,
                signed=signed.paper,
                reason=reason,
                seen_version=seen_version(),
                paper=correction.mended(signed.paper),
                key=idempotency_key(),
            )
            mine = next(receipt for receipt in receipts if receipt.dossier_id == dossier_id)
            return _done(dossier_id, mine.version)
    return _correct(sight, correction, trouble, scans)


def _correct(sight: Sight, correction: Correction, trouble: Trouble, scans: list[StoredFile]) -> Answer:
    html = render_template(
        "desk/correct.html",
        sight=sight,
        correction=correction,
        trouble=trouble,
        typed=request.form,
        values=trouble.signed.values if trouble.signed is not None else values_of(correction.paper),
        scans=field_files(SCAN, scans),
        scan_hint=scan_hint(),
        carried=carried_text(sight.dossier.id, scans),
        key=new_key(),
        version=sight.dossier.version,
    )
    return (html, trouble.status) if trouble.status != 200 else html


def _signed(sight: Sight, trouble: Trouble, keeps: tuple[str, ...] = ()) -> tuple[list[StoredFile], TypedPaper]:
    """The signed paper that was typed, with its scans. ``keeps``: scans that stand already and need not come again."""
    kept = keep_uploads(SCANS)
    known = carried_files(sight.dossier.id) | dict(kept.files)
    scans = chosen(SCAN, known, kept)
    signed = read_signed(scans, sight.today, kept.refused.get(SCAN, ()), keeps=keeps)
    trouble.signed = signed
    for line in signed.summary():
        trouble.add(line.sentence, line.target)
    return scans, signed


def _reason(trouble: Trouble) -> str:
    reason = request.form.get("ly_do", "").strip()
    if not reason:
        trouble.add(say("move.reason_missing"), "ly_do")
    return reason


def _done(dossier_id: str, version: int) -> Response:
    return redirect(url_for("dossiers.done", dossier_id=dossier_id, seq=version))
