"""One dossier with everything its page, the command line and the API show; as it stands, or as of any instant.

What an instant showed is rebuilt from the journal alone, by the same function that made it then (``Dossier.replay``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from workflow.domain.actors import Actor, Role
from workflow.domain.calendars import WorkingCalendar, last_day, local_day
from workflow.domain.deadlines import Grant, judge, resolve
from workflow.domain.dossier import Dossier, Return
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.notes import keeps_internal
from workflow.domain.turn import place_of
from workflow.queries import books
from workflow.queries.dossier_record import Record, entries_of, record_of
from workflow.queries.dossier_view import (
    ClockView,
    DateRemark,
    Doer,
    DossierView,
    FindingView,
    GrantView,
    HoldView,
    ItemView,
    Named,
    NoteView,
    ResultView,
    ReturnView,
    StageStatus,
    StageView,
    Turn,
)
from workflow.queries.names import offices_of, texts_of
from workflow.queries.paper_views import papers_of
from workflow.queries.story import Kinds, Teller
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, Tuple, among
from workflow.storage.tables import LEDGER, NOTE

__all__ = ["Kinds", "dossier"]

_L, _N = LEDGER.c, NOTE.c
_UNTIL = bindparam("until", type_=_N.at.type)
_ALWAYS = 2**62
_NOTES = Statement(
    select(_N.at, _N.person_id, _N.role, _N.internal, _N.text_id)
    .where(_N.dossier_id == bindparam("dossier"), _N.internal <= bindparam("internal"), _N.at <= _UNTIL)
    .order_by(_N.at, _N.id)
)
_RESULTS = Statement(
    select(
        _L.id,
        _L.kind,
        _L.cycle,
        _L.label,
        _L.number,
        _L.decided_on,
        _L.authority,
        _L.standing,
        _L.dossier_id,
    )
    .where(or_(among(_L.id, "ids"), _L.dossier_id == bindparam("dossier")), _L.recorded_at <= _UNTIL)
    .order_by(_L.cycle.desc(), _L.kind, _L.id)
)


def dossier(
    db: Database,
    actor: Actor,
    dossier_id: str,
    *,
    kinds: Kinds,
    calendar: WorkingCalendar,
    at: datetime,
    as_of: datetime | None = None,
) -> DossierView:
    """The dossier as the actor sees it ``at`` an instant, or as it stood ``as_of`` an earlier one.

    Who may see it is settled by how it stands now. Raises NotFound ``dossier_not_found`` for one out of sight, or not
    begun by then.
    """
    with db.snapshot() as connection:
        entries = entries_of(connection, actor, dossier_id, as_of=as_of)
        stood = Dossier.replay(entry.event for entry in entries)
        kind = kinds(stood.kind, stood.kind_version if stood.pinned else None)
        internal = keeps_internal(actor, self_judged=stood.self_judged)
        hidden = frozenset() if internal else frozenset(r.code for r in kind.attachments.values() if r.internal)
        record = record_of(connection, entries, hidden=hidden, as_of=as_of)
        grants = books.grants_of(connection, stood.province_id, kind.code, stood.cycle, as_of or at)
        teller = Teller(
            kind=kind,
            kinds=kinds,
            record=record,
            grants={g.grant.id: GrantView(g.grant.id, g.grant.until, g.reason) for g in grants},
            tells_holds=internal,
            own=stood.own,
        )
        until = _ALWAYS if as_of is None else codec.micros(as_of)
        results = _results(connection, stood, until)
        return DossierView(
            id=stood.id,
            number=stood.number,
            version=stood.version,
            kind=Named(kind.code, kind.label),
            kind_version=kind.version,
            pinned=stood.pinned,
            cycle=stood.cycle,
            subject=_named(record, stood.subject_id),
            subject_kind=stood.subject_kind,
            commune=_named(record, stood.commune_id),
            own=stood.own,
            opened_at=entries[0].event.at,
            state=Named(stood.state, kind.state(stood.state).label),
            meaning=kind.state(stood.state).meaning,
            stage=_stage(kind, place_of(kind, stood)),
            stepper=tuple(_stepper(kind, stood)),
            turn=_turn(stood, record, calendar),
            late=stood.late,
            criteria=stood.criteria,
            result=_result_words(kind, stood),
            dates=tuple(_dates(connection, kind, stood, [g.grant for g in grants], as_of or at)),
            papers=papers_of(teller, stood, hidden),
            findings=tuple(_findings(kind, stood)),
            returns=tuple(_return(kind, stood, record, item) for item in stood.returns),
            hold=_hold(stood, record, tells=internal),
            story=tuple(teller.story()),
            notes=_notes(connection, actor, stood.id, until, internal=internal),
            used=tuple(view for view, _ in results if view.id in stood.ledger_facts),
            origin=next((view for view, _ in results if view.id == stood.origin_id), None),
            made=next((view for view, maker in results if maker == stood.id), None),
            as_of=as_of,
        )


def _named(record: Record, organisation_id: str) -> Named:
    return Named(organisation_id, record.names.get(organisation_id, organisation_id))


def _stage(kind: DossierKind, code: str) -> Named:
    return next((Named(stage.code, stage.label) for stage in kind.stages if stage.code == code), Named(code, code))


def _stepper(kind: DossierKind, stood: Dossier) -> Iterator[StageView]:
    codes = [stage.code for stage in kind.stages]
    here = place_of(kind, stood)
    place = codes.index(here) if here in codes else 0
    reached = kind.state(stood.state).meaning is Meaning.POSITIVE
    for number, stage in enumerate(kind.stages):
        done = number < place or (number == place and reached)
        status = StageStatus.DONE if done else StageStatus.NOW if number == place else StageStatus.LATER
        into = [step.at for step in stood.steps if _stage_of_state(kind, step.target) == stage.code]
        yield StageView(Named(stage.code, stage.label), status, into[-1] if into else None)


def _stage_of_state(kind: DossierKind, code: str) -> str | None:
    return kind.states[code].stage if code in kind.states else None


def _turn(stood: Dossier, record: Record, calendar: WorkingCalendar) -> Turn | None:
    if stood.holder is None or stood.holder_since is None:
        return None
    by = [entry.seq for entry in record.entries if entry.event.at == stood.holder_since]
    newest = stood.newest_return
    mend_by = newest.mend_by if newest is not None and newest.state == stood.state else None
    return Turn(stood.holder, stood.holder_since, by[-1] if by else stood.version, _clock(stood, calendar), mend_by)


def _clock(stood: Dossier, calendar: WorkingCalendar) -> ClockView | None:
    clock = stood.clock
    if clock is None:
        return None
    due = None if clock.is_stopped else clock.due(calendar)
    return ClockView(
        started_at=clock.started_at,
        working_days=clock.working_days,
        due=due,
        skipped=calendar.skipped(local_day(clock.started_at), last_day(due)) if due is not None else (),
        stopped_at=clock.stopped_at,
        remaining=clock.remaining,
    )


def _result_words(kind: DossierKind, stood: Dossier) -> str | None:
    """The newest outcome of a meeting, in the kind's words."""
    if stood.result is None:
        return None
    words = {code: label for transition in kind.transitions for code, label in transition.choices}
    return words.get(stood.result, stood.result)


def _dates(
    connection: SqlConnection, kind: DossierKind, stood: Dossier, grants: Iterable[Grant], at: datetime
) -> Iterator[DateRemark]:
    """The dates of the steps that could come next, each once."""
    given = list(grants)
    place = {"commune_id": stood.commune_id, "province_id": stood.province_id}
    steps = {
        step.deadline: step.label
        for step in reversed(kind.from_state(stood.state))
        if step.deadline is not None and step.applies.to(own=stood.own)
    }
    deadlines = books.deadlines_of(connection, stood.province_id, kind.code, stood.cycle) if steps else {}
    for code, label in steps.items():
        if code in deadlines:
            deadline = resolve(deadlines, code, given, **place, at=at)
            verdict = judge(deadline, given, subject_id=stood.subject_id, **place, at=at)
            yield DateRemark(kind.deadlines[code], label, verdict)


def _findings(kind: DossierKind, stood: Dossier) -> Iterator[FindingView]:
    """Findings in the order they were made; the version of the note that opened one begins its code."""
    notes = [rule.code for rule in kind.attachments.values() if rule.finding == "opens"]
    papers = {str(filed.paper.version): filed.paper.id for code in notes for filed in stood.versions(code)}
    for code, status in stood.findings.items():
        yield FindingView(code, status, papers.get(code.partition(".")[0]))


def _return(kind: DossierKind, stood: Dossier, record: Record, item: Return) -> ReturnView:
    closed = next((entry.event.at for entry in record.entries if entry.seq == item.closed_seq), None)
    return ReturnView(
        seq=item.seq,
        at=item.at,
        by=_doer(record, item.role, item.person_id),
        origin=_state(kind, item.origin),
        mode=item.mode,
        items=tuple(
            ItemView(
                text=record.texts.get(one.text.id, ""),
                paper=None if one.paper is None else Named(one.paper, _label(kind, one.paper)),
                path=one.path,
                source=one.source,
                mended=one.paper is not None and stood.newest(one.paper, above=item.seq) is not None,
            )
            for one in item.items
        ),
        redo_to=None if item.redo_to is None else _state(kind, item.redo_to),
        mend_by=item.mend_by,
        closed_at=closed,
    )


def _hold(stood: Dossier, record: Record, *, tells: bool) -> HoldView | None:
    held = stood.hold
    if held is None:
        return None
    reason = record.texts.get(held.reason.id, "") if tells else None
    return HoldView(held.at, _doer(record, held.role, held.person_id), reason, held.paper if tells else None)


def _doer(record: Record, role: Role, person_id: str) -> Doer:
    return Doer(role, record.offices.get(person_id, ""), role)


def _state(kind: DossierKind, code: str) -> Named:
    return Named(code, kind.states[code].label if code in kind.states else code)


def _label(kind: DossierKind, code: str) -> str:
    return kind.attachments[code].label if code in kind.attachments else code


def _notes(
    connection: SqlConnection, actor: Actor, dossier_id: str, until: int, *, internal: bool
) -> tuple[NoteView, ...]:
    rows = connection.all(_NOTES, dossier=dossier_id, internal=int(internal), until=until)
    offices = offices_of(connection, (row[1] for row in rows))
    texts = texts_of(connection, (row[4] for row in rows))
    return tuple(
        NoteView(
            at=codec.instant(at),
            role=Role(role),
            office=offices.get(person, ""),
            internal=bool(kept),
            mine=person == actor.person_id,
            text=texts.get(text, ""),
        )
        for at, person, role, kept, text in rows
    )


def _results(connection: SqlConnection, stood: Dossier, until: int) -> list[tuple[ResultView, str | None]]:
    """Results the dossier rests on, comes from or made, each with the dossier that made it."""
    ids = sorted({*stood.ledger_facts, *([stood.origin_id] if stood.origin_id else [])})
    return [_result(row) for row in connection.all(_RESULTS, ids=ids, dossier=stood.id, until=until)]


def _result(row: Tuple) -> tuple[ResultView, str | None]:
    entry, kind, cycle, label, number, decided, authority, standing, maker = row
    view = ResultView(
        id=entry,
        kind=kind,
        cycle=cycle,
        label=label,
        number=number,
        decided_on=codec.day_of(decided),
        authority=authority,
        standing=bool(standing),
    )
    return view, maker
