"""The yearly report of results and the letter that asks for what is owed, from figures that somebody already read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow.bootstrap import House
from workflow.domain.actors import PROVINCE_ROLES, Actor
from workflow.domain.calendars import local_day
from workflow.domain.kinds import DossierKind
from workflow.domain.yearly_report import LISTS
from workflow.papers.official.compose import Sheet, compose
from workflow.papers.official.model import OfficialPaper
from workflow.papers.official.values import Known
from workflow.printing.surroundings import superiors
from workflow.queries.reports import ResultsReport

REPORT, CHASE = "bao_cao_nam", "don_doc"
"""The layouts of these two (``dossier_schemas/prints/layouts``)."""

_SHORT = 16


@dataclass(frozen=True, slots=True)
class OwedLine:
    """One dossier somebody is asked about, in words."""

    unit: str
    number: str
    missing: str
    until: str


def report_paper(house: House, actor: Actor, kind: DossierKind, report: ResultsReport) -> OfficialPaper:
    """The report of a commune, or the province's sum, with the units behind each figure."""
    say = house.wording.say
    filing = report.parts[0].filing if report.commune_id is not None else None
    at = filing.at if filing is not None else house.clock.now()
    document: dict[str, Any] = {
        "to": _receiver(house, actor, report),
        "first": report.window.first.isoformat(),
        "last": report.window.last.isoformat(),
        "figures": [{"label": say(f"report.figure.{code}"), "said": _said(house, report, code)} for code in LISTS],
        "units": [row for code in LISTS for row in _units(house, report, code)],
        "waiting": [{"commune": part.name} for part in report.missing] if report.commune_id is None else [],
    }
    if filing is not None:
        signed = filing.signed
        document |= {"filed_at": filing.at.isoformat(), "digest": filing.digest[:_SHORT]}
        if signed is not None:
            document |= {"number": signed.number, "date": signed.date, "issuer": signed.issuer}
            document |= {"signer_office": signed.signer_office}
    known = {
        "kind": Known(kind.label[:1].lower() + kind.label[1:], say("print.origin.report", at=at)),
        "cycle": Known(str(report.cycle), say("print.origin.report", at=at)),
    }
    return _compose(house, actor, REPORT, document, say("print.report"), say("print.origin.report", at=at), known)


def chase_paper(
    house: House, actor: Actor, lines: Sequence[OwedLine], *, to: str, grounds: Iterable[str], on: date
) -> OfficialPaper:
    """The letter that asks for what these dossiers still owe."""
    say = house.wording.say
    document = {
        "to": to,
        "as_of": on.isoformat(),
        "count": len(lines),
        "grounds": "; ".join(grounds),
        "lines": [
            {"unit": one.unit, "number": one.number, "missing": one.missing, "until": one.until} for one in lines
        ],
    }
    origin = say("print.origin.report", at=house.clock.now())
    return _compose(house, actor, CHASE, document, say("print.chase"), origin, {})


def _said(house: House, report: ResultsReport, code: str) -> str:
    """A figure in words: out of how many, not applicable, or simply how many."""
    say = house.wording.say
    figure = report.figures.get(code)
    if figure is None:
        return str(sum(len(getattr(part.report, code)) for part in report.parts if part.report is not None))
    if not figure.is_applicable:
        return say("report.not_applicable")
    return say("report.count", count=figure.count, of=figure.of)


def _units(house: House, report: ResultsReport, code: str) -> list[dict[str, Any]]:
    return [
        {
            "figure": house.wording.say(f"report.figure.{code}"),
            "name": line.name,
            "commune": part.name if report.commune_id is None else "",
            "number": line.number,
            "decided_on": line.decided_on.isoformat() if line.decided_on is not None else "",
            "reason": line.reason or (house.wording.say("report.supplement") if line.supplement else ""),
        }
        for part in report.parts
        if part.report is not None
        for line in getattr(part.report, code)
    ]


def _receiver(house: House, actor: Actor, report: ResultsReport) -> str:
    """Whom a commune reports to: the police of its province, by its own name; "" of the province itself."""
    if report.commune_id is None:
        return ""
    with house.engine.reading() as uow:
        found = [one for one in uow.organisations.children(actor.province_id) if one.kind == "cong_an_tinh"]
    return found[0].name if found else ""


def _compose(
    house: House,
    actor: Actor,
    code: str,
    document: dict[str, Any],
    name: str,
    origin: str,
    known: dict[str, Known],
) -> OfficialPaper:
    layout = house.prints.layouts[code]
    with house.engine.reading() as uow:
        office = uow.organisations.get(actor.organisation_id)
        place_id = actor.province_id if actor.role in PROVINCE_ROLES else actor.commune_id or actor.province_id
        place = uow.organisations.get(place_id).name
    books = house.wording.say("print.origin.organisations")
    mine = {"issuer": Known(office.name, books), "place": Known(place, books), "paper": Known(name, origin)}
    written: datetime = house.clock.now()
    document.setdefault("date", local_day(written).isoformat())
    return compose(
        Sheet(
            layout=layout,
            schema=layout.form or {},
            document={key: value for key, value in document.items() if value not in ("", [])},
            name=name,
            origin=origin,
            known={**mine, **known},
            superiors=superiors(house, [office.id]),
        ),
        house.prints.words,
        house.wording,
    )
