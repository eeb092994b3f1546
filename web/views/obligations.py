"""What organisations report every year: who owes what until when, the reports put together, calling for one."""

from __future__ import annotations

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.access import OFFICERS, actor, only
from web.context import cycle, house, idempotency_key, new_key, now
from web.errors import sentence, status_of
from web.forms.typed import UnreadableError, read_day
from web.lists.filters import communes_seen
from web.lists.present import present
from web.reporting import asked_code, cells, heads, lines_asked, obliging_kind, put_together, rows_of
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.errors import HosoError, InvalidDocument, NotFound
from workflow.queries.obligations import ObligationLine
from workflow.services.inputs import PaperInput

Answer = str | AnyResponse | tuple[str, int]

TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
CALLERS = (Role.COMMUNE_POLICE, Role.PROVINCE_POLICE)
FIELDS = {"about": "ve-viec", "due": "han", "number": "so", "date": "ngay", "issuer": "co-quan", "signer_office": "ky"}
"""Fields of the paper that calls for a report, and how its form names them."""

obligations = Blueprint("obligations", __name__, url_prefix="/viec-bao-cao")


@obligations.get("/")
@only(*OFFICERS)
def listing() -> str:
    """Who owes what in the year: counted by obligation; of one obligation everybody, missing ones first."""
    kind, moment = obliging_kind(), present()
    code = asked_code(kind)
    lines, summed = lines_asked(kind, code)
    communes = communes_seen(moment)
    return render_template(
        "obligations/listing.html",
        kind=kind,
        cycle=cycle(),
        code=code,
        chosen=next((one.obligation for one in summed if one.obligation.code == code), None),
        sums=summed,
        rows=rows_of(kind, [line for line in lines if line.is_missing], moment),
        done=rows_of(kind, [line for line in lines if not line.is_missing], moment) if code else [],
        communes=communes,
        commune_pairs=[(one.id, one.name) for one in communes],
        commune=request.args.get("xa", ""),
        may_call=actor().role in CALLERS,
        at=now(),
    )


@obligations.get("/tong-hop")
@only(*OFFICERS)
def put() -> str:
    """The reports of one obligation put together; made to be printed."""
    kind = obliging_kind()
    made = put_together(kind, _code_asked())
    return render_template(
        "obligations/put.html",
        kind=kind,
        made=made,
        place=next((one.name for one in communes_seen(present()) if one.id == made.commune_id), ""),
        commune=request.args.get("xa", ""),
        names={one.kind.code: dict(one.kind.ledger.every()) if one.kind.ledger else {} for one in made.drawn},
        missing=rows_of(kind, made.missing, present()),
        at=now(),
    )


@obligations.get("/tong-hop/tai/<ending>")
@only(*OFFICERS)
def download(ending: str) -> Response:
    """The same as CSV or XLSX: every part, every sum, whoever is missing by name."""
    kind = obliging_kind()
    made = put_together(kind, _code_asked())
    title = say("obligations.book", label=made.obligation.label, cycle=made.cycle)
    body = house().table_file(ending, title[:31], heads(), cells(made))
    name = f"{say('obligations.file', what=made.obligation.code.replace('_', '-'), cycle=made.cycle)}.{ending}"
    return Response(
        body,
        mimetype=TYPES[ending],
        headers={"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-store"},
    )


@obligations.route("/yeu-cau", methods=["GET", "POST"])
@only(*CALLERS)
def call() -> Answer:
    """Call for a report that no plan names, from whom one chooses, by a paper that says until when."""
    if request.method == "GET":
        return _form({}, [])
    given = {field: request.form.get(name, "").strip() for field, name in FIELDS.items()}
    chosen = request.form.getlist("don-vi")
    document = {field: text for field, text in given.items() if text}
    for field in ("due", "date"):
        if field in document:
            document[field] = _day(document[field])
    try:
        called = house().obligations.call(
            actor(),
            kind_code=obliging_kind().code,
            cycle=cycle(),
            subject_ids=chosen,
            paper=PaperInput(json.dumps(document, ensure_ascii=False).encode()),
            key=idempotency_key(),
        )
    except InvalidDocument as error:
        told = [house().fault_told(fault) for fault in error.faults]
        problems = [{"sentence": words, "target": FIELDS.get(path.strip("/"), "ve-viec")} for path, words in told]
        return _form(given, chosen, problems=problems or [{"sentence": sentence(error), "target": "ve-viec"}]), 422
    except HosoError as error:
        target = "han" if error.code == "call_past" else "don-vi"
        return _form(given, chosen, problems=[{"sentence": sentence(error), "target": target}]), status_of(error)
    return redirect(url_for("obligations.called", nam=cycle(), viec=_called_code(), so=len(called)))


@obligations.get("/da-yeu-cau")
@only(*CALLERS)
def called() -> str:
    """What was called for, just now and before."""
    kind = obliging_kind()
    lines, _ = lines_asked(kind, _called_code())
    count = request.args.get("so", "")
    return render_template(
        "obligations/called.html",
        cycle=cycle(),
        rows=rows_of(kind, lines, present()),
        count=int(count) if count.isascii() and count.isdecimal() and len(count) < 6 else 0,
    )


def _day(typed: str) -> str:
    """A day as papers spell it; what is no day stays as it was typed, for the schema to refuse."""
    try:
        return read_day(typed)
    except UnreadableError:
        return typed


def _called_code() -> str:
    obliges = obliging_kind().obliges
    code = next((one.code for one in obliges.each if one.called), None) if obliges is not None else None
    if code is None:
        raise NotFound("call_unknown", kind=obliging_kind().short_label)
    return code


def _code_asked() -> str:
    kind = obliging_kind()
    code = asked_code(kind)
    if code is None:
        raise NotFound("obligation_not_found", kind=kind.short_label)
    return code


def _form(given: dict[str, str], chosen: list[str], *, problems: list[dict[str, str]] | None = None) -> str:
    lines, _ = lines_asked(obliging_kind(), None)
    return render_template(
        "obligations/call.html",
        cycle=cycle(),
        given=given,
        fields=FIELDS,
        subjects=_askable(lines),
        chosen=chosen,
        problems=problems or [],
        key=new_key(),
    )


def _askable(lines: tuple[ObligationLine, ...]) -> list[tuple[str, str]]:
    """Organisations whose reports the reader receives, by name: those that owe something in the year."""
    to_commune = actor().role is Role.COMMUNE_POLICE
    found = {line.subject_id: line.subject for line in lines if line.to_commune is to_commune}
    return sorted(found.items(), key=lambda item: item[1])
