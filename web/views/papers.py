"""Papers of a dossier: a filed version, the form to draft and file one, two versions side by side, their files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import OFFICERS, actor, signed_in
from web.context import house, idempotency_key
from web.dossier.arrival import typed_arrival
from web.dossier.choices import told
from web.dossier.desk import COPY, Desk
from web.dossier.filings import blocking, filed_mark, may_file, needed_for
from web.dossier.inert import inert, send_inert
from web.dossier.paper_page import (
    DRAFT,
    FILE,
    UPLOAD,
    Answer,
    closed_page,
    desk_of,
    findings_on,
    form_page,
    none_page,
    option_of,
    prefill_finding,
    rule_of,
)
from web.dossier.reading_view import to_read
from web.dossier.remarks import remarks_of
from web.dossier.sight import see, seen_version
from web.dossier.signed import PREFIX
from web.dossier.trouble import Trouble, catching
from web.dossier.versions import changes_of, version_list
from web.words import say
from workflow.domain.errors import NotFound

papers = Blueprint("papers", __name__, url_prefix="/ho-so/<dossier_id>/giay-to/<code>")


@papers.get("")
@signed_in
def view(dossier_id: str, code: str) -> str:
    """One filed version, the newest unless another is asked for, drawn as its form and only to read."""
    sight = see(dossier_id)
    rule = rule_of(sight, code)
    versions = sight.dossier.versions(code)
    if not versions:
        return none_page(sight, rule)
    asked = request.args.get("ban", "")
    filed = next((one for one in versions if str(one.paper.version) == asked), None if asked else versions[-1])
    if filed is None:
        abort(404)
    document = house().looks.document(actor(), dossier_id, filed.paper.id)
    option = option_of(sight, rule)
    return render_template(
        "papers/view.html",
        sight=sight,
        rule=rule,
        filed=filed,
        form=to_read(sight, rule, document),
        mark=filed_mark(sight, rule, filed) if filed is versions[-1] else None,
        is_newest=filed is versions[-1],
        versions=version_list(sight, rule),
        files=sight.record.files.get(filed.paper.id, ()),
        who=sight.name_of(filed.role),
        office=sight.record.offices.get(filed.person_id, ""),
        remarks=remarks_of(sight, rule, document),
        findings=findings_on(sight, rule, sight.record.files.get(filed.paper.id, ()), document),
        received=house().receiving.of(actor(), dossier_id).get((code, filed.paper.version))
        if actor().role in OFFICERS
        else None,
        notes_arrival=actor().role in OFFICERS,
        may_file=may_file(option),
        unmet=told(sight, blocking(option.refusals)) if option is not None else (),
        needed=needed_for(sight, rule),
    )


@papers.get("/so-sanh")
@signed_in
def compare(dossier_id: str, code: str) -> str:
    """Two versions side by side: what changed, with the words "old" and "new"."""
    sight = see(dossier_id)
    rule = rule_of(sight, code)
    by_version = {str(filed.paper.version): filed for filed in sight.dossier.versions(code)}
    old, new = by_version.get(request.args.get("cu", "")), by_version.get(request.args.get("moi", ""))
    if old is None or new is None:
        abort(404)
    documents = house().looks.documents(actor(), dossier_id, (old.paper.id, new.paper.id))
    changes, unchanged = changes_of(sight, rule, documents[old.paper.id], documents[new.paper.id])
    return render_template(
        "papers/compare.html",
        sight=sight,
        rule=rule,
        old=old,
        new=new,
        changes=changes,
        unchanged=unchanged,
        versions=version_list(sight, rule),
    )


@papers.get("/tep/<digest>")
@inert
@signed_in
def file(dossier_id: str, code: str, digest: str) -> Response:
    """A file of a paper, only ever as a download that the browser neither opens nor guesses at."""
    sight = see(dossier_id)
    rule = rule_of(sight, code)
    known = {one.digest: one for found in sight.record.files.values() for one in found}
    stored = known.get(digest) or desk_of(sight, rule).files.get(digest)
    if stored is None:
        raise NotFound(file=digest)
    return send_inert(house().files.get(digest), stored.name)


@papers.get("/sua")
@signed_in
def edit(dossier_id: str, code: str) -> Answer:
    """The form of a paper: from its draft, its newest version, or what hoso knows already."""
    sight = see(dossier_id)
    rule = rule_of(sight, code)
    option = option_of(sight, rule)
    if option is None or not may_file(option):
        return closed_page(sight, rule, option)
    desk = desk_of(sight, rule)
    prefill_finding(desk, request.args.get("kien_nghi", ""))
    return form_page(desk)


@papers.post("/sua")
@signed_in
def save(dossier_id: str, code: str) -> Answer:
    """Rows come and go, drafts are kept, files taken up, a version filed; nothing typed is lost on the way."""
    sight = see(dossier_id)
    desk = desk_of(sight, rule_of(sight, code))
    option = option_of(sight, desk.rule)
    if option is None or not may_file(option):
        unmet = told(sight, blocking(option.refusals)) if option is not None else ()
        return form_page(desk, reading=desk.reading(), trouble=Trouble(refusals=unmet, status=409))
    changed = desk.changed_rows()
    if changed is not None:
        if desk.kept.files:
            _keep_draft(desk, {})
        return form_page(desk, changed=changed)
    deed = request.form.get("viec", DRAFT)
    return _file(desk) if deed == FILE else _draft(desk, deed)


def _draft(desk: Desk, deed: str) -> Answer:
    """Keep what was typed, complete or not."""
    reading = desk.reading()
    _keep_draft(desk, reading.document)
    trouble = Trouble()
    _tell_uploads(desk, trouble)
    if trouble.is_there:
        return form_page(desk, reading=reading, trouble=trouble, before=say("papers.before_upload"))
    dossier_id, code = desk.sight.dossier.id, desk.rule.code
    if request.headers.get("HX-Request") == "true":
        return form_page(desk_of(see(dossier_id), desk.rule, posted=desk), reading=reading)
    anchor = COPY if deed == UPLOAD else None
    return redirect(url_for("papers.edit", dossier_id=dossier_id, code=code, luu="co", _anchor=anchor))


def _keep_draft(desk: Desk, document: Mapping[str, object]) -> None:
    if desk.may_draft:
        content = desk.draft_bytes(document)
        house().dossiers.save_draft(actor(), desk.sight.dossier.id, desk.rule.code, content)


def _tell_uploads(desk: Desk, trouble: Trouble) -> None:
    """What could not be kept of the files that came, each at its field."""
    for words in desk.kept.refused.get(COPY, ()):
        trouble.add(words, COPY)
    if desk.kept.problems:
        trouble.problems, trouble.status = desk.kept.problems, 422


def _note_arrival(desk: Desk, number: str, day: date) -> None:
    """The stamp of arrival on what was just filed; the same form sent twice notes it once."""
    dossier_id, code = desk.sight.dossier.id, desk.rule.code
    newest = see(dossier_id).dossier.newest(code)
    if newest is not None:
        key = idempotency_key()
        house().receiving.note(
            actor(),
            dossier_id,
            code,
            newest.paper.version,
            number=number,
            day=day,
            key=f"{key}-den" if key is not None else None,
        )


def _file(desk: Desk) -> Answer:
    """File a version; whatever stands against it comes back with everything typed."""
    reading = desk.reading()
    trouble = Trouble(signed=desk.signed(reading.document))
    _tell_uploads(desk, trouble)
    if reading.problems:
        trouble.problems, trouble.status = (*reading.problems, *trouble.problems), 422
    if trouble.signed is not None and trouble.signed.paper is None:
        for line in trouble.signed.summary(fields="f" if desk.signs_inside else PREFIX, scan=COPY):
            if line not in trouble.lines:
                trouble.add(line.sentence, line.target)
    arrival = typed_arrival() if desk.records else None
    if arrival is not None and not arrival.is_blank:
        for name, all_of in arrival.errors.items():
            for words in all_of:
                trouble.add(words, name)
    if not trouble.is_there:
        with catching(desk.sight, trouble, place=COPY):
            receipt = house().dossiers.file_paper(
                actor(),
                desk.sight.dossier.id,
                desk.rule.code,
                desk.paper_input(reading.document),
                seen_version=seen_version(),
                signed=trouble.signed.paper if trouble.signed is not None else None,
                key=idempotency_key(),
            )
            if arrival is not None and arrival.day is not None and arrival.number:
                _note_arrival(desk, arrival.number, arrival.day)
            return redirect(url_for("dossiers.done", dossier_id=receipt.dossier_id, seq=receipt.version))
    _keep_draft(desk, reading.document)
    return form_page(desk, reading=reading, trouble=trouble)
