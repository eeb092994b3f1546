"""Single moves, a page each: what is missing in full, or the form with all it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, signed_in
from web.context import house, idempotency_key, new_key
from web.dossier.attached import Kept, carried_files, carried_text, chosen, field_files, keep_uploads
from web.dossier.desk import COPY, Desk, open_desk
from web.dossier.mending import mending_of
from web.dossier.paper_forms import file_hint
from web.dossier.sight import Sight, see, seen_version
from web.dossier.signed import SCAN, SCANS, read_signed, scan_hint
from web.dossier.steps import Step, handed_in, sent_at, step_of
from web.dossier.trouble import FORM, Trouble, catching, version_made_before
from web.forms import Reading, RowsChanged
from web.forms.binding import Summary
from web.words import say
from workflow.domain.books import StoredFile
from workflow.domain.errors import TransitionNotAvailable
from workflow.services.inputs import MoveInput, PaperInput

Answer = str | Response | tuple[str, int]

moves = Blueprint("moves", __name__, url_prefix="/ho-so/<dossier_id>/buoc")


_ISSUER, _REASON = "issuer", "reason"
"""Fields of official papers: who issued it, and why."""


@dataclass(slots=True)
class Page:
    """The page of one move as far as it was typed."""

    sight: Sight
    step: Step
    desk: Desk | None
    scans: list[StoredFile] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)
    reading: Reading | None = None
    changed: RowsChanged | None = None
    trouble: Trouble = field(default_factory=Trouble)

    @property
    def signs(self) -> bool:
        """Whether a signed paper is asked for beside the form: the move's own paper may be one already."""
        return self.step.records and not (self.desk is not None and self.desk.signs_inside)

    @property
    def asks_reason(self) -> bool:
        """Whether a reason is asked for beside the form: the move's own paper may give it."""
        inside = self.desk is not None and any(child.key == _REASON for child in self.desk.form.shape.children)
        return self.step.needs_reason and not inside

    @property
    def reason(self) -> str:
        """The reason that was typed, here or in the move's own paper."""
        if self.step.needs_reason and not self.asks_reason and self.reading is not None:
            return str(self.reading.document.get(_REASON, ""))
        return request.form.get("ly_do", "").strip()


@moves.get("/<trigger>")
@signed_in
def begin(dossier_id: str, trigger: str) -> Answer:
    """What is missing, in full; else the form, which for a unit is "check your answers" before it hands in."""
    sight = see(dossier_id)
    step = step_of(sight, trigger)
    return _page(Page(sight, step, _desk(sight, step)))


@moves.post("/<trigger>")
@signed_in
def make(dossier_id: str, trigger: str) -> Answer:
    """Make the move; whatever stands against it comes back with everything typed."""
    sight = see(dossier_id)
    try:
        step = step_of(sight, trigger)
    except TransitionNotAvailable:
        made = version_made_before()
        if made is None:
            raise
        return redirect(url_for("dossiers.done", dossier_id=dossier_id, seq=made))
    page = _posted(sight, step)
    if page.changed is not None:
        return _page(page)
    move = _read(page)
    if not page.trouble.is_there:
        with catching(sight, page.trouble):
            receipt = house().dossiers.perform(actor(), dossier_id, move, key=idempotency_key())
            return redirect(url_for("dossiers.done", dossier_id=dossier_id, seq=receipt.version))
    return _page(page)


def _desk(sight: Sight, step: Step) -> Desk | None:
    """The paper that comes with the move, ready to be typed."""
    if step.paper is None or step.unmet:
        return None
    desk = open_desk(sight, step.paper, None)
    desk.records = False
    if _ISSUER in desk.base:
        desk.base[_ISSUER] = step.who
    return desk


def _posted(sight: Sight, step: Step) -> Page:
    """Everything the request brought."""
    desk = _desk(sight, step)
    kept = desk.kept if desk is not None else keep_uploads(SCANS)
    known = desk.files if desk is not None else carried_files(sight.dossier.id) | dict(kept.files)
    page = Page(sight, step, desk, chosen(SCAN, known, kept), kept)
    if desk is not None:
        page.changed = desk.changed_rows()
        page.reading = desk.reading() if page.changed is None else None
    return page


def _read(page: Page) -> MoveInput:
    """The move that was typed; what is wrong with it goes into the page's trouble."""
    step, trouble = page.step, page.trouble
    if page.asks_reason and not page.reason:
        trouble.add(say("move.reason_missing"), "ly_do")
    choice = request.form.get("ket_qua") if step.choices else step.only_choice
    if step.choices and choice not in {code for code, _, _ in step.choices}:
        trouble.add(say("move.choice_missing"), "ket_qua")
    if (step.checks or step.grave) and request.form.get("cam_doan") != "co":
        trouble.add(say("move.declare_missing"), "cam_doan")
    sent = sent_at(trouble) if step.records else None
    if page.signs:
        trouble.signed = read_signed(page.scans, page.sight.today, page.kept.refused.get(SCAN, ()))
        for line in trouble.signed.summary():
            trouble.add(line.sentence, line.target)
    return MoveInput(
        trigger=step.trigger,
        seen_version=seen_version(),
        choice=choice,
        papers=_paper(page),
        signed=trouble.signed.paper if trouble.signed is not None else None,
        reason=page.reason or None,
        sent_at=sent,
    )


def _paper(page: Page) -> Mapping[str, PaperInput]:
    """The paper that comes with the move; its own copy is asked for where the step is entered from it."""
    desk, reading = page.desk, page.reading
    if desk is None or reading is None:
        return {}
    if reading.problems or desk.kept.problems:
        page.trouble.status = 422
        page.trouble.problems = desk.kept.problems
    for words in desk.kept.refused.get(COPY, ()):
        page.trouble.add(words, COPY)
    if page.step.records and not page.signs and not desk.attached:
        page.trouble.add(say("signed.scan"), COPY)
    if reading.problems:
        page.trouble.problems = (*reading.problems, *page.trouble.problems)
    return {desk.rule.code: desk.paper_input(reading.document)}


def _page(page: Page) -> Answer:
    sight, step, desk, trouble = page.sight, page.step, page.desk, page.trouble
    form = None
    if desk is not None:
        form = desk.bound(reading=page.reading, changed=page.changed, problems=trouble.problems)
    lines: list[Summary] = [*trouble.lines, *(form.problems if form is not None else ())]
    carried = {file.digest: file for file in (*page.scans, *(desk.files.values() if desk is not None else ()))}
    html = render_template(
        "moves/step.html",
        sight=sight,
        step=step,
        form=form,
        desk=desk,
        signs=page.signs,
        asks_reason=page.asks_reason,
        handed=handed_in(sight, step) if step.checks else [],
        mending=mending_of(sight),
        trouble=trouble,
        lines=lines,
        typed=request.form,
        scans=field_files(SCAN, page.scans),
        copy=field_files(COPY, desk.attached) if desk is not None else [],
        copy_hint=file_hint(desk.rule.files) if desk is not None else "",
        scan_hint=scan_hint(),
        carried=carried_text(sight.dossier.id, carried.values()),
        key=new_key(),
        version=sight.dossier.version,
        place=FORM,
    )
    return (html, trouble.status) if trouble.status != 200 else html
