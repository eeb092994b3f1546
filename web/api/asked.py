"""What requests of the API hold. Unknown members are refused; nothing here is a rule of the law, only its form."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from workflow.domain.actors import Role
from workflow.domain.kinds import ReturnMode
from workflow.domain.step_clock import LatenessKind
from workflow.queries.paging import LIMIT, MOST

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]
Words = Annotated[str, StringConstraints(max_length=4000)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Ticket = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Cycle = Annotated[int, Field(ge=2000, le=2100)]
Version = Annotated[int, Field(ge=0, le=999_999_999)]
MOST_DOSSIERS = 200


def _instant(value: object) -> object:
    """An instant is written as ISO text, never as a number of seconds."""
    if isinstance(value, int | float) or (isinstance(value, str) and value.replace(".", "").lstrip("+-").isdigit()):
        raise ValueError("an instant is text")
    return value


def _in_reach(value: datetime) -> datetime:
    """No plan reaches further; beyond it instants can no longer be written in every zone."""
    if not 1990 <= value.year <= 2200:
        raise ValueError("an instant out of reach")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_instant), AfterValidator(_in_reach)]


_SCHEMAS: dict[type[BaseModel], dict[str, Any]] = {}


class Formed(BaseModel):
    """What is read from a request. flask-openapi asks for its schema at every one of them: it is made once."""

    @classmethod
    def model_json_schema(cls, *args: Any, **settings: Any) -> dict[str, Any]:
        """The schema of the model; without any wish from memory."""
        if args or settings:
            return super().model_json_schema(*args, **settings)
        if cls not in _SCHEMAS:
            _SCHEMAS[cls] = super().model_json_schema()
        return _SCHEMAS[cls]


class Asked(Formed):
    """Base of all: what is not described is refused."""

    model_config = ConfigDict(extra="forbid", strict=False)


class Keyed(Formed):
    """Headers of a request that writes."""

    idempotency_key: str = Field(
        alias="Idempotency-Key",
        min_length=16,
        max_length=64,
        description="The same key with the same request writes once and is answered the same.",
    )


class Matching(Keyed):
    """Headers of a request that changes one dossier."""

    if_match: str | None = Field(
        None,
        alias="If-Match",
        description="The version that was seen, as the ETag told it; or seen_version in the body.",
    )


class AsOf(Asked):
    """Which moment is looked at."""

    as_of: Instant | None = Field(None, description="How it stood at this instant; without one, now.")


class Paged(Asked):
    """A page of a list."""

    after: str | None = Field(None, max_length=500, description="The mark that the page before ended with.")
    limit: int = Field(LIMIT, ge=1, le=MOST)


class DossierQuery(Paged):
    """The filters of the list of dossiers; those of the page."""

    tab: str = Field("open", pattern="^(open|done)$", description="What is under way, whoever holds it; or what ended.")
    kind: Code | None = None
    state: Code | None = None
    stage: Code | None = None
    commune: Code | None = None
    holder: Role | None = None
    lateness: LatenessKind | None = None
    cycle: Cycle | None = None
    q: str = Field("", max_length=100, description="Words of a name, or a number.")


class WorkQuery(DossierQuery):
    """The filters of a worklist."""

    tab: str = Field("mine", pattern="^(mine|elsewhere|done)$", description="My turn; with others; ended.")


class LedgerQuery(Paged):
    """The filters of the ledger."""

    kind: Code | None = None
    cycle: Cycle | None = None
    result: Code | None = None
    commune: Code | None = None
    subject: Code | None = Field(None, description="The kind of organisation that holds the result.")
    standing: bool | None = None
    confirmed: bool | None = None
    q: str = Field("", max_length=100)


class YearQuery(Asked):
    """A kind and a year."""

    kind: Code
    cycle: Cycle


class CoverageQuery(YearQuery):
    """Of which commune; of every one in sight without one."""

    commune: Code | None = None


class ReportQuery(YearQuery):
    """Which report."""

    commune: Code | None = None
    now: bool = Field(default=False, description="As the books stand now, instead of as it was filed.")


class OrganisationQuery(Paged):
    """Organisations in sight."""

    q: str = Field("", max_length=100, description="Words of a name, without diacritics or case.")
    kind: Code | None = None
    on: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="The day looked at; today without one.")


class VersionQuery(Asked):
    """A version of a kind; the newest in force without one."""

    version: int | None = Field(None, ge=1, le=9999)


class OfDossier(BaseModel):
    """A dossier by its id."""

    dossier_id: str


class OfPaper(OfDossier):
    """A filed version of a paper of a dossier."""

    code: str
    version: int = Field(ge=1, le=9999)


class OfCode(OfDossier):
    """A paper of a dossier."""

    code: str


class OfFile(OfDossier):
    """A file of a dossier."""

    digest: str


class OfKind(BaseModel):
    """A kind by its code."""

    code: str


class OfSchema(OfKind):
    """A paper of a kind."""

    paper: str


class OfId(BaseModel):
    """A thing by its id."""

    id: str


class SignedIn(Asked):
    """The signed paper that a step is entered from. ``files``: tickets of its scans."""

    number: Line
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    issuer: Line
    signer_office: Line
    files: list[Ticket] = Field(default_factory=list, max_length=20)


class PaperIn(Asked):
    """A paper: its document (see the schema of the kind) and the tickets of its files."""

    document: dict[str, Any]
    files: list[Ticket] = Field(default_factory=list, max_length=20)


class AwardIn(Asked):
    """In which round an award is proposed: the year's end round of a form, or one of its own (``special``)."""

    form: Code
    special: bool = False


class RegisterIn(Asked):
    """A dossier to open, with the papers of its first step."""

    kind: Code
    subject: Code
    cycle: Cycle
    papers: dict[Code, PaperIn] = Field(default_factory=dict, max_length=20)
    signed: SignedIn | None = Field(None, description="Where an officer enters it for the unit: the unit's paper.")
    sent_at: Instant | None = None
    award: AwardIn | None = Field(None, description="Of a kind of award: its form.")
    draft_only: bool = Field(default=False, description="Open the draft and file the papers, but make no step.")


class FilePaperIn(PaperIn):
    """A version of a paper to file."""

    signed: SignedIn | None = None
    seen_version: Version | None = None


class ItemIn(Asked):
    """A thing to mend, in the returner's words; ``paper`` and ``path`` name the place."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    paper: Code | None = None
    path: str | None = Field(None, max_length=300)
    source: str | None = Field(None, max_length=200)


class StepIn(Asked):
    """What every step may bring along. ``mend_by`` is an exclusive end."""

    trigger: Code
    papers: dict[Code, PaperIn] = Field(default_factory=dict, max_length=20)
    signed: SignedIn | None = None
    reason: Words | None = None
    items: list[ItemIn] = Field(default_factory=list, max_length=200)
    mode: ReturnMode | None = None
    redo_to: Code | None = None
    mend_by: Instant | None = None
    sent_at: Instant | None = None


class MoveIn(StepIn):
    """A step of one dossier."""

    choice: Code | None = None
    seen_version: Version | None = None


class ActDossierIn(Asked):
    """A dossier of an act, by id, with the version that was seen; its choice where the paper does not say it."""

    dossier: Code
    seen_version: Version
    choice: Code | None = None
    reason: Words | None = None


class ActIn(StepIn):
    """An act on many dossiers. ``leave_out``: ids of those left out although the paper names them."""

    dossiers: list[ActDossierIn] = Field(min_length=1, max_length=MOST_DOSSIERS)
    leave_out: list[Code] = Field(default_factory=list, max_length=MOST_DOSSIERS)


class CorrectIn(Asked):
    """The paper of a recorded step, mended. ``paper``: its new wording; ``code``: which one of several."""

    step: int = Field(ge=1, le=999_999)
    signed: SignedIn
    reason: Words
    paper: PaperIn | None = None
    code: Code | None = None
    seen_version: Version | None = None


class ReportIn(Asked):
    """The report to file: of the own commune; ``signed`` where it goes up with a signed paper."""

    kind: Code
    cycle: Cycle
    signed: SignedIn | None = None


class HoldIn(Asked):
    """A hold, or the end of one."""

    reason: Words | None = None
    signed: SignedIn | None = None
    seen_version: Version | None = None
