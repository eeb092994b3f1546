"""The signed paper that a commune's report is filed with: number, date, office, signer, scans; or none at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import request

from web.access import actor
from web.context import cycle, today
from web.dossier.attached import carried_files, carried_text, chosen, field_files, keep_uploads
from web.dossier.signed import FIELDS, PREFIX, SCANS, TypedPaper, read_signed

if TYPE_CHECKING:
    from web.forms.binding import Summary
    from workflow.domain.books import StoredFile
    from workflow.domain.events import SignedPaper

SCAN = f"{PREFIX}_scan"


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """What was typed of the paper and the scans that came. ``typed`` None: nothing was, and the report has none."""

    typed: TypedPaper | None = None
    kept: tuple[StoredFile, ...] = ()
    carried: str = ""
    lines: list[Summary] = field(default_factory=list)

    @property
    def signed(self) -> SignedPaper | None:
        """The paper, once it is whole."""
        return self.typed.paper if self.typed is not None else None

    @property
    def scans(self) -> list[dict[str, Any]]:
        """The scans as the field shows them."""
        return field_files(SCAN, self.kept)


def read_report_paper() -> ReportPaper:
    """The paper of the posted form: whole, or with what is wrong; nothing typed and nothing sent is no paper."""
    kept = keep_uploads(SCANS)
    owner = f"report {actor().commune_id} {cycle()}"
    scans = chosen(SCAN, carried_files(owner) | dict(kept.files), kept)
    refused = kept.refused.get(SCAN, ())
    if not scans and not refused and not any(request.form.get(f"{PREFIX}_{name}", "").strip() for name in FIELDS):
        return ReportPaper()
    typed = read_signed(scans, today(), refused)
    return ReportPaper(typed, tuple(scans), carried_text(owner, scans), typed.summary())
