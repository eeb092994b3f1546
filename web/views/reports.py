"""The yearly report of results: what blocks it, by name; figures in words; filed once; the province's sum."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import OFFICERS, actor, only
from web.context import cycle, house, idempotency_key, new_key, now
from web.dossier.inert import inert, send_inert
from web.dossier.signed import scan_hint
from web.downloads import table_answer
from web.errors import sentence, status_of
from web.formatting import day, until
from web.results.decision import named_scan
from web.results.figures import blocking, cells, figure_label, figure_rows, heads, not_yet, units_of
from web.results.kinds import ledger_kind
from web.results.report_paper import ReportPaper, read_report_paper
from web.views.prints import sent
from web.words import say
from workflow.domain.actors import COMMUNE_ROLES
from workflow.domain.errors import HosoError, NotFound, TransitionRefused
from workflow.domain.yearly_report import LISTS
from workflow.printing.letters import report_paper
from workflow.queries.reports import ResultsReport, results_report
from workflow.services.reports import ReportPreview

Answer = str | AnyResponse | tuple[str, int]

reports = Blueprint("reports", __name__, url_prefix="/bao-cao")


@reports.get("/")
@only(*OFFICERS)
def results() -> str:
    """A commune's report as it would be filed now, or as it was filed; for the province the sum of what was filed."""
    return _page()


@reports.post("/gui")
@only(*COMMUNE_ROLES)
def file() -> Answer:
    """File the report of one's own commune, with its signed paper where there is one: its figures are frozen."""
    paper = read_report_paper()
    problem = "" if request.form.get("doi-chieu") == "co" else say("reports.not_compared")
    if problem or paper.lines:
        return _page(problem=problem, paper=paper), 422
    try:
        house().reports.file(actor(), ledger_kind().code, cycle(), signed=paper.signed, key=idempotency_key())
    except TransitionRefused:
        return _page(paper=paper), 409
    except HosoError as error:
        return _page(problem=sentence(error), paper=paper), status_of(error)
    return redirect(url_for("reports.filed", nam=cycle()))


@reports.get("/da-gui")
@only(*COMMUNE_ROLES)
def filed() -> str:
    """What was filed and when; made to be printed."""
    report = _report()
    part = report.parts[0]
    if part.filing is None:
        raise NotFound("report_not_filed", cycle=cycle())
    return render_template("reports/filed.html", report=report, part=part, rows=figure_rows(report))


@reports.get("/van-ban/<int:place>")
@inert
@only(*OFFICERS)
def paper(place: int) -> AnyResponse:
    """A scan of the signed report of a commune, for whoever sees that report."""
    report = _report()
    filing = report.parts[0].filing if report.commune_id is not None else None
    scans = filing.signed.scans if filing is not None and filing.signed is not None else ()
    if filing is None or filing.signed is None or not 1 <= place <= len(scans):
        raise NotFound(file=place)
    return send_inert(*named_scan(scans[place - 1], filing.signed.number))


@reports.get("/danh-sach/<figure>")
@only(*OFFICERS)
def units(figure: str) -> str:
    """The units behind one figure."""
    if figure not in LISTS:
        raise NotFound("figure_not_found")
    report = _report()
    return render_template(
        "reports/units.html",
        report=report,
        label=figure_label(figure),
        row=next((row for row in figure_rows(report) if row.code == figure), None),
        units=units_of(report, figure),
        commune=request.args.get("xa", ""),
    )


@reports.get("/in/<ending>")
@only(*OFFICERS)
def printed(ending: str) -> Response:
    """The report in the official frame."""
    return sent(report_paper(house(), actor(), ledger_kind(), _report()), ending)


@reports.get("/tai/<ending>")
@only(*OFFICERS)
def download(ending: str) -> Response:
    """The units of every figure as CSV or XLSX, the communes that are missing named."""
    report = _report()
    book, name = say("reports.book", cycle=report.cycle), say("reports.file", cycle=report.cycle)
    return table_answer(ending, book, name, heads(), cells(report))


def _report() -> ResultsReport:
    return results_report(house().database, actor(), ledger_kind(), cycle(), request.args.get("xa") or None)


def _page(*, problem: str = "", paper: ReportPaper | None = None) -> str:
    report = _report()
    preview = _preview(report)
    blocked = blocking(preview.refusals) if preview is not None else []
    own = actor().role in COMMUNE_ROLES
    return render_template(
        "reports/results.html",
        report=report,
        title=_title(report, preview),
        kind=ledger_kind(),
        rows=figure_rows(report),
        lists=[(row, units_of(report, row.code)) for row in figure_rows(report) if row.count],
        blocked=blocked,
        preview=preview,
        not_yet=not_yet(preview.refusals) if preview is not None else "",
        due=_due(preview),
        own=own,
        commune=request.args.get("xa", ""),
        problem=problem,
        paper=paper or ReportPaper(),
        hint=scan_hint(),
        at=now(),
        key=new_key(),
    )


def _preview(report: ResultsReport) -> ReportPreview | None:
    """What stands against filing; None for whoever does not file, and once it is filed."""
    if actor().role not in COMMUNE_ROLES or not report.missing:
        return None
    return house().reports.preview(actor(), kind_code=report.kind, cycle=report.cycle)


def _due(preview: ReportPreview | None) -> str:
    verdict = preview.verdict if preview is not None else None
    end = verdict.due or verdict.closes if verdict is not None else None
    return until(end) if end is not None else ""


def _title(report: ResultsReport, preview: ReportPreview | None) -> str:
    if report.commune_id is None:
        done = len(report.parts) - len(report.missing)
        return say("reports.title_province", cycle=report.cycle, filed=done, all=len(report.parts))
    part = report.parts[0]
    if part.filing is not None:
        return say("reports.title_filed", cycle=report.cycle, day=day(part.filing.at))
    if preview is None:
        return say("reports.title_commune", cycle=report.cycle, name=part.name)
    return _title_open(report.cycle, preview)


def _title_open(year: int, preview: ReportPreview) -> str:
    if not_yet(preview.refusals):
        return say("reports.title_not_yet", cycle=year)
    if preview.refusals:
        return say("reports.title_blocked", cycle=year, count=len(preview.refusals))
    due = _due(preview)
    return say("reports.title_open" if due else "reports.title_open_plain", cycle=year, until=due)
