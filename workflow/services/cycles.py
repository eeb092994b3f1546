"""A year is opened and closed: dates copied from the kind, owed dossiers opened, what was never submitted lapses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from workflow.domain.actors import Actor, Role
from workflow.domain.books import BooksEvent, CycleRow
from workflow.domain.calendars import local_day
from workflow.domain.errors import Conflict, NotAllowed, NotFound
from workflow.domain.guards.time import was_submitted
from workflow.domain.kinds import DossierKind, Meaning
from workflow.services.awards import lapse_closed
from workflow.services.effects import end_by_system, open_owed_for, void_owed_of
from workflow.services.engine import Engine
from workflow.services.obligations import settle_obligations
from workflow.services.ports import UnitOfWork

CHUNK = 200
"""Dossiers ended in one transaction when a cycle closes; a crash in between is finished by the next sweep."""


@dataclass(frozen=True, slots=True)
class CycleOpened:
    """What opening did: whether the cycle was new, the owed dossiers it opened, and how many obligations."""

    is_new: bool
    owed: tuple[str, ...]
    obliged: int = 0


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """A dossier that closing the cycle would end."""

    dossier_id: str
    number: str
    subject_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: owed dossiers opened, owed dossiers ended, dossiers lapsed."""

    opened: int
    voided: int
    lapsed: int


class CycleService:
    """Opening and closing cycles; the sweep that finishes what is owed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, actor: Actor, *, kind_code: str, cycle: int, key: str | None = None) -> CycleOpened:
        """Open a cycle of a kind for the actor's province and what standing results owe in it. Twice equals once."""

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            check_keeps_books(uow, actor)
            kind = self._kind(actor, kind_code, at)
            if kind.awards is not None:
                raise Conflict("kind_has_rounds", kind=kind.short_label)
            row = uow.books.cycle(actor.province_id, kind.code, cycle)
            if row is not None and row.closed_at is not None:
                raise Conflict("cycle_closed", cycle=cycle, kind=kind.short_label)
            if row is None:
                self._open(uow, actor, kind, cycle, at)
            return {"is_new": row is None, "owed": self._open_owed(uow, kind, actor.province_id, at)}

        answer = self._engine.once(actor, key, ["open-cycle", kind_code, cycle], work, books=actor.province_id)
        owed = answer["owed"]
        obliged = settle_obligations(self._engine, actor.province_id).opened
        return CycleOpened(bool(answer["is_new"]), tuple(owed) if isinstance(owed, list) else (), obliged)

    def _open(self, uow: UnitOfWork, actor: Actor, kind: DossierKind, cycle: int, at: datetime) -> None:
        uow.books.put_cycle(CycleRow(actor.province_id, kind.code, cycle, at))
        kinds = [kind]
        if kind.owes is not None:  # what is owed lives in the same years, with dates of its own
            kinds.append(self._kind(actor, kind.owes.kind, at))
        for dated in kinds:
            for rule in dated.deadlines.values():
                deadline = rule.for_cycle(cycle)
                if deadline.opens is None and deadline.opens_after is None:
                    deadline = replace(deadline, opens=at)
                uow.books.put_deadline(actor.province_id, dated.code, cycle, deadline)
        payload = {"kind": kind.code, "version": kind.version, "cycle": cycle}
        uow.journal.append_books(actor.province_id, [BooksEvent("CycleOpened", payload)], actor, at)

    def _open_owed(self, uow: UnitOfWork, kind: DossierKind, province_id: str, at: datetime) -> list[str]:
        if kind.owes is None:
            return []
        entries = uow.ledger.standing(province_id=province_id, kind=kind.code)
        return [
            made
            for entry in entries
            if entry.result == kind.owes.result
            for made in open_owed_for(self._engine, uow, kind, entry, at)
        ]

    def closing(self, actor: Actor, *, kind_code: str, cycle: int) -> tuple[ClosingLine, ...]:
        """By name, the dossiers that closing the cycle would end. Nothing is kept."""
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            check_keeps_books(uow, actor)
            kind = self._kind(actor, kind_code, at)
            lines = []
            for dossier_id in self._unfinished(uow, kind, actor.province_id, cycle):
                dossier = uow.dossiers.get(dossier_id)
                own = self._engine.kind_of(dossier, at)
                if not was_submitted(own, dossier):
                    lines.append(
                        ClosingLine(dossier.id, dossier.number, dossier.subject_id, own.state(dossier.state).label)
                    )
            return tuple(lines)

    def closes_from(self, actor: Actor, *, kind_code: str, cycle: int) -> datetime | None:
        """The first instant at which the cycle may be closed; None when it may be at any time."""
        with self._engine.reading() as uow:
            check_keeps_books(uow, actor)
            return self._report_due(uow, actor, self._kind(actor, kind_code, self._engine.clock.now()), cycle)

    def close(self, actor: Actor, *, kind_code: str, cycle: int, key: str | None = None) -> int:
        """Close a cycle; every dossier that never reached the province lapses, owed ones are ended. How many ended.

        Not before the last moment the kind sets for the cycle (law.md: after 12/12, default 31/12, unverified).
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            check_keeps_books(uow, actor)
            kind = self._kind(actor, kind_code, at)
            row = uow.books.cycle(actor.province_id, kind.code, cycle)
            if row is None:
                raise NotFound("cycle_not_found", cycle=cycle)
            if row.closed_at is None:
                self._check_closable(uow, actor, kind, cycle, at)
                uow.books.put_cycle(replace(row, closed_at=at))
                payload = {"kind": kind.code, "cycle": cycle}
                uow.journal.append_books(actor.province_id, [BooksEvent("CycleClosed", payload)], actor, at)
            return {}

        self._engine.once(actor, key, ["close-cycle", kind_code, cycle], work, books=actor.province_id)
        swept = self.sweep(actor.province_id)
        return swept.lapsed + swept.voided

    @staticmethod
    def _check_closable(uow: UnitOfWork, actor: Actor, kind: DossierKind, cycle: int, at: datetime) -> None:
        due = CycleService._report_due(uow, actor, kind, cycle)
        if due is not None and at < due:
            raise Conflict("cycle_too_early", cycle=cycle, due=due)

    @staticmethod
    def _report_due(uow: UnitOfWork, actor: Actor, kind: DossierKind, cycle: int) -> datetime | None:
        if kind.report is None:
            return None
        report = uow.books.deadlines(actor.province_id, kind.code, cycle).get(kind.report)
        return None if report is None else report.due

    def sweep(self, province_id: str) -> Swept:
        """Finish what the books owe: open owed dossiers, end those that owe nothing more, lapse after closing.

        Idempotent; run by the scheduler, after a close, and after a restart.
        """
        opened = voided = lapsed = 0
        with self._engine.uow() as uow:
            uow.journal.hold_books(province_id)
            at = self._engine.clock.now()
            for kind in self._engine.catalogue.kinds():
                if kind.owes is not None:
                    opened += len(self._open_owed(uow, kind, province_id, at))
                    voided += self._void_unstanding(uow, kind, province_id, at)
            uow.commit()
        settled = settle_obligations(self._engine, province_id)
        opened, voided = opened + settled.opened, voided + settled.passed
        for kind, cycle in self._closed(province_id):
            ended = self._lapse_all(kind, province_id, cycle)
            if any(k.owes is not None and k.owes.kind == kind.code for k in self._engine.catalogue.kinds()):
                voided += ended
            else:
                lapsed += ended
        return Swept(opened, voided, lapsed + lapse_closed(self._engine, province_id))

    def _void_unstanding(self, uow: UnitOfWork, kind: DossierKind, province_id: str, at: datetime) -> int:
        if kind.owes is None:
            return 0
        owed = self._engine.catalogue.newest(kind.owes.kind, province_id=province_id, on=local_day(at))
        count = 0
        for dossier_id in uow.dossiers.ids_where(
            province_id=province_id, kind=owed.code, states=owed.states_meaning(Meaning.OPEN)
        ):
            dossier = uow.dossiers.get(dossier_id)
            entry = uow.ledger.get(dossier.origin_id) if dossier.origin_id else None
            subject = uow.organisations.get(dossier.subject_id)
            dissolved = subject.valid_to is not None and subject.valid_to < local_day(at)
            if entry is not None and (not entry.standing or dissolved):
                count += len(void_owed_of(self._engine, uow, owed.code, entry, at))
        return count

    def _closed(self, province_id: str) -> list[tuple[DossierKind, int]]:
        """Kinds and cycles that are closed, owed kinds with the kind that owes them."""
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            found: list[tuple[DossierKind, int]] = []
            for row in uow.books.cycles(province_id):
                if row.closed_at is None:
                    continue
                kind = self._engine.catalogue.newest(row.kind, province_id=province_id, on=local_day(at))
                found.append((kind, row.cycle))
                if kind.owes is not None:
                    owed = self._engine.catalogue.newest(kind.owes.kind, province_id=province_id, on=local_day(at))
                    found.append((owed, row.cycle))
            return found

    def _lapse_all(self, kind: DossierKind, province_id: str, cycle: int) -> int:
        with self._engine.reading() as uow:
            ids = self._unfinished(uow, kind, province_id, cycle)
        ended = 0
        for start in range(0, len(ids), CHUNK):
            with self._engine.uow() as uow:
                at = self._engine.clock.now()
                for dossier_id in ids[start : start + CHUNK]:
                    ended += end_by_system(self._engine, uow, dossier_id, at)
                uow.commit()
        return ended

    @staticmethod
    def _unfinished(uow: UnitOfWork, kind: DossierKind, province_id: str, cycle: int) -> list[str]:
        states = kind.states_meaning(Meaning.DRAFT, Meaning.OPEN, Meaning.RETURNED)
        return uow.dossiers.ids_where(province_id=province_id, kind=kind.code, cycle=cycle, states=states)

    def _kind(self, actor: Actor, code: str, at: datetime) -> DossierKind:
        return self._engine.catalogue.newest(code, province_id=actor.province_id, on=local_day(at))


def check_keeps_books(uow: UnitOfWork, actor: Actor) -> None:
    """Raises ``NotAllowed`` unless the actor keeps the province's books.

    That is PV01, or the commune police where the province is not connected.
    """
    if actor.role is Role.PROVINCE_POLICE:
        return
    if actor.role is Role.COMMUNE_POLICE and not uow.books.settings(actor.province_id).connected:
        return
    raise NotAllowed("books_role", role=actor.role)
