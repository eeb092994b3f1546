"""What a move brings about outside its dossier: the ledger, standings, owed entries. Same transaction, by effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from workflow.domain import lifecycle
from workflow.domain.actors import system_actor
from workflow.domain.books import LedgerEntry
from workflow.domain.calendars import local_day
from workflow.domain.dossier import Dossier, Step
from workflow.domain.events import PaperRef, SignedPaper
from workflow.domain.kinds import ENDED, DossierKind, Effect, Transition
from workflow.domain.lifecycle import Command
from workflow.domain.opening import open_dossier
from workflow.domain.rolls import TITLE, Entry
from workflow.domain.yearly_report import Recognition
from workflow.services.engine import Engine, fresh_number
from workflow.services.facts import gather
from workflow.services.ports import UnitOfWork

_OF_THE_BOOKS = frozenset(
    {
        Effect.ENTER_LEDGER,
        Effect.LEAVE_LEDGER,
        Effect.END_STANDING,
        Effect.RESTORE_STANDING,
        Effect.OPEN_OWED,
        Effect.VOID_OWED,
    }
)
"""Effects that read or change what a year opens with."""


def settle(
    engine: Engine,
    uow: UnitOfWork,
    kind: DossierKind,
    dossier: Dossier,
    transition: Transition,
    command: Command,
    at: datetime,
) -> None:
    """Carry out the effects of a move that was just made, in the order the kind declares them."""
    if _OF_THE_BOOKS & set(transition.effects):  # a year opened meanwhile must see this, or be seen
        uow.journal.hold_books(dossier.province_id)
    for effect in transition.effects:
        if effect is Effect.ENTER_LEDGER:
            uow.ledger.add(entry_of(engine, kind, dossier, command, at))
        elif effect is Effect.LEAVE_LEDGER:
            end_standing(uow, uow.ledger.of_dossier(dossier.id), dossier, at)
        elif effect is Effect.END_STANDING and dossier.origin_id:
            end_standing(uow, uow.ledger.get(dossier.origin_id), dossier, at)
        elif effect is Effect.RESTORE_STANDING and dossier.origin_id:
            _restore(uow, uow.ledger.get(dossier.origin_id), dossier)
        elif effect in {Effect.OPEN_OWED, Effect.VOID_OWED}:
            _settle_owed(engine, uow, kind, dossier, effect, at)


def _settle_owed(
    engine: Engine, uow: UnitOfWork, kind: DossierKind, dossier: Dossier, effect: Effect, at: datetime
) -> None:
    entry = uow.ledger.of_dossier(dossier.id)
    if entry is None:
        return
    if effect is Effect.OPEN_OWED:
        open_owed_for(engine, uow, kind, entry, at)
    elif kind.owes is not None:
        void_owed_of(engine, uow, kind.owes.kind, entry, at)


def entry_of(engine: Engine, kind: DossierKind, dossier: Dossier, command: Command, at: datetime) -> LedgerEntry:
    """The ledger entry that a decision makes: number, date and authority are the decision's own.

    Where a subject may have several dossiers a year and no paper gives a number, the dossier's tells entries apart.
    """
    if kind.ledger is None:
        raise ValueError(f"{kind.key} has no place in the ledger")
    result, label = kind.ledger.of(command.choice)
    paper = next((supplied for supplied in command.supplied.values() if "date" in supplied.document), None)
    document = paper.document if paper is not None else {}
    return LedgerEntry(
        id=engine.new_id(),
        province_id=dossier.province_id,
        commune_id=dossier.commune_id,
        subject_id=dossier.subject_id,
        subject_kind=dossier.subject_kind,
        kind=kind.code,
        cycle=dossier.cycle,
        result=result,
        label=label,
        number=str(document.get("number", dossier.number if kind.many else "")),
        decided_on=date.fromisoformat(str(document["date"])) if "date" in document else local_day(at),
        authority=str(document.get("issuer", "")),
        source="dossier",
        recorded_at=at,
        entered_by=dossier.steps[-1].person_id,
        dossier_id=dossier.id,
        paper_digest=paper.ref.digest if paper is not None else None,
        confirmed_by=dossier.steps[-1].person_id,
        confirmed_at=at,
    )


def correct_entry(
    uow: UnitOfWork,
    kind: DossierKind,
    dossier: Dossier,
    step: Step,
    signed: SignedPaper,
    corrected: PaperRef | None,
) -> None:
    """The ledger says a corrected decision's number, date and office as the correction does; the result stays."""
    made = next((t for t in kind.transitions if _is_step(t, step)), None)
    entry = uow.ledger.of_dossier(dossier.id)
    if entry is None or made is None or Effect.ENTER_LEDGER not in made.effects:
        return
    uow.ledger.replace(
        replace(
            entry,
            number=signed.number,
            decided_on=date.fromisoformat(signed.date),
            authority=signed.issuer,
            paper_digest=corrected.digest if corrected is not None else entry.paper_digest,
        )
    )


def _is_step(transition: Transition, step: Step) -> bool:
    return (transition.trigger, transition.source, transition.target) == (step.trigger, step.source, step.target)


def end_standing(uow: UnitOfWork, entry: LedgerEntry | None, by: Dossier, at: datetime) -> None:
    """The result no longer stands; the decision itself is not touched."""
    if entry is not None and entry.standing:
        uow.ledger.replace(replace(entry, standing=False, ended_on=local_day(at), ended_by=by.id))


def _restore(uow: UnitOfWork, entry: LedgerEntry, by: Dossier) -> None:
    if not entry.standing and entry.ended_by == by.id:
        uow.ledger.replace(replace(entry, standing=True, ended_on=None, ended_by=None))


def _recognition(entry: LedgerEntry) -> Recognition:
    """An entry as the yearly report weighs it."""
    return Recognition(
        entry_id=entry.id,
        subject_id=entry.subject_id,
        name="",
        number=entry.number,
        cycle=entry.cycle,
        decided_on=entry.decided_on,
        recorded_at=entry.recorded_at,
        from_dossier=entry.dossier_id is not None,
    )


def open_owed_for(engine: Engine, uow: UnitOfWork, kind: DossierKind, entry: LedgerEntry, at: datetime) -> list[str]:
    """Open what a standing entry owes in every open cycle after the one in whose report it is new; ids of new dossiers.

    Doing it twice equals once (law.md, After recognition). An entry that comes too late for its own report is new in
    the next one, and owes from the one after that: never both.
    """
    if kind.owes is None or not entry.standing:
        return []
    opened = []
    for row in uow.books.cycles(entry.province_id):
        if row.kind != kind.code or row.closed_at is not None:
            continue
        new_in = uow.reports.new_in(
            kind,
            _recognition(entry),
            province_id=entry.province_id,
            commune_id=entry.commune_id,
            cycle=row.cycle,
        )
        if row.cycle > new_in:
            made = _open_owed(engine, uow, kind, entry, row.cycle, at)
            if made is not None:
                opened.append(made)
    return opened


def open_by_system(engine: Engine, uow: UnitOfWork, kind: DossierKind, blank: Dossier, at: datetime) -> str:
    """Open a dossier that nobody asks for: ``blank`` says whose and of which year; its id."""
    system = system_actor(blank.province_id)
    blank.id, blank.kind = engine.new_id(), kind.code
    blank.number = fresh_number(uow, blank.province_id, kind, blank.cycle)
    event = open_dossier(kind, blank, system, at=at, books=gather(engine, uow, kind, blank, moves=()))
    dossier = Dossier.replay([event])
    uow.journal.append(dossier, [event], system)
    uow.dossiers.add(dossier, kind, engine.calendar(uow))
    return dossier.id


def _open_owed(
    engine: Engine, uow: UnitOfWork, kind: DossierKind, entry: LedgerEntry, cycle: int, at: datetime
) -> str | None:
    if kind.owes is None:
        return None
    province = entry.province_id
    if uow.dossiers.ids_where(province_id=province, kind=kind.owes.kind, cycle=cycle, origin_id=entry.id):
        return None
    owed = engine.catalogue.newest(kind.owes.kind, province_id=province, on=local_day(at))
    blank = Dossier(
        subject_id=entry.subject_id,
        subject_kind=entry.subject_kind,
        commune_id=entry.commune_id,
        province_id=province,
        cycle=cycle,
        own=entry.subject_id == entry.commune_id,
        self_judged=entry.subject_id == entry.commune_id,
        origin_id=entry.id,
    )
    dossier_id = open_by_system(engine, uow, owed, blank, at)
    title = uow.rolls.title_of(entry.dossier_id) if entry.dossier_id else ""
    if title:  # what is owed goes by the name of what owes it
        uow.rolls.put(dossier_id, (TITLE,), [Entry(TITLE, title)], place=0)
    return dossier_id


def void_owed_of(engine: Engine, uow: UnitOfWork, owed_kind: str, entry: LedgerEntry, at: datetime) -> list[str]:
    """End the open owed dossiers of an entry whose recognition no longer stands; their ids."""
    ids = uow.dossiers.ids_where(province_id=entry.province_id, kind=owed_kind, origin_id=entry.id)
    return [dossier_id for dossier_id in ids if end_by_system(engine, uow, dossier_id, at)]


def end_by_system(engine: Engine, uow: UnitOfWork, dossier_id: str, at: datetime) -> bool:
    """Make the system's ending move of a dossier: the first its kind has from here that nothing stands against."""
    dossier = uow.dossiers.get(dossier_id)
    kind = engine.kind_of(dossier, at)
    actor = system_actor(dossier.province_id)
    for move in kind.from_state(dossier.state):
        if not (move.is_system and kind.state(move.target).meaning in ENDED and move.applies.to(own=dossier.own)):
            continue
        books = gather(engine, uow, kind, dossier, moves=(move,))
        command = Command(move.trigger, dossier.version)
        if not lifecycle.explain(kind, dossier, command, actor, at=at, books=books).refusals:
            made = lifecycle.perform(kind, dossier, command, actor, at=at, books=books)
            engine.keep(uow, dossier, kind, made, actor)
            return True
    return False
