"""What answers about the books hold: results, the report, the dates of a year (see ``answered``)."""

from __future__ import annotations

from pydantic import BaseModel

from web.api.answered import NamedOrganisation


class KeptUpOut(BaseModel):
    """What a recognition owed in a cycle."""

    cycle: int
    dossier_id: str
    number: str
    state: str
    meaning: str


class LedgerRow(BaseModel):
    """A result on record."""

    id: str
    subject_id: str
    subject_name: str
    subject_kind: str
    commune_id: str
    commune_name: str
    kind: str
    cycle: int
    result: str
    label: str
    number: str
    decided_on: str | None
    authority: str
    source: str
    recorded_at: str
    office: str
    confirmed_at: str | None
    standing: bool
    ended_on: str | None
    dossier_id: str | None
    dossier_number: str | None
    upkeep: list[KeptUpOut]


class LedgerPage(BaseModel):
    """A page of the ledger."""

    items: list[LedgerRow]
    after: str | None


class FigureOut(BaseModel):
    """A figure with the ids it counts; ``of`` is 0 where there was nothing to count."""

    count: int
    of: int
    ids: list[str]


class FiledOut(BaseModel):
    """When a report was filed, by which office."""

    report_id: str
    at: str
    office: str
    role: str
    late: bool
    digest: str


class ReportPartOut(BaseModel):
    """A commune in a report; ``filed`` None: it has not."""

    commune: NamedOrganisation
    filed: FiledOut | None


class WindowOut(BaseModel):
    """The days whose decisions count, both included."""

    first: str
    last: str


class ReportOut(BaseModel):
    """The yearly report of results; what is missing is named and counted nowhere."""

    kind: str
    cycle: int
    commune: str | None
    window: WindowOut
    figures: dict[str, FigureOut]
    parts: list[ReportPartOut]
    missing: list[str]
    is_complete: bool


class ReportReceiptOut(BaseModel):
    """A report that was filed; ``digest`` of its frozen figures."""

    report_id: str
    commune_id: str
    cycle: int
    digest: str
    journal: int
    at: str
    late: bool


class GrantOut(BaseModel):
    """More time that was given."""

    id: str
    kind: str
    scope: str
    scope_id: str
    name: str
    office: str
    reason: str
    until: str
    granted_at: str
    in_force: bool


class DateOut(BaseModel):
    """A date as it stands for the reader; ``moved``: the province changed the kind's own."""

    kind: str
    code: str
    label: str
    words: str
    opens: str | None
    due: str | None
    closes: str | None
    due_words: str
    closes_words: str
    moved: bool
    source: str
    verified: bool
    grants: list[GrantOut]


class YearOut(BaseModel):
    """The dates of a kind in one year."""

    kind: str
    cycle: int
    opened_at: str
    closed_at: str | None
    dates: list[DateOut]


class CycleOut(BaseModel):
    """A year of a kind in the province."""

    kind: str
    cycle: int
    opened_at: str
    closed_at: str | None


class CycleList(BaseModel):
    """The years that were opened, newest first."""

    items: list[CycleOut]


class ReadingOut(BaseModel):
    """One reading of a share: ``percent`` and ``met`` None where there is nothing to count."""

    base: str
    count: int
    of: int
    needed: int
    percent: float | None
    met: bool | None


class ShareOut(BaseModel):
    """A share that the kind asks for, in every reading; hoso goes by the first."""

    code: str
    label: str
    verified: bool
    readings: list[ReadingOut]


class CoveredOut(BaseModel):
    """Units of a place, of one kind of subject or of all (``subject_kind`` empty)."""

    subject_kind: str
    units: int
    joined: int
    results: dict[str, int]
    shares: list[ShareOut]


class CommuneCoveredOut(BaseModel):
    """A commune with its units."""

    commune: NamedOrganisation
    whole: CoveredOut
    by_subject: list[CoveredOut]


class CoverageOut(BaseModel):
    """How units stand in a kind and year."""

    kind: str
    cycle: int
    as_of: str
    whole: CoveredOut
    communes: list[CommuneCoveredOut]
