"""Earlier results: entered singly or from a sheet, counted once a second person has confirmed them (law.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from workflow.domain.actors import Actor, Role
from workflow.domain.books import BooksEvent, LedgerEntry, Organisation
from workflow.domain.calendars import local_day
from workflow.domain.errors import Conflict, HosoError, InvalidInput, NotAllowed, NotFound
from workflow.services.effects import open_owed_for
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ResultInput:
    """A result decided outside hoso: whose, of which kind and year, with the decision's number, date and authority."""

    subject_id: str
    kind: str
    cycle: int
    result: str
    label: str
    number: str
    decided_on: date
    authority: str
    paper_digest: str | None = None


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What entering one result would do: ``add``, ``same`` (it stands already) or ``wrong``, with the error."""

    result: ResultInput
    what: str
    error: HosoError | None = None


class LedgerService:
    """Entering and confirming earlier results."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enter(self, actor: Actor, results: Sequence[ResultInput], *, key: str | None = None) -> tuple[str, ...]:
        """Enter results, all or none; their ids. They count once confirmed.

        By commune_police for the commune's subjects, province_police for province-managed ones. Raises
        ``NotAllowed``, ``NotFound`` (subject unknown or out of jurisdiction), ``InvalidInput``, ``Conflict``.
        """
        request = ["enter", [asdict(result) for result in results]]

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            return {"ids": [self._enter(uow, actor, result, at) for result in results]}

        return _ids(self._engine.once(actor, key, request, work))

    def preview(self, actor: Actor, results: Sequence[ResultInput]) -> tuple[ResultLine, ...]:
        """Per result what entering it would do, or what is wrong with it. Nothing is kept."""
        with self._engine.reading() as uow:
            return self._lines(uow, actor, results, self._engine.clock.now())

    def import_rows(self, actor: Actor, results: Sequence[ResultInput], *, key: str | None = None) -> tuple[str, ...]:
        """Enter the results that do not stand yet, all or none; their ids. The same rows twice change nothing.

        Raises what is wrong with the first wrong row, as ``enter`` does, or Conflict ``result_differs``.
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            lines = self._lines(uow, actor, results, at)
            for line in lines:
                if line.error is not None:
                    raise line.error
            return {"ids": [self._enter(uow, actor, line.result, at) for line in lines if line.what == "add"]}

        return _ids(self._engine.once(actor, key, ["import", [asdict(result) for result in results]], work))

    def _lines(
        self, uow: UnitOfWork, actor: Actor, results: Sequence[ResultInput], at: datetime
    ) -> tuple[ResultLine, ...]:
        seen: set[tuple[object, ...]] = set()
        lines = []
        for result in results:
            name = (result.subject_id, result.kind, result.cycle, result.number.strip())
            try:
                if name in seen:
                    raise InvalidInput("result_twice", number=result.number)
                self._check(uow, actor, result, at)
                lines.append(ResultLine(result, "same" if _stands(uow, result) else "add"))
            except HosoError as error:
                lines.append(ResultLine(result, "wrong", error))
            seen.add(name)
        return tuple(lines)

    @staticmethod
    def _check(uow: UnitOfWork, actor: Actor, result: ResultInput, at: datetime) -> Organisation:
        """The subject of a result that this actor may enter; raises as ``enter`` does."""
        subject = _subject(uow, actor, result.subject_id)
        check_may_enter(actor, subject, connected=uow.books.settings(subject.province_id).connected)
        if result.decided_on > local_day(at):
            raise InvalidInput("future_date", date=result.decided_on)
        if not result.number.strip() or not result.authority.strip():
            raise InvalidInput("result_incomplete", number=result.number, authority=result.authority)
        return subject

    def _enter(self, uow: UnitOfWork, actor: Actor, result: ResultInput, at: datetime) -> str:
        subject = self._check(uow, actor, result, at)
        commune_id = subject.commune_id or subject.id
        alone = commune_id in uow.books.settings(subject.province_id).second_person_waived
        entry = LedgerEntry(
            id=self._engine.new_id(),
            province_id=subject.province_id,
            commune_id=commune_id,
            subject_id=subject.id,
            subject_kind=subject.kind,
            kind=result.kind,
            cycle=result.cycle,
            result=result.result,
            label=result.label,
            number=result.number.strip(),
            decided_on=result.decided_on,
            authority=result.authority.strip(),
            source="entered",
            recorded_at=at,
            entered_by=actor.person_id,
            paper_digest=result.paper_digest,
            confirmed_by=actor.person_id if alone else None,
            confirmed_at=at if alone else None,
        )
        uow.ledger.add(entry)
        _journal(uow, actor, "ResultEntered", entry, at)
        if alone:
            self._owed(uow, entry, at)
        return entry.id

    def confirm(self, actor: Actor, entry_ids: Sequence[str], *, key: str | None = None) -> int:
        """Confirm entered results as a second person, all or none; how many were confirmed now.

        Raises ``NotAllowed`` when the same person entered one of them. Confirming twice changes nothing.
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            return {"confirmed": sum(self._confirm(uow, actor, entry_id, at) for entry_id in entry_ids)}

        return int(
            str(self._engine.once(actor, key, ["confirm", list(entry_ids)], work, books=actor.province_id)["confirmed"])
        )

    def _confirm(self, uow: UnitOfWork, actor: Actor, entry_id: str, at: datetime) -> bool:
        entry = uow.ledger.get(entry_id)
        subject = _subject(uow, actor, entry.subject_id)
        if entry.confirmed_by is not None:
            return False
        check_may_enter(actor, subject, connected=uow.books.settings(subject.province_id).connected)
        if entry.entered_by == actor.person_id:
            raise NotAllowed("confirm_same_person", number=entry.number)
        confirmed = replace(entry, confirmed_by=actor.person_id, confirmed_at=at)
        uow.ledger.replace(confirmed)
        _journal(uow, actor, "ResultConfirmed", confirmed, at)
        self._owed(uow, confirmed, at)
        return True

    def _owed(self, uow: UnitOfWork, entry: LedgerEntry, at: datetime) -> None:
        """A confirmed earlier recognition owes its yearly entry too."""
        for kind in self._engine.catalogue.kinds():
            if kind.code == entry.kind and kind.owes is not None and kind.owes.result == entry.result:
                open_owed_for(self._engine, uow, kind, entry, at)


def _ids(answer: dict[str, object]) -> tuple[str, ...]:
    ids = answer["ids"]
    return tuple(str(item) for item in ids) if isinstance(ids, list) else ()


def _stands(uow: UnitOfWork, result: ResultInput) -> bool:
    """Whether the ledger has this result; Conflict ``result_differs`` when it has another by the same decision."""
    entry = uow.ledger.standing_of(
        subject_id=result.subject_id, kind=result.kind, cycle=result.cycle, number=result.number.strip()
    )
    if entry is None:
        return False
    wanted = (result.result, result.decided_on, result.authority.strip())
    if (entry.result, entry.decided_on, entry.authority) != wanted:
        raise Conflict("result_differs", number=entry.number)
    return True


def _subject(uow: UnitOfWork, actor: Actor, subject_id: str) -> Organisation:
    subject = uow.organisations.get(subject_id)
    commune_id = subject.commune_id or subject.id
    if not actor.covers(subject_id=subject.id, commune_id=commune_id, province_id=subject.province_id):
        raise NotFound("organisation_not_found")
    return subject


def keeps_ledger(role: Role, *, by_province: bool, connected: bool) -> bool:
    """Whether people of this role keep the ledger for subjects that the province manages itself, or for all others."""
    if role is Role.COMMUNE_POLICE:
        return not by_province or not connected
    return role is Role.PROVINCE_POLICE and by_province


def check_may_enter(actor: Actor, subject: Organisation, *, connected: bool) -> None:
    """Raises ``NotAllowed`` unless this actor keeps the ledger for this subject."""
    if not keeps_ledger(actor.role, by_province=subject.managing_level == "province", connected=connected):
        raise NotAllowed("ledger_role", role=actor.role)


def _journal(uow: UnitOfWork, actor: Actor, name: str, entry: LedgerEntry, at: datetime) -> None:
    payload = {
        "entry": entry.id,
        "subject": entry.subject_id,
        "kind": entry.kind,
        "cycle": entry.cycle,
        "result": entry.result,
        "number": entry.number,
        "decided_on": entry.decided_on.isoformat() if entry.decided_on else None,
        "paper": entry.paper_digest,
    }
    uow.journal.append_books(entry.province_id, [BooksEvent(name, payload)], actor, at)
