"""The pages around the form of a paper: the form itself, why it is closed, and that there is none yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, request
from werkzeug.wrappers import Response

from web.access import actor
from web.context import house, new_key
from web.dossier.attached import carried_text, field_files
from web.dossier.choices import told
from web.dossier.desk import COPY, Desk, open_desk
from web.dossier.filings import blocking, may_file, needed_for
from web.dossier.paper_forms import asked_of_whole, returns_naming
from web.dossier.remarks import remarks_of
from web.dossier.trouble import Trouble, version_for
from web.dossier.versions import version_list
from web.formatting import moment
from web.forms import parse_path
from web.words import say
from workflow.domain.errors import NotFound
from workflow.domain.file_checks import Weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from web.dossier.sight import Sight
    from web.forms import Reading, RowsChanged
    from workflow.domain.books import StoredFile
    from workflow.domain.kinds import AttachmentRule
    from workflow.services.dossiers import FilingOption


@dataclass(frozen=True, slots=True)
class FileWords:
    """One finding about a file in words, with how much it weighs."""

    weight: Weight
    sentence: str


Answer = str | Response | tuple[str, int]

FILE, DRAFT, UPLOAD = "dua-vao", "luu-nhap", "tai-len"
"""The deeds of the form: file a version, keep a draft, only take the files up."""


def rule_of(sight: Sight, code: str) -> AttachmentRule:
    """The paper of the kind; one that does not exist and one kept from the reader look the same: ``NotFound``."""
    rule = sight.kind.attachments.get(code)
    if rule is None or code in sight.look.hidden or not rule.belongs_to(sight.dossier):
        raise NotFound(paper=code)
    return rule


def option_of(sight: Sight, rule: AttachmentRule) -> FilingOption | None:
    """Whether and why not the reader could file the paper now."""
    return next((one for one in sight.look.papers if one.rule.code == rule.code), None)


def desk_of(sight: Sight, rule: AttachmentRule, posted: Desk | None = None) -> Desk:
    """The desk of a paper; ``posted``: the same request's, whose uploads were taken up already."""
    newest = sight.dossier.newest(rule.code)
    before = house().looks.document(actor(), sight.dossier.id, newest.paper.id) if newest is not None else None
    return open_desk(sight, rule, before, kept=posted.kept if posted is not None else None)


def prefill_finding(desk: Desk, finding: str) -> None:
    """An answer to (or closing of) a finding begins with which one it is about: ``<number of the note>.<code>``."""
    version, _, name = finding.partition(".")
    if desk.rule.finding is not None and name and version.isdecimal() and finding in desk.sight.dossier.findings:
        opener = next(rule.code for rule in desk.sight.kind.attachments.values() if rule.finding == "opens")
        desk.base |= {"finding": name, f"{opener}_version": int(version)}


def form_page(
    desk: Desk,
    *,
    reading: Reading | None = None,
    changed: RowsChanged | None = None,
    trouble: Trouble | None = None,
    before: str = "",
) -> Answer:
    """The page with the form as typed, or as it begins. ``before``: what could not be done because of the trouble."""
    trouble = trouble or Trouble()
    sight, rule = desk.sight, desk.rule
    asked = request.args.get("o", "")
    focus = parse_path(asked) if asked.startswith("/") and reading is None and changed is None else None
    bound = desk.bound(reading=reading, changed=changed, problems=trouble.problems, focus=focus)
    page = render_template(
        "papers/edit.html",
        sight=sight,
        rule=rule,
        desk=desk,
        form=bound,
        lines=[*bound.problems, *trouble.lines],
        trouble=trouble,
        before=before or say("papers.before_filing"),
        remarks=remarks_of(sight, rule, reading.document if reading is not None else desk.base),
        findings=findings_on(desk.sight, rule, desk.attached, reading.document if reading is not None else desk.base),
        asked=asked_of_whole(sight, rule),
        returns=returns_naming(sight, rule),
        carried=carried_text(sight.dossier.id, desk.files.values()),
        copy=field_files(COPY, desk.attached),
        copy_errors=trouble.at(COPY),
        saved=_saved_words(desk),
        said=say("papers.draft_kept") if "luu" in request.args else "",
        key=new_key(),
        version=version_for(sight, trouble),
        needed=needed_for(sight, rule),
        criteria=sight.look.books.criteria if rule.scored else None,
        deeds={"file": FILE, "draft": DRAFT, "upload": UPLOAD},
        most=rule.files.max_bytes,
    )
    return (page, trouble.status) if trouble.status != 200 else page


def findings_on(
    sight: Sight, rule: AttachmentRule, files: Sequence[StoredFile], document: Mapping[str, object]
) -> list[FileWords]:
    """What there is to say about the files of a paper, the heaviest first."""
    found = house().inspections.look(actor(), sight.dossier.id, rule.code, files, document)
    order = list(Weight)
    told = sorted(found, key=lambda one: order.index(one.weight))
    return [FileWords(one.weight, house().wording.say(one.message, **one.facts)) for one in told]


def _saved_words(desk: Desk) -> str:
    if not desk.may_draft:
        return say("papers.other_draft")
    return say("papers.saved", at=moment(desk.draft.at, desk.sight.today)) if desk.draft is not None else ""


def closed_page(sight: Sight, rule: AttachmentRule, option: FilingOption | None) -> Answer:
    """The reader cannot file it now: the complete explanation instead of a form."""
    return render_template(
        "papers/closed.html",
        sight=sight,
        rule=rule,
        unmet=told(sight, blocking(option.refusals)) if option is not None else (),
        versions=version_list(sight, rule),
    ), 409


def none_page(sight: Sight, rule: AttachmentRule) -> str:
    """Nothing is filed yet: when it is needed, and what stands against filing it now."""
    option = option_of(sight, rule)
    return render_template(
        "papers/none.html",
        sight=sight,
        rule=rule,
        may_file=may_file(option),
        unmet=told(sight, blocking(option.refusals)) if option is not None else (),
        needed=needed_for(sight, rule),
    )
