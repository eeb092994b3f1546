"""The yearly report as it is filed: plain values, digested and kept, and back again; never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from workflow.domain.actors import Role
from workflow.domain.events import SignedPaper
from workflow.domain.yearly_report import LISTS, ReportLine, Window, YearlyReport


def to_document(report: YearlyReport) -> dict[str, object]:
    """The report as JSON values: the form that is digested and kept when it is filed."""
    return {
        "cycle": report.cycle,
        "commune": report.commune_id,
        "window": [report.window.first.isoformat(), report.window.last.isoformat()],
        "registered": list(report.registered),
        "assessed_before": list(report.assessed_before),
        "lists": {name: [_plain(line) for line in getattr(report, name)] for name in LISTS},
    }


def from_document(document: Mapping[str, object]) -> YearlyReport:
    """The report again. Raises KeyError, TypeError or ValueError for a document that ``to_document`` never made."""
    first, last = (date.fromisoformat(str(day)) for day in _rows(document["window"]))
    lists = document["lists"]
    if not isinstance(lists, Mapping):
        raise TypeError("lists")
    return YearlyReport(
        cycle=int(str(document["cycle"])),
        commune_id=str(document["commune"]),
        window=Window(first, last),
        registered=tuple(str(item) for item in _rows(document["registered"])),
        assessed_before=tuple(str(item) for item in _rows(document["assessed_before"])),
        **{name: tuple(_line_from(row) for row in _rows(lists[name])) for name in LISTS},
    )


def _plain(line: ReportLine) -> dict[str, object]:
    plain = {item.name: getattr(line, item.name) for item in fields(line)}
    return plain | {"decided_on": line.decided_on.isoformat() if line.decided_on else None}


def _line_from(row: object) -> ReportLine:
    if not isinstance(row, Mapping):
        raise TypeError("line")
    decided = row["decided_on"]
    return ReportLine(**{**row, "decided_on": None if decided is None else date.fromisoformat(str(decided))})


def _rows(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise TypeError("list")
    return list(value)


@dataclass(frozen=True, slots=True)
class FiledReport:
    """A commune's report as it was filed: its figures never change. ``digest`` is of its document's canonical JSON.

    ``signed``: the signed paper it was filed from, where there was one; ``grant_id``: the extension or late opening
    without which it would have been late or refused.
    """

    id: str
    province_id: str
    kind: str
    report: YearlyReport
    filed_at: datetime
    filed_by: str
    role: Role
    late: bool
    digest: str
    grant_id: str | None = None
    signed: SignedPaper | None = None
