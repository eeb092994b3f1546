"""Holidays and make-up days of a year: the sourced tables, and the days an administrator or PV01 puts over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, only, signed_in
from web.context import cycle, house, idempotency_key, new_key
from web.downloads import table_answer
from web.errors import sentence
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.calendars import CalendarDay, DayKind
from workflow.domain.errors import HosoError

calendar = Blueprint("calendar", __name__, url_prefix="/ngay-nghi")


@calendar.get("/")
@signed_in
def days() -> str:
    """Every day of the year that is not as its weekday is, with its source."""
    return _days()


@calendar.post("/")
@only(Role.ADMIN, Role.PROVINCE_POLICE)
def put() -> str | Response | tuple[str, int]:
    """Add or replace a day, with its reason; every count that starts from now on uses it."""
    form = request.form
    try:
        parts = [int(part) for part in form.get("day", "").split("/")]
        day = CalendarDay(
            day=date(parts[2], parts[1], parts[0]),
            name=form.get("name", "").strip(),
            kind=DayKind(form.get("kind", "")),
            source=form.get("source", "").strip(),
            verified=bool(form.get("verified")),
        )
    except (ValueError, IndexError):
        return _days(problem=say("calendar.day_invalid"), typed=form), 422
    if not day.name or not day.source:
        return _days(problem=say("calendar.words_missing"), typed=form), 422
    try:
        house().dates.put_day(actor(), day, reason=form.get("reason", ""), key=idempotency_key())
    except HosoError as error:
        return _days(problem=sentence(error), typed=form), 422
    return redirect(url_for("calendar.days", nam=day.day.year))


@calendar.get("/tai/<ending>")
@signed_in
def download(ending: str) -> Response:
    """The same days as CSV or XLSX."""
    heads = [say(f"download.{name}") for name in ("day", "name", "counts_as", "source", "verified")]
    rows = (
        (
            one.day,
            one.name,
            say("download.works" if one.works else "download.off"),
            one.source,
            say("download.yes" if one.verified else "download.no"),
        )
        for one in _rows()
    )
    year = cycle()
    return table_answer(
        ending, say("download.days_book", cycle=year), say("download.days_file", cycle=year), heads, rows
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A day that is not as its weekday is; ``works``: a weekend day on which people work."""

    day: date
    name: str
    works: bool
    source: str
    verified: bool


def _rows() -> list[Row]:
    found, year = house().calendar(), cycle()
    off = {day: name for day, name in found.holidays.items() if day.year == year}
    on = {day: name for day, name in found.working_weekends.items() if day.year == year}
    return [
        Row(day, (off | on)[day], day in on, found.sources.get(day, ""), not found.is_unverified(day))
        for day in sorted(off | on)
    ]


def _days(*, problem: str = "", typed: object = None) -> str:
    year = cycle()
    return render_template(
        "calendar/days.html",
        rows=_rows(),
        year=year,
        provisional=year in house().calendar().provisional_years,
        keeps=actor().role in (Role.ADMIN, Role.PROVINCE_POLICE),
        kinds=[(kind.value, say(f"calendar.{kind.value}")) for kind in DayKind],
        problem=problem,
        typed=typed or {},
        key=new_key(),
    )
