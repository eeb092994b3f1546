"""The books of a province: the ledger of results, the yearly report, the dates of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from web.access import EVERY_ROLE, OFFICERS, actor, only
from web.api.answered_books import CoverageOut, CycleList, LedgerPage, ReportOut, ReportReceiptOut, YearOut
from web.api.answered_dossiers import JournalPage
from web.api.asked import CoverageQuery, Keyed, LedgerQuery, Paged, ReportIn, ReportQuery, YearQuery
from web.api.blueprint import resource
from web.api.door import key, keyed, scoped
from web.api.reading import signed_of
from web.api.told import page_data, tell
from web.context import house, now, today
from web.lists.present import present
from web.years.kinds import owed_of
from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Role
from workflow.domain.errors import NotFound
from workflow.domain.tokens import TokenScope
from workflow.queries.books import cycles as cycles_of
from workflow.queries.books import year as year_of
from workflow.queries.coverage import Coverage
from workflow.queries.coverage import coverage as coverage_of
from workflow.queries.filters import text as clean
from workflow.queries.journal import books_journal
from workflow.queries.ledger import LedgerItem, entries
from workflow.queries.ledger_filters import LedgerFilters
from workflow.queries.paging import Page
from workflow.queries.reports import results_report
from workflow.telling.values import plain

if TYPE_CHECKING:
    from datetime import datetime

    from workflow.domain.kinds import DossierKind
    from workflow.queries.books import DateLine
    from workflow.queries.reports import ReportPart, ResultsReport

READERS = tuple(EVERY_ROLE - {Role.ADMIN})
KEEPERS = (*PROVINCE_ROLES, Role.COMMUNE_POLICE, Role.ADMIN)
"""The commune police only where the province is not connected, which the query checks."""
_NOT_TOLD = frozenset({"by_province", "entered_by", "paper_digest"})

books = resource("books", "Results on record, the yearly report, the dates of a year.")


@books.get("/ledger", responses={200: LedgerPage})
@only(*READERS)
@scoped(TokenScope.READ)
def ledger(query: LedgerQuery) -> Response:
    """Results on record: recognitions, earlier results, what waits for a second person; newest year first."""
    filters = LedgerFilters(
        kind=query.kind,
        cycle=query.cycle,
        result=query.result,
        commune=query.commune,
        subject_kind=query.subject,
        standing=query.standing,
        confirmed=query.confirmed,
        text=clean("q", {"q": query.q}),
    )
    found = entries(house().database, actor(), filters, after=query.after, limit=query.limit)
    return tell(page_data(Page(tuple(_entry(item) for item in found.items), found.after)))


def _entry(item: LedgerItem) -> dict[str, object]:
    told = plain(item)
    return {name: value for name, value in told.items() if name not in _NOT_TOLD} if isinstance(told, dict) else {}


@books.get("/reports/results", responses={200: ReportOut})
@only(*OFFICERS)
@scoped(TokenScope.READ)
def report(query: ReportQuery) -> Response:
    """The yearly report of results: of a commune, or the province's sum of what was filed."""
    kind = _kind(query.kind)
    found = results_report(house().database, actor(), kind, query.cycle, query.commune, as_filed=not query.now)
    return tell(_report_data(found))


@books.post("/reports/results", responses={201: ReportReceiptOut})
@only(*COMMUNE_ROLES)
@scoped(TokenScope.MOVE)
@keyed
def file_report(header: Keyed, body: ReportIn) -> Response:
    """File the report of the own commune: its figures are frozen; refused naming everything that is still owed."""
    del header
    receipt = house().reports.file(actor(), body.kind, body.cycle, signed=signed_of(body.signed), key=key())
    return tell(receipt, 201)


def _report_data(report: ResultsReport) -> dict[str, object]:
    return {
        "kind": report.kind,
        "cycle": report.cycle,
        "commune": report.commune_id,
        "window": report.window,
        "figures": {
            name: {"count": figure.count, "of": figure.of, "ids": figure.numerator}
            for name, figure in report.figures.items()
        },
        "parts": [_part_data(part) for part in report.parts],
        "missing": [part.commune_id for part in report.missing],
        "is_complete": report.is_complete,
    }


def _part_data(part: ReportPart) -> dict[str, object]:
    names = ("report_id", "at", "office", "role", "late", "digest")
    filing = part.filing
    return {
        "commune": {"id": part.commune_id, "name": part.name},
        "filed": None if filing is None else {name: getattr(filing, name) for name in names},
    }


@books.get("/coverage", responses={200: CoverageOut})
@only(*OFFICERS)
@scoped(TokenScope.READ)
def coverage(query: CoverageQuery) -> Response:
    """How the units of the reader's communes stand in a kind and year, and the shares asked for, in every reading."""
    kind = _kind(query.kind)
    found = coverage_of(house().database, actor(), kind, cycle=query.cycle, on=today(), commune_id=query.commune)
    return tell(
        {
            "kind": found.kind,
            "cycle": found.cycle,
            "as_of": found.as_of,
            "whole": _covered(found.whole),
            "communes": [
                {
                    "commune": {"id": one.commune.id, "name": one.commune.name},
                    "whole": _covered(one.whole),
                    "by_subject": [_covered(part) for part in one.by_subject],
                }
                for one in found.communes
            ],
        }
    )


def _covered(part: Coverage) -> dict[str, object]:
    return {
        "subject_kind": part.subject_kind,
        "units": len(part.units),
        "joined": part.joined,
        "results": dict(part.results),
        "shares": [
            {
                "code": figure.rule.code,
                "label": figure.rule.label,
                "verified": figure.rule.verified,
                "readings": [
                    {
                        "base": read.base,
                        "count": len(read.counted),
                        "of": len(read.out_of),
                        "needed": read.needed,
                        "percent": read.percent,
                        "met": read.met,
                    }
                    for read in figure.readings
                ],
            }
            for figure in part.shares
        ],
    }


@books.get("/journal", responses={200: JournalPage})
@only(*KEEPERS)
@scoped(TokenScope.READ)
def journal(query: Paged) -> Response:
    """The journal of the province's books, newest first: dates, results, definitions, organisations, accounts."""
    connected = present().connected
    found = books_journal(house().database, actor(), after=query.after, limit=query.limit, connected=connected)
    return tell(page_data(found))


@books.get("/cycles", responses={200: CycleList})
@only(*READERS)
@scoped(TokenScope.READ)
def cycles() -> Response:
    """The years that were opened in the province."""
    return tell({"items": cycles_of(house().database, actor())})


@books.get("/deadlines", responses={200: YearOut})
@only(*READERS)
@scoped(TokenScope.READ)
def deadlines(query: YearQuery) -> Response:
    """The dates of a kind in one year as they stand for the reader, with the grants that concern the reader."""
    kind = _kind(query.kind)
    found = year_of(house().database, actor(), kind, query.cycle, now(), owed=owed_of(kind))
    return tell(
        {
            "kind": found.kind,
            "cycle": found.cycle,
            "opened_at": found.opened_at,
            "closed_at": found.closed_at,
            "dates": [_date_data(line) for line in found.dates],
        }
    )


def _date_data(line: DateLine) -> dict[str, object]:
    stands = line.verdict or line.deadline
    faces: dict[str, datetime | None] = {
        face: getattr(stands, face) if stands is not None else None for face in ("opens", "due", "closes")
    }
    return {
        "kind": line.kind,
        **{name: getattr(line.rule, name) for name in ("code", "label", "words", "source", "verified")},
        **faces,
        "due_words": _words(faces["due"]),
        "closes_words": _words(faces["closes"]),
        "moved": line.moved,
        "grants": [
            {
                "id": given.grant.id,
                "kind": given.grant.kind,
                "scope": given.grant.scope,
                "scope_id": given.grant.scope_id,
                "name": given.name,
                "office": given.office,
                "reason": given.reason,
                "until": given.grant.until,
                "granted_at": given.grant.granted_at,
                "in_force": given.in_force,
            }
            for given in line.grants
        ],
    }


def _words(end: datetime | None) -> str:
    return "" if end is None else house().wording.last_moment(end, house().calendar())


def _kind(code: str) -> DossierKind:
    if code not in {kind.code for kind in house().catalogue.kinds()}:
        raise NotFound
    return house().catalogue.newest(code, province_id=actor().province_id, on=today())
