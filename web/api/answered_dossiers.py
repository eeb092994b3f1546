"""What answers about dossiers, papers, steps and acts hold (see ``answered``)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from web.api.answered import Facts, NamedOrganisation, RefusalOut


class DossierRow(BaseModel):
    """A dossier in a list."""

    id: str
    number: str
    kind: str
    kind_version: int
    cycle: int
    subject_id: str
    subject_name: str
    subject_kind: str
    commune_id: str
    commune_name: str
    state: str
    stage: str
    meaning: str
    holder: str | None
    holder_since: str | None
    due: str | None
    lateness: str
    own: bool
    late: bool
    on_hold: bool
    updated_at: str
    version: int


class DossierPage(BaseModel):
    """A page of dossiers; ``after`` leads to the next."""

    items: list[DossierRow]
    after: str | None


class FileOut(BaseModel):
    """A file of a paper."""

    digest: str
    name: str
    media_type: str
    size: int


class PaperOut(BaseModel):
    """A filed version of a paper."""

    paper: str
    code: str
    version: int
    digest: str
    files: list[FileOut]
    at: str
    role: str
    office: str
    act: str | None
    stale: bool


class PaperList(BaseModel):
    """The filed papers of a dossier, oldest first."""

    items: list[PaperOut]


class PaperDocument(PaperOut):
    """A filed version with what stands in it."""

    document: dict[str, Any]


class StepOut(BaseModel):
    """A step that was made."""

    step: int
    at: str
    trigger: str
    source: str
    target: str
    choice: str | None
    authority: str
    role: str
    office: str
    from_paper: Facts | None
    sent_at: str | None
    late: bool
    act: str | None
    reason: str | None
    journal: int | None
    door: str | None


class ReturnItemOut(BaseModel):
    """A thing to mend."""

    paper: str | None
    path: str | None
    text: str | None


class ReturnOut(BaseModel):
    """A return."""

    step: int
    at: str
    role: str
    mode: str
    redo_to: str | None
    mend_by: str | None
    is_open: bool
    items: list[ReturnItemOut]


class HoldOut(BaseModel):
    """A hold that stands."""

    since: str
    role: str


class DossierOut(BaseModel):
    """A dossier."""

    dossier: str
    number: str
    kind: str
    kind_version: int
    subject: NamedOrganisation
    commune: NamedOrganisation
    cycle: int
    state: str
    state_label: str
    stage: str | None
    holder: str | None
    holder_since: str | None
    due: str | None
    version: int
    late: bool
    on_hold: HoldOut | None
    criteria: str | None
    result: str | None
    findings: dict[str, Any]
    papers: list[PaperOut]
    steps: list[StepOut]
    returns: list[ReturnOut]
    as_of: str | None


class JournalRow(BaseModel):
    """A row of the journal: codes, ids and digests, no personal values."""

    position: int
    seq: int
    at: str
    office: str
    role: str
    organisation: str
    door: str
    os_user: str | None
    event: str
    payload: dict[str, Any]
    prev: str
    hash: str


class JournalPage(BaseModel):
    """A page of the journal, newest first."""

    items: list[JournalRow]
    after: str | None


class MoveOption(BaseModel):
    """A step from here, with everything that stands against it."""

    trigger: str
    label: str
    choice: str | None
    choices: list[str]
    target: str
    act: bool
    is_open: bool
    refusals: list[RefusalOut]
    warnings: list[RefusalOut]


class PaperOption(BaseModel):
    """A paper that could be filed, with everything that stands against it."""

    paper: str
    label: str
    is_open: bool
    refusals: list[RefusalOut]


class Explained(BaseModel):
    """Why a dossier can or cannot go on."""

    dossier: str
    number: str
    state: str
    version: int
    holder: str | None
    due: str | None
    moves: list[MoveOption]
    papers: list[PaperOption]


class Weighed(BaseModel):
    """What stands against one very step."""

    trigger: str
    is_open: bool
    refusals: list[RefusalOut]
    warnings: list[RefusalOut]


class ReceiptOut(BaseModel):
    """What was done to a dossier."""

    dossier: str
    number: str
    state: str
    version: int
    journal: int
    at: str
    late: bool
    act: str | None
    warnings: list[RefusalOut]


class ReceiptsOut(BaseModel):
    """What was done to several dossiers."""

    dossiers: list[ReceiptOut]


class ActLineOut(BaseModel):
    """What will happen to a dossier of an act."""

    dossier: str
    number: str
    subject: str
    kind: str
    source: str
    target: str | None
    choice: str | None
    left_out: bool
    refusals: list[RefusalOut]
    warnings: list[RefusalOut]


class ActPreviewOut(BaseModel):
    """An act before it is recorded."""

    trigger: str
    is_open: bool
    dossiers: list[ActLineOut]


class ActResultOut(BaseModel):
    """A recorded act."""

    act: str
    at: str
    dossiers: list[ReceiptOut]
    left_out: list[str]


class ActPaperOut(BaseModel):
    """A paper that the dossiers of an act share."""

    id: str
    code: str
    version: int
    schema_id: str
    digest: str
    files: list[FileOut]


class ActDossierOut(BaseModel):
    """A dossier of an act."""

    dossier_id: str
    number: str
    subject_id: str
    subject_name: str
    kind: str
    kind_version: int
    cycle: int
    choice: str | None
    state: str


class ActOut(BaseModel):
    """An act with those of its dossiers that the reader may see."""

    id: str
    trigger: str
    commune_id: str | None
    at: str
    role: str
    office: str
    papers: list[ActPaperOut]
    dossiers: list[ActDossierOut]


class Uploaded(BaseModel):
    """A file that was brought. ``ticket`` names it in what is filed next; it is good for a day, for the same person."""

    ticket: str
    digest: str
    name: str
    media_type: str
    size: int
