"""What hoso itself writes about an event on record: the receipt with its exact time, the notice of a return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.domain import events as ev
from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Role
from workflow.domain.calendars import local_day
from workflow.domain.errors import NotFound
from workflow.papers.official.compose import Sheet, compose
from workflow.papers.official.model import OfficialPaper
from workflow.papers.official.values import Known
from workflow.printing.surroundings import Surroundings
from workflow.queries.dossier_record import Entry

RECEIPT, RETURN = "giay_tiep_nhan", "thong_bao_tra"
"""The layouts of these two (``dossier_schemas/prints/layouts``)."""

_SHORT = 16


def receipt_paper(around: Surroundings, seq: int) -> OfficialPaper:
    """The receipt for what was handed in at that place of the dossier. Raises ``NotFound``."""
    entry = _entry(around, seq)
    event = entry.event
    say = around.house.wording.say
    document: dict[str, Any] = {
        "date": local_day(event.at).isoformat(),
        "received_at": event.at.isoformat(),
        "journal": str(entry.position),
        "digest": entry.digest[:_SHORT],
    }
    match event:
        case ev.PaperFiled():
            document |= {"step": _label(around, event.paper.code), "papers": [_paper_row(around, event.paper)]}
        case ev.Moved():
            document |= _moved(around, event)
        case _:
            raise NotFound("no_receipt", seq=seq)
    receiver = Role.PROVINCE_POLICE if event.role in COMMUNE_ROLES and not _of_unit(event) else Role.COMMUNE_POLICE
    return _compose(around, RECEIPT, document, entry, receiver, say("print.receipt"))


def return_paper(around: Surroundings, seq: int) -> OfficialPaper:
    """The notice of the return made at that place of the dossier, with its reasons. Raises ``NotFound``."""
    entry = _entry(around, seq)
    event = entry.event
    if not isinstance(event, ev.Moved) or not event.items:
        raise NotFound("no_return", seq=seq)
    wording, record = around.house.wording, around.record
    document: dict[str, Any] = {
        "date": local_day(event.at).isoformat(),
        "to": around.name_of(event.holder or Role.UNIT),
        "items": [
            {
                "paper": _label(around, item.paper) if item.paper else "",
                "words": record.texts.get(item.text.id, ""),
                "source": around.house.sources.cite(item.source).label if item.source else "",
            }
            for item in event.items
        ],
        "mode": wording.say(f"print.return.{event.mode or 'supplement'}"),
    }
    if event.mend_by is not None:
        document["mend_by"] = wording.last_moment(event.mend_by, around.look.books.calendar)
    if event.reason is not None:
        document["reason"] = record.texts.get(event.reason.id, "")
    return _compose(around, RETURN, document, entry, event.authority, wording.say("print.returned"))


def _entry(around: Surroundings, seq: int) -> Entry:
    entry = around.record.entry(seq)
    if entry is None:
        raise NotFound("event_not_found", seq=seq)
    return entry


def _of_unit(event: ev.Event) -> bool:
    return isinstance(event, ev.PaperFiled) or (isinstance(event, ev.Moved) and event.unit_side)


def _moved(around: Surroundings, event: ev.Moved) -> dict[str, Any]:
    step = next((way.label for way in around.look.kind.transitions if way.trigger == event.trigger), event.trigger)
    say = around.house.wording.say
    found: dict[str, Any] = {"step": step, "papers": [_paper_row(around, paper) for paper in event.papers]}
    if event.sent_at is not None:
        found["sent_at"] = event.sent_at.isoformat()
    if event.unit_side:
        found["late"] = say("print.receipt.late" if event.late else "print.receipt.in_time")
        filed = [one.paper for one in around.look.dossier.papers if one.at <= event.at and not one.paper.act_id]
        newest = {paper.code: paper for paper in filed if paper.code not in around.look.hidden}
        found["papers"] = [_paper_row(around, paper) for paper in newest.values()]
    return found


def _paper_row(around: Surroundings, paper: ev.PaperRef) -> dict[str, Any]:
    return {
        "paper": _label(around, paper.code),
        "version": paper.version,
        "files": len(paper.files),
        "digest": paper.digest[:_SHORT],
    }


def _label(around: Surroundings, code: str) -> str:
    rule = around.look.kind.attachments.get(code)
    return rule.label if rule is not None and code not in around.look.hidden else code


def _compose(
    around: Surroundings, layout: str, document: Mapping[str, Any], entry: Entry, issuer: Role, name: str
) -> OfficialPaper:
    house = around.house
    form = house.prints.layouts[layout]
    origin = house.wording.say("print.origin.journal", position=str(entry.position), at=entry.event.at)
    role = issuer if issuer in COMMUNE_ROLES | PROVINCE_ROLES else Role.COMMUNE_POLICE
    known: dict[str, Known] = around.known(name, role)
    return compose(
        Sheet(
            layout=form,
            schema=form.form or {},
            document=document,
            name=name,
            origin=origin,
            known=known,
            superiors=around.superiors,
        ),
        house.prints.words,
        house.wording,
    )
