"""The register of numbers of one's own body: what comes next, what was given, the gaps; giving and cancelling one."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.access import OFFICERS, actor, only
from web.context import cycle, house, idempotency_key, new_key, today
from web.errors import sentence, status_of
from web.forms.typed import UnreadableError, read_day, typed_day
from web.words import say
from workflow.domain.errors import HosoError, NotFound
from workflow.queries.numbers import NumberBook, number_book

Answer = str | Response | tuple[str, int]

numbers = Blueprint("numbers", __name__, url_prefix="/so-van-ban")

_PLACES = {
    "number_about": "trich_yeu",
    "number_suffix": "ky_hieu",
    "number_series": "loai",
    "future_date": "ngay",
}
"""At which field an error of the register is said; the others at the number."""


@numbers.get("/")
@only(*OFFICERS)
def register() -> str:
    """The register of the year that is looked at."""
    return _page()


@numbers.post("/")
@only(*OFFICERS)
def take() -> Answer:
    """Give a number; what was typed stays when it cannot be given."""
    errors: dict[str, str] = {}
    number = request.form.get("so", "").strip()
    if number and not (number.isascii() and number.isdecimal() and len(number) < 7):
        errors["so"] = say("numbers.not_a_number")
    try:
        day = read_day(request.form.get("ngay", ""))
    except UnreadableError as error:
        errors["ngay"] = say(error.code, **error.facts)
        day = ""
    if errors:
        return _page(errors=errors), 422
    try:
        symbol = house().numbers.take(
            actor(),
            series=request.form.get("loai", ""),
            suffix=request.form.get("ky_hieu", "").strip(),
            day=date.fromisoformat(day),
            about=request.form.get("trich_yeu", ""),
            number=int(number) if number else None,
            key=idempotency_key(),
        )
    except HosoError as error:
        return _page(errors={_PLACES.get(error.code, "so"): sentence(error)}), status_of(error)
    return redirect(url_for("numbers.register", nam=date.fromisoformat(day).year, da_cap=symbol))


@numbers.route("/huy/<number_id>", methods=["GET", "POST"])
@only(*OFFICERS)
def void(number_id: str) -> Answer:
    """Cancel a number with its reason; it stays taken."""
    book = number_book(house().database, actor(), cycle())
    row = next((row for one in book.series for row in one.rows if row.id == number_id), None)
    if row is None:
        raise NotFound("number_not_found")
    problem, status = "", 200
    if request.method == "POST":
        try:
            house().numbers.void(actor(), number_id, reason=request.form.get("ly_do", ""), key=idempotency_key())
            return redirect(url_for("numbers.register", nam=row.year))
        except HosoError as error:
            problem, status = sentence(error), status_of(error)
    return render_template("numbers/void.html", row=row, problem=problem, key=new_key()), status


def _page(*, errors: dict[str, str] | None = None) -> str:
    book = number_book(house().database, actor(), cycle())
    errors = errors or {}
    return render_template(
        "numbers/register.html",
        book=book,
        errors=errors,
        lines=[{"sentence": words, "target": name} for name, words in errors.items()],
        typed=_typed(book),
        series=_choices(),
        labels=dict(_choices()),
        given=request.args.get("da_cap", ""),
        key=new_key(),
    )


def _typed(book: NumberBook) -> dict[str, Any]:
    """The form as typed; a fresh one with the next number only where a series was asked for."""
    if request.method == "POST":
        return dict(request.form)
    code = request.args.get("loai", "")
    number = str(book.next_of(code)) if code else ""
    return {"loai": code, "so": number, "ngay": typed_day(today().isoformat())}


def _choices() -> list[tuple[str, str]]:
    """The series to choose from: one for all papers, or one a kind of paper that the layouts know."""
    kinds = {one.abbreviation: one.title for one in house().prints.layouts.values() if one.abbreviation and one.title}
    told = [(code, say("numbers.series", short=code, title=title.capitalize())) for code, title in kinds.items()]
    return [("", say("numbers.common")), *sorted(told)]
