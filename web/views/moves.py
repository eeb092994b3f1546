"""Single moves, a page each: what is missing in full, or the form with all it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, signed_in
from web.context import house, idempotency_key, new_key
from web.dossier.attached import Kept, carried_files, carried_text, chosen, field_files, keep_uploads
from web.dossier.choices import move_url
from web.dossier.desk import COPY, Desk, open_desk
from web.dossier.mending import mending_of
from web.dossier.paper_forms import file_hint
from web.dossier.sight import Sight, see, seen_version
from web.dossier.signed import SCAN, SCANS, read_signed, scan_hint, values_of
from web.dossier.steps import Step, handed_in, sent_at, signed_before, step_of
from web.dossier.trouble import FORM, Trouble, catching, gone_page, version_for, version_made_before
from web.forms import Reading, RowsChanged
from web.forms.binding import Summary
from web.kept import comes_again
from web.words import say
from workflow.domain.books import StoredFile
from workflow.domain.errors import TransitionNotAvailable
from workflow.services.inputs import MoveInput, PaperInput

Answer = str | Response | tuple[str, int]

moves = Blueprint("moves", __name__, url_prefix="/ho-so/<dossier_id>/buoc")


_ISSUER, _REASON, _RESULT = "issuer", "reason", "result"
"""Fields of official papers: who issued it, why, and what it concludes."""


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
    first: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> dict[str, StoredFile]:
        """The files this dossier has, and those the form brought."""
        brought = self.desk.files if self.desk is not None else {}
        return {file.digest: file for found in self.sight.record.files.values() for file in found} | brought

    @property
    def signs(self) -> bool:
        """Whether a signed paper is asked for beside the form: the move's own paper may be one already."""
        return self.step.records and not (self.desk is not None and self.desk.signs_inside)

    def _is_inside(self, key: str) -> bool:
        """Whether the move's own paper asks for this already."""
        return self.desk is not None and any(child.key == key for child in self.desk.form.shape.children)

    @property
    def asks_choice(self) -> bool:
        """Whether the result is asked for beside the form: the move's own paper may give it."""
        return bool(self.step.choices) and not self._is_inside(_RESULT)

    @property
    def choice(self) -> str | None:
        """The result that was typed, here or in the move's own paper."""
        if not self.step.choices:
            return self.step.only_choice
        if self.asks_choice:
            return request.form.get("ket_qua")
        return str(self.reading.document.get(_RESULT, "")) if self.reading is not None else None

    @property
    def asks_reason(self) -> bool:
        """Whether a reason is asked for beside the form: the move's own paper may give it."""
        return self.step.needs_reason and not self._is_inside(_REASON)

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
    try:
        step = step_of(sight, trigger)
    except TransitionNotAvailable:
        return gone_page(sight)
    its_page = move_url(sight, step.transition)
    if its_page != url_for("moves.begin", dossier_id=dossier_id, trigger=trigger):
        return redirect(its_page)
    return _page(_begun(sight, step))


@moves.post("/<trigger>")
@signed_in
def make(dossier_id: str, trigger: str) -> Answer:
    """Make the move; whatever stands against it comes back with everything typed."""
    sight = see(dossier_id)
    try:
        step = step_of(sight, trigger)
    except TransitionNotAvailable:
        made = version_made_before(dossier_id)
        if made is None:
            return gone_page(sight)
        return redirect(url_for("dossiers.done", dossier_id=dossier_id, seq=made))
    page = _posted(sight, step)
    if page.changed is not None:
        return _page(page)
    move = _read(page)
    if not page.trouble.is_there and not comes_again():
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


def _begun(sight: Sight, step: Step) -> Page:
    """The page as it begins: entered from a signed paper, it begins with the one the handed papers came from."""
    page = Page(sight, step, _desk(sight, step))
    before = signed_before(sight, handed_in(sight, step)) if page.signs and step.checks else None
    if before is not None and before.from_paper is not None:
        page.first = values_of(before.from_paper)
        page.scans = [page.known[one] for one in before.from_paper.scans if one in page.known]
    return page


def _posted(sight: Sight, step: Step) -> Page:
    """Everything the request brought."""
    desk = _desk(sight, step)
    kept = desk.kept if desk is not None else keep_uploads(SCANS)
    page = Page(sight, step, desk, kept=kept)
    page.scans = chosen(SCAN, page.known | carried_files(sight.dossier.id), kept)
    if desk is not None:
        page.changed = desk.changed_rows()
        page.reading = desk.reading() if page.changed is None else None
    return page


def _read(page: Page) -> MoveInput:
    """The move that was typed; what is wrong with it goes into the page's trouble."""
    step, trouble = page.step, page.trouble
    if page.asks_reason and not page.reason:
        trouble.add(say("move.reason_missing"), "ly_do")
    choice = page.choice
    if page.asks_choice and choice not in {code for code, _, _ in step.choices}:
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
        asks_choice=page.asks_choice,
        handed=handed_in(sight, step) if step.checks else [],
        mending=mending_of(sight),
        trouble=trouble,
        signed=trouble.signed.values if trouble.signed is not None else page.first,
        lines=lines,
        typed=request.form,
        scans=field_files(SCAN, page.scans),
        copy=field_files(COPY, desk.attached) if desk is not None else [],
        copy_hint=file_hint(desk.rule.files) if desk is not None else "",
        scan_hint=scan_hint(),
        carried=carried_text(sight.dossier.id, carried.values()),
        key=new_key(),
        version=version_for(sight, trouble),
        place=FORM,
    )
    return (html, trouble.status) if trouble.status != 200 else html
