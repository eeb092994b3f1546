"""One paper on the way: what was typed or stored, its files, its signed copy, and what it amounts to as an input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import request

from web.dossier.attached import Kept, carried_files, chosen, keep_uploads
from web.dossier.beginnings import beginning_of
from web.dossier.drafts import KeptDraft, draft_bytes, read_draft
from web.dossier.paper_forms import ENTERED, digests_in, form_of, known_file, setting_of
from web.dossier.signed import FIELDS, TypedPaper, check_signed, read_signed
from web.forms import Reading, command_of
from web.forms.reading import raw_of_post
from workflow.domain.books import StoredFile
from workflow.services.inputs import PaperInput

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from web.forms import BoundForm, PaperForm, Path, Problem, RowsChanged, Setting
    from workflow.domain.kinds import AttachmentRule

COPY = "ban"
"""The field of the paper's own copy: the signed scan or the file as a whole."""


@dataclass(slots=True)
class Desk:
    """One paper being worked on by the reader. ``base``: what the server starts from and keeps as its own.

    ``records``: the reader enters it for whoever's paper it is, so its signed copy comes with it.
    """

    sight: Sight
    rule: AttachmentRule
    form: PaperForm
    base: dict[str, Any]
    records: bool
    files: dict[str, StoredFile]
    attached: list[StoredFile]
    draft: KeptDraft | None = None
    kept: Kept = field(default_factory=Kept)

    @property
    def signs_inside(self) -> bool:
        """Whether the paper itself has number, date, office and signer: its signed copy needs no fields of its own."""
        return {child.key for child in self.form.shape.children} >= set(FIELDS)

    @property
    def may_draft(self) -> bool:
        """Whether the reader may keep a draft: never over the draft of another side."""
        return self.draft is None or self.draft.role in {None, self.sight.reader.role}

    @property
    def version(self) -> int:
        """The number the next filed version gets."""
        return len(self.sight.dossier.versions(self.rule.code)) + 1

    def setting(self) -> Setting:
        """What surrounds the drawing."""
        known = {digest: known_file(self.sight, self.rule.code, file) for digest, file in self.files.items()}
        return setting_of(self.sight, self.rule, files=known, hidden={ENTERED})

    # --- reading what was typed

    def changed_rows(self) -> RowsChanged | None:
        """What a pressed row button does, or None."""
        posted = request.form.to_dict(flat=False)
        return self.form.change_rows(posted, self.kept.names) if command_of(posted) else None

    def reading(self) -> Reading:
        """The document that was typed."""
        return self.form.read(request.form.to_dict(flat=False), self.base, self.setting(), self.kept.names)

    def signed(self, document: Mapping[str, Any]) -> TypedPaper | None:
        """The signed paper a recorder enters it from: from the paper's own fields, else from fields beside it."""
        if not self.records:
            return None
        refused = self.kept.refused.get(COPY, ())
        if not self.signs_inside:
            return read_signed(self.attached, self.sight.today, refused)
        typed = {name: str(document.get(name, "")) for name in FIELDS}
        return check_signed(typed, self.attached, self.sight.today, refused)

    def paper_input(self, document: Mapping[str, Any]) -> PaperInput:
        """The paper for the service: its JSON, its own copy and every file its fields name."""
        named = [self.files[digest] for digest in digests_in(self.form, document) if digest in self.files]
        files = {file.digest: file for file in (*self.attached, *named)}
        return PaperInput(json.dumps(document, ensure_ascii=False).encode(), tuple(files.values()))

    def draft_bytes(self, document: Mapping[str, object]) -> bytes:
        """The draft to keep."""
        return draft_bytes(
            typed=raw_of_post(request.form.to_dict(flat=False), self.kept.names),
            document=document,
            files=self.files.values(),
            attached=[file.digest for file in self.attached],
            role=self.sight.reader.role,
        )

    # --- drawing

    def bound(
        self,
        *,
        reading: Reading | None = None,
        changed: RowsChanged | None = None,
        problems: tuple[Problem, ...] = (),
        focus: Path | None = None,
    ) -> BoundForm:
        """The form to draw: from what was typed, else from the draft, else from where the paper begins."""
        untouched = reading is None and changed is None
        raw = self.draft.typed if untouched and self.draft is not None and self.shows_draft else None
        return self.form.bind(
            self.base,
            setting=self.setting(),
            raw=raw,
            reading=reading,
            changed=changed,
            problems=problems,
            focus=focus,
        )

    @property
    def shows_draft(self) -> bool:
        """Whether a draft of the reader's own side is there to go on with."""
        return self.draft is not None and self.may_draft and self.draft.typed is not None


def open_desk(
    sight: Sight, rule: AttachmentRule, before: Mapping[str, Any] | None, *, kept: Kept | None = None
) -> Desk:
    """The desk for a paper as it stands; for a POST with everything the request brought.

    ``kept``: the uploads of this request when they were taken up already; they can be read once only.
    """
    form = form_of(rule.schema_id)
    draft = read_draft(sight.look.drafts.get(rule.code))
    mine = draft is not None and draft.role in {None, sight.reader.role}
    records = not any(sight.stands_for(role) for role in rule.filed_by)
    stored = draft.document if draft is not None and mine and draft.typed is None else before
    base = beginning_of(sight, rule, stored)
    base.pop(ENTERED, None)
    if records and any(child.key == ENTERED for child in form.shape.children):
        base[ENTERED] = True
    files = {file.digest: file for found in sight.record.files.values() for file in found}
    if draft is not None and mine:
        files |= draft.files
    desk = Desk(sight, rule, form, base, records, files, [], draft)
    if request.method == "POST":
        desk.kept = keep_uploads(rule.files) if kept is None else kept
        desk.files |= carried_files(sight.dossier.id) | dict(desk.kept.files)
        desk.attached = chosen(COPY, desk.files, desk.kept)
    elif draft is not None and mine and draft.typed is not None:
        desk.attached = [files[digest] for digest in draft.attached if digest in files]
    elif not rule.many and not records:
        newest = sight.dossier.newest(rule.code)
        inside = set(digests_in(form, before or {}))
        found = sight.record.files.get(newest.paper.id, ()) if newest is not None else ()
        desk.attached = [file for file in found if file.digest not in inside]
    return desk
