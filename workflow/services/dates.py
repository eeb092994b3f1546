"""The province's dates and settings: change a date, extend, open late, working days, lifted separations, holidays."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from workflow.domain.actors import Actor, Role
from workflow.domain.books import BooksEvent, Notice, ProvinceSettings
from workflow.domain.calendars import CalendarDay, local_day
from workflow.domain.deadlines import Deadline, Grant, GrantKind, Scope, extended, grant_kind, grant_problems, resolve
from workflow.domain.errors import InvalidInput, NotAllowed, NotFound
from workflow.services.cycles import check_keeps_books
from workflow.services.engine import Engine
from workflow.services.obligations import settle_obligations
from workflow.services.ports import UnitOfWork
from workflow.services.requests import open_request


@dataclass(frozen=True, slots=True)
class GrantInput:
    """An extension or late opening as wished for: whom it is for, until when (exclusive end), why.

    ``request_id``: the request that it answers, if there was one.
    """

    kind_code: str
    cycle: int
    deadline: str
    scope: Scope
    scope_id: str
    until: datetime
    reason: str
    request_id: str | None = None


class DateService:
    """PV01 keeps the year's dates, extensions and late openings; every change has its reason and is journaled."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def grant(self, actor: Actor, wish: GrantInput, *, key: str | None = None) -> Grant:
        """Extend before the closing, open late after it: the instant decides which of the two it is.

        The closing is the one that holds for those it is granted to: as earlier extensions of theirs left it.

        Raises ``NotAllowed``, ``NotFound`` (cycle, date or whom it is for), ``InvalidInput`` (no reason, no end,
        an end that gives no time).
        """
        request = ["grant", asdict(wish)]

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            check_keeps_books(uow, actor)
            subject_id, commune_id = _check_scope(uow, actor, wish)
            deadlines = uow.books.deadlines(actor.province_id, wish.kind_code, wish.cycle)
            if wish.deadline not in deadlines:
                raise NotFound("deadline_not_found", deadline=wish.deadline, cycle=wish.cycle)
            grants = uow.books.grants(actor.province_id, wish.kind_code, wish.cycle)
            place = {"commune_id": commune_id, "province_id": actor.province_id}
            deadline = resolve(deadlines, wish.deadline, grants, **place, at=at)
            deadline = extended(deadline, grants, subject_id=subject_id, **place, at=at)
            if not wish.reason.strip():
                raise InvalidInput("grant_without_reason")
            reason = uow.texts.put(wish.reason.strip(), dossier_id=None)
            grant = Grant(
                id=self._engine.new_id(),
                deadline_code=wish.deadline,
                kind=grant_kind(deadline, at),
                scope=wish.scope,
                scope_id=wish.scope_id,
                until=wish.until,
                granted_at=at,
                granted_by=actor.person_id,
                reason_id=reason.id,
            )
            problems = grant_problems(deadline, grant)
            if problems:
                raise InvalidInput(problems[0], until=wish.until)
            uow.books.put_grant(actor.province_id, wish.kind_code, wish.cycle, grant)
            _answer(uow, actor, wish, grant)
            payload = {
                "grant": grant.id,
                "kind": wish.kind_code,
                "cycle": wish.cycle,
                "deadline": wish.deadline,
                "what": grant.kind.value,
                "scope": grant.scope.value,
                "scope_id": grant.scope_id,
                "until": grant.until.isoformat(),
                "reason": reason.digest,
            }
            uow.journal.append_books(actor.province_id, [BooksEvent("GrantGiven", payload)], actor, at)
            return {"id": grant.id, "kind": grant.kind.value, "at": at.isoformat(), "reason": reason.id}

        answer = self._engine.once(actor, key, request, work, books=actor.province_id)
        self._date_turns(actor, wish.kind_code)
        return Grant(
            id=str(answer["id"]),
            deadline_code=wish.deadline,
            kind=GrantKind(str(answer["kind"])),
            scope=wish.scope,
            scope_id=wish.scope_id,
            until=wish.until,
            granted_at=datetime.fromisoformat(str(answer["at"])),
            granted_by=actor.person_id,
            reason_id=str(answer["reason"]),
        )

    def set_date(
        self, actor: Actor, *, kind_code: str, cycle: int, deadline: Deadline, reason: str, key: str | None = None
    ) -> None:
        """Change one date of an open cycle with a reason. Raises ``InvalidInput`` when its faces are out of order."""

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            check_keeps_books(uow, actor)
            if deadline.code not in uow.books.deadlines(actor.province_id, kind_code, cycle):
                raise NotFound("deadline_not_found", deadline=deadline.code, cycle=cycle)
            problems = deadline.check()
            if problems:
                raise InvalidInput(problems[0], deadline=deadline.code)
            text = _reason(uow, reason)
            uow.books.put_deadline(actor.province_id, kind_code, cycle, deadline)
            payload = {
                "kind": kind_code,
                "cycle": cycle,
                "deadline": deadline.code,
                **{name: _iso(getattr(deadline, name)) for name in ("opens", "due", "closes")},
                "reason": text,
            }
            uow.journal.append_books(actor.province_id, [BooksEvent("DateSet", payload)], actor, at)
            return {}

        request = ["set-date", kind_code, cycle, asdict(deadline), reason]
        self._engine.once(actor, key, request, work)
        self._date_turns(actor, kind_code)

    def _date_turns(self, actor: Actor, kind_code: str) -> None:
        """Turns that go by a date follow it; what a crash leaves undone the next sweep does."""
        on = local_day(self._engine.clock.now())
        if self._engine.catalogue.newest(kind_code, province_id=actor.province_id, on=on).obliges is not None:
            settle_obligations(self._engine, actor.province_id)

    def set_working_days(
        self, actor: Actor, *, kind_code: str, state: str, days: int, reason: str, key: str | None = None
    ) -> None:
        """Set the working days officers have in a state. Clocks that run already keep theirs."""

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            check_keeps_books(uow, actor)
            kind = self._engine.catalogue.newest(kind_code, province_id=actor.province_id, on=local_day(at))
            if state not in kind.states or days < 1:
                raise InvalidInput("working_days_invalid", state=state, days=days)
            uow.books.put_working_days(actor.province_id, kind_code, state, days)
            payload = {"kind": kind_code, "state": state, "days": days, "reason": _reason(uow, reason)}
            uow.journal.append_books(actor.province_id, [BooksEvent("WorkingDaysSet", payload)], actor, at)
            return {}

        self._engine.once(actor, key, ["working-days", kind_code, state, days, reason], work)

    def lift_separation(
        self, actor: Actor, *, commune_id: str, cycle: int, separation: str, reason: str, key: str | None = None
    ) -> None:
        """Lift a separation of duties for one commune and cycle, where the kind says it may be lifted."""

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            check_keeps_books(uow, actor)
            liftable = {
                pair.code for kind in self._engine.catalogue.kinds() for pair in kind.separations if pair.liftable
            }
            if separation not in liftable:
                raise InvalidInput("separation_not_liftable", separation=separation)
            settings = uow.books.settings(actor.province_id)
            lifted = settings.lifted | {(commune_id, cycle, separation)}
            uow.books.put_settings(actor.province_id, replace(settings, lifted=lifted))
            payload = {
                "commune": commune_id,
                "cycle": cycle,
                "separation": separation,
                "reason": _reason(uow, reason),
            }
            uow.journal.append_books(actor.province_id, [BooksEvent("SeparationLifted", payload)], actor, at)
            return {}

        self._engine.once(
            actor, key, ["lift-separation", commune_id, cycle, separation, reason], work, books=actor.province_id
        )

    def set_settings(self, actor: Actor, settings: ProvinceSettings, *, reason: str, key: str | None = None) -> None:
        """Replace the province's settings (connected, near days, waived second person …); by admin or PV01."""

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            if actor.role is not Role.ADMIN:
                check_keeps_books(uow, actor)
            before = uow.books.settings(actor.province_id)
            changed = {
                name: _plain(getattr(settings, name))
                for name in ProvinceSettings.__slots__
                if getattr(before, name) != getattr(settings, name)
            }
            uow.books.put_settings(actor.province_id, settings)
            payload = {"changed": changed, "reason": _reason(uow, reason)}
            uow.journal.append_books(actor.province_id, [BooksEvent("SettingsChanged", payload)], actor, at)
            return {}

        self._engine.once(actor, key, ["settings", asdict(settings), reason], work, books=actor.province_id)

    def put_day(self, actor: Actor, day: CalendarDay, *, reason: str, key: str | None = None) -> None:
        """Add or replace a holiday or make-up day over the shipped tables, for every count that starts from now on."""

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            if actor.role is not Role.ADMIN:
                check_keeps_books(uow, actor)
            self._engine.calendar(uow).with_overlay([day])
            uow.books.put_calendar_row(calendar_row(day))
            self._engine.calendar(uow)  # a row that the reader of tables would refuse must not be kept
            payload = {"day": day.day.isoformat(), "kind": day.kind.value, "reason": _reason(uow, reason)}
            uow.journal.append_books(actor.province_id, [BooksEvent("CalendarDaySet", payload)], actor, at)
            return {}

        self._engine.once(actor, key, ["calendar-day", asdict(day), reason], work)


def calendar_row(day: CalendarDay) -> dict[str, object]:
    """The row in the form of the shipped tables, with its key."""
    return {
        "day": day.day.isoformat(),
        "date": day.day.isoformat(),
        "name": day.name,
        "kind": day.kind.value,
        "source": day.source,
        "verified": day.verified,
        "confidence": "read" if day.verified else "inference",
        "note": day.note,
    }


def _check_scope(uow: UnitOfWork, actor: Actor, wish: GrantInput) -> tuple[str | None, str | None]:
    """The subject and the commune it is granted to, None where it is for more than one."""
    if wish.scope is Scope.PROVINCE:
        if wish.scope_id != actor.province_id:
            raise NotFound("organisation_not_found")
        return None, None
    organisation = uow.organisations.get(wish.scope_id)
    if organisation.province_id != actor.province_id:
        raise NotFound("organisation_not_found")
    commune_id = organisation.commune_id or organisation.id
    if actor.commune_id is not None and commune_id != actor.commune_id:
        raise NotAllowed("grant_scope")
    return wish.scope_id if wish.scope is Scope.SUBJECT else None, commune_id


def _answer(uow: UnitOfWork, actor: Actor, wish: GrantInput, grant: Grant) -> None:
    """Close the request that the grant answers, and tell whoever asked."""
    if wish.request_id is None:
        return
    asked = open_request(uow, actor, wish.request_id)
    uow.requests.answer(asked.id, grant.id, at=grant.granted_at, person_id=actor.person_id)
    organisation = asked.subject_id if asked.role is Role.UNIT else asked.commune_id
    told = Notice(None, asked.role, organisation, "notice.time_given", {"cycle": wish.cycle, "until": wish.until})
    uow.outbox.put([told], at=grant.granted_at)


def _reason(uow: UnitOfWork, reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("reason_missing")
    return uow.texts.put(reason.strip(), dossier_id=None).digest


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant is not None else None


def _plain(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, frozenset) else value
