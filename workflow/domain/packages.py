"""What one installation tells another of dossiers: the whole stream of each, and everything its events name.

A package is carried by hand between a commune that is not connected and the province. The stream of a dossier is given
from its beginning, so the receiver proves the chain by itself and appends exactly what it lacks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from workflow.domain import events as ev
from workflow.domain.books import ActRecord, LedgerEntry, Organisation, StoredFile
from workflow.domain.errors import HosoError, InvalidInput


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One row of a dossier's journal, exactly as it was written. ``at``: microseconds since 1970 in UTC."""

    seq: int
    at: int
    person_id: str
    role: str
    organisation_id: str
    door: str
    os_user: str | None
    event: str
    payload: str
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class PackedPaper:
    """A filed version of a paper: its row, its canonical JSON, its files. ``act_id``: it is shared by that act."""

    id: str
    code: str
    version: int
    schema_id: str
    digest: str
    at: datetime
    act_id: str | None = None
    files: tuple[StoredFile, ...] = ()
    document: str = ""


@dataclass(frozen=True, slots=True)
class PackedText:
    """A free text with the salt of its digest; both are empty when it was anonymised."""

    id: str
    salt: str
    digest: str
    body: str
    anonymised_at: int | None = None


@dataclass(frozen=True, slots=True)
class PackedAct:
    """An act as far as it is about this dossier. ``place``: the dossier's place in it."""

    record: ActRecord
    place: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """One dossier with all that belongs to it. ``kind_digest``: of the definition it follows; ``label``: of its state.

    ``people``: office by person id. ``organisations``: its subject and its commune, as the sender keeps them.
    ``scans``: digests of the signed papers that steps were entered from.
    """

    dossier_id: str
    number: str
    kind: str
    kind_version: int
    kind_digest: str
    cycle: int
    subject_id: str
    commune_id: str
    province_id: str
    rows: tuple[StreamRow, ...]
    label: str = ""
    papers: tuple[PackedPaper, ...] = ()
    texts: tuple[PackedText, ...] = ()
    acts: tuple[PackedAct, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    people: dict[str, str] = field(default_factory=dict)
    organisations: tuple[Organisation, ...] = ()
    scans: tuple[StoredFile, ...] = ()

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """Every file of it, each once."""
        found = {stored.digest: stored for stored in self.scans}
        found |= {stored.digest: stored for paper in self.papers for stored in paper.files}
        return tuple(found.values())

    @property
    def head(self) -> str:
        """The hash of its newest row."""
        return self.rows[-1].hash if self.rows else ""


@dataclass(frozen=True, slots=True)
class Package:
    """A package whose seal was checked. ``digest``: of its manifest; ``key``: whose shared key signed it, or empty.

    ``file`` gives the bytes of a file by digest, checked; raises InvalidInput ``package_damaged``.
    """

    digest: str
    made_at: datetime
    made_by: str
    key: str
    bundles: tuple[Bundle, ...]
    file: Callable[[str], bytes]


class Fate(StrEnum):
    """What an import does with one dossier."""

    NEW = "new"
    MORE = "more"
    SAME = "same"
    BEHIND = "behind"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PackageLine:
    """One dossier of a package, as its import would leave it. ``rows``: how many are appended.

    ``notes``: what is worth knowing and does not stand in the way (code and facts).
    """

    dossier_id: str
    number: str
    subject: str
    fate: Fate
    rows: int = 0
    state: str = ""
    error: HosoError | None = None
    notes: tuple[tuple[str, dict[str, str]], ...] = ()


class PackageRefused(InvalidInput):
    """A package of which nothing was taken: ``lines`` say of every dossier what stands against it."""

    code = "package_refused"

    def __init__(self, lines: Sequence[PackageLine]) -> None:
        super().__init__(None, count=sum(line.fate is Fate.WRONG for line in lines))
        self.lines = tuple(lines)
        self.faults = tuple(line for line in lines if line.fate is Fate.WRONG)


def fate_of(known: Sequence[str], told: Sequence[str]) -> tuple[Fate, int]:
    """What becomes of a stream whose row hashes are ``known`` when one is brought whose hashes are ``told``.

    With it the number of rows that both share. ``WRONG``: they part after that many.
    """
    shared = 0
    for mine, theirs in zip(known, told, strict=False):
        if mine != theirs:
            return Fate.WRONG, shared
        shared += 1
    if not known:
        return Fate.NEW, 0
    if shared == len(told):
        return (Fate.SAME if shared == len(known) else Fate.BEHIND), shared
    return Fate.MORE, shared


def texts_named(events: Iterable[ev.Event]) -> Iterator[ev.TextRef]:
    """Every free text that these events name."""
    for event in events:
        match event:
            case ev.Moved():
                yield from (item.text for item in event.items)
                if event.reason is not None:
                    yield event.reason
            case ev.HoldSet() | ev.StepCorrected() | ev.KindRebound():
                yield event.reason
            case ev.HoldLifted() if event.reason is not None:
                yield event.reason


def papers_named(events: Iterable[ev.Event]) -> Iterator[ev.PaperRef]:
    """Every filed paper that these events name."""
    for event in events:
        match event:
            case ev.PaperFiled():
                yield event.paper
            case ev.Moved():
                yield from event.papers
            case ev.StepCorrected() if event.corrected is not None:
                yield event.corrected


def scans_named(events: Iterable[ev.Event]) -> Iterator[str]:
    """Digests of the scans of every signed paper that these events name."""
    for event in events:
        for name in ("for_unit", "from_paper", "paper"):
            signed = getattr(event, name, None)
            if isinstance(signed, ev.SignedPaper):
                yield from signed.scans


def kinds_followed(events: Iterable[ev.Event]) -> Iterator[tuple[ev.Event, int]]:
    """Each event with the version of the kind that it was made under."""
    version = 0
    for event in events:
        match event:
            case ev.DossierOpened():
                version = event.kind_version
            case ev.Moved() if event.kind_version:
                version = event.kind_version
        yield event, version
        if isinstance(event, ev.KindRebound):
            version = event.kind_version
