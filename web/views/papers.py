"""Papers of a dossier: a filed version, the form to draft and file one, two versions side by side, their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from web.access import actor, signed_in
from web.context import house, idempotency_key, new_key
from web.dossier.attached import carried_text, field_files
from web.dossier.choices import told
from web.dossier.desk import COPY, Desk, open_desk
from web.dossier.filings import blocking, filed_mark, may_file, needed_for
from web.dossier.paper_forms import asked_of_whole, problems_of, returns_naming
from web.dossier.reading_view import to_read
from web.dossier.remarks import remarks_of
from web.dossier.sight import Sight, see, seen_version
from web.dossier.signed import TypedPaper
from web.dossier.versions import changes_of, version_list
from web.errors import sentence
from web.formatting import moment
from web.forms import BoundForm, Problem, Reading, parse_path
from web.forms.binding import Summary
from web.refusals import Reason
from web.words import say
from workflow.domain.errors import InvalidDocument, InvalidInput, NotFound, StaleDossier, TransitionRefused
from workflow.domain.kinds import AttachmentRule
from workflow.services.dossiers import FilingOption

Answer = str | Response | tuple[str, int]

papers = Blueprint("papers", __name__, url_prefix="/ho-so/<dossier_id>/giay-to/<code>")

FILE, DRAFT, UPLOAD = "dua-vao", "luu-nhap", "tai-len"
"""The deeds of the form: file a version, keep a draft, only take the files up."""


@papers.get("")
@signed_in
def view(dossier_id: str, code: str) -> str:
    """One filed version, the newest unless another is asked for, drawn as its form and only to read."""
    sight = see(dossier_id)
    rule = _rule(sight, code)
    versions = sight.dossier.versions(code)
    if not versions:
        return _none_yet(sight, rule)
    asked = request.args.get("ban", "")
    filed = next((one for one in versions if str(one.paper.version) == asked), None if asked else versions[-1])
    if filed is None:
        abort(404)
    document = house().looks.document(actor(), dossier_id, filed.paper.id)
    option = _option(sight, rule)
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
        may_file=may_file(option),
        unmet=told(sight, blocking(option.refusals)) if option is not None else (),
        needed=needed_for(sight, rule),
    )


@papers.get("/so-sanh")
@signed_in
def compare(dossier_id: str, code: str) -> str:
    """Two versions side by side: what changed, with the words "old" and "new"."""
    sight = see(dossier_id)
    rule = _rule(sight, code)
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
@signed_in
def file(dossier_id: str, code: str, digest: str) -> Response:
    """A file of a paper, only ever as a download that the browser neither opens nor guesses at."""
    sight = see(dossier_id)
    rule = _rule(sight, code)
    known = {one.digest: one for found in sight.record.files.values() for one in found}
    desk = open_desk(sight, rule, None)
    stored = known.get(digest) or desk.files.get(digest)
    if stored is None:
        raise NotFound(file=digest)
    answer = send_file(
        BytesIO(house().files.get(digest)),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=stored.name,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@dataclass(slots=True)
class Trouble:
    """Why a form is shown again: what is wrong at which field, what stands against it, who was quicker."""

    problems: tuple[Problem, ...] = ()
    lines: tuple[Summary, ...] = ()
    refusals: tuple[Reason, ...] = ()
    stale: str = ""
    copy_errors: tuple[str, ...] = ()
    signed: TypedPaper | None = None
    status: int = 422
    before: str = field(default_factory=lambda: say("papers.before_filing"))


@papers.get("/sua")
@signed_in
def edit(dossier_id: str, code: str) -> Answer:
    """The form of a paper: from its draft, its newest version, or what hoso knows already."""
    sight = see(dossier_id)
    desk = _desk(sight, _rule(sight, code))
    option = _option(sight, desk.rule)
    if option is None or not may_file(option):
        return _closed(desk, option)
    _prefill_finding(desk, request.args.get("kien_nghi", ""))
    return _form(desk)


@papers.post("/sua")
@signed_in
def save(dossier_id: str, code: str) -> Answer:
    """Rows come and go, drafts are kept, files taken up, a version filed; nothing typed is lost on the way."""
    sight = see(dossier_id)
    desk = _desk(sight, _rule(sight, code))
    option = _option(sight, desk.rule)
    if option is None or not may_file(option):
        return _form(desk, desk.reading(), Trouble(refusals=_refused(sight, option), status=409))
    changed = desk.changed_rows()
    if changed is not None:
        if desk.kept.files:
            _keep_draft(desk, {})
        return _page(desk, desk.bound(changed=changed), Trouble(status=200))
    deed = request.form.get("viec", DRAFT)
    return _file(desk) if deed == FILE else _draft(desk, deed)


def _draft(desk: Desk, deed: str) -> Answer:
    """Keep what was typed, complete or not."""
    reading = desk.reading()
    _keep_draft(desk, reading.document)
    refused = tuple(words for found in desk.kept.refused.values() for words in found)
    if refused:
        trouble = Trouble(
            desk.kept.problems, before=say("papers.before_upload"), copy_errors=_copy_errors(desk), status=422
        )
        return _form(desk, reading, trouble)
    if request.headers.get("HX-Request") == "true":
        return _form(_desk(see(desk.sight.dossier.id), desk.rule, posted=desk), reading, Trouble(status=200))
    anchor = COPY if deed == UPLOAD else None
    dossier_id, code = desk.sight.dossier.id, desk.rule.code
    return redirect(url_for("papers.edit", dossier_id=dossier_id, code=code, luu="co", _anchor=anchor))


def _keep_draft(desk: Desk, document: Mapping[str, object]) -> None:
    if desk.may_draft:
        content = desk.draft_bytes(document)
        house().dossiers.save_draft(actor(), desk.sight.dossier.id, desk.rule.code, content)


def _file(desk: Desk) -> Answer:
    """File a version; whatever stands against it comes back with everything typed."""
    reading = desk.reading()
    signed = desk.signed(reading.document)
    problems = (*reading.problems, *desk.kept.problems)
    if problems or desk.kept.refused or (signed is not None and signed.paper is None):
        _keep_draft(desk, reading.document)
        return _form(desk, reading, Trouble(problems, copy_errors=_copy_errors(desk), signed=signed))
    try:
        receipt = house().dossiers.file_paper(
            actor(),
            desk.sight.dossier.id,
            desk.rule.code,
            desk.paper_input(reading.document),
            seen_version=seen_version(),
            signed=signed.paper if signed is not None else None,
            key=idempotency_key(),
        )
    except InvalidDocument as error:
        trouble = Trouble(problems_of(error)) if error.faults else Trouble(copy_errors=(sentence(error),))
    except InvalidInput as error:
        trouble = Trouble(copy_errors=(sentence(error),))
    except TransitionRefused as error:
        trouble = Trouble(refusals=told(desk.sight, error.refusals), status=409)
    except StaleDossier as error:
        trouble = Trouble(stale=sentence(error), status=409)
    else:
        return redirect(url_for("dossiers.done", dossier_id=receipt.dossier_id, seq=receipt.version))
    trouble.signed = signed
    _keep_draft(desk, reading.document)
    return _form(desk, reading, trouble)


def _form(desk: Desk, reading: Reading | None = None, trouble: Trouble | None = None) -> Answer:
    """The page with the form as typed, or as it begins."""
    trouble = trouble or Trouble(status=200)
    asked = request.args.get("o", "")
    focus = parse_path(asked) if asked.startswith("/") and reading is None else None
    return _page(desk, desk.bound(reading=reading, problems=trouble.problems, focus=focus), trouble, reading)


def _page(desk: Desk, bound: BoundForm, trouble: Trouble, reading: Reading | None = None) -> Answer:
    sight, rule = desk.sight, desk.rule
    lines = [*bound.problems, *(Summary(words, COPY) for words in trouble.copy_errors)]
    if trouble.signed is not None and not desk.signs_inside:
        lines += trouble.signed.summary()
    elif trouble.signed is not None:
        lines += _signed_lines(trouble.signed)
    document = reading.document if reading is not None else desk.base
    page = render_template(
        "papers/edit.html",
        sight=sight,
        rule=rule,
        desk=desk,
        form=bound,
        lines=lines,
        trouble=trouble,
        remarks=remarks_of(sight, rule, document),
        asked=asked_of_whole(sight, rule),
        returns=returns_naming(sight, rule),
        carried=carried_text(sight.dossier.id, desk.files.values()),
        copy=field_files(COPY, desk.attached),
        copy_errors=trouble.copy_errors,
        saved=_saved_words(desk),
        said=say("papers.draft_kept") if "luu" in request.args else "",
        key=new_key(),
        version=sight.dossier.version,
        needed=needed_for(sight, rule),
        criteria=sight.look.books.criteria if rule.scored else None,
        deeds={"file": FILE, "draft": DRAFT, "upload": UPLOAD},
        most=rule.files.max_bytes,
    )
    return (page, trouble.status) if trouble.status != 200 else page


def _signed_lines(signed: TypedPaper) -> list[Summary]:
    """What the signed copy lacks, at the paper's own fields."""
    lines = [Summary(words, f"f-{name}") for name, found in signed.errors.items() for words in found]
    return [*lines, *(Summary(words, COPY) for words in signed.scan_errors)]


def _copy_errors(desk: Desk) -> tuple[str, ...]:
    return tuple(desk.kept.refused.get(COPY, ()))


def _saved_words(desk: Desk) -> str:
    if not desk.may_draft:
        return say("papers.other_draft")
    return say("papers.saved", at=moment(desk.draft.at, desk.sight.today)) if desk.draft is not None else ""


def _closed(desk: Desk, option: FilingOption | None) -> Answer:
    """The reader cannot file it now: the complete explanation instead of a form."""
    return render_template(
        "papers/closed.html",
        sight=desk.sight,
        rule=desk.rule,
        unmet=_refused(desk.sight, option),
        versions=version_list(desk.sight, desk.rule),
    ), 409


def _none_yet(sight: Sight, rule: AttachmentRule) -> str:
    option = _option(sight, rule)
    return render_template(
        "papers/none.html",
        sight=sight,
        rule=rule,
        may_file=may_file(option),
        unmet=told(sight, blocking(option.refusals)) if option is not None else (),
        needed=needed_for(sight, rule),
    )


def _refused(sight: Sight, option: FilingOption | None) -> tuple[Reason, ...]:
    return told(sight, blocking(option.refusals)) if option is not None else ()


def _rule(sight: Sight, code: str) -> AttachmentRule:
    """The paper of the kind; one that does not exist and one kept from the reader look the same."""
    rule = sight.kind.attachments.get(code)
    if rule is None or code in sight.look.hidden or not rule.applies.to(own=sight.dossier.own):
        raise NotFound(paper=code)
    return rule


def _option(sight: Sight, rule: AttachmentRule) -> FilingOption | None:
    return next((one for one in sight.look.papers if one.rule.code == rule.code), None)


def _desk(sight: Sight, rule: AttachmentRule, posted: Desk | None = None) -> Desk:
    """The desk of a paper; ``posted``: the same request's, so that files are not read twice."""
    newest = sight.dossier.newest(rule.code)
    before = house().looks.document(actor(), sight.dossier.id, newest.paper.id) if newest is not None else None
    desk = open_desk(sight, rule, before)
    if posted is not None:
        desk.kept, desk.files, desk.attached = posted.kept, posted.files, posted.attached
    return desk


def _prefill_finding(desk: Desk, finding: str) -> None:
    """An answer to (or closing of) a finding begins with which one it is about: ``<number of the note>.<code>``."""
    version, _, name = finding.partition(".")
    if desk.rule.finding is not None and name and version.isdecimal() and finding in desk.sight.dossier.findings:
        opener = next(rule.code for rule in desk.sight.kind.attachments.values() if rule.finding == "opens")
        desk.base |= {"finding": name, f"{opener}_version": int(version)}
