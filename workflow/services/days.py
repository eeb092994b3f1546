"""Many holidays and make-up days from one table, over the shipped ones: all of them or none, twice equals once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from workflow.domain.actors import Actor, Role
from workflow.domain.books import BooksEvent
from workflow.domain.calendars import CalendarDay
from workflow.domain.errors import HosoError, InvalidInput
from workflow.services.cycles import check_keeps_books
from workflow.services.dates import calendar_row
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class DayLine:
    """What becomes of a day: ``add``, ``change``, ``same``, or ``wrong`` with why."""

    day: CalendarDay
    what: str
    error: HosoError | None = None


class DayService:
    """Preview and keep tables of days."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def preview(self, actor: Actor, days: Sequence[CalendarDay]) -> tuple[DayLine, ...]:
        """Per day what keeping it would do, or what is wrong with it. Nothing is kept."""
        with self._engine.uow() as uow:  # never committed: the very same is done as when they are kept
            self._check_role(uow, actor)
            return tuple(self._lines(uow, days))

    def keep(
        self, actor: Actor, days: Sequence[CalendarDay], *, reason: str, key: str | None = None
    ) -> tuple[DayLine, ...]:
        """Add and replace days, all or none. Raises what is wrong with the first wrong one, or NotAllowed."""
        lines: list[DayLine] = []

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            self._check_role(uow, actor)
            if not reason.strip():
                raise InvalidInput("reason_missing")
            for line in self._lines(uow, days):
                if line.error is not None:
                    raise line.error
                lines.append(line)
            changed = [line.day for line in lines if line.what != "same"]
            if changed:
                text = uow.texts.put(reason.strip(), dossier_id=None).digest
                events = [
                    BooksEvent("CalendarDaySet", {"day": day.day.isoformat(), "kind": day.kind.value, "reason": text})
                    for day in changed
                ]
                uow.journal.append_books(actor.province_id, events, actor, at)
            return {"days": len(changed)}

        self._engine.once(actor, key, ["calendar-days", [asdict(day) for day in days], reason], work)
        return tuple(lines)

    @staticmethod
    def _check_role(uow: UnitOfWork, actor: Actor) -> None:
        if actor.role is not Role.ADMIN:
            check_keeps_books(uow, actor)

    def _lines(self, uow: UnitOfWork, days: Sequence[CalendarDay]) -> Iterator[DayLine]:
        """Each day put in; a day of the table that comes twice is wrong."""
        known = {str(row["day"]): row for row in uow.books.calendar_overlay()}
        seen: set[str] = set()
        for day in days:
            row = calendar_row(day)
            name = day.day.isoformat()
            try:
                if name in seen:
                    raise InvalidInput("calendar_day_twice", day=day.day)
                seen.add(name)
                if known.get(name) == row:
                    yield DayLine(day, "same")
                    continue
                self._engine.calendar(uow).with_overlay([day])
                uow.books.put_calendar_row(row)
                self._engine.calendar(uow)  # a row that the reader of tables would refuse must not be kept
                yield DayLine(day, "change" if name in known else "add")
            except HosoError as error:
                yield DayLine(day, "wrong", error)
