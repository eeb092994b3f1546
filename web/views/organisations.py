"""The dated tree of organisations: one level a page, as of a day; search, a new subject, dissolution."""

from __future__ import annotations

import secrets
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import OFFICERS, actor, only
from web.context import house, idempotency_key, new_key, today
from web.downloads import file_answer, table_answer
from web.errors import sentence
from web.words import say
from workflow.domain.actors import COMMUNE_ROLES, Role
from workflow.domain.books import Organisation
from workflow.domain.errors import HosoError
from workflow.papers.organisation_sheet import organisation_rows, organisation_template
from workflow.queries.organisations import kept_by
from workflow.queries.search import words_of
from workflow.queries.tree import Branch, branch, find
from workflow.wording import read_day

organisations = Blueprint("organisations", __name__, url_prefix="/to-chuc")

KEEPERS = frozenset({Role.ADMIN, Role.PROVINCE_POLICE, Role.COMMUNE_POLICE})
SUBJECT_KINDS = ("co_quan", "doanh_nghiep", "co_so_giao_duc", "khu_dan_cu")


@organisations.get("/")
@only(*OFFICERS, Role.ADMIN)
def tree() -> Response | str:
    """Search, or the top of what this person looks after."""
    text = request.args.get("tim", "").strip()
    if text:
        found = find(house().database, actor(), text, on=_day())
        return render_template("organisations/found.html", text=text, found=found, day=_day())
    who = actor()
    return redirect(url_for("organisations.one", organisation_id=who.commune_id or who.province_id))


@organisations.get("/tai/<ending>")
@only(*OFFICERS, Role.ADMIN)
def download(ending: str) -> Response:
    """The organisations that this person looks after, as CSV or as the workbook in which they can be brought back."""
    if ending == "xlsx":
        body = organisation_template(house().wording, kept_by(house().database, actor()))
        return file_answer(body, f"{say('download.organisations_file')}.xlsx")
    title = house().wording.say("sheet.title.organisations")
    heads, rows = organisation_rows(house().wording, kept_by(house().database, actor()))
    return table_answer(ending, title, say("download.organisations_file"), heads, rows)


@organisations.get("/<organisation_id>")
@only(*OFFICERS, Role.ADMIN)
def one(organisation_id: str) -> Response | str:
    """One organisation: above, below, by whom it is succeeded, who holds roles in it; or a search from its page."""
    text = request.args.get("tim", "").strip()
    if text:
        return redirect(url_for("organisations.tree", tim=text, ngay=request.args.get("ngay") or None))
    return _one(branch(house().database, actor(), organisation_id, on=_day()))


@organisations.post("/<organisation_id>/them")
@only(*KEEPERS)
def add(organisation_id: str) -> str | Response | tuple[str, int]:
    """A new subject under a commune (or a new office or commune, for administrators)."""
    above = branch(house().database, actor(), organisation_id, on=_day())
    name, kind = request.form.get("name", "").strip(), request.form.get("kind", "")
    try:
        begins = _date(request.form.get("valid_from", ""))
    except ValueError:
        return _one(above, problem=say("organisations.day_wrong"), typed=request.form), 422
    if kind not in _kinds_below(above):
        return _one(above, problem=say("organisations.kind_missing"), typed=request.form), 422
    fresh = Organisation(
        id=request.form.get("id") or secrets.token_hex(8),
        name=name,
        kind=kind,
        parent_id=above.node.id,
        commune_id=above.node.commune_id or (above.node.id if kind in SUBJECT_KINDS else None),
        province_id=actor().province_id,
        valid_from=begins,
        managing_level="province" if request.form.get("by_province") else "commune",
    )
    try:
        line = house().organisations.preview(actor(), [fresh])[0]
        if line.what == "near" and not request.form.get("different"):
            return _one(
                above, problem=say("organisations.near", name=name), typed=request.form, near=line.existing_id
            ), 409
        house().organisations.import_rows(actor(), [fresh], key=idempotency_key())
    except HosoError as error:
        return _one(above, problem=sentence(error), typed=request.form), 422
    return redirect(url_for("organisations.one", organisation_id=organisation_id))


@organisations.post("/<organisation_id>/giai-the")
@only(Role.ADMIN, Role.PROVINCE_POLICE)
def dissolve(organisation_id: str) -> str | Response | tuple[str, int]:
    """End an organisation on its last day and name who takes over."""
    node = branch(house().database, actor(), organisation_id, on=_day())
    try:
        last = _date(request.form.get("on", ""))
    except ValueError:
        last = None
    if last is None:
        return _one(node, problem=say("organisations.day_missing"), typed=request.form), 422
    successor, problem = _successor(request.form.get("successor", "").strip())
    if problem:
        return _one(node, problem=problem, typed=request.form), 422
    try:
        house().organisations.dissolve(
            actor(),
            organisation_id,
            on=last,
            successor_id=successor,
            reason=request.form.get("reason", ""),
            key=idempotency_key(),
        )
    except HosoError as error:
        return _one(node, problem=sentence(error), typed=request.form), 422
    return redirect(url_for("organisations.one", organisation_id=organisation_id))


def _successor(text: str) -> tuple[str | None, str]:
    """The organisation meant by a name or its code, and otherwise why it is not clear which."""
    if not text:
        return None, ""
    found = [one for one in find(house().database, actor(), text, on=today()) if one.valid_to is None]
    named = [one for one in found if words_of(one.name) == words_of(text)]
    if len(found) == 1 or len(named) == 1:
        return (named or found)[0].id, ""
    if not found:
        return text, ""  # a code; the service says when there is none such
    return None, say("organisations.successor_many", text=text, names="; ".join(one.name for one in found[:5]))


def _one(found: Branch, *, problem: str = "", typed: object = None, near: str | None = None) -> str:
    who = actor()
    keeps = who.role in KEEPERS and (who.role not in COMMUNE_ROLES or found.node.id == who.commune_id)
    return render_template(
        "organisations/one.html",
        found=found,
        day=_day(),
        day_typed=request.args.get("ngay", "").strip(),
        day_problem=_day_problem(),
        keeps=keeps,
        keeps_people=who.role is Role.ADMIN,
        imports=who.role in KEEPERS,
        merges=who.role in KEEPERS and found.node.kind in SUBJECT_KINDS and found.node.valid_to is None,
        dissolves=who.role in (Role.ADMIN, Role.PROVINCE_POLICE),
        kinds_below=[(code, say(f"organisation.{code}")) for code in _kinds_below(found)],
        problem=problem,
        typed=typed or {},
        near=near,
        key=new_key(),
    )


def _kinds_below(found: Branch) -> tuple[str, ...]:
    communes = ("xa", "phuong", "dac_khu")
    if found.node.kind in communes:
        offices = ("cong_an_xa", "ubnd_xa", "ban_chi_dao") if actor().role is Role.ADMIN else ()
        return (*SUBJECT_KINDS, *offices)
    return communes if actor().role is not Role.COMMUNE_POLICE and found.node.parent_id is None else ()


def _day() -> date:
    """The day that is looked at; today when none is asked for, or none that can be read (the page says so)."""
    try:
        return _date(request.args.get("ngay", "")) or today()
    except ValueError:
        return today()


def _day_problem() -> str:
    try:
        _date(request.args.get("ngay", ""))
    except ValueError:
        return say("organisations.day_wrong")
    return ""


def _date(text: str) -> date | None:
    """A day as people type it; None for nothing. Raises ValueError for what is no day."""
    if not text.strip():
        return None
    found = read_day(text)
    if found is None:
        raise ValueError(text)
    return found
