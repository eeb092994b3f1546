"""The yearly report of results (12/12) as a page shows it: one commune's, or the province's sum of what was filed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Actor, Role
from workflow.domain.errors import InvalidInput, NotAllowed, NotFound
from workflow.domain.events import SignedPaper
from workflow.domain.filed_report import FiledReport
from workflow.domain.kinds import DossierKind
from workflow.domain.yearly_report import Figure, Window, YearlyReport, total, yearly_report
from workflow.queries.communes import communes_of
from workflow.queries.names import names_of, offices_of
from workflow.storage import codec
from workflow.storage.chain import books_stream
from workflow.storage.database import Database
from workflow.storage.reports import filed_report, filed_reports, report_facts, report_windows
from workflow.storage.statements import SqlConnection, Statement
from workflow.storage.tables import JOURNAL

_J = JOURNAL.c
_FILED = Statement(
    select(_J.position)
    .where(
        _J.stream == bindparam("stream"),
        _J.at == bindparam("at", type_=_J.at.type),
        _J.event == "ReportFiled",
        _J.payload.like(bindparam("digest", type_=_J.payload.type)),
    )
    .order_by(_J.seq.desc())
)


@dataclass(frozen=True, slots=True)
class Filing:
    """When and by which office a report was filed; ``digest`` of its frozen figures, ``signed`` the paper it came from.

    ``journal``: its number in the journal; told of one commune's report only.
    """

    report_id: str
    at: datetime
    role: Role
    office: str
    late: bool
    digest: str
    signed: SignedPaper | None = None
    journal: int | None = None


@dataclass(frozen=True, slots=True)
class ReportPart:
    """One commune in a report: its figures where it has any to show, its filing where it has filed."""

    commune_id: str
    name: str
    report: YearlyReport | None
    filing: Filing | None = None


@dataclass(frozen=True, slots=True)
class ResultsReport:
    """A report of one cycle. For a commune ``parts`` is that commune alone; for a province every commune of it.

    The province's figures are the sum of what was filed; ``missing`` names the communes that have not: no zero stands
    for them. ``figures`` by the names of ``YearlyReport.figures``, each with the ids behind it.
    """

    kind: str
    cycle: int
    window: Window
    commune_id: str | None
    figures: Mapping[str, Figure]
    parts: tuple[ReportPart, ...]

    @property
    def missing(self) -> tuple[ReportPart, ...]:
        """The communes that have not filed."""
        return tuple(part for part in self.parts if part.filing is None)

    @property
    def is_complete(self) -> bool:
        """Whether every commune of it has filed."""
        return not self.missing


def results_report(
    db: Database,
    actor: Actor,
    kind: DossierKind,
    cycle: int,
    commune_id: str | None = None,
    *,
    as_filed: bool = True,
) -> ResultsReport:
    """The report of a commune, for people of the province without one the province's sum.

    A commune's filed report is shown as it was filed, unless ``as_filed`` is False: then as the books stand now. Raises
    NotAllowed (``report_reader``), NotFound (``organisation_not_found``), InvalidInput (``kind_without_report``).
    """
    here = _place(actor, commune_id)
    with db.snapshot() as connection:
        windows = report_windows(connection, kind, province_id=actor.province_id, cycle=cycle)
        if cycle not in windows or kind.ledger is None:
            raise InvalidInput("kind_without_report", kind=kind.short_label)
        if here is None:
            return _province(connection, actor, kind, cycle, windows[cycle])
        return _commune(connection, actor, kind, cycle, windows[cycle], here, as_filed=as_filed)


def _place(actor: Actor, commune_id: str | None) -> str | None:
    """The commune asked for, within the actor's sight; None for the province."""
    if actor.role in COMMUNE_ROLES:
        if commune_id not in {None, actor.commune_id}:
            raise NotFound("organisation_not_found")
        return actor.commune_id or ""
    if actor.role in PROVINCE_ROLES:
        return commune_id
    raise NotAllowed("report_reader", role=actor.role)


def _commune(
    connection: SqlConnection,
    actor: Actor,
    kind: DossierKind,
    cycle: int,
    window: Window,
    commune_id: str,
    *,
    as_filed: bool,
) -> ResultsReport:
    known = {commune.id: commune.name for commune in communes_of(connection, actor.province_id, on=window.last)}
    if commune_id not in known:
        raise NotFound("organisation_not_found")
    province = actor.province_id
    filed = filed_report(connection, province_id=province, kind=kind.code, cycle=cycle, commune_id=commune_id)
    if filed is not None and as_filed:
        report = filed.report
    else:
        facts = report_facts(connection, kind, province_id=province, commune_id=commune_id, cycle=cycle)
        report = yearly_report(facts)
    offices = offices_of(connection, [filed.filed_by] if filed is not None else [])
    filing = _filing(filed, offices, _number(connection, filed)) if filed is not None else None
    part = ReportPart(commune_id, known[commune_id], report, filing)
    return ResultsReport(kind.code, cycle, report.window, commune_id, report.figures, (part,))


def _province(connection: SqlConnection, actor: Actor, kind: DossierKind, cycle: int, window: Window) -> ResultsReport:
    province = actor.province_id
    filed = {
        item.report.commune_id: item
        for item in filed_reports(connection, province_id=province, kind=kind.code, cycle=cycle)
    }
    names = {commune.id: commune.name for commune in communes_of(connection, province, on=window.last)}
    names = {**names_of(connection, filed.keys() - names.keys()), **names}
    offices = offices_of(connection, (item.filed_by for item in filed.values()))
    reports = {commune: filed[commune].report if commune in filed else None for commune in {*names, *filed}}
    parts = tuple(
        ReportPart(commune, name, reports[commune], _filing(filed[commune], offices) if commune in filed else None)
        for commune, name in names.items()
    )
    return ResultsReport(kind.code, cycle, window, None, total(cycle, reports).figures, parts)


def _filing(filed: FiledReport, offices: Mapping[str, str], journal: int | None = None) -> Filing:
    return Filing(
        filed.id,
        filed.filed_at,
        filed.role,
        offices.get(filed.filed_by, ""),
        filed.late,
        filed.digest,
        filed.signed,
        journal,
    )


def _number(connection: SqlConnection, filed: FiledReport) -> int | None:
    """The journal number under which the report stands in the books of the province."""
    stream, at = books_stream(filed.province_id), codec.micros(filed.filed_at)
    row = connection.one(_FILED, stream=stream, at=at, digest=f'%"{filed.digest}"%')
    return None if row is None else int(row[0])
