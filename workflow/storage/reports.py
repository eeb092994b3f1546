"""Yearly reports: what the books say for one, and those that were filed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, case, or_, select

from workflow.domain.actors import Role
from workflow.domain.calendars import local_day
from workflow.domain.deadlines import Deadline
from workflow.domain.errors import Conflict, InvalidInput
from workflow.domain.events import SignedPaper
from workflow.domain.filed_report import FiledReport, from_document
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.yearly_report import (
    KNOWN_BEFORE,
    Outcome,
    Recognition,
    ReportFacts,
    Upkeep,
    Window,
    report_of,
    windows_around,
)
from workflow.storage import codec
from workflow.storage.faults import refusing_duplicates
from workflow.storage.statements import SqlConnection, Statement, Tuple, among, insert_into
from workflow.storage.tables import CYCLE, DEADLINE, DOSSIER, FREE_TEXT, LEDGER, ORGANISATION, REPORT
from workflow.storage.transaction import Store

FROM_DOSSIER = "dossier"

_D, _L, _O, _R = DOSSIER.c, LEDGER.c, ORGANISATION.c, REPORT.c
_ENDER = DOSSIER.alias("ender")
_COMMUNE = bindparam("commune", type_=_L.commune_id.type)
_KIND = bindparam("kind", type_=_L.kind.type)
_MADE_HERE = (_L.commune_id == _COMMUNE, _L.kind == _KIND, _L.result == bindparam("result"))
_RECOGNISED = Statement(
    select(
        _L.id,
        _L.subject_id,
        _O.name,
        _L.number,
        _L.cycle,
        _L.decided_on,
        _L.recorded_at,
        _L.source,
        _L.standing,
        _L.ended_on,
        _ENDER.c.kind,
        _ENDER.c.cycle.label("ended_in"),
        _O.valid_to,
    )
    .select_from(LEDGER.outerjoin(ORGANISATION, _O.id == _L.subject_id).outerjoin(_ENDER, _ENDER.c.id == _L.ended_by))
    .where(*_MADE_HERE, or_(_L.source == FROM_DOSSIER, _L.confirmed_by.is_not(None)))
    .order_by(_L.id)
)
_WITH_REASON = case((_D.meaning == Meaning.NEGATIVE.value, _D.body))
_UPKEEPS = Statement(
    select(_D.id, _D.origin_id, _D.cycle, _D.meaning, _D.updated_at, _WITH_REASON.label("body"))
    .select_from(LEDGER.join(DOSSIER, _D.origin_id == _L.id))
    .where(*_MADE_HERE, _D.kind == bindparam("owed"), _D.cycle >= bindparam("before"), _D.cycle <= bindparam("cycle"))
    .order_by(_D.number)
)
_IF_VOID = case((_D.meaning == Meaning.VOID.value, _D.body))
_REGISTERED = Statement(
    select(_D.subject_id, _IF_VOID.label("body"))
    .where(_D.commune_id == _COMMUNE, _D.kind == _KIND, _D.cycle == bindparam("cycle"))
    .where(_D.meaning != Meaning.DRAFT.value)
)
_TEXTS = Statement(select(FREE_TEXT.c.id, FREE_TEXT.c.body).where(among(FREE_TEXT.c.id, "texts")))
_DATES = Statement(
    select(DEADLINE.c.cycle, DEADLINE.c.opens, DEADLINE.c.due, DEADLINE.c.closes).where(
        DEADLINE.c.province_id == bindparam("province"),
        DEADLINE.c.kind == _KIND,
        DEADLINE.c.code == bindparam("code"),
        DEADLINE.c.cycle >= bindparam("first"),
    )
)
_CLOSED = Statement(
    select(CYCLE.c.closed_at).where(
        CYCLE.c.province_id == bindparam("province"), CYCLE.c.kind == _KIND, CYCLE.c.cycle == bindparam("cycle")
    )
)
_WHEN_FILED = Statement(select(_R.cycle, _R.filed_at).where(_R.commune_id == _COMMUNE, _R.kind == _KIND))
_FILED = select(
    _R.id,
    _R.province_id,
    _R.kind,
    _R.body,
    _R.filed_at,
    _R.filed_by,
    _R.role,
    _R.late,
    _R.digest,
    _R.grant_id,
    _R.signed,
).where(_R.province_id == bindparam("province"), _R.kind == _KIND, _R.cycle == bindparam("cycle"))
_ONE = Statement(_FILED.where(_R.commune_id == _COMMUNE))
_EVERY = Statement(_FILED.order_by(_R.commune_id))
_ADD = insert_into(REPORT)

_OUTCOMES = {
    Meaning.POSITIVE: Outcome.MAINTAINED,
    Meaning.NEGATIVE: Outcome.NOT_MAINTAINED,
    Meaning.VOID: Outcome.ENDED,
}


class Reports(Store):
    """See ``services.ports.Reports``."""

    __slots__ = ()

    def facts(self, kind: DossierKind, *, province_id: str, commune_id: str, cycle: int) -> ReportFacts:
        """What the books say for one commune's report."""
        return report_facts(self._tx.connection, kind, province_id=province_id, commune_id=commune_id, cycle=cycle)

    def new_in(
        self, kind: DossierKind, recognition: Recognition, *, province_id: str, commune_id: str, cycle: int
    ) -> int:
        """The cycle in whose report a recognition is new, as the province's dates around ``cycle`` say."""
        connection = self._tx.connection
        windows = report_windows(connection, kind, province_id=province_id, cycle=cycle)
        return report_of(recognition, windows, _when_filed(connection, kind.code, commune_id))[0]

    def get(self, *, province_id: str, kind: str, cycle: int, commune_id: str) -> FiledReport | None:
        """The report the commune filed, or None."""
        return filed_report(self._tx.connection, province_id=province_id, kind=kind, cycle=cycle, commune_id=commune_id)

    def add(self, filed: FiledReport, *, document: bytes) -> None:
        """Keep a filed report with its document (canonical JSON bytes).

        Raises Conflict ``report_filed`` when there is one, InvalidInput ``paper_digest`` when the digest is another's.
        """
        if hashlib.sha256(document).hexdigest() != filed.digest:
            raise InvalidInput("paper_digest", paper=filed.kind)
        report = filed.report
        with refusing_duplicates(Conflict("report_filed", cycle=report.cycle, commune=report.commune_id)):
            self._tx.run(
                _ADD,
                id=filed.id,
                province_id=filed.province_id,
                kind=filed.kind,
                cycle=report.cycle,
                commune_id=report.commune_id,
                filed_at=codec.micros(filed.filed_at),
                filed_by=filed.filed_by,
                role=filed.role.value,
                late=int(filed.late),
                grant_id=filed.grant_id,
                signed=None if filed.signed is None else codec.to_json(asdict(filed.signed)),
                digest=filed.digest,
                body=codec.pack(document),
            )


def filed_report(
    connection: SqlConnection, *, province_id: str, kind: str, cycle: int, commune_id: str
) -> FiledReport | None:
    """The report the commune filed, or None."""
    row = connection.one(_ONE, province=province_id, kind=kind, cycle=cycle, commune=commune_id)
    return None if row is None else _filed(row)


def filed_reports(connection: SqlConnection, *, province_id: str, kind: str, cycle: int) -> list[FiledReport]:
    """Every report filed in a province for a cycle, by commune."""
    return [_filed(row) for row in connection.all(_EVERY, province=province_id, kind=kind, cycle=cycle)]


def report_facts(
    connection: SqlConnection, kind: DossierKind, *, province_id: str, commune_id: str, cycle: int
) -> ReportFacts:
    """What the books say for one commune's report of a kind in a cycle, whoever asks.

    Windows are the province's dates, else the kind's own. A kind without a place in the ledger has nothing to tell.
    """
    here = {"commune": commune_id, "kind": kind.code, "result": kind.ledger.result if kind.ledger else ""}
    owed = kind.owes.kind if kind.owes else ""
    recognitions = tuple(_recognition(row, owed) for row in connection.all(_RECOGNISED, **here))
    rows = connection.all(_UPKEEPS, **here, owed=owed, before=cycle - 1, cycle=cycle) if owed else []
    closed = connection.one(_CLOSED, province=province_id, kind=kind.code, cycle=cycle)
    return ReportFacts(
        cycle=cycle,
        commune_id=commune_id,
        windows=report_windows(connection, kind, province_id=province_id, cycle=cycle),
        recognitions=recognitions,
        upkeeps=_upkeeps(connection, rows),
        registered=_registered(connection.all(_REGISTERED, commune=commune_id, kind=kind.code, cycle=cycle)),
        filed=_when_filed(connection, kind.code, commune_id),
        closed=closed is not None and closed[0] is not None,
    )


def _when_filed(connection: SqlConnection, kind: str, commune_id: str) -> dict[int, datetime]:
    return {year: codec.instant(at) for year, at in connection.all(_WHEN_FILED, commune=commune_id, kind=kind)}


def report_windows(
    connection: SqlConnection, kind: DossierKind, *, province_id: str, cycle: int
) -> Mapping[int, Window]:
    """The windows for figures around a cycle: the province's dates, else the kind's own; none for a kind without."""
    if kind.figures is None:
        return {}
    rows = connection.all(_DATES, province=province_id, kind=kind.code, code=kind.figures, first=cycle - KNOWN_BEFORE)
    dates = {
        year: Deadline(
            kind.figures, codec.instant_or_none(opens), codec.instant_or_none(due), codec.instant_or_none(closes)
        )
        for year, opens, due, closes in rows
    }
    return windows_around(kind.deadlines[kind.figures], cycle, dates)


def _recognition(row: Tuple, owed: str) -> Recognition:
    entry, subject, name, number, cycle, decided, recorded, source, standing, ended, ended_by, ended_in, valid_to = row
    by_upkeep = bool(owed) and ended_by == owed
    return Recognition(
        entry_id=entry,
        subject_id=subject,
        name=name or subject,
        number=number,
        cycle=cycle,
        decided_on=codec.day_of(decided),
        recorded_at=codec.instant(recorded),
        from_dossier=source == FROM_DOSSIER,
        cancelled_on=None if standing or by_upkeep else codec.day_of(ended),
        ended_in=ended_in if by_upkeep and not standing else None,
        dissolved_on=codec.day_of(valid_to),
    )


def _upkeeps(connection: SqlConnection, rows: Iterable[Tuple]) -> tuple[Upkeep, ...]:
    made: list[tuple[Upkeep, str | None]] = []
    for dossier, entry, cycle, meaning, updated, body in rows:
        outcome = _OUTCOMES.get(Meaning(meaning), Outcome.OWED)
        ended = None if outcome is Outcome.OWED else local_day(codec.instant(updated))
        made.append((Upkeep(dossier, entry, cycle, outcome, ended), _reason(body)))
    wanted = sorted({text for _, text in made if text is not None})
    texts: dict[str | None, str] = dict(connection.all(_TEXTS, texts=wanted)) if wanted else {}
    return tuple(
        Upkeep(u.dossier_id, u.entry_id, u.cycle, u.outcome, u.ended_on, texts.get(text, "")) for u, text in made
    )


def _reason(body: bytes | None) -> str | None:
    """The id of the words with which a dossier was ended."""
    steps = codec.unpack_dossier(body).steps if body is not None else []
    reason = steps[-1].reason if steps else None
    return None if reason is None else reason.id


def _registered(rows: Iterable[Tuple]) -> tuple[str, ...]:
    """Subjects whose dossier left its draft, however it ended."""
    return tuple(sorted({subject for subject, body in rows if body is None or codec.unpack_dossier(body).pinned}))


def _filed(row: Tuple) -> FiledReport:
    report, province, kind, body, at, person, role, late, digest, grant, signed = row
    return FiledReport(
        id=report,
        province_id=province,
        kind=kind,
        report=from_document(codec.object_from(codec.unpack(body))),
        filed_at=codec.instant(at),
        filed_by=person,
        role=Role(role),
        late=bool(late),
        digest=digest,
        grant_id=grant,
        signed=None if signed is None else _signed(codec.object_from(signed)),
    )


def _signed(plain: Mapping[str, object]) -> SignedPaper:
    scans = plain["scans"]
    return SignedPaper(
        number=str(plain["number"]),
        date=str(plain["date"]),
        issuer=str(plain["issuer"]),
        signer_office=str(plain["signer_office"]),
        scans=tuple(str(scan) for scan in scans) if isinstance(scans, list) else (),
    )
