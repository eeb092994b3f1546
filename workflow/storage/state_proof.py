"""The proof that what is stored is what the journal tells: each dossier is rebuilt from its events and compared.

Also: key columns, claims, counts by state, every paper and text against its digest, every file against the store.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from itertools import chain
from typing import cast

from sqlalchemy import and_, bindparam, func, or_, select

from workflow.domain.calendars import WorkingCalendar
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound, Unavailable
from workflow.domain.events import Event, PaperRef, SignedPaper
from workflow.domain.kinds import DossierKind, Meaning
from workflow.storage import codec
from workflow.storage.chain import DOSSIERS
from workflow.storage.database import Database
from workflow.storage.dossier_row import due_at, kind_columns, own_columns
from workflow.storage.files import FileStore
from workflow.storage.statements import SqlConnection, Statement, Tuple
from workflow.storage.tables import CLAIM, DOSSIER, FREE_TEXT, JOURNAL, PAPER, PAPER_FILE, TALLY
from workflow.storage.texts import text_digest

MOST_NAMED = 100

_EVENTS = Statement(
    select(JOURNAL.c.stream, JOURNAL.c.event, JOURNAL.c.payload, JOURNAL.c.at, JOURNAL.c.person_id, JOURNAL.c.role)
    .where(JOURNAL.c.stream >= DOSSIERS, JOURNAL.c.stream < DOSSIERS[:-1] + ";")
    .order_by(JOURNAL.c.stream, JOURNAL.c.seq)
)
_ROWS = Statement(select(DOSSIER).order_by(DOSSIER.c.id))
_PAPER = Statement(
    select(PAPER.c.code, PAPER.c.version, PAPER.c.schema_id, PAPER.c.digest, PAPER.c.body).where(
        PAPER.c.id == bindparam("paper")
    )
)
_FILES = Statement(
    select(PAPER_FILE.c.digest).where(PAPER_FILE.c.paper_id == bindparam("paper")).order_by(PAPER_FILE.c.place)
)
_ALL_FILES = Statement(select(PAPER_FILE.c.digest).distinct().order_by(PAPER_FILE.c.digest))
_TEXTS = Statement(
    select(FREE_TEXT.c.id, FREE_TEXT.c.salt, FREE_TEXT.c.body, FREE_TEXT.c.digest)
    .where(FREE_TEXT.c.anonymised_at.is_(None))
    .order_by(FREE_TEXT.c.id)
)
_TALLY_KEY = ("province_id", "kind", "cycle", "commune_id", "state")
_COUNTED = Statement(
    select(*(DOSSIER.c[name] for name in _TALLY_KEY), func.count()).group_by(*(DOSSIER.c[name] for name in _TALLY_KEY))
)
_TALLIED = Statement(select(TALLY).where(TALLY.c.dossiers != 0))
_ITS_CLAIM = and_(
    CLAIM.c.subject_id == DOSSIER.c.subject_id,
    CLAIM.c.kind == DOSSIER.c.kind,
    CLAIM.c.cycle == DOSSIER.c.cycle,
    or_(CLAIM.c.origin_id == func.coalesce(DOSSIER.c.origin_id, ""), CLAIM.c.origin_id == DOSSIER.c.id),
    CLAIM.c.dossier_id == DOSSIER.c.id,
)
_STANDS = DOSSIER.c.meaning != Meaning.VOID.value
_UNCLAIMED = Statement(
    select(DOSSIER.c.id)
    .outerjoin(CLAIM, _ITS_CLAIM)
    .where(_STANDS, CLAIM.c.dossier_id.is_(None))
    .order_by(DOSSIER.c.id)
)
_WRONGLY_CLAIMED = Statement(
    select(CLAIM.c.dossier_id)
    .outerjoin(DOSSIER, and_(_ITS_CLAIM, _STANDS))
    .where(DOSSIER.c.id.is_(None))
    .order_by(CLAIM.c.dossier_id)
)

KindOf = Callable[[Dossier], DossierKind]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something stored that is not what the journal tells. ``where``: a dossier, paper, text or file by id.

    ``what``: ``aggregate``, ``column`` (detail: which), ``unreadable``, ``paper_missing``, ``paper`` (detail: what
    differs), ``text``, ``file_missing``, ``file_damaged``, ``tally``, ``claim``, ``dossier_missing``.
    """

    where: str
    what: str
    detail: str = ""


@dataclass(slots=True)
class StateProof:
    """How much was compared, and the first hundred faults; none: everything stored is what the journal tells.

    ``scans``: digests of the signed papers that steps were entered from.
    """

    dossiers: int = 0
    papers: int = 0
    texts: int = 0
    files: int = 0
    scans: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing differs."""
        return not self.faults

    def fault(self, where: str, what: str, detail: str = "") -> None:
        """Note a fault; of more than a hundred the first are kept."""
        if len(self.faults) < MOST_NAMED:
            self.faults.append(Fault(where, what, detail))


def verify_counts(database: Database) -> StateProof:
    """The counts and claims alone, against the rows they are made from: quick enough for every night."""
    proof = StateProof()
    with database.snapshot() as connection:
        _compare_counts(proof, connection)
    return proof


def verify_state(
    database: Database,
    *,
    files: FileStore | None = None,
    kind_of: KindOf | None = None,
    calendar: WorkingCalendar | None = None,
) -> StateProof:
    """Rebuild and compare everything, one dossier at a time.

    Without ``files`` the files are not read. ``kind_of`` and ``calendar`` are needed for the columns that only they
    tell: meaning and submitted, and when the turn is due.
    """
    proof = StateProof()
    with database.snapshot() as connection:
        for dossier_id, row, history in _paired(_rows(connection), _histories(connection)):
            proof.dossiers += 1
            if row is None:
                proof.fault(dossier_id, "dossier_missing")
            elif history is None:
                proof.fault(dossier_id, "aggregate", "no journal")
            else:
                _compare(proof, connection, row, history, kind_of, calendar)
        _compare_texts(proof, connection)
        _compare_counts(proof, connection)
        if files is not None:
            _compare_files(proof, connection, files)
    return proof


Row = dict[str, object]
Pair = tuple[str, Row | None, list[Tuple] | None]


def _paired(rows: Iterator[tuple[str, Row]], histories: Iterator[tuple[str, list[Tuple]]]) -> Iterator[Pair]:
    """Row and history of each dossier, by id; None for the one that is missing."""
    row, history = next(rows, None), next(histories, None)
    while row is not None or history is not None:
        first = min(entry[0] for entry in (row, history) if entry is not None)
        has_row = row is not None and row[0] == first
        has_history = history is not None and history[0] == first
        yield first, row[1] if row and has_row else None, history[1] if history and has_history else None
        row = next(rows, None) if has_row else row
        history = next(histories, None) if has_history else history


def _rows(connection: SqlConnection) -> Iterator[tuple[str, Row]]:
    names = [column.name for column in DOSSIER.c]
    for row in connection.stream(_ROWS):
        yield row[0], dict(zip(names, row, strict=True))


def _histories(connection: SqlConnection) -> Iterator[tuple[str, list[Tuple]]]:
    """The journal rows of each dossier, by id."""
    stream, rows = "", list[Tuple]()
    for row in connection.stream(_EVENTS):
        if row[0] != stream:
            if rows:
                yield stream.removeprefix(DOSSIERS), rows
            stream, rows = row[0], []
        rows.append(row)
    if rows:
        yield stream.removeprefix(DOSSIERS), rows


def _events(rows: list[Tuple]) -> list[Event]:
    return [codec.event_from(name, payload, at=at, person_id=p, role=r) for _stream, name, payload, at, p, r in rows]


def _compare(
    proof: StateProof,
    connection: SqlConnection,
    row: Row,
    history: list[Tuple],
    kind_of: KindOf | None,
    calendar: WorkingCalendar | None,
) -> None:
    """One dossier: rebuilt, beside the stored aggregate and its columns; then its papers."""
    dossier_id = str(row["id"])
    try:
        events = _events(history)
        told = Dossier.replay(events)
        stored = codec.unpack_dossier(cast("bytes", row["body"]))
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        proof.fault(dossier_id, "unreadable", type(error).__name__)
        return
    proof.scans.update(scan for event in events for scan in scans_of(event))
    for name in _differing(told, stored):
        proof.fault(dossier_id, "aggregate", name)
    expected = own_columns(told)
    if kind_of is not None:
        expected |= kind_columns(told, kind_of(told))
    if calendar is not None:
        expected["due_at"] = due_at(told, calendar)
    for name, value in expected.items():
        if row[name] != value:
            proof.fault(dossier_id, "column", name)
    for filed in told.papers:
        _compare_paper(proof, connection, filed.paper)


def _differing(told: Dossier, stored: Dossier) -> list[str]:
    """Names of the fields in which two aggregates differ."""
    return [item.name for item in fields(Dossier) if getattr(told, item.name) != getattr(stored, item.name)]


def _compare_paper(proof: StateProof, connection: SqlConnection, ref: PaperRef) -> None:
    """A paper that the journal names: its row, its body against its digest, its files."""
    proof.papers += 1
    row = connection.one(_PAPER, paper=ref.id)
    if row is None:
        proof.fault(ref.id, "paper_missing", ref.code)
        return
    code, version, schema_id, digest, body = row
    counted = version if ref.act_id is None else ref.version  # an act's paper has a version of its own on each dossier
    if (code, counted, schema_id, digest) != (ref.code, ref.version, ref.schema_id, ref.digest):
        proof.fault(ref.id, "paper", "row")
    try:
        content = codec.unpack(body)
    except zlib.error:
        content = b""
    if hashlib.sha256(content).hexdigest() != ref.digest:
        proof.fault(ref.id, "paper", "body")
    if tuple(item[0] for item in connection.all(_FILES, paper=ref.id)) != ref.files:
        proof.fault(ref.id, "paper", "files")


def _compare_texts(proof: StateProof, connection: SqlConnection) -> None:
    """Every text that was not anonymised, against its salted digest."""
    for text_id, salt, body, digest in connection.stream(_TEXTS):
        proof.texts += 1
        if text_digest(salt, body) != digest:
            proof.fault(text_id, "text")


def _compare_counts(proof: StateProof, connection: SqlConnection) -> None:
    """The counts by state and the claims, against the rows they are made from."""
    kept = {tuple(row[name] for name in _TALLY_KEY): row["dossiers"] for row in connection.dicts(_TALLIED)}
    counted = {row[:-1]: row[-1] for row in connection.all(_COUNTED)}
    for key in sorted(kept.keys() | counted.keys()):
        if kept.get(key) != counted.get(key):
            proof.fault("/".join(map(str, key)), "tally", f"{kept.get(key, 0)} != {counted.get(key, 0)}")
    for (dossier_id,) in (*connection.all(_UNCLAIMED), *connection.all(_WRONGLY_CLAIMED)):
        proof.fault(dossier_id, "claim")


def _compare_files(proof: StateProof, connection: SqlConnection, files: FileStore) -> None:
    """Every file that a paper or an event names, read whole."""
    for digest in chain((row[0] for row in connection.stream(_ALL_FILES)), sorted(proof.scans)):
        proof.files += 1
        try:
            files.get(digest)
        except NotFound:
            proof.fault(digest, "file_missing")
        except Unavailable:
            proof.fault(digest, "file_damaged")


def scans_of(event: Event) -> tuple[str, ...]:
    """Digests of the scans of the signed papers that an event names."""
    named = (getattr(event, name, None) for name in ("for_unit", "from_paper", "paper"))
    return tuple(scan for paper in named if isinstance(paper, SignedPaper) for scan in paper.scans)
