"""Values of the books that services and storage share: organisations, results, cycles, settings, acts, notices.

Plain frozen records without rules; instants are aware, ids opaque strings. ``services.ports`` offers them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from workflow.domain.actors import Role
from workflow.domain.kinds import Meaning


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as it stands (or stood) in the dated tree.

    ``kind``: province, commune kinds (xa, phuong, dac_khu, and until 30/06/2025 thi_tran, huyen), offices
    (cong_an_tinh, pv01, ubnd_tinh, cong_an_xa, ubnd_xa, ban_chi_dao) or subjects (co_quan, doanh_nghiep,
    co_so_giao_duc, khu_dan_cu, tap_the, ca_nhan). ``commune_id`` and ``province_id`` are where it is seated;
    ``managing_level`` is "commune" or "province"; ``delegated``: entrusted to a lower level.
    """

    id: str
    name: str
    kind: str
    parent_id: str | None
    commune_id: str | None
    province_id: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor_id: str | None = None
    managing_level: str = "commune"
    delegated: bool = False
    attributes: Mapping[str, object] = field(default_factory=dict)


KEPT_BY_PROVINCE = frozenset(
    {"province", "huyen", "thi_tran", "xa", "phuong", "dac_khu", "cong_an_tinh", "pv01", "ubnd_tinh"}
)
"""Kinds of organisations that stand above the units and offices of a commune: administrators and PV01 keep them."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A role of a person (shown by office) in an organisation, from a day to a day, both included."""

    id: str
    person_id: str
    office: str
    role: Role
    organisation_id: str
    commune_id: str | None
    province_id: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class OwnDossier:
    """A dossier as one of its subject's: what decides whether it stands in the way of another."""

    id: str
    number: str
    kind: str
    cycle: int
    origin_id: str | None
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Answering:
    """A dossier with what it was opened for (``origin_id``: an obligation, or an entry that owes)."""

    id: str
    subject_id: str
    commune_id: str
    origin_id: str
    state: str


FILE_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Types of files hoso takes, as kinds name them, with their media types."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the content-addressed store. ``name`` is data, never a path; ``size`` in bytes."""

    digest: str
    name: str
    media_type: str
    size: int

    @property
    def type(self) -> str:
        """The short name of its type (pdf, docx …); empty for none of ours."""
        return next((name for name, media in FILE_TYPES.items() if media == self.media_type), "")


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A row of the ledger. ``source``: "dossier", or "entered" for an earlier decision.

    An entered row counts once ``confirmed_by`` is set (law.md, Earlier results). ``standing`` False once cancelled
    or not maintained; ``ended_on`` and ``ended_by`` (a dossier id) say since when and by what.
    """

    id: str
    province_id: str
    commune_id: str
    subject_id: str
    subject_kind: str
    kind: str
    cycle: int
    result: str
    label: str
    number: str
    decided_on: date | None
    authority: str
    source: str
    recorded_at: datetime
    entered_by: str
    dossier_id: str | None = None
    paper_digest: str | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    standing: bool = True
    ended_on: date | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A cycle of one kind in one province. ``closed_at`` None while it is open."""

    province_id: str
    kind: str
    cycle: int
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProvinceSettings:
    """What a province decides for its installation; all of it is journaled in the province's books.

    ``lifted``: (commune_id, cycle, separation code) triples. ``second_person``: an entered result counts only after
    a second person confirmed it; ``second_person_waived`` lists communes for which the province lifted this.
    ``confirmed_sheets``: criteria sets whose unverified thresholds PV01 confirmed. ``number_block``: dossiers opened
    here are numbered from this many times 10,000 on, so that installations that exchange packages never give one
    number twice.
    ``remind_days``: working days before a date at which it is reminded of, ``escalate_days`` after it until the level
    above is told; None: as shipped.
    """

    connected: bool = True
    near_days: int = 5
    second_person_waived: frozenset[str] = frozenset()
    lifted: frozenset[tuple[str, int, str]] = frozenset()
    confirmed_sheets: frozenset[str] = frozenset()
    number_block: int = 0
    remind_days: tuple[int, ...] | None = None
    escalate_days: int | None = None


@dataclass(frozen=True, slots=True)
class BooksEvent:
    """Something that happened in the books of a province (a date changed, a grant, a result entered or confirmed …).

    ``payload`` holds identifiers, codes, digests and instants as JSON values, no personal values.
    """

    name: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ActRecord:
    """One act on many dossiers: what was decided, by which shared papers, with which choice per dossier."""

    id: str
    trigger: str
    commune_id: str | None
    province_id: str
    at: datetime
    person_id: str
    role: Role
    paper_ids: tuple[str, ...]
    items: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell somebody: the audience by role and organisation, a message code, and plain facts."""

    dossier_id: str | None
    audience: Role
    organisation_id: str
    code: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a dossier: part of the exchange with the unit, or ``internal``. Its text stands apart."""

    id: str
    dossier_id: str
    at: datetime
    person_id: str
    role: Role
    internal: bool
    text_id: str


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked for that is not theirs to do (an extension, a late opening), or what was noted of a dossier
    (a reminder, the arrival of a paper).

    ``what`` is a code; ``answer`` with ``answered_at`` and ``answered_by`` once it was granted or declined.
    """

    id: str
    what: str
    dossier_id: str | None
    subject_id: str
    commune_id: str
    province_id: str
    at: datetime
    person_id: str
    role: Role
    text_id: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
