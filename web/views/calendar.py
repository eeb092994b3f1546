"""Holidays and make-up days of a year: the sourced tables, and the days an administrator or PV01 puts over them."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import actor, only, signed_in
from web.context import cycle, house, idempotency_key, new_key
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


def _days(*, problem: str = "", typed: object = None) -> str:
    found, year = house().calendar(), cycle()
    off = {day: name for day, name in found.holidays.items() if day.year == year}
    on = {day: name for day, name in found.working_weekends.items() if day.year == year}
    rows = [
        {
            "day": day,
            "name": (off | on)[day],
            "works": day in on,
            "source": found.sources.get(day, ""),
            "verified": not found.is_unverified(day),
        }
        for day in sorted(off | on)
    ]
    return render_template(
        "calendar/days.html",
        rows=rows,
        year=year,
        provisional=year in found.provisional_years,
        keeps=actor().role in (Role.ADMIN, Role.PROVINCE_POLICE),
        kinds=[(kind.value, say(f"calendar.{kind.value}")) for kind in DayKind],
        problem=problem,
        typed=typed or {},
        key=new_key(),
    )
