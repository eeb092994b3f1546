"""Giving numbers to papers: a body's own register, one series a year; nothing is given twice, nothing is taken out."""

from __future__ import annotations

import re
from datetime import date, datetime

from workflow.domain.actors import OFFICER_ROLES, Actor
from workflow.domain.books import BooksEvent
from workflow.domain.calendars import local_day
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from workflow.domain.numbers import MOST, IssuedNumber, next_number, symbol_of
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

LONGEST_ABOUT = 300
LONGEST_REASON = 300
_SERIES = re.compile(r"[A-Z\u0110]?[A-Za-z\u0110\u0111]{0,11}\Z")
_SUFFIX = re.compile(
    r"[A-Z\u0110][A-Za-z\u01100-9]{0,11}(-[A-Za-z\u0102\u00c2\u0110\u00ca\u00d4\u01a0\u01af0-9&.]{1,20}){1,4}\Z"
)


class NumberService:
    """The register of an officer's own body; nobody writes into another's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(
        self,
        actor: Actor,
        *,
        series: str,
        suffix: str,
        day: date,
        about: str,
        number: int | None = None,
        key: str | None = None,
    ) -> str:
        """Give a paper its number, the next one unless another is named; the number and symbol as printed.

        Raises ``NotAllowed`` (``number_role``), ``InvalidInput`` (``number_series``, ``number_suffix``,
        ``number_range``, ``number_about``, ``future_date``), ``Conflict`` (``number_taken``).
        """
        _check(actor, series=series, suffix=suffix, number=number, about=about)

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            if day > local_day(at):
                raise InvalidInput("future_date", date=day)
            taken = uow.numbers.taken(actor.organisation_id, year=day.year, series=series)
            given = next_number(taken) if number is None else number
            if given in taken:
                raise Conflict("number_taken", number=str(given), year=day.year)
            issued = IssuedNumber(
                id=self._engine.new_id(),
                organisation_id=actor.organisation_id,
                province_id=actor.province_id,
                year=day.year,
                series=series,
                number=given,
                symbol=symbol_of(given, suffix),
                day=day,
                about=about.strip(),
                at=at,
                person_id=actor.person_id,
                role=actor.role,
            )
            uow.numbers.add(issued)
            _journal(uow, actor, "NumberTaken", issued, at)
            return {"symbol": issued.symbol}

        request = ["number", series, suffix, day.isoformat(), about, number]
        return str(self._engine.once(actor, key, request, work, books=actor.province_id)["symbol"])

    def void(self, actor: Actor, number_id: str, *, reason: str, key: str | None = None) -> None:
        """Cancel a number that was given by mistake: it stays taken, with the reason beside it.

        Raises ``NotFound`` for one of another body, ``InvalidInput`` (``number_reason``), ``Conflict``
        (``number_void``).
        """
        if not 0 < len(reason.strip()) <= LONGEST_REASON:
            raise InvalidInput("number_reason", limit=LONGEST_REASON)

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            found = uow.numbers.get(number_id)
            if found.organisation_id != actor.organisation_id or actor.role not in OFFICER_ROLES:
                raise NotFound("number_not_found")
            uow.numbers.void(number_id, at=at, reason=reason.strip())
            _journal(uow, actor, "NumberVoided", found, at)
            return {}

        self._engine.once(actor, key, ["number void", number_id, reason], work)


def _check(actor: Actor, *, series: str, suffix: str, number: int | None, about: str) -> None:
    if actor.role not in OFFICER_ROLES:
        raise NotAllowed("number_role", role=actor.role)
    if _SERIES.match(series) is None:
        raise InvalidInput("number_series", value=series)
    if _SUFFIX.match(suffix) is None:
        raise InvalidInput("number_suffix", value=suffix)
    if number is not None and not 1 <= number <= MOST:
        raise InvalidInput("number_range", limit=MOST)
    if not 0 < len(about.strip()) <= LONGEST_ABOUT:
        raise InvalidInput("number_about", limit=LONGEST_ABOUT)


def _journal(uow: UnitOfWork, actor: Actor, name: str, issued: IssuedNumber, at: datetime) -> None:
    facts = {"organisation": issued.organisation_id, "year": issued.year, "series": issued.series}
    uow.journal.append_books(
        actor.province_id, [BooksEvent(name, {**facts, "number": issued.number, "symbol": issued.symbol})], actor, at
    )
